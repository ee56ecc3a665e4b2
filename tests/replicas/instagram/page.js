// A grid that forgets its rows, and a post whose comments stand in a column that scrolls by itself.
import { ask, make, whenNear } from '/replica/dom.js';

const ROW = 2;
const ROWS_ALIVE = 2;
const ROW_HEIGHT = 460;
const main = document.querySelector('main');

function change() { ask('/api/v1/web/likes/1/like/', ''); }

function button(name, onclick) {
  return make('button', { type: 'button', class: 'obf-button', onclick }, [make('span', {}, name)]);
}

function icon(label, onclick) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('role', 'img');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.append(document.createElementNS('http://www.w3.org/2000/svg', 'circle'));
  svg.firstChild.setAttribute('r', '9');
  svg.firstChild.setAttribute('cx', '12');
  svg.firstChild.setAttribute('cy', '12');
  return make('button', { type: 'button', class: 'obf-icon', onclick }, [make('div', {}, [svg])]);
}

function spinner() {
  return make('div', { role: 'progressbar', 'aria-label': 'Läser in …', class: 'obf-spinner' });
}

function lines(text) {
  return text.split('\n').flatMap((line, place) => (place ? [make('br'), line] : [line]));
}

// The grid: rows come by scrolling, and only two of them are in the page at a time.
async function grid() {
  const cards = [];
  const before = make('div');
  const rows = make('div', { class: 'obf-rows' });
  const after = make('div');
  const mark = make('div', { class: 'obf-mark' });
  main.append(
    make('header', { class: 'obf-header' }, [make('h2', {}, 'exempelkommun'), make('ul', {}, [make('li', {}, main.dataset.claim), make('li', {}, '1 204 följare')]), button('Följ', change)]),
    before, rows, after, mark,
  );
  let first = -1;
  const draw = () => {
    const total = Math.ceil(cards.length / ROW);
    const wanted = Math.round((scrollY - rows.parentElement.offsetTop) / ROW_HEIGHT);
    const start = Math.max(0, Math.min(wanted, total - ROWS_ALIVE));
    before.style.height = `${start * ROW_HEIGHT}px`;
    after.style.height = `${Math.max(0, total - start - ROWS_ALIVE) * ROW_HEIGHT}px`;
    if (start === first && rows.childElementCount === Math.min(ROWS_ALIVE, total)) return;
    first = start;
    rows.replaceChildren(...Array.from({ length: Math.min(ROWS_ALIVE, total - start) }, (_, row) => make('div', { class: 'obf-row' },
      cards.slice((start + row) * ROW, (start + row + 1) * ROW).map(card))));
  };
  let next = 0;
  const load = async () => {
    const wait = spinner();
    mark.append(wait);
    const body = new URLSearchParams({ fb_api_req_friendly_name: 'PolarisProfilePostsQuery', variables: JSON.stringify({ after: next }) });
    const batch = await ask('/graphql/query', body);
    wait.remove();
    cards.push(...batch.cards);
    next = batch.next;
    draw();
    return next !== null;
  };
  await load();
  whenNear(mark, async () => { const more = await load(); nag(); return more; }, { afterScroll: true });
  addEventListener('scroll', draw, { passive: true });
}

function card(one) {
  return make('div', { class: 'obf-cell' }, [make('a', { role: 'link', tabindex: 0, href: one.address }, [
    make('div', { class: 'obf-thumb' }, [make('img', { src: one.image, alt: one.alt })]),
  ])]);
}

function said(one, code) {
  const item = make('li', { class: 'obf-comment' }, [make('div', {}, [
    make('h3', {}, [make('a', { role: 'link', href: `/${one.author}/` }, one.author)]),
    make('div', {}, [make('span', { dir: 'auto' }, lines(one.text))]),
    make('div', { class: 'obf-under' }, [
      make('a', { role: 'link', href: one.address }, [make('time', { datetime: one.time }, one.when)]),
      one.likes ? button(`${one.likes} gilla-markeringar`, null) : null,
      button('Svara', change),
    ]),
    icon('Gilla', change),
  ])]);
  const branch = make('ul', { class: 'obf-branch' }, [make('div', {}, [item])]);
  if (one.replies) branch.append(make('li', {}, [answers(one, code)]));
  return branch;
}

