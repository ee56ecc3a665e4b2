"""What was told, and which runs did not come about: read from the database and added to it, never changed.

A notice is sent first and noted after. Whoever kills the program in between has a person told twice, never not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from register.attention.finding import day_of
from register.errors import ExitCode
from register.language import Text
from register.store.occasions import MissedRow, NoticeRow
from register.telling.notice import Key, Notice


class Cause(StrEnum):
    """Why a run did not come about, or came to nothing."""

    REFUSED = "inte tillåten"
    FAILED = "misslyckad"
    INCOMPLETE = "ofullständig"


@dataclass(frozen=True, kw_only=True)
class Missed:
    """That a run did not come about: `code` is the exit code that a command line would have ended with."""

    cause: Cause
    code: ExitCode
    why: Text


def told(session: Session) -> frozenset[Key]:
    """Return the keys of all notices that were sent."""
    columns = select(NoticeRow.channel, NoticeRow.about, NoticeRow.kind, NoticeRow.person)
    return frozenset(session.execute(columns.where(NoticeRow.sent)).tuples())


def note(session: Session, notices: Iterable[Notice], *, sent: bool, at: datetime) -> None:
    """Note that notices were sent, or could not be; what is noted of the day already stays as it is."""
    for notice in notices:
        channel, about, kind, person = notice.key
        known = exists().where(
            NoticeRow.channel == channel,
            NoticeRow.about == about,
            NoticeRow.kind == kind,
            NoticeRow.person == person,
            NoticeRow.day == day_of(at),
            NoticeRow.sent.is_(sent),
        )
        if not session.scalar(select(known)):
            row = NoticeRow(channel=channel, about=about, kind=kind, person=person, day=day_of(at), sent=sent, at=at)
            session.add(row)
            session.flush()


def missed(session: Session, about: str | None = None) -> tuple[MissedRow, ...]:
    """Return the runs that did not come about, the latest first; of one occasion, or of all."""
    query = select(MissedRow).order_by(MissedRow.number.desc())
    return tuple(session.scalars(query if about is None else query.where(MissedRow.about == about)))


def miss(session: Session, channel: str, about: str, said: Missed, *, at: datetime) -> None:
    """Enter that a run of a channel did not come about; once a day and cause."""
    known = exists().where(
        MissedRow.channel == channel,
        MissedRow.about == about,
        MissedRow.day == day_of(at),
        MissedRow.cause == said.cause,
    )
    if not session.scalar(select(known)):
        session.add(
            MissedRow(
                channel=channel,
                about=about,
                day=day_of(at),
                cause=said.cause,
                code=int(said.code),
                said_sv=said.why.sv,
                said_en=said.why.en,
                at=at,
            )
        )
        session.flush()
