"""Whose eyes a channel is seen through: the session a walk is given, and who the page has to say is logged in."""

import asyncio
from datetime import UTC, datetime

import pytest
from playwright.async_api import async_playwright

from capture.session.entry import ChannelEntry
from capture.session.permit import Permit
from capture.session.secret import Secret
from capture.session.store import Label, Session
from flows import embedded

COOKIE = {
    "name": "inloggad",
    "value": "ja",
    "domain": "kanal.invalid",
    "path": "/",
    "expires": -1,
    "httpOnly": True,
    "secure": False,
    "sameSite": "Lax",
}


@pytest.fixture(scope="module")
def steps(prefect_home):
    """The steps, imported when Prefect has been told where to live."""
    embedded.prepare(prefect_home)
    from flows import steps  # noqa: PLC0415 - see above

    return steps


def _permit(*, attended: bool = False, **facts: object) -> Permit:
    entry = ChannelEntry.model_validate(
        {"namn": "Kanal", "plattform": "facebook", "adress": "https://kanal.invalid/kommunen", **facts}
    )
    return Permit(entry=entry, attended=attended)


def test_a_kept_session_is_the_page_s_own(steps):
    label = Label(name="Kanal", address="https://kanal.invalid/kommunen", made=datetime(2026, 6, 1, tzinfo=UTC))
    session = Session(label=label, state=Secret({"cookies": [COOKIE], "origins": []}))

    async def cookies() -> list[str]:
        async with async_playwright() as playwright, steps._page_with(session)(playwright) as page:
            return [f"{one['name']}={one['value']}" for one in await page.context.cookies("http://kanal.invalid/")]

    assert asyncio.run(cookies()) == ["inloggad=ja"]


@pytest.mark.parametrize("permit", [Permit(entry=None, attended=False), _permit()])
def test_where_nobody_is_to_be_logged_in_nobody_is_asked_for(steps, permit):
    assert steps._who_is_to_be_logged_in(permit) is None


@pytest.mark.parametrize(
    ("named", "attended", "wrong"),
    [
        ("Kommunen", False, False),
        ("Någon annan", False, True),
        (None, False, True),
        ("Kommunen", True, False),
        ("Någon annan", True, True),
        (None, True, False),
    ],
)
def test_a_page_that_says_nothing_passes_only_where_a_person_sees_it(steps, named, attended, wrong):
    judge = steps._who_is_to_be_logged_in(_permit(inloggning=True, konto="Kommunen", attended=attended))
    assert (judge(named) is not None) == wrong


@pytest.mark.parametrize(
    ("asked", "facts", "profile"),
    [
        (None, {}, "facebook"),
        ("Mastodon", {}, "mastodon"),
        ("Exempelkanalen", {}, "facebook"),
        (None, {"plattform": "annan"}, None),
    ],
)
def test_the_profile_is_the_one_asked_for_else_the_register_s_else_the_page_s(steps, asked, facts, profile):
    assert steps.profile_of(asked, _permit(**facts)) == profile
    assert steps.profile_of("Exempelkanalen", Permit(entry=None, attended=False)) is None
