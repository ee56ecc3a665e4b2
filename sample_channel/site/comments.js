// The discussion under a post: an order to choose, comments in batches, answers behind buttons.

import { ask, author, button, change, el, portrait, prose, spinner, when } from "./dom.js";

const LONG_COMMENT = 260;
const ORDERS = [
  ["relevanta", "Mest relevanta", "Visa kommentarer från vänner och de mest engagerande kommentarerna först."],
  ["nyaste", "Nyaste", "Visa alla kommentarer med de nyaste kommentarerna först."],
  ["alla", "Alla kommentarer", "Visa alla kommentarer, inklusive potentiell skräppost."],
];

// A button that loads something: busy while it waits, gone or renamed afterwards.
function loader(label, load) {
  const node = button(label, async () => {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    const wait = spinner();
    node.after(wait);
    try {
      const next = await load();
      if (next === null) node.remove();
      else node.textContent = next;
    } finally {
      wait.remove();
      node.removeAttribute("aria-busy");
    }
  }, { class: "more" });
  return node;
}

function comment(item) {
  const bubble = el("div", { class: "bubble" }, author(item), prose(item.text, LONG_COMMENT));
  const foot = el("div", { class: "foot" }, when(item),
    button("Gilla", () => change(`/api/gilla/${item.id}`)),
    button("Svara", () => change(`/api/svara/${item.id}`)));
  if (item.gillar) foot.append(el("span", { class: "likes" }, el("span", { "aria-hidden": "true" }, "👍 "), `${item.gillar}`));
  const article = el("div", { role: "article", "aria-label": item.etikett, tabindex: "-1", class: "comment" },
    portrait(item), el("div", { class: "said" }, bubble, foot));
  const entry = el("li", {}, article);
  if (item.antal_svar) answers(entry, item);
  return entry;
}

function answers(entry, item) {
  const list = el("ul", { class: "answers", "aria-label": `Svar till ${item.namn}` }, ...item.svar.map(comment));
  let shown = item.svar.length;
  const left = item.antal_svar - shown;
  entry.append(list);
  if (left === 0) return;
  const label = shown ? `Visa ${left} svar till` : left === 1 ? "Visa 1 svar" : `Visa alla ${left} svar`;
  entry.append(loader(label, async () => {
    const answer = await ask(`/api/kommentar/${item.id}/svar?fran=${shown}`);
    list.append(...answer.svar.map(comment));
    shown += answer.svar.length;
    return answer.kvar ? `Visa ${answer.kvar} svar till` : null;
  }));
}

export function discussion(post) {
  const section = el("section", { class: "discussion", "aria-label": "Kommentarer" });
  const list = el("ul", { class: "comments" });
  let order = "relevanta";
  let generation = 0; // an answer that belongs to an order since left is thrown away

  function fill(batch) {
    list.append(...batch.kommentarer.map(comment));
    let next = batch.nasta;
    if (next === null) return;
    section.append(loader("Visa fler kommentarer", async () => {
      const mine = generation;
      const more = await ask(`/api/inlagg/${post.id}/kommentarer?ordning=${order}&fran=${next}`);
      if (mine !== generation) return null;
      list.append(...more.kommentarer.map(comment));
      next = more.nasta;
      return next === null ? null : "Visa fler kommentarer";
    }));
  }

  async function switchTo(chosen, opener, label) {
    order = chosen;
    const mine = ++generation;
    opener.textContent = label;
    list.replaceChildren();
    section.querySelector(":scope > .more")?.remove();
    const wait = spinner();
    section.append(wait);
    const batch = await ask(`/api/inlagg/${post.id}/kommentarer?ordning=${order}`);
    wait.remove();
    if (mine === generation) fill(batch);
  }

  if (post.kan_ordnas) section.append(orderSwitch(() => order, switchTo));
  section.append(list);
  fill(post.kommentarer);
  return section;
}

function orderSwitch(current, switchTo) {
  let menu = null;
  const close = () => {
    menu?.remove();
    menu = null;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("click", outside, true);
    document.removeEventListener("keydown", escape);
  };
  const outside = (event) => { if (!menu.contains(event.target) && event.target !== opener) close(); };
  const escape = (event) => { if (event.key === "Escape") { close(); opener.focus(); } };
  const opener = button("Mest relevanta", () => {
    if (menu) return close();
    menu = el("div", { role: "menu", class: "menu", "aria-label": "Ordning" });
    for (const [order, label, meaning] of ORDERS) {
      const entry = button(el("strong", {}, label), () => { close(); switchTo(order, opener, label); });
      entry.setAttribute("role", "menuitem");
      entry.classList.toggle("chosen", order === current());
      entry.append(" ", el("span", {}, meaning));
      menu.append(entry);
    }
    document.body.append(menu);
    const place = opener.getBoundingClientRect();
    menu.style.top = `${place.bottom + window.scrollY + 4}px`;
    menu.style.left = `${place.left + window.scrollX}px`;
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("click", outside, true);
    document.addEventListener("keydown", escape);
    menu.firstElementChild.focus({ preventScroll: true });
  }, { "aria-haspopup": "menu", "aria-expanded": "false", class: "order" });
  return opener;
}
