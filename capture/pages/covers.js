// Tells the words that something may lie over. Only by where boxes lie and what could be painted above what: it rather
// names too many, for the picture is asked about each of them afterwards, and hit-testing takes a millisecond a point.
(clear, intersection) => {
  const LEAST = 0.1; // of a word's box
  const BY_TEXT = 0.3; // words of lines that stand close share a little
  const ROW = 64; // CSS px
  const covers = [];

  const paints = (style) =>
    !clear(style.backgroundColor) || style.backgroundImage !== "none" || style.boxShadow !== "none" ||
    style.backdropFilter !== "none" || style.outlineStyle !== "none" || style.borderImageSource !== "none" ||
    ["borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth"].some((edge) => parseFloat(style[edge]) > 0);
  const reach = (style) => {
    const shadow = (style.boxShadow.match(/-?[\d.]+px/g) || []).map((one) => Math.abs(parseFloat(one)));
    const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) + Math.max(0, parseFloat(style.outlineOffset));
    return Math.max(outline, ...shadow.map((_, n) => (n % 4 ? 0 : Math.max(shadow[n], shadow[n + 1]) + shadow[n + 2] + shadow[n + 3])), 0);
  };
  const grown = (box, by) => ({ x: box.x - by, y: box.y - by, w: box.w + 2 * by, h: box.h + 2 * by });

  // What lifts an element above what comes after it, and what gives it a rank of its own (CSS 2, appendix E).
  const ranked = (style) => (style.zIndex !== "auto" && style.zIndex !== "0") || style.order !== "0";
  const raised = (style) =>
    style.position !== "static" || style.zIndex !== "auto" || style.opacity !== "1" || style.transform !== "none" ||
    style.filter !== "none" || style.mixBlendMode !== "normal" || style.willChange !== "auto" || style.isolation !== "auto" ||
    style.perspective !== "none" || style.scale !== "none" || style.rotate !== "none" || style.translate !== "none";

  // `from` and `to`: the words that stand in it, which it does not cover.
  const add = (box, style, clip, layer, from) => {
    const cover = { box: intersection(grown(box, reach(style)), clip), raised: layer.raised, ranked: layer.ranked, from, to: from };
    if (!(cover.box.w > 0 && cover.box.h > 0)) return null;
    covers.push(cover);
    return cover;
  };

  // A pseudo-element's box cannot be asked for; where it is placed in another, that can be computed.
  const placedIn = (element, style) => {
    let holder = element;
    while (style.position === "absolute" && holder.parentElement && getComputedStyle(holder).position === "static") holder = holder.parentElement;
    const around = holder.getBoundingClientRect();
    const [x, y, w, h] = [style.left, style.top, style.width, style.height].map(parseFloat);
    const free = style.position !== "absolute" || style.transform !== "none" || ![x, y, w, h].every(Number.isFinite);
    return free ? { x: around.left, y: around.top, w: around.width, h: around.height }
                : { x: around.left + holder.clientLeft + x, y: around.top + holder.clientTop + y, w, h };
  };
  const pseudo = (element, style, clip, layer, from) => {
    if (style.position === "static" || style.visibility !== "visible") return;
    if (style.display === "none" || parseFloat(style.opacity) < 0.02 || (/^""$/.test(style.content) && !paints(style))) return;
    add(placedIn(element, style), style, clip, { raised: true, ranked: layer.ranked || ranked(style) }, from);
  };

  // What is not in the element, and lies over it all the same: what is lifted anywhere, and what stands beside it. What
  // sticks or is fixed was hidden before.
  const around = (root, whole, lifted) => {
    const inside = new Set(), seen = new Set();
    for (let one = root; one; one = one.parentNode || one.host) inside.add(one);
    const far = (box) => box.right <= whole.x || box.bottom <= whole.y || box.left >= whole.x + whole.w || box.top >= whole.y + whole.h;
    const weigh = (element) => {
      if (seen.has(element) || inside.has(element) || root.contains(element)) return;
      seen.add(element);
      const box = element.getBoundingClientRect();
      const empty = box.width === 0 || box.height === 0; // what is in it may have a place all the same
      if (!empty && far(box)) return;
      if (!empty) lay(element, box);
      for (const kid of element.children) weigh(kid);
    };
    const lay = (element, box) => {
      const style = getComputedStyle(element);
      if (style.visibility !== "visible" || parseFloat(style.opacity) < 0.02) return;
      const said = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!said && !paints(style) && !/^(IMG|VIDEO|CANVAS|IFRAME|OBJECT|EMBED|svg)$/.test(element.tagName)) return;
      let up = false, rank = false, below = false;
      for (let one = element; one && !inside.has(one); one = one.parentElement) {
        const own = one === element ? style : getComputedStyle(one);
        up ||= raised(own);
        rank ||= ranked(own);
        below ||= Number(own.zIndex) < 0;
      }
      const before = root.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
      if (below || (before && !up && !rank)) return;
      add({ x: box.left, y: box.top, w: box.width, h: box.height }, style, whole, { raised: up, ranked: rank }, Infinity);
    };
    for (const element of [root.previousElementSibling, root.nextElementSibling, ...lifted]) if (element) weigh(element);
  };

  const share = (cover, box) => {
    const seen = intersection(cover, box);
    return seen.w > 0 && seen.h > 0 ? (seen.w * seen.h) / (box.w * box.h) : 0;
  };
  const above = (cover, word, n) =>
    !(n >= cover.from && n < cover.to) && (cover.from > n || cover.ranked || word.ranked || (cover.raised && !word.raised));

  // The numbers of the words that may be covered.
  const suspects = (words) => {
    const rows = new Map(), found = new Set();
    words.forEach((word, n) => {
      if (word.doubt) found.add(n);
      for (let row = Math.floor(word.box.y / ROW); row <= Math.floor((word.box.y + word.box.h) / ROW); row += 1) {
        if (!rows.has(row)) rows.set(row, []);
        rows.get(row).push(n);
      }
    });
    const judge = (cover, least) => {
      const first = Math.floor(cover.box.y / ROW), last = Math.floor((cover.box.y + cover.box.h) / ROW);
      const few = last - first < rows.size;
      const touched = few ? Array.from({ length: last - first + 1 }, (_, n) => first + n) : [...rows.keys()].filter((row) => row >= first && row <= last);
      for (const row of touched)
        for (const n of rows.get(row) || [])
          if (!found.has(n) && above(cover, words[n], n) && share(cover.box, words[n].box) >= least) found.add(n);
    };
    for (const cover of covers) judge(cover, LEAST);
    words.forEach((word, n) => judge({ ...word, from: n, to: n + 1 }, BY_TEXT));
    return [...found].sort((one, other) => one - other);
  };
  return { add, pseudo, around, suspects, paints, raised, ranked };
}
