// Posts known by their URN, comments that a counting button brings, and ids that mean nothing.
import { ask, make, whenNear } from '/replica/dom.js';

const main = document.querySelector('main');
const started = Math.floor(Math.random() * 900) + 100;
let numbered = started;

function ember() { numbered += 1; return `ember${numbered}`; }

function change() { ask('/voyager/api/feed/reactions', '{}'); }

function button(name, onclick, attributes = {}) {
  return make('button', { id: ember(), type: 'button', class: 'obf-button', onclick, ...attributes }, [make('span', {}, name)]);
}

// Everything stops, and nothing can be closed.
function wall() {
  if (document.querySelector('.obf-wall')) return;
  document.body.append(make('div', { role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'wall-title', class: 'obf-wall' }, [
    make('h2', { id: 'wall-title' }, 'Logga in för att fortsätta'),
    make('p', {}, 'Du behöver ett konto för att se mer från Exempelkommun.'),
    make('a', { href: '/login', class: 'obf-button' }, 'Logga in'),
  ]));
}

async function voyager(path) {
  try {
    return await ask(`/voyager/api/${path}`);
  } catch (error) {
    wall();
    throw error;
  }
}

// The text is all there; the style sheet shows three lines of it until the button is pressed.
function folded(text) {
  const holder = make('div', { class: 'obf-folded' }, [make('div', { class: 'update-components-text' }, [make('span', { dir: 'ltr' }, text)])]);
  if (text.length > 150) holder.append(button('…visa mer', (event) => { event.currentTarget.remove(); holder.classList.add('obf-open'); }));
  else holder.classList.add('obf-open');
  return holder;
}

function commentOf(one, reply = false) {
  const replies = make('div', { class: 'comments-replies-list' }, one.replies.map((answer) => commentOf(answer, true)));
  let earlier = one.earlier;
  if (earlier) {
    const more = button('Visa tidigare svar', async () => {
      const batch = await voyager(`comments/${one.post}/${one.id}?fran=${earlier}`);
      more.after(...batch.comments.map((answer) => commentOf(answer, true)));
      earlier = batch.earlier;
      if (!earlier) more.remove();
    });
    replies.prepend(more);
  }
  return make('article', { id: ember(), class: `comments-comment-entity${reply ? ' comments-comment-entity--reply' : ''} obf-comment`, 'data-id': one.urn }, [
    make('div', { class: 'comments-comment-meta__container obf-meta' }, [
      make('a', { href: `/in/${one.id}/` }, [make('h3', {}, [make('span', { class: 'comments-comment-meta__description-title' }, one.author)])]),
      make('time', { class: 'comments-comment-meta__data' }, one.when),
      button('Fler alternativ', change, { 'aria-label': `Fler alternativ för kommentar från ${one.author}` }),
    ]),
    make('section', { class: 'comments-comment-entity__content' }, [make('span', { class: 'comments-comment-item__main-content', dir: 'ltr' }, one.text)]),
    make('div', { class: 'obf-row' }, [button('Gilla', change), button('Svara', change)]),
    replies,
  ]);
}

function discussion(post) {
  const list = make('div', { class: 'comments-comments-list' });
  let order = 'relevanta';
  let next = 0;
  const load = async () => {
    const batch = await voyager(`comments/${post.id}?order=${order}&fran=${next}`);
    next = batch.next;
    list.append(...batch.comments.map((one) => commentOf(one)));
    more.hidden = next === null;
  };
  const more = button('Läs in fler kommentarer', load, { hidden: true });
  const opener = button('Mest relevant', () => {
    const menu = make('div', { role: 'menu', class: 'obf-menu' }, [['relevanta', 'Mest relevant'], ['senaste', 'Senaste']].map(([key, name]) =>
      make('div', { role: 'menuitem', tabindex: 0, onclick: async () => {
        menu.remove();
        opener.setAttribute('aria-expanded', 'false');
        opener.firstChild.textContent = name;
        order = key;
        next = 0;
        list.replaceChildren();
        await load();
      } }, name)));
    opener.setAttribute('aria-expanded', 'true');
    opener.after(menu);
  }, { 'aria-expanded': 'false', 'aria-haspopup': 'menu' });
  return { parts: [opener, list, more], load };
}

function postOf(post) {
  const talk = make('div', { class: 'obf-talk' });
  const opens = async () => {
    if (talk.childElementCount) return; // it does not close again
    const { parts, load } = discussion(post);
    talk.append(make('form', {}, [make('div', { role: 'textbox', contenteditable: 'true', 'aria-label': 'Textredigerare för att skapa innehåll' })]), ...parts);
    await load();
  };
  return make('div', { class: 'feed-shared-update-v2 obf-post', id: ember(), 'data-urn': post.urn }, [
    make('div', { class: 'obf-actor' }, [
      make('a', { class: 'update-components-actor__meta-link', href: '/company/exempelkommun/' }, [
        make('span', { class: 'update-components-actor__title' }, [make('span', { 'aria-hidden': 'true' }, post.author), make('span', { class: 'obf-unseen' }, post.author)]),
      ]),
      make('span', { class: 'update-components-actor__sub-description' }, `${post.when} •`),
      button('Fler åtgärder', change, { 'aria-label': `Öppna åtgärdsmenyn för inlägget från ${post.author}` }),
    ]),
    folded(post.text),
    make('div', {}, post.pictures.map((one) => make('img', { src: one.address, alt: one.alt }))),
    make('ul', { class: 'obf-row' }, [
      make('li', {}, [button(`${post.likes} reaktioner`, null)]),
      post.claimed ? make('li', {}, [button(post.claimed === 1 ? '1 kommentar' : `${post.claimed} kommentarer`, opens)]) : null,
    ]),
    make('div', { class: 'obf-row' }, [button('Gilla', change), button('Kommentera', change), button('Skicka', change)]),
    talk,
  ]);
}

async function feed() {
  const list = make('div', { class: 'scaffold-finite-scroll__content' });
  const mark = make('div', { class: 'obf-mark' });
  main.append(list, mark);
  let next = 0;
  const load = async () => {
    const wait = make('div', { role: 'progressbar', 'aria-label': 'Läser in', class: 'obf-spinner' });
    mark.append(wait);
    const batch = await voyager(`organizationalPageFeed?fran=${next}`);
    wait.remove();
    next = batch.next;
    list.append(...batch.posts.map(postOf));
    return next !== null;
  };
  await load();
  whenNear(mark, load, { afterScroll: true });
}

ask('/li/track', '{"page":"posts"}');
const [first, , name] = location.pathname.split('/').filter(Boolean);
if (first === 'feed') main.append(postOf(await voyager(`update/${decodeURIComponent(name).split(':').pop()}`)));
else await feed();
