// Every post, comment and reply, recorded when it appears or changes, so that it survives its node's removal.

const records = new Map();      // key -> record
const held = new WeakMap();     // element -> record
const changed = new Set();      // keys not yet drained
const retired = new Set();      // keys that turned out to be another key's item
const counts = new Map();       // post -> how many comments and replies are recorded
let live = new Map();           // element -> kind; in document order after a sweep
let livePosts = [];             // the posts among them
let kinds = new WeakMap();      // element -> kind, found once a profile
const dirty = new Set();        // elements to note again
let moved = true;               // something came or went since the last sweep
let outside = true;             // something changed that is no item's since the surroundings were last read
let folded = 0;                 // items that are in the tree and not shown
let under = new Map();          // parent -> keys, as they stand now
const toldOrders = new Map();   // the same, as last reported
let lastChange = 0;
let version = 0;                // goes up with every change: what was read under one version need not be read again

function takeForWhatItIs() {
  if (!chooseProfile()) return;
  kinds = new WeakMap();
  live = new Map();
  livePosts = [];
  understood = new WeakMap();
  for (const key of records.keys()) retired.add(key);
  records.clear();
  counts.clear();
  changed.clear();
  moved = true;
}

function kindOf(element) {
  let kind = kinds.get(element);
  if (!kind) {
    const asked = view.post_is === 'address' ? [['post', isPost], ['comment', isComment]] : [['comment', isComment], ['post', isPost]];
    const found = asked.find(([, test]) => test(element));
    kind = found ? found[0] : null;
    if (kind) kinds.set(element, kind);
  }
  return kind;
}

function candidates() {
  return [...view.post.is, ...view.comment.is].join(',');
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

function keyOf(element) {
  return (held.get(element) || {}).key || null;
}

// The keys of a post and of all that is known to belong to it.
function keysOf(key) {
  return [...records.values()].filter((one) => one.post === key).map((one) => one.key);
}

function commentsOf(key) {
  return counts.get(key) || 0;
}

function count(record, by) {
  if (record.kind !== 'post') counts.set(record.post, commentsOf(record.post) + by);
}

function note(element, kind) {
  if (!visible(element)) return; // a template or something folded: noted when it is shown
  const record = snapshot(element, kind);
  if (record.kind === 'post') record.post = record.key;
  else if (record.post === null) return; // nothing on the page is its post yet
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
    count(known, -1);
  }
  records.set(record.key, record);
  count(record, 1);
  retired.delete(record.key);
  changed.add(record.key);
}

// An item got a better identity than it had: whatever spoke of the old one speaks of the new one.
function rename(old, key) {
  const former = records.get(old);
  if (former) count(former, -1);
  records.delete(old);
  changed.delete(old);
  retired.add(old);
  if (counts.has(old)) { counts.set(key, commentsOf(key) + commentsOf(old)); counts.delete(old); }
  for (const other of records.values()) {
    for (const name of ['parent', 'post']) {
      if (other[name] === old) { other[name] = key; changed.add(other.key); }
    }
  }
}

// Items are noted the moment they are put in; what changes in them, and where they stand, at the next sweep.
function newcomers(node) {
  if (document.readyState === 'loading') { moved = true; return; } // the parser may be in the middle of it
  const selector = candidates();
  const fresh = [];
  for (const element of node.matches(selector) ? [node, ...all(selector, node)] : all(selector, node)) {
    const kind = kindOf(element);
    if (!kind) continue;
    live.set(element, kind);
    if (kind === 'post' && !livePosts.includes(element)) livePosts = [...livePosts, element].sort(byPlace);
    fresh.push([element, kind]);
  }
  for (const [element, kind] of fresh) {
    if (!held.has(element)) note(element, kind);
    dirty.add(element);
  }
}

// One pass over all that is in the tree now: what is an item, and in which order.
function sweep() {
  if (!moved && !dirty.size && !folded) return;
  if (moved) {
    live = classify();
    livePosts = [...live].filter(([, kind]) => kind === 'post').map(([element]) => element);
  }
  under = new Map();
  folded = 0;
  for (const [element, kind] of live) {
    const record = held.get(element);
    if (!record || !records.has(record.key) || dirty.has(element)) note(element, kind);
    const now = held.get(element);
    if (!now || !records.has(now.key)) { folded += 1; continue; }
    let siblings = under.get(now.parent);
    if (!siblings) under.set(now.parent, siblings = new Set());
    siblings.add(now.key);
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

// What stands more than once on the page (of one post, or of all), and how often too many; what a dialog shows again does
// not count.
function shownTwice(key) {
  const counted = new Map();
  for (const element of live.keys()) {
    const record = held.get(element);
    if (!record || (key && record.post !== key) || !visible(element) || fromDialog(element)) continue;
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
  version += 1;
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

// What stands beside an item and speaks of it: the thread of a post, the branch that a comment opens.
function alsoTouched(target) {
  if (view.thread.length && nearest(target, (at) => matches(at, view.thread))) {
    const key = ownerOf(target);
    const post = livePosts.find((one) => keyOf(one) === key);
    if (post) dirty.add(post);
  }
  const branch = nearest(target, (at) => matches(at, view.branch) || live.has(at));
  const head = branch && !live.has(branch) ? branch.querySelector(view.comment.is.join(',')) : null;
  if (head && live.has(head)) dirty.add(head);
}

const watcher = new MutationObserver((mutations) => {
  lastChange = performance.now();
  version += 1;
  if (!live.size) takeForWhatItIs();
  for (const mutation of mutations) {
    const target = mutation.target.nodeType === 1 ? mutation.target : mutation.target.parentElement;
    if (target) forgetMeaning(target);
    const item = target && itemOf(target);
    if (item) dirty.add(item);
    else outside = true;
    if (target && live.get(item) !== 'comment') alsoTouched(target);
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
takeForWhatItIs();
watcher.observe(document, WATCHED);
