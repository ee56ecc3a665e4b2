"""A real forum that nobody here wrote: forty posts alive, loads that want a jiggle, an address that is rewritten.

Takes half a minute, most of it NodeBB's own set-up.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from capture.items import ItemKind, StopReason, Walk
from tests.software import nodebb
from tests.software.nodebb import Reply, Topic

AUTHORS = ("Åsa Öberg", "Åke Ängström", "Fatima al-Rashid", "Bertil", "Λίνα", "kommunen")
HOSTILE = (
    "<script>document.title = 'tagen'</script> Hej!",
    "Visa fler kommentarer",
    "25 kommentarer, och ../../etc/passwd",
    "\u202eomvänt\u202c och noll\u200bbredd",
    "'; DROP TABLE posts; & < > \" '",
    "Logga in för att läsa mer",
)
ALIVE = 40


def _topic() -> Topic:
    texts = [*HOSTILE, *(f"Svar {place}: simhallen är viktig för oss i Östra.\n\nStycke två." for place in range(90))]
    replies = tuple(
        Reply(author=AUTHORS[place % 6], text=text, to=place - 3 if place % 7 == 6 else None)
        for place, text in enumerate(texts)
    )
    return Topic(title="Simhallen öppnar", author="Åsa Öberg", text="Nu öppnar vi. Vad tycker ni?", replies=replies)


@pytest.mark.skipif(nodebb.missing() is not None, reason=f"not installed: {nodebb.missing()}")
def test_every_post_of_a_real_forum_is_captured_though_forty_are_alive(
    walked: Callable[[str], Walk], tmp_path: Path
) -> None:
    """Keys, parents, authors and texts equal what was published through NodeBB's own sockets."""
    topic = _topic()
    with nodebb.serve(tmp_path) as forum:
        (published,) = forum.publish([topic])
        walk = walked(published.url)
    url = quote(published.url, safe=":/")
    opening, *answers = published.posts
    truth = {url: (None, topic.author, topic.text)} | {
        key: (url if reply.to is None else answers[reply.to], reply.author, reply.text)
        for key, reply in zip(answers, topic.replies, strict=True)
    }
    assert opening not in truth, "the first post is the topic's own page"
    assert len(truth) > 2 * ALIVE
    assert {item.key: (item.parent_key, item.author, item.text) for item in walk.items} == truth
    assert [item.key for item in walk.items if item.kind is not ItemKind.REPLY] == [
        key for key, (parent, _, _) in truth.items() if parent in (None, url)
    ]
    assert all(item.published for item in walk.items)
    assert (walk.profile, walk.by_semantics, walk.stop) == ("forum", False, StopReason.EXHAUSTED)
    (ledger,) = walk.ledgers
    assert (ledger.post_key, ledger.captured, ledger.missing) == (url, len(truth) - 1, 0)
