// A topic keeps forty posts: what comes in below makes what is above go, and the other way round.

import { ask, make } from '/replica/dom.js';

const MOST_ALIVE = 40;
const content = document.getElementById('content');

function author(one) {
  return make('a', { href: `/user/${one.konto}`, 'data-username': one.namn, class: 'obf-author' }, one.namn);
}

// What a person reads; the machine's time is in a meta of its own.
function timeago(one) {
  const said = new Date(one.tid).toLocaleString('sv-SE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Stockholm' });
  return make('span', { class: 'timeago', title: said, datetime: said }, one.visad_tid);
}

async function showTopics() {
  const page = Number(new URLSearchParams(location.search).get('page') || 1);
  const answer = await ask(`/api/category/4?page=${page}`);
  const topics = answer.amnen.map((one) => make('li', { component: 'category/topic', 'data-tid': one.nummer, class: 'obf-topic' }, [
    make('h3', { component: 'topic/header' }, make('a', { href: one.adress }, one.titel)),
    make('div', {}, [timeago(one), ' ', author(one)]),
    make('div', { component: 'topic/stats' }, [make('span', {}, `Svar: ${one.svar}`), ' ', make('span', {}, 'Visningar: 1 204')]),
  ]));
  const step = (at, rel, words) => make('li', { class: `page-item ${rel}` }, make('a', { href: `/category/4/kommunen?page=${at}`, rel, 'data-page': at }, words));
  content.append(make('h1', {}, 'Kommunen'), make('ul', { component: 'category', class: 'obf-topics' }, topics),
    make('ul', { component: 'pagination', class: 'pagination' }, [page > 1 ? step(page - 1, 'prev', 'Föregående') : null, answer.fler ? step(page + 1, 'next', 'Nästa') : null]));
}

function paragraphs(text) {
  return text.split('\n\n').map((part) => make('p', {}, part.split('\n').flatMap((line, at) => at ? [make('br'), line] : [line])));
}

function post(one) {
  const vote = () => fetch(`/api/posts/${one.id}/vote`, { method: 'PUT' });
  return make('li', { component: 'post', 'data-pid': one.id, 'data-index': one.plats - 1, 'data-username': one.namn, class: 'obf-post' }, [
    make('a', { component: 'post/anchor', 'data-index': one.plats - 1, name: String(one.plats - 1) }),
    make('meta', { itemprop: 'datePublished', content: one.tid }),
    make('div', { component: 'post/header', class: 'obf-head' }, [author(one), make('a', { class: 'permalink', href: one.adress }, timeago(one)), one.svar_till ? make('a', { component: 'post/parent', href: one.svar_till.adress }, `som svar till ${one.svar_till.namn}`) : null]),
    make('div', { component: 'post/content', class: 'content obf-text' }, paragraphs(one.text)),
    ...one.bilder.map((picture) => make('img', { class: 'img-fluid', src: picture.adress, alt: picture.alt, width: 600, height: Math.round(600 * picture.hojd / picture.bredd) })),
    make('div', { component: 'post/actions' }, [make('a', { component: 'post/reply', href: '#', role: 'button' }, 'Svara'), ' ', make('button', { component: 'post/upvote', type: 'button', 'aria-label': 'Rösta upp inlägg', onclick: vote }, '▲')]),
    one.antal_svar ? again(one) : null,
  ]);
}

// Shows the answers to a post once more, inside it, though they all stand in the topic anyway.
function again(one) {
  const holder = make('div', { component: 'post/replies/container' });
  const toggle = async (event) => {
    event.preventDefault();
    if (holder.firstChild) { holder.replaceChildren(); return; }
    const answer = await ask(`/api/topic/${location.pathname.split('/')[2]}?svar_pa=${one.plats}`);
    const copies = answer.inlagg.map((reply) => post({ ...reply, antal_svar: 0 }));
    for (const copy of copies) copy.dataset.index = '';
    holder.replaceChildren(make('div', { component: 'post/replies' }, copies));
  };
  return make('div', {}, [make('a', { component: 'post/reply-count', href: '#', onclick: toggle }, make('span', { component: 'post/reply-count/text' }, `Replies: ${one.antal_svar}`)), holder]);
}

