"""Which items a step is said to show: what a visitor sees, and nothing that is only in the document."""

from collections.abc import Callable

from capture.items import Cause, Walk

PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Prov</title>
<style>
  body { margin: 0; font: 16px/20px sans-serif } article { display: block; margin: 0 } .high { height: 300px }
  #lid { position: fixed; left: 0; right: 0; top: 500px; height: 120px; background: #fff; z-index: 9 }
  iframe { width: 600px; height: 100px; border: 0 } .clipped { height: 0; overflow: hidden }
</style></head><body><main role="feed">
<article class="high"><h2><a href="/kommun" rel="author">Kommunen</a></h2><a href="/inlagg/1"><time>4 maj</time></a>
  <p>Överst</p>
  <article aria-label="Kommentar av Anna"><a href="/anna">Anna</a> <a href="/k/1"><time>3 tim</time></a><p>Syns</p>
    <article aria-label="Svar av Bo"><a href="/bo">Bo</a> <a href="/k/2"><time>2 tim</time></a><p>Nästlat</p></article>
  </article>
  <div class="clipped"><article aria-label="Kommentar av Cia"><a href="/cia">Cia</a>
    <a href="/k/3"><time>1 tim</time></a><p>Bortklippt</p></article></div>
</article>
<article style="height: 200px"><h2><a href="/kommun" rel="author">Kommunen</a></h2>
  <a href="/inlagg/2"><time>3 maj</time></a><p>Med ram</p>
  <iframe srcdoc='<article aria-label="Kommentar av Dag"><a href="/dag">Dag</a> <a href="/k/4"><time>3 tim</time></a>
    <p>I ramen</p></article>'></iframe></article>
<article style="height: 120px"><h2><a href="/kommun" rel="author">Kommunen</a></h2>
  <a href="/inlagg/3"><time>2 maj</time></a><p>Bakom ett lock</p></article>
<article style="height: 260px"><h2><a href="/kommun" rel="author">Kommunen</a></h2>
  <a href="/inlagg/4"><time>1 maj</time></a><p>Under locket</p></article>
<article class="high"><h2><a href="/kommun" rel="author">Kommunen</a></h2>
  <a href="/inlagg/5"><time>30 april</time></a><p>Bara överkanten är inne</p></article>
</main><div id="lid"></div><p>Det finns inga fler inlägg att visa</p></body></html>"""


def test_a_step_shows_what_is_seen_and_not_what_is_covered_clipped_or_below(
    site, walked: Callable[..., Walk], witness
) -> None:
    walk = walked(site.put("/", PAGE))
    names = {item.key: item.text.split("\n")[0] for item in walk.items}
    on_arrival = {names[key] for key in witness.steps[0].in_view}
    assert on_arrival == {"Överst", "Syns", "Nästlat", "Med ram", "I ramen", "Under locket"}
    later = {names[key] for step in witness.steps[1:] for key in step.in_view} - on_arrival
    assert later == {"Bakom ett lock", "Bara överkanten är inne"}
    assert set(names.values()) - on_arrival - later == {"Bortklippt"}


ABOVE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Prov</title>
<style>body { margin: 0; font: 16px/20px sans-serif } article { display: block }</style></head><body><main role="feed">
<article id="a"><h2><a href="/kommun" rel="author">Kommunen</a></h2><a href="/inlagg/1"><time>4 maj</time></a>
  <p>Långt</p><div id="sent"></div><div style="height: 2400px"></div></article>
</main><p>Det finns inga fler inlägg att visa</p><script>
  addEventListener('scroll', () => {
    if (scrollY < 900 || sent.firstChild) return;
    sent.innerHTML = `<article aria-label="Kommentar av Anna"><a href="/anna">Anna</a>
      <a href="/k/1"><time>3 tim</time></a><p>Kom ovanför</p></article>`;
  });
</script></body></html>"""


def test_what_comes_above_the_place_that_was_reached_is_gone_back_to(
    site, walked: Callable[..., Walk], witness
) -> None:
    walk = walked(site.put("/", ABOVE))
    (comment,) = [item for item in walk.items if item.text.startswith("Kom ovanför")]
    shown = [step for step in witness.steps if comment.key in step.in_view]
    assert [(step.cause, step.post_key) for step in shown] == [(Cause.SCROLL, comment.post_key)]
    assert shown[0].scroll_y < 900
