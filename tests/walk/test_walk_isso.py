"""A real comment server that nobody here wrote, embedded in a Swedish page."""

import html
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from capture.items import ItemKind, StopReason, Walk

TOP, ANSWERS_TO_EVERY = 64, (0, 1, 2, 3)

PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Nytt om simhallen | Exempelkommun</title>
<script data-isso="{isso}" data-isso-lang="sv" data-isso-max-comments-top="5" data-isso-max-comments-nested="2"
 data-isso-reveal-on-click="8" data-isso-vote="true" src="{isso}/js/embed.min.js"></script></head>
<body><main><article><h1>Nytt om simhallen</h1>
<p><a rel="author" href="/kommun">Exempelkommun</a> <time datetime="2026-05-04T08:00:00+02:00">4 maj</time></p>
<p>Simhallen öppnar igen på måndag. Läs mer på anslagstavlan.</p></article>
<section id="isso-thread" data-title="Nytt om simhallen"></section></main></body></html>"""

HOSTILE = (
    "<script>document.title = 'tagen'</script> Hej!",
    "Visa fler kommentarer",
    "25 kommentarer, och ../../etc/passwd",
    "\u202eomvänt\u202c och noll\u200bbredd",
    "'; DROP TABLE comments; -- & < > \" '",
)


def test_every_comment_of_a_real_isso_is_captured(
    isso_server: ModuleType, site, walked: Callable[..., Walk], tmp_path: Path, witness
) -> None:
    """Keys, parents and texts equal what was published through Isso's own API, however it hides them."""
    url = site.origin + "/simhallen"
    truth: dict[str, tuple[str, str]] = {}
    with isso_server.serve(tmp_path, origin=site.origin) as isso:
        site.put("/simhallen", PAGE.format(isso=html.escape(isso.address)))
        for place in range(TOP):
            text = HOSTILE[place] if place < len(HOSTILE) else f"Kommentar {place}: simhallen är viktig för oss."
            comment = {"text": text, "author": f"Namn Namnsson {place}", "title": "Simhallen", "parent": None}
            above = isso.post("/simhallen", comment)
            truth[f"{url}#isso-{above}"] = (url, text)
            for answer in range(ANSWERS_TO_EVERY[place % 4] + (6 if place == 7 else 0)):
                text = f"Svar {answer} på {place}"
                below = isso.post("/simhallen", {"text": text, "author": "Ä. Ö", "title": "S", "parent": above})
                truth[f"{url}#isso-{below}"] = (f"{url}#isso-{above}", text)
        assert len(truth) >= 160
        walk = walked(url)
    post, *comments = walk.items
    assert (post.key, post.kind, post.author) == (url, ItemKind.POST, "Exempelkommun")
    assert post.text == "Nytt om simhallen\n\nSimhallen öppnar igen på måndag. Läs mer på anslagstavlan."
    assert {item.key: (item.parent_key, item.text) for item in comments} == truth
    assert [item.key for item in comments] == list(truth), "in display order, each answer under its comment"
    assert all(item.published for item in comments)
    (ledger,) = walk.ledgers
    assert (ledger.claimed, ledger.captured, ledger.missing_reason) == (len(truth), len(truth), None)
    assert (walk.profile, walk.by_semantics, walk.stop) == ("isso", False, StopReason.EXHAUSTED)
    assert len(witness.posts) == 1
    assert "Svar 8 på 7" in witness.texts[url]
    assert any("Göm" in step.label for step in witness.steps)


LATE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Nytt</title></head><body><main><article>
<h1>Nytt om simhallen</h1><p><a rel="author" href="/kommun">Exempelkommun</a> <time datetime="2026-05-04">4/5</time></p>
<p>Simhallen öppnar igen.</p></article></main><script>
setTimeout(() => { const thread = document.createElement('section'); thread.id = 'isso-thread';
  document.querySelector('main').append(thread);
  setTimeout(() => { thread.append('Inga kommentarer än'); }, 100); }, 100);
</script></body></html>"""


def test_what_was_taken_for_a_post_before_the_platform_was_known_is_forgotten(
    site, walked: Callable[..., Walk]
) -> None:
    """The page's article once stayed a post beside the page itself, and took the author with it."""
    site.put("/sen", LATE)
    walk = walked(site.origin + "/sen")
    assert [item.author for item in walk.items] == ["Exempelkommun"]
