"""The extract of the register (*registerutdrag*): who was authorised when the channel was captured, by which decisions.

It lies beside the cover page. The same is said in `registerutdrag.json`, for programs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from capture.documents.extract_words import (
    by_sheet,
    capacity_told,
    collected,
    consultation,
    day_told,
    decision_told,
    during,
    employee_told,
    mandate_told,
    with_more,
)
from capture.documents.look import Fact, render
from capture.documents.table import Column, Table
from capture.records.page import safe_href
from register.extract.nouns import (
    AuthorisedSaid,
    CaseSaid,
    ChannelSaid,
    DecisionSaid,
    Extract,
    Ground,
)
from register.language import Language, Text, swedish_time


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the document: a heading, and what stands below it."""

    heading: Text
    facts: Sequence[Fact] = ()
    table: Table | None = None
    said: Sequence[Text | str] = ()


def title_of(extract: Extract) -> str:
    """Return the document's title."""
    return f"Registerutdrag – {_name(extract)}"


def render_extract(extract: Extract, *, run_id: str) -> str:
    """Return the extract as one HTML document, Swedish first and then English; `run_id` is the package's object id."""
    at = swedish_time(extract.at)
    return render(
        "extract.html",
        title=title_of(extract),
        footer=f"{title_of(extract)} – {run_id}",
        languages=tuple(Language),
        channel=_name(extract),
        lead=Text(
            f"Vad registret sade {at} (svensk tid), när genomgången av {extract.address} hade slutat.",
            f"What the register said at {at} (Swedish time), when the walk of {extract.address} had ended.",
        ),
        parts=parts(extract),
    )


def parts(extract: Extract) -> tuple[Part, ...]:
    """Return what the document says, part by part."""
    return (
        Part(heading=Text("Vad insamlingen vilade på", "What the capture rested on"), facts=_ground(extract.ground)),
        _authorised(extract.authorised),
        _decisions(extract.decisions),
        _channel(extract),
        _guidelines(extract),
        _cases(extract.cases),
        _vanished(extract),
        *_differences(extract),
    )


def _name(extract: Extract) -> str:
    return extract.channel.name if extract.channel is not None else extract.address


def _ground(ground: Ground) -> tuple[Fact, ...]:
    permission = ground.permission
    return (
        Fact(label=Text("Dokumenterad av", "Captured by"), said=ground.person.told),
        Fact(label=Text("Läge", "Mode"), said=ground.mode),
        Fact(label=Text("Uppdrag från chef", "Mandate by the manager"), said=capacity_told(ground.mandate)),
        Fact(label=Text("Kanalen öppnad genom", "Channel opened by"), said=decision_told(ground.opening)),
        Fact(label=Text("Samråd", "Samråd"), said=consultation(ground.opening), whose=by_sheet("beslut")),
        Fact(
            label=Text("Tillstånd till automatisk insamling", "Permission for automatic capture"),
            said=decision_told(permission)
            if permission is not None
            else Text("behövs inte: en människa såg på", "not needed: a person watched"),
        ),
        Fact(label=Text("Riktlinje", "Guideline"), said=ground.guideline, whose=by_sheet("riktlinjer")),
    )


def _authorised(people: Sequence[AuthorisedSaid]) -> Part:
    heads = (
        Text("Namn", "Name"),
        Text("Behörighet", "Capacity"),
        Text("Uppdrag", "Mandate"),
        Text("Utsedd", "Appointed"),
        Text("Anmärkning", "Remark"),
    )
    rows = [
        (
            each.person.told,
            each.mandate.capacity,
            mandate_told(each.mandate),
            decision_told(each.appointment) if each.appointment is not None else "",
            _remark(each),
        )
        for each in people
    ]
    none = Text("Ingen hade uppdrag i kanalen.", "Nobody had a mandate in the channel.")
    return Part(heading=Text("Behöriga", "Authorised"), table=_table(heads, rows), said=() if rows else (none,))


