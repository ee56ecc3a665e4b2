// Names as a screen reader would say them, and what they mean; the lines come from patterns.yaml.

const CONTROLS = 'button,summary,a,[role=button],[role=link],[role=menuitem]';
let controls = CONTROLS;           // and what else acts as a button on this platform

for (const lines of Object.values(SETTINGS.patterns)) {
  for (const line of lines) line.expression = new RegExp(line.name, 'iu');
}
const LABELS = {
  comment: SETTINGS.patterns.comment_label.map((line) => line.expression),
  reply: SETTINGS.patterns.reply_label.map((line) => line.expression),
};
const MEANINGS = ['expand_more', 'see_more_text', 'more_posts', 'order_opener', 'order_choice', 'claims', 'reply_claims', 'suspicious'];

// Names are compared without what cannot be seen in them: NBSP is a space, zero-width signs are nothing.
function plain(text) {
  return text.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g, '').replace(/\s+/g, ' ').trim();
}

function labelOf(element) {
  const ids = element.getAttribute('aria-labelledby');
  if (ids) {
    const root = element.getRootNode();
    const named = ids.split(/\s+/).map((id) => root.getElementById && root.getElementById(id)).filter(Boolean);
    if (named.length) return plain(named.map((one) => one.textContent).join(' '));
  }
  return plain(element.getAttribute('aria-label') || '');
}

// The accessible name, near enough: label, else content (with pictures' alternatives), else title.
function nameOf(element) {
  const label = labelOf(element);
  if (label) return label;
  const parts = [];
  const gather = (node) => {
    if (node.nodeType === 3) parts.push(node.data);
    if (node.nodeType !== 1 || node.getAttribute('aria-hidden') === 'true' || parts.length > 200) return;
    const own = node === element ? '' : node.getAttribute('aria-label') || node.getAttribute('alt') || '';
    if (own) { parts.push(` ${own} `); return; }
    if (node.localName === 'title') parts.push(` ${node.textContent} `);
    else for (const child of (node.shadowRoot || node).childNodes) gather(child);
  };
  gather(element);
  return plain(parts.join('').slice(0, 1000)) || plain(element.getAttribute('title') || element.value || '');
}

function lineFor(category, name) {
  if (!name || name.length > 200) return null;
  return SETTINGS.patterns[category].find((line) => line.expression.test(name)) || null;
}

function denied(name) {
  return SETTINGS.patterns.never.some((line) => line.expression.test(name));
}

// A control's name and what it means are kept until something in the control changes: a page may have 50,000 of them.
let understood = new WeakMap();  // control -> {name, denied, one line for each meaning that it has}

function meaningOf(control) {
  let meaning = understood.get(control);
  if (meaning) return meaning;
  const name = nameOf(control);
  meaning = { name, denied: denied(name), plain: true };
  for (const category of name ? MEANINGS : []) {
    const line = lineFor(category, name);
    if (line) { meaning[category] = line; meaning.plain = false; }
  }
  understood.set(control, meaning);
  return meaning;
}

function forgetMeaning(node) {
  for (let at = node; at; at = at.parentElement) understood.delete(at);
}

function wordsFor(category, text) {
  const whole = plain(text.slice(0, 20000));
  return SETTINGS.patterns[category].map((line) => line.expression.exec(whole)).filter(Boolean).map((found) => found[0])[0] || null;
}

function authorFrom(label) {
  for (const expression of [...LABELS.reply, ...LABELS.comment]) {
    const found = expression.exec(label);
    if (found) return found[1];
  }
  return '';
}
