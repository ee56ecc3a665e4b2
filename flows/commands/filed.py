"""The duties, and withdrawn consents, as documents that can be filed: PDF/A, judged before it is given its name."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from capture.documents.look import Fact
from capture.documents.table import Column, Table, TableDocument
from flows.clock import now
from flows.commands.asking import Asked
from flows.commands.pressing import file_table
from flows.commands.shown import day
from register.consents import Concerned, PostState
from register.duties import DutyThen, evaluated
from register.language import Text, swedish_time


def file_duties(asked: Asked, out: Path) -> None:
    """Write how it was with each duty at the moment that is asked of, as PDF/A-2a.

    Args:
        asked: Of which register, and which moment.
        out: The PDF to write; one of that name is replaced when the new one is finished.

    Raises:
        BadInputError: `out` cannot be written, or is not called `.pdf`.
        NotPdfAError: the judges refuse it; nothing is written.
        MissingProgramError: there is no Chromium or no Java.
    """
    at, made = asked.moment(), now()
    found = evaluated(asked.register(happened=True), at)
    file_table(_document(found, at=at, known_at=asked.known_moment(), made=made), out, made=made)


def file_withdrawn(
    found: Sequence[Concerned],
    rows: Sequence[Sequence[str | Text]],
    headings: Sequence[Text],
    *,
    at: datetime,
    out: Path,
) -> None:
    """Write the posts of withdrawn consents, and which are still to be taken down, as PDF/A-2a; see `file_duties`.

    Args:
        found: The posts.
        rows: Their cells.
        headings: The heading of each column.
        at: The moment that it holds of.
        out: The PDF to write.
    """
    made = now()
    remaining = sum(each.state is not PostState.DOWN for each in found)
    document = TableDocument(
        kind=Text("Samtycken för bild och film", "Consents for pictures and film"),
        title=Text(f"Återkallade samtycken {day(at)}", f"Withdrawn consents {day(at)}"),
        lead=Text(
            "Inlägg som återkallade samtycken gäller, och om de är nedtagna. Blanketten finns där beteckningen säger.",
            "Posts of withdrawn consents, and whether they are down. The forms are where the reference says.",
        ),
        facts=(
            Fact(label=Text("Gäller", "Holds of"), said=swedish_time(at)),
            Fact(label=Text("Framställd", "Made"), said=swedish_time(made)),
            Fact(label=Text("Kvar att ta ned", "Still to be taken down"), said=f"{remaining} / {len(found)}"),
        ),
        table=Table(columns=tuple(Column(label=heading) for heading in headings), rows=rows),
        empty=Text("Inget samtycke är återkallat.", "No consent is withdrawn."),
    )
    file_table(document, out, made=made)


def _document(found: Sequence[DutyThen], *, at: datetime, known_at: datetime | None, made: datetime) -> TableDocument:
    states = Counter(each.state for each in found)
    counted = ", ".join(f"{state.value} {number}" for state, number in states.items())
    known = Text("nu", "now") if known_at is None else swedish_time(known_at)
    return TableDocument(
        kind=Text("Riktlinje för sociala medier", "Guideline for social media"),
        title=Text(f"Plikterna {day(at)}", f"The duties on {day(at)}"),
        lead=Text(
            "Riktlinjens plikter, hur det var med var och en, och vad det vilar på. ”Ej prövad” är inte uppfylld: det "
            "visas av annat än registret.",
            "The duties of the guideline, how it was with each, and what that rests on. What was not tried is not met: "
            "something else than the register shows it.",
        ),
        facts=(
            Fact(label=Text("Gäller", "Holds of"), said=swedish_time(at)),
            Fact(label=Text("Som registret såg ut", "As the register was"), said=known),
            Fact(label=Text("Framställd", "Made"), said=swedish_time(made)),
            Fact(label=Text("Lägen", "States"), said=counted),
        ),
        table=Table(
            columns=(
                Column(label=Text("nr", "no."), numbers=True),
                Column(label=Text("plikt", "duty")),
                Column(label=Text("styrka", "strength")),
                Column(label=Text("roll", "role")),
                Column(label=Text("läge", "state")),
                Column(label=Text("underlag", "evidence")),
            ),
            rows=[
                (
                    str(each.duty.number), each.duty.asks, each.duty.strength, each.duty.who, each.state.value,
                    _evidence(each),
                )
                for each in found
            ],
        ),
        empty=Text("Inga plikter.", "No duties."),
    )  # fmt: skip


def _evidence(each: DutyThen) -> Text:
    """Return what the state rests on: why, and each finding with whoever is to mend it, and by when."""
    if not each.findings:
        return each.why
    told = [
        Text(
            f"{finding.said.sv} (senast {finding.due}: {finding.responsible.told.sv})",
            f"{finding.said.en} (by {finding.due}: {finding.responsible.told.en})",
        )
        for finding in each.findings
    ]
    sv, en = ("; ".join(text[language] for text in told) for language in (0, 1))
    return Text(f"{each.why.sv}: {sv}", f"{each.why.en}: {en}")
