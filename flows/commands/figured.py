"""What `kanalarkiv figures` does: each number with what it rests on, and *minst* where something was not seen."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import typer

from capture.documents.look import Fact
from capture.documents.table import Column, Table, TableDocument
from capture.records.legal import spreadsheet_cell
from flows import comparing
from flows.clock import now
from flows.commands import shown
from flows.commands.asking import Place
from flows.commands.pressing import file_table
from flows.commands.telling import language, say, tell_json
from flows.workspace import Workspace
from register.calendar.halves import HalfYear
from register.changes.reported import Reported, Summed, report, summed
from register.errors import BadInputError
from register.language import Text, swedish_time
from register.model import Verdict
from register.store.changes import HalfYearFigures

_HEADINGS = (
    Text("förvaltning", "förvaltning"),
    Text("kanal", "channel"),
    Text("inlägg", "posts"),
    Text("kommentarer", "comments"),
    Text("egna svar", "own answers"),
    Text("frågor", "questions"),
    Text("utan svar i insamlingarna", "without an answer in the captures"),
    Text("svarstid, median", "answer time, median"),
    Text("längsta", "longest"),
    Text("borttagna i ärende", "removed in a case"),
    Text("insamlingar", "captures"),
)
RULE = Text(
    "En fråga är en kommentar av någon annan än kanalen som slutar med frågetecken eller börjar som en fråga. Svar är "
    "det första som kanalen skrev efter den i samma tråd, eller som egen kommentar till den som frågade. Reaktioner "
    "finns inte i uppgifterna. ”Minst”: något har inte setts, se anmärkningarna.",
    "A question is a comment by somebody else than the channel that ends with a question mark or begins as a question. "
    "Its answer is the first that the channel wrote after it in the same thread, or as a comment to whoever asked. "
    'Reactions are not in the records. "At least": something was not seen, see the remarks.',
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Of which half-year and förvaltning; whether unanswered questions are listed; whether it is counted anew first."""

    half: HalfYear
    administration: str | None
    unanswered: bool
    anew: bool


def half_of(word: str) -> HalfYear:
    """Return the half-year that a person writes as 2026-2.

    Raises:
        BadInputError: it is none.
    """
    try:
        return HalfYear.named(word.strip())
    except ValueError:
        raise BadInputError(
            happened=Text(f"{word} är inget halvår.", f"{word} is no half-year."),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text("Skriv 2026-1 för januari–juni, 2026-2 för juli–december.", "Write 2026-1 or 2026-2."),
        ) from None


def figures(place: Place, wanted: Wanted, *, as_json: bool, as_csv: bool, pdf: Path | None) -> None:
    """Show the figures of a half-year, as a table, JSON, CSV or PDF/A."""
    at = now()
    with place.opened() as store:
        with store.reading() as session:
            found = report(session, wanted.half, at=at, administration=wanted.administration)
        if wanted.anew:
            workspace = Workspace(root=place.into.absolute())
            for each in found:
                comparing.count_anew(store, workspace, each.channel.entry, at=at)
            with store.reading() as session:
                found = report(session, wanted.half, at=at, administration=wanted.administration)
    if pdf is not None:
        file_table(_document(found, wanted.half, swedish_time(at)), pdf, made=at)
    elif as_json:
        tell_json(_as_json(found, wanted.half))
    elif as_csv:
        typer.echo(_as_csv(found), nl=False)
    else:
        _tell(found, wanted)


def _tell(found: Sequence[Reported], wanted: Wanted) -> None:
    shown.table(wanted.half.told, _HEADINGS, list(_rows(found)))
    if wanted.unanswered:
        shown.table(
            Text("Frågor utan svar i insamlingarna", "Questions without an answer in the captures"),
            (Text("kanal", "channel"), Text("ställd", "asked"), Text("var", "where")),
            [
                (each.channel.name, str(one["asked"] or "")[:10], str(one["link"]))
                for each in found
                if each.figures is not None
                for one in each.figures.unanswered_list
            ],
        )
    say(RULE)
    for remark in _remarks(found):
        say(remark)


def _rows(found: Sequence[Reported]) -> Iterator[tuple[str, ...]]:
    for administration, channels in groupby(found, key=lambda each: each.channel.administration):
        together = list(channels)
        for each in together:
            yield _row(each)
        yield _sum_row(administration, summed(together))
    if found:
        yield _sum_row(Text("alla", "all").spoken(language()), summed(found))


def _row(each: Reported) -> tuple[str, ...]:
    figures = each.figures
    numbers = ("–",) * 7 if figures is None else _numbers(figures)
    return (each.channel.administration, each.channel.name, *numbers, str(each.removals), _captures(each))


def _numbers(figures: HalfYearFigures) -> tuple[str, ...]:
    least = figures.at_least
    return (
        _at_least(figures.posts, least),
        _at_least(figures.comments, least),
        _at_least(figures.own_answers, least),
        _at_least(figures.questions, least),
        str(figures.unanswered),
        _duration(figures.median_seconds),
        _duration(figures.longest_seconds),
    )


