// What the walk does on the page, and what it sees afterwards: one call per step.

const attempts = new WeakMap();  // control -> what it was called when it was last pressed, and what came of it
const done = new Set(SETTINGS.done);
const waitedFor = new WeakSet(); // pictures that did not come within the bound once
const strayed = [];              // attempts to lead the page away, stopped
let armed = false;
let begun = false;
let pressing = null;

if (window.navigation) {
  window.navigation.addEventListener('navigate', (event) => {
    if (!armed || event.destination.sameDocument || event.hashChange || !event.cancelable) return;
    event.preventDefault();
    if (pressing) unsafe.add(pressing.line.id);
    if (strayed.length < 50) strayed.push({ to: event.destination.url.slice(0, 500), control: pressing ? pressing.name : null });
  });
}

const frame = () => new Promise((go) => { const timer = setTimeout(go, 100); requestAnimationFrame(() => { clearTimeout(timer); go(); }); });

function trafficEverywhere() {
  const found = [traffic];
  for (const root of inner) {
    const view = root.defaultView;
    if (view && view[KEY]) found.push(view[KEY].traffic);
  }
  return found;
}

function pendingSince(since) {
  return trafficEverywhere().reduce((sum, one) => sum + [...one.started.values()].filter((at) => at >= since).length, 0);
}

function lastAnswer() {
  return Math.max(...trafficEverywhere().map((one) => one.ended));
}

function kindred(address) {
  const url = web(address, location.href);
  const site = (host) => host.split('.').slice(-2).join('.');
  return url !== null && site(url.hostname) === site(location.hostname);
}

function failuresSince(since) {
  const all = trafficEverywhere().flatMap((one) => one.failures);
  return all.filter((one) => one.at >= since && kindred(one.address)).map((one) => one.status);
}

function spinners(scope) {
  const found = all('[role=progressbar],[role=status],[aria-busy=true]', scope).filter((one) => {
    if (!visible(one)) return false;
    if (one.getAttribute('aria-busy') === 'true') return true;
    if (one.getAttribute('role') === 'progressbar') return !one.hasAttribute('aria-valuenow');
    return lineFor('loading', nameOf(one)) !== null;
  });
  return found;
}

function feedSpinners() {
  return spinners(document).filter((one) => itemOf(one) === null && !nearest(one, (at) => at.matches('footer')));
}

// Wait until what was done has had its effect: never a fixed time, always bounded.
async function effect(since, bound, patience, scope) {
  const before = scope.spinners;
  for (;;) {
    await frame();
    const now = performance.now();
    if (now - since > bound) return;
    const turning = spinners(scope.element).some((one) => !before.has(one));
    if (pendingSince(since) || turning) continue;
    const answered = lastAnswer();
    const calm = now - Math.max(lastChange, answered, since);
    const reacted = lastChange > since && (answered < since || lastChange >= answered);
    if (calm >= (reacted ? 40 : patience)) return;
  }
}

// The screen is settled: fonts are there, pictures in view are decoded, two frames have been drawn.
async function settle(bound) {
  const pictures = every('img').filter((image) => {
    if (image.complete || waitedFor.has(image)) return false;
    const box = image.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.width > 0;
  });
  let late = true;
  const ready = Promise.all([document.fonts.ready, ...pictures.map((image) => image.decode().catch(() => null))])
    .then(frame).then(frame).then(() => { late = false; });
  await Promise.race([ready, new Promise((go) => setTimeout(go, bound))]);
  if (late) for (const image of pictures) if (!image.complete) waitedFor.add(image);
  return late;
}

function threadsOf(post) {
  if (!profile.thread.length) return [];
  return all(profile.thread.join(','), document).filter((one) => !within(one, post) && lastPostBefore(one) === (held.get(post) || {}).key);
}

function elementOf(key) { // the element of a post
  for (const [element, kind] of live) if (kind === 'post' && (held.get(element) || {}).key === key) return element;
  return null;
}

// The smallest element with the whole post in it, also a thread that stands beside the post's article.
function rootOf(key) {
  const post = elementOf(key);
  if (!post) return null;
  const threads = threadsOf(post);
  return threads.length ? nearest(post, (at) => threads.every((one) => within(one, at))) : post;
}

function scroller(element) {
  const found = element && nearest(up(element), (at) =>
    at.scrollHeight > at.clientHeight + 1 && at !== document.body && at !== document.documentElement &&
    /auto|scroll/.test(getComputedStyle(at).overflowY));
  return found || document.scrollingElement || document.documentElement;
}

