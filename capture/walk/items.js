// Every post, comment and reply, recorded when it appears or changes, so that it survives its node's removal.

const STRENGTH = { permalink: 3, id: 2, content: 1 };
const IDENTITIES = ['id', 'data-id', 'data-urn', 'data-post-id', 'data-comment-id'];
const NOT_TEXT = 'button,[role=button],[role=menu],[role=progressbar],[role=toolbar],input,select,textarea,form,nav,' +
  'script,style,template,noscript,svg,video,audio,iframe,object,[aria-hidden=true]';
const BLOCK = new Set(('ADDRESS ARTICLE ASIDE BLOCKQUOTE DD DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 ' +
  'HEADER HR LI MAIN OL PRE SECTION TABLE TR UL').split(' '));
const LONGEST = 1000000;

const records = new Map();      // key -> record
const held = new WeakMap();     // element -> record
const changed = new Set();      // keys not yet drained
const retired = new Set();      // keys that turned out to be another key's item
let live = new Map();           // element -> kind; in document order after a sweep
let kinds = new WeakMap();      // element -> kind, found once a profile
const dirty = new Set();        // elements to note again
let moved = true;               // something came or went since the last sweep
let outside = true;             // something changed that is no item's since the surroundings were last read
let twice = { version: -1, counted: {} };
let folded = 0;                 // items that are in the tree and not shown
let under = new Map();           // parent -> keys, as they stand now
const toldOrders = new Map();   // the same, as last reported
let lastChange = 0;
let version = 0;                // goes up with every change: what was read under one version need not be read again
let cut = 0;
let profile = null;
let feedSelector = null;

function chooseProfile() {
  const fits = (one) => one.url.some((pattern) => new RegExp(pattern, 'iu').test(location.href)) ||
    (one.probe.length > 0 && all(one.probe.join(','), document).length > 0);
  const chosen = SETTINGS.profiles.find(fits) || SETTINGS.profiles[SETTINGS.profiles.length - 1];
  if (chosen !== profile) {
    profile = chosen;
    kinds = new WeakMap();
    live = new Map();
    for (const key of records.keys()) retired.add(key);
    records.clear();
    changed.clear();
    moved = true;
  }
  feedSelector = profile.feed.find((one) => all(one, document).length > 0) || null;
}

function isPost(element) {
  if (!matches(element, profile.post.is) || !feedSelector) return false;
  const above = up(element);
  return above !== null && nearest(above, (at) => at.matches(feedSelector)) !== null &&
    nearest(above, (at) => matches(at, profile.post.is)) === null;
}

function isComment(element) {
  if (!matches(element, profile.comment.is)) return false;
  const above = up(element);
  return above !== null && nearest(above, (at) => matches(at, profile.post.is) || matches(at, profile.thread)) !== null;
}

function kindOf(element) {
  let kind = kinds.get(element);
  if (!kind) {
    kind = isComment(element) ? 'comment' : isPost(element) ? 'post' : null;
    if (kind) kinds.set(element, kind);
  }
  return kind;
}

function candidates() {
  return [...profile.post.is, ...profile.comment.is].join(',');
}

function classify() {
  const found = new Map();
  for (const element of all(candidates(), document)) {
    const kind = kindOf(element);
    if (kind) found.set(element, kind);
  }
  return found;
}

function itemOf(element) {
  return nearest(element, (at) => live.has(at));
}

function own(element, selectors) {
  return selectors.length ? all(selectors.join(','), element).filter((one) => itemOf(one) === element) : [];
}

// The first selector that gives something wins: the order in the profile is an order of trust.
function first(element, selectors) {
  for (const selector of selectors) {
    const found = own(element, [selector]).find((one) => plain(one.textContent) || one.getAttribute('datetime'));
    if (found) return found;
  }
  return null;
}