def _sum_row(name: str, sums: Summed) -> tuple[str, ...]:
    channels = Text(f"summa, {sums.channels} kanaler", f"sum, {sums.channels} channels").spoken(language())
    return (
        name,
        channels,
        *(_at_least(number, sums.at_least) for number in (sums.posts, sums.comments, sums.own_answers, sums.questions)),
        str(sums.unanswered),
        "",
        "",
        str(sums.removals),
        str(sums.captures),
    )


def _captures(each: Reported) -> str:
    spoken = language()
    verdicts = Counter(row.verdict for row in each.captures)
    told = ", ".join(
        f"{number} {Verdict(verdict).label.spoken(spoken)}" for verdict, number in sorted(verdicts.items())
    )
    return told or "0"


def _at_least(number: int, least: bool) -> str:
    return Text(f"minst {number}", f"at least {number}").spoken(language()) if least else str(number)


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 2 * 86400:
        return f"{seconds / 3600:.1f} h"
    return Text(f"{seconds / 86400:.1f} dygn", f"{seconds / 86400:.1f} days").spoken(language())


def _remarks(found: Sequence[Reported]) -> Iterator[Text]:
    for each in found:
        name = each.channel.name
        if each.figures is None:
            yield Text(f"{name}: ingen insamling att räkna ur.", f"{name}: no capture to count from.")
            continue
        rests = ", ".join(str(one["run"]) for one in each.figures.rests_on)
        yield Text(f"{name}: räknat ur {rests}.", f"{name}: counted from {rests}.")
        for gap in each.figures.gaps:
            yield Text(f"{name}: {gap['sv']}.", f"{name}: {gap['en']}.")


def _as_json(found: Sequence[Reported], half: HalfYear) -> object:
    return {
        "halvår": half.name,
        "regel": RULE._asdict(),
        "kanaler": [_channel_as_json(each) for each in found],
        "summor": {
            administration: _sums_as_json(list(channels))
            for administration, channels in groupby(found, key=lambda each: each.channel.administration)
        },
    }


def _channel_as_json(each: Reported) -> dict[str, object]:
    told: dict[str, object] = {
        "kanal": each.channel.entry,
        "namn": each.channel.name,
        "förvaltning": each.channel.administration,
        "borttagna_i_ärende": each.removals,
        "insamlingar": [
            {"körning": row.run, "utslag": row.verdict, "avslutad": row.ended.isoformat()} for row in each.captures
        ],
        "siffror": None,
    }
    figures = each.figures
    if figures is not None:
        told["siffror"] = {
            "inlägg": figures.posts,
            "egna_inlägg": figures.own_posts,
            "kommentarer": figures.comments,
            "egna_svar": figures.own_answers,
            "frågor": figures.questions,
            "besvarade": figures.answered,
            "svarstid_median_sekunder": figures.median_seconds,
            "svarstid_längsta_sekunder": figures.longest_seconds,
            "svarstider_kända": figures.timed,
            "utan_tid": figures.undated,
            "reaktioner": None,
            "minst": figures.at_least,
            "till": figures.until.isoformat(),
            "räknat": figures.recorded_at.isoformat(),
            "vilar_på": figures.rests_on,
            "ej_sett": figures.gaps,
            "obesvarade": figures.unanswered_list,
        }
    return told


def _sums_as_json(channels: Sequence[Reported]) -> dict[str, object]:
    sums = summed(channels)
    return {
        "kanaler": sums.channels,
        "inlägg": sums.posts,
        "kommentarer": sums.comments,
        "egna_svar": sums.own_answers,
        "frågor": sums.questions,
        "obesvarade": sums.unanswered,
        "borttagna_i_ärende": sums.removals,
        "insamlingar": sums.captures,
        "minst": sums.at_least,
    }


def _as_csv(found: Sequence[Reported]) -> str:
    """Return the channels as CSV, with semicolons and a byte order mark as Swedish Excel reads it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    spoken = language()
    writer.writerow([*(heading.spoken(spoken) for heading in _HEADINGS), Text("ej sett", "not seen").spoken(spoken)])
    for each in found:
        unseen = "; ".join(str(gap["sv"]) for gap in (each.figures.gaps if each.figures is not None else ()))
        writer.writerow(map(spreadsheet_cell, (*_row(each), unseen)))
    return f"\ufeff{out.getvalue()}"


def _document(found: Sequence[Reported], half: HalfYear, made: str) -> TableDocument:
    return TableDocument(
        kind=Text("Uppföljning av sociala medier", "Follow-up of social media"),
        title=Text(f"Siffror för {half.told.sv}", f"Figures of {half.told.en}"),
        lead=RULE,
        facts=(
            Fact(label=Text("Framställd", "Made"), said=made),
            Fact(label=Text("Kanaler", "Channels"), said=str(len(found))),
        ),
        table=Table(
            columns=tuple(Column(label=heading, numbers=2 <= place <= 6) for place, heading in enumerate(_HEADINGS)),
            rows=list(_rows(found)),
        ),
        empty=Text("Ingen kanal.", "No channel."),
        findings=list(_remarks(found)),
    )
