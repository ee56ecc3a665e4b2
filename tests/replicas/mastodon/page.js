// A column in which posts far from the window are shells: their height is kept, what is in them is not.

import { ask, make, whenNear } from '/replica/dom.js';

const FAR = '400px';  // beyond this from the window a post is a shell
const LONG = 230;     // signs of a post's text before "Läs mer"
const BY_SCROLL = 1;  // batches that come by scroll; then a button

const root = document.getElementById('mastodon');
const opened = new Set(); // ids of what was warned of and shown
let feed = null;          // the column, kept while a thread is shown
let place = 0;            // where it was scrolled to

function paragraphs(text) {
  return text.split('\n\n').map((part) => make('p', {}, part.split('\n').flatMap((line, at) => at ? [make('br'), line] : [line])));
}

function content(one, redraw, clipped) {
  const shown = !one.varning || opened.has(one.id);
  const parts = [];
  if (one.varning) {
    const toggle = () => { if (!opened.delete(one.id)) opened.add(one.id); redraw(); };
    parts.push(make('div', { class: 'content-warning' }, [make('p', {}, one.varning), make('button', { type: 'button', class: 'link-button', onclick: toggle }, shown ? 'Visa mindre' : 'Visa mer')]));
  }
  if (shown) {
    const long = clipped && one.text.length > LONG;
    parts.push(make('div', { class: `status__content${long ? ' status__content--collapsed' : ''}`, tabindex: 0 }, make('div', { class: 'status__content__text status__content__text--visible translate', lang: 'sv' }, paragraphs(one.text))));
    if (long) parts.push(make('button', { type: 'button', class: 'status__content__read-more-button', onclick: () => go(one.adress) }, 'Läs mer'));
    if (one.bilder.length) parts.push(make('div', { class: 'media-gallery' }, one.bilder.map((picture) => make('a', { class: 'media-gallery__item-thumbnail', href: picture.adress, target: '_blank', rel: 'noopener' }, make('img', { src: picture.adress, alt: picture.alt, title: picture.alt, width: 520, height: Math.round(520 * picture.hojd / picture.bredd) })))));
  }
  return parts;
}

function names(one, kind) {
  return make('a', { class: kind, href: `/@${one.konto}`, title: one.konto }, [
    make('div', { class: 'status__avatar' }),
    make('span', { class: 'display-name' }, [make('bdi', {}, make('strong', { class: 'display-name__html' }, one.namn)), make('span', { class: 'display-name__account' }, `@${one.konto}`)]),
  ]);
}

function bar(one, counted) {
  const send = (what) => () => fetch(`/api/v1/statuses/${one.id}/${what}`, { method: 'POST' });
  const button = (name, what, number) => make('button', { type: 'button', class: 'icon-button', 'aria-label': name, title: name, onclick: send(what) }, [make('i', { 'aria-hidden': 'true' }), number === null ? null : make('span', { class: 'icon-button__counter' }, make('span', { class: 'animated-number' }, String(number)))]);
  return make('div', { class: counted ? 'status__action-bar' : 'detailed-status__action-bar' }, [
    button(one.kortnamn || 'Svara', 'reply', counted ? one.svar : null), button('Boosta', 'reblog', null), button('Favoritmarkera', 'favourite', null), button('Bokmärk', 'bookmark', null), button('Mer', 'menu', null),
  ]);
}

function time(one, kind, words) {
  return make('a', { class: kind, href: one.adress }, make('time', { datetime: new Date(one.tid).toISOString(), title: one.tid }, words));
}

// One status as a list shows it; it draws itself anew when something in it is opened.
function status(one, clipped) {
  const wrapper = make('div', { class: 'status__wrapper status__wrapper-public focusable', tabindex: 0, 'aria-label': `${one.namn}, ${one.varning || one.text}, ${one.visad_tid}, ${one.konto}` });
  const draw = () => wrapper.replaceChildren(make('div', { class: 'status status-public', 'data-id': one.id }, [
    make('div', { class: 'status__info' }, [time(one, 'status__relative-time', one.visad_tid), names(one, 'status__display-name')]), ...content(one, draw, clipped), bar(one, true),
  ]));
  draw();
  return wrapper;
}

function detailed(one) {
  const wrapper = make('div', { class: 'focusable detailed-status__wrapper detailed-status__wrapper-public', tabindex: 0, 'aria-label': `${one.namn}, ${one.text}` });
  const exact = new Date(one.tid).toLocaleString('sv-SE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Stockholm' });
  const draw = () => wrapper.replaceChildren(
    make('div', { class: 'detailed-status' }, [names(one, 'detailed-status__display-name'), ...content(one, draw, false), make('div', { class: 'detailed-status__meta' }, make('div', { class: 'detailed-status__meta__line' }, [time(one, 'detailed-status__datetime', exact), ' · ', make('a', { class: 'detailed-status__link', href: `${one.adress}/favourites` }, `${one.gillar} favoriter`)]))]),
    bar(one, false));
  draw();
  return wrapper;
}

