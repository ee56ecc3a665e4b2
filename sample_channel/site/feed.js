// The channel page and the page of a single post.

import { askForCookies, nag } from "./dialogs.js";
import { ask, change, el, spinner } from "./dom.js";
import { post } from "./post.js";

async function showFeed(feed) {
  const after = document.getElementById("after");
  const nagAfter = Number(feed.dataset.nagAfter);
  let next = 0;
  let batches = 0;
  let loading = false;

  const load = async () => {
    if (loading) return;
    loading = true;
    feed.setAttribute("aria-busy", "true");
    const wait = spinner();
    after.append(wait);
    const first = next;
    const batch = await ask(`/api/inlagg?fran=${first}`);
    wait.remove();
    feed.append(...batch.inlagg.map((item, place) => post(item, first + place + 1)));
    feed.setAttribute("aria-busy", "false");
    next = batch.nasta;
    batches += 1;
    loading = false;
    if (batches === nagAfter) nag();
    edge.unobserve(after);
    if (next !== null) edge.observe(after); // observed anew, it reports at once if it is still in view
    else after.append(el("p", { class: "end" }, first || batch.inlagg.length
      ? "Det finns inga fler inlägg att visa" : "Inga inlägg än"));
  };
  const edge = new IntersectionObserver((seen) => { if (seen.at(-1).isIntersecting) load(); }, { rootMargin: "200px" });
  await load();
}

async function showPost(main) {
  const id = location.pathname.split("/").at(-1);
  const wait = spinner();
  main.append(wait);
  const item = await ask(`/api/inlagg/${id}`);
  wait.remove();
  main.append(post(item, null));
}

askForCookies();
document.getElementById("follow")?.addEventListener("click", () => change("/api/folj"));
const feed = document.getElementById("feed");
if (feed) showFeed(feed);
else showPost(document.getElementById("single"));
