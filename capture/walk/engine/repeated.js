// A site that neither says what it is nor what its posts are: whatever stands again and again, each with a time of its
// own, is taken for a post, and what does so inside of those for a comment. It is marked with an attribute of ours,
// which the last profile knows as any other.

const MARK = 'data-kanalarkiv';
const AROUND = 'nav,header,footer,aside,form,[role=navigation],[role=banner],[role=contentinfo],[role=complementary],' + DIALOGS;
const ENOUGH = 3; // posts; a page with fewer shows no pattern

function signature(element) {
  return `${element.localName} ${element.getAttribute('role') || ''} ${[...element.classList].sort().join('.')}`;
}

// The children of one element that look the same and hold a time each, where there are enough of them.
function alike(parent, bearing, enough) {
  const groups = new Map();
  for (let child = contentOf(parent).firstElementChild; child; child = child.nextElementSibling) {
    if (!bearing.has(child)) continue;
    const name = signature(child);
    groups.set(name, [...(groups.get(name) || []), child]);
  }
  const largest = [...groups.values()].sort((one, other) => other.length - one.length)[0] || [];
  return largest.length >= enough ? largest : [];
}

function bearers(scope) {
  const bearing = new Set();
  for (const time of all('time', scope)) {
    if (nearest(time, (at) => at.matches(AROUND)) || !visible(time)) continue;
    for (let at = time; at && at !== scope && !bearing.has(at); at = up(at)) bearing.add(at);
  }
  return bearing;
}

// The shallowest place below `scope` where something stands again and again.
function repeatedIn(scope, enough) {
  const bearing = bearers(scope);
  let level = [scope];
  while (level.length) {
    for (const parent of level) {
      const found = alike(parent, bearing, enough);
      if (found.length) return found;
    }
    level = level.flatMap((parent) => [...contentOf(parent).children].filter((child) => bearing.has(child)));
  }
  return [];
}

let byRepetition = false;
function markRepeated() {
  if (EMBEDDED || !profile.by_semantics || !document.body || (live.size && !byRepetition)) return;
  const posts = repeatedIn(document.body, ENOUGH);
  if (!posts.length) return;
  byRepetition = true;
  const comments = new Set(posts.flatMap((post) => repeatedIn(post, 2).map(signature)));
  for (const post of posts) {
    if (post.getAttribute(MARK) !== 'inlagg') { post.setAttribute(MARK, 'inlagg'); moved = true; }
    for (const one of bearers(post)) {
      if (!comments.has(signature(one)) || one.hasAttribute(MARK)) continue;
      one.setAttribute(MARK, 'kommentar');
      moved = true;
    }
  }
}
