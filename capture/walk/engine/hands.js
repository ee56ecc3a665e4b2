// What the walk does on the page: one call per step.

const done = new Set();          // posts that are finished, or not to be walked
let begun = false;

function threadsOf(post) {
  if (!view.thread.length || EMBEDDED) return [];
  return allNow(view.thread.join(',')).filter((one) => !within(one, post) && !within(post, one) && ownerOf(one) === keyOf(post));
}

// The element of a post; where a dialog shows the post again, the dialog's.
function elementOf(key) {
  if (EMBEDDED) return key === hostKey ? document.body : null;
  const found = livePosts.filter((one) => keyOf(one) === key && one.isConnected);
  return found.find((one) => fromDialog(one)) || found.find(visible) || found[0] || null;
}

function dialogOf(key) {
  return openDialogs().find((one) => opened.get(one) === key) || null;
}

// On a post's own page, the places that hold its answers; the post may stand in one of them, or have gone from it.
function threadPlaces(key) {
  if (EMBEDDED || view.post_is !== 'address' || key !== pageAddress() || !seenPost || !view.thread.length) return [];
  const places = allNow(view.thread.join(',')).filter(visible);
  return places.filter((one) => !places.some((other) => other !== one && within(one, other)));
}

// All places where a post and what belongs to it stand.
let scopes = { version: -1, key: null, found: [] };
function scopesOf(key) {
  if (scopes.version !== version || scopes.key !== key) scopes = { version, key, found: findScopes(key) };
  return scopes.found;
}

function findScopes(key) {
  const dialog = EMBEDDED ? null : dialogOf(key);
  if (dialog) return [dialog];
  const post = elementOf(key);
  const places = threadPlaces(key);
  if (places.length) return post && !places.some((one) => within(post, one)) ? [post, ...places] : places;
  return post ? [post, ...threadsOf(post)] : [];
}

// The smallest element with the whole post in it, also a thread that stands beside the post's article.
function rootOf(key) {
  const found = scopesOf(key);
  return found.length ? nearest(found[0], (at) => found.every((one) => within(one, at))) : null;
}

function scrollingElement() {
  return document.scrollingElement || document.documentElement;
}

function scroller(element) {
  const found = element && nearest(element, (at) =>
    at.scrollHeight > at.clientHeight + 1 && at !== document.body && at !== document.documentElement &&
    /auto|scroll/.test(getComputedStyle(at).overflowY));
  return found || scrollingElement();
}

function feedArea() {
  return scroller(livePosts.length ? up(livePosts[0]) : null);
}

function firstCommentOf(key) {
  const dialog = dialogOf(key);
  for (const [one, kind] of live) {
    if (kind === 'comment' && (held.get(one) || {}).post === key && (!dialog || within(one, dialog))) return one;
  }
  return null;
}

// What scrolls a post's comments: a dialog, a column of its own, or the page.
function areaOf(key) {
  const [first, ...others] = scopesOf(key);
  if (!first) return feedArea();
  const comment = firstCommentOf(key);
  if (comment) return scroller(up(comment));
  const columns = region(others[0] || first, (one) => live.has(one)).filter((one) => scroller(one) === one);
  return columns[0] || scroller(first);
}

function shared(area) {
  return area === scrollingElement() || livePosts.filter((one) => within(one, area)).length > 1;
}

function windowOf(area) {
  if (area === scrollingElement()) return { top: 0, bottom: innerHeight };
  const box = area.getBoundingClientRect();
  return { top: Math.max(0, box.top), bottom: Math.min(innerHeight, box.bottom) };
}

function atEnd(area) {
  return area.scrollTop + area.clientHeight >= area.scrollHeight - 2;
}

function scrollBy(area, by) {
  area.scrollBy({ top: by, behavior: 'instant' });
}

function sizeAround(control) {
  const item = itemOf(control);
  if (!item) return -1;
  let items = 0;
  for (const one of item.querySelectorAll(candidates())) if (live.has(one)) items += 1;
  return (held.get(item) || { text: '' }).text.length + 1e7 * items;
}

