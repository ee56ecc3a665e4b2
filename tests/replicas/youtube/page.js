// Elements of the platform's own making; comments that come when somebody scrolls to them, and not before.
import { ask, make, whenNear } from '/replica/dom.js';

const manager = document.getElementById('page-manager');

function youtubei(name, variables) { return ask(`/youtubei/v1/${name}?prettyPrint=false`, JSON.stringify(variables)); }

function change() { youtubei('like/like', {}); }

function button(name, onclick, attributes = {}) {
  return make('button', { onclick, ...attributes }, [make('div', {}, [make('span', { role: 'text' }, name)])]);
}

function continuation() {
  return make('ytd-continuation-item-renderer', {}, [make('tp-yt-paper-spinner', { 'aria-label': 'Läser in', role: 'progressbar', hidden: true })]);
}

function fillBy(load, mark) {
  return async () => {
    mark.firstChild.hidden = false;
    const goesOn = await load();
    mark.firstChild.hidden = true;
    return goesOn;
  };
}

function cardOf(one) {
  return make('ytd-rich-item-renderer', {}, [make('div', { id: 'content' }, [make('ytd-rich-grid-media', {}, [
    make('a', { id: 'thumbnail', 'aria-hidden': 'true', tabindex: -1, href: one.address }, [make('img', { src: one.image, alt: '' })]),
    make('div', { id: 'details' }, [
      make('h3', {}, [make('a', { id: 'video-title-link', 'aria-label': `${one.title} 1 204 visningar ${one.when}`, href: one.address, title: one.title }, [make('yt-formatted-string', { id: 'video-title' }, one.title)])]),
      make('div', { id: 'metadata-line' }, [make('span', {}, '1 204 visningar'), ' ', make('span', {}, one.when)]),
      button('', change, { 'aria-label': 'Åtgärdsmeny' }),
    ]),
  ])])]);
}

async function grid() {
  const contents = make('div', { id: 'contents' });
  const mark = continuation();
  manager.append(make('ytd-browse', {}, [
    make('h1', {}, 'Exempelkommun'), make('div', {}, [make('span', {}, '@exempelkommun'), ' · ', make('span', {}, '431 prenumeranter')]),
    button('Prenumerera', change),
    make('ytd-rich-grid-renderer', {}, [contents, mark]),
  ]));
  let next = 0;
  const load = async () => {
    const batch = await youtubei('browse', { from: next });
    next = batch.next;
    contents.append(...batch.cards.map(cardOf));
    return next !== null;
  };
  await load();
  whenNear(mark, fillBy(load, mark), { afterScroll: true });
}

function comment(one) {
  return make('ytd-comment-view-model', { id: 'comment' }, [make('div', { id: 'main' }, [
    make('div', { id: 'header-author' }, [
      make('h3', {}, [make('a', { id: 'author-text', href: `/${one.author}` }, [make('span', {}, one.author)])]),
      make('span', { id: 'published-time-text' }, [make('a', { href: one.address }, one.when)]),
    ]),
    make('ytd-expander', { id: 'expander' }, [make('yt-attributed-string', { id: 'content-text' }, [make('span', {}, one.text)])]),
    make('div', { id: 'toolbar' }, [
      button('', change, { 'aria-label': `Gilla den här kommentaren tillsammans med ${one.likes} andra`, 'aria-pressed': 'false' }),
      make('span', { id: 'vote-count-middle', 'aria-label': `${one.likes} gilla-markeringar` }, `${one.likes}`),
      button('Svara', change),
    ]),
  ])]);
}

function thread(one, code) {
  const element = make('ytd-comment-thread-renderer', {}, [comment(one)]);
  if (one.replies) element.append(repliesOf(one, code));
  return element;
}

// The button opens and closes; what it opened stays loaded.
function repliesOf(one, code) {
  const contents = make('div', { id: 'expander-contents', hidden: true });
  const more = make('ytd-continuation-item-renderer', { hidden: true }, [button('Visa fler svar', () => load())]);
  contents.append(more);
  let next = 0;
  let busy = false;
  const load = async () => {
    if (busy) return;
    busy = true;
    const batch = await youtubei('next', { video: code, comment: one.id, from: next });
    busy = false;
    next = batch.next;
    more.before(...batch.comments.map(comment));
    more.hidden = next === null;
  };
  const toggle = button(one.replies === 1 ? '1 svar' : `${one.replies} svar`, async () => {
    contents.hidden = !contents.hidden;
    toggle.setAttribute('aria-expanded', String(!contents.hidden));
    if (next === 0) await load();
  }, { 'aria-expanded': 'false' });
  return make('ytd-comment-replies-renderer', {}, [make('div', { id: 'more-replies' }, [toggle]), contents]);
}