function commentsOf(key) {
  let number = 0;
  for (const record of records.values()) if (record.post === key && record.kind !== 'post') number += 1;
  return number;
}

function belongs(control, post) {
  const item = itemOf(control);
  return !item || item === post || (held.get(item) || {}).post === held.get(post).key;
}

let known = { version: -1, key: null };
function openersOf(key) {
  if (known.version !== version || known.key !== key) known = { version, key, openers: findOpeners(key), withheld: withheldAt(key) };
  return known.openers;
}

function findOpeners(key) {
  const post = elementOf(key);
  const found = { open: [], left: [], order: null, unknown: [] };
  if (!post) return found;
  const bare = commentsOf(key) === 0;
  for (const scope of [post, ...threadsOf(post)]) {
    for (const control of all(CONTROLS, scope)) if (belongs(control, post)) sortControl(control, bare, found);
  }
  return found;
}

function sortControl(control, bare, found) {
  const name = nameOf(control);
  if (!name || denied(name) || !usable(control) || submits(control)) return;
  if (control.getAttribute('aria-expanded') !== 'true') {
    const line = lineFor('expand_more', name) || lineFor('see_more_text', name) || (bare && claimsSome(name));
    if (line) { weigh({ control, name, line }, found); return; }
  }
  const order = lineFor('order_opener', name);
  if (order) { if (!unsafe.has(order.id)) found.order = found.order || { control, name, line: order }; return; }
  const known = ['expand_more', 'see_more_text', 'claims', 'reply_claims', 'order_choice'].some((one) => lineFor(one, name));
  if (!known && control.localName !== 'a' && lineFor('suspicious', name)) found.unknown.push(name.slice(0, 120));
}

function claimsSome(name) {
  const line = lineFor('claims', name);
  return line && line.count !== 0 && !/^0+\b/u.test(name) ? { ...line, toggle: true } : null;
}

// The toggle guard: pressed once under a name, a control is left alone until its name changes, or it gave something.
function weigh(opener, found) {
  if (unsafe.has(opener.line.id)) { found.left.push(opener.name); return; }
  const attempt = attempts.get(opener.control);
  if (!attempt || attempt.name !== opener.name) { found.open.push(opener); return; }
  if (attempt.gave && !opener.line.toggle) { found.open.push(opener); return; }
  if (!attempt.gave) found.left.push(opener.name);
}

async function press(opener) {
  const control = opener.control;
  const heard = (control.ownerDocument.defaultView[KEY] || { traffic }).traffic;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    heard.clicked = null;
    pressing = opener; // whatever leads away now is this one's doing
    strike(control);
    pressing = null;
    if (heard.clicked || !control.isConnected) return;
    await new Promise((go) => setTimeout(go, 50));
  }
}

function strike(control) {
  const box = control.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, composed: true, view: window, button: 0, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  control.dispatchEvent(new PointerEvent('pointerdown', { ...at, pointerType: 'mouse', isPrimary: true }));
  control.dispatchEvent(new MouseEvent('mousedown', at));
  control.dispatchEvent(new PointerEvent('pointerup', { ...at, pointerType: 'mouse', isPrimary: true }));
  control.dispatchEvent(new MouseEvent('mouseup', at));
  control.click();
}

async function pressAll(openers) {
  version += 1;
  const address = location.href;
  const place = window.navigation ? window.navigation.currentEntry.index : 0;
  const pressed = [];
  for (const opener of openers) {
    if (!opener.control.isConnected || unsafe.has(opener.line.id)) continue;
    await press(opener);
    pressed.push(opener.name);
    if (location.href.split('#')[0] === address.split('#')[0] || records.has(permalink(location.href, location.href))) continue;
    unsafe.add(opener.line.id);
    strayed.push({ to: location.href.slice(0, 500), control: opener.name });
    if (window.navigation && window.navigation.currentEntry.index > place) history.back(); // what was pushed, not replaced
    break;
  }
  return pressed;
}

function sizeAround(control) {
  const item = itemOf(control);
  if (!item) return -1;
  const text = (held.get(item) || { text: '' }).text.length;
  return text + 1e7 * [...live.keys()].filter((one) => one !== item && within(one, item)).length;
}

