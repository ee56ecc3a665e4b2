"""What `kanalarkiv difference` does. Texts come from strangers: they are shown short, and steer no terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from capture.documents.look import Fact
from capture.documents.table import Column, Table, TableDocument
from capture.records.difference import Change, Difference, Fate, differ
from capture.records.reading import Record, Seen
from flows.clock import now
from flows.commands import shown
from flows.commands.asking import Place
from flows.commands.pressing import file_table
from flows.commands.telling import language, person, say, tell_json
from flows.rereading import record_at
from register.changes import entering
from register.errors import BadInputError, ExitCode
from register.language import Text, swedish_time
from register.store.cases import RemovalCase
from register.store.changes import UnexplainedRemoval
from register.store.history import in_force
from register.store.opening import FILE_NAME

_LONG = 160  # characters of a text in a table
_HEADINGS = (
    Text("vad", "what"),
    Text("slag", "kind"),
    Text("avsändare", "author"),
    Text("publicerat", "published"),
    Text("text", "text"),
    Text("var", "where"),
    Text("ärende eller skäl", "case or reason"),
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a difference is wanted: as JSON; as a PDF too; with what is new told one by one."""

    as_json: bool
    pdf: Path | None
    new: bool


def compare(place: Place, earlier: Path, later: Path, wish: Wish) -> None:
    """Show what became of what one capture saw in another; end with the code of what is incomplete if it is not known.

    Raises:
        BadInputError: one of them is no capture, or they cannot be compared.
    """
    before, after = record_at(earlier), record_at(later)
    found, cases = differ(before, after), _cases(place)
    if wish.pdf is not None:
        file_table(_document(before, after, found, cases), wish.pdf, made=now())
    if wish.as_json:
        tell_json(_as_json(found, cases))
    else:
        listed = [change for change in found.changes if wish.new or change.fate is not Fate.NEW]
        shown.table(
            Text(f"Skillnader i {found.url}", f"Differences in {found.url}"),
            _HEADINGS,
            [_cells(change, found, cases) for change in listed],
        )
        say(_counted(found))
        for remark in _remarks(found):
            say(remark)
    if found.of(Fate.UNDECIDED):
        raise typer.Exit(ExitCode.INCOMPLETE)


def list_removals(place: Place, *, every: bool, as_json: bool) -> None:
    """Show what vanished without a case; with `every`, also what has been explained."""
    with place.opened() as store, store.reading() as session:
        rows = _latest(session.scalars(UnexplainedRemoval.among()).all())
    rows = [row for row in rows if every or not row.ended]
    if as_json:
        tell_json([_row_as_json(row) for row in rows])
        return
    shown.table(
        Text("Oförklarat borttaget", "Removed without explanation"),
        (
            Text("nr", "no."),
            Text("kanal", "channel"),
            Text("vad", "what"),
            Text("slag", "kind"),
            Text("med svar", "with answers"),
            Text("var", "where"),
            Text("sågs", "seen"),
            Text("saknas", "gone"),
            Text("ärende eller skäl", "case or reason"),
        ),
        [
            (
                row.entry,
                row.channel,
                row.what,
                row.kind,
                str(row.along or ""),
                row.permalink or row.key,
                swedish_time(row.seen),
                swedish_time(row.missed),
                row.reason or "",
            )
            for row in rows
        ],
    )


def explain(place: Place, number: str, *, case: str | None, reason: str | None, who: str) -> None:
    """Explain what vanished.

    Raises:
        BadInputError: neither a case nor a reason is given; or see `entering.explain`.
    """
    if case is None and reason is None:
        raise BadInputError(
            happened=Text("Varken ärende eller skäl anges.", "Neither a case nor a reason is given."),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text(
                f"Ange --case ID, eller --reason ”{entering.UNKNOWN}”.",
                f'Give --case ID, or --reason "{entering.UNKNOWN}".',
            ),
        )
    with place.opened() as store:
        entering.explain(store, number, case=case, reason=reason, at=now(), by=person(who))
    say(Text(f"Borttagande {number} är förklarat.", f"Removal {number} is explained."))


def _cases(place: Place) -> Sequence[RemovalCase]:
    """Return the cases of the register, none where there is no register."""
    file = place.database or str(place.into / FILE_NAME)
    if "://" not in file and not Path(file).is_file():
        return ()
    with place.opened() as store, store.reading() as session:
        return in_force(session, RemovalCase, at=now())


def _case_of(change: Change, found: Difference, cases: Sequence[RemovalCase]) -> str | None:
    if change.fate not in (Fate.VANISHED, Fate.HIDDEN):
        return None
    item = change.item
    names = [name for name in (item.key, item.parent_key, item.post_key) if name]
    return next((case.entry for case in cases if entering.accounts_for(case, found.later_began, *names)), None)