function article(one, at) {
  const shell = make('article', { 'aria-posinset': at + 1, 'aria-setsize': root.dataset.posts, 'data-id': one.id, tabindex: -1 }, status(one, true));
  let hidden = false;
  const far = new IntersectionObserver(([seen]) => {
    if (!shell.isConnected || seen.isIntersecting === !hidden) return;
    hidden = !seen.isIntersecting;
    if (hidden) {
      shell.style.cssText = `height: ${seen.boundingClientRect.height}px; opacity: 0; overflow: hidden;`;
      shell.replaceChildren(make('div', { class: 'status__wrapper focusable', tabindex: 0 }, [make('span', {}, one.namn), make('span', {}, one.text)]));
    } else {
      shell.removeAttribute('style');
      shell.replaceChildren(status(one, true));
    }
  }, { rootMargin: `${FAR} 0px` });
  far.observe(shell);
  return shell;
}

function waiting(words) {
  return make('div', { class: 'loading-indicator', role: 'progressbar', 'aria-busy': 'true', 'aria-live': 'polite', 'aria-label': words });
}

function column(label, children) {
  return make('div', { class: 'columns-area__panels__main' }, make('div', { role: 'region', 'aria-label': label, class: 'column' }, [
    make('div', { class: 'column-header' }, make('h1', {}, label)), make('div', { class: 'scrollable' }, children),
  ]));
}

function showFeed() {
  const list = make('div', { role: 'feed', class: 'item-list' });
  const foot = make('div', { class: 'obf-foot' });
  const state = { next: 0, shown: 0, batches: 0 };
  const load = async () => {
    const wait = waiting('Laddar…');
    foot.replaceChildren(wait);
    const batch = await ask(`/api/v1/accounts/1/statuses?fran=${state.next}`);
    wait.remove();
    list.append(...batch.inlagg.map((one) => article(one, state.shown++)));
    state.next = batch.nasta;
    state.batches += 1;
    if (state.next !== null && state.batches > BY_SCROLL) foot.append(make('button', { type: 'button', class: 'load-more', onclick: load }, 'Ladda fler'));
    return state.next !== null && state.batches <= BY_SCROLL;
  };
  whenNear(foot, load, {});
  const head = make('div', { class: 'account__header' }, [make('h2', {}, root.dataset.name), make('div', { class: 'account__header__extra__links' }, make('a', { href: '/@exempelkommun', title: root.dataset.posts }, [make('strong', {}, root.dataset.posts), ' inlägg'])),
    make('button', { type: 'button', class: 'button', onclick: () => fetch('/api/v1/accounts/1/follow', { method: 'POST' }) }, 'Följ')]);
  return column(root.dataset.name, [head, list, foot]);
}

function showThread(id) {
  const inside = make('div', { class: 'item-scrollable' });
  const draw = async () => {
    inside.append(waiting('Laddar…'));
    const [one, first] = await Promise.all([ask(`/api/v1/statuses/${id}`), ask(`/api/v1/statuses/${id}/context`)]);
    const after = make('div', {}, first.efter.map((reply) => status({ ...reply, kortnamn: 'Svara på tråden' }, false)));
    const hint = first.upplysning && make('div', { class: 'timeline-hint' }, [make('strong', {}, make('span', {}, first.upplysning)), make('br'), make('a', { href: 'https://annan.example/', target: '_blank', rel: 'noopener' }, 'Bläddra på den ursprungliga servern')]);
    inside.replaceChildren(...first.fore.map((before) => status(before, false)), detailed(one), after, ...(hint ? [hint] : []));
    if (first.fler) later(id, after, first.efter.length);
  };
  draw();
  return column('Tillbaka', [inside]);
}

async function later(id, after, known) { // what the server finds when it has looked on
  const wait = waiting('Laddar fler svar');
  after.append(wait);
  await new Promise((go_) => setTimeout(go_, 250));
  const all = await ask(`/api/v1/statuses/${id}/context?alla`);
  wait.remove();
  after.append(...all.efter.slice(known).map((reply) => status({ ...reply, kortnamn: 'Svara på tråden' }, false)));
}

function go(address) {
  place = scrollY;
  history.pushState(null, '', address);
  show();
}

function show() {
  const [, , id] = location.pathname.split('/');
  if (!id && !feed) feed = showFeed();
  root.replaceChildren(id ? showThread(id) : feed);
  scrollTo(0, id ? 0 : place);
}

addEventListener('popstate', show);
show();
