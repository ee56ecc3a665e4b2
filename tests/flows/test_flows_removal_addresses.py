"""An item is the one that was asked for when the address is its own, however it is spelt; nothing is guessed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from capture.channel import unattended_page
from capture.removal.absence import Wanted, look_for
from capture.removal.saving import SavedItem, save_item
from capture.removal.visit import Visitor, is_item, spelt, thread_of
from capture.walk import load_profiles
from capture.walk.profile import Pace
from register.case_words import CheckResult
from tests.replicas.replica import serve

FB, YT, X = "https://www.facebook.com", "https://www.youtube.com", "https://x.com"
TT, FORUM, SITE = "https://www.tiktok.com", "https://forum.invalid", "https://exempel.invalid"


def same(platform: str, one: str, other: str) -> bool:
    profile = next(each for each in load_profiles() if each.name == platform)
    return spelt(profile, one) == spelt(profile, other)


@pytest.mark.parametrize(
    ("platform", "one", "other", "are_one"),
    [
        ("facebook", f"{FB}/kommun/posts/pf1?__cft__[0]=x&__tn__=y", f"{FB}/kommun/posts/pf1/", True),
        ("facebook", f"{FB}/kommun/posts/pf1?comment_id=2&__tn__=R", f"{FB}/kommun/posts/pf1?comment_id=2", True),
        ("facebook", f"{FB}/kommun/posts/pf1?comment_id=2", f"{FB}/kommun/posts/pf1", False),
        ("facebook", f"{FB}/kommun/posts/pf1?comment_id=2", f"{FB}/kommun/posts/pf1?comment_id=3", False),
        ("facebook", f"{FB}/kommun/posts/pf1?okant=2", f"{FB}/kommun/posts/pf1", False),
        ("youtube", f"{YT}/watch?v=a1&lc=Ug2", f"{YT}/watch?v=a1", False),
        ("tiktok", f"{TT}/@kommun/video/1#c2", f"{TT}/@kommun/video/1", False),
        ("x", f"{X}/kommun/status/1/photo/1", f"{X}/kommun/status/1", False),
        ("forum", f"{FORUM}/topic/9/plan/18", f"{FORUM}/topic/9/plan", False),
        ("semantics", f"{SITE}/inlagg/1?kommentar=2&utm_source=x", f"{SITE}/inlagg/1/?kommentar=2", True),
        ("semantics", f"{SITE}/inlagg/1?kommentar=2", f"{SITE}/inlagg/1", False),
        ("semantics", f"{SITE}/inlagg/1#kommentar-2", f"{SITE}/inlagg/1", False),
        ("semantics", f"{SITE}/inlagg/1", "https://annan.invalid/inlagg/1", False),
    ],
)
def test_spellings_of_one_address_are_one_and_a_comment_is_never_its_post(
    platform: str, one: str, other: str, are_one: bool
) -> None:
    assert same(platform, one, other) is are_one


@pytest.mark.parametrize(
    ("platform", "url", "thread"),
    [
        ("youtube", f"{YT}/watch?v=a1&lc=Ug2", f"{YT}/watch?v=a1"),
        ("youtube", f"{YT}/watch?v=a1", None),
        ("facebook", f"{FB}/kommun/posts/pf1?comment_id=2&reply_comment_id=3", f"{FB}/kommun/posts/pf1"),
        ("facebook", f"{FB}/permalink.php?story_fbid=1&id=2", None),
        ("forum", f"{FORUM}/topic/9/plan/18", f"{FORUM}/topic/9/plan"),
        ("semantics", f"{SITE}/inlagg/1?kommentar=2", None),
    ],
)
def test_the_thread_that_a_comment_lies_in_is_told_by_its_address(platform: str, url: str, thread: str | None) -> None:
    profile = next(each for each in load_profiles() if each.name == platform)
    assert thread_of(profile, url) == thread
    assert thread is None or is_item(profile, thread)


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["facebook", "youtube", "tiktok", "blog", "forum"])
def test_what_is_saved_on_each_platform_is_the_one_that_was_asked_for(platform: str, tmp_path: Path) -> None:
    visitor = Visitor(clock=lambda: datetime.now(UTC), platform=platform, pace=Pace(least=0, most=0), seconds=600)

    async def both(url: str, channel: str) -> tuple[SavedItem, CheckResult]:
        async with async_playwright() as playwright, unattended_page(playwright) as page:
            saved = await save_item(page, url, tmp_path, visitor)
            wanted = Wanted(
                permalink=saved.item.key, post_key=saved.item.post_key, channel_url=channel,
                author=saved.item.author, text=saved.item.text, hidden=False,
            )  # fmt: skip
            return saved, (await look_for(page, wanted, visitor)).result

    with serve(platform, posts=3, seed=4) as replica:
        row = [row for row in replica.expected() if row[2] == "reply"][-1]
        saved, seen = asyncio.run(both(row[0], replica.url))
    item = saved.item
    assert (item.key, saved.above[-1].key, item.kind, item.author, item.text, item.published) == row
    assert (seen, replica.mutations, saved.remarks) == (CheckResult.STILL_THERE, [], ())
