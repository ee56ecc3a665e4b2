// When something that was done has had its effect, and when the screen has come to rest: never a fixed time.

const waitedFor = new WeakSet(); // pictures that did not come within the bound once

const frame = () => new Promise((go) => { const timer = setTimeout(go, 100); requestAnimationFrame(() => { clearTimeout(timer); go(); }); });
const tick = () => new Promise((go) => setTimeout(go, 4));

function trafficEverywhere() {
  const found = [traffic];
  for (const root of inner) {
    const inside = root.defaultView;
    if (inside && inside[KEY]) found.push(inside[KEY].traffic);
  }
  return found;
}

function pendingSince(since) {
  return trafficEverywhere().reduce((sum, one) => sum + [...one.started.values()].filter((at) => at >= since).length, 0);
}

function lastAnswer() {
  return Math.max(...trafficEverywhere().map((one) => one.ended));
}

function kindred(address) {
  const url = web(address, location.href);
  const site = (host) => host.split('.').slice(-2).join('.');
  return url !== null && site(url.hostname) === site(location.hostname);
}

function failuresSince(since) {
  const failed = trafficEverywhere().flatMap((one) => one.failures);
  return failed.filter((one) => one.at >= since && kindred(one.address)).map((one) => one.status);
}

function spinners(scope) {
  return all('[role=progressbar],[role=status],[aria-busy=true]', scope).filter((one) => {
    if (!visible(one)) return false;
    if (one.getAttribute('aria-busy') === 'true') return true;
    if (one.getAttribute('role') === 'progressbar') return !one.hasAttribute('aria-valuenow');
    return lineFor('loading', nameOf(one)) !== null;
  });
}

function feedSpinners() {
  return spinners(document).filter((one) => itemOf(one) === null && !fromDialog(one) && !nearest(one, (at) => at.matches('footer')));
}

// Wait until what was done has had its effect: what it asked for has come, and the page has come to rest after it.
async function effect(since, bound, patience, scope) {
  const before = scope.spinners;
  for (;;) {
    await tick();
    const now = performance.now();
    if (now - since > bound) return;
    if (pendingSince(since)) continue;
    const answered = lastAnswer();
    const calm = now - Math.max(lastChange, answered, since);
    const reacted = lastChange > since && (answered < since || lastChange >= answered);
    if (calm < (reacted ? 25 : patience)) continue;
    if (!spinners(scope.element).some((one) => !before.has(one))) return;
  }
}

// The screen is settled: fonts are there, pictures in view are decoded, and where somebody looks, two frames are drawn.
async function settle(bound, drawn) {
  const pictures = every('img').filter((image) => {
    if (image.complete || waitedFor.has(image)) return false;
    const box = image.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.width > 0;
  });
  if (!drawn && !pictures.length && document.fonts.status === 'loaded') return false;
  let late = true;
  const ready = Promise.all([document.fonts.ready, ...pictures.map((image) => image.decode().catch(() => null))])
    .then(() => drawn && frame()).then(() => drawn && frame()).then(() => { late = false; });
  await Promise.race([ready, new Promise((go) => setTimeout(go, bound))]);
  if (late) for (const image of pictures) if (!image.complete) waitedFor.add(image);
  return late;
}

// Wait for the first post, and then, not for ever, until the page that holds it has been loaded and has come to rest: what
// a script brings that is still on its way (a discussion under an article) is not missing because nobody waited for it.
async function waitForPosts(order) {
  const began = performance.now();
  let met = null;
  for (;;) {
    await frame();
    const now = performance.now();
    if (livePosts.length && met === null) met = now;
    if (now - began > order.bound || (met !== null && now - met > order.calm)) return;
    if (document.readyState !== 'complete' || pendingSince(0)) continue;
    const calm = now - Math.max(lastChange, lastAnswer());
    if (met !== null) {
      if (calm > 60) return;
      continue;
    }
    if (feedSpinners().length) continue;
    markRepeated();
    sweep();
    if (!livePosts.length && calm > order.patience) return;
  }
}
