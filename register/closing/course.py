"""Entering what happens to a closure, each step by whoever may; what may not be is refused, and nothing is entered."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session, class_mapper

from register.attention.finding import holders
from register.closing.gate import TO_BE_TOLD, Delivery, decision_on, gate
from register.closing.steps import Closure, Preserved, Step, closure_of
from register.errors import NotAllowedError
from register.known import Known, known
from register.language import Text
from register.rules import record
from register.store.channel_decisions import ChannelDecision
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.closures import ClosureRow
from register.store.organisation import Person, Role

S = TypeVar("S", ChannelRecord, ChannelDecision)

_NOTHING = Text("Inget har skrivits i registret.", "Nothing was entered in the register.")


def begin(session: Session, channel: str, *, at: datetime, by: str) -> Closure:
    """Begin the closure of a channel, or return the one that is under way; the decision may come later.

    Args:
        session: of `Store.writing`.
        channel: The channel's entry.
        at: The time, with a zone.
        by: The entry of the person who asks for it, or the program and its version.

    Raises:
        NotAllowedError: there is no such channel in the register, or it is closed already.
    """
    under_way = closure_of(session, channel)
    if under_way is not None:
        return under_way
    said = known(session).one(ChannelRecord, channel, at)
    if said is None or said.status == ChannelStatus.CLOSED:
        raise NotAllowedError(
            happened=Text(
                f"{channel} finns inte i registret." if said is None else f"{said.name} är redan avslutad.",
                f"{channel} is not in the register." if said is None else f"{said.name} is closed already.",
            ),
            safe=_NOTHING,
            next_step=Text(
                "Se vilka kanaler som finns med: kanalarkiv channels list.",
                "See which channels there are by: kanalarkiv channels list.",
            ),
        )
    return _entered(session, channel, Step.BEGUN, at=at, by=by)


def told(session: Session, channel: str, role: Role, *, at: datetime, by: str) -> Closure:
    """Enter that whoever holds `role` was told; see `acknowledged`."""
    _under_way(session, channel)
    return _entered(session, channel, Step.TOLD, at=at, by=by, role=role)


def acknowledged(session: Session, channel: str, person: str, *, at: datetime) -> Closure:
    """Enter that a person acknowledges that the channel is to be closed, as all that they are to be told as.

    Raises:
        NotAllowedError: no closure is under way, or the person is neither the manager nor the head of communication.
    """
    _under_way(session, channel)
    register = known(session)
    roles = [role for role in TO_BE_TOLD if person in {each.entry for each in to_tell(register, channel, role, at)}]
    if not roles:
        names = ", ".join(each.name for role in TO_BE_TOLD for each in to_tell(register, channel, role, at))
        raise NotAllowedError(
            happened=Text(
                f"{person} är varken ansvarig chef eller kommunikationschef för kanalen.",
                f"{person} is neither the manager responsible nor the head of communication for the channel.",
            ),
            safe=_NOTHING,
            next_step=Text(
                f"De som ska kvittera är: {names or 'ingen i registret; skriv in rollerna'}.",
                f"Those who are to acknowledge are: {names or 'nobody in the register; enter the roles'}.",
            ),
        )
    for role in roles:
        _entered(session, channel, Step.ACKNOWLEDGED, at=at, by=person, role=role)
    return _under_way(session, channel)


def preserved(session: Session, channel: str, kept: Preserved, *, at: datetime, by: str) -> Closure:
    """Enter what a capture kept of the channel; the same capture is entered once.

    Raises:
        NotAllowedError: no closure is under way.
    """
    under_way = _under_way(session, channel)
    if under_way.preserved == kept:
        return under_way
    return _entered(session, channel, Step.PRESERVED, at=at, by=by, evidence=kept.model_dump(mode="json"))


def may_close(session: Session, channel: str, *, at: datetime, by: str) -> Closure:
    """Enter that those whom it concerns were told that the account may be closed."""
    _under_way(session, channel)
    return _entered(session, channel, Step.MAY_CLOSE, at=at, by=by)


def closed(session: Session, channel: str, person: str, delivery: Delivery | None, *, at: datetime) -> Closure:
    """Enter a person's word that the account is closed on its platform, and that the channel is *avslutad*.

    The decision then says when the manager and the head of communication were informed.

    Raises:
        NotAllowedError: no closure is under way, or the gate is shut: what is wanting is said.
    """
    under_way, register = _under_way(session, channel), known(session)
    if under_way.having(Step.CLOSED):
        return under_way
    wanting = [each for each in gate(register, under_way, delivery, (), at=at).before if each.wanting]
    decision, said = decision_on(register, channel, at), register.one(ChannelRecord, channel, at)
    if wanting or decision is None or said is None:
        raise NotAllowedError(
            happened=Text(
                "Kontot får inte avslutas än: "
                + "; ".join(f"{w.what.sv}: {w.wanting.sv}" for w in wanting if w.wanting),
                "The account may not be closed yet: "
                + "; ".join(f"{w.what.en}: {w.wanting.en}" for w in wanting if w.wanting),
            ),
            safe=_NOTHING,
            next_step=Text(
                "Avsluta inte kontot. Se vad som återstår: kanalarkiv closure status.",
                "Do not close the account. See what remains by: kanalarkiv closure status.",
            ),
        )
    _entered(session, channel, Step.CLOSED, at=at, by=person)
    informed = {role: under_way.having(Step.TOLD, role)[0].at.date() for role in TO_BE_TOLD}
    record(
        session,
        _said_anew(said, at, person, status=ChannelStatus.CLOSED),
        _said_anew(
            decision,
            at,
            person,
            manager_informed=informed[Role.MANAGER],
            communication_informed=informed[Role.HEAD_OF_COMMUNICATION],
        ),
    )
    return _under_way(session, channel)


def withdrawn(session: Session, channel: str, person: str, reason: str, *, at: datetime) -> None:
    """Enter that the account is not to be closed after all, and why.

    Raises:
        NotAllowedError: no closure is under way, or the account is closed already.
    """
    if _under_way(session, channel).having(Step.CLOSED):
        raise NotAllowedError(
            happened=Text("Kontot är redan avslutat.", "The account is closed already."),
            safe=_NOTHING,
            next_step=Text(
                "Öppnas kanalen igen behövs ett nytt beslut om öppning.",
                "If the channel is opened again a new decision to open it is needed.",
            ),
        )
    _entered(session, channel, Step.WITHDRAWN, at=at, by=person, said=reason)


def to_tell(register: Known, channel: str, role: Role, at: datetime) -> tuple[Person, ...]:
    """Return who is to be told of a closure as the holder of `role`: in the channel's förvaltning, or for all."""
    said = register.one(ChannelRecord, channel, at)
    return holders(register, role, at, administration=said.administration if said else None)


