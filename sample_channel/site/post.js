// One post: who, when, what, pictures, numbers, and the discussion.

import { discussion } from "./comments.js";
import { author, button, change, el, portrait, prose, when } from "./dom.js";

const LONG_POST = 330;

const sharpen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    sharpen.unobserve(target);
    target.addEventListener("load", () => target.classList.remove("blurred"), { once: true });
    target.src = target.dataset.src;
    delete target.dataset.src;
  }
}, { rootMargin: "300px" });

function picture(item) {
  const image = el("img", {
    src: `${item.adress}?liten`, "data-src": item.adress, alt: item.alt, class: "blurred", loading: "lazy",
    width: item.bredd, height: item.hojd,
  });
  sharpen.observe(image);
  return image;
}

const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;

// `place` is the post's position in the feed, null on its own page.
export function post(item, place) {
  const heading = el("h2", { id: `namn-${item.id}` }, author(item));
  const talk = discussion(item);
  const claim = button(counted(item.antal_kommentarer, "kommentar", "kommentarer"),
    () => talk.scrollIntoView({ block: "nearest" }));
  const tally = el("div", { class: "tally" },
    el("span", { class: "reactions" }, el("span", { "aria-hidden": "true" }, "👍❤️ "), `${item.gillar}`), claim);
  if (item.delningar) tally.append(el("span", {}, counted(item.delningar, "delning", "delningar")));
  const attributes = { role: "article", "aria-labelledby": heading.id, class: "post", tabindex: "-1" };
  if (place !== null) Object.assign(attributes, { "aria-posinset": place, "aria-setsize": "-1" });
  return el("div", attributes,
    el("div", { class: "head" }, portrait(item),
      el("div", {}, heading, el("div", { class: "sub" }, when(item), " · Offentligt"))),
    prose(item.text, LONG_POST),
    ...(item.bilder.length ? [el("div", { class: `pictures of-${item.bilder.length}` }, ...item.bilder.map(picture))] : []),
    tally,
    el("div", { class: "actions" },
      button("Gilla", () => change(`/api/gilla/${item.id}`)),
      button("Kommentera", () => change(`/api/kommentera/${item.id}`)),
      button("Dela", () => change(`/api/dela/${item.id}`))),
    talk);
}