def _cells(change: Change, found: Difference, cases: Sequence[RemovalCase]) -> tuple[str, ...]:
    spoken, item = language(), change.item
    case = _case_of(change, found, cases)
    why = change.why.spoken(spoken) if change.why is not None else ""
    if change.went_with is not None and change.why is None:
        why = Text(f"försvann med {change.went_with}", f"went with {change.went_with}").spoken(spoken)
    return (
        change.fate.label.spoken(spoken),
        _KINDS[item.kind].spoken(spoken),
        item.author,
        swedish_time(item.published) if item.published is not None else "",
        _texts(change),
        item.key,
        case or why,
    )


def _texts(change: Change) -> str:
    if change.before is not None and change.after is not None:
        return f"{_short(change.before)} → {_short(change.after)}"
    return _short(change.item)


def _short(seen: Seen) -> str:
    text = " ".join(seen.text.split())
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _counted(found: Difference) -> Text:
    numbers = {fate: len(found.of(fate)) for fate in Fate}
    told = [f"{fate.value} {number}" for fate, number in numbers.items()]
    in_english = [f"{fate.label.en} {number}" for fate, number in numbers.items()]
    return Text(
        f"{found.expected} skulle ses igen: {found.same} som förut; {', '.join(told)}. "
        f"{found.outside} ligger utanför den senare insamlingens period.",
        f"{found.expected} were to be seen again: {found.same} as before; {', '.join(in_english)}. "
        f"{found.outside} lie outside the period of the later capture.",
    )


def _remarks(found: Difference) -> list[Text]:
    if not found.outside:
        return []
    return [
        Text(
            "En insamling av en period ser bara den: jämför med en insamling av hela historiken (--whole) för resten.",
            "A capture of a period sees that only: compare with one of the whole history (--whole) for the rest.",
        )
    ]


def _as_json(found: Difference, cases: Sequence[RemovalCase]) -> object:
    return {
        "kanal": found.url,
        "senare_började": found.later_began.isoformat(),
        "skulle_ses": found.expected,
        "som_förut": found.same,
        "utanför_perioden": found.outside,
        "ändringar": [
            {
                "vad": change.fate.value,
                "slag": change.item.kind.value,
                "nyckel": change.item.key,
                "permalänk": change.item.permalink,
                "avsändare": change.item.author,
                "publicerat": _iso(change.item.published),
                "före": change.before.text if change.before is not None else None,
                "efter": change.after.text if change.after is not None else None,
                "senast_sedd": _iso(change.last_seen),
                "försvann_med": change.went_with,
                "varför": change.why._asdict() if change.why is not None else None,
                "ärende": _case_of(change, found, cases),
            }
            for change in found.changes
        ],
    }


def _document(before: Record, after: Record, found: Difference, cases: Sequence[RemovalCase]) -> TableDocument:
    return TableDocument(
        kind=Text("Skillnaden mellan två insamlingar", "The difference of two captures"),
        title=Text(f"{after.name}: vad som har ändrats", f"{after.name}: what has changed"),
        lead=Text(
            "Det som är ändrat, försvunnet eller dolt, och det som inte kan avgöras, med skälet. Det nya räknas bara.",
            "What is edited, vanished or hidden, and what cannot be decided, with the reason. What is new is counted.",
        ),
        facts=(
            Fact(label=Text("Kanal", "Channel"), said=after.url),
            Fact(label=Text("Tidigare insamling", "Earlier capture"), said=swedish_time(before.started)),
            Fact(label=Text("Senare insamling", "Later capture"), said=swedish_time(after.started)),
            Fact(label=Text("Intyg", "Statement"), said=after.account.verdict.label),
            Fact(label=Text("I tal", "In numbers"), said=_counted(found)),
        ),
        table=Table(
            columns=tuple(Column(label=heading) for heading in _HEADINGS),
            rows=[_cells(change, found, cases) for change in found.changes if change.fate is not Fate.NEW],
        ),
        empty=Text("Inget har ändrats eller försvunnit.", "Nothing has changed or vanished."),
    )


def _latest(rows: Sequence[UnexplainedRemoval]) -> list[UnexplainedRemoval]:
    latest = {row.entry: row for row in rows}
    return sorted(latest.values(), key=lambda row: int(row.entry))


def _row_as_json(row: UnexplainedRemoval) -> object:
    return {
        "nummer": row.entry,
        "kanal": row.channel,
        "vad": row.what,
        "slag": row.kind,
        "nyckel": row.key,
        "permalänk": row.permalink,
        "eget": row.own,
        "svar_som_försvann_med": row.along,
        "publicerat": _iso(row.published),
        "text_sha256": row.text_sha256,
        "tidigare": row.earlier,
        "sågs": _iso(row.seen),
        "senare": row.later,
        "saknas": _iso(row.missed),
        "förklarat": row.ended,
        "ärende": row.case,
        "skäl": row.reason,
        "av": row.recorded_by,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


_KINDS = {
    "post": Text("inlägg", "post"),
    "comment": Text("kommentar", "comment"),
    "reply": Text("svar", "reply"),
}
