// What every replica's page needs: elements from words, answers from the server, and to know when something is seen.

// make('a', {href: '/x', onclick: go}, ['text', element]): text is always text, never HTML.
export function make(name, attributes = {}, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...[children].flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// The server's JSON for a path; given a body, by POST.
export async function ask(path, body = null) {
  const answer = await fetch(path, body === null ? {} : { method: 'POST', body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// Calls `load` whenever `mark` comes near the window (or near the edge of `scroller`), until it returns false.
// Loads only after a scroll that moved, where `afterScroll` says so: some platforms do nothing before.
export function whenNear(mark, load, { scroller = null, afterScroll = false } = {}) {
  let busy = false;
  let ended = false;
  const near = () => {
    const edge = scroller ? scroller.getBoundingClientRect().bottom : innerHeight;
    const box = mark.getBoundingClientRect();
    return mark.isConnected && box.top < edge + 200 && (box.bottom > 0 || scroller !== null);
  };
  const look = async () => {
    if (busy || ended || !near()) return;
    busy = true;
    ended = (await load()) === false;
    busy = false;
    if (!ended && !afterScroll) requestAnimationFrame(look);
  };
  (scroller || window).addEventListener('scroll', look, { passive: true });
  if (!afterScroll) requestAnimationFrame(look);
}
