// The page as one tree, through open shadow roots and frames of the same origin.

const inner = new Set(); // shadow roots and frame documents that we look into

function hostOf(root) {
  if (root.host) return root.host;
  return root.defaultView && root.defaultView !== window ? root.defaultView.frameElement : null;
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

// The same of the whole page, asked once for each state of it. What came into view or went from it by style alone is
// not told by this: ask `visible` of what it gives.
let asked = { version: -1, answers: new Map() };
function allNow(selector) {
  if (asked.version !== version) asked = { version, answers: new Map() };
  let found = asked.answers.get(selector);
  if (!found) asked.answers.set(selector, found = all(selector, document));
  return found;
}

// All elements of a name; the browser keeps these lists itself.
function every(name) {
  return inner.size ? all(name, document) : [...document.getElementsByTagName(name)];
}

// What stands under an element: its shadow root, or the document in its frame, or its own children.
function contentOf(element) {
  if (element.shadowRoot) return element.shadowRoot;
  if (element.localName === 'iframe') return inner.has(element.contentDocument) ? element.contentDocument : element;
  return element;
}

// The elements of `root` and below, in order, without the branches that begin where `ends` says so.
function region(root, ends) {
  const found = [];
  const gather = (element) => {
    found.push(element);
    for (let child = contentOf(element).firstElementChild; child; child = child.nextElementSibling) {
      if (!ends(child)) gather(child);
    }
  };
  gather(root);
  return found;
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
