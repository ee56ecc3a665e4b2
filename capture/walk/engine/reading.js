// What a visitor reads in an item: its text, author, time, links and pictures, without what others wrote in it.

const NOT_TEXT = 'button,[role=button],[role=menu],[role=progressbar],[role=toolbar],input,select,textarea,form,nav,' +
  'script,style,template,noscript,svg,video,audio,iframe,object,[aria-hidden=true]';
const BLOCK = new Set(('ADDRESS ARTICLE ASIDE BLOCKQUOTE DD DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 ' +
  'HEADER HR LI MAIN OL PRE SECTION TABLE TR UL').split(' '));
const LONGEST = 1000000;
let cut = 0;

// The elements that are an item's own, and those among them that a selector names; the first selector that gives wins.
function ownOf(element) {
  return region(element, (one) => live.has(one));
}

function among(elements, element, selector) {
  if (selector === ':scope') return [element];
  return elements.filter((one) => one !== element && one.matches(selector));
}

// The machine-readable time of an element: <time datetime>, or <meta itemprop content>.
function timeIn(element) {
  return element.getAttribute('datetime') || (element.hasAttribute('itemprop') && element.getAttribute('content')) || '';
}

function first(elements, element, selectors) {
  for (const selector of selectors) {
    const found = among(elements, element, selector).find((one) => plain(one.textContent) || timeIn(one) || one.getAttribute('aria-label'));
    if (found) return found;
  }
  return null;
}

function isControl(element) {
  if (element.matches(NOT_TEXT)) return true;
  if (element.localName !== 'a') return false;
  const href = element.getAttribute('href');
  if (href !== null && href !== '' && !href.startsWith('#') && !/^javascript:/iu.test(href)) return false;
  const meaning = meaningOf(element);
  return Boolean(meaning.denied || meaning.expand_more || meaning.see_more_text || meaning.claims);
}

function kept(node) {
  if (!/[\n\t\r]| {2}|^ | $/u.test(node.data)) return false;
  const holder = node.parentElement;
  return Boolean(holder) && holder.isConnected && getComputedStyle(holder).whiteSpaceCollapse !== 'collapse';
}

function read(element, told, skipped) {
  const seen = { text: '', border: 0, links: [] };
  const gather = (node) => {
    if (node.nodeType === 3) { write(seen, node.data, kept(node)); return; }
    if (node.nodeType !== 1 || skipped.has(node) || (live.has(node) && node !== element)) return;
    if (node !== element && (matches(node, view.thread) || isControl(node))) return;
    if (!visible(node)) return;
    if (node.localName === 'br') { write(seen, '\n', true); return; }
    if (node.localName === 'img') { write(seen, sign(node), true); return; }
    if (node.localName === 'a') link(seen, node);
    if (node.hasAttribute('aria-label') && node.textContent.length <= 20 && node !== element) return; // a counter with words of its own
    const border = node.localName === 'p' ? 2 : BLOCK.has(node.nodeName) ? 1 : 0;
    seen.border = Math.max(seen.border, border);
    for (const child of (node.shadowRoot || node).childNodes) gather(child);
    seen.border = Math.max(seen.border, border);
  };
  for (const root of told.length ? told : [element]) gather(root);
  return { text: told.length ? finish(seen.text) : finish(withoutSeparators(seen.text)), links: [...new Set(seen.links)] };
}

