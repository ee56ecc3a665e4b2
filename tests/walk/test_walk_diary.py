"""A walk that is killed goes on where it was, and comes to the same as one that was not."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page

import sample_channel
from capture.items import Cause, Step, Walk
from capture.walk import journal
from register.errors import BadInputError
from sample_channel import Behaviour

WHENEVER = datetime(2026, 6, 30, tzinfo=UTC)


class KilledError(Exception):
    """Stands for the end of the process: nothing of the walk's is asked to clean up."""


class Killer:
    """A witness that ends the walk at a step, in the middle of a post."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.finished: list[str] = []

    async def on_step(self, page: Page, step: Step) -> None:
        if step.number == self.at:
            raise KilledError

    async def on_post(self, page: Page, post, root) -> None:
        self.finished.append(post.key)

    async def on_part(self, page: Page, post, root) -> None:
        """See nothing more than the steps."""


def _alike(walk: Walk) -> tuple[object, ...]:
    """What a reader of the account may rely on, without the times at which things were seen."""
    items = [replace(item, first_seen=WHENEVER) for item in walk.items]
    return items, walk.ledgers, walk.stop, walk.stop_detail, walk.claimed_posts, walk.limits, walk.unmatched_controls


@pytest.mark.parametrize("steps", [3, pytest.param(14, marks=pytest.mark.slow), 29])
def test_a_killed_walk_goes_on_and_comes_to_the_same(
    walked: Callable[..., Walk], witness, tmp_path: Path, steps: int
) -> None:
    diary = tmp_path / "walk.jsonl"
    killer = Killer(steps)
    with sample_channel.serve(seed=3, posts=8, behaviour=Behaviour(posts_per_batch=3)) as channel:
        whole = walked(channel.url, witnesses=[])
        with pytest.raises(KilledError):
            walked(channel.url, witnesses=[killer], journal=diary)
        with diary.open("ab") as file:
            file.write(b'{"line": "post", "led')  # the process ended while it wrote
        resumed = walked(channel.url, journal=diary, steps_before=steps)
        assert not channel.mutations
    assert _alike(resumed) == _alike(whole)
    written = [json.loads(line) for line in diary.read_text(encoding="utf-8").splitlines()]
    assert [line["line"] for line in written].count("resumed") == len(resumed.resumed) == 1
    # A post is finished when its line is on disk; one that the witnesses saw just before may be seen again.
    kept = [line["ledger"]["post_key"] for line in written if line["line"] == "post"]
    assert len(kept) == len(set(kept)) == 8
    again = {post.key for post in witness.posts} & set(killer.finished[: len(killer.finished) - 1])
    assert again == set(), "a finished post is not captured twice"
    assert witness.steps[0].number == steps + 1
    resumptions = [step.cause for step in witness.steps].count(Cause.RESUME)
    assert resumptions == (1 if killer.finished else 0)


def test_a_finished_walk_is_only_read_again(walked: Callable[..., Walk], witness, tmp_path: Path) -> None:
    diary = tmp_path / "walk.jsonl"
    with sample_channel.serve(seed=3, posts=4) as channel:
        first = walked(channel.url, journal=diary)
        seen = len(witness.posts)
        second = walked(channel.url, journal=diary)
    for one, other in zip(_alike(second), _alike(first), strict=True):
        if isinstance(one, list):
            for a, b in zip(one, other, strict=True):
                assert a == b
        assert one == other
    assert len(witness.posts) == seen == 4


def test_another_walks_diary_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    def begin(diary: Path, url: str) -> None:
        order = journal.Begin(url=url, platform=None, since=None, at="2026-06-30T10:00:00Z")
        journal.Journal(diary).begin(order, lambda: order.at)

    diary = tmp_path / "walk.jsonl"
    begin(diary, "http://127.0.0.1/en")
    with pytest.raises(BadInputError, match="en annan genomgång"):
        begin(diary, "http://127.0.0.1/annan")
    with diary.open("ab") as file:
        file.write(b"{trasig\n")
    content = diary.read_bytes()
    with pytest.raises(BadInputError, match="trasig"):
        begin(diary, "http://127.0.0.1/en")
    assert diary.read_bytes() == content


def test_a_cancelled_walk_can_be_taken_up(tmp_path: Path, browsing, clock) -> None:
    """Cancelled as Ctrl-C does it, not only killed."""
    from capture.walk import open_page, walk  # noqa: PLC0415

    runner, browser = browsing
    diary = tmp_path / "walk.jsonl"

    class Cancelling(Killer):
        async def on_step(self, page: Page, step: Step) -> None:
            if step.number == self.at:
                asyncio.current_task().cancel()

    async def go(url: str, witnesses: list) -> Walk:
        page = await open_page(browser)
        try:
            return await walk(page, url, witnesses=witnesses, evidence=tmp_path, clock=clock, journal=diary)
        finally:
            await page.context.close()

    with sample_channel.serve(seed=3, posts=4) as channel:
        with pytest.raises(asyncio.CancelledError):
            runner.run(go(channel.url, [Cancelling(14)]))
        result = runner.run(go(channel.url, []))
    assert len(result.ledgers) == 4
