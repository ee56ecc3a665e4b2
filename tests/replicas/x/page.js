// A timeline in which only the cells about the window exist: absolutely placed, made anew whenever they come back.

import { ask, make } from '/replica/dom.js';

const MOST_ALIVE = 12;
const AROUND = 500; // CSS pixels above and below the window in which cells exist
const GUESS = 160;  // the height of a cell that has never been shown
const SHORT = 280;  // signs of a text before "Visa mer"
const EMOJI = /(\p{RI}\p{RI}|[\d#*]\ufe0f?\u20e3|\p{Emoji_Presentation}[\p{M}\p{EMod}\ufe0f]*(?:\u200d\p{Extended_Pictographic}[\p{EMod}\ufe0f]*)*|\p{Extended_Pictographic}(?:\ufe0f|\p{EMod}|\u200d\p{Extended_Pictographic})+)/u;

const root = document.getElementById('react-root');
const api = (name, query) => ask(`/i/api/graphql/Qx7_a/${name}?${new URLSearchParams(query)}`);

class Timeline {
  constructor(holder) {
    this.holder = holder;
    this.cells = [];
    this.alive = new Map(); // cell -> element
    this.sizes = new ResizeObserver(() => this.place());
    addEventListener('scroll', () => this.draw(), { passive: true });
    addEventListener('resize', () => this.draw());
  }

  add(cells, after = null) {
    const at = after ? this.cells.indexOf(after) + 1 : this.cells.length;
    this.cells.splice(at, 0, ...cells);
    this.draw();
  }

  replace(cell, cells) {
    this.add(cells, cell);
    this.cells.splice(this.cells.indexOf(cell), 1);
    this.draw();
  }

  draw() {
    const from = scrollY - this.holder.offsetTop;
    let top = 0;
    for (const cell of this.cells) {
      cell.top = top;
      top += cell.height || GUESS;
      cell.away = Math.max(0, from - top, cell.top - from - innerHeight);
    }
    const near = this.cells.filter((cell) => cell.away <= AROUND).sort((one, other) => one.away - other.away);
    const wanted = new Set(near.slice(0, MOST_ALIVE));
    for (const [cell, element] of this.alive) {
      if (wanted.has(cell)) continue;
      this.sizes.unobserve(element);
      element.remove();
      this.alive.delete(cell);
    }
    for (const cell of this.cells) if (wanted.has(cell) && !this.alive.has(cell)) this.show(cell);
    this.place();
  }

  show(cell) {
    const element = make('div', { 'data-testid': 'cellInnerDiv', class: 'obf-cell' }, [cell.build(cell)]);
    this.alive.set(cell, element);
    const next = this.cells.slice(this.cells.indexOf(cell) + 1).find((one) => this.alive.has(one));
    this.holder.insertBefore(element, next ? this.alive.get(next) : null);
    this.sizes.observe(element);
  }

  place() {
    for (const [cell, element] of this.alive) cell.height = element.offsetHeight;
    let top = 0;
    for (const cell of this.cells) {
      cell.top = top;
      top += cell.height || GUESS;
      const element = this.alive.get(cell);
      const moved = `translateY(${cell.top}px)`;
      if (element && element.style.transform !== moved) element.style.transform = moved;
    }
    this.holder.style.minHeight = `${top}px`;
  }

  nearEnd() {
    return scrollY + innerHeight > this.holder.offsetTop + this.holder.offsetHeight - 600;
  }
}

const timeline = new Timeline(make('div', { class: 'obf-list' }));
const waiting = { build: () => make('div', { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-label': 'Laddar', class: 'obf-spinner' }) };
let next = { query: location.pathname.includes('/status/') ? { id: location.pathname.split('/').at(-1), del: 'svar', fran: 0 } : { fran: 0 } };
let loading = false;

async function load() {
  if (loading || !next || !timeline.nearEnd()) return;
  loading = true;
  timeline.add([waiting]);
  const { query } = next;
  const batch = await api(query.id ? 'TweetDetail' : 'UserTweets', query);
  next = batch.nasta === null ? null : { query: { ...query, fran: batch.nasta } };
  timeline.replace(waiting, batch.celler.map(cell));
  if (!query.id && query.fran === 0) timeline.add([{ build: whoToFollow }]);
  fetch('/i/api/1.1/jot/client_event.json', { method: 'POST', body: 'category=perftown' });
  loading = false;
  requestAnimationFrame(load);
}

function cell(one) {
  return one.slag === 'knapp' ? { ...one, build: opener } : { ...one, build: one.huvud ? focal : tweet };
}

function opener(one) {
  const press = async () => {
    const id = location.pathname.split('/').at(-1);
    if (one.rest) {
      const batch = await api('TweetDetail', { id, rest: one.rest });
      timeline.replace(one, batch.celler.map(cell));
      return;
    }
    timeline.cells.splice(timeline.cells.indexOf(one), 1);
    timeline.draw();
    next = { query: { id, del: one.del, fran: one.fran } };
    load();
  };
  return make('button', { type: 'button', role: 'link', class: 'obf-opener', onclick: press }, make('span', {}, one.namn));
}

function words(text) { // signs that are pictures are pictures here too
  return text.split(EMOJI).filter(Boolean).map((part) => EMOJI.test(part)
    ? make('img', { alt: part, draggable: 'false', width: 20, height: 20, class: 'obf-emoji', src: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E%3C/svg%3E" })
    : make('span', {}, part));
}

function shortened(one, text) {
  const whole = one.huvud || one.unfolded || one.text.length <= SHORT;
  const holder = make('div', { 'data-testid': 'tweetText', id: `t${one.id}`, lang: 'sv', dir: 'auto', class: 'obf-text' }, words(whole ? one.text : one.text.slice(0, SHORT)));
  if (whole) return [holder];
  const more = make('button', { type: 'button', 'data-testid': 'tweet-text-show-more-link', onclick: () => {
    one.unfolded = true;
    holder.replaceChildren(...words(one.text));
    more.remove();
  } }, 'Visa mer');
  return [holder, more];
}

function when(one, text) {
  return make('a', { href: one.adress, role: 'link', 'aria-label': text }, make('time', { datetime: new Date(one.tid).toISOString() }, text));
}

function head(one) {
  const account = (words_) => make('a', { href: `/${one.konto}`, role: 'link', class: 'obf-account' }, make('span', {}, words_));
  return make('div', { 'data-testid': 'User-Name', id: `u${one.id}`, class: 'obf-head' }, [
    make('div', {}, account(one.namn)), make('div', {}, [account(`@${one.konto}`), make('span', { 'aria-hidden': 'true' }, '·'), one.huvud ? null : when(one, one.visad_tid)]),
  ]);
}

function counted(one) {
  const like = () => fetch('/i/api/graphql/Zz/FavoriteTweet', { method: 'POST', body: one.id });
  const said = [[one.svar, 'svar'], [1, 'reposter'], [one.gillar, 'gilla-markeringar']].filter(([number]) => number);
  const button = (id, label, number, press) => make('button', { type: 'button', 'data-testid': id, 'aria-label': label, onclick: press }, number ? make('span', {}, String(number)) : null);
  return make('div', { role: 'group', id: `g${one.id}`, 'aria-label': said.map((pair) => pair.join(' ')).join(', '), class: 'obf-group' }, [
    button('reply', `${one.svar} Svar. Svara`, one.svar, () => fetch('/i/api/graphql/Zz/CreateTweet', { method: 'POST', body: one.id })),
    button('retweet', '1 reposter. Reposta', 1, () => fetch('/i/api/graphql/Zz/CreateRetweet', { method: 'POST', body: one.id })),
    button('like', `${one.gillar} gilla-markeringar. Gilla`, one.gillar, like),
    button('bookmark', 'Bokmärk', 0, like),
  ]);
}

function article(one, parts) {
  return make('article', { role: 'article', 'data-testid': 'tweet', tabindex: one.huvud ? -1 : 0, 'aria-labelledby': `u${one.id} t${one.id} g${one.id}`, class: 'obf-tweet' }, [
    make('div', { 'data-testid': 'Tweet-User-Avatar', class: 'obf-avatar' }, make('a', { href: `/${one.konto}`, 'aria-hidden': 'true', tabindex: -1 })),
    make('div', { class: 'obf-body' }, parts),
  ]);
}

function photos(one) {
  return one.bilder.map((picture) => make('div', { 'data-testid': 'tweetPhoto', 'aria-label': 'Bild' }, make('img', { src: picture.adress, alt: picture.alt || 'Bild', width: 500, height: Math.round(500 * picture.hojd / picture.bredd), draggable: 'true' })));
}

function tweet(one) {
  return article(one, [head(one), ...shortened(one), ...photos(one), counted(one)]);
}

function focal(one) {
  const exact = new Date(one.tid).toLocaleString('sv-SE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Stockholm' });
  return article(one, [head(one), ...shortened(one), ...photos(one), make('div', { class: 'obf-when' }, when(one, exact)), counted(one)]);
}

function whoToFollow() {
  return make('aside', { 'aria-label': 'Vem att följa', class: 'obf-aside' }, [make('h2', {}, 'Vem att följa'),
    make('div', { 'data-testid': 'UserCell' }, [make('a', { href: '/grannkommunen' }, 'Grannkommunen'),
      make('button', { type: 'button', 'aria-label': 'Följ @grannkommunen', onclick: () => fetch('/i/api/1.1/friendships/create.json', { method: 'POST' }) }, 'Följ')])]);
}

function cookies() {
  const bar = make('div', { 'data-testid': 'BottomBar', class: 'obf-bar' });
  bar.append(make('div', {}, 'Välkommen till X! Vi och våra partner använder cookies för att ge dig en bättre upplevelse.'),
    ...['Godkänn alla cookies', 'Neka icke-nödvändiga cookies'].map((name) => make('button', { type: 'button', onclick: () => bar.remove() }, name)));
  return bar;
}

const single = location.pathname.includes('/status/');
root.append(make('main', { role: 'main' }, make('div', { 'data-testid': 'primaryColumn', class: 'obf-column' }, [
  make('div', { class: 'obf-top' }, single ? make('h2', {}, 'Inlägg') : [make('h2', {}, root.dataset.name), make('div', {}, `${root.dataset.posts} inlägg`)]),
  make('section', { role: 'region', 'aria-labelledby': 'tl' }, [
    make('h1', { id: 'tl', class: 'obf-unseen' }, single ? 'Konversation' : `${root.dataset.name}s inlägg`),
    make('div', { 'aria-label': single ? 'Tidslinje: Konversation' : `Tidslinje: ${root.dataset.name}s inlägg` }, timeline.holder),
  ]),
])), cookies());
addEventListener('scroll', load, { passive: true });
load();