function textsOf(elements, element, shape, skipped) {
  for (const selector of shape.text) {
    const found = among(elements, element, selector).filter((one) => !nearest(one, (at) => skipped.has(at)));
    const outermost = found.filter((one) => !found.some((other) => other !== one && within(one, other)));
    if (outermost.some((one) => plain(one.textContent) || [...one.querySelectorAll('img')].some(sign))) return outermost;
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

const SIGN = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u; // pictures, flags, keycaps

function sign(image) { // a picture within a line of text that stands for a sign
  const alt = image.getAttribute('alt') || '';
  return alt.length <= 32 && SIGN.test(alt) && !/\p{L}/u.test(alt) ? alt : '';
}

function withoutSeparators(text) {
  return text.split('\n').filter((line) => line === '' || !/^[·•|∙\s]+$/u.test(line)).join('\n');
}

function finish(text) {
  const whole = text.trim();
  if (whole.length > LONGEST) cut += 1;
  return whole.slice(0, LONGEST);
}

function picturesOf(elements, skipped) {
  const found = elements.filter((one) => one.localName === 'img').filter((image) => {
    const alt = image.getAttribute('alt') || '';
    const small = image.width <= 64 && image.height <= 64;
    return !nearest(image, (at) => skipped.has(at)) && !small && visible(image) && !sign(image);
  });
  return found.map((image) => ({ url: (image.currentSrc || image.src || '').slice(0, 4000), alt: image.alt || '' }));
}

// The element whose words are the author's name in the label that a screen reader is given.
function namedBy(elements, element, label) {
  const name = authorFrom(label);
  return name ? among(elements, element, 'a,strong,b,h2,h3,h4,h5,h6,span').find((one) => plain(one.textContent) &&
    (plain(one.textContent) === name || (one.localName !== 'span' && label.includes(plain(one.textContent))))) : null;
}

// Whom an item answers: whom it says it answers, the item around it, or where replies stand beside, the one before it.
function parentOf(element, kind, label, answered) {
  if (kind === 'post') return { parent: null, post: null, depth: 'post' };
  const around = up(element) && itemOf(up(element));
  const outer = around ? held.get(around) : null;
  const post = hostKey || (outer ? (outer.kind === 'post' ? outer.key : outer.post) : ownerOf(element));
  const named = answered.map((one) => permalink(one.getAttribute('href'), one.baseURI)).find((key) => key && key !== post);
  if (named) return { parent: named, post, depth: 'reply' };
  if (outer && outer.kind !== 'post') return { parent: outer.key, post, depth: 'reply' };
  const head = headOf(element);
  if (head) return { parent: head.key, post, depth: 'reply' };
  if (LABELS.reply.some((one) => one.test(label))) {
    const before = lastCommentBefore(element, post);
    if (before) return { parent: before, post, depth: 'reply' };
  }
  return { parent: post, post, depth: 'comment' };
}

// The post that something outside every post belongs to: the page's own, the dialog's it stands in, or the last before.
function ownerOf(element) {
  if (view.post_is === 'address' && seenPost) return pageAddress();
  const dialog = nearest(element, (at) => opened.has(at));
  return dialog ? opened.get(dialog) : lastPostBefore(element);
}

// Where answers stand in a branch of their own, the comment that opens the branch.
function headOf(element) {
  for (let at = up(element); at && !matches(at, view.post.is); at = up(at)) {
    if (!matches(at, view.branch)) continue;
    const head = at.querySelector(view.comment.is.join(','));
    if (head && head !== element && held.has(head) && byPlace(head, element) < 0) return held.get(head);
  }
  return null;
}

function lastPostBefore(element) {
  let found = null;
  for (const one of livePosts) {
    if (!held.has(one) || !one.isConnected) continue;
    if (found && byPlace(one, element) > 0) break;
    found = held.get(one).key;
  }
  return found;
}

function lastCommentBefore(element, post) {
  let found = null;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling) {
    const record = live.has(at) ? held.get(at) : null;
    if (record && record.kind === 'comment' && record.post === post) return record.key;
  }
  for (const one of live.keys()) {
    if (one === element) break;
    const record = held.get(one);
    if (record && record.kind === 'comment' && record.post === post) found = record.key;
  }
  return found;
}

const BARE = new RegExp(`^(${SETTINGS.number})$`, 'iu');

// Where the number of a post's comments, or of a comment's replies, may be said.
function claimPlaces(element, kind, elements) {
  if (kind === 'post') return [...elements, ...threadsOf(element).flatMap(ownOf)];
  const around = nearest(up(element), (at) => matches(at, view.branch) || matches(at, view.post.is));
  const branch = around && matches(around, view.branch) && !live.has(around) &&
    around.querySelector(view.comment.is.join(',')) === element ? around : null;
  return branch ? [...elements, ...ownOf(branch)] : elements;
}

function claimOf(element, kind, elements) {
  const category = kind === 'post' ? 'claims' : 'reply_claims';
  const shape = kind === 'post' ? view.post : view.comment;
  const places = (shape.claim.length ? shape.claim : [controls, 'h1,h2,h3,h4,h5,h6,legend,[role=group][aria-label]']).join(',');
  for (const candidate of claimPlaces(element, kind, elements)) {
    if (!candidate.matches(places)) continue;
    const name = meaningOf(candidate).name;
    const line = lineFor(category, name);
    if (line) return line.count !== null ? `${line.count}` : line.expression.exec(name)[1];
    // A number alone says how many only where the profile points at it.
    const bare = shape.claim.length ? BARE.exec(name) : null;
    if (bare) return bare[1];
  }
  return null;
}

function snapshot(element, kind) {
  const shape = kind === 'post' ? view.post : view.comment;
  const label = labelOf(element);
  const elements = ownOf(element);
  const authorElement = namedBy(elements, element, label) || first(elements, element, shape.author);
  const timeElement = first(elements, element, shape.time);
  const skipped = new Set([authorElement, timeElement].filter((one) => one && one !== element));
  const parts = {
    permalink: shape.permalink.flatMap((selector) => among(elements, element, selector)),
    answers: shape.answers.flatMap((selector) => among(elements, element, selector)),
  };
  const told = textsOf(elements, element, shape, skipped);
  const seen = { ...parentOf(element, kind, label, parts.answers), ...read(element, told, skipped) };
  seen.author = authorElement ? plain(authorElement.textContent) || labelOf(authorElement) : authorFrom(label);
  seen.datetime = timeElement ? timeIn(timeElement) : '';
  seen.shown = timeElement ? plain(timeElement.textContent) : '';
  return {
    ...identify(element, kind, parts, seen), kind: seen.depth, post: seen.post, parent: seen.parent,
    author: seen.author, text: seen.text, datetime: seen.datetime, shown: seen.shown, links: seen.links,
    pictures: picturesOf(elements, skipped), claim: claimOf(element, kind, elements),
    shortened: elements.some((one) => one.matches(controls) && staysHere(one) && meaningOf(one).see_more_text && !meaningOf(one).denied && onScreenSize(one)),
    place: Number(element.getAttribute('aria-posinset')) || 0, card: kind === 'post' && profile.visit === 'always' && view === profile.channel,
  };
}
