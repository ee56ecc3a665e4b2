"""What captures held against each other showed: removals that nobody explains, comparisons left open, open questions.

The guideline asks for a case also of what is unpublished or hidden, and that questions are answered promptly. Who took
something away is not known: a visitor may have removed their own. So the finding asks for a case or for a word.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from register.attention.finding import GRACE, Finding, FindingKind, Responsible, day_of, of_channel
from register.calendar.halves import HalfYear
from register.changes.asked import Changes, Counted
from register.known import Known
from register.language import Text, swedish_time
from register.store.attestations import Attestation
from register.store.changes import ComparisonRow, Disappearance, UnexplainedRemoval
from register.store.channels import ChannelRecord
from register.store.organisation import Person, Role

VISIBLE_ITEMS = 41
QUESTIONS = 23
PROMPTLY = timedelta(days=7)
"""How long a question may stand unanswered. The guideline says *skyndsamt*; the number is ours."""

_SHOWN = 200  # characters of an address


def of_removals(register: Known, changes: Changes, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    """Yield what vanished from a channel and nobody has explained, and what its comparisons left open."""
    responsible = _responsible(register, channel, at)
    for said in changes.unexplained.get(channel.entry, ()):
        yield Finding(
            kind=FindingKind.UNEXPLAINED_REMOVAL,
            channel=channel.entry,
            said=_removed(channel, said),
            responsible=responsible,
            since=said.valid_from,
            due=day_of(said.valid_from + GRACE),
            duty=VISIBLE_ITEMS,
        )
    latest = changes.left_open.get(channel.entry)
    if latest is not None and not _looked_after(register, latest, at):
        yield Finding(
            kind=FindingKind.COMPARISON_OPEN,
            channel=channel.entry,
            said=_left_open(channel, latest),
            responsible=responsible,
            since=latest.at,
            due=day_of(latest.at + GRACE),
            duty=VISIBLE_ITEMS,
        )


def of_questions(register: Known, changes: Changes, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    """Yield the half-years, this one and the last, in which questions stand unanswered for longer than promptly."""
    for counted in recent(changes, channel.entry, at):
        oldest = counted.oldest_unanswered
        if not counted.unanswered or oldest is None or at - oldest < PROMPTLY:
            continue
        yield Finding(
            kind=FindingKind.UNANSWERED,
            channel=channel.entry,
            said=Text(
                f"{channel.name}: {counted.unanswered} av {counted.questions} frågor under {counted.half} saknade svar "
                f"i insamlingarna, den äldsta från {day_of(oldest)}",
                f"{channel.name}: {counted.unanswered} of {counted.questions} questions of {counted.half} had no "
                f"answer in the captures, the oldest of {day_of(oldest)}",
            ),
            responsible=_responsible(register, channel, at),
            since=counted.told,
            due=day_of(counted.told + PROMPTLY),
            duty=QUESTIONS,
        )


def recent(changes: Changes, channel: str, at: datetime) -> tuple[Counted, ...]:
    """Return the figures of a channel in the half-year of a moment and the one before it."""
    now = HalfYear.of(at)
    return tuple(
        counted
        for counted in changes.counted.get(channel, ())
        if counted.half == now.name or HalfYear.named(counted.half).next == now
    )


def _looked_after(register: Known, latest: ComparisonRow, at: datetime) -> bool:
    """Return whether somebody vouches that they have looked by hand at what a comparison left open."""
    said = register.holding(Attestation, at, duty=VISIBLE_ITEMS, channel=latest.channel)
    return any(each.day >= day_of(latest.at) for each in said)


def _left_open(channel: ChannelRecord, latest: ComparisonRow) -> Text:
    said = []
    if latest.undecided:
        said.append(
            Text(
                f"om {latest.undecided} inlägg och kommentarer är borta kan inte avgöras",
                f"whether {latest.undecided} posts and comments are gone cannot be decided",
            )
        )
    if latest.missing is not None:
        said.append(Text(f"allt kunde inte jämföras ({latest.missing})", f"not all was compared ({latest.missing})"))
    sv, en = ("; ".join(text[language] for text in said) for language in (0, 1))
    return Text(
        f"{channel.name}, jämförelsen {swedish_time(latest.at)}: {sv}; samla in hela historiken, eller se efter för "
        f"hand och intyga plikt {VISIBLE_ITEMS}",
        f"{channel.name}, comparison of {swedish_time(latest.at)}: {en}; capture the whole history, or look by "
        f"hand and attest duty {VISIBLE_ITEMS}",
    )


def _removed(channel: ChannelRecord, said: UnexplainedRemoval) -> Text:
    what = _KINDS[said.kind]
    where = said.permalink or said.key
    where = where if len(where) <= _SHOWN else f"{where[:_SHOWN]}…"
    became = Text("dold", "hidden") if said.what == Disappearance.HIDDEN else Text("borta", "gone")
    along = Text(f" med {said.along} svar", f" with {said.along} answers") if said.along else Text("", "")
    seen, missed = swedish_time(said.seen), swedish_time(said.missed)
    return Text(
        f"{channel.name}: oförklarat borttagande {said.entry}: {what.sv}{along.sv}, {where}, sågs {seen} och var "
        f"{became.sv} {missed}; ange ärende eller skäl",
        f"{channel.name}: unexplained removal {said.entry}: {what.en}{along.en}, {where}, was seen {seen} and was "
        f"{became.en} {missed}; give a case or a reason",
    )


def _responsible(register: Known, channel: ChannelRecord, at: datetime) -> Responsible:
    person = register.one(Person, channel.responsible, at)
    if person is None:
        return of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
    return Responsible(role="dagligt ansvarig", people=(person,))


_KINDS = {
    "post": Text("inlägg", "post"),
    "comment": Text("kommentar", "comment"),
    "reply": Text("svar", "reply"),
}
