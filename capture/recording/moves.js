// What scrolls in this document, told in the order it was drawn; runs in a world of its own, which no page can reach.
// TELL and LOGINS are put in by watch.py.
(() => {
  'use strict';
  const tell = (what) => globalThis[TELL](JSON.stringify(what));
  const now = () => (performance.timeOrigin + performance.now()) / 1000; // seconds since 1970
  const ARRIVING = 3; // seconds that a document may take to find the place where its visitor left it
  const came = now();
  const places = new Map(); // scroller -> its last place
  const doubtful = new Set();
  const roots = new WeakSet();
  let going = true;
  let touched = false;

  const place = (one) => ({ x: one.scrollLeft, y: one.scrollTop });
  const opening = (one) => (one === document.scrollingElement
    ? [innerWidth, innerHeight]
    : [Math.min(one.clientWidth, innerWidth), Math.min(one.clientHeight, innerHeight)]);
  const know = (one, where) => places.set(one, { id: places.size, ...where });

  function scrolled(event) {
    const one = event.target.nodeType === Node.DOCUMENT_NODE ? event.target.scrollingElement : event.target;
    if (one) doubtful.add(one);
  }

  // A scroll in a shadow tree is not heard outside it.
  function listen(root) {
    if (roots.has(root)) return;
    roots.add(root);
    root.addEventListener('scroll', scrolled, { capture: true, passive: true });
    for (const one of root.querySelectorAll('*')) {
      if (one.shadowRoot) listen(one.shadowRoot);
      if ((one.scrollTop || one.scrollLeft) && !places.has(one)) know(one, place(one));
    }
  }

  function look() {
    for (const one of document.querySelectorAll('*')) if (one.shadowRoot) listen(one.shadowRoot);
  }

  // Where a document begins it may go to where its visitor left it: that is its first picture, and no move.
  const arriving = () => document.readyState !== 'complete' && !touched && now() - came < ARRIVING;

  function moves() {
    if (document.scrollingElement) doubtful.add(document.scrollingElement);
    const told = [];
    for (const one of doubtful) {
      if (!places.has(one)) know(one, one === document.scrollingElement ? place(one) : { x: 0, y: 0 });
      const was = places.get(one);
      const is = place(one);
      if (was.x === is.x && was.y === is.y) continue;
      if (!arriving()) told.push([was.id, was.x, was.y, is.x, is.y, ...opening(one)]);
      Object.assign(was, is);
    }
    doubtful.clear();
    if (told.length) tell({ at: now(), moves: told });
  }

  function focused() {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one;
  }

  // Somebody is about to type who they are, or has.
  function login() {
    const one = focused();
    const field = one instanceof HTMLInputElement && (one.type === 'password'
      || /username|one-time-code|password/.test(one.autocomplete) || one.form?.querySelector('input[type=password]'));
    return Boolean(field) || [...document.querySelectorAll('input[type=password]')].some((input) => input.value);
  }

  function tick() {
    if (!going) return;
    try {
      moves();
      if (LOGINS && login()) tell({ at: now(), login: true });
      requestAnimationFrame(tick);
    } catch (error) {
      tell({ at: now(), failed: String(error) });
    }
  }

  for (const kind of ['wheel', 'keydown', 'pointerdown', 'touchmove']) {
    addEventListener(kind, () => { touched = true; }, { capture: true, passive: true, once: true });
  }
  if (LOGINS) addEventListener('focusin', () => { if (login()) tell({ at: now(), login: true }); }, true);
  const looking = setInterval(look, 500);
  globalThis.stop = () => { going = false; clearInterval(looking); };
  listen(document);
  if (document.scrollingElement) know(document.scrollingElement, place(document.scrollingElement));
  if (LOGINS && login()) tell({ at: now(), login: true });
  tell({ at: now(), watching: true });
  tick();
})();
