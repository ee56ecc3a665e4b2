"""What vanished is entered: accounted for by a removal case, or as an *oförklarat borttagande* that somebody explains.

Entering twice changes nothing: an item that is entered, and was not seen since, is the same disappearance.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.case_words import CaseKind, Outcome
from register.errors import BadInputError
from register.language import Text
from register.store.cases import RemovalCase
from register.store.changes import ComparisonRow, Disappearance, UnexplainedRemoval
from register.store.history import in_force, said_of
from register.store.opening import Store
from register.store.wording import RefusedError, readable

_FIELDS = tuple(UnexplainedRemoval.__annotations__)  # without those that every statement has
_LONGEST = 2_000  # characters of an address; what is longer is a stranger's trick
UNKNOWN = "okänd; troligen borttaget av användaren"
"""What a person may give as the reason where nobody at the municipality removed it."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """An item that a later capture found gone or hidden; see `UnexplainedRemoval`.

    `above` are the keys of what it stood below, the post last: a case about one of them accounts for it.
    """

    what: Disappearance
    kind: str
    key: str
    permalink: str | None
    above: tuple[str, ...]
    own: bool
    along: int
    text_sha256: str
    published: datetime | None
    earlier: str
    seen: datetime
    later: str
    missed: datetime


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What a capture (`later`) was held against, what came of it, and what could not be compared.

    `gone` may hold what captures before it had found gone already. `there` are the keys of all that it showed,
    without what it showed as hidden.
    """

    channel: str
    later: str
    earlier: tuple[str, ...]
    expected: int
    new: int
    edited: int
    vanished: int
    hidden: int
    undecided: int
    outside: int
    missing: Text | None
    gone: tuple[Gone, ...]
    there: AbstractSet[str]


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What entering did: the numbers of new unexplained removals, how many cases account for, which came back."""

    unexplained: tuple[str, ...]
    accounted: int
    back: tuple[str, ...]


def enter(store: Store, compared: Compared, *, at: datetime, by: str) -> Entered:
    """Enter a comparison and what nobody accounts for.

    Args:
        store: The register.
        compared: What the captures showed.
        at: The moment that it is entered.
        by: Who enters it: the program, or a person.
    """
    with store.writing() as session:
        cases = in_force(session, RemovalCase, RemovalCase.channel == compared.channel, at=at)
        known = _known(session, compared.channel)
        back = tuple(_come_back(session, compared, at=at, by=by))
        _explain_by_cases(session, compared.channel, cases, at=at, by=by)
        fresh = [gone for gone in compared.gone if not _is_known(gone, known)]
        left = [gone for gone in fresh if not any(accounts_for(case, gone.missed, *_names(gone)) for case in cases)]
        accounted = sum(gone.later == compared.later for gone in fresh) - sum(
            gone.later == compared.later for gone in left
        )
        number = _next_number(session)
        rows = [_row(compared.channel, gone, cases, number + place, at=at, by=by) for place, gone in enumerate(left)]
        session.add_all(rows)
        if not session.scalar(
            select(ComparisonRow.number).where(
                ComparisonRow.later == compared.later, ComparisonRow.earlier == " ".join(compared.earlier)
            )
        ):
            session.add(_comparison(compared, accounted, at))
    return Entered(unexplained=tuple(row.entry for row in rows), accounted=accounted, back=back)


def explain(store: Store, number: str, *, case: str | None, reason: str | None, at: datetime, by: str) -> None:
    """Explain an unexplained removal, by a case or in words; what was said before is still there.

    Raises:
        BadInputError: there is no such removal or case, it is explained already, the case is of another channel, or
            nothing or something unreadable is given as the reason.
    """
    with store.writing() as session:
        said = said_of(session, UnexplainedRemoval, number, at=at)
        if said is None:
            raise _refused(
                Text(f"Inget oförklarat borttagande {number}.", f"No unexplained removal {number}."),
                Text("Se kanalarkiv difference list.", "See kanalarkiv difference list."),
            )
        if case is not None:
            found = said_of(session, RemovalCase, case, at=at)
            if found is None or found.channel != said.channel:
                raise _refused(
                    Text(f"Inget ärende {case} i kanalen.", f"No case {case} in the channel."),
                    Text("Ange ärendets nummer.", "Give the case's number."),
                )
        words = " ".join((reason or "").split()) or (f"ärende {case}" if case is not None else "")
        try:
            readable("reason", words)
        except RefusedError as error:
            raise _refused(
                Text(
                    f"Skälet går inte att föra in: {error.wrong.sv}.", f"The reason cannot be kept: {error.wrong.en}."
                ),
                error.remedy,
            ) from error
        session.add(_ended(said, case=case, reason=words, at=at, by=by))


def accounts_for(case: RemovalCase, missed: datetime, *names: str) -> bool:
    """Return whether a case says that something of one of these names was taken away or hidden before `missed`."""
    if case.kind == CaseKind.CRIME or case.outcome == Outcome.KEEP or case.removed is None or case.removed > missed:
        return False
    return _is_about(case, names)


def _is_about(case: RemovalCase, names: Sequence[str]) -> bool:
    about = {_plain(name) for name in (case.permalink, case.item_key) if name}
    return any(_plain(name) in about for name in names)


def _names(gone: Gone) -> tuple[str, ...]:
    return (gone.key, *((gone.permalink,) if gone.permalink else ()), *gone.above)


def _plain(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return urlunsplit(("", parts.netloc.lower(), parts.path.rstrip("/"), parts.query, parts.fragment))


def _known(session: Session, channel: str) -> dict[str, datetime]:
    """Return when each item that was ever entered was last found gone."""
    query = select(UnexplainedRemoval.key, UnexplainedRemoval.missed).where(UnexplainedRemoval.channel == channel)
    found: dict[str, datetime] = {}
    for key, missed in session.execute(query).tuples():
        found[key] = max(missed, found.get(key, missed))
    return found


def _is_known(gone: Gone, known: dict[str, datetime]) -> bool:
    missed = known.get(_kept(gone.key))
    return missed is not None and missed >= gone.seen


def _come_back(session: Session, compared: Compared, *, at: datetime, by: str) -> Iterator[str]:
    there = {_kept(key) for key in compared.there}
    for said in in_force(session, UnexplainedRemoval, UnexplainedRemoval.channel == compared.channel, at=at):
        if said.key in there and said.later != compared.later:
            reason = f"visas åter: sedd i insamlingen {compared.later}"
            session.add(_ended(said, case=None, reason=reason, at=at, by=by))
            yield said.entry
    session.flush()


def _explain_by_cases(session: Session, channel: str, cases: Sequence[RemovalCase], *, at: datetime, by: str) -> None:
    """End those that a case, entered since, accounts for."""
    for said in in_force(session, UnexplainedRemoval, UnexplainedRemoval.channel == channel, at=at):
        names = [said.key, *([said.permalink] if said.permalink else [])]
        found = next((case for case in cases if accounts_for(case, said.missed, *names)), None)
        if found is not None:
            session.add(_ended(said, case=found.entry, reason=f"ärende {found.entry}", at=at, by=by))
    session.flush()


def _ended(said: UnexplainedRemoval, *, case: str | None, reason: str, at: datetime, by: str) -> UnexplainedRemoval:
    kept: dict[str, Any] = {name: getattr(said, name) for name in _FIELDS} | {"case": case}
    return UnexplainedRemoval(
        entry=said.entry, valid_from=at, recorded_at=at, recorded_by=by, ended=True, reason=reason, **kept
    )


def _row(
    channel: str, gone: Gone, cases: Sequence[RemovalCase], number: int, *, at: datetime, by: str
) -> UnexplainedRemoval:
    undone = next((case for case in cases if case.removed is None and _is_about(case, _names(gone))), None)
    return UnexplainedRemoval(
        entry=str(number),
        valid_from=at,
        recorded_at=at,
        recorded_by=by,
        reason=f"ärende {undone.entry} finns, men säger inte att det är åtgärdat" if undone is not None else None,
        channel=channel,
        what=gone.what,
        kind=gone.kind,
        key=_kept(gone.key),
        permalink=_kept(gone.permalink) if gone.permalink is not None else None,
        own=gone.own,
        along=gone.along,
        text_sha256=gone.text_sha256,
        published=gone.published,
        earlier=gone.earlier,
        seen=gone.seen,
        later=gone.later,
        missed=gone.missed,
    )


def _comparison(compared: Compared, accounted: int, at: datetime) -> ComparisonRow:
    return ComparisonRow(
        channel=compared.channel,
        later=compared.later,
        earlier=" ".join(compared.earlier),
        at=at,
        expected=compared.expected,
        new=compared.new,
        edited=compared.edited,
        vanished=compared.vanished,
        hidden=compared.hidden,
        accounted=accounted,
        undecided=compared.undecided,
        outside=compared.outside,
        missing=compared.missing.sv if compared.missing is not None else None,
    )


def _next_number(session: Session) -> int:
    return 1 + max((int(entry) for entry in session.scalars(select(UnexplainedRemoval.entry).distinct())), default=0)


def _kept(name: str) -> str:
    return name if len(name) <= _LONGEST else f"sha256:{sha256(name.encode()).hexdigest()}"


def _refused(happened: Text, next_step: Text) -> BadInputError:
    return BadInputError(
        happened=happened, safe=Text("Inget har ändrats.", "Nothing was changed."), next_step=next_step
    )