def _remark(each: AuthorisedSaid) -> Text:
    """Return whom they stand in for, and what they lack to be authorised in full."""
    names = ", ".join(person.name for person in each.stands_in_for)
    said = [Text(f"ersätter {names}", f"stands in for {names}")] if names else []
    if not each.employed:
        said.append(Text("inte anställd enligt registret", "not employed, says the register"))
    if each.appointment is None:
        said.append(Text("utan utseende", "not appointed"))
    return Text("; ".join(one.sv for one in said), "; ".join(one.en for one in said))


def _decisions(decisions: Sequence[DecisionSaid]) -> Part:
    heads = (
        Text("Slag", "Kind"),
        Text("Beslut", "Decision"),
        Text("Gäller", "In force"),
        Text("Om", "Of"),
        Text("Samråd", "Samråd"),
    )
    rows = [
        (
            each.kind,
            f"{each.reference}, {each.decided}, {with_more(each.decided_by, each.delegation)}",
            during(each.start, each.end),
            each.person.told if each.person is not None else each.platform or "",
            consultation(each) or "",
        )
        for each in decisions
    ]
    none = Text("Inget beslut om kanalen gällde.", "No decision on the channel was in force.")
    return Part(
        heading=Text("Gällande beslut", "Decisions in force"),
        table=_table(heads, rows),
        said=() if rows else (none,),
    )


def _channel(extract: Extract) -> Part:
    heading = Text("Kanalen i registret", "The channel's entry")
    if extract.channel is None:
        gone = Text("Registret hade inte längre kanalen då.", "The register no longer had the channel then.")
        return Part(heading=heading, said=(gone,))
    said = extract.channel
    named = (
        (Text("Kanal", "Channel"), said.entry),
        (Text("Namn", "Name"), said.name),
        (Text("Plattform", "Platform"), said.platform),
        (Text("Status", "Status"), said.status),
        (Text("Läge", "Mode"), said.mode),
        (Text("Förvaltning", "Förvaltning"), said.administration),
        (Text("Nämnd", "Board"), with_more(said.board, said.identity_code)),
        (Text("Enhet", "Unit"), said.unit),
        (Text("Syfte", "Purpose"), said.purpose),
        (Text("Mål", "Goal"), said.goal),
        (Text("Målgrupp", "Target group"), said.target_group),
        (Text("Dagligt ansvarig", "Daily responsibility"), employee_told(said.responsible)),
        (Text("Dokumenteras av", "To be captured by"), employee_told(said.capture_responsible)),
        (Text("Dokumenteras enligt", "By which document"), said.capture_source),
    )
    facts = [Fact(label=label, said=value, whose=by_sheet("kanaler")) for label, value in named]
    where = Fact(label=Text("Adress", "Address"), said=said.address, href=safe_href(said.address))
    return Part(heading=heading, facts=(*facts[:3], where, *facts[3:], *_for_the_package(said)))


def _for_the_package(said: ChannelSaid) -> Iterable[Fact]:
    for label, value in (
        (Text("Källsystem", "Source system"), said.source_system),
        (Text("Referenskod", "Reference code"), said.reference_code),
        (Text("Gallring", "Appraisal"), said.appraisal),
        (Text("Gallringsbeslut", "Decision on appraisal"), said.appraisal_decision),
        (Text("Skydd", "Protection"), said.restriction),
        (Text("Skydd, kommentar", "Protection, note"), said.restriction_note),
        (Text("Informationsklass", "Information class"), said.information_class),
        (Text("Diarienummer", "Diary number"), said.case_number),
    ):
        yield Fact(label=label, said=value, whose=by_sheet("kanaler"))


def _guidelines(extract: Extract) -> Part:
    heads = (
        Text("Riktlinje", "Guideline"),
        Text("Version", "Edition"),
        Text("Diarienummer", "Diary number"),
        Text("Antagen", "Adopted"),
        Text("Av", "By"),
    )
    rows = [
        (each.name, each.edition, each.reference or "", each.adopted.isoformat(), each.adopted_by)
        for each in extract.guidelines
    ]
    none = Text("Registret hade ingen riktlinje.", "The register had no guideline.")
    return Part(heading=Text("Riktlinjen", "The guideline"), table=_table(heads, rows), said=() if rows else (none,))


