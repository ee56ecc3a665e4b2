// The blog's own pages need no script but for the cookie notice and the frame's height; the frame does all by script.

import { ask, make } from '/replica/dom.js';

function notice() {
  const close = () => { sessionStorage.setItem('kakor', 'valt'); box.remove(); };
  const box = make('div', { role: 'dialog', 'aria-label': 'Kakor', class: 'cookie-notice' }, [
    make('p', {}, 'Vi använder kakor för att förbättra din upplevelse. Läs mer i vår policy för kakor.'),
    ...['Acceptera alla', 'Endast nödvändiga'].map((name) => make('button', { type: 'button', onclick: close }, name)),
  ]);
  if (!sessionStorage.getItem('kakor')) document.body.append(box);
}

function comment(one) {
  return make('li', { class: 'post', id: `post-${one.id}` }, [
    make('div', { class: 'post-content' }, [
      make('header', { class: 'comment__header' }, [
        make('span', { class: 'post-byline' }, make('span', { class: 'author publisher-anchor-color' }, make('a', { href: '#', 'data-action': 'profile' }, one.namn))),
        make('span', { class: 'post-meta' }, make('a', { class: 'time-ago', href: one.adress, title: one.visad_tid, target: '_parent' }, one.visad_tid)),
      ]),
      make('div', { class: 'post-body' }, make('div', { class: 'post-message', dir: 'auto' }, one.text.split('\n\n').map((part) => make('p', {}, part.split('\n').flatMap((line, at) => at ? [make('br'), line] : [line]))))),
      make('footer', { class: 'comment__footer' }, ['Gilla', 'Svara', 'Dela'].map((name) => make('button', { type: 'button', onclick: () => fetch('/embed/vote', { method: 'POST' }) }, name))),
    ]),
    make('ul', { class: 'children', 'data-role': 'children' }, one.svar.map(comment)),
  ]);
}

async function frame() {
  const post = new URLSearchParams(location.search).get('post');
  const main = document.querySelector('main');
  const list = make('ul', { id: 'post-list', class: 'post-list' });
  const count = make('h2', { class: 'comment-count' });
  let next = 0;
  const load = async () => {
    more.disabled = true;
    const batch = await ask(`/embed/threads?post=${post}&fran=${next}`);
    count.textContent = batch.antal;
    list.append(...batch.tradar.map(comment));
    next = batch.nasta;
    more.disabled = false;
    if (next === null) more.remove();
  };
  const more = make('button', { type: 'button', class: 'load-more__button', onclick: load }, 'Visa fler kommentarer');
  main.append(make('section', { id: 'conversation' }, [count, list, more]));
  new ResizeObserver(() => parent.postMessage(document.documentElement.scrollHeight, '*')).observe(document.body);
  await load();
}

if (document.body.classList.contains('embed')) {
  document.querySelector('header').remove();
  frame();
} else {
  notice();
  addEventListener('message', (event) => { if (Number.isInteger(event.data)) document.querySelector('iframe.embed').height = event.data + 20; });
}
