// The page as one tree, through open shadow roots and frames of the same origin.

const inner = new Set(); // shadow roots and frame documents that we look into

function hostOf(root) {
  if (root.host) return root.host;
  return root.defaultView ? root.defaultView.frameElement : null;
}

function up(element) {
  return element.parentElement || hostOf(element.getRootNode());
}

function nearest(element, test) {
  for (let at = element; at; at = up(at)) if (test(at)) return at;
  return null;
}

function within(element, scope) {
  return scope === document || nearest(element, (at) => at === scope) !== null;
}

// The root and the element in it for each level that `element` is nested in, innermost first.
function levels(element) {
  const found = [];
  for (let at = element; at; at = hostOf(found[found.length - 1].root)) found.push({ root: at.getRootNode(), at });
  return found;
}

function byPlace(one, other) {
  const above = levels(other);
  for (const level of levels(one)) {
    const same = above.find((candidate) => candidate.root === level.root);
    if (!same) continue;
    if (same.at === level.at) return above[0].at === same.at ? 1 : -1;
    return level.at.compareDocumentPosition(same.at) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  }
  return 0;
}

function all(selector, scope) {
  const found = [...scope.querySelectorAll(selector)];
  let deeper = 0;
  for (const root of inner) {
    const host = hostOf(root);
    if (!host || !host.isConnected) { inner.delete(root); continue; }
    if (!within(host, scope)) continue;
    const more = root.querySelectorAll(selector);
    deeper += more.length;
    found.push(...more);
  }
  return deeper ? found.sort(byPlace) : found;
}

// All elements of a name; the browser keeps these lists itself.
function every(name) {
  return inner.size ? all(name, document) : [...document.getElementsByTagName(name)];
}

function matches(element, selectors) {
  return selectors.length > 0 && element.matches(selectors.join(','));
}

function visible(element) {
  return element.checkVisibility({ visibilityProperty: true });
}

function onScreenSize(element) {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && visible(element);
}

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
