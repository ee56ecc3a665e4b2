"""Letters, by a real mail server on loopback: each told once, nothing lost, nothing smuggled in."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from delivery.secrets import SecretName
from flows import notices
from flows.schedule_settings import Reminders
from register.due import due
from register.known import known
from register.store.occasions import NoticeRow
from register.store.opening import Store, opened
from register.telling import ledger
from register.telling.notice import Notice, to_tell
from tests.flows.conftest import PATIENCE
from tests.flows.half_years import Letters, Municipality, enter, mail_server

AT = datetime(2026, 7, 1, 7, tzinfo=UTC)
PLACE = SecretName.parse("miljo:KANALARKIV_TEST_EPOST")
WANTED = Reminders(epost=str(PLACE))


def _no_block(name: str) -> str:
    raise LookupError(name)


@pytest.fixture
def letters(monkeypatch) -> Iterator[Letters]:
    with mail_server() as letters:
        monkeypatch.setenv(PLACE.name, letters.url)
        yield letters


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with opened(tmp_path / "register.db") as store:
        yield store


def _overdue(store: Store, there: Municipality, *channels: str, **facts: object) -> list[Notice]:
    """Enter channels that were never documented, and return what there is to tell of them."""
    rows = [there.channel(name, f"https://www.facebook.com/{name}", **facts) for name in channels]
    enter(store, [*there.people(), *rows])
    return _there_is_to_tell(store)


def _there_is_to_tell(store: Store) -> list[Notice]:
    with store.reading() as session:
        register = known(session)
        found = to_tell(register, due(register, (), AT), ledger.told(session), AT)
        session.expunge_all()
    return list(found)


def test_each_person_gets_one_letter_about_all_their_channels_once(store, letters):
    there = _overdue(store, Municipality(said=datetime(2026, 1, 10, tzinfo=UTC)), "fb", "ig")
    told = notices.tell(store, there, WANTED, _no_block)
    assert (told.sent, told.unsent) == (2, ())
    assert [to for to, _ in letters.taken] == [["anna.ek@exempelkommun.se"], ["dan.alm@exempelkommun.se"]]
    letter = letters.taken[1][1]
    assert letter["Subject"] == "Kanalarkiv: försenad dokumentation (2 kanaler)"
    assert letter["From"] == "kanalarkiv@exempelkommun.se"
    assert letter.get_content_type() == "text/plain"
    assert "Hej Dan Alm," in letter.get_content()
    assert "- Kanalen fb (fb): första halvåret 2026, senast 2026-06-30." in letter.get_content()
    assert _there_is_to_tell(store) == []
    assert notices.tell(store, _there_is_to_tell(store), WANTED, _no_block) == notices.Told(sent=0, unsent=())
    assert len(letters.taken) == 2


def test_a_name_from_the_register_adds_no_header_and_no_reader(store, letters):
    said = datetime(2026, 1, 10, tzinfo=UTC)
    name = "Kanal\nBcc: alla@example.org"
    notices.tell(store, _overdue(store, Municipality(said=said), "fb", name=name), WANTED, _no_block)
    assert [to for to, _ in letters.taken] == [["anna.ek@exempelkommun.se"], ["dan.alm@exempelkommun.se"]]
    assert all(letter["Bcc"] is None and letter["Cc"] is None for _, letter in letters.taken)
    assert all(name not in letter.get_content() for _, letter in letters.taken)


@pytest.mark.parametrize("domain", ["exempelkommun.se,alla@example.org", "exempelkommun.se&cc=alla@example.org", "x y"])
def test_an_address_that_would_be_more_than_one_is_not_written_to(store, letters, domain):
    said = datetime(2026, 1, 10, tzinfo=UTC)
    told = notices.tell(store, _overdue(store, Municipality(said=said, email=domain), "fb"), WANTED, _no_block)
    assert (told.sent, len(told.unsent), letters.taken) == (0, 2, [])
    assert told.unsent[0].sv == "anna.ek har ingen e-postadress som går att skriva till."


def test_a_mail_server_that_is_down_is_said_noted_and_tried_again(store, letters, monkeypatch):
    there = _overdue(store, Municipality(said=datetime(2026, 1, 10, tzinfo=UTC)), "fb")
    monkeypatch.setenv(PLACE.name, "mailto://127.0.0.1:1?from=kanalarkiv@exempelkommun.se&cto=2")
    told = notices.tell(store, there, WANTED, _no_block)
    assert told.sent == 0
    assert [why.sv for why in told.unsent] == [
        f"E-postservern tog inte emot brevet till {who}; det skickas igen i morgon." for who in ("anna.ek", "dan.alm")
    ]
    with store.reading() as session:
        rows = session.scalars(select(NoticeRow)).all()
        assert [(row.person, row.about, row.kind, row.sent) for row in rows] == [
            ("anna.ek", "2026-1", "försenad", False),
            ("dan.alm", "2026-1", "försenad", False),
        ]
    monkeypatch.setenv(PLACE.name, letters.url)
    assert notices.tell(store, _there_is_to_tell(store), WANTED, _no_block).sent == 2
    assert len(letters.taken) == 2
    assert _there_is_to_tell(store) == []


@pytest.mark.parametrize(
    ("wanted", "secret", "said"),
    [
        (Reminders(), None, "Påminnelser skickas inte: [paminnelser] saknas i kanalarkiv.toml."),
        (WANTED, None, f"Hemligheten {PLACE} finns inte eller är tom."),
        (WANTED, "hemlig://lösenord", f"Det som ligger i {PLACE} är ingen adress som Apprise kan skicka till."),
        (WANTED, "mailto://", f"Det som ligger i {PLACE} är ingen adress som Apprise kan skicka till."),
    ],
)
def test_where_nothing_can_be_sent_that_is_said_and_no_secret_with_it(store, monkeypatch, wanted, secret, said):
    there = _overdue(store, Municipality(said=datetime(2026, 1, 10, tzinfo=UTC)), "fb")
    monkeypatch.delenv(PLACE.name, raising=False)
    if secret is not None:
        monkeypatch.setenv(PLACE.name, secret)
    told = notices.tell(store, there, wanted, _no_block)
    assert (told.sent, [why.sv for why in told.unsent]) == (0, [said])
    assert len(_there_is_to_tell(store)) == 2


def test_what_the_municipality_has_beside_mail_hears_the_same(store, letters, monkeypatch):
    there = _overdue(store, Municipality(said=datetime(2026, 1, 10, tzinfo=UTC)), "fb")
    monkeypatch.setenv("KANALARKIV_TEST_KOPIA", f"{letters.url}&to=kommunikation@exempelkommun.se&format=text")
    monkeypatch.setenv("KANALARKIV_TEST_DOD", "mailto://127.0.0.1:1?from=a@exempelkommun.se&to=b@exempelkommun.se")
    copies = Reminders(epost=str(PLACE), kopior=("miljo:KANALARKIV_TEST_KOPIA", "miljo:KANALARKIV_TEST_DOD"))
    told = notices.tell(store, there[:1], copies, _no_block)
    assert (told.sent, [why.sv for why in told.unsent]) == (1, ["Kopia nummer 2 kom inte fram."])
    assert [to for to, _ in letters.taken] == [["anna.ek@exempelkommun.se"], ["kommunikation@exempelkommun.se"]]


_TELL = """\
import sys
from pathlib import Path
from datetime import datetime, UTC
from tests.flows.test_flows_notices import WANTED, _no_block, _there_is_to_tell
from flows import notices
from register.store.opening import opened
with opened(Path(sys.argv[1])) as store:
    notices.tell(store, _there_is_to_tell(store)[:1], WANTED, _no_block)
"""


def test_killed_between_sending_and_noting_it_tells_twice_and_never_not_at_all(store, letters, tmp_path):
    _overdue(store, Municipality(said=datetime(2026, 1, 10, tzinfo=UTC)), "fb")
    command = [sys.executable, "-c", _TELL, str(tmp_path / "register.db")]
    root = str(Path(__file__).resolve().parents[2])
    killed = subprocess.Popen(command, cwd=root, env={**os.environ, "PYTHONPATH": f"{root}:{root}/packaging"})
    letters.on_data = lambda: os.kill(killed.pid, signal.SIGKILL)  # it has our letter, and no answer yet
    assert killed.wait(PATIENCE) == -signal.SIGKILL
    letters.on_data = None
    with store.reading() as session:
        assert session.scalars(select(NoticeRow)).all() == []
    assert notices.tell(store, _there_is_to_tell(store)[:1], WANTED, _no_block).sent == 1
    assert [to for to, _ in letters.taken] == [["anna.ek@exempelkommun.se"]] * 2
    with store.reading() as session:
        assert [(row.person, row.sent) for row in session.scalars(select(NoticeRow))] == [("anna.ek", True)]
