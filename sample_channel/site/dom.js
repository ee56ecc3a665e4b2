// Small things that every part of the page is made of. Content only ever becomes text nodes.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// As on the big platforms, a button is a div that says so.
export function button(label, onPress, attributes = {}) {
  const node = el("div", { role: "button", tabindex: "0", ...attributes }, label);
  node.addEventListener("click", onPress);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onPress(event);
  });
  return node;
}

export function spinner() {
  return el("div", { role: "progressbar", "aria-label": "Laddar", class: "spinner" });
}

export async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.json();
}

// What a visitor must be logged in for, and a capture must never do.
export function change(path) {
  return fetch(path, { method: "POST" });
}

export function when(item) {
  const time = el("time", { datetime: item.tid }, item.visad_tid);
  return el("a", { class: "when", href: item.adress }, time);
}

export function author(item) {
  const slug = item.namn.toLowerCase().normalize("NFD").replace(/[^a-z]+/g, "-");
  const home = item.namn === "Exempelkommun" ? "/exempelkommun" : `/profil/${slug}`;
  return el("a", { class: "author", href: home }, item.namn);
}

export function portrait(item) {
  const words = item.namn.split(/\s+/);
  const initials = words.map((word) => word[0]).join("").slice(0, 2);
  const tone = [...item.namn].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 8;
  const kind = item.namn === "Exempelkommun" ? "portrait crest" : `portrait tone-${tone}`;
  return el("span", { class: kind, "data-initials": initials, "aria-hidden": "true" });
}

const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/u;

function linked(text) {
  return text.split(LINK).map((part, place) =>
    place % 2 ? el("a", { href: part, target: "_blank", rel: "nofollow noopener noreferrer" }, part) : part);
}

// A long text is cut between two words, and unfolds.
export function prose(text, limit) {
  const node = el("div", { class: "text", dir: "auto" });
  const cut = text.length > limit * 1.2 ? text.lastIndexOf(" ", limit) : -1;
  if (cut <= 0) {
    node.append(...linked(text));
    return node;
  }
  const more = button("Se mer", () => node.replaceChildren(...linked(text)), { class: "see-more" });
  node.append(...linked(text.slice(0, cut)), "… ", more);
  return node;
}