function web(address, base) {
  try {
    const url = new URL(address, base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch (error) {
    if (error instanceof TypeError) return null; // not an address at all
    throw error;
  }
}

function permalink(address, base) {
  const url = address && !address.startsWith('#!') && address !== '#' ? web(address, base) : null;
  if (!url) return null;
  for (const name of [...url.searchParams.keys()]) {
    if (profile.drop_parameters.some((one) => new RegExp(`^(?:${one})$`, 'u').test(name))) url.searchParams.delete(name);
  }
  return url.href === location.href.split('#')[0] && address.startsWith('#') ? null : url.href;
}

function hash(text) { // FNV-1a, 64 bits: an identity within one page, not a proof
  let value = 0xcbf29ce484222325n;
  for (const sign of text) value = BigInt.asUintN(64, (value ^ BigInt(sign.codePointAt(0))) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}

function pageAddress() {
  const canonical = document.querySelector('link[rel=canonical]');
  return permalink(canonical ? canonical.href : location.href.split('#')[0], document.baseURI);
}

function identify(element, kind, shape, seen) {
  if (kind === 'post' && profile.page_is_post) return { key: pageAddress(), source: 'permalink' };
  const link = own(element, shape.permalink).map((one) => permalink(one.getAttribute('href'), one.baseURI)).find(Boolean);
  if (link) return { key: link, source: 'permalink' };
  const id = IDENTITIES.map((name) => element.getAttribute(name)).find((value) => value && !value.includes(':r'));
  if (id) return { key: `${location.href.split('#')[0]}#${id}`, source: 'id' };
  const start = seen.text.replace(/[\s….]+$/u, '').slice(0, 40);
  const content = JSON.stringify([kind, seen.parent, seen.author, seen.datetime, start]);
  return { key: `${location.href.split('#')[0]}#content-${hash(content)}`, source: 'content' };
}

// Whom an item answers: the item around it, or where replies stand beside, the comment before it.
function parentOf(element, kind, label) {
  if (kind === 'post') return { parent: null, post: null, depth: 'post' };
  const around = up(element) && itemOf(up(element));
  const outer = around ? held.get(around) : null;
  const post = outer ? (outer.kind === 'post' ? outer.key : outer.post) : lastPostBefore(element);
  if (outer && outer.kind !== 'post') return { parent: outer.key, post, depth: 'reply' };
  const head = headOf(element);
  if (head) return { parent: head.key, post, depth: 'reply' };
  if (SETTINGS.labels.reply.some((one) => one.test(label))) {
    const before = lastCommentBefore(element, post);
    if (before) return { parent: before, post, depth: 'reply' };
  }
  return { parent: post, post, depth: 'comment' };
}

// Where answers stand in a list of their own, the comment that opens the list item around them.
function headOf(element) {
  for (let at = up(element); at && !matches(at, profile.post.is); at = up(at)) {
    if (at.localName !== 'li' && at.getAttribute('role') !== 'listitem') continue;
    const head = at.querySelector(profile.comment.is.join(','));
    if (head && head !== element && held.has(head) && byPlace(head, element) < 0) return held.get(head);
  }
  return null;
}

function lastPostBefore(element) {
  let found = null;
  for (const [one, kind] of live) {
    if (kind !== 'post' || !held.has(one)) continue;
    if (found && byPlace(one, element) > 0) break;
    found = held.get(one).key;
  }
  return found;
}

function lastCommentBefore(element, post) {
  let found = null;
  for (const one of live.keys()) {
    if (one === element) break;
    const record = held.get(one);
    if (record && record.kind === 'comment' && record.post === post) found = record.key;
  }
  return found;
}

function isControl(element) {
  if (element.matches(NOT_TEXT)) return true;
  if (element.localName !== 'a') return false;
  const href = element.getAttribute('href');
  if (href !== null && href !== '' && !href.startsWith('#') && !/^javascript:/iu.test(href)) return false;
  const name = nameOf(element);
  return denied(name) || ['expand_more', 'see_more_text', 'claims'].some((category) => lineFor(category, name));
}

function kept(node) {
  if (!/[\n\t\r]| {2}|^ | $/u.test(node.data)) return false;
  const holder = node.parentElement;
  return Boolean(holder) && holder.isConnected && getComputedStyle(holder).whiteSpaceCollapse !== 'collapse';
}

// What a visitor reads in an item, without what others wrote in it, its author, its time and the controls.
function read(element, shape, skipped) {
  const seen = { text: '', border: 0, links: [] };
  const gather = (node) => {
    if (node.nodeType === 3) { write(seen, node.data, kept(node)); return; }
    if (node.nodeType !== 1 || skipped.has(node) || (live.has(node) && node !== element)) return;
    if (matches(node, profile.thread) || isControl(node) || !visible(node)) return;
    if (node.localName === 'br') { write(seen, '\n', true); return; }
    if (node.localName === 'img') { write(seen, sign(node), true); return; }
    if (node.localName === 'a') link(seen, node);
    if (node.hasAttribute('aria-label') && node.textContent.length <= 20 && node !== element) return; // a counter with words of its own
    const border = node.localName === 'p' ? 2 : BLOCK.has(node.nodeName) ? 1 : 0;
    seen.border = Math.max(seen.border, border);
    for (const child of (node.shadowRoot || node).childNodes) gather(child);
    seen.border = Math.max(seen.border, border);
  };
  const told = textsOf(element, shape, skipped);
  for (const root of told.length ? told : [element]) gather(root);
  return { text: told.length ? finish(seen.text) : finish(withoutSeparators(seen.text)), links: [...new Set(seen.links)] };
}

function textsOf(element, shape, skipped) {
  for (const selector of shape.text) {
    const found = own(element, [selector]).filter((one) => !nearest(one, (at) => skipped.has(at)));
    const outermost = found.filter((one) => !found.some((other) => other !== one && within(one, other)));
    if (outermost.some((one) => plain(one.textContent))) return outermost;
  }
  return [];
}

function write(seen, data, asIs) {
  let said = asIs ? data : data.replace(/[ \t\n\r\f]+/g, ' ');
  if (seen.border) {
    if (!asIs && said.trim() === '') return;
    const text = seen.text.replace(/[ \t]+$/u, '');
    const breaks = /\n*$/u.exec(text)[0].length;
    seen.text = text ? text + '\n'.repeat(Math.max(0, seen.border - breaks)) : '';
    seen.border = 0;
  }
  if (!asIs && /(^|[\n ])$/u.test(seen.text)) said = said.replace(/^ /u, '');
  seen.text += said;
}

function link(seen, anchor) {
  const address = anchor.getAttribute('href') || '#';
  const url = address.startsWith('#') ? null : web(address, anchor.baseURI);
  if (url) seen.links.push(url.href.slice(0, 4000));
}

function sign(image) { // a picture within a line of text that stands for a sign
  const alt = image.getAttribute('alt') || '';
  return alt.length <= 16 && /\p{Extended_Pictographic}/u.test(alt) ? alt : '';
}

function withoutSeparators(text) {
  return text.split('\n').filter((line) => line === '' || !/^[·•|∙\s]+$/u.test(line)).join('\n');
}

function finish(text) {
  const whole = text.trim();
  if (whole.length > LONGEST) cut += 1;
  return whole.slice(0, LONGEST);
}

function picturesOf(element, skipped) {
  const found = own(element, ['img']).filter((image) => {
    const alt = image.getAttribute('alt') || '';
    const small = image.width <= 64 && image.height <= 64;
    return !nearest(image, (at) => skipped.has(at)) && !small && visible(image) && !/^\p{Extended_Pictographic}+$/u.test(alt);
  });
  return found.map((image) => ({ url: (image.currentSrc || image.src || '').slice(0, 4000), alt: image.alt || '' }));
}

function authorFrom(label) {
  for (const expression of [...SETTINGS.labels.reply, ...SETTINGS.labels.comment]) {
    const found = expression.exec(label);
    if (found) return found[1];
  }
  return '';
}

// The element whose words are the author's name in the label that a screen reader is given.
function namedBy(element, label) {
  const name = authorFrom(label);
  return name ? own(element, ['a,strong,b,h2,h3,h4,h5,h6,span']).find((one) => plain(one.textContent) &&
    (plain(one.textContent) === name || (one.localName !== 'span' && label.includes(plain(one.textContent))))) : null;
}

function snapshot(element, kind) {
  const shape = kind === 'post' ? profile.post : profile.comment;
  const label = labelOf(element);
  const authorElement = namedBy(element, label) || first(element, shape.author);
  const timeElement = first(element, shape.time);
  const skipped = new Set([authorElement, timeElement].filter(Boolean));
  const seen = { ...parentOf(element, kind, label), ...read(element, shape, skipped) };
  seen.author = authorElement ? plain(authorElement.textContent) : authorFrom(label);
  seen.datetime = timeElement ? timeElement.getAttribute('datetime') || '' : '';
  seen.shown = timeElement ? plain(timeElement.textContent) : '';
  return {
    ...identify(element, kind, shape, seen), kind: seen.depth, post: seen.post, parent: seen.parent,
    author: seen.author, text: seen.text, datetime: seen.datetime, shown: seen.shown, links: seen.links,
    pictures: picturesOf(element, skipped), claim: claimOf(element, kind), shortened: shortenedIn(element),
    place: Number(element.getAttribute('aria-posinset')) || 0,
  };
}

function note(element, kind) {
  if (!visible(element)) return; // a template or something folded: noted when it is shown
  const record = snapshot(element, kind);
  if (record.kind === 'post') record.post = record.key;
  const earlier = held.get(element);
  if (earlier && earlier.key !== record.key && STRENGTH[earlier.source] < STRENGTH[record.source] &&
      record.text.startsWith(earlier.text.slice(0, 20))) {
    rename(earlier.key, record.key);
  }
  held.set(element, record);
  const known = records.get(record.key);
  if (known) {
    if (record.shortened && !known.shortened) { record.text = known.text; record.shortened = false; }
    if (record.claim === null) record.claim = known.claim;
    if (JSON.stringify(known) === JSON.stringify(record)) return;
  }
  records.set(record.key, record);
  retired.delete(record.key);
  changed.add(record.key);
}

// An item got a better identity than it had: whatever spoke of the old one speaks of the new one.
function rename(old, key) {
  records.delete(old);
  changed.delete(old);
  retired.add(old);
  for (const other of records.values()) {
    for (const name of ['parent', 'post']) {
      if (other[name] === old) { other[name] = key; changed.add(other.key); }
    }
  }
}

// Items are noted the moment they are put in; what changes in them, and where they stand, at the next sweep.
function newcomers(node) {
  const selector = candidates();
  for (const element of node.matches(selector) ? [node, ...all(selector, node)] : all(selector, node)) {
    const kind = kindOf(element);
    if (!kind) continue;
    live.set(element, kind);
    if (!held.has(element)) note(element, kind);
    dirty.add(element);
  }
}

// One pass over all that is in the tree now: what is an item, and in which order.
function sweep() {
  if (!moved && !dirty.size && !folded) return;
  live = classify();
  under = new Map();
  folded = 0;
  for (const [element, kind] of live) {
    const record = held.get(element);
    if (!record || !records.has(record.key) || dirty.has(element)) note(element, kind);
    const now = held.get(element);
    if (!now || !records.has(now.key)) { folded += 1; continue; }
    const siblings = under.get(now.parent) || new Set();
    under.set(now.parent, siblings.add(now.key));
  }
  dirty.clear();
  moved = false;
}

// The order in which items stand now, under each parent where it is another than last time: from the first difference.
function newOrders() {
  const news = [];
  for (const [parent, keys] of under) {
    const order = [...keys];
    const told = toldOrders.get(parent) || [];
    let same = 0;
    while (same < order.length && told[same] === order[same]) same += 1;
    if (same === order.length && same === told.length) continue;
    news.push({ parent, same, keys: order.slice(same) });
    toldOrders.set(parent, order);
  }
  return news;
}

function shownTwice() {
  if (twice.version !== version) twice = { version, counted: countTwice() };
  return twice.counted;
}

function countTwice() {
  const counted = new Map();
  for (const element of live.keys()) {
    const record = held.get(element);
    if (!record || !visible(element)) continue;
    const around = up(element) && itemOf(up(element));
    if (around && held.get(around) && held.get(around).key === record.key) continue;
    counted.set(record.key, (counted.get(record.key) || 0) + 1);
  }
  return Object.fromEntries([...counted].filter(([, times]) => times > 1).map(([key, times]) => [key, times - 1]));
}

function lookInto(root) {
  if (inner.has(root)) return;
  inner.add(root);
  moved = outside = true;
  watcher.observe(root, WATCHED);
  openWithin(root);
}

// Shadow roots that the parser made; those that a script makes are met in `attachShadow`.
function openWithin(node) {
  for (const one of node.querySelectorAll('*')) if (one.shadowRoot) lookInto(one.shadowRoot);
}

function lookIntoFrames() {
  for (const frame of every('iframe')) {
    if (frame.contentDocument && !inner.has(frame.contentDocument)) lookInto(frame.contentDocument);
  }
}

const WATCHED = {
  childList: true, subtree: true, characterData: true, attributes: true,
  attributeFilter: ['id', 'role', 'href', 'datetime', 'title', 'class', 'style', 'hidden', 'open', 'src', 'alt', 'disabled', 'inert',
    'aria-label', 'aria-labelledby', 'aria-expanded', 'aria-posinset', 'aria-pressed', 'aria-disabled', 'aria-hidden', 'aria-busy'],
};

const watcher = new MutationObserver((mutations) => {
  lastChange = performance.now();
  version += 1;
  if (!live.size) chooseProfile();
  for (const mutation of mutations) {
    const target = mutation.target.nodeType === 1 ? mutation.target : mutation.target.parentElement;
    const item = target && itemOf(target);
    if (item) dirty.add(item);
    else outside = true;
    if (mutation.type === 'attributes') {
      kinds.delete(target);
      moved = moved || target.matches(candidates());
    }
    if (mutation.type === 'childList') moved = true;
    for (const node of mutation.addedNodes) if (node.nodeType === 1 && node.isConnected) newcomers(node);
  }
});

function watchShadowRoots() {
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    if (options && options.mode === 'open') lookInto(root);
    return root;
  };
}

watchShadowRoots();
chooseProfile();
watcher.observe(document, WATCHED);
