// What a post shows: its pictures, videos and sounds, through open shadow roots and frames of the same origin, each with
// the item (post or comment) that it stands in. Run in the page with the walk's engine; nothing is changed.
//
// `root` is the post's element; where there is none, `asked.root` is the key of the post whose element the engine knows.
(root, asked) => {
  'use strict';
  const engine = [window, window.parent, window.top].map((one) => {
    try { return one.__kanalarkiv; } catch (error) { return null; } // a frame around this one, from elsewhere
  }).find((one) => one && one.ownerAt);
  const shown = [];
  let decorations = 0;
  let hidden = 0;
  let unlisted = 0;

  const inView = (box) => box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const absolute = (address, element) => {
    try { return address ? new URL(address, element.baseURI).href : ''; } catch (error) { return address; }
  };
  const number = (value) => (Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), 1000000) : 0);
  const label = (element) => (element.getAttribute('alt') || element.getAttribute('aria-label') ||
    element.getAttribute('title') || '').toWellFormed().slice(0, asked.longestLabel);

  function put(element, medium, address, size, said, live) {
    const owner = engine.ownerAt(element);
    if (owner && owner.post !== asked.post) return; // the page's root of a post may hold a part of another
    if (shown.length >= asked.most) { unlisted += 1; return; }
    const whole = String(address || '').toWellFormed();
    const cut = whole.length > (whole.startsWith('data:') ? asked.longestData : asked.longestAddress);
    shown.push({
      item: owner ? owner.key : asked.post, medium, address: cut ? whole.slice(0, 200) : whole, cut, alt: said,
      width: number(size.width), height: number(size.height), live: Boolean(live),
    });
  }

  // A picture that did not load is as large as its page says; where that says nothing, nothing says that it is small.
  function isSmall(element, box, natural) {
    if (box.width >= asked.smallest || box.height >= asked.smallest) return false;
    if (!natural || natural.loaded) return true;
    return natural.width > 0 && natural.height > 0 && natural.width < asked.smallest && natural.height < asked.smallest;
  }

  function sizeOf(image) {
    if (image.naturalWidth > 0) return { width: image.naturalWidth, height: image.naturalHeight, loaded: true };
    return { width: Number(image.getAttribute('width')), height: Number(image.getAttribute('height')), loaded: false };
  }

  function picture(element, medium, addresses, natural) {
    const box = element.getBoundingClientRect();
    if (asked.inView && !inView(box)) return;
    const given = addresses.filter(Boolean);
    if (!given.length) return; // no picture yet, or none at all
    if (!element.checkVisibility({ visibilityProperty: true })) { hidden += 1; return; }
    if (isSmall(element, box, natural)) { decorations += 1; return; }
    for (const address of given) put(element, medium, absolute(address, element), natural || box, label(element), false);
  }

  function backgrounds(element) {
    const drawn = getComputedStyle(element).backgroundImage;
    if (!drawn.includes('url(')) return;
    const addresses = [...drawn.matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g)].map((one) => one[1].replace(/\\(.)/g, '$1'));
    picture(element, 'background', addresses, null);
  }

  function player(element) {
    const video = element.localName === 'video';
    if (asked.inView && !inView(element.getBoundingClientRect())) return;
    // A player of sound without controls of the browser's own is never drawn.
    if (video && !element.checkVisibility({ visibilityProperty: true })) { hidden += 1; return; }
    const size = video ? { width: element.videoWidth, height: element.videoHeight } : {};
    const live = Boolean(element.srcObject) || element.duration === Infinity;
    // Where the browser can play none of the sources it chooses none; the first is the page's own choice.
    const source = element.querySelector('source[src]');
    const address = element.currentSrc || element.src || (source ? source.src : '');
    put(element, video ? 'video' : 'audio', address, size, label(element), live);
    if (video && element.poster) put(element, 'poster', element.poster, {}, '', false);
    for (const track of element.querySelectorAll('track[src]')) {
      const said = [track.kind, track.srclang, track.label].filter(Boolean).join(' ');
      put(element, 'subtitles', track.src, {}, said.toWellFormed().slice(0, asked.longestLabel), false);
    }
  }

  function visit(element) {
    const name = element.localName;
    if (name === 'img') {
      picture(element, 'picture', [element.currentSrc || element.src], sizeOf(element));
    } else if (name === 'image' && element.href) {
      picture(element, 'picture', [element.href.baseVal], null);
    } else if (name === 'video' || name === 'audio') {
      player(element);
    }
    if (element.getAttribute('role') === 'img' || /background/i.test(element.getAttribute('style'))) backgrounds(element);
    if (element.shadowRoot) gather(element.shadowRoot);
    if (name === 'iframe' && element.contentDocument) gather(element.contentDocument);
  }

  function gather(node) {
    for (const element of node.querySelectorAll('*')) visit(element);
  }

  const start = root || engine.rootOf(asked.post);
  if (start) {
    visit(start);
    gather(start);
  }
  return JSON.stringify({ shown, decorations, hidden, unlisted }); // Playwright's own way takes ten times as long
}
