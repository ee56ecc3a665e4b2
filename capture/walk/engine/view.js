// Which platform this is, which kind of its pages, and so what a post and a comment are, and what they are called.

const STRENGTH = { permalink: 3, id: 2, content: 1 };
const IDENTITIES = ['data-urn', 'data-id', 'data-post-id', 'data-comment-id', 'id'];
const PASSING = /:r|^(ember|react|radix|yui|gen)[-_]?\d/iu; // names that frameworks give anew at every visit
const DIALOGS = '[role=dialog],[role=alertdialog],dialog[open],[aria-modal=true]';
const ARRIVED_AT = location.href; // scripts rewrite the address as one scrolls

let profile = null;
let forms = null;                // the profile's expressions, compiled
let view = null;
let feedSelector = null;
let hostKey = null;              // in a frame from elsewhere: the post that the frame stands in
const opened = new WeakMap();    // dialog -> key of the post that it was opened from

function pathOf(url) {
  return url.pathname + url.search;
}

// Says whether the page was taken for another kind than before.
function chooseProfile() {
  const last = SETTINGS.profiles[SETTINGS.profiles.length - 1];
  const fits = (one) => one.url.some((pattern) => new RegExp(pattern, 'iu').test(ARRIVED_AT)) ||
    (one.probe.length > 0 && allNow(one.probe.join(',')).length > 0);
  const chosen = SETTINGS.profiles.find((one) => (EMBEDDED ? fits(one) : SETTINGS.platform ? one.name === SETTINGS.platform : fits(one))) || last;
  const before = profile;
  profile = chosen;
  if (before !== profile) {
    forms = {
      keys: profile.keys.map((one) => new RegExp(one, 'u')),
      drop: profile.drop_parameters.map((one) => new RegExp(`^(?:${one})$`, 'u')),
      own: profile.own_page_address.map((one) => new RegExp(one, 'u')),
    };
  }
  const own = profile.own_page !== null && forms.own.some((one) => one.test(pathOf(new URL(ARRIVED_AT))));
  controls = [CONTROLS, ...profile.controls].join(',');
  view = own ? profile.own_page : profile.channel;
  feedSelector = view.feed.find((one) => allNow(one).length > 0) || null;
  return before !== profile;
}

function fromDialog(element) {
  return nearest(element, (at) => at.matches(DIALOGS));
}

function isPost(element) {
  if (EMBEDDED || !matches(element, view.post.is) || !feedSelector) return false;
  if (view.post_is === 'address' && thePost() !== element) return false;
  const above = up(element);
  if (above === null || nearest(above, (at) => matches(at, view.post.is) && (view.post_is !== 'address' || at === thePost())) !== null) return false;
  if (nearest(above, (at) => at.matches(feedSelector)) !== null) return true;
  // A dialog shows again a post of the feed; nothing else in a dialog is a post.
  return fromDialog(above) !== null && records.has(linkOf(element, view.post) || '');
}

function isComment(element) {
  if (!matches(element, view.comment.is)) return false;
  if (EMBEDDED) return true;
  const above = up(element);
  if (above === null) return false;
  if (view.post_is === 'address' && !answersThePost(element)) return false;
  return nearest(above, (at) => (matches(at, view.post.is) && (view.post_is !== 'address' || at === thePost())) ||
    matches(at, view.thread) || opened.has(at)) !== null;
}

// Where the post and its answers look the same: what stands after the post, as long as the page keeps it; what once
// stood before it never is an answer.
const ancestors = new Set();
function answersThePost(element) {
  const post = thePost();
  const link = linkOf(element, view.comment);
  if (element === post || link === pageAddress() || (!post && !seenPost) || ancestors.has(link)) return false;
  if (!post || within(element, post) || byPlace(element, post) > 0) return true;
  if (link) ancestors.add(link);
  return false;
}

function isPageOfItsOwn(link) {
  return link !== null && forms.own.some((one) => one.test(pathOf(new URL(link))));
}

function mayBeThePage(link) {
  return link === pageAddress() || !isPageOfItsOwn(link);
}

// On a page that is one post's own: the element whose permalink is the page's address, or the first where none links to
// a page of its own.
// Once it has been seen, the page may let go of it as one scrolls: nothing else takes its place.
let chosenPost = { version: -1, element: null };
let seenPost = false;
function thePost() {
  const held = chosenPost.element;
  if (held && held.isConnected && matches(held, view.post.is) && mayBeThePage(linkOf(held, view.post))) return held;
  if (chosenPost.version === version && held === null) return null;
  const offered = all(view.post.is.join(','), document).filter(visible);
  const address = pageAddress();
  const named = offered.find((one) => linkOf(one, view.post) === address);
  const unnamed = offered.every((one) => !isPageOfItsOwn(linkOf(one, view.post))) ? offered[0] : null;
  chosenPost = { version, element: named || (seenPost ? null : unnamed) || null };
  seenPost = seenPost || chosenPost.element !== null;
  return chosenPost.element;
}

function linkOf(element, shape) {
  for (const selector of shape.permalink) {
    for (const one of selector === ':scope' ? [element] : all(selector, element)) {
      const key = one.hasAttribute('href') ? permalink(one.getAttribute('href'), one.baseURI) : null;
      if (key) return key;
    }
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

// An address without what changes from visit to visit; null where it is no address of an item.
function permalink(address, base) {
  const url = address && !address.startsWith('#!') && address !== '#' ? web(address, base) : null;
  if (!url) return null;
  for (const name of [...url.searchParams.keys()]) {
    if (forms.drop.some((one) => one.test(name))) url.searchParams.delete(name);
  }
  if (profile.keys.length) {
    const found = forms.keys.map((one) => one.exec(pathOf(url) + url.hash)).find(Boolean);
    return found ? url.origin + found[0] : null;
  }
  return url.href === location.href.split('#')[0] && address.startsWith('#') ? null : url.href;
}

function hash(text) { // FNV-1a, 64 bits: an identity within one page, not a proof
  let value = 0xcbf29ce484222325n;
  for (const sign of text) value = BigInt.asUintN(64, (value ^ BigInt(sign.codePointAt(0))) * 0x100000001b3n);
  return value.toString(16).padStart(16, '0');
}

function pageAddress() {
  if (profile.keys.length) return permalink(ARRIVED_AT, ARRIVED_AT) || ARRIVED_AT.split('#')[0];
  const canonical = document.querySelector('link[rel=canonical]');
  return permalink(canonical ? canonical.href : ARRIVED_AT.split('#')[0], document.baseURI);
}

function identify(element, kind, parts, seen) {
  if (kind === 'post' && view.post_is === 'address') return { key: pageAddress(), source: 'permalink' };
  const link = parts.permalink.map((one) => permalink(one.getAttribute('href'), one.baseURI)).find(Boolean);
  if (link) return { key: link, source: 'permalink' };
  // Within its post, so that the feed and the post's own page call a comment the same.
  const base = ((kind !== 'post' && seen.post) || ARRIVED_AT).split('#')[0];
  const id = IDENTITIES.map((name) => element.getAttribute(name)).find((value) => value && !PASSING.test(value));
  if (id) return { key: `${base}#${id}`, source: 'id' };
  const start = seen.text.replace(/[\s….]+$/u, '').slice(0, 40);
  const content = JSON.stringify([kind, seen.parent, seen.author, seen.datetime, start]);
  return { key: `${base}#content-${hash(content)}`, source: 'content' };
}
