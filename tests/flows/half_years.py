"""A register with channels that owe captures, and a mail server: what the tests of the half-years start from."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from register.calendar.halves import HalfYear
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import CaptureMode, ChannelRecord, ChannelStatus
from register.store.history import Versioned
from register.store.mandates import Capacity, Mandate
from register.store.opening import Store
from register.store.organisation import Administration, Person, Role, RoleHeld

OPENED = date(2024, 1, 15)

SETTINGS = """
[arkivbildare]
namn = "Exempelkommun, Kommunstyrelsen"
identitetskod = "ORG:212000-0000"

[e_arkiv]
namn = "Exempelkommuns e-arkiv"
identitetskod = "ORG:212000-0000"
mapp = "{archive}"

[leverans]
overenskommelse = "KS 2026/123; 2026-01-01"

[paminnelser]
epost = "miljo:KANALARKIV_TEST_EPOST"
"""


@dataclass
class Municipality:
    """Statements of a small municipality: `said` is when they were entered, and all of them hold since 2024."""

    said: datetime
    email: str = "exempelkommun.se"

    def _row(self, table: type[Any], entry: str, **facts: object) -> Any:
        start = datetime(2024, 1, 1, tzinfo=self.said.tzinfo)
        return table(entry=entry, valid_from=start, recorded_at=self.said, recorded_by="cia.berg", **facts)

    def people(self) -> list[Versioned]:
        """Who documents, their manager, and the director (förvaltningschef)."""
        return [
            self._row(Administration, "ks", name="Kommunledningsförvaltningen"),
            self._row(Person, "anna.ek", name="Anna Ek", email=f"anna.ek@{self.email}"),
            self._row(Person, "cia.berg", name="Cia Berg", email=f"cia.berg@{self.email}"),
            self._row(Person, "dan.alm", name="Dan Alm", email=f"dan.alm@{self.email}"),
            self._row(RoleHeld, "chef-cia", role=Role.MANAGER, person="cia.berg", administration="ks"),
            self._row(RoleHeld, "fc-dan", role=Role.DIRECTOR, person="dan.alm", administration="ks"),
        ]

    def channel(
        self, entry: str, address: str, mode: CaptureMode = CaptureMode.ASSISTED, **facts: object
    ) -> ChannelRecord:
        """A channel that Anna Ek documents."""
        return self._row(
            ChannelRecord,
            entry,
            **{"name": f"Kanalen {entry}", "platform": "exempelkanalen", "status": ChannelStatus.ACTIVE}
            | {"administration": "ks", "responsible": "anna.ek", "address": address, "mode": mode.value}
            | facts,
        )

    def authority(self, entry: str, *, permitted: bool) -> list[Versioned]:
        """That a channel was opened by decision, that Anna Ek has a mandate, and that nobody needs to watch it."""
        opened = self._decision(f"{entry}-öppnad", DecisionKind.OPENING, channel=entry, consulted="Eva Sjö")
        mandate = self._row(
            Mandate,
            f"anna-{entry}",
            person="anna.ek",
            channel=entry,
            capacity=Capacity.ADMINISTRATOR,
            decided_by="cia.berg",
            decided=OPENED,
        )
        permission = self._decision(f"{entry}-tillstånd", DecisionKind.PERMISSION, channel=entry)
        return [opened, mandate, *([permission] if permitted else [])]

    def _decision(self, entry: str, kind: DecisionKind, **facts: object) -> ChannelDecision:
        consulted = {"consulted_on": OPENED, "consulted_outcome": "tillstyrks"} if "consulted" in facts else {}
        return self._row(
            ChannelDecision,
            entry,
            **{"kind": kind, "reference": "KS 2024/7", "decided": OPENED, "decided_by": "Dan Alm"} | consulted | facts,
        )


def enter(store: Store, rows: list[Versioned]) -> None:
    """Enter statements, each before those that refer to it."""
    with store.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def long_ago(now: datetime) -> datetime:
    """Return a moment in the half-year before the one of `now`, whatever day it is."""
    before = HalfYear.of(HalfYear.of(now).start - timedelta(days=1))
    return before.start + timedelta(days=10)


@dataclass
class Letters:
    """What a mail server has taken: each letter, and whom it was for."""

    port: int = 0
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    on_data: Any = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.taken.append((list(envelope.rcpt_tos), letter))
        if self.on_data is not None:
            self.on_data()
        return "250 OK"

    @property
    def url(self) -> str:
        """The server's address as Apprise wants it."""
        return f"mailto://127.0.0.1:{self.port}?from=kanalarkiv@exempelkommun.se"


@contextmanager
def mail_server() -> Iterator[Letters]:
    """A real mail server on loopback."""
    letters = Letters()
    controller = _started(letters)
    try:
        letters.port = controller.port
        yield letters
    finally:
        controller.stop()


def _started(letters: Letters) -> Controller:
    for _ in range(20):  # it cannot be given port 0, and somebody else may be quicker to take the one that is free now
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(letters, hostname="127.0.0.1", port=port)
        try:
            controller.start()
        except OSError:
            continue
        return controller
    raise AssertionError("no port was free")
