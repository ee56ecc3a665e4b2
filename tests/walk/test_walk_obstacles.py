"""What stands in the way: waited for, told to a person, and after three times said to be the end."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

# ruff: noqa: E501 - the pages' own scripts are easier to read unbroken
import pytest
from playwright.async_api import Browser, Page

from capture.attendance import Challenge, Nobody
from capture.items import Cause, StopReason, Walk
from capture.walk import obstacles, open_page, walk
from register.errors import ChallengedError, ChannelTouchedError, NotAllowedError
from register.language import Text
from tests.walk.test_walk_pages import _page

FEED = """
  const feed = document.getElementById('feed');
  for (let n = 0; n < 12; n += 1) feed.append(post(n, 'Inlägg ' + n));"""
WALL = """
  const wall = () => {
    if (document.getElementById('vagg')) return;
    document.body.append(el('div', { role: 'dialog', id: 'vagg', style: 'position: fixed; inset: 0; background: #fff' },
      'Logga in för att fortsätta'));
  };"""


class Person:
    """Somebody at the screen, who does `deed` on the page when asked, as a person would with their hands."""

    def __init__(self, deed: str | None, patience: int = 100, takes_over_at: int | None = None) -> None:
        self._deed = deed
        self._takes_over_at = takes_over_at
        self._patience = patience
        self.asked: list[Challenge] = []

    def was_away(self) -> bool:
        return self._patience == self._takes_over_at

    async def may_go_on(self, page: Page) -> bool:
        self._patience -= 1
        return self._patience > 0

    async def answer(self, page: Page, challenge: Challenge) -> bool:
        self.asked.append(challenge)
        if self._deed is None:
            return False
        await page.evaluate(self._deed)
        return True


def test_where_a_person_had_the_page_is_said_and_shown(site, walked: Callable[..., Walk], witness) -> None:
    walk = walked(site.put("/kanal", _page(FEED)), attendant=Person(None, takes_over_at=95))
    assert [item.text for item in walk.items] == [f"Inlägg {n}" for n in range(12)]
    (pause,) = walk.pauses
    assert pause.ended is not None
    assert "hade webbläsaren" in pause.why.sv
    assert [step.number for step in witness.steps if step.cause is Cause.RESUME] == [5]
    assert walk.steps == len(witness.steps)


def test_a_wall_in_mid_walk_is_waited_for_and_the_walk_goes_on(site, walked: Callable[..., Walk], witness) -> None:
    trap = "addEventListener('scroll', () => { if (scrollY > 500 && !window.inne) wall(); });"
    url = site.put("/kanal", _page(FEED + WALL + trap))
    person = Person("window.inne = true; document.getElementById('vagg').remove()")
    walk = walked(url, attendant=person)
    assert [item.text for item in walk.items] == [f"Inlägg {n}" for n in range(12)]
    assert walk.stop is StopReason.END_MARKER
    assert [challenge.sign.sv for challenge in person.asked] == ["”Logga in för att”"]
    (pause,) = walk.pauses
    assert pause.ended is not None
    assert "Logga in" in pause.why.sv
    assert [step.cause for step in witness.steps].count(Cause.RESUME) == 1


def test_a_wall_that_nobody_gets_past_ends_the_walk_and_says_so(site, walked: Callable[..., Walk]) -> None:
    url = site.put("/kanal", _page(FEED + WALL + "addEventListener('scroll', () => { if (scrollY > 500) wall(); });"))
    alone = walked(url, attendant=Nobody())
    assert alone.stop is StopReason.CHALLENGED
    assert alone.pauses[-1].ended is None
    assert 0 < len(alone.ledgers) < 12
    stubborn = Person("0")  # says that it is done, and it is not
    walk = walked(url, attendant=stubborn)
    assert walk.stop is StopReason.CHALLENGED
    assert len(stubborn.asked) == obstacles.STRIKES


def test_a_person_can_end_the_walk(site, walked: Callable[..., Walk]) -> None:
    walk = walked(site.put("/kanal", _page(FEED)), attendant=Person(None, patience=4))
    assert walk.stop is StopReason.STOPPED
    assert len(walk.ledgers) < 12


def test_a_server_that_is_asked_too_often_is_left_in_peace_as_long_as_it_wants(
    site, walked: Callable[..., Walk]
) -> None:
    """429 to a batch of comments: nothing is asked for during the wait, then the same button gives the rest."""
    asked: list[float] = []
    refused = {"left": 1}

    def comments():
        refused["left"] -= 1
        status = 429 if refused["left"] >= 0 else 200
        return site.reply("[1, 2]", status=status, kind="application/json", headers={"Retry-After": "7"})

    async def sleep(seconds: float) -> None:
        asked.append(seconds)

    site.pages["/mer"] = comments
    url = site.put(
        "/kanal",
        _page(
            """
            const node = post(1, 'Inlägg', el('h3', {}, '2 kommentarer'));
            const more = button('Visa fler kommentarer', async () => {
              const answer = await fetch('/mer');
              if (!answer.ok) return;
              for (const n of await answer.json()) node.append(comment(n, 'K ' + n));
              more.remove();
            });
            node.append(more);
            document.getElementById('feed').append(node);"""
        ),
    )
    walk = walked(url, sleep=sleep)
    assert asked == [7.0]
    assert [item.text for item in walk.items] == ["Inlägg", "K 1", "K 2"]
    assert walk.ledgers[0].missing_reason is None
    assert "429" in walk.pauses[0].why.sv


def test_a_request_that_changes_something_stops_the_walk_at_once(site, walked: Callable[..., Walk]) -> None:
    """A button that says one thing and does another."""
    url = site.put(
        "/kanal",
        _page(
            """
            document.getElementById('feed').append(post(1, 'Inlägg',
              button('Visa fler kommentarer', () => fetch('/api/like', { method: 'POST', body: '{"id": 1}' }))), post(2, 'Nästa'));"""
        ),
    )
    with pytest.raises(ChannelTouchedError, match=r"POST .*/api/like"):
        walked(url)


def test_other_writing_requests_are_counted_and_told(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/kanal", _page(FEED + "navigator.sendBeacon('/matning', 'x'); fetch('/fraga?id=7', { method: 'POST' });")
    )
    traffic = walked(url).traffic
    assert sorted(traffic.unknown) == [f"POST {site.origin}/fraga", f"POST {site.origin}/matning"]
    assert traffic.changing == ()
    assert traffic.requests >= 3


def test_the_right_account_is_asked_for_before_during_and_after(site, walked: Callable[..., Walk]) -> None:
    seen: list[str | None] = []

    def identity(account: str | None) -> Text | None:
        seen.append(account)
        return Text("fel konto", "wrong account") if len(seen) == 3 else None

    walk = walked(site.put("/kanal", _page(FEED)), identity=identity)
    assert walk.stop is StopReason.CHALLENGED
    assert walk.stop_detail == "fel konto"
    with pytest.raises(ChallengedError, match="fel konto"):
        walked(site.put("/kanal", _page(FEED)), identity=lambda account: Text("fel konto", "wrong account"))


@pytest.mark.parametrize(("asked_for", "waits"), [(None, []), (60.0, [60.0]), (100_000.0, [])])
def test_nobody_waits_only_as_long_as_is_reasonable(browsing, asked_for: float | None, waits: list[float]) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    runner, _ = browsing
    challenge = Challenge(sign=Text("prov", "test"), url="http://127.0.0.1/", retry_after=asked_for)
    assert runner.run(Nobody(sleep).answer(None, challenge)) is bool(waits)
    assert waited == waits


def test_the_pace_of_a_platform_is_kept(site, walked: Callable[..., Walk], witness) -> None:
    from capture.walk import Pace  # noqa: PLC0415

    rests: list[float] = []

    async def sleep(seconds: float) -> None:
        rests.append(seconds)

    walk = walked(site.put("/kanal", _page(FEED)), pace=Pace(least=0.3, most=1.5), sleep=sleep)
    assert len(rests) >= walk.steps - 3
    assert all(0.3 <= rest <= 1.5 for rest in rests)
    assert len(set(rests)) > 3, "irregular"


def test_a_period_ends_where_its_posts_do(site, walked: Callable[..., Walk]) -> None:
    """A pinned old post at the top ends nothing; five older ones in a row do, and nothing below is opened."""
    script = """
        const feed = document.getElementById('feed');
        const days = [1, 90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 4, 3];
        days.forEach((day, n) => {
          const node = post(n, 'Dag ' + day, button('Visa fler kommentarer', (event) => { event.target.replaceWith(comment(n, 'K ' + n)); }));
          node.querySelector('time').setAttribute('datetime', new Date(Date.UTC(2026, 0, day, 8)).toISOString());
          feed.append(node);
        });"""
    url = site.put("/kanal", _page(script))
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=49)
    walk = walked(url, since=since)
    posts = [item.text for item in walk.items if item.parent_key is None]
    assert posts == ["Dag 90", "Dag 80", "Dag 70", "Dag 60", "Dag 50"]
    assert walk.stop is StopReason.PERIOD_START
    assert walk.since == since
    assert walk.clicks == 5
    nothing = walked(url, since=datetime(2027, 1, 1, tzinfo=UTC))
    assert nothing.items == ()
    assert nothing.stop is StopReason.PERIOD_START


def test_a_post_without_a_time_is_taken_whatever_the_period(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/kanal",
        _page(
            FEED
            + "feed.prepend(el('article', { id: 'utan', style: 'height: 300px' }, el('div', { dir: 'auto' }, 'Utan tid')));"
        ),
    )
    walk = walked(url, since=datetime(2027, 1, 1, tzinfo=UTC))
    assert [item.text for item in walk.items] == ["Utan tid"]
    assert any("ingen maskinläsbar tid" in remark.sv for remark in walk.remarks)


def test_a_page_of_private_messages_is_not_walked(browsing: tuple[asyncio.Runner, Browser], tmp_path: Path) -> None:
    """Whoever is logged in has an inbox: where an address leads there, nothing is looked at."""
    runner, browser = browsing

    async def go() -> None:
        page = await open_page(browser)
        await page.context.route(
            "https://www.facebook.com/**", lambda route: route.fulfill(content_type="text/html", body="<p>Hej, Åsa</p>")
        )
        try:
            await walk(
                page,
                "https://www.facebook.com/messages/t/1",
                witnesses=(),
                evidence=tmp_path,
                clock=lambda: datetime(2026, 6, 1, tzinfo=UTC),
            )
        finally:
            await page.context.close()

    with pytest.raises(NotAllowedError):
        runner.run(go())