def _said_anew(said: S, at: datetime, by: str, **changed: Any) -> S:
    """Return what a statement says, but for what has changed, from `at`."""
    values = {
        each.key: getattr(said, each.key) for each in class_mapper(type(said)).column_attrs if each.key != "version"
    }
    return type(said)(**{**values, "valid_from": at, "recorded_at": at, "recorded_by": by, **changed})


def _under_way(session: Session, channel: str) -> Closure:
    found = closure_of(session, channel)
    if found is None:
        raise NotAllowedError(
            happened=Text(f"Ingen avveckling av {channel} pågår.", f"No closure of {channel} is under way."),
            safe=_NOTHING,
            next_step=Text(
                f"Påbörja den: kanalarkiv closure start {channel}.", f"Begin it by: kanalarkiv closure start {channel}."
            ),
        )
    return found


def _entered(  # noqa: PLR0913 - the parts of a row
    session: Session,
    channel: str,
    step: Step,
    *,
    at: datetime,
    by: str,
    role: Role | None = None,
    evidence: dict[str, Any] | None = None,
    said: str | None = None,
) -> Closure:
    session.add(ClosureRow(channel=channel, step=step, at=at, by=by, role=role, evidence=evidence, said=said))
    session.flush()
    return closure_of(session, channel) or Closure(channel=channel, steps=())