async function open(order) {
  if (order.again) { attempts = new WeakMap(); version += 1; }
  const openers = openersOf(order.post).open.slice(0, 200);
  const before = new Map(openers.map((opener) => [opener.control, sizeAround(opener.control)]));
  const had = commentsOf(order.post);
  const dialogs = new Set(openDialogs());
  const scope = { element: rootOf(order.post) || document, spinners: new Set(spinners(document)) };
  const area = areaOf(order.post);
  const place = area.scrollTop;
  const since = performance.now();
  const pressed = await pressAll(openers);
  await effect(since, order.bound, 400, scope);
  if (area.scrollTop !== place) area.scrollTo({ top: place, behavior: 'instant' });
  claimDialogs(order.post, dialogs);
  sweep();
  const grew = commentsOf(order.post) > had;
  for (const { control, name } of openers) {
    const around = control.isConnected ? sizeAround(control) : -1;
    const nests = before.get(control) >= 1e7;
    version += 1;
    attempts.set(control, { name, gave: around !== before.get(control) || (grew && (!nests || keyOf(itemOf(control)) === order.post)) });
  }
  return pressed;
}

async function pressOne(found, order) {
  if (!found) return [];
  const scope = { element: document, spinners: new Set(spinners(document)) };
  const since = performance.now();
  const pressed = await pressAll([found]);
  await effect(since, order.bound, 400, scope);
  return pressed;
}

async function more(order) {
  const found = moreControl(outsiders());
  const had = records.size;
  const pressed = await pressOne(found, order);
  sweep();
  if (found) attempts.set(found.control, { name: found.name, gave: records.size > had });
  outside = true;
  return pressed;
}

// Close the dialog that a post was opened in.
async function leave(order) {
  const dialog = dialogOf(order.post);
  if (!dialog) return [];
  const close = closeIn(dialog);
  if (close) return pressOne(close, order);
  const since = performance.now();
  for (const type of ['keydown', 'keyup']) {
    dialog.dispatchEvent(new KeyboardEvent(type, { key: 'Escape', code: 'Escape', keyCode: 27, bubbles: true, composed: true, cancelable: true }));
  }
  await effect(since, order.bound, 400, { element: document, spinners: new Set(spinners(document)) });
  return ['Escape'];
}

function standing(key) {
  return [...live.keys()].filter((one) => keyOf(one) === key && one.isConnected);
}

// Scroll until an item that stands in the page is in view, clear of what lies over the window's top.
function bring(key) {
  const found = standing(key).find(visible);
  if (!found) return;
  found.scrollIntoView({ block: 'start', behavior: 'instant' });
  scrollBy(scroller(up(found)), -200);
}

// Away from the end and back, and no further: some feeds and comment columns only load on a scroll that moved, and what
// they load is to be scrolled through like the rest.
async function jiggle(order) {
  const since = performance.now();
  const area = order.post ? areaOf(order.post) : feedArea();
  scrollBy(area, -400);
  await frame(); await frame();
  for (let turn = 0; turn < 5; turn += 1) { scrollBy(area, 80); await frame(); }
  await effect(since, order.bound, order.patience, { element: order.post ? rootOf(order.post) || document : document, spinners: new Set() });
  return [];
}

const DEEDS = {
  look: async () => [],
  wait: async (order) => { await waitForPosts(order); return []; },
  rest: async (order) => {
    await effect(performance.now(), order.bound, order.patience, { element: document, spinners: new Set() });
    return [];
  },
  scroll: async (order) => { scrollBy(order.post ? areaOf(order.post) : feedArea(), order.by); return []; },
  bring: async (order) => { bring(order.item); return []; },
  jiggle,
  open,
  more,
  leave,
  'open-order': (order) => pressOne(openersOf(order.post).order, order),
  'choose-order': (order) => pressOne(choice(), order),
  cookie: (order) => pressOne(cookieControl(outsiders()), order),
  nag: (order) => pressOne(nagControl(), order),
};

async function step(order) {
  armed = order.armed;
  if (EMBEDDED) hostKey = order.post;
  for (const key of order.done) done.add(key);
  if (!begun) { begun = true; openWithin(document); }
  lookIntoFrames();
  markRepeated();
  sweep();
  const pressed = await DEEDS[order.deed](order);
  const late = await settle(order.settle, order.drawn);
  lookIntoFrames();
  takeForWhatItIs();
  markRepeated();
  sweep();
  return { ...report(order), pressed, late };
}
