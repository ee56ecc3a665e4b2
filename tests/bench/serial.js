// What the page itself costs: everything opened as soon as it can be, one request at a time, by a program that knows it.
async () => {
  const until = (holds) => new Promise((resolve) => {
    if (holds()) { resolve(); return; }
    const watch = new MutationObserver(() => { if (holds()) { watch.disconnect(); resolve(); } });
    watch.observe(document, { childList: true, subtree: true, attributes: true });
  });
  const told = document.querySelector('footer p');
  let clicks = 0;
  let done = null;      // the last post of which everything is open
  for (;;) {
    const post = done ? done.nextElementSibling : document.querySelector('article');
    if (post && post.matches('article')) {
      for (let closed; (closed = post.querySelector('button')); clicks += 1) {
        closed.click();
        await until(() => !closed.isConnected || !closed.disabled);
      }
      done = post;
    } else if (told.role === null) {
      return `${clicks} clicks`;
    } else {
      scrollTo(0, document.documentElement.scrollHeight);
      await until(() => told.role === null || (done ? done.nextElementSibling.matches('article') : document.querySelector('article')));
    }
  }
}
