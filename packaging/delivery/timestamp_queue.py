"""The stamps that are wanted, in the ledger until they are obtained: a time authority may be out of reach for days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.timestamp import Stamp, StampError, TimeAuthority, stamp, verify
from register.store.deliveries import PackageRow, StampRow
from register.store.opening import Store


class StampStep(StrEnum):
    """What can happen about a time stamp."""

    WANTED = "wanted"
    FAILED = "failed"
    OBTAINED = "obtained"  # and verified


@dataclass(frozen=True, kw_only=True)
class StampLine:
    """One line of the ledger about a time stamp. `stamped_at` is the time in the stamp, `token` the whole of it."""

    object_id: str
    authority: str
    digest: str
    step: StampStep
    at: datetime
    said: str | None
    stamped_at: datetime | None
    token: bytes | None


def want(store: Store, object_id: str, authorities: Sequence[TimeAuthority], *, at: datetime) -> int:
    """Queue a stamp on a package's manifest by each authority that has none queued; return how many were queued.

    A package whose manifest is not known gets none. With no authority configured nothing is queued.
    """
    with store.writing() as session:
        package = session.get(PackageRow, object_id)
        if package is None or package.manifest is None:
            return 0
        asked = {line.authority for line in lines_of(session, object_id)}
        missing = [each.name for each in authorities if each.name not in asked]
        for name in missing:
            line = StampRow(object_id=object_id, authority=name, digest=package.manifest, step=StampStep.WANTED, at=at)
            session.add(line)
        return len(missing)


def obtain(
    store: Store, authorities: Sequence[TimeAuthority], *, clock: Callable[[], datetime], nonce: Callable[[], int]
) -> tuple[StampLine, ...]:
    """Ask for all stamps that are wanted; return what came of each. What fails stays queued.

    Args:
        store: The register's database.
        authorities: The time authorities as configured now; what others were to stamp stays queued.
        clock: What the time is, with a zone.
        nonce: Returns a number that nobody can foresee, of 1 to 64 bits (`secrets.randbits`).
    """
    by_name = {each.name: each for each in authorities}
    done = []
    for wanted in _outstanding(store):
        authority = by_name.get(wanted.authority)
        if authority is None:
            continue
        number = nonce()
        try:
            found: Stamp | StampError = stamp(authority, wanted.digest, nonce=number)
        except StampError as error:
            found = error
        done.append(_note(store, wanted, found, number, at=clock()))
    return tuple(done)


def still_valid(session: Session, object_id: str, authorities: Sequence[TimeAuthority]) -> tuple[Stamp, ...]:
    """Verify anew, without any network, all stamps that a package has of these authorities.

    Raises:
        StampError: one of them is not to be believed.
    """
    by_name = {each.name: each for each in authorities}
    rows = session.scalars(
        select(StampRow)
        .where(StampRow.object_id == object_id, StampRow.step == StampStep.OBTAINED)
        .order_by(StampRow.number)
    )
    return tuple(
        verify(by_name[row.authority], row.token or b"", row.digest, nonce=int(row.nonce or "0"))
        for row in rows
        if row.authority in by_name
    )


def lines_of(session: Session, object_id: str) -> tuple[StampLine, ...]:
    """Return all that the ledger has about the stamps of a package, in order."""
    rows = session.scalars(select(StampRow).where(StampRow.object_id == object_id).order_by(StampRow.number))
    return tuple(_line(row) for row in rows)


def _outstanding(store: Store) -> tuple[StampLine, ...]:
    with store.reading() as session:
        lines = [_line(row) for row in session.scalars(select(StampRow).order_by(StampRow.number))]
    have = {(line.object_id, line.authority) for line in lines if line.step is StampStep.OBTAINED}
    wanted = [line for line in lines if line.step is StampStep.WANTED]
    return tuple(line for line in wanted if (line.object_id, line.authority) not in have)


def _note(store: Store, wanted: StampLine, found: Stamp | StampError, nonce: int, *, at: datetime) -> StampLine:
    """Write what came of an attempt; the same failure again is not written again."""
    obtained = isinstance(found, Stamp)
    row = StampRow(
        object_id=wanted.object_id,
        authority=wanted.authority,
        digest=wanted.digest,
        step=StampStep.OBTAINED if obtained else StampStep.FAILED,
        at=at,
        said=None if isinstance(found, Stamp) else found.said.sv,
        nonce=str(nonce),
        token=found.token if isinstance(found, Stamp) else None,
        stamped_at=found.at if isinstance(found, Stamp) else None,
    )
    with store.writing() as session:
        before = [each for each in lines_of(session, wanted.object_id) if each.authority == wanted.authority]
        has_it = any(each.step is StampStep.OBTAINED for each in before)
        if not has_it and (before[-1].step, before[-1].said) != (row.step, row.said):
            session.add(row)
            session.flush()
        return _line(row)


def _line(row: StampRow) -> StampLine:
    return StampLine(
        object_id=row.object_id,
        authority=row.authority,
        digest=row.digest,
        step=StampStep(row.step),
        at=row.at,
        said=row.said,
        stamped_at=row.stamped_at,
        token=row.token,
    )
