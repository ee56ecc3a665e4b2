"""Where the register is, and what it says of the half-years at a moment: owed, told, missed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.journey import Step
from flows import settings
from flows.settings import Settings
from register.calendar.window import DEFAULT, Window
from register.due import Owed, due
from register.known import Known, known
from register.store.captures import CaptureRow
from register.store.channels import CaptureMode
from register.store.deliveries import JourneyRow
from register.store.occasions import MissedRow
from register.store.opening import FILE_NAME, Store
from register.telling import ledger
from register.telling.notice import Key

_WORKSPACE, _SETTINGS = "KANALARKIV_ARBETSMAPP", "KANALARKIV_INSTALLNINGAR"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where work is done: the workspace, and the settings that hold there (None: none)."""

    workspace: Path
    settings: Path | None
    declared: Settings | None

    @classmethod
    def at(cls, workspace: Path, path: Path | None) -> "Place":
        """Return the place at a folder, by the settings at `path`, or those in the current folder.

        Raises:
            BadInputError: the settings cannot be used; see `flows.settings.load`.
        """
        if path is None and Path(settings.FILE_NAME).exists():
            path = Path(settings.FILE_NAME)
        path = path.absolute() if path is not None else None
        return cls(workspace=workspace.absolute(), settings=path, declared=settings.load(path) if path else None)

    @classmethod
    def served(cls) -> "Place":
        """Return the place that this process works for: it is told so by whoever started it, never by a run's form.

        Raises:
            KeyError: nobody told it.
        """
        return cls.at(Path(os.environ[_WORKSPACE]), Path(os.environ[_SETTINGS]) if _SETTINGS in os.environ else None)

    def tell_children(self) -> None:
        """Tell the processes that this one starts where they are to work."""
        os.environ[_WORKSPACE] = str(self.workspace)
        if self.settings is not None:
            os.environ[_SETTINGS] = str(self.settings)

    @property
    def database(self) -> str | Path:
        """Where the register is."""
        named = self.declared.database.databas if self.declared is not None else None
        return named or self.workspace / FILE_NAME

    @property
    def window(self) -> Window:
        """When captures are planned."""
        return self.declared.halvar.window if self.declared is not None else DEFAULT


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the register says of the half-years at a moment.

    `undelivered` are the channels (their entries) whose last capture, which nobody watched, made a package that has not
    come to the e-archive: it is captured, and yet not done.
    """

    at: datetime
    register: Known
    owed: tuple[Owed, ...]
    told: frozenset[Key]
    missed: tuple[MissedRow, ...]
    undelivered: frozenset[str]

    def to_do(self, channel: str) -> Owed | None:
        """Return the latest half-year that a channel, by its entry, owes and that is not done; None if all are."""
        found = [each for each in self.owed if each.channel.entry == channel and (each.open or self.unfinished(each))]
        return found[-1] if found else None

    def unfinished(self, owed: Owed) -> bool:
        """Return whether a capture was made that has not come to the e-archive."""
        return owed.made is not None and owed.channel.entry in self.undelivered


def standing(store: Store, place: Place, at: datetime) -> Standing:
    """Read how it stands with the half-years at a moment."""
    with store.reading() as session:
        register = known(session)
        captures = session.scalars(select(CaptureRow)).all()
        return Standing(
            at=at,
            register=register,
            owed=due(register, captures, at, place.window),
            told=ledger.told(session),
            missed=ledger.missed(session),
            undelivered=_undelivered(session, captures),
        )


def _undelivered(session: Session, captures: Sequence[CaptureRow]) -> frozenset[str]:
    arrived = set(session.scalars(select(JourneyRow.object_id).where(JourneyRow.step.in_(_ARRIVED))))
    last = {capture.channel: capture for capture in sorted(captures, key=lambda capture: capture.ended)}
    return frozenset(
        capture.channel
        for capture in last.values()
        if capture.mode == CaptureMode.AUTOMATIC and capture.object_id is not None and capture.object_id not in arrived
    )


_ARRIVED = (Step.SENT, Step.CHECKED, Step.RECEIVED, Step.REJECTED)
