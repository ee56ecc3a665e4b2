// What can be pressed, what is left alone, and pressing it.

const CHOICES = '[role=menuitem],[role=menuitemradio],[role=option]';
let attempts = new WeakMap();    // control -> what it was called when it was last pressed, and what came of it
const unsafe = new Set();        // lines that led away from the channel: not used again in this walk
const strayed = [];              // attempts to lead the page away, stopped
let armed = false;
let pressing = null;

if (window.navigation) {
  window.navigation.addEventListener('navigate', (event) => {
    if (!armed || event.destination.sameDocument || event.hashChange || !event.cancelable) return;
    event.preventDefault();
    if (pressing) unsafe.add(pressing.line.id);
    if (strayed.length < 50) strayed.push({ to: event.destination.url.slice(0, 500), control: pressing ? pressing.name : null });
  });
}

// A link is a control only if following it stays in this document.
function staysHere(element) {
  if (element.localName !== 'a') return true;
  const href = element.getAttribute('href');
  if (href === null || href === '' || href === '#') return true;
  if (/^\s*javascript:/iu.test(href)) return false;
  return href.startsWith('#') || element.href.split('#')[0] === element.baseURI.split('#')[0];
}

function usable(element) {
  if (element.disabled || element.getAttribute('aria-disabled') === 'true' || element.hasAttribute('aria-pressed')) return false;
  if (nearest(element, (at) => at.inert === true || at.getAttribute('aria-hidden') === 'true')) return false;
  return staysHere(element) && onScreenSize(element);
}

function submits(element) {
  return Boolean(element.form) && element.type === 'submit';
}

function belongs(control, key) {
  const item = itemOf(control);
  return !item || keyOf(item) === key || (held.get(item) || {}).post === key;
}

let known = { version: -1, key: null };
function openersOf(key) {
  if (known.version !== version || known.key !== key) known = { version, key, ...findOpeners(key), withheld: withheldAt(key) };
  return known;
}

function findOpeners(key) {
  const found = { open: [], left: [], order: null, unknown: [] };
  const bare = commentsOf(key) === 0;
  for (const scope of scopesOf(key)) {
    for (const control of all(controls, scope)) {
      const meaning = meaningOf(control);
      if (!meaning.plain && !meaning.denied && belongs(control, key)) sortControl(control, meaning, bare, found);
    }
  }
  return found;
}

function sortControl(control, meaning, bare, found) {
  if (live.has(control) || !usable(control) || submits(control) || nearest(control, (at) => matches(at, profile.leave))) return;
  const name = meaning.name;
  if (control.getAttribute('aria-expanded') !== 'true') {
    const line = meaning.expand_more || meaning.see_more_text || (bare && claimsSome(meaning));
    if (line) { weigh({ control, name, line }, found); return; }
  }
  if (meaning.order_opener) {
    if (!unsafe.has(meaning.order_opener.id)) found.order = found.order || { control, name, line: meaning.order_opener };
    return;
  }
  const recognised = ['expand_more', 'see_more_text', 'claims', 'reply_claims', 'order_choice'].some((one) => meaning[one]);
  if (!recognised && control.localName !== 'a' && meaning.suspicious) found.unknown.push(name.slice(0, 120));
}

function claimsSome(meaning) {
  const line = meaning.claims;
  return line && line.count !== 0 && !/^0+\b/u.test(meaning.name) ? { ...line, toggle: true } : null;
}

// The toggle guard: pressed once under a name, a control is left alone until its name changes, or it gave something.
function weigh(opener, found) {
  if (unsafe.has(opener.line.id)) { found.left.push(opener.name); return; }
  const attempt = attempts.get(opener.control);
  if (!attempt || attempt.name !== opener.name) { found.open.push(opener); return; }
  if (attempt.gave && !opener.line.toggle) { found.open.push(opener); return; }
  if (!attempt.gave) found.left.push(opener.name);
}

async function press(opener) {
  const control = opener.control;
  const heard = (control.ownerDocument.defaultView[KEY] || { traffic }).traffic;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    heard.clicked = null;
    pressing = opener; // whatever leads away now is this one's doing
    strike(control);
    pressing = null;
    if (heard.clicked || !control.isConnected) return;
    await new Promise((go) => setTimeout(go, 50));
  }
}

