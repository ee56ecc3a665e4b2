// Controls, known by role and name; the lines come from patterns.yaml, already proved by its schema.

const CONTROLS = 'button,summary,a,[role=button],[role=link]';
const CHOICES = '[role=menuitem],[role=menuitemradio],[role=option]';
const DIALOGS = '[role=dialog],[role=alertdialog],dialog[open],[aria-modal=true]';
const unsafe = new Set();        // lines that led away from the channel: not used again in this walk

for (const lines of Object.values(SETTINGS.patterns)) {
  for (const line of lines) line.expression = new RegExp(line.name, 'iu');
}
SETTINGS.labels = {
  comment: SETTINGS.patterns.comment_label.map((line) => line.expression),
  reply: SETTINGS.patterns.reply_label.map((line) => line.expression),
};

function lineFor(category, name) {
  if (!name || name.length > 200) return null;
  return SETTINGS.patterns[category].find((line) => line.expression.test(name)) || null;
}

function denied(name) {
  return SETTINGS.patterns.never.some((line) => line.expression.test(name));
}

// A link is a control only if following it stays in this document.
function staysHere(element) {
  if (element.localName !== 'a') return true;
  const href = element.getAttribute('href');
  if (href === null || href === '' || href === '#') return true;
  if (/^\s*javascript:/iu.test(href)) return false;
  return href.startsWith('#') || element.href.split('#')[0] === element.baseURI.split('#')[0];
}

function usable(element) {
  if (element.disabled || element.getAttribute('aria-disabled') === 'true' || element.hasAttribute('aria-pressed')) return false;
  if (nearest(element, (at) => at.inert === true || at.getAttribute('aria-hidden') === 'true')) return false;
  return staysHere(element) && onScreenSize(element);
}

function submits(element) {
  return Boolean(element.form) && element.type === 'submit';
}

// The list item that a comment opens: its answers' controls stand there, outside the comment itself.
function itemsListItem(element) {
  const around = nearest(up(element), (at) => at.localName === 'li' || matches(at, profile.post.is));
  return around && around.localName === 'li' && !live.has(around) && around.querySelector(profile.comment.is.join(',')) === element ? [around] : [];
}

function speaksFor(control, element, kind) {
  const item = itemOf(control);
  if (item === element) return true;
  if (kind === 'post') return item === null; // beside the post's article, in its thread
  if (item === null || live.get(item) !== 'post') return false;
  const around = nearest(control, (at) => at.localName === 'li');
  return around !== null && around.querySelector(profile.comment.is.join(',')) === element;
}

function claimOf(element, kind) {
  const category = kind === 'post' ? 'claims' : 'reply_claims';
  const shape = kind === 'post' ? profile.post : profile.comment;
  const places = shape.claim.length ? shape.claim : [CONTROLS, 'h1,h2,h3,h4,h5,h6,legend'];
  const threads = kind === 'post' ? threadsOf(element) : itemsListItem(element);
  for (const scope of [element, ...threads]) {
    for (const candidate of all(places.join(','), scope)) {
      if (!speaksFor(candidate, element, kind)) continue;
      const name = nameOf(candidate);
      const line = lineFor(category, name);
      if (line) return line.count ? `${line.count}` : line.expression.exec(name)[1];
    }
  }
  return null;
}

function shortenedIn(element) {
  return all(CONTROLS, element).some((one) =>
    itemOf(one) === element && lineFor('see_more_text', nameOf(one)) && !denied(nameOf(one)) && onScreenSize(one));
}
