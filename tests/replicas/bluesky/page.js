// A list of which a window of rows exists, between two empty spaces as high as what is not there.

import { ask, make } from '/replica/dom.js';

const AROUND = 700; // CSS pixels above and below the window in which rows exist
const GUESS = 150;  // the height of a row that has never been shown
const SHORT = 240;  // signs of a text before "Visa mer"

const root = document.getElementById('root');
const id = location.pathname.split('/post/')[1];

class List {
  constructor() {
    this.rows = [];
    this.before = make('div', { class: 'obf-space' });
    this.after = make('div', { class: 'obf-space' });
    this.element = make('div', { 'data-testid': id ? 'postThreadScreen' : 'postsFeed-flatlist' }, [this.before, this.after]);
    this.elements = new Map();
    addEventListener('scroll', () => this.draw(), { passive: true });
  }

  add(rows, after = null) {
    this.rows.splice(after ? this.rows.indexOf(after) + 1 : this.rows.length, 0, ...rows);
    this.draw();
  }

  remove(row) {
    this.rows.splice(this.rows.indexOf(row), 1);
    this.draw();
  }

  draw() {
    for (const [row, element] of this.elements) row.height = element.offsetHeight;
    const from = -this.element.getBoundingClientRect().top - AROUND;
    const to = from + innerHeight + 2 * AROUND;
    let top = 0;
    let above = 0;
    let below = 0;
    const wanted = [];
    for (const row of this.rows) {
      const height = row.height || GUESS;
      if (top + height < from) above += height;
      else if (top > to) below += height;
      else wanted.push(row);
      top += height;
    }
    for (const [row, element] of this.elements) {
      if (wanted.includes(row)) continue;
      element.remove();
      this.elements.delete(row);
    }
    this.before.style.height = `${above}px`;
    this.after.style.height = `${below}px`;
    let next = this.after;
    for (const row of wanted.reverse()) {
      if (!this.elements.has(row)) this.elements.set(row, make('div', {}, row.build(row)));
      const element = this.elements.get(row);
      if (element.nextSibling !== next) this.element.insertBefore(element, next);
      next = element;
    }
  }

  nearEnd() {
    return this.element.getBoundingClientRect().bottom < innerHeight + 500;
  }
}

const list = new List();
const waiting = { build: () => make('div', { role: 'progressbar', 'aria-label': 'Laddar', class: 'obf-wait' }) };
let next = 0;
let hidden = false;
let loading = false;

async function load() {
  if (loading || next === null || !list.nearEnd()) return;
  loading = true;
  list.add([waiting]);
  const answer = await (id ? ask(`/xrpc/app.bsky.unspecced.getPostThreadV2?id=${id}&fran=${next}${hidden ? '&dolda' : ''}`) : ask(`/xrpc/app.bsky.feed.getAuthorFeed?fran=${next}`));
  list.remove(waiting);
  if (id && !list.rows.length) list.add([{ ...answer.inlagg, build: anchor }]);
  list.add((id ? answer.svar : answer.inlagg).map((one) => ({ ...one, build: post })));
  next = answer.nasta;
  if (next === null && answer.dolda) list.add([{ build: more }]);
  loading = false;
  requestAnimationFrame(load);
}

function more(row) {
  const press = () => {
    list.remove(row);
    hidden = true;
    next = 0;
    load();
  };
  return make('button', { type: 'button', role: 'button', 'aria-label': 'Visa fler svar', class: 'obf-more', onclick: press }, make('div', {}, 'Visa fler svar'));
}

const send = (what) => (event) => { event.stopPropagation(); fetch(`/xrpc/com.atproto.repo.createRecord?${what}`, { method: 'POST' }); };

