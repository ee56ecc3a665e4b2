// A grid, a video's page with a list of its own to scroll, a banner in a shadow root, and a check for robots.
import { ask, make, whenNear } from '/replica/dom.js';

const app = document.getElementById('app');

function change() { ask('/api/commit/item/digg/', ''); }

// Class names as the style library makes them: random before, telling after.
function named(fragment, extra = '') { return `obf-style-${fragment.toLowerCase()}-${fragment} ${extra}`.trim(); }

class CookieBanner extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' });
    root.append(make('div', { class: 'tiktok-cookie-banner' }, [
      make('p', {}, 'Vi använder cookies för att ge dig en bättre upplevelse.'),
      make('button', { onclick: () => this.remove() }, 'Neka valfria cookies'),
      make('button', { onclick: () => this.remove() }, 'Tillåt alla'),
    ]));
  }
}
customElements.define('tiktok-cookie-banner', CookieBanner);

async function grid() {
  const list = make('div', { 'data-e2e': 'user-post-item-list', class: named('DivVideoFeed', 'obf-grid') });
  const mark = make('div', { class: 'obf-mark' });
  app.append(make('main', { id: 'main-content-others_homepage' }, [
    make('div', { class: 'obf-who' }, [
      make('h1', { 'data-e2e': 'user-title' }, 'exempelkommun'), make('h2', { 'data-e2e': 'user-subtitle' }, 'Exempelkommun'),
      make('button', { 'data-e2e': 'follow-button', onclick: change }, 'Följ'),
    ]),
    list, mark,
  ]));
  let next = 0;
  const load = async () => {
    const batch = await ask(`/api/post/item_list/?fran=${next}`);
    next = batch.next;
    list.append(...batch.cards.map((one) => make('div', { class: named('DivItemContainer') }, [
      make('div', { 'data-e2e': 'user-post-item' }, [make('a', { href: one.address }, [
        make('img', { src: one.image, alt: one.alt }), make('strong', { 'data-e2e': 'video-views' }, one.views),
      ])]),
    ])));
    return next !== null;
  };
  await load();
  whenNear(mark, load, { afterScroll: true });
}

function content(one, level) {
  return make('div', { id: one.id, class: named('DivCommentContentContainer', 'obf-comment') }, [
    make('a', { href: `/@${one.id}` }, [make('span', { 'data-e2e': `comment-username-${level}` }, one.author)]),
    make('p', { 'data-e2e': `comment-level-${level}`, class: 'obf-said' }, [make('span', {}, one.text)]),
    make('p', { class: 'obf-under' }, [
      make('span', { 'data-e2e': `comment-time-${level}` }, one.when),
      make('span', { role: 'button', tabindex: 0, 'data-e2e': `comment-reply-${level}`, onclick: change }, 'Svara'),
      make('span', { role: 'button', tabindex: 0, 'aria-pressed': 'false', 'aria-label': `Gilla video ${one.likes} gilla-markeringar`, onclick: change }, `${one.likes}`),
    ]),
  ]);
}

function branch(one, item) {
  const parts = [content(one, 1)];
  if (one.replies) {
    const replies = make('div', { class: named('DivReplyContainer', 'obf-replies') });
    let shown = 0;
    const more = make('p', { 'data-e2e': 'view-more-1', class: named('PReplyActionText') },
      one.replies === 1 ? 'Visa 1 svar' : `Visa ${one.replies} svar`);
    more.addEventListener('click', async () => {
      const batch = await ask(`/api/comment/list/reply/?item=${item}&comment=${one.id}&fran=${shown}`);
      if (batch.verify) { verify(); return; }
      more.before(...batch.comments.map((reply) => content(reply, 2)));
      shown += batch.comments.length;
      if (batch.next === null) more.remove();
      else more.textContent = `Visa ${one.replies - shown} svar till`;
    });
    replies.append(more);
    parts.push(replies);
  }
  return make('div', { class: named('DivCommentItemContainer') }, parts);
}

// A person drags the piece into its place; whoever does, may go on for as long as the browser keeps the cookie.
let goOn = () => {};
function verify() {
  if (document.querySelector('.captcha-verify-container')) return;
  const box = make('div', { role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Bekräfta att du inte är en robot', class: 'captcha-verify-container obf-check' }, [
    make('h2', {}, 'Bekräfta att du inte är en robot'),
    make('p', {}, 'Dra pusselbiten till rätt plats'),
    make('div', { class: 'obf-slider' }),
  ]);
  document.body.append(box);
  window.dragThePieceIntoPlace = () => {
    document.cookie = 'kontroll=klar; path=/';
    box.remove();
    goOn();
  };
}

async function video(id) {
  const post = await ask(`/api/item/detail/?item=${id}`);
  const list = make('div', { class: named('DivCommentListContainer', 'obf-list') });
  const mark = make('div', { class: 'obf-mark' });
  list.append(mark);
  let next = 0;
  const load = async () => {
    if (next === null) return false;
    const batch = await ask(`/api/comment/list/?item=${id}&fran=${next}`);
    if (batch.verify) { goOn = load; verify(); return true; }
    next = batch.next;
    mark.before(...batch.comments.map((one) => branch(one, id)));
    return next !== null;
  };
  app.append(make('main', { id: 'main-content-video_detail', class: 'obf-video' }, [
    make('div', { class: named('DivPlayerContainer', 'obf-player') }, [make('video', {})]),
    make('div', { class: 'obf-side' }, [
      make('div', {}, [
        make('a', { href: '/@exempelkommun' }, [make('span', { 'data-e2e': 'browse-username' }, post.handle)]),
        make('span', { 'data-e2e': 'browser-nickname' }, [make('span', {}, 'Exempelkommun'), ' · ', make('span', {}, post.when)]),
      ]),
      make('div', { 'data-e2e': 'browse-video-desc', class: 'obf-said' }, [make('span', {}, post.text)]),
      make('div', { class: 'obf-acts' }, [
        make('button', { 'aria-label': `Gilla video ${post.likes} gilla-markeringar`, onclick: change }, [make('strong', { 'data-e2e': 'browse-like-count' }, `${post.likes}`)]),
        make('button', { 'aria-label': `Läs eller lägg till kommentarer. ${post.claimed} kommentarer` }, [make('strong', { 'data-e2e': 'browse-comment-count' }, `${post.claimed}`)]),
        make('button', { 'aria-label': 'Dela video', onclick: change }, [make('strong', { 'data-e2e': 'share-count' }, '7')]),
      ]),
      list,
      make('div', { 'data-e2e': 'comment-input', class: 'obf-write' }, [make('div', { role: 'textbox', contenteditable: 'true', 'aria-label': 'Lägg till kommentar …' })]),
    ]),
  ]));
  app.append(make('div', { class: 'obf-others' }, post.others.map((address) =>
    make('div', { 'data-e2e': 'recommend-card' }, [make('a', { href: address }, [make('img', { src: '/bild/omslag.jpg', alt: '' })])]))));
  if (await load()) whenNear(mark, load, { scroller: list, afterScroll: true });
}

const [, kind, id] = location.pathname.split('/').filter(Boolean);
ask('/v1/list', '{"event":"page_view"}');
if (kind === 'video') await video(id);
else {
  document.body.append(document.createElement('tiktok-cookie-banner'));
  await grid();
}