def _cases(cases: Sequence[CaseSaid]) -> Part:
    heads = (
        Text("Ärende", "Case"),
        Text("Objekt", "Item"),
        Text("Beslut", "Decision"),
        Text("Grund", "Ground"),
        Text("Åtgärd", "Measure"),
        Text("Diarienummer", "Diary number"),
        Text("Läge", "Standing"),
    )
    rows = [
        (
            each.entry,
            _KINDS.get(each.kind, each.kind),
            ", ".join(filter(None, (each.outcome, each.decision, day_told(each.decided), each.decided_by))),
            each.grounds or "",
            with_more(each.measure, swedish_time(each.removed) if each.removed is not None else None) or "",
            ", ".join(filter(None, (each.diary_number, collected(each)))),
            Text("avslutat", "closed") if each.closed else Text("pågår", "open"),
        )
        for each in cases
    ]
    said = (
        Text(
            "Vems det var och vad som stod i det finns i ärendet, inte här.",
            "Whose it was and what it said is in the case, not here.",
        )
        if rows
        else Text("Inget borttagsärende är registrerat.", "No case of removal is registered.")
    )
    return Part(heading=Text("Borttagsärenden", "Cases of removal"), table=_table(heads, rows), said=(said,))


def _vanished(extract: Extract) -> Part:
    heads = (
        Text("Nummer", "Number"),
        Text("Vad", "What"),
        Text("Objekt", "Item"),
        Text("Skrivet av", "Written by"),
        Text("Sågs senast", "Last seen"),
        Text("Saknades", "Missed"),
        Text("Finns i paketet", "Is in the package"),
    )
    rows = [
        (
            each.entry,
            each.what,
            _KINDS.get(each.kind, each.kind),
            Text("kommunen", "the municipality") if each.own else Text("någon annan", "somebody else"),
            swedish_time(each.seen),
            swedish_time(each.missed),
            each.earlier,
        )
        for each in extract.vanished
    ]
    texts = [Text(f"{each.entry}: textens SHA-256 {each.text_sha256}", f"{each.entry}: SHA-256 of the text "
                  f"{each.text_sha256}") for each in extract.vanished]  # fmt: skip
    known = Text(
        "Det som var känt när genomgången slutade. Vad denna insamling själv visar jämförs först efteråt.",
        "What was known when the walk ended. What this capture itself shows is compared only afterwards.",
    )
    none = Text("Inget oförklarat borttagande är registrerat.", "No unexplained removal is registered.")
    return Part(
        heading=Text("Oförklarat borttaget", "Removed without explanation"),
        table=_table(heads, rows),
        said=(*(texts if rows else (none,)), known),
    )


def _differences(extract: Extract) -> Iterable[Part]:
    """Yield what the settings file said otherwise, if it did."""
    if not extract.differences:
        return
    heads = (
        Text("Uppgift", "Of what"),
        Text("Registret", "The register"),
        Text("kanalarkiv.toml", "kanalarkiv.toml"),
        Text("Nyckel", "Key"),
        Text("Paketet följer", "The package follows"),
    )
    rows = [
        (
            each.field,
            each.register,
            each.settings,
            each.key,
            Text("registret", "the register") if each.register_holds else Text("filen", "the file"),
        )
        for each in extract.differences
    ]
    heading = Text("Där inställningsfilen säger något annat", "Where the settings file says something else")
    yield Part(heading=heading, table=_table(heads, rows))


_NOTHING = Text("", "")
_KINDS = {
    "post": Text("inlägg", "post"),
    "comment": Text("kommentar", "comment"),
    "reply": Text("svar", "reply"),
}


def _table(heads: Sequence[Text], rows: Sequence[Sequence[Text | str]]) -> Table:
    """Return a table without an empty cell: Chromium tags none, and a row with fewer cells is no PDF/UA (7.2-43)."""
    filled = [[cell if cell not in ("", _NOTHING) else "–" for cell in row] for row in rows]
    return Table(columns=[Column(label=head) for head in heads], rows=filled)