function meta(one, big) {
  const profile = (words, kind) => make('a', { href: `/profile/${one.konto}`, role: 'link', 'aria-label': 'Visa profil', class: kind }, words);
  const label = new Date(one.tid).toLocaleString('sv-SE', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Stockholm' });
  const when = make('a', { href: one.adress, role: 'link', 'aria-label': label, title: label, 'data-tooltip': label }, big ? label : [make('span', {}, '· '), one.visad_tid]);
  return [make('div', { class: 'obf-meta' }, [profile(`\u202a${one.namn}\u202c`, 'obf-name'), profile(`\u00a0@${one.konto}`, 'obf-handle'), big ? null : when]), when];
}

function text(one, whole) {
  const short = !whole && !one.unfolded && one.text.length > SHORT;
  const holder = make('div', { 'data-testid': 'postText', dir: 'auto', 'data-word-wrap': 1, class: 'obf-text' }, short ? `${one.text.slice(0, SHORT)}` : one.text);
  const unfold = (event) => { event.stopPropagation(); one.unfolded = true; holder.textContent = one.text; button.remove(); };
  const button = make('button', { type: 'button', 'aria-label': 'Visa mer', class: 'obf-link', onclick: unfold }, 'Visa mer');
  return short ? [holder, button] : [holder];
}

function controls(one) {
  const button = (test, label, number, what) => make('button', { type: 'button', 'data-testid': test, 'aria-label': label, class: 'obf-link', onclick: send(what) }, number ? make('div', {}, String(number)) : null);
  return make('div', { class: 'obf-controls' }, [
    button('replyBtn', `Svara (${one.svar} svar)`, one.svar, 'reply'), button('repostBtn', 'Republicera (0 republiceringar)', 0, 'repost'),
    button('likeBtn', `Gilla (${one.gillar} gilla-markeringar)`, one.gillar, 'like'), button('postDropdownBtn', 'Öppna inläggsmenyn', 0, 'menu'),
  ]);
}

function pictures(one) {
  return one.bilder.map((picture) => make('div', { class: 'obf-picture' }, make('img', { src: picture.adress, alt: picture.alt, width: 500, height: Math.round(500 * picture.hojd / picture.bredd) })));
}

function post(one) {
  const go = (event) => { if (!event.target.closest('a, button') && event.isTrusted) location.href = one.adress; };
  return make('div', { 'data-testid': `${id ? 'postThreadItem' : 'feedItem'}-by-${one.konto}`, role: 'link', tabindex: 0, class: 'obf-item', onclick: go }, [
    make('a', { href: `/profile/${one.konto}`, role: 'link', 'aria-label': `${one.namn}s avatar`, class: 'obf-avatar' }),
    make('div', { class: 'obf-body' }, [meta(one, false)[0], ...text(one, false), ...pictures(one), controls(one)]),
  ]);
}

function anchor(one) {
  const [head, when] = meta(one, true);
  return make('div', { 'data-testid': `postThreadItem-by-${one.konto}`, class: 'obf-item' }, make('div', { class: 'obf-body' }, [head, ...text(one, true), ...pictures(one), make('div', {}, when), controls(one)]));
}

function missing() {
  return make('div', { class: 'obf-item' }, [make('h2', {}, 'Inlägget hittades inte'), make('p', {}, 'Inlägget kan ha raderats.')]);
}

root.append(make('main', { role: 'main', class: 'obf-column' }, [
  make('div', { class: 'obf-top' }, id ? make('h1', {}, 'Inlägg') : [make('h1', { 'data-testid': 'profileHeaderDisplayName' }, root.dataset.name), make('div', {}, [make('span', {}, `${root.dataset.posts} inlägg`)]),
    make('button', { type: 'button', 'data-testid': 'followBtn', 'aria-label': `Följ ${root.dataset.name}`, onclick: send('follow') }, 'Följ')]),
  list.element,
]), make('nav', { class: 'obf-nav' }, [make('button', { type: 'button', onclick: send('account') }, 'Skapa konto'), make('button', { type: 'button', onclick: send('session') }, 'Logga in')]));
addEventListener('scroll', load, { passive: true });
if (root.dataset.missing) list.add([{ build: missing }]);
else load();
