// Tells web fonts that draw other letters than they are asked for: each letter's shape is held against those of the
// system's own fonts. A letter lies if it looks much more like another one than like itself; a font, if two of its do.
// Of 110 faces of 55 truthful families, none had more than one such letter; two fonts of symbols had three to eight.
() => {
  const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäö0123456789"];
  const TWINS = ["Il1ij", "O0oÖ", "sS5", "zZ2"]; // alike in truthful fonts too
  const OWN = ["16px sans-serif", "bold 16px sans-serif", "16px serif", "bold 16px serif", "italic 16px serif", "16px monospace"];
  const SIZE = 32, CELL = 64, BASE = 42, GRID = 16; // pixels, and cells a shape is told by each way
  const ALIKE = 0.7, MORE = 0.25, LIES = 2;
  const LIGATURE = 0.6; // a word this much narrower than its letters is drawn as something else
  const twins = new Map(LETTERS.map((one) => [one, TWINS.find((group) => group.includes(one)) || one.toLowerCase()]));

  const shapes = (font) => {
    const canvas = new OffscreenCanvas(CELL * LETTERS.length, CELL), pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.font = font.replace("16px", `${SIZE}px`);
    pen.textAlign = "center";
    LETTERS.forEach((letter, n) => pen.fillText(letter, (n + 0.5) * CELL, BASE));
    const { data } = pen.getImageData(0, 0, canvas.width, CELL);
    return LETTERS.map((_, n) => shape((x, y) => data[4 * (y * canvas.width + n * CELL + x) + 3]));
  };
  const shape = (ink) => {
    let left = CELL, right = -1, top = CELL, bottom = -1;
    for (let y = 0; y < CELL; y += 1) for (let x = 0; x < CELL; x += 1) if (ink(x, y) > 64) {
      left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
    if (right < 0) return null;
    const w = right - left + 1, h = bottom - top + 1, cells = new Float64Array(GRID * GRID), counts = new Float64Array(GRID * GRID);
    for (let y = 0; y < h; y += 1) for (let x = 0; x < w; x += 1) {
      const at = Math.floor((y * GRID) / h) * GRID + Math.floor((x * GRID) / w);
      cells[at] += ink(left + x, top + y) / 255;
      counts[at] += 1;
    }
    for (let at = 0; at < cells.length; at += 1) cells[at] = counts[at] ? cells[at] / counts[at] : at ? cells[at - 1] : 0;
    const mean = cells.reduce((sum, one) => sum + one, 0) / cells.length;
    const norm = Math.sqrt(cells.reduce((sum, one) => sum + (one - mean) ** 2, 0)) || 1;
    return { cells: cells.map((one) => (one - mean) / norm), aspect: Math.log(w / h), top: (BASE - top) / SIZE, bottom: (BASE - bottom) / SIZE };
  };
  const likeness = (one, other) =>
    one.cells.reduce((sum, cell, at) => sum + cell * other.cells[at], 0) - 0.25 * Math.abs(one.aspect - other.aspect) -
    0.3 * (Math.abs(one.top - other.top) + Math.abs(one.bottom - other.bottom));

  const liars = (font) => {
    const cache = (globalThis[Symbol.for("kanalarkiv.fonts")] ||= new Map()); // the same for every post of the page
    const key = `${document.fonts.size} ${font}`;
    if (!cache.has("own")) cache.set("own", OWN.map(shapes));
    if (!cache.has(key)) cache.set(key, compared(shapes(font), cache.get("own")));
    return cache.get(key);
  };
  const compared = (drawn, own) => {
    const lying = LETTERS.filter((letter, n) => {
      if (drawn[n] === null) return false; // nothing is drawn: the picture tells
      let itself = -1, another = -1;
      LETTERS.forEach((other, m) => {
        const likest = Math.max(...own.map((face) => (face[m] === null ? -1 : likeness(drawn[n], face[m]))));
        if (twins.get(other) === twins.get(letter) || other.toLowerCase() === letter.toLowerCase()) itself = Math.max(itself, likest);
        else another = Math.max(another, likest);
      });
      return another >= ALIKE && another >= itself + MORE;
    });
    return new Set(lying.length >= LIES ? lying : []);
  };

  const families = new Set([...document.fonts].filter((face) => face.status === "loaded").map((face) => bare(face.family)));
  function bare(name) { return name.trim().replace(/^(["'])(.*)\1$/, "$2").toLowerCase(); }
  const known = new Map();
  const pen = families.size ? new OffscreenCanvas(1, 1).getContext("2d") : null;

  // What a word of this style is drawn with, if a web font may have a part in it.
  const of = (style) => {
    if (!families.size) return null;
    const font = `${style.fontStyle} ${style.fontWeight} 16px ${style.fontFamily}`;
    if (!known.has(font)) known.set(font, style.fontFamily.split(",").some((name) => families.has(bare(name))));
    return known.get(font) ? font : null;
  };
  const isLigature = (text, font) => {
    if (!/^[\p{L}\p{N}_]{3,}$/u.test(text) || !/\p{Script=Latin}/u.test(text)) return false;
    pen.font = font;
    return pen.measureText(text).width < LIGATURE * [...text].reduce((sum, one) => sum + pen.measureText(one).width, 0);
  };
  return { of, lies: (text, font) => [...text].some((one) => liars(font).has(one)) || isLigature(text, font) };
}
