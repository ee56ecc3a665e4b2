// A feed that is no [role=feed], posts that are articles without a name, comments that are articles with one.
import { ask, make, whenNear } from '/replica/dom.js';

const CUT = 140;
const ORDERS = [
  ['relevanta', 'Mest relevanta', 'Visa vänners kommentarer och de mest intressanta kommentarerna först.'],
  ['nyaste', 'Nyaste', 'Visa alla kommentarer med de nyaste kommentarerna först.'],
  ['alla', 'Alla kommentarer', 'Visa alla kommentarer, inklusive potentiell spam.'],
];
const NOBODY = document.body.dataset.visitor === 'nobody';
const main = document.querySelector('[role=main]');

function graphql(name, variables) {
  return ask('/api/graphql/', new URLSearchParams({ fb_api_req_friendly_name: name, variables: JSON.stringify(variables) }));
}

function change() { graphql('CometUFIFeedbackReactMutation', {}); }

function button(name, onclick, attributes = {}) {
  return make('div', { role: 'button', tabindex: 0, class: 'obf-button', onclick, ...attributes }, [make('span', {}, name)]);
}

function spinner() {
  return make('div', { role: 'progressbar', 'aria-valuetext': 'Laddar …', class: 'obf-spinner' });
}

// A long text is cut, and "Se mer" puts the whole in its place.
function words(text, name) {
  const holder = make('div', { dir: 'auto', class: `obf-text ${name}` });
  if (text.length <= CUT) { holder.append(text); return holder; }
  const more = make('div', { role: 'button', tabindex: 0, class: 'obf-more', onclick: () => holder.replaceChildren(text) }, 'Se mer');
  holder.append(`${text.slice(0, CUT - 20)}… `, more);
  return holder;
}

function commentOf(one) {
  const replies = make('div', { class: 'obf-replies' });
  const article = make('div', { role: 'article', 'aria-label': one.label, tabindex: -1, class: 'obf-comment' }, [
    make('div', { class: 'obf-bubble' }, [
      make('a', { role: 'link', tabindex: 0, href: `/profile.php?id=${one.id}`, class: 'obf-name' }, [make('span', { dir: 'auto' }, one.author)]),
      words(one.text, 'obf-said'),
    ]),
    make('div', { class: 'obf-under' }, [
      make('a', { role: 'link', tabindex: 0, href: one.address }, one.when),
      button('Gilla', change), button('Svara', change),
      button('', change, { 'aria-label': 'Dölj eller anmäl det här' }),
    ]),
  ]);
  if (one.replies) answersOf(one, replies);
  return make('div', { class: 'obf-branch' }, [article, replies]);
}

function answersOf(one, replies) {
  let next = 0;
  const load = async () => {
    const batch = await graphql('Depth1CommentsListPaginationQuery', { id: one.post, comment: one.id, cursor: next });
    next = batch.next;
    for (const reply of batch.nodes) more.before(commentOf(reply));
    if (next === null) more.remove();
    else more.firstChild.textContent = 'Visa fler svar';
  };
  const more = button(one.replies === 1 ? 'Visa 1 svar' : `Visa alla ${one.replies} svar`, load);
  replies.append(more);
}

// The order's button, its menu, and what choosing does.
function orderSwitch(choose) {
  const opener = make('div', { role: 'button', tabindex: 0, 'aria-haspopup': 'menu', 'aria-expanded': 'false', class: 'obf-order' }, [make('span', {}, ORDERS[0][1])]);
  opener.addEventListener('click', () => {
    const menu = make('div', { role: 'menu', class: 'obf-menu' }, ORDERS.map(([key, name, about]) => make('div', {
      role: 'menuitem', tabindex: 0,
      onclick: () => { menu.remove(); opener.setAttribute('aria-expanded', 'false'); opener.firstChild.textContent = name; choose(key); },
    }, [make('span', {}, name), make('span', { class: 'obf-about' }, ` ${about}`)])));
    opener.setAttribute('aria-expanded', 'true');
    document.body.append(menu);
  });
  return opener;
}

// All comments, a batch whenever the end of the list is near: on the post's own page, and in the dialog.
function wholeDiscussion(post, scroller) {
  const list = make('div', { class: 'obf-list' });
  const mark = make('div', { class: 'obf-mark' });
  let order = 'relevanta';
  let next = 0;
  let round = 0;
  const load = async () => {
    const mine = round;
    const wait = spinner();
    mark.append(wait);
    const batch = await graphql('CommentsListComponentsPaginationQuery', { id: post.id, order, cursor: next, feed: false });
    wait.remove();
    if (mine !== round) return false;
    next = batch.next;
    list.append(...batch.nodes.map(commentOf));
    return next !== null;
  };
  const begin = () => {
    const mine = round; // another order begins anew, and this one ends
    whenNear(mark, () => mine === round && load(), { scroller });
  };
  const choose = (key) => { order = key; next = 0; round += 1; list.replaceChildren(); begin(); };
  begin();
  return [orderSwitch(choose), list, mark];
}

// What the feed shows of a discussion: two comments, and a few more by a button.
function preview(post) {
  const list = make('div', { class: 'obf-list' }, post.comments.map(commentOf));
  if (!post.more || post.opens) return [list];
  const more = button('Visa fler kommentarer', async () => {
    const batch = await graphql('CommentsListComponentsPaginationQuery', { id: post.id, order: 'relevanta', cursor: post.comments.length, feed: true });
    list.append(...batch.nodes.map(commentOf));
    more.remove();
  });
  return [list, more];
}

