"""The papers of removal cases: the sheet (PDF/A) and the case as XML, and the year's list of a channel (PDF/A, CSV).

Of the pictures that a case names only those are used that are what was saved; where one is not, nothing is made.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from capture.documents import removal as sheets
from capture.documents.look import Fact
from capture.documents.press import Press
from capture.documents.removal import Context, Evidence, Removal, write_removal_sheet
from capture.documents.table import Column, Table, TableDocument, render_table
from capture.items import ItemKind
from capture.records.legal import spreadsheet_cell
from capture.removal.diary import Whose, case_xml
from flows.commands.published import write
from flows.settings import Settings, undeclared
from register.case_words import CaseKind, Outcome, ShownBefore
from register.errors import BadInputError
from register.known import Known
from register.language import Text, swedish_time
from register.model import Organisation
from register.removal.course import lacks, state
from register.removal.grounds import edition_of
from register.store.cases import RemovalCase
from register.store.channels import ChannelRecord
from register.store.organisation import Administration, Person

if TYPE_CHECKING:
    from capture.pages.seal import Seal

_UNTOUCHED = Text("Ärendet är som det var, och inget är skrivet.", "The case is as it was, and nothing was written.")


def whose(register: Known, case: RemovalCase, declared: Settings | None) -> Whose:
    """Return whose case it is, as the register said when it was saved."""
    channel = register.one(ChannelRecord, case.channel, case.saved)
    if channel is None:  # taken out of the register since, from that day on
        unknown = undeclared(name=case.channel, platform="ej angiven", url=case.permalink).records_creator
        return Whose(authority=unknown, name=case.channel, platform="ej angiven", url=case.permalink)
    body = register.one(Administration, channel.administration, case.saved)
    if body is not None and body.board is not None and body.identity_code is not None:
        authority = Organisation(name=body.board, identity_code=body.identity_code)
    elif declared is not None:
        authority = declared.arkivbildare.organisation()
    else:
        authority = undeclared(name=channel.name, platform=channel.platform, url=channel.address).records_creator
    return Whose(authority=authority, name=channel.name, platform=channel.platform, url=channel.address)


def untouched(case: RemovalCase, workspace: Path) -> None:
    """See that every picture of a case is what was saved.

    Raises:
        BadInputError: one is not there, or is another; it says which.
    """
    for one in case.pictures:
        path = workspace / one["path"]
        try:
            found = sha256(path.read_bytes()).hexdigest()
        except OSError:
            found = None
        if found == one["sha256"]:
            continue
        why = Text("saknas", "is missing") if found is None else Text("har ändrats", "has been changed")
        raise BadInputError(
            happened=Text(
                f"Bilden {path} i ärende {case.entry} {why.sv}: den är inte den som sparades (SHA-256).",
                f"The picture {path} of case {case.entry} {why.en}: it is not what was saved (SHA-256).",
            ),
            safe=_UNTOUCHED,
            next_step=Text(
                "Hämta filen från säkerhetskopian. Finns den inte: låt arkivarien avgöra, och anteckna det.",
                "Fetch the file from the backup. If there is none: let the archivist decide, and note it.",
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A case to be put on paper: whose it is, who knows people by their names, and where its pictures lie."""

    case: RemovalCase
    of: Whose
    register: Known
    workspace: Path


async def make_sheet(paper: Paper, out: Path, *, made: datetime, seal: "Seal | None") -> tuple[Path, Path]:
    """Make the sheet of a case as PDF/A, and the case as XML beside it; return both.

    Args:
        paper: the case as it stands; not a reported crime, of which there is nothing to show.
        out: the PDF to write; one of that name is replaced when the new one is finished.
        made: aware; when it is made.
        seal: put on the PDF, if given.

    Raises:
        BadInputError: a picture is not what was saved, or `out` cannot be written.
        NotPdfAError: the judges refuse it; nothing is written.
    """
    untouched(paper.case, paper.workspace)
    xml = case_xml(paper.case, paper.of)
    with TemporaryDirectory() as folder:
        async with Press() as press:
            pressed = await write_removal_sheet(
                press, _removal(paper), Path(folder) / "blad.pdf", created=made, seal=seal
            )
        write(out, pressed.pdf.read_bytes())
    beside = out.with_suffix(".xml")
    write(beside, xml)
    return out, beside


