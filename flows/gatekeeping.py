"""How closures stand: what the register says of each, and the ledger of its package."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.journey import Journey, Step, journey_of
from flows.clock import now
from flows.standing import Place
from register.closing.gate import Delivery, Gate, gate
from register.closing.steps import Closure, closure_of
from register.errors import NotAllowedError
from register.known import known
from register.language import Text
from register.store.list_checks import ListCheckRow
from register.store.opening import opened


def stands(place: Place, channel: str) -> Gate:
    """Return how the closure of a channel stands now.

    Raises:
        NotAllowedError: nobody has asked for it.
    """
    at = now()
    with opened(place.database) as store, store.reading() as session:
        return gate_of(session, under_way(session, channel), at)


def gate_of(session: Session, closure: Closure, at: datetime) -> Gate:
    """Return how a closure stands at a moment."""
    checks = session.scalars(select(ListCheckRow).where(ListCheckRow.at <= at).order_by(ListCheckRow.number)).all()
    return gate(known(session), closure, delivery_of(session, closure), checks, at=at)


def delivery_of(session: Session, closure: Closure) -> Delivery | None:
    """Return how far the package of a closure's capture has come, None if the ledger does not know it."""
    preserved = closure.preserved
    journey = journey_of(session, preserved.object_id) if preserved is not None else None
    if journey is None:
        return None
    return Delivery(
        object_id=journey.object_id,
        checked=next((each.at for each in journey.happenings if each.step is Step.CHECKED), None),
        received=_answered(journey, Step.RECEIVED),
        rejected=_answered(journey, Step.REJECTED),
    )


def under_way(session: Session, channel: str) -> Closure:
    """Return the closure of a channel.

    Raises:
        NotAllowedError: nobody has asked for it.
    """
    found = closure_of(session, channel)
    if found is None:
        raise NotAllowedError(
            happened=Text(f"Ingen avveckling av {channel} pågår.", f"No closure of {channel} is under way."),
            safe=Text("Inget har samlats in.", "Nothing was captured."),
            next_step=Text(
                f"Påbörja den: kanalarkiv closure start {channel}.", f"Begin it by: kanalarkiv closure start {channel}."
            ),
        )
    return found


def _answered(journey: Journey, step: Step) -> datetime | None:
    """Return when the archive's latest answer came, if it is this one: a later answer takes an earlier back."""
    return journey.answer.at if journey.answer is not None and journey.answer.step is step else None
