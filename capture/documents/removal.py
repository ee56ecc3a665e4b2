"""The removal sheet (*borttagningsblad*): one removed post or comment, to be printed, signed and filed.

The guideline: "Gallringsbeslut och diarieföring krävs vid borttagande av inlägg och kommentarer. Borttagna kommentarer
ska finnas sparade på papper och finnas samlade i ett pågående ärende" and "Avpublicerat och raderat material ska
diarieföras med motivering". The order is: save, decide, remove, register; so a sheet can be made before all is decided,
and what is not yet said has a line to write it on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from capture.documents.evidence import Slice, slices_of, written_out
from capture.documents.look import Fact, render, spoken
from capture.documents.press import Made, Press
from capture.items import ItemKind
from capture.records.page import safe_href
from register.language import Language, Text, swedish_time
from register.model import Organisation

if TYPE_CHECKING:
    from capture.pages.seal import Seal


class Measure(StrEnum):
    """What was done with it on the platform."""

    REMOVED = "borttagen"
    HIDDEN = "avpublicerad"

    @property
    def label(self) -> Text:
        """The measure as a person reads it."""
        return Text(self.value, "removed" if self is Measure.REMOVED else "unpublished (hidden)")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A ground for removal: its code and wording in the guideline, and the `provision` behind it, if it is stated."""

    code: str
    label: Text
    provision: str | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A picture of it as it was shown: a PNG or JPEG of ours, its SHA-256, when it was taken (UTC), and what it shows.

    `alt` empty: the item as it was shown.
    """

    path: Path
    sha256: str
    taken: datetime
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What it answered: who wrote that, when (UTC, if the platform says), and what it said."""

    author: str
    published: datetime | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision on disposal: its designation (diary number or paragraph), day, who took it, as what, by whose leave.

    `delegation` names the delegation, if it was taken by one.
    """

    reference: str
    decided: date
    decided_by: str
    role: str
    delegation: str | None = None


@dataclass(frozen=True, kw_only=True)
class Removal:
    """A case of removal. Times are UTC; None and empty: not known, or not yet.

    `case_id` identifies the case and `number` is its running order among the `collecting_case`'s. `author_address` is
    the author's own page, where the platform gave it; `published_shown` is the time as a visitor read it. `text` is
    exactly as it was read. `saved_by` is the person, `saved_with` the program. `guideline` is the version of the
    guideline whose grounds these are. `further` is what else is to stand with the decision.
    """

    case_id: str
    authority: Organisation
    channel: str
    platform: str
    channel_url: str
    kind: ItemKind
    author: str
    author_address: str | None
    published: datetime | None
    published_shown: str
    permalink: str
    text: str
    pictures: Sequence[Evidence]
    answered: Context | None
    saved: datetime
    saved_by: str
    saved_with: str
    grounds: Sequence[Ground] = ()
    reasons: str = ""
    guideline: str | None = None
    decision: Decision | None = None
    diary_number: str | None = None
    collecting_case: str | None = None
    number: int | None = None
    discovered: datetime | None = None
    removed: datetime | None = None
    removed_by: str | None = None
    measure: Measure | None = None
    further: Sequence[Fact] = ()


async def write_removal_sheet(
    press: Press,
    removal: Removal,
    into: Path,
    *,
    created: datetime,
    language: Language = Language.SWEDISH,
    seal: "Seal | None" = None,
) -> Made:
    """Make the sheet of a case, as HTML and PDF/A.

    Args:
        press: an open press.
        removal: the case.
        into: the PDF to make; see `Press.make`.
        created: aware; when the sheet is made.
        language: of all that is ours; what was written on the channel stays as it is.
        seal: put on the PDF last of all.

    Raises:
        BadInputError: a picture is not what its checksum says, cannot be read, or is too large to be shown.
        NotPdfAError: if the judges refuse the PDF.
    """
    html = render_removal(removal, created=created, language=language)
    return await press.make(html, into, title=_title(removal).spoken(language), created=created, seal=seal)


def render_removal(removal: Removal, *, created: datetime, language: Language = Language.SWEDISH) -> str:
    """Return the sheet as HTML, its pictures inside; see `write_removal_sheet`."""
    text, changed = written_out(removal.text)
    pictures = [_Picture(evidence=one, slices=tuple(slices_of(one.path, one.sha256))) for one in removal.pictures]
    return render(
        "removal.html",
        title=_title(removal),
        footer=" – ".join(filter(None, (_title(removal).spoken(language), removal.diary_number, removal.case_id))),
        languages=(language,),
        what=_KINDS[removal.kind],
        removal=removal,
        text=text,
        changed=changed,
        answered=written_out(removal.answered.text)[0] if removal.answered else "",
        item=_item(removal),
        ground=_ground(removal),
        decision=_decision(removal),
        saved=_saved(removal, created),
        pictures=pictures,
        text_sha256=sha256(removal.text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


@dataclass(frozen=True, kw_only=True)
class _Picture:
    evidence: Evidence
    slices: tuple[Slice, ...]


_KINDS = {
    ItemKind.POST: Text("inlägg", "post"),
    ItemKind.COMMENT: Text("kommentar", "comment"),
    ItemKind.REPLY: Text("svar", "reply"),
}


def _title(removal: Removal) -> Text:
    kind, channel = _KINDS[removal.kind], spoken(removal.channel, Language.SWEDISH)
    return Text(f"Borttagningsblad: {kind.sv} på {channel}", f"Removal sheet: {kind.en} on {channel}")


def _item(removal: Removal) -> tuple[Fact, ...]:
    shown = spoken(removal.published_shown, Language.SWEDISH)
    return (
        Fact(label=Text("Arkivbildare", "Records creator"), said=_body(removal.authority)),
        Fact(label=Text("Kanal", "Channel"), said=f"{removal.channel} ({removal.platform}), {removal.channel_url}"),
        Fact(label=Text("Skriven av", "Written by"), said=_named(removal.author, removal.author_address)),
        Fact(
            label=Text("Publicerad", "Published"),
            said=_moment(removal.published, Text(f"visades som ”{shown}”", f"shown as “{shown}”")),
            whose=Text(
                f"plattformen, som bara visade ”{shown}”",
                f"the platform, which only showed “{shown}”",
            ),
        ),
        Fact(
            label=Text("Permanent adress", "Permalink"), said=removal.permalink, href=safe_href(removal.permalink)
        ),
    )  # fmt: skip


def _ground(removal: Removal) -> tuple[Fact, ...]:
    handler = Text("den som handlägger", "whoever handles the case")
    grounds = tuple(
        fact
        for ground in removal.grounds
        for fact in (
            Fact(
                label=Text("Grund", "Ground"),
                said=Text(f"{ground.code}) {ground.label.sv}", f"{ground.code}) {ground.label.en}"),
            ),
            Fact(label=Text("Lagrum", "Provision"), said=ground.provision, whose=handler),
        )
    ) or (Fact(label=Text("Grund", "Ground"), said=None, whose=handler),)
    return (
        *grounds,
        Fact(label=Text("Motivering", "Reasons"), said=removal.reasons or None, whose=handler),
        Fact(
            label=Text("Riktlinje", "Guideline"),
            said=removal.guideline,
            whose=Text("dokumentansvarig", "whoever is responsible for it"),
        ),
    )


def _decision(removal: Removal) -> tuple[Fact, ...]:
    decider, registrar = Text("beslutsfattaren", "the decision-maker"), Text("registratorn", "the registrar")
    user, made = Text("behörig användare", "the authorised user"), removal.decision
    by = None
    if made is not None:
        by = ", ".join(filter(None, (made.decided_by, made.role, made.delegation)))
    return (
        Fact(
            label=Text("Gallringsbeslut", "Decision on disposal"),
            said=f"{made.reference}, {made.decided.isoformat()}" if made is not None else None,
            whose=decider,
        ),
        Fact(label=Text("Beslutsfattare", "Decision-maker"), said=by, whose=decider),
        Fact(label=Text("Diarienummer", "Diary number"), said=removal.diary_number, whose=registrar),
        Fact(label=Text("Samlingsärende", "Collecting case"), said=_collected(removal), whose=registrar),
        Fact(label=Text("Upptäckt", "Discovered"), said=_moment(removal.discovered), whose=user),
        Fact(
            label=Text("Åtgärd", "Measure"),
            said=removal.measure.label if removal.measure is not None else None,
            whose=user,
        ),
        Fact(
            label=Text("Utförd", "Carried out"),
            said=_moment(removal.removed, Text(f"av {removal.removed_by}", f"by {removal.removed_by}"))
            if removal.removed_by
            else _moment(removal.removed),
            whose=user,
        ),
        *removal.further,
    )


def _saved(removal: Removal, created: datetime) -> tuple[Fact, ...]:
    by = Text(f"av {removal.saved_by} med {removal.saved_with}", f"by {removal.saved_by} with {removal.saved_with}")
    return (
        Fact(label=Text("Ärende-id", "Case id"), said=removal.case_id),
        Fact(label=Text("Sparad", "Saved"), said=_moment(removal.saved, by)),
        Fact(label=Text("Bladet gjort", "Sheet made"), said=_moment(created)),
    )


def _moment(moment: datetime | None, more: Text | None = None) -> Text | None:
    if moment is None:
        return None
    here, there = swedish_time(moment), f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    sv, en = f"{here} svensk tid ({there} UTC)", f"{here} Swedish time ({there} UTC)"
    return Text(sv, en) if more is None else Text(f"{sv}, {more.sv}", f"{en}, {more.en}")


def _named(author: str, address: str | None) -> str:
    return author if address is None else f"{author} ({address})"


def _collected(removal: Removal) -> Text | None:
    if removal.collecting_case is None:
        return None
    if removal.number is None:
        return Text(removal.collecting_case, removal.collecting_case)
    return Text(f"{removal.collecting_case}, nr {removal.number}", f"{removal.collecting_case}, no. {removal.number}")


def _body(body: Organisation) -> str:
    return f"{body.name} ({body.identity_code})"