async function open(order) {
  const post = elementOf(order.post);
  const openers = openersOf(order.post).open.slice(0, 200);
  const before = new Map(openers.map((opener) => [opener.control, sizeAround(opener.control)]));
  const had = commentsOf(order.post);
  const scope = { element: rootOf(order.post) || document, spinners: new Set(spinners(document)) };
  const area = scroller(post);
  const place = area.scrollTop;
  const since = performance.now();
  const pressed = await pressAll(openers);
  await effect(since, order.bound, 400, scope);
  if (area.scrollTop !== place) area.scrollTo({ top: place, behavior: 'instant' });
  sweep();
  const grew = commentsOf(order.post) > had;
  for (const { control, name } of openers) {
    const around = control.isConnected ? sizeAround(control) : -1;
    const nests = before.get(control) >= 1e7;
    version += 1;
    attempts.set(control, { name, gave: around !== before.get(control) || (grew && (!nests || itemOf(control) === post)) });
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

function choice() {
  const offered = all(CHOICES, document).filter(onScreenSize);
  for (const line of SETTINGS.patterns.order_choice) {
    const control = offered.find((one) => line.expression.test(nameOf(one)));
    if (control) return { control, name: nameOf(control), line };
  }
  const last = offered[offered.length - 1];
  return last && !denied(nameOf(last)) ? { control: last, name: nameOf(last), line: { id: 'order_choice:last' } } : null;
}

function cookieControl() {
  const controls = all(CONTROLS, document).filter((one) => itemOf(one) === null).map((one) => [one, nameOf(one)]);
  for (const line of SETTINGS.patterns.cookie) {
    const found = controls.find(([one, name]) => line.expression.test(name) && onScreenSize(one) && staysHere(one) && aboutCookies(one));
    if (found) return { control: found[0], name: found[1], line };
  }
  return null;
}

function aboutCookies(control) {
  const around = nearest(control, (at) => at.textContent.length > nameOf(control).length + 20 && wordsFor('cookie_about', at.textContent));
  return around !== null && around !== document.body && around !== document.documentElement &&
    ![...live.keys()].some((item) => within(item, around));
}

function wordsFor(category, text) {
  const whole = plain(text.slice(0, 20000));
  return SETTINGS.patterns[category].map((line) => line.expression.exec(whole)).filter(Boolean).map((found) => found[0])[0] || null;
}

function nagControl() {
  for (const dialog of all(DIALOGS, document).reverse()) {
    if (!onScreenSize(dialog) || [...live.keys()].some((item) => within(item, dialog))) continue;
    for (const control of all(CONTROLS, dialog)) {
      const line = lineFor('nag_close', nameOf(control));
      if (line && onScreenSize(control) && staysHere(control)) return { control, name: nameOf(control), line };
    }
  }
  return null;
}

async function chooseOrder(order) {
  const post = elementOf(order.post);
  return pressOne(choice(post), order);
}

function scrollBy(order) {
  const area = scroller(order.post ? elementOf(order.post) : live.size ? [...live.keys()][0] : null);
  area.scrollBy({ top: order.by, behavior: 'instant' });
}

// Away from the end and back: some feeds only load on a scroll that moved.
async function jiggle(order) {
  const since = performance.now();
  scrollBy({ post: null, by: -400 });
  await frame(); await frame();
  for (let turn = 0; turn < 5; turn += 1) { scrollBy({ post: null, by: 300 }); await frame(); }
  await effect(since, order.bound, order.patience, { element: document, spinners: new Set() });
}

async function waitForPosts(order) {
  const since = 0;
  const until = performance.now() + order.bound;
  const found = () => [...live.values()].includes('post');
  while (!found() && performance.now() < until) {
    await frame();
    if (document.readyState !== 'complete' || pendingSince(since) || feedSpinners().length) continue;
    if (performance.now() - Math.max(lastChange, lastAnswer()) > order.patience) break;
  }
}

const DEEDS = {
  look: async () => [],
  wait: async (order) => { await waitForPosts(order); return []; },
  rest: async (order) => {
    await effect(performance.now(), order.bound, order.patience, { element: document, spinners: new Set() });
    return [];
  },
  scroll: async (order) => { scrollBy(order); return []; },
  jiggle: async (order) => { await jiggle(order); return []; },
  open,
  'open-order': (order) => pressOne(openersOf(order.post).order, order),
  'choose-order': chooseOrder,
  cookie: (order) => pressOne(cookieControl(), order),
  nag: (order) => pressOne(nagControl(), order),
};

async function step(order) {
  armed = order.armed;
  for (const key of order.done) done.add(key);
  if (!begun) { begun = true; openWithin(document); }
  lookIntoFrames();
  sweep();
  const pressed = await DEEDS[order.deed](order);
  const late = await settle(order.settle);
  lookIntoFrames();
  chooseProfile();
  sweep();
  return { ...report(order), pressed, late };
}

function report(order) {
  const area = scroller(live.size ? [...live.keys()][0] : null);
  const keys = [...changed].slice(0, 1000);
  for (const key of keys) changed.delete(key);
  const gone = [...retired];
  retired.clear();
  const posts = [...live].filter(([, kind]) => kind === 'post').map(([element]) => element).filter((one) => held.has(one));
  const next = posts.find((one) => !done.has(held.get(one).key));
  return {
    url: location.href, title: document.title, profile: profile.name, scroll_y: scrollY,
    items: keys.map((key) => records.get(key)), more: changed.size > 0, retired: gone, orders: changed.size ? [] : newOrders(), twice: shownTwice(),
    posts: posts.length, next: next ? held.get(next).key : null, post: postReport(order.post || (next ? held.get(next).key : null)),
    ...around(posts), at_end: area.scrollTop + area.clientHeight >= area.scrollHeight - 2,
    pending: pendingSince(order.since), spinning: !order.post && feedSpinners().length > 0, failures: failuresSince(order.since),
    strayed: strayed.splice(0), cut, unread_frames: unreadFrames(), now: performance.now(), visible_height: innerHeight,
  };
}

// What stands around the posts; read again only when something there has changed.
let surroundings = null;
function around(posts) {
  if (outside || !surroundings) {
    outside = false;
    surroundings = {
      cookie: Boolean(cookieControl()), nag: Boolean(nagControl()), wall: wall(posts),
      end_marker: endMarker(posts), claimed_posts: claimedPosts(),
    };
  }
  return surroundings;
}

function postReport(key) {
  const root = key ? rootOf(key) : null;
  if (!root) return null;
  const box = root.getBoundingClientRect();
  const openers = openersOf(key);
  return {
    key, top: box.top, bottom: box.bottom, open: openers.open.length, left: openers.left, order: openers.order !== null,
    texts: openers.open.length > 0 && openers.open.every((one) => lineFor('see_more_text', one.name)), unknown: [...new Set(openers.unknown)], withheld: known.withheld,
  };
}

// What the platform itself says, beside the comments of a post, that it does not show: never what somebody wrote.
function withheldAt(key) {
  const post = elementOf(key);
  if (!post) return null;
  for (const scope of [post, ...threadsOf(post)]) {
    for (const one of all('p,span,div,[role=note],[role=status]', scope)) {
      if (one.childElementCount > 2 || one.textContent.length > 200 || (live.get(itemOf(one)) === 'comment')) continue;
      const line = lineFor('withheld', nameOf(one));
      if (line && visible(one) && !textsOf(post, profile.post, new Set()).some((text) => within(one, text))) return nameOf(one);
    }
  }
  return null;
}

function outsideItems(selector) {
  return all(selector, document).filter((one) => itemOf(one) === null && one.childElementCount <= 3 && one.textContent.length <= 200);
}

function endMarker(posts) {
  const last = posts[posts.length - 1];
  const found = outsideItems('p,div,span,h1,h2,h3,h4,li,[role=status]').find((one) =>
    lineFor('end_markers', nameOf(one)) && onScreenSize(one) && (!last || byPlace(last, one) < 0));
  return found ? nameOf(found).slice(0, 200) : null;
}

function claimedPosts() {
  for (const one of outsideItems('p,span,h1,h2,h3,h4,li,strong,a,div,dd')) {
    const line = lineFor('post_claims', nameOf(one));
    if (line && visible(one)) return line.expression.exec(nameOf(one))[1];
  }
  return null;
}

function wall(posts) {
  const password = all('input[type=password]', document).some(onScreenSize);
  const address = SETTINGS.patterns.wall_addresses.find((line) => line.expression.test(location.pathname));
  const scopes = posts.length ? all(DIALOGS, document).filter(onScreenSize) : [document.body].filter(Boolean);
  const said = scopes.map((scope) => wordsFor('wall_texts', scope.innerText || '')).find(Boolean);
  return { password, address: address ? location.pathname.slice(0, 200) : null, said: said || null };
}

function unreadFrames() {
  return every('iframe').filter((one) => {
    const box = one.getBoundingClientRect();
    return !one.contentDocument && box.width >= 50 && box.height >= 50 && visible(one);
  }).map((one) => (one.src || '').slice(0, 200));
}