function sortMenu(choose) {
  const orders = [['populara', 'Populäraste kommentarer'], ['nyaste', 'Nyaste först']];
  const list = make('tp-yt-paper-listbox', { role: 'listbox', hidden: true }, orders.map(([key, name]) =>
    make('a', { role: 'option', tabindex: 0, onclick: () => {
      list.hidden = true;
      label.setAttribute('aria-expanded', 'false');
      label.textContent = name;
      choose(key);
    } }, [make('div', {}, name)])));
  const label = make('tp-yt-paper-button', { id: 'label', role: 'button', tabindex: 0, 'aria-expanded': 'false', onclick: () => {
    list.hidden = !list.hidden;
    label.setAttribute('aria-expanded', String(!list.hidden));
  } }, orders[0][1]);
  return make('yt-sort-filter-sub-menu-renderer', {}, [label, list]);
}

// Nothing of this is there until somebody has scrolled.
function discussion(post) {
  const contents = make('div', { id: 'contents' });
  const mark = continuation();
  let order = 'populara';
  let next = 0;
  let round = 0;
  const load = async () => {
    const mine = round;
    const batch = await youtubei('next', { video: post.code, order, from: next });
    if (mine !== round) return false;
    next = batch.next;
    contents.append(...batch.comments.map((one) => thread(one, post.code)));
    return next !== null;
  };
  const begin = () => {
    const mine = round; // another order begins anew, and this one ends
    const fill = fillBy(load, mark);
    whenNear(mark, () => mine === round && fill());
  };
  const header = make('ytd-comments-header-renderer', {}, [
    make('h2', { id: 'count' }, [make('span', {}, `${post.claimed}`), make('span', {}, post.claimed === 1 ? ' kommentar' : ' kommentarer')]),
    sortMenu((key) => { order = key; next = 0; round += 1; contents.replaceChildren(); begin(); }),
  ]);
  const comments = make('ytd-comments', { id: 'comments' });
  const first = async () => {
    comments.append(header, contents, mark);
    begin();
    return false;
  };
  whenNear(comments, first, { afterScroll: true });
  return comments;
}

function description(text) {
  const holder = make('ytd-text-inline-expander', { id: 'description-inline-expander' }, [make('yt-attributed-string', {}, [text.slice(0, 60)])]);
  if (text.length > 60) {
    holder.append(make('tp-yt-paper-button', { id: 'expand', role: 'button', tabindex: 0, onclick: (event) => {
      holder.firstChild.textContent = text;
      event.currentTarget.remove();
    } }, '...mer'));
  }
  return holder;
}

async function video(code) {
  const post = await youtubei('player', { video: code });
  document.title = `${post.title} - YouTube`;
  const off = post.claimed === null;
  const comments = off
    ? make('ytd-comments', { id: 'comments' }, [make('ytd-message-renderer', {}, [make('yt-formatted-string', {}, 'Kommentarer har inaktiverats.'), make('a', { href: '/howyoutubeworks' }, 'Läs mer')])])
    : discussion(post);
  manager.append(make('ytd-watch-flexy', { 'video-id': code }, [
    make('div', { id: 'primary' }, [
      make('div', { id: 'player' }, [make('video', {})]),
      make('ytd-watch-metadata', {}, [
        make('h1', {}, [make('yt-formatted-string', {}, post.title)]),
        make('div', { id: 'owner' }, [make('ytd-channel-name', { id: 'channel-name' }, [make('a', { href: '/@exempelkommun' }, post.author)]), button('Prenumerera', change)]),
        make('div', { id: 'actions' }, [button('34', change, { 'aria-label': 'Gilla den här videon tillsammans med 34 andra', 'aria-pressed': 'false' }), button('Dela', change)]),
        make('div', { id: 'description' }, [make('div', { id: 'info' }, [make('span', {}, '1 204 visningar'), ' ', make('span', { class: 'obf-date' }, post.when)]), description(post.text)]),
      ]),
      comments,
    ]),
    make('div', { id: 'secondary' }, [make('ytd-watch-next-secondary-results-renderer', {}, post.others.map((one) =>
      make('yt-lockup-view-model', {}, [make('a', { href: one.address }, [make('img', { src: one.image, alt: '' }), make('h3', {}, one.title)])])))]),
  ]));
}

function consent() {
  const box = make('ytd-consent-bump-v2-lightbox', {}, [make('tp-yt-paper-dialog', { role: 'dialog', 'aria-label': 'Innan du fortsätter till YouTube' }, [
    make('p', {}, 'Vi använder cookies och data för att leverera och underhålla Googles tjänster.'),
    button('Avvisa alla', () => box.remove()), button('Acceptera alla', () => box.remove()),
  ])]);
  document.body.append(box);
}

const code = new URLSearchParams(location.search).get('v');
youtubei('log_event', { at: location.pathname });
if (code) await video(code);
else { consent(); await grid(); }
