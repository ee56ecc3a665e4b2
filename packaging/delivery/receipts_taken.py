"""Takes the archive's answers into the ledger: from its return folder, or from an archivist.

Each returned file is taken note of once, with what it came to. An answer is taken of a package that has been sent and
has no answer yet; everything else is a finding for a person, and changes no state. Nothing is removed from the return
folder, and nothing is *mottagen* because nobody objected.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.journey import Journey, Step, happened, journey_of
from delivery.receipts import Answer, Finding, Unreadable, digest, inert, read
from delivery.transport import RETURNS_LIMIT, Returned, Transport
from register.errors import BadInputError
from register.language import Text
from register.store.deliveries import ReturnRow
from register.store.opening import Store

_SENT = (Step.SENDING, Step.STOPPED, Step.SENT, Step.CHECKED)


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What a returned file came to. `number` is its line in the ledger; `object_id` the package, if that is known."""

    number: int
    name: str
    place: str
    finding: Finding
    said: Text
    object_id: str | None
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a look into the return folder came to: what was new there, and whether there may be more than was read."""

    noted: tuple[Noted, ...]
    maybe_more: bool


def take_returns(store: Store, transport: Transport, *, now: datetime) -> Taken:
    """Read what the archive has returned and take its answers into the ledger.

    Args:
        store: The register's database.
        transport: The way to the archive; its return folder is read.
        now: When that is, with a time zone.

    Raises:
        KanalarkivError: the return folder cannot be read; see `delivery.transport.Transport`.
    """
    returned = transport.returns()
    noted = tuple(found for each in returned if (found := _take(store, each, transport.place, now)) is not None)
    return Taken(noted=noted, maybe_more=len(returned) >= RETURNS_LIMIT)


def answer(store: Store, object_id: str, *, received: bool, reason: str | None, at: datetime, by: str) -> Journey:
    """Take an archivist's own answer into the ledger, and return the package's journey.

    An archivist may answer a package that was sent. An answer that there is already may be changed, for a reason; both
    stay in the ledger.

    Raises:
        BadInputError: the package is unknown or was never sent; it is rejected, or an answer changed, without a reason;
            or the same has been answered already.
    """
    said = (reason or "").strip() or None
    with store.writing() as session:
        journey = journey_of(session, object_id)
        if journey is None or journey.state not in (*_SENT, Step.RECEIVED, Step.REJECTED):
            raise _cannot(Text(f"{object_id} är inte skickat.", f"{object_id} has not been sent."))
        step = Step.RECEIVED if received else Step.REJECTED
        if journey.state is step:
            raise _cannot(Text(f"{object_id} är redan {step.label.sv}.", f"{object_id} is already {step.label.en}."))
        if said is None and (not received or journey.answer is not None):
            raise _cannot(Text("Svaret måste ha en orsak.", "The answer must have a reason."))
        _answered(session, journey, step, at=at, by=by, said=said, evidence={"channel": "archivist"})
        after = journey_of(session, object_id)
    assert after is not None  # noqa: S101 - it was there a line ago, and nothing is ever removed
    return after


def notes(session: Session, object_id: str | None = None) -> tuple[Noted, ...]:
    """Return what all returned files came to, or those of one package, in the order they were read."""
    query = select(ReturnRow).order_by(ReturnRow.number)
    if object_id is not None:
        query = query.where(ReturnRow.object_id == object_id)
    return tuple(_noted(row) for row in session.scalars(query))


def contradicted(session: Session, journey: Journey) -> bool:
    """Tell whether the archive has said something else than its answer, and no archivist has answered since."""
    latest = journey.answer
    return latest is not None and any(
        note.finding is Finding.CONTRADICTING and note.read_at >= latest.at
        for note in notes(session, journey.object_id)
    )


def _take(store: Store, returned: Returned, place: str, now: datetime) -> Noted | None:
    """Take note of one file; None if it is known. Its answer and the note of it are written together or not at all."""
    told, by_content, name = read(returned), digest(returned), inert(returned.name)
    with store.writing() as session:
        same = (ReturnRow.place == place, ReturnRow.name == name, ReturnRow.digest == by_content)
        if session.scalar(select(ReturnRow.number).where(*same)) is not None:
            return None
        if isinstance(told, Unreadable):
            finding, said, journey = told.finding, told.said, None
        else:
            journey = _meant(session, told)
            finding, said = _take_answer(session, name, told, journey, now)
        row = ReturnRow(
            place=place,
            name=name,
            digest=by_content,
            read_at=now,
            finding=finding,
            said_sv=said.sv,
            said_en=said.en,
            object_id=journey.object_id if journey else None,
            content=returned.content if isinstance(told, Answer) else None,
        )
        session.add(row)
        session.flush()
        return _noted(row)


def _meant(session: Session, told: Answer) -> Journey | None:
    return next((found for each in told.packages if (found := journey_of(session, each)) is not None), None)


def _take_answer(
    session: Session, name: str, told: Answer, journey: Journey | None, now: datetime
) -> tuple[Finding, Text]:
    """Write the answer in the ledger if it is one to take, and say what it came to."""
    step = Step.RECEIVED if told.received else Step.REJECTED
    answers = Text(step.label.sv, step.label.en)
    if journey is None:
        package = told.packages[0]
        return Finding.UNKNOWN_PACKAGE, Text(
            f"paketet {package} är okänt här", f"the package {package} is unknown here"
        )
    if told.sha256 not in (None, journey.sha256):
        return Finding.OTHER_CHECKSUM, Text(
            f"svarar {answers.sv} om ett paket med annan kontrollsumma ({told.sha256})",
            f"answers {answers.en} about a package with another checksum ({told.sha256})",
        )
    if journey.state is step:
        return Finding.REPEATED, Text(f"svarar {answers.sv} en gång till", f"answers {answers.en} once more")
    if journey.answer is not None:
        had = journey.state.label
        return Finding.CONTRADICTING, Text(
            f"svarar {answers.sv}, men paketet är {had.sv}: fråga e-arkivet och svara i Kanalarkiv",
            f"answers {answers.en}, but the package is {had.en}: ask the archive, and answer in Kanalarkiv",
        )
    if journey.state not in _SENT:
        return Finding.NOT_SENT, Text(
            f"svarar {answers.sv} om ett paket som inte har skickats",
            f"answers {answers.en} about a package that was never sent",
        )
    officer = told.details.get("officer")
    by = f"e-arkivet ({officer}, {name})" if officer else f"e-arkivet ({name})"
    evidence: dict[str, object] = {"channel": "receipt", "file": name, "sha256": told.sha256, **told.details}
    _answered(session, journey, step, at=now, by=by, said=told.reason, evidence=evidence)
    return Finding.TAKEN, answers


def _answered(  # noqa: PLR0913 - what a line of the ledger says
    session: Session,
    journey: Journey,
    step: Step,
    *,
    at: datetime,
    by: str,
    said: str | None,
    evidence: dict[str, object],
) -> None:
    """Write an answer; of a package whose sending was cut off it tells also that it had come."""
    place = next((each.place for each in reversed(journey.happenings) if each.place is not None), None)
    if journey.unsure:
        happened(session, journey.object_id, Step.SENT, at=at, by=by, place=place, said="enligt e-arkivets svar")
    happened(session, journey.object_id, step, at=at, by=by, place=place, said=said, evidence=evidence)


def _noted(row: ReturnRow) -> Noted:
    return Noted(
        number=row.number,
        name=row.name,
        place=row.place,
        finding=Finding(row.finding),
        said=Text(row.said_sv, row.said_en),
        object_id=row.object_id,
        read_at=row.read_at,
    )


def _cannot(happened: Text) -> BadInputError:
    return BadInputError(
        happened=happened,
        safe=Text("Inget har ändrats.", "Nothing was changed."),
        next_step=Text("Se kanalarkiv deliveries show PAKET.", "See kanalarkiv deliveries show PACKAGE."),
    )
