// Which items are on the screen now, so that each can be found again in the recording.

const HERE = { x: 0, y: 0 };
const SHOWN_AT_LEAST = 48; // CSS pixels of an item's height, or all of it where it is lower

function boxOf(element) {
  const box = element.getBoundingClientRect();
  if (box.width > 0 || box.height > 0) return box;
  const content = document.createRange(); // `display: contents` has no box of its own
  content.selectNodeContents(element);
  return content.getBoundingClientRect();
}

// The element that a visitor sees at a point of the window, through shadow roots and frames; its owner item, if any.
function itemAt(x, y) {
  let hit = document.elementFromPoint(x, y);
  for (let left = x, top = y; hit;) {
    let deeper = null;
    if (hit.shadowRoot) {
      deeper = hit.shadowRoot.elementFromPoint(left, top);
    } else if (hit.localName === 'iframe' && inner.has(hit.contentDocument)) {
      const frame = hit.getBoundingClientRect();
      left -= frame.left + hit.clientLeft;
      top -= frame.top + hit.clientTop;
      deeper = hit.contentDocument.elementFromPoint(left, top);
    }
    if (!deeper || deeper === hit) break;
    hit = deeper;
  }
  return hit ? itemOf(hit) : null;
}

// Where the window of the element's document has its corner in this window.
function cornerOf(element) {
  const corner = { x: 0, y: 0 };
  for (let at = element.ownerDocument.defaultView; at && at !== window; at = at.parent) {
    const frame = at.frameElement;
    const box = frame.getBoundingClientRect();
    corner.x += box.left + frame.clientLeft;
    corner.y += box.top + frame.clientTop;
  }
  return corner;
}

// The keys of the items of which enough is seen between `from` and `to` of this window: their own content, not only
// that of the answers in them, and not covered by anything.
function shownNow(from, to) {
  const found = [];
  let outside = null; // the last one that is not on the screen: what it holds is not, and need not be measured
  for (const element of live.keys()) {
    if (outside && outside.contains(element)) continue;
    const box = boxOf(element);
    const corner = element.ownerDocument === document ? HERE : cornerOf(element);
    const top = Math.max(box.top + corner.y, from);
    const bottom = Math.min(box.bottom + corner.y, to);
    if (bottom <= top && box.height > 0) outside = element;
    if (bottom <= top || bottom - top < Math.min(box.height, SHOWN_AT_LEAST)) continue;
    const key = element.isConnected ? keyOf(element) : null;
    if (!key) continue;
    const height = bottom - top;
    const rows = [Math.min(14, height / 2), Math.min(34, height * 0.75), height / 2].map((below) => top + below);
    const columns = [0.5, 0.2, 0.8, 0.05].map((share) => box.left + corner.x + box.width * share);
    const passed = getComputedStyle(element).pointerEvents === 'none'; // nothing that is pointed at is ever it
    if (passed || rows.some((y) => columns.some((x) => itemAt(x, y) === element))) found.push(key);
  }
  return [...new Set(found)];
}
