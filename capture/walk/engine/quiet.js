// What is pending in this document: requests, reading of their bodies, changes of the tree.
// A click is noted where it is heard first: while a window is being opened, Chromium lets clicks fall silently.
// Runs before any script of the page, in every frame; the top frame's engine sums the frames it can reach.

const traffic = { started: new Map(), next: 1, ended: 0, failures: [], clicked: null };

function begin(address) {
  const id = traffic.next++;
  traffic.started.set(id, performance.now());
  return (status) => {
    if (!traffic.started.delete(id)) return;
    traffic.ended = performance.now();
    if (status !== undefined && (status === 0 || status >= 400) && traffic.failures.length < 100) {
      traffic.failures.push({ address: String(address).slice(0, 500), status, at: traffic.ended });
    }
  };
}

function watchFetch() {
  const original = window.fetch;
  window.fetch = function fetch(...given) {
    const end = begin(given[0] && given[0].url ? given[0].url : given[0]);
    const answer = original.apply(this, given);
    answer.then((response) => end(response.status), () => end(0));
    return answer;
  };
  for (const name of ['json', 'text', 'arrayBuffer', 'blob', 'formData']) {
    const read = Response.prototype[name];
    Response.prototype[name] = function (...given) {
      const end = begin(this.url);
      const body = read.apply(this, given);
      body.then(() => end(), () => end());
      return body;
    };
  }
}

function watchXhr() {
  const open = XMLHttpRequest.prototype.open;
  const send = XMLHttpRequest.prototype.send;
  const addresses = new WeakMap();
  XMLHttpRequest.prototype.open = function (...given) {
    addresses.set(this, given[1]);
    return open.apply(this, given);
  };
  XMLHttpRequest.prototype.send = function (...given) {
    const end = begin(addresses.get(this));
    this.addEventListener('loadend', () => end(this.status), { once: true });
    return send.apply(this, given);
  };
}

watchFetch();
watchXhr();
window.addEventListener('click', (event) => { traffic.clicked = event.composedPath()[0]; }, true);
