// Leads through a post that does not stand on its page all at once, from its top to its end: the page lets go of what has
// passed, or shows it through an opening that scrolls. Called with the post's element and key, and the numbers below.
// A place is told by an item and how far below its top it is, for all else may move when the page lays itself out anew.
(root, [post, calm, patience]) => {
  const engine = window.__kanalarkiv;
  const area = engine.areaOf(post);
  const page = document.scrollingElement;
  const before = area.scrollTop;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  // What is left of the post's element when the page made it anew.
  const stands = () => (root.isConnected ? root : (root = engine.rootOf(post) || root));
  const opening = () => {
    const window_ = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    if (area === page) return window_;
    const box = area.getBoundingClientRect();
    return { left: Math.max(0, box.left), top: Math.max(0, box.top + area.clientTop),
             right: Math.min(innerWidth, box.left + area.clientLeft + area.clientWidth),
             bottom: Math.min(innerHeight, box.top + area.clientTop + area.clientHeight) };
  };
  const atEnd = () => area.scrollTop + area.clientHeight >= area.scrollHeight - 2;
  const elements = function* (from) {
    for (const child of (from.shadowRoot || from).children) {
      yield child;
      yield* elements(child);
    }
  };
  const found = (key) => {
    if (engine.keyOf(stands()) === key) return root;
    for (const element of elements(root)) {
      if (engine.keyOf(element) === key && element.getBoundingClientRect().height > 0) return element;
    }
    return null;
  };
  const heightOf = (place) => {
    const element = place.key === null ? stands() : found(place.key);
    return element && element.isConnected ? element.getBoundingClientRect().top + place.below : null;
  };

  // What a further part can show: from the place (or the opening's top, where the place is lost) to the opening's end.
  const state = (place, first) => {
    const seen = opening();
    const whole = stands().getBoundingClientRect();
    const y = heightOf(place);
    const inner = area !== page;
    const around = inner && first; // the opening stands in something that does not scroll with it
    const box = inner && !around ? seen : { left: Math.max(0, whole.left), right: Math.min(innerWidth, whole.right),
      top: 0, bottom: inner ? Math.min(innerHeight, whole.bottom) : seen.bottom };
    const end = inner ? area.getBoundingClientRect().top + area.scrollHeight - area.scrollTop : whole.bottom;
    const from = Math.max(box.top, y === null ? seen.top : y);
    return { left: Math.floor(box.left), width: Math.ceil(box.right) - Math.floor(box.left), top: Math.round(from),
             bottom: Math.floor(around ? box.bottom : Math.min(box.bottom, Math.max(end, from))),
             edge: Math.round(seen.bottom), more: end > seen.bottom + 1 && !(inner && atEnd()), lost: y === null };
  };
  const settled = async (place, first) => {
    let last = "", since = performance.now();
    const began = since;
    for (;;) {
      await frame();
      await frame();
      const now = state(place, first);
      const told = JSON.stringify([now, [...root.querySelectorAll("*")].length]);
      if (told !== last) { last = told; since = performance.now(); }
      const time = performance.now();
      if (time - since >= calm || time - began >= patience) {
        engine.keysOf(post); // it looks anew at what stands
        return state(place, first);
      }
      await pause(20);
    }
  };

  const until = async (test) => {
    const began = performance.now();
    while (!test() && performance.now() - began < patience) await pause(50);
    return test();
  };
  const to = (top) => area.scrollTo({ top, behavior: "instant" });
  const up = () => to(area === page ? area.scrollTop + stands().getBoundingClientRect().top : 0);
  const down = () => to(area === page ? area.scrollTop + stands().getBoundingClientRect().bottom - innerHeight + 1 : area.scrollHeight);
  const ends = () => {
    engine.keysOf(post);
    const keys = [...elements(stands())].map((element) => engine.keyOf(element)).filter(Boolean);
    return JSON.stringify([keys[0], keys[keys.length - 1], Math.round(root.getBoundingClientRect().height)]);
  };
  // Go to an end, and wait for the page to bring more there; some want one to turn away from it first.
  const brings = async (go, away) => {
    const before = ends();
    go();
    if (await until(() => ends() !== before)) return true;
    area.scrollBy({ top: away, behavior: "instant" });
    await frame();
    await frame();
    go();
    return until(() => ends() !== before);
  };

  const hidden = [];
  return {
    // Go to the post's top, also where the page has let go of it and brings it back piece by piece.
    start: async () => {
      up();
      await settled({ key: null, below: 0 }, true);
      for (let pieces = 0; pieces < 500 && found(post) === null && (await brings(up, 400)); pieces += 1);
      up();
      return settled({ key: null, below: 0 }, true);
    },
    // Go to the end and say whether more came there.
    further: () => brings(down, -400),
    // Bring a place to the opening's top.
    bring: (place) => {
      const y = heightOf(place);
      const by = y === null ? 0 : y - opening().top;
      area.scrollBy({ top: by, behavior: "instant" });
      return settled(place, false);
    },
    look: (place, first) => state(place, first),
    // Tell where a height of the window is, by the item that begins closest above it; `within`: at its end at most, for
    // what follows it may be exchanged for more items.
    placeAt: (y) => {
      const height = y - stands().getBoundingClientRect().top;
      let place = { key: null, below: height, within: height }, least = Infinity;
      for (const element of elements(root)) {
        const key = engine.keyOf(element);
        const box = key ? element.getBoundingClientRect() : null;
        if (!box || box.height === 0 || box.top > y || y - box.top > least) continue;
        least = y - box.top;
        place = { key, below: least, within: Math.min(least, box.height) };
      }
      return place;
    },
    root: () => stands(),
    // What sticks within the post lies over its other parts too: it was seen on the first.
    unstick: () => {
      for (const element of elements(stands())) {
        const position = getComputedStyle(element).position;
        if (position !== "sticky" && position !== "fixed") continue;
        if (element.contains(area) || engine.keyOf(element) || hidden.some(([one]) => one === element)) continue;
        hidden.push([element, element.hasAttribute("style"), element.style.getPropertyValue("visibility"), element.style.getPropertyPriority("visibility")]);
        element.style.setProperty("visibility", "hidden", "important");
      }
    },
    leave: () => {
      for (const [element, styled, value, priority] of hidden) {
        element.style.setProperty("visibility", value, priority);
        if (!styled && element.getAttribute("style") === "") element.removeAttribute("style");
      }
      area.scrollTo({ top: before, behavior: "instant" });
    },
  };
}
