// What the page is like after a step.

function report(order) {
  const keys = [...changed].slice(0, 1000);
  for (const key of keys) changed.delete(key);
  const gone = [...retired];
  retired.clear();
  const covered = allNow(DIALOGS).length > 0;
  const [from, to] = order.window || [0, innerHeight];
  const posts = livePosts.filter((one) => held.has(one) && !(covered && fromDialog(one)));
  const next = posts.find((one) => !done.has(keyOf(one)));
  const at = order.post || (next ? keyOf(next) : null);
  return {
    url: location.href, title: document.title, profile: profile.name, scroll_y: scrollY,
    items: keys.map((key) => records.get(key)), more: changed.size > 0, retired: gone, orders: changed.size ? [] : newOrders(),
    twice: order.account ? shownTwice(order.post) : {}, posts: posts.length, next: next ? keyOf(next) : null, post: postReport(at),
    ...around(posts), at_end: atEnd(feedArea()), pending: pendingSince(order.since),
    spinning: !order.post && feedSpinners().length > 0, failures: failuresSince(order.since),
    strayed: strayed.splice(0), cut, foreign_frames: foreignFrames().length, now: performance.now(),
    in_view: order.drawn || order.window ? shownNow(from, to) : [],
    absent: order.item !== null && standing(order.item).length === 0,
  };
}

function outsiders() {
  return region(document.documentElement, (one) => live.has(one));
}

// What stands around the posts; read again only when something there has changed.
let surroundings = null;
function around(posts) {
  if (outside || !surroundings || (surroundings.wall.said && records.size)) {
    outside = false;
    const others = outsiders();
    const small = others.filter((one) => one.childElementCount <= 3 && one.textContent.length <= 200);
    surroundings = {
      cookie: Boolean(cookieControl(others)), nag: Boolean(nagControl()), wall: wall(posts),
      end_marker: endMarker(small, posts), claimed_posts: claimedPosts(small), account: account(), next_page: nextPage(),
      more_posts: (moreControl(others) || {}).name || null,
    };
  }
  return surroundings;
}

function postReport(key) {
  const root = key ? rootOf(key) : null;
  if (!root) return null;
  const area = areaOf(key);
  const shown = windowOf(area);
  const whole = shared(area);
  const box = root.getBoundingClientRect();
  const openers = openersOf(key);
  const stands = elementOf(key) || root;
  return {
    key, top: whole ? stands.getBoundingClientRect().top - shown.top : 0,
    below: whole ? box.bottom - shown.bottom : area.scrollHeight - area.scrollTop - area.clientHeight,
    height: shown.bottom - shown.top, at_end: atEnd(area), alone: view.post_is === 'address', dialog: !EMBEDDED && dialogOf(key) !== null, open: openers.open.length,
    left: openers.left, order: openers.order !== null, spinning: scopesOf(key).some((scope) => spinners(scope).length > 0),
    texts: openers.open.length > 0 && openers.open.every((one) => one.line.id.startsWith('see_more_text')),
    unknown: [...new Set(openers.unknown)], withheld: openers.withheld,
  };
}

// What the platform itself says, beside the comments of a post, that it does not show: never what somebody wrote.
function withheldAt(key) {
  const post = elementOf(key);
  const texts = post ? textsOf(ownOf(post), post, view.post, new Set()) : [];
  for (const scope of scopesOf(key)) {
    const own = region(scope, (one) => live.get(one) === 'comment');
    for (const one of own) {
      if (!one.matches('p,span,div,[role=note],[role=status]') || one.childElementCount > 2 || one.textContent.length > 200) continue;
      const line = lineFor('withheld', nameOf(one));
      if (line && visible(one) && !texts.some((text) => within(one, text))) return nameOf(one);
    }
  }
  return null;
}

function endMarker(small, posts) {
  const last = posts[posts.length - 1];
  const found = small.find((one) => one.matches('p,div,span,h1,h2,h3,h4,li,[role=status]') &&
    lineFor('end_markers', nameOf(one)) && onScreenSize(one) && (!last || byPlace(last, one) < 0));
  return found ? nameOf(found).slice(0, 200) : null;
}

function claimedPosts(small) {
  for (const one of small) {
    if (!one.matches('p,span,h1,h2,h3,h4,li,strong,a,div,dd')) continue;
    const name = nameOf(one);
    const line = lineFor('post_claims', name);
    if (line && visible(one)) return line.expression.exec(name)[1];
  }
  return null;
}

function account() {
  const found = profile.account.length ? all(profile.account.join(','), document).find((one) => visible(one) && nameOf(one)) : null;
  return found ? nameOf(found).slice(0, 200) : null;
}

function nextPage() {
  const links = view.next_page.length ? all(view.next_page.join(','), document) : [];
  for (const one of links) {
    const url = one.hasAttribute('href') && visible(one) ? web(one.getAttribute('href'), one.baseURI) : null;
    if (url && url.origin === location.origin && url.href.split('#')[0] !== ARRIVED_AT.split('#')[0]) return url.href;
  }
  return null;
}

function wall(posts) {
  const password = all('input[type=password]', document).some(onScreenSize);
  const address = SETTINGS.patterns.wall_addresses.find((line) => line.expression.test(location.pathname));
  const scopes = posts.length || records.size ? openDialogs().filter((one) => !opened.has(one)) : [document.body].filter(Boolean);
  const said = scopes.map((scope) => wordsFor('wall_texts', scope.innerText || '')).find(Boolean);
  return { password, address: address ? location.pathname.slice(0, 200) : null, said: said || null };
}

// Frames of other origins, whose own engines have to be asked.
function foreignFrames() {
  return every('iframe').filter((one) => {
    const box = one.getBoundingClientRect();
    return !one.contentDocument && box.width >= 50 && box.height >= 50 && visible(one);
  });
}

function ownerOfFrame(frame) {
  const item = itemOf(frame);
  return item ? (held.get(item) || {}).post || null : lastPostBefore(frame);
}

// The item that an element stands in, and its post; null where it stands in none.
function ownerAt(element) {
  const item = itemOf(element);
  const record = item ? held.get(item) : null;
  return record ? { key: record.key, post: record.post } : null;
}
