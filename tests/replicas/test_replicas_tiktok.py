"""TikTok's replica: cards, a list that scrolls by itself, a banner in a shadow root, a check that a person answers."""

from collections.abc import Callable

import pytest
from playwright.async_api import Page

from capture.attendance import Challenge
from capture.items import Cause, LossReason, StopReason, Walk
from register.errors import NoPostsError
from tests.replicas.conftest import Watching
from tests.replicas.judge import SMALL, assert_harmless, assert_whole, rows
from tests.replicas.replica import Replica

Walked = Callable[..., tuple[Walk, Replica]]


class Person:
    """Somebody at the screen, who drags the piece into its place when asked."""

    def __init__(self) -> None:
        self.asked: list[Challenge] = []

    def was_away(self) -> bool:
        return False

    async def may_go_on(self, page: Page) -> bool:
        return True

    async def answer(self, page: Page, challenge: Challenge) -> bool:
        self.asked.append(challenge)
        await page.evaluate("dragThePieceIntoPlace()")
        return True


def test_every_video_is_opened_and_its_list_read_to_the_end(walked_replica: Walked, watching: Watching) -> None:
    walk, replica = walked_replica("tiktok", **SMALL)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.unmatched_controls == ()
    assert [step.label for step in watching.steps if step.cause is Cause.DISMISS] == ["Neka valfria cookies"]
    visited = {step.post_key for step in watching.steps if step.cause is Cause.VISIT}
    assert visited == set(replica.claims())


def test_a_check_that_nobody_answers_ends_the_walk_and_is_given_as_the_reason(walked_replica: Walked) -> None:
    walk, replica = walked_replica("tiktok", **SMALL, twist="captcha")
    assert_harmless(walk, replica)
    assert walk.stop is StopReason.CHALLENGED
    expected = replica.expected()
    got = rows(walk)
    first_two = [row for row in expected if row[0].split("#")[0] in list(replica.claims())[:2]]
    assert got[: len(first_two)] == first_two, "what came before the check is whole"
    assert got == [row for row in expected if row in got]
    for ledger in walk.ledgers:
        cut = ledger.captured < (replica.claims()[ledger.post_key] or 0)
        assert ledger.missing_reason is (LossReason.CHALLENGED if cut else None)
    assert any(ledger.missing_reason for ledger in walk.ledgers)


def test_a_check_that_a_person_answers_costs_nothing(walked_replica: Walked) -> None:
    person = Person()
    walk, replica = walked_replica("tiktok", **SMALL, twist="captcha", attendant=person)
    assert_whole(walk, replica)
    assert len(person.asked) == 1
    assert "robot" in person.asked[0].sign.sv
    assert len(walk.pauses) == 1
    assert walk.pauses[0].ended is not None


def test_as_an_unknown_site_it_shows_no_posts_and_says_so(walked_replica: Walked) -> None:
    with pytest.raises(NoPostsError, match="inga inlägg"):
        walked_replica("tiktok", by_semantics=True, **SMALL)


@pytest.mark.parametrize(
    "address", ["https://www.tiktok.com/@exempelkommun", "https://www.tiktok.com/@exempelkommun/video/72?lang=sv-SE"]
)
def test_the_platforms_own_addresses_are_known(address: str, fitting: Callable[[str], str]) -> None:
    assert fitting(address) == "tiktok"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/@exempelkommun/video/7200000000000000000?is_from_webapp=1", "/@exempelkommun/video/7200000000000000000"),
        ("/@exempelkommun/photo/7200000000000000000", "/@exempelkommun/photo/7200000000000000000"),
        ("/@exempelkommun", None),
        ("/tag/badvatten", None),
        ("/music/original-72", None),
    ],
)
def test_permalinks_are_told_from_other_links(
    address: str, key: str | None, key_of: Callable[[str, str], str | None]
) -> None:
    assert key_of("tiktok", address) == key