function postOf(post, { claim, discussion, place }) {
  const claimed = post.claimed === 1 ? '1 kommentar' : `${post.claimed} kommentarer`;
  const title = `t${post.id}${document.getElementById(`t${post.id}`) ? 'x' : ''}`;
  return make('div', { role: 'article', 'aria-posinset': place, 'aria-labelledby': title, class: 'obf-post' }, [
    make('div', { class: 'obf-head' }, [
      make('h2', { id: title }, [make('a', { role: 'link', tabindex: 0, href: '/exempelkommun' }, [make('strong', {}, [make('span', {}, post.author)])])]),
      make('a', { role: 'link', tabindex: 0, href: post.address, 'aria-label': post.when }, [make('span', {}, post.when)]),
      button('', change, { 'aria-label': `Åtgärder för inlägget` }),
    ]),
    make('div', { 'data-ad-preview': 'message' }, [words(post.text, 'obf-message')]),
    make('div', { class: 'obf-pictures' }, post.pictures.map((one) => make('img', { src: one.address, alt: one.alt }))),
    make('div', { class: 'obf-sums' }, [
      button('', null, { 'aria-label': `Alla reaktioner: ${post.likes}` }),
      post.claimed ? button(claimed, claim) : null,
      post.shares ? button(`${post.shares} delningar`, null) : null,
    ]),
    make('div', { class: 'obf-acts' }, [
      button('', change, { 'aria-label': 'Gilla' }), button('', change, { 'aria-label': 'Lämna en kommentar' }),
      button('', change, { 'aria-label': 'Skicka detta till vänner eller publicera på din profil.' }),
    ]),
    make('div', { class: 'obf-talk' }, discussion),
    make('div', { role: 'textbox', contenteditable: 'true', 'aria-label': 'Skriv en kommentar …', class: 'obf-write' }),
  ]);
}

async function openDialog(id) {
  const post = await graphql('CometSinglePostDialogContentQuery', { id });
  const scroller = make('div', { class: 'obf-scroller' });
  const dialog = make('div', { role: 'dialog', 'aria-modal': 'true', 'aria-label': `Inlägg av ${post.author}`, class: 'obf-dialog' }, [
    make('div', { class: 'obf-dialog-head' }, [make('h2', {}, `Inlägg av ${post.author}`), button('', () => dialog.remove(), { 'aria-label': 'Stäng' })]),
    scroller,
  ]);
  dialog.addEventListener('keydown', (event) => { if (event.key === 'Escape') dialog.remove(); });
  document.body.append(dialog);
  scroller.append(postOf(post, { claim: null, discussion: wholeDiscussion(post, scroller), place: null }));
}

async function feed() {
  const list = make('div', { class: 'obf-feed', role: NOBODY ? 'feed' : null });
  const mark = make('div', { class: 'obf-mark' });
  main.append(list, mark);
  let next = 0;
  let batches = 0;
  const load = async () => {
    const wait = spinner();
    mark.append(wait);
    const batch = await graphql('ProfileCometTimelineFeedRefetchQuery', { cursor: next });
    wait.remove();
    next = batch.next;
    for (const post of batch.nodes) {
      list.append(postOf(post, { claim: post.opens ? () => openDialog(post.id) : null, discussion: preview(post), place: NOBODY ? null : post.place }));
    }
    batches += 1;
    if (NOBODY && batches === 2) nag();
    return next !== null;
  };
  await load();
  whenNear(mark, load, { afterScroll: true });
}

async function single(id) {
  const post = await graphql('CometSinglePostDialogContentQuery', { id });
  main.append(postOf(post, { claim: null, discussion: wholeDiscussion(post, null), place: null }));
}

// Wants the visitor to log in, and can be closed.
function nag() {
  const box = make('div', { role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Visa mer av Exempelkommun på Facebook', class: 'obf-cookie' }, [
    button('', () => box.remove(), { 'aria-label': 'Stäng' }),
    make('h2', {}, 'Visa mer av Exempelkommun på Facebook'),
    make('form', { id: 'login_popup_cta_form', method: 'post', action: '/login/device-based/regular/login/' }, [
      make('input', { type: 'text', name: 'email', 'aria-label': 'E-postadress eller mobilnummer' }),
      make('input', { type: 'password', name: 'pass', 'aria-label': 'Lösenord' }),
      make('div', { role: 'button', tabindex: 0, 'aria-label': 'Logga in på Facebook', onclick: change }, 'Logga in'),
      make('a', { role: 'button', href: '/reg/' }, 'Skapa nytt konto'),
    ]),
  ]);
  document.body.append(box);
}

function cookies() {
  const box = make('div', { role: 'dialog', 'data-testid': 'cookie-policy-manage-dialog', 'aria-label': 'Tillåt användning av cookies från Facebook?', class: 'obf-cookie' }, [
    make('p', {}, 'Vi använder cookies och liknande tekniker för att tillhandahålla och förbättra innehållet.'),
    button('Tillåt alla cookies', () => box.remove()), button('Neka valfria cookies', () => box.remove()),
  ]);
  document.body.append(box);
}

const [, , postId] = location.pathname.split('/').filter(Boolean);
if (!postId) cookies();
ask('/ajax/bnzai', 'seen=1');
if (postId) await single(postId.replace('pfbid0', ''));
else await feed();