async def make_year(
    found: Sequence[RemovalCase], of: Whose, year: int, out: Path, *, made: datetime
) -> tuple[Path, Path]:
    """Make the list of a channel's cases of a year (*aktförteckning*), as PDF/A and as CSV beside it; return both.

    The list names no author: it points to the cases. Arguments and errors are as those of `make_sheet`.
    """
    document = _list(found, of, year, made)
    with TemporaryDirectory() as folder:
        async with Press() as press:
            pressed = await press.make(
                render_table(document), Path(folder) / "lista.pdf", title=document.title.sv, created=made
            )
        write(out, pressed.pdf.read_bytes())
    beside = out.with_suffix(".csv")
    write(beside, _csv(found))
    return out, beside


def _removal(paper: Paper) -> Removal:
    case, of, register = paper.case, paper.of, paper.register
    return Removal(
        case_id=case.entry,
        authority=of.authority,
        channel=of.name,
        platform=of.platform,
        channel_url=of.url,
        kind=ItemKind(case.kind),
        author=case.author,
        author_address=case.author_address,
        published=case.published,
        published_shown=case.published_shown,
        permalink=case.permalink,
        text=case.text,
        pictures=[
            Evidence(
                path=paper.workspace / one["path"],
                sha256=one["sha256"],
                taken=datetime.fromisoformat(one["taken"]),
                alt=one["alt"],
            )
            for one in case.pictures
        ],
        answered=_answered(case),
        saved=case.saved,
        saved_by=named(register, case.saved_by, case) or case.saved_by,
        saved_with=case.saved_with,
        grounds=_grounds(case),
        reasons=case.reasons or "",
        guideline=case.guideline,
        decision=_decision(case),
        diary_number=case.diary_number,
        collecting_case=case.collecting_case,
        number=case.number,
        discovered=case.discovered,
        removed=case.removed,
        removed_by=named(register, case.removed_by, case),
        measure=sheets.Measure(case.measure) if case.measure is not None else None,
        further=_further(case, register),
    )


def named(register: Known, who: str | None, case: RemovalCase) -> str | None:
    """Return the name of a person who did something in a case; a word that is no entry of the register as it is."""
    person = register.one(Person, who, case.recorded_at)
    return person.name if person is not None else who


def _answered(case: RemovalCase) -> Context | None:
    if case.answered is None:
        return None
    published = case.answered["published"]
    return Context(
        author=case.answered["author"],
        published=datetime.fromisoformat(published) if published is not None else None,
        text=case.answered["text"],
    )


def _grounds(case: RemovalCase) -> tuple[sheets.Ground, ...]:
    if case.guideline is None or not case.grounds:
        return ()
    return tuple(
        sheets.Ground(
            code=ground.code, label=ground.label, provision=ground.provision or "inget: grunden är riktlinjens egen"
        )
        for ground in edition_of(case.guideline).chosen(case.grounds.split())
    )


def _decision(case: RemovalCase) -> sheets.Decision | None:
    if case.outcome != Outcome.REMOVE or case.decision is None or case.decided is None:
        return None
    return sheets.Decision(
        reference=case.decision,
        decided=case.decided,
        decided_by=case.decided_by or "",
        role=case.decider_role or "",
        delegation=case.delegation,
    )


def _further(case: RemovalCase, register: Known) -> tuple[Fact, ...]:
    hidden = case.shown == ShownBefore.HIDDEN
    found = [
        Fact(
            label=Text("Före åtgärden", "Before the measure"),
            said=Text("avpublicerad (dold)", "unpublished (hidden)") if hidden else Text("synlig", "visible"),
        )
    ]
    if case.own:
        found.append(Fact(label=Text("Kommunens eget", "The municipality's own"), said=Text("ja", "yes")))
    if case.outcome == Outcome.KEEP:
        found.append(
            Fact(
                label=Text("Utfall", "Outcome"),
                said=Text(
                    f"behålls, enligt {case.decided_by} {case.decided}", f"kept, by {case.decided_by} on {case.decided}"
                ),
            )
        )
    found.append(
        Fact(
            label=Text("Eftersökt", "Looked for"), said=checked(case, register), whose=Text("eftersökningen", "a look")
        )
    )
    found += [Fact(label=Text("Anmärkning", "Remark"), said=remark) for remark in (case.remarks or "").splitlines()]
    return tuple(found)


