// The channel that the walk is timed on: ten posts a batch as one scrolls, comments behind "Visa fler kommentarer",
// replies behind "Visa N svar"; every batch is one request. Where `alive` is a number, at most so many posts are in the
// document: the rest is empty space of the same height, and a post that comes back is closed again.
'use strict';
const { posts: total, alive, only } = JSON.parse(document.getElementById('order').textContent);
const most = alive ?? Infinity;
const feed = document.querySelector('[role=feed]');
const told = document.querySelector('footer p');
const ask = async (path) => (await fetch(path)).json();

function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

const signed = (item) => [
  element('a', { rel: 'author', href: `/person/${item.author}` }, item.author), ' ',
  element('a', { href: item.link, class: 'permalink' }, element('time', { datetime: item.time }, item.time.slice(0, 10))),
];

function button(name, act) {
  const made = element('button', { type: 'button' }, name);
  made.addEventListener('click', async () => { made.disabled = true; await act(made); });
  return made;
}

function comment(item) {
  const made = element('li', { id: item.id }, ...signed(item), element('p', {}, item.text));
  if (item.replies) {
    const list = element('ul', {});
    const open = async (pressed) => {
      const answer = await ask(`/kommentarer?till=${item.id}`);
      pressed.remove();
      list.append(...answer.items.map(comment));
    };
    made.append(button(`Visa ${item.replies} svar`, open), list);
  }
  return made;
}

function post(item) {
  const list = element('ul', {}, ...item.shown.map(comment));
  const made = element('article', { id: item.id, 'aria-posinset': item.place, 'aria-setsize': total },
    element('h2', {}, ...signed(item)), element('p', { class: 'text', dir: 'auto' }, item.text),
    ...item.posters.map((words) => element('p', { class: 'poster' }, words)),
    ...item.pictures.map((src) => element('img', { src, alt: '', width: 656, height: 410, loading: 'lazy' })),
    element('p', {}, `${item.comments} kommentarer`), list);
  let after = item.shown.length;
  if (after < item.top) {
    const more = async (pressed) => {
      const answer = await ask(`/kommentarer?till=${item.id}&efter=${after}`);
      list.append(...answer.items.map(comment));
      after += answer.items.length;
      if (after < item.top) pressed.disabled = false; else pressed.remove();
    };
    made.append(button('Visa fler kommentarer', more));
  }
  return made;
}

const known = [];      // what the server has answered with
const heights = [];    // of the posts that are not alive
let first = 0;         // the first post that is alive
let last = 0;          // and the one after the last
const above = feed.appendChild(element('div', { 'aria-hidden': 'true' }));
const below = feed.appendChild(element('div', { 'aria-hidden': 'true' }));
const space = (from, to) => heights.slice(from, to).reduce((sum, height) => sum + height, 0);

function fit() {
  above.style.height = `${space(0, first)}px`;
  below.style.height = `${space(last, known.length)}px`;
}

function drop(node, place) {
  heights[place] = node.offsetHeight;
  node.remove();
}

function down() {
  below.before(post(known[last]));
  last += 1;
  while (last - first > most) { drop(above.nextElementSibling, first); first += 1; }
}

function up() {
  first -= 1;
  above.after(post(known[first]));
  while (last - first > most) { last -= 1; drop(below.previousElementSibling, last); }
}

let asking = false;
async function look() {
  if (asking) return;
  const screen = innerHeight;
  while (last < known.length && below.getBoundingClientRect().top < screen * 1.5) { down(); fit(); }
  while (first > 0 && above.getBoundingClientRect().bottom > -screen / 2) { up(); fit(); }
  if (known.length === total || below.getBoundingClientRect().top >= screen * 1.5) return;
  asking = true;
  const answer = await ask(only ? `/inlagg.json?id=${only}` : `/flode?efter=${known.length}`);
  for (const item of answer.items) { known.push(item); down(); }
  fit();
  asking = false;
  if (known.length === total) { told.removeAttribute('role'); told.textContent = 'Inga fler inlägg'; }
  look();
}

addEventListener('scroll', look, { passive: true });
look();