// Asks for posts when the window is scrolled near an end of those that are there; each third time not until one has
// gone up a little first.
class Stream {
  constructor(path, size) {
    this.path = path;
    this.size = size;
    this.list = make('ul', { component: 'topic', class: 'posts obf-stream' }, make('li', { component: 'post', 'data-pid': '{posts.pid}', class: 'obf-post', hidden: true }, make('div', { component: 'post/content' }, '{posts.content}')));
    this.before = scrollY;
    this.loads = 0;
    this.wentUp = false;
    this.busy = false;
    addEventListener('scroll', () => this.scrolled(), { passive: true });
  }

  get posts() { return [...this.list.querySelectorAll(':scope > li:not([hidden])')]; }

  async load(from) {
    const answer = await ask(`/api/topic/${this.path.split('/')[2]}?fran=${from}`);
    return answer.inlagg;
  }

  async scrolled() {
    const down = scrollY > this.before;
    if (scrollY === this.before) return;
    if (!down) this.wentUp = true;
    this.before = scrollY;
    this.address();
    if (this.busy) return;
    this.busy = true;
    const bottom = this.list.getBoundingClientRect().bottom - innerHeight;
    if (down && bottom < 300) await this.further();
    else if (!down && this.list.getBoundingClientRect().top > -300) await this.back();
    this.busy = false;
  }

  async further() {
    const stubborn = this.loads % 3 === 2 && !this.wentUp;
    const last = Number(this.posts.at(-1).dataset.index);
    if (stubborn || last + 1 >= this.size) return;
    this.wentUp = false;
    this.loads += 1;
    this.list.append(...(await this.load(last + 1)).map(post));
    this.drop(this.posts.slice(0, -MOST_ALIVE));
  }

  async back() {
    const first = Number(this.posts[0].dataset.index);
    if (first === 0) return;
    const held = this.posts[0];
    const top = held.getBoundingClientRect().top;
    const from = Math.max(0, first - 20);
    held.before(...(await this.load(from)).slice(0, first - from).map(post));
    this.keep(held, top);
    for (const one of this.posts.slice(MOST_ALIVE)) one.remove();
  }

  drop(passed) {
    const held = this.posts[passed.length];
    const top = held.getBoundingClientRect().top;
    for (const one of passed) one.remove();
    this.keep(held, top);
  }

  keep(held, top) { // what the reader looks at stays where it was
    const by = held.getBoundingClientRect().top - top;
    if (Math.abs(by) > 1) scrollBy({ top: by, behavior: 'instant' });
    this.before = scrollY;
  }

  address() {
    const top = this.posts.find((one) => one.getBoundingClientRect().bottom > 60);
    if (!top) return;
    const place = Number(top.dataset.index) + 1;
    const path = place === 1 ? this.path : `${this.path}/${place}`;
    if (location.pathname !== path) history.replaceState(null, '', path);
  }
}

async function showTopic() {
  const [, , number, , place] = location.pathname.split('/');
  const from = Math.max(0, Number(place || 1) - 10);
  const answer = await ask(`/api/topic/${number}?fran=${from}`);
  const stream = new Stream(answer.adress, answer.antal);
  content.append(make('div', { component: 'topic/top', class: 'obf-title' }, [
    make('h1', { component: 'topic/title' }, answer.titel), make('div', { component: 'topic/stats' }, [make('span', {}, `Svar: ${answer.svar}`), ' ', make('span', {}, 'Visningar: 1 204')]),
  ]), stream.list, make('div', { class: 'obf-foot' }, make('a', { component: 'topic/reply/guest', href: '/login', class: 'btn' }, 'Logga in för att svara')));
  stream.list.append(...answer.inlagg.map(post));
  const first = place && stream.posts.find((one) => Number(one.dataset.index) === Number(place) - 1);
  if (first) first.scrollIntoView();
  stream.before = scrollY;
}

if (location.pathname.startsWith('/topic/')) showTopic();
else showTopics();