def checked(case: RemovalCase, register: Known) -> str | None:
    """Return what came of looking for the item, None where nobody has looked."""
    if case.checked is None:
        return None
    by = named(register, case.checked_by, case)
    return f"{case.check_result}: {case.check_said}; {swedish_time(case.checked)} svensk tid, {by}"


_COLUMNS = (
    Column(label=Text("nr", "no."), numbers=True),
    Column(label=Text("ärende", "case")),
    Column(label=Text("sparat", "saved")),
    Column(label=Text("slag", "kind")),
    Column(label=Text("grund", "ground")),
    Column(label=Text("beslut", "decision")),
    Column(label=Text("åtgärd", "measure")),
    Column(label=Text("diarienummer", "diary number")),
    Column(label=Text("papper", "paper")),
    Column(label=Text("läge", "state")),
)


def _row(case: RemovalCase) -> tuple[str, ...]:
    crime = case.kind == CaseKind.CRIME
    measure = f"{case.measure} {swedish_time(case.removed)}" if case.removed is not None else ""
    return (
        str(case.number or ""),
        case.entry,
        swedish_time(case.saved),
        f"{case.kind} ({case.police_report})" if crime else _KINDS[ItemKind(case.kind)],
        (case.grounds or "").replace(" ", ", "),
        " ".join(filter(None, (case.decision, case.decided.isoformat() if case.decided is not None else ""))),
        "behålls" if case.outcome == Outcome.KEEP else measure,
        case.diary_number or "",
        f"{case.printed} {case.printed_where}" if case.printed is not None else "",
        state(case).value,
    )


_KINDS = {ItemKind.POST: "inlägg", ItemKind.COMMENT: "kommentar", ItemKind.REPLY: "svar"}


def _list(found: Sequence[RemovalCase], of: Whose, year: int, made: datetime) -> TableDocument:
    collecting = sorted({case.collecting_case for case in found if case.collecting_case is not None})
    registrar = Text("registratorn", "the registrar")
    return TableDocument(
        kind=Text("Aktförteckning", "List of enclosures"),
        title=Text(
            f"Borttaget och avpublicerat på {of.name} {year}", f"Removed and unpublished on {of.name} in {year}"
        ),
        lead=Text(
            "Årets borttagningsärenden i kanalen, i nummerordning; också de vars innehåll fick stå kvar.",
            "The year's cases of removal in the channel, by number; also those whose content was let stay.",
        ),
        facts=(
            Fact(
                label=Text("Arkivbildare", "Records creator"),
                said=f"{of.authority.name} ({of.authority.identity_code})",
            ),
            Fact(label=Text("Kanal", "Channel"), said=f"{of.name} ({of.platform}), {of.url}"),
            Fact(label=Text("Samlingsärende", "Collecting case"), said="; ".join(collecting) or None, whose=registrar),
            Fact(label=Text("Antal ärenden", "Cases"), said=str(len(found))),
            Fact(label=Text("Framställd", "Made"), said=swedish_time(made)),
        ),
        # Chromium tags no empty cell, and a table with one is no PDF/UA.
        table=Table(columns=_COLUMNS, rows=[[cell or "–" for cell in _row(case)] for case in found]),
        empty=Text("Inga ärenden.", "No cases."),
        findings=[_remaining(case) for case in found if not case.closed and lacks(case)],
    )


def _remaining(case: RemovalCase) -> Text:
    sv, en = ("; ".join(text[language] for text in lacks(case)) for language in (0, 1))
    return Text(f"{case.entry}: {sv}.", f"{case.entry}: {en}.")


def _csv(found: Sequence[RemovalCase]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column.label.sv for column in _COLUMNS])
    for case in found:
        writer.writerow([spreadsheet_cell(cell) for cell in _row(case)])
    return text.getvalue().encode("utf-8-sig")
