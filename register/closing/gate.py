"""What must be in place before an account may be closed, and before its closure is done: *radera inte kontot än*.

The guideline: "Ansvarig chef och chef över administrations- och kommunikationsenheten informeras då om detta.
Administrations- och kommunikationsenheten ser då till att förteckningen över sociala mediekanaler uppdateras. Vid
avslut av konto bör innehåll och layout bevaras och arkiveras." An account that is gone does not come back: so each
demand is met by evidence, never by that time has passed, and the gate says what is wanted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from register.closing.steps import DESKTOP_FROM, MOBILE_TO, Closure, Preserved, Step
from register.known import Known
from register.language import Text, swedish_time
from register.model import Verdict
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.list_checks import ListCheckRow
from register.store.organisation import Role

TO_BE_TOLD = (Role.MANAGER, Role.HEAD_OF_COMMUNICATION)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How far the package of a closure has come; times are UTC, None is *not yet*."""

    object_id: str
    checked: datetime | None
    received: datetime | None
    rejected: datetime | None


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Something that must be in place: what it is, and `met`, its evidence, or None and then what is `wanting`."""

    what: Text
    met: Text | None
    wanting: Text | None

    @property
    def is_met(self) -> bool:
        """Whether it is in place."""
        return self.met is not None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """How a closure stands.

    `prepared` is what is demanded before the channel is captured for the last time, `kept` what then is demanded before
    the account may be closed, and `after` what is before the closure is done.
    """

    prepared: tuple[Demand, ...]
    kept: tuple[Demand, ...]
    after: tuple[Demand, ...]

    @property
    def before(self) -> tuple[Demand, ...]:
        """All that is demanded before the account may be closed."""
        return (*self.prepared, *self.kept)

    @property
    def is_prepared(self) -> bool:
        """Whether the channel is to be captured for the last time, if that was not done."""
        return all(demand.is_met for demand in self.prepared)

    @property
    def is_open(self) -> bool:
        """Whether the account may be closed (*kontot får avslutas*)."""
        return all(demand.is_met for demand in self.before)

    @property
    def is_done(self) -> bool:
        """Whether nothing of the closure remains."""
        return self.is_open and all(demand.is_met for demand in self.after)


def gate(
    register: Known,
    closure: Closure,
    delivery: Delivery | None,
    list_checks: Sequence[ListCheckRow],
    *,
    at: datetime,
) -> Gate:
    """Return how a closure stands.

    Args:
        register: What the register says.
        closure: What has happened.
        delivery: How far the package of its capture has come; None if there is none in the ledger.
        list_checks: The readings of the public list, oldest first.
        at: The moment that is asked of, with a zone.
    """
    prepared = (
        _decided(register, closure.channel, at),
        *(_told(closure, role) for role in TO_BE_TOLD),
        *(_acknowledged(closure, role) for role in TO_BE_TOLD),
    )
    kept = (_preserved(closure.preserved), *_delivered(closure.preserved, delivery))
    after = (_closed(closure), _registered(register, closure.channel, at), _listed(closure, list_checks))
    return Gate(prepared=prepared, kept=kept, after=after)


def decision_on(register: Known, channel: str, at: datetime) -> ChannelDecision | None:
    """Return the decision in force at a moment to close a channel, None if there is none."""
    found = register.holding(ChannelDecision, at, channel=channel, kind=DecisionKind.CLOSURE)
    return found[0] if found else None


def _decided(register: Known, channel: str, at: datetime) -> Demand:
    decision = decision_on(register, channel, at)
    return Demand(
        what=Text("beslut om att stänga kanalen", "a decision to close the channel"),
        met=_both(f"{decision.reference}, {decision.decided}, {decision.decided_by}") if decision else None,
        wanting=None
        if decision
        else Text(
            "inget beslut av slaget stängning gäller i registret",
            "no decision of the kind stängning is in the register",
        ),
    )


def _told(closure: Closure, role: Role) -> Demand:
    rows = closure.having(Step.TOLD, role)
    return Demand(
        what=Text(f"{role.value} är meddelad", f"the {role.value} is told"),
        met=_both(swedish_time(rows[0].at)) if rows else None,
        wanting=None if rows else Text("inget meddelande har gått fram", "no notice has gone through"),
    )


def _acknowledged(closure: Closure, role: Role) -> Demand:
    rows = closure.having(Step.ACKNOWLEDGED, role)
    return Demand(
        what=Text(f"{role.value} har kvitterat", f"the {role.value} has acknowledged"),
        met=_both(f"{rows[0].by}, {swedish_time(rows[0].at)}") if rows else None,
        wanting=None
        if rows
        else Text(
            f"kvittera med: kanalarkiv closure acknowledge {closure.channel} --who",
            f"acknowledge by: kanalarkiv closure acknowledge {closure.channel} --who",
        ),
    )


def _preserved(kept: Preserved | None) -> Demand:
    what = Text("hela innehållet och layouten är bevarade", "all content and the layout are preserved")
    if kept is None:
        return Demand(what=what, met=None, wanting=Text("kanalen är inte dokumenterad", "the channel is not captured"))
    wanting = tuple(_unkept(kept))
    if wanting:
        return Demand(
            what=what,
            met=None,
            wanting=Text("; ".join(each.sv for each in wanting), "; ".join(each.en for each in wanting)),
        )
    verdict = kept.verdict.label
    return Demand(
        what=what,
        met=Text(f"{kept.object_id}, {verdict.sv}", f"{kept.object_id}, {verdict.en}"),
        wanting=None,
    )


def _unkept(kept: Preserved) -> Iterator[Text]:
    if kept.verdict is Verdict.INCOMPLETE:
        yield Text("insamlingen är ofullständig", "the capture is incomplete")
    if not kept.whole:
        yield Text("insamlingen omfattar inte hela historiken", "the capture is not of the whole history")
    yield from _layout_unkept(kept)
    if kept.originals_lost:
        yield Text(
            f"{kept.originals_lost} bilder eller filmer är inte bevarade i original",
            f"{kept.originals_lost} pictures or films are not preserved as originals",
        )
    if kept.web_archive is None:
        yield Text("webbarkivet saknas", "the web archive is missing")
    elif not kept.web_archive.passed:
        yield Text("webbarkivet går inte att spela upp som kanalen såg ut", "the web archive does not replay")


def _layout_unkept(kept: Preserved) -> Iterator[Text]:
    if max(kept.widths, default=0) < DESKTOP_FROM:
        yield Text("layouten på en dator är inte avbildad", "the layout on a desktop is not pictured")
    if min(kept.widths, default=DESKTOP_FROM) > MOBILE_TO:
        yield Text("layouten i en telefon är inte avbildad", "the layout on a phone is not pictured")
    if kept.about is False:
        yield Text("sidan om kanalen är inte bevarad", "the page about the channel is not preserved")


def _delivered(kept: Preserved | None, delivery: Delivery | None) -> tuple[Demand, Demand]:
    ours = delivery if kept is not None and delivery is not None and delivery.object_id == kept.object_id else None
    arrived, answer = (ours.checked, ours.received) if ours else (None, None)
    rejected = ours is not None and ours.rejected is not None
    unanswered = (
        Text("arkivet har avvisat paketet", "the archive has rejected the package")
        if rejected
        else Text("arkivet har inte svarat", "the archive has not answered")
    )
    received = answer is not None and not rejected
    return (
        Demand(
            what=Text("paketet ligger kontrollerat i e-arkivet", "the package lies in the e-archive, and was checked"),
            met=_both(swedish_time(arrived)) if arrived else None,
            wanting=None if arrived else Text("inget sådant paket är levererat", "no such package was delivered"),
        ),
        Demand(
            what=Text("arkivet har tagit emot paketet", "the archive has received the package"),
            met=_both(swedish_time(answer)) if received and answer else None,
            wanting=None if received else unanswered,
        ),
    )


def _closed(closure: Closure) -> Demand:
    rows = closure.having(Step.CLOSED)
    return Demand(
        what=Text("kontot är avslutat på plattformen", "the account is closed on the platform"),
        met=_both(f"{rows[0].by}, {swedish_time(rows[0].at)}") if rows else None,
        wanting=None
        if rows
        else Text("ingen har intygat att kontot är avslutat", "nobody has attested that the account is closed"),
    )


def _registered(register: Known, channel: str, at: datetime) -> Demand:
    record = register.one(ChannelRecord, channel, at)
    status = record.status if record else ""
    closed = status == ChannelStatus.CLOSED
    return Demand(
        what=Text("registret säger att kanalen är avslutad", "the register says that the channel is closed"),
        met=_both(status) if closed else None,
        wanting=None if closed else Text(f"registret säger {status}", f"the register says {status}"),
    )


def _listed(closure: Closure, list_checks: Sequence[ListCheckRow]) -> Demand:
    closed = closure.having(Step.CLOSED)
    checks = [check for check in list_checks if closed and check.at >= closed[0].at]
    there = bool(checks) and any(drift["kanal"] == closure.channel for drift in checks[-1].drifts)
    met = _both(swedish_time(checks[-1].at)) if checks and not there else None
    wanting = (
        Text("den publicerade listan har kanalen kvar", "the published list still has the channel")
        if there
        else Text(
            "den publicerade listan är inte läst sedan dess: kanalarkiv channels check-list",
            "the published list was not read since: kanalarkiv channels check-list",
        )
    )
    return Demand(
        what=Text("kanalen är borta ur den publicerade listan", "the channel is gone from the published list"),
        met=met,
        wanting=None if met else wanting,
    )


def _both(said: str) -> Text:
    return Text(said, said)
