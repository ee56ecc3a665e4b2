// Draws into the picture itself which state the page is in: a number that grows in each frame that shows a scroll or a
// change of the feed, as 24 cells, white for 1, over their opposites. So every frame of a video can be told by itself.
(() => {
  'use strict';
  const BITS = 24;
  const CELL = 10;
  const canvas = document.getElementById('state');
  canvas.width = BITS * CELL;
  canvas.height = 2 * CELL;
  const pen = canvas.getContext('2d');
  const states = [];          // [number, scroll position] of each state there was
  const parts = new Map();    // a text or picture -> the ranges of states in which all of it was in the window
  const entered = new Map();
  let number = 0;
  let waiting = false;

  function draw() {
    waiting = false;
    number += 1;
    for (let bit = 0; bit < BITS; bit += 1) {
      const set = (number >> (BITS - 1 - bit)) & 1;
      pen.fillStyle = set ? '#fff' : '#000';
      pen.fillRect(bit * CELL, 0, CELL, CELL);
      pen.fillStyle = set ? '#000' : '#fff';
      pen.fillRect(bit * CELL, CELL, CELL, CELL);
    }
    states.push([number, scrollY]);
  }

  function changed() {
    if (!waiting) { waiting = true; requestAnimationFrame(draw); } // a scroll's own frame, or the one that draws the change
  }

  const inWindow = new IntersectionObserver((seen) => {
    for (const { target, intersectionRatio } of seen) {
      if (intersectionRatio >= 0.99) entered.set(target, number);
      else leave(target);
    }
  }, { threshold: 0.99 });

  function leave(part) {
    if (entered.has(part)) parts.get(part).push([entered.get(part), number - 1]);
    entered.delete(part);
  }

  const feed = document.querySelector('[role=feed]');
  new MutationObserver((records) => {
    changed();
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        for (const part of node.querySelectorAll('p, img')) { parts.set(part, []); inWindow.observe(part); }
      }
    }
  }).observe(feed, { childList: true, subtree: true, attributes: true });
  addEventListener('scroll', changed, { passive: true });
  changed();

  window.benchState = () => number;
  window.benchTold = () => {
    for (const [part, from] of entered) parts.get(part).push([from, number]);
    return { states, parts: [...parts.values()] };
  };
})();
