// Counts every permalink that ever was in the document, whoever scrolls: the same for all that are measured.
(() => {
  const seen = new Set();
  let fresh = [];
  const take = (link) => {
    if (seen.has(link.href)) return;
    seen.add(link.href);
    if (fresh.push(link.href) === 1) setTimeout(() => { __benchSeen(fresh); fresh = []; }, 200);
  };
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) node.querySelectorAll('a.permalink').forEach(take);
      }
    }
  }).observe(document, { childList: true, subtree: true });
})();
