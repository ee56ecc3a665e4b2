// Reads what is painted of one element: words with their boxes, in the order of the document, in a tree that becomes
// the PDF's structure. Called with the element, and the part of the window that is wanted of it (left, top, width,
// height; null for all of the element), what else of the page may lie over it, and what fonts.js and covers.js make. The
// box returned is in CSS pixels of the document; all others count from its upper left corner. What is returned beside
// the reading asks the page about it.
async (root, part, lifted, makeFonts, makeCovers) => {
  const engine = window.__kanalarkiv || {}; // the walk's, which knows which element is which item
  const keyOf = engine.keyOf || (() => null);
  const PICTURES = new Set(["IMG", "VIDEO", "CANVAS", "IFRAME", "OBJECT", "EMBED"]);
  const DEPTH = 40; // containers nested deeper than this are flattened
  const SMALL = 40; // CSS px: below it, a picture with an emoji as alternative text is a character
  const PANEL = 600; // CSS px: a bubble or card up to this height is kept whole on a page where there is room
  const EMOJI = /^(?!.*[\p{L}])(?=.*(\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3))/su;
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const range = document.createRange();
  const links = [];
  const panels = [];
  const items = new Map(); // key -> where what it says itself stands, before the answers in it
  const answered = new Set();
  const unread = { pseudo: 0, frames: 0, canvases: 0, controls: 0, closed: 0, pictures: 0, fonts: 0, icons: 0, hidden: 0 };
  const LOWEST = 3; // CSS px: nobody reads a lower line
  const BLURRED = 0.25; // of the letters' size
  const closed = globalThis[Symbol.for("kanalarkiv.closed")] || new Map(); // host -> its closed root, where these are known
  const placements = []; // of the words, in their order
  const frames = [];
  let fonts = null; // when all are loaded
  const top = { kind: "Art", kids: [] };
  let whole = null;
  let containers = [top];
  let paragraph = null;
  let spaced = false; // was there white space since the last word?
  let emitted = 0;

  const clear = (colour) => { const alpha = /^rgba\(.*, ([\d.]+)\)$|\/ ([\d.]+)\)$/.exec(colour); return alpha !== null && Number(alpha[1] ?? alpha[2]) < 0.02; };
  const intersection = (a, b) => {
    const x = Math.max(a.x, b.x), y = Math.max(a.y, b.y);
    return { x, y, w: Math.min(a.x + a.w, b.x + b.w) - x, h: Math.min(a.y + a.h, b.y + b.h) - y };
  };
  const covers = makeCovers(clear, intersection);
  const boxOf = (r) => ({ x: r.left, y: r.top, w: r.width, h: r.height });
  const inside = (box, clip) => {
    if (!(box.w > 0 && box.h > 0)) return false;
    const seen = intersection(box, clip);
    return seen.w > 0 && seen.h > 0 && seen.w * seen.h >= 0.5 * box.w * box.h;
  };
  const placed = (box) => [box.x - whole.x, box.y - whole.y, box.w, box.h].map((v) => Math.round(v * 100) / 100);
  const container = () => containers[containers.length - 1];
  const closeParagraph = () => { paragraph = null; spaced = true; };

  const says = (key, box) => {
    const seen = items.get(key);
    if (key === null || (seen && answered.has(key))) return;
    const x = Math.min(box.x, seen ? seen.x : box.x), y = Math.min(box.y, seen ? seen.y : box.y);
    items.set(key, { x, y, w: Math.max(box.x + box.w, seen ? seen.x + seen.w : 0) - x,
                     h: Math.max(box.y + box.h, seen ? seen.y + seen.h : 0) - y });
  };

  // `at` is where the text stands in the document: a node, and from where to where in it.
  const word = (text, box, context, at = null) => {
    if (paragraph === null) {
      paragraph = { kind: context.heading ? "H" : "P", kids: [] };
      container().kids.push(paragraph);
    }
    if (/^\p{Co}+$/u.test(text)) unread.icons += 1;
    else if (context.font && fonts.lies(text, context.font)) {
      unread.fonts += 1;
      text = "\ufffd".repeat([...text].length);
    }
    const seen = box.h >= LOWEST && !context.blurred;
    paragraph.kids.push([text.toWellFormed(), ...placed(box), context.link, spaced, seen]);
    placements.push({ box, at, seen, raised: context.raised, ranked: context.ranked, doubt: context.doubt, dyed: context.dyed });
    says(context.item, box);
    spaced = false;
    emitted += 1;
  };
  const figure = (box, alt, photo, context, frame) => {
    closeParagraph();
    says(context.item, box);
    container().kids.push({ kind: "Figure", kids: [], box: placed(box), alt, photo, link: context.link, ...frame });
    emitted += 1;
  };

  const shown = {
    uppercase: (t) => t.toLocaleUpperCase("sv"),
    lowercase: (t) => t.toLocaleLowerCase("sv"),
    capitalize: (t) => t.replace(/^([^\p{L}\p{N}]*)(\p{L})/u, (_, before, first) => before + first.toLocaleUpperCase("sv")),
  };
  const bullets = { disc: "•", circle: "◦", square: "▪" };
  const painted = (style) =>
    style.visibility === "visible" &&
    !(clear(style.webkitTextFillColor) && style.backgroundClip !== "text") && parseFloat(style.fontSize) > 0;

  // A word over several lines, or in several directions: one part a line, whole graphemes.
  const brokenWord = (node, from, to, context, say) => {
    let text = "", box = null, start = from;
    for (const { segment, index } of graphemes.segment(node.data.slice(from, to))) {
      range.setStart(node, from + index);
      range.setEnd(node, from + index + segment.length);
      const next = boxOf(range.getBoundingClientRect());
      const sameLine = box && Math.abs(next.y - box.y) < 0.5 * Math.max(next.h, box.h);
      if (box && next.w > 0 && !sameLine) { say(text, box, start, from + index); text = ""; box = null; start = from + index; }
      text += segment;
      if (next.w > 0) {
        const x = Math.min(next.x, box ? box.x : next.x), y = Math.min(next.y, box ? box.y : next.y);
        // What is scrolled out of the window lies below nothing and left of nothing: no zero may stand for "none yet".
        box = { x, y, w: Math.max(next.x + next.w, box ? box.x + box.w : -Infinity) - x,
                h: Math.max(next.y + next.h, box ? box.y + box.h : -Infinity) - y };
      }
    }
    if (box) say(text, box, start, to);
  };

  const counted = (text) => text.split(/\s+/).filter(Boolean).length;

  const textNode = (node, style, context) => {
    const data = node.data;
    if (!painted(style)) return void (unread.hidden += counted(data));
    const mask = bullets[style.webkitTextSecurity];
    const change = mask ? (t) => mask.repeat([...t].length) : shown[style.textTransform] || ((t) => t);
    const drawn = { ...context, font: fonts.of(style), dyed: context.dyed || style.backgroundClip === "text",
                    blurred: context.blur >= BLURRED * parseFloat(style.fontSize) };
    const say = (text, box, from, to) => {
      if (inside(box, context.clip)) word(change(text), box, drawn, node.parentElement instanceof SVGElement ? null : { node, from, to });
      else unread.hidden += 1;
    };
    if (/^\s/.test(data)) spaced = true;
    for (const match of data.matchAll(/\S+/g)) {
      const from = match.index, to = from + match[0].length;
      range.setStart(node, from);
      range.setEnd(node, to);
      const rects = [...range.getClientRects()].filter((r) => r.width > 0);
      if (rects.length === 1) say(match[0], boxOf(rects[0]), from, to);
      else if (rects.length > 1) brokenWord(node, from, to, context, say);
      if (/\s/.test(data[to] || "")) spaced = true;
    }
  };

  const filtered = (style) => {
    const strength = /opacity\(([\d.]+)(%?)\)/.exec(style.filter);
    return strength ? Number(strength[1]) / (strength[2] ? 100 : 1) : 1;
  };
  const blurOf = (style) => parseFloat(/blur\(([\d.]+)px\)/.exec(style.filter)?.[1] ?? 0);
  // What may take from a text in ways that its box does not tell.
  const doubtful = (style) =>
    style.clipPath !== "none" || style.maskImage !== "none" || style.mixBlendMode !== "normal" || Number(style.zIndex) < 0 ||
    style.backfaceVisibility === "hidden" || /paint|strict|content/.test(style.contain) || style.contentVisibility === "auto";

  const clippedAway = (style) => {
    const numbers = (text) => (text.match(/-?[\d.]+/g) || []).map(Number);
    if (style.clip !== "auto" && (style.position === "absolute" || style.position === "fixed")) {
      const [t, r, b, l] = numbers(style.clip);
      if (r - l <= 1 || b - t <= 1) return true;
    }
    const inset = /^inset\(([\d.]+)%/.exec(style.clipPath);
    return inset !== null && Number(inset[1]) >= 50;
  };

  const clipsFor = (element, style, context) => {
    const box = boxOf(element.getBoundingClientRect());
    const flow = style.position === "absolute" ? context.positioned : style.position === "fixed" ? context.whole : context.clip;
    let clip = flow;
    if (style.overflowX !== "visible" || style.overflowY !== "visible") clip = intersection(flow, box);
    const contains = style.position !== "static" || style.transform !== "none";
    return { clip, positioned: contains ? clip : context.positioned };
  };

  const layerOf = (style, context) => ({
    raised: context.raised || covers.raised(style), ranked: context.ranked || covers.ranked(style),
    doubt: context.doubt || doubtful(style), dyed: context.dyed || style.backgroundClip === "text", blur: Math.max(context.blur, blurOf(style)),
  });

  // Text of the style sheet has no box of its own: where it is all there is in an element, the element's will do.
  // Returns the style of what comes after the element, for that is painted after it.
  const pseudo = (element, style, context) => {
    const unmarked = /^(none|disc|circle|square|disclosure-.*)$/.test(style.listStyleType) || style.listStyleImage !== "none";
    const marker = style.display === "list-item" ? getComputedStyle(element, "::marker").content : "none";
    if (style.display === "list-item" && (marker === "normal" ? !unmarked : marker !== "none")) unread.pseudo += 1;
    let after = null;
    for (const which of ["::before", "::after"]) {
      const own = getComputedStyle(element, which), content = own.content;
      if (/^(none|normal)$/.test(content)) continue;
      if (which === "::after") after = own;
      else covers.pseudo(element, own, context.clip, context, placements.length);
      if (/^"[^"]*\p{Co}[^"]*"$/u.test(content)) unread.icons += 1;
      if (!/counters?\(|".*[\p{L}\p{N}\p{Extended_Pictographic}]/su.test(content)) continue;
      const box = boxOf(element.getBoundingClientRect());
      const alone = element.childNodes.length === 0 && /^"[^"\\]*"$/.test(content);
      if (!alone) unread.pseudo += 1;
      else if (painted(style) && inside(box, context.clip)) word(content.slice(1, -1).trim(), box, context);
    }
    return after;
  };

  const picture = (element, style, context) => {
    const whole = boxOf(element.getBoundingClientRect());
    const box = intersection(whole, context.clip);
    if (style.visibility !== "visible" || !(box.w >= 1 && box.h >= 1)) return;
    const name = element.tagName;
    const label = element.getAttribute("alt") ?? element.getAttribute("aria-label") ?? element.getAttribute("title");
    covers.add(box, style, context.clip, context, placements.length);
    if (name === "CANVAS") unread.canvases += 1;
    if (name === "IMG" && !(element.complete && element.naturalWidth > 0)) unread.pictures += 1;
    if (name === "IMG" && label && whole.w <= SMALL && EMOJI.test(label)) return word(label.trim(), box, context);
    figure(box, label === null ? null : label.toWellFormed(), name === "IMG" || name === "VIDEO", context, name === "IFRAME" ? frame(element, style, whole, box) : {});
  };

  // A frame is a document of its own: where its window lies in this one, at which scale, and what is seen of it.
  const frame = (element, style, whole, seen) => {
    frames.push(element);
    unread.frames += 1; // until it is read
    const scale = [whole.w / (element.offsetWidth || 1), whole.h / (element.offsetHeight || 1)];
    const x = whole.x + (element.clientLeft + parseFloat(style.paddingLeft)) * scale[0];
    const y = whole.y + (element.clientTop + parseFloat(style.paddingTop)) * scale[1];
    const [left, top] = placed({ x, y, w: 0, h: 0 });
    return { frame: frames.length - 1, window: [left, top, ...scale], seen: placed(seen) };
  };

  const open = (element, style, context) => {
    const role = element.getAttribute("role"), name = element.tagName;
    if (containers.length > DEPTH) return null;
    if (name === "UL" || name === "OL" || role === "list") return { kind: "L", kids: [] };
    if ((name === "LI" || role === "listitem") && container().kind === "L") return { kind: "LI", kids: [] };
    if ((name === "ARTICLE" || role === "article") && element !== root) return { kind: "Art", kids: [] };
    return null;
  };

  const children = (element, style) => {
    if (style.contentVisibility === "hidden") return [];
    if (element.tagName === "DETAILS" && !element.open) return [...element.children].filter((one) => one.tagName === "SUMMARY").slice(0, 1);
    const shadow = element.shadowRoot || closed.get(element);
    if (shadow) return shadow.childNodes;
    if (element.tagName === "SLOT" && element.assignedNodes().length) return element.assignedNodes({ flatten: true });
    return element.childNodes;
  };

  const leaf = (element, style, context) => {
    const role = element.getAttribute("role");
    if (PICTURES.has(element.tagName)) return picture(element, style, context), true;
    if (element.tagName.toLowerCase() === "svg" && (role === "img" || element.hasAttribute("aria-label")) && element.getAttribute("aria-label")) {
      return picture(element, style, context), true;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) {
      if (style.visibility === "visible" && (element.value || element.placeholder)) unread.controls += 1;
      if (style.visibility === "visible" && covers.paints(style)) covers.add(boxOf(element.getBoundingClientRect()), style, context.clip, context, placements.length);
      return true;
    }
    return false;
  };

  const linkOf = (element, context) => {
    if (element.tagName !== "A" || !element.hasAttribute("href")) return context.link;
    const label = element.getAttribute("aria-label") || element.getAttribute("title") || "";
    links.push({ url: String(element.href).toWellFormed(), label: label.toWellFormed() });
    return links.length - 1;
  };

  // An element that is as large as what it holds, and of what it holds nothing has a box: it shows what is kept from us.
  const HOSTS = /-|^(ARTICLE|ASIDE|BLOCKQUOTE|BODY|DIV|FOOTER|H[1-6]|HEADER|MAIN|NAV|P|SECTION|SPAN)$/; // DOM, 4.9
  const keepsClosed = (element, style) => {
    if (element.shadowRoot || closed.has(element) || !HOSTS.test(element.tagName)) return false;
    const box = element.getBoundingClientRect();
    const within = (size, ...edges) => edges.reduce((left, edge) => left - parseFloat(style[edge]), size);
    if (within(box.height, "paddingTop", "paddingBottom", "borderTopWidth", "borderBottomWidth") < 1) return false;
    if (within(box.width, "paddingLeft", "paddingRight", "borderLeftWidth", "borderRightWidth") < 1) return false;
    range.selectNodeContents(element);
    if (range.getBoundingClientRect().height > 0) return false;
    if (["::before", "::after"].some((which) => getComputedStyle(element, which).content !== "none")) return false;
    if (element.tagName.includes("-")) return true;
    const own = element.computedStyleMap();
    const free = ["height", "min-height", "aspect-ratio"].every((name) => /^(auto|0px)$/.test(String(own.get(name) ?? "auto")));
    const around = element.parentElement && getComputedStyle(element.parentElement).display;
    return free && !/absolute|fixed/.test(style.position) && !/flex|grid/.test(around); // else something may stretch it
  };

  const notePanel = (element, style) => {
    const bordered = parseFloat(style.borderTopWidth) > 0 && parseFloat(style.borderBottomWidth) > 0;
    if (!bordered && clear(style.backgroundColor) && style.boxShadow === "none") return;
    const box = boxOf(element.getBoundingClientRect());
    if (element !== root && box.w > 0 && box.h > 0 && box.h <= PANEL) panels.push(placed(box));
  };

  const visit = (element, context) => {
    const style = getComputedStyle(element);
    if (style.display !== "contents" && !element.checkVisibility()) return;
    const opacity = style.display === "contents" ? context.opacity : context.opacity * parseFloat(style.opacity) * filtered(style);
    if (opacity < 0.02 || (style.display !== "contents" && clippedAway(style))) return void (unread.hidden += counted(element.textContent));
    const within = { ...context, opacity, item: keyOf(element) || context.item };
    if (style.display !== "contents") Object.assign(within, clipsFor(element, style, context), layerOf(style, context));
    if (leaf(element, style, within)) return;
    const box = style.display === "contents" || style.visibility !== "visible" ? null : boxOf(element.getBoundingClientRect());
    const drawing = element.tagName.toLowerCase() === "svg";
    const cover = box && (drawing || covers.paints(style)) ? covers.add(box, style, within.clip, within, placements.length) : null;
    if (within.item !== context.item) answered.add(context.item);
    notePanel(element, style);
    const link = linkOf(element, context);
    within.link = link;
    within.heading = context.heading || /^H[1-6]$/.test(element.tagName) || element.getAttribute("role") === "heading";
    const inline = /^(inline|contents|ruby)/.test(style.display);
    const node = open(element, style, within);
    if (!inline || node) closeParagraph();
    if (node) { container().kids.push(node); containers.push(node); }
    const before = emitted;
    const after = drawing ? null : pseudo(element, style, within);
    const kids = children(element, style);
    for (const child of kids) {
      if (child.nodeType === Node.TEXT_NODE) textNode(child, style, within);
      else if (child.nodeType === Node.ELEMENT_NODE) {
        if (child.tagName === "BR") spaced = true;
        else visit(child, within);
      }
    }
    if (cover) cover.to = placements.length;
    if (after) covers.pseudo(element, after, within.clip, within, Infinity);
    if (emitted === before && keepsClosed(element, style)) unread.closed += 1;
    if (link !== context.link && emitted === before) {
      const box = boxOf(element.getBoundingClientRect());
      if (style.visibility === "visible" && inside(box, within.clip)) {
        closeParagraph();
        container().kids.push({ kind: "Link", kids: [], box: placed(box), link });
      }
    }
    if (node) containers.pop();
    if (!inline || node) closeParagraph();
  };

  const waiting = [...root.querySelectorAll("img")].filter((image) => !image.complete && image.checkVisibility());
  for (const image of waiting) if (image.loading === "lazy") image.loading = "eager";
  if (waiting.length || document.fonts.status === "loading") {
    const all = Promise.allSettled([document.fonts.ready, ...waiting.map((image) => image.decode())]);
    await Promise.race([all, new Promise((done) => setTimeout(done, 3000))]);
  }
  fonts = makeFonts();
  const rect = root.getBoundingClientRect();
  if (part) {
    const [x, y, w, h] = part;
    whole = { x, y, w, h };
  } else {
    whole = { x: Math.floor(rect.left + scrollX) - scrollX, y: Math.floor(rect.top + scrollY) - scrollY };
    whole.w = Math.ceil(rect.right + scrollX) - scrollX - whole.x;
    whole.h = Math.ceil(rect.bottom + scrollY) - scrollY - whole.y;
  }
  // What the element stands in may show a part of it only.
  const opening = () => {
    let clip = whole, leaves = getComputedStyle(root).position;
    for (let one = root.parentNode; one && one !== document.body; one = one.parentNode || one.host) {
      if (!(one instanceof Element) || leaves === "fixed" || one === document.documentElement) continue;
      const style = getComputedStyle(one), holds = style.position !== "static" || style.transform !== "none";
      if (style.display === "contents" || (leaves === "absolute" && !holds)) continue;
      if (style.overflowX !== "visible" || style.overflowY !== "visible") clip = intersection(clip, boxOf(one.getBoundingClientRect()));
      if (holds) leaves = style.position;
    }
    return clip;
  };
  const clip = opening();
  visit(root, { clip, positioned: clip, whole, link: null, heading: false, item: null, opacity: 1, raised: false, ranked: false, doubt: false, dyed: false, blur: 0 });
  covers.around(root, whole, lifted || []);
  const suspects = covers.suspects([...placements, ...frames.map((one) => ({ box: boxOf(one.getBoundingClientRect()), raised: false, ranked: false }))]);

  // Takes the colour out of words, so that two pictures tell whether they are seen; out of such as are a window to what
  // is behind them, puts one in. A page's own policy allows this, and no observer of the page is told.
  const [MUTED, DYED] = ["kanalarkiv-muted", "kanalarkiv-dyed"];
  let sheet = null;
  const unmute = () => {
    for (const name of [MUTED, DYED]) CSS.highlights.delete(name);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
  const mute = (numbers) => {
    const ranges = { [MUTED]: new Highlight(), [DYED]: new Highlight() };
    for (const number of numbers) {
      const { at, dyed } = placements[number];
      if (!at || !at.node.isConnected || at.to > at.node.length) continue;
      ranges[dyed ? DYED : MUTED].add(new StaticRange({ startContainer: at.node, startOffset: at.from, endContainer: at.node, endOffset: at.to }));
    }
    const rule = (name, colour) => `:root::highlight(${name}) { color: ${colour} !important; -webkit-text-fill-color: ${colour} !important;
      -webkit-text-stroke-color: ${colour} !important; text-decoration-color: ${colour} !important; text-shadow: none !important; }`;
    sheet = new CSSStyleSheet();
    sheet.replaceSync(rule(MUTED, "transparent") + rule(DYED, "#0c0"));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    for (const name of [MUTED, DYED]) CSS.highlights.set(name, ranges[name]);
  };
  return {
    root, frames, mute, unmute,
    reading: { box: [whole.x + scrollX, whole.y + scrollY, whole.w, whole.h].map(Math.round), tree: top, panels, links, unread,
               items: [...items].map(([key, box]) => ({ key, box: placed(box) })) },
    doubted: suspects.filter((n) => n >= placements.length || (placements[n].at && placements[n].seen)),
    mutable: placements.map((one) => one.at !== null && one.seen),
  };
}