function strike(control) {
  const box = control.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, composed: true, view: window, button: 0, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  control.dispatchEvent(new PointerEvent('pointerdown', { ...at, pointerType: 'mouse', isPrimary: true }));
  control.dispatchEvent(new MouseEvent('mousedown', at));
  control.dispatchEvent(new PointerEvent('pointerup', { ...at, pointerType: 'mouse', isPrimary: true }));
  control.dispatchEvent(new MouseEvent('mouseup', at));
  if (typeof control.click === 'function') control.click();
  else control.dispatchEvent(new MouseEvent('click', at)); // a drawing
}

// An address may be rewritten to the post's own while the post is opened where it stands; if the feed is gone instead,
// the control led away.
async function stillHere(opener) {
  if (!records.has(permalink(location.href, location.href))) return false;
  const post = nearest(opener.control, (at) => live.get(at) === 'post');
  if (!post) return true;
  await frame(); await frame();
  return post.isConnected || openDialogs().length > 0;
}

async function pressAll(openers) {
  version += 1;
  const address = location.href;
  const place = window.navigation ? window.navigation.currentEntry.index : 0;
  const pressed = [];
  for (const opener of openers) {
    if (!opener.control.isConnected || unsafe.has(opener.line.id)) continue;
    await press(opener);
    pressed.push(opener.name);
    if (location.href.split('#')[0] === address.split('#')[0] || await stillHere(opener)) continue;
    unsafe.add(opener.line.id);
    strayed.push({ to: location.href.slice(0, 500), control: opener.name });
    if (window.navigation && window.navigation.currentEntry.index > place) history.back(); // what was pushed, not replaced
    break;
  }
  return pressed;
}

function choice() {
  const offered = all(CHOICES, document).filter(onScreenSize);
  for (const line of SETTINGS.patterns.order_choice) {
    const control = offered.find((one) => line.expression.test(nameOf(one)));
    if (control) return { control, name: nameOf(control), line };
  }
  const last = offered[offered.length - 1];
  return last && !denied(nameOf(last)) ? { control: last, name: nameOf(last), line: { id: 'order_choice:last' } } : null;
}

// A button after the posts that brings more of them; one that gave nothing is not pressed again under the same name.
function moreControl(others) {
  const last = livePosts[livePosts.length - 1];
  for (const control of others) {
    if (!control.matches(controls)) continue;
    const meaning = meaningOf(control);
    const tried = attempts.get(control);
    if (!meaning.more_posts || meaning.denied || (tried && tried.name === meaning.name && !tried.gave)) continue;
    if (usable(control) && !submits(control) && last && byPlace(last, control) < 0) return { control, name: meaning.name, line: meaning.more_posts };
  }
  return null;
}

function cookieControl(outsiders) {
  const buttons = outsiders.filter((one) => one.matches(controls)).map((one) => [one, meaningOf(one).name]);
  for (const line of SETTINGS.patterns.cookie) {
    const found = buttons.find(([one, name]) => line.expression.test(name) && onScreenSize(one) && staysHere(one) && aboutCookies(one));
    if (found) return { control: found[0], name: found[1], line };
  }
  return null;
}

function aboutCookies(control) {
  const around = nearest(control, (at) => at.textContent.length > nameOf(control).length + 20 && wordsFor('cookie_about', at.textContent));
  return around !== null && around !== document.body && around !== document.documentElement && !holdsItems(around);
}

function holdsItems(element) {
  for (const item of live.keys()) if (within(item, element)) return true;
  return false;
}

let dialogs = { version: -1, open: [] };
function openDialogs() {
  if (dialogs.version !== version) dialogs = { version, open: [...allNow(DIALOGS)].reverse().filter(onScreenSize) };
  return dialogs.open;
}

function closeIn(dialog) {
  for (const control of all(controls, dialog)) {
    const line = lineFor('nag_close', meaningOf(control).name);
    if (line && onScreenSize(control) && staysHere(control)) return { control, name: meaningOf(control).name, line };
  }
  return null;
}

function nagControl() {
  for (const dialog of openDialogs()) {
    if (opened.has(dialog) || holdsItems(dialog)) continue;
    const found = closeIn(dialog);
    if (found) return found;
  }
  return null;
}

// A dialog that came when something in a post was pressed, and that holds or loads what could be comments, is the post's.
function claimDialogs(key, before) {
  for (const dialog of openDialogs()) {
    if (before.has(dialog) || opened.has(dialog) || wordsFor('wall_texts', dialog.textContent)) continue;
    if (!all(candidates(), dialog).length && !spinners(dialog).length) continue;
    opened.set(dialog, key);
    moved = true;
    version += 1;
  }
}