function answers(one, code) {
  let next = 0;
  const list = make('ul', { class: 'obf-answers' });
  const more = button(`Visa svar (${one.replies})`, async () => {
    const batch = await ask(`/api/v1/media/${code}/comments/${one.id}/child_comments?fran=${next}`);
    next += batch.comments.length;
    for (const reply of batch.comments) list.append(make('div', {}, [said(reply, code).querySelector('li')]));
    more.firstChild.textContent = batch.left ? `Visa svar (${batch.left})` : 'Dölj svar';
  });
  list.append(make('li', {}, [more]));
  return list;
}

// The first batch is there, the second comes by a button that is only an icon, the rest by scrolling in the column.
function discussion(code, column) {
  const list = make('div', { class: 'obf-list' });
  const mark = make('div', { class: 'obf-mark' });
  let next = 0;
  const load = async () => {
    const wait = spinner();
    mark.append(wait);
    const batch = await ask(`/api/v1/media/${code}/comments?fran=${next}`);
    wait.remove();
    next = batch.next;
    list.append(...batch.comments.map((one) => said(one, code)));
    return next !== null;
  };
  const begin = async () => {
    if (!(await load())) return;
    const more = icon('Läs in fler kommentarer', async () => {
      more.remove();
      if (await load()) whenNear(mark, load, { scroller: column, afterScroll: true });
    });
    mark.before(more);
  };
  column.append(list, mark);
  return begin();
}

async function single(code) {
  const post = await ask(`/api/v1/media/${code}/info`);
  const column = make('div', { class: 'obf-column' }, [
    make('div', { class: 'obf-caption' }, [
      make('h2', {}, [make('a', { role: 'link', href: '/exempelkommun/' }, 'exempelkommun')]),
      make('h1', { dir: 'auto' }, lines(post.text)),
    ]),
  ]);
  main.append(make('div', { class: 'obf-single' }, [
    make('div', { class: 'obf-media' }, post.pictures.map((one) => make('img', { src: one.address, alt: one.alt }))),
    make('div', { class: 'obf-side' }, [
      column,
      make('section', { class: 'obf-acts' }, [icon('Gilla', change), icon('Kommentera', change), icon('Dela', change), icon('Spara', change)]),
      make('div', {}, [make('a', { role: 'link', href: post.address }, [make('time', { datetime: post.time }, post.when)])]),
      make('form', {}, [make('textarea', { 'aria-label': 'Lägg till en kommentar …', placeholder: 'Lägg till en kommentar …' })]),
    ]),
  ]));
  main.append(make('div', { class: 'obf-others' }, [
    make('div', {}, [make('span', {}, 'Fler inlägg från '), make('a', { href: '/exempelkommun/' }, 'exempelkommun')]),
    ...post.others.map((address) => make('a', { role: 'link', href: address }, [make('img', { src: '/bild/omslag.jpg', alt: '' })])),
  ]));
  await discussion(code, column);
}

function dialog(label, text, names) {
  const box = make('div', { role: 'dialog', 'aria-label': label, class: 'obf-dialog' }, [
    make('h2', {}, label), make('p', {}, text), ...names.map((name) => button(name, () => box.remove())),
  ]);
  document.body.append(box);
}

function nag() {
  dialog('Slå på aviseringar', 'Få direkt besked om nya följare och kommentarer.', ['Slå på', 'Inte nu']);
}

const parts = location.pathname.split('/').filter(Boolean);
const at = parts.findIndex((part) => part === 'p' || part === 'reel');
if (at < 0) {
  dialog('Tillåt användningen av cookies från Instagram i den här webbläsaren?', 'Vi använder cookies och liknande tekniker.', ['Tillåt alla cookies', 'Neka valfria cookies']);
  await grid();
} else {
  await single(parts[at + 1]);
}
