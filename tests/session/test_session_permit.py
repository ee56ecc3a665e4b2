"""What may be captured, and on what terms."""

from datetime import date

import pytest
from pydantic import ValidationError

from capture.session.entry import ChannelEntry, Mode
from capture.session.permit import Permit, find, permit
from register.errors import BadInputError, NotAllowedError

DECIDED = {"diarienummer": "KS 2026/456", "datum": date(2026, 5, 4), "beslutsfattare": "Kommunstyrelsen"}
TODAY = date(2026, 11, 22)
PAGE = "https://www.facebook.com/exempelkommun"


def _entry(**keys) -> ChannelEntry:
    return ChannelEntry.model_validate({"namn": "Sidan", "plattform": "facebook", "adress": PAGE, **keys})


def _automatic(**decision) -> ChannelEntry:
    return _entry(lage="automatisk", tillstand={**DECIDED, **decision})


def _terms(entries, url=PAGE, *, today=TODAY, attended=False) -> Permit:
    return permit(entries, url, today=today, attended=attended)


def test_a_channel_is_assisted_unless_the_register_says_otherwise():
    entry = _entry()
    assert entry.mode is Mode.ASSISTED
    assert _terms([entry]) == Permit(entry=entry, attended=True)


def test_automatic_needs_a_decision():
    with pytest.raises(NotAllowedError, match="Sidan får inte dokumenteras automatiskt: beslut saknas i registret"):
        _terms([_entry(lage="automatisk")])
    entry = _automatic()
    assert _terms([entry]) == Permit(entry=entry, attended=False)


def test_ones_own_blog_needs_one_too():
    blog = _entry(plattform="blog", adress="https://blogg.exempelkommun.se/", lage="automatisk")
    with pytest.raises(NotAllowedError, match="beslut saknas"):
        _terms([blog], "https://blogg.exempelkommun.se/inlagg/1")


@pytest.mark.parametrize(
    ("today", "refused"),
    [
        (date(2026, 5, 3), "gäller först från 2026-05-04"),
        (date(2026, 5, 4), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), "gällde till 2026-12-31"),
    ],
)
def test_a_decision_is_in_force_from_its_day_to_its_last(today, refused):
    entries = [_automatic(galler_till=date(2026, 12, 31))]
    if refused is None:
        assert not _terms(entries, today=today).attended
    else:
        with pytest.raises(NotAllowedError, match=refused):
            _terms(entries, today=today)


def test_with_a_person_at_the_screen_no_decision_is_needed():
    assert _terms([_entry(lage="automatisk")], attended=True).attended
    assert _terms([_automatic()], attended=True).attended


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/grannkommun",
        "https://www.facebook.com/",
        "http://www.facebook.com/exempelkommun",
        "https://www.instagram.com/exempelkommun",
    ],
)
def test_what_is_not_in_the_register_is_refused_also_with_a_person_at_the_screen(url):
    for attended in (False, True):
        with pytest.raises(NotAllowedError, match="finns inte i kanalregistret"):
            _terms([_automatic()], url, attended=attended)


def test_an_empty_register_allows_nothing_and_neither_does_none():
    with pytest.raises(NotAllowedError, match="finns inte i kanalregistret"):
        _terms([])
    with pytest.raises(NotAllowedError, match="ingen inställningsfil"):
        _terms(None)
    with pytest.raises(NotAllowedError, match="ingen inställningsfil"):
        _terms(None, attended=True)


def test_what_is_on_this_machine_needs_no_entry_but_heeds_one():
    here = "http://127.0.0.1:5000/kanal"
    assert _terms([], here) == Permit(entry=None, attended=False)
    with pytest.raises(NotAllowedError, match="beslut saknas"):
        _terms([_entry(plattform="blog", adress=here, lage="automatisk")], here)


def test_what_is_no_address_is_no_permit():
    for url in ("javascript:alert(1)", "https://annan.se\\@www.facebook.com/exempelkommun", "sidan"):
        for entries in (None, [_automatic()]):
            with pytest.raises(BadInputError, match="ingen webbadress"):
                _terms(entries, url)


def test_the_nearest_entry_decides():
    forum = _entry(namn="Forum", plattform="forum", adress="https://x.se/forum")
    part = _entry(namn="Del", plattform="forum", adress="https://x.se/forum/del", lage="automatisk", tillstand=DECIDED)
    for entries in ([forum, part], [part, forum]):
        assert _terms(entries, "https://x.se/forum/del/1").entry is part
        assert _terms(entries, "https://x.se/forum/annat").entry is forum


def test_a_session_is_needed_where_one_is_logged_in_and_nobody_attends():
    logged_in = _entry(lage="automatisk", tillstand=DECIDED, inloggning=True, konto="Exempelkommun")
    assert _terms([logged_in]).needs_session
    assert not _terms([logged_in], attended=True).needs_session
    assert not _terms([_automatic()]).needs_session
    assert not _terms(None, "http://127.0.0.1:5000/").needs_session


def test_a_channel_is_found_by_name_and_address_and_the_nearest_is_suggested():
    entry = _entry()
    for word in ("Sidan", "sidan", PAGE, f"{PAGE}/"):
        assert find([entry], word) is entry
    with pytest.raises(BadInputError, match=r"Menas Sidan\?"):
        find([entry], "Siden")
    with pytest.raises(BadInputError, match=r"\[\[kanal\]\]"):
        find([], "Sidan")


@pytest.mark.parametrize(
    "keys",
    [
        {"lage": "automatiskt"},
        {"plattform": "facebok"},
        {"adress": "www.facebook.com/exempelkommun"},
        {"adress": "https://www.facebook.com/"},
        {"adress": "https://www.facebook.com/profile.php"},
        {"adress": "https://www.facebook.com/profile.php?id="},
        {"konto": "Exempelkommun"},
        {"inloggning": "ja"},
        {"takt": [0.1, 5]},
        {"takt": [5, 2]},
        {"takt": [1, float("inf")]},
        {"takt": [1]},
        {"tillstand": {**DECIDED, "galler_till": date(2026, 1, 1)}},
        {"tillstand": {**DECIDED, "diarienummer": ""}},
        {"tillstand": {"datum": date(2026, 5, 4)}},
        {"namn": ""},
        {"hemligt": "x"},
    ],
)
def test_an_entry_that_cannot_be_meant_is_refused(keys):
    with pytest.raises(ValidationError):
        _entry(**keys)


def test_an_entry_keeps_what_it_says():
    entry = _entry(adress="https://www.facebook.com/profile.php?id=1", takt=[0.5, 2])
    assert (entry.pace, entry.platform_name) == ((0.5, 2.0), "facebook")
    own = _entry(plattform="annan", adress="https://x.se/", takt=[0, 0])
    assert (own.pace, own.platform_name) == ((0.0, 0.0), None)
    assert entry.refusal(TODAY).sv == "läget är assisterad"
