"""The figures of half-years, as the register keeps them: a new statement where they have changed, and only then."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from register.store.changes import HalfYearFigures
from register.store.opening import Store

_FIELDS = tuple(name for name in HalfYearFigures.__annotations__ if name != "until")  # of the moment alone


def entry_of(channel: str, half: str) -> str:
    """Return the entry that the figures of a channel's half-year bear."""
    return f"{channel} {half}"


def enter(store: Store, rows: Sequence[HalfYearFigures]) -> int:
    """Enter figures; return how many said something new."""
    with store.writing() as session:
        fresh = [row for row in rows if not _says_the_same(_newest(session, row.entry), row)]
        session.add_all(fresh)
    return len(fresh)


def newest(session: Session, half: str) -> Sequence[HalfYearFigures]:
    """Return what was last said of each channel in a half-year, by channel."""
    last = select(func.max(HalfYearFigures.version)).where(HalfYearFigures.half == half)
    found = select(HalfYearFigures).where(HalfYearFigures.version.in_(last.group_by(HalfYearFigures.entry)))
    return session.scalars(found.order_by(HalfYearFigures.channel)).all()


def _newest(session: Session, entry: str) -> HalfYearFigures | None:
    found = select(HalfYearFigures).where(HalfYearFigures.entry == entry).order_by(HalfYearFigures.version.desc())
    return session.scalars(found.limit(1)).first()


def _says_the_same(before: HalfYearFigures | None, now: HalfYearFigures) -> bool:
    return before is not None and all(getattr(before, name) == getattr(now, name) for name in _FIELDS)
