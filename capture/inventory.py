"""What a package is to hold of a capture: each file with what it is, and what PREMIS is to tell of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from capture import provenance
from capture.documents.cover import Judgement, Part
from capture.items import Walk
from capture.pages import Flavour, Volume
from capture.recording import Recorded
from capture.records.index_page import Surroundings
from register.language import Text
from register.model import Agent, Artefact, Representation

FILM, STATEMENT, COVER, INDEX = "inspelning", "fullstandighetsintyg", "forsattsblad", "index.html"
EXTRACT = "registerutdrag"
LAYOUT = "layout"
_FACTS, _VIEW, _CLOSURE = "rep1-uppgifter", "rep2-visning", "rep3-webbarkiv"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the package's inventory is drawn up from; `at` (UTC) is when the artefacts were finished.

    `registered`: there is an extract of the register. `preserved` is what a closure keeps beside, and `replayed` says
    how its web archive replayed.
    """

    seen: Walk
    recorded: Recorded
    volumes: tuple[Volume, ...]
    media: tuple[Artefact, ...]
    flavour: Flavour
    made: Path
    evidence: Path
    run_id: str
    at: datetime
    program_version: str
    registered: bool = False
    preserved: tuple[Artefact, ...] = ()
    replayed: Text | None = None

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The programs that took part."""
        judge = self.volumes[0].verdicts[0].engine
        return provenance.agents(self.seen, self.recorded, judge, program_version=self.program_version)


def representations(parts: Parts) -> tuple[Representation, ...]:
    """Return what was said, what was shown, and of a closure the layout and the web archive."""
    return _facts(parts), _view(parts), *([_preserved(parts)] if parts.preserved else [])


def around(recorded: Recorded, way: str, *, registered: bool, preserved: bool) -> Surroundings:
    """Return the ways from the page to begin with, among the documentation, to what it leads to.

    `way` is that to a representation's files, with `{}` for its name; `registered`: there is an extract; `preserved`:
    there is the layout.
    """
    extract = (("Utdrag ur registret", f"{EXTRACT}.html"),) if registered else ()
    layout = (("Layout", f"{LAYOUT}.html"),) if preserved else ()
    facts = way.format(_FACTS)
    return Surroundings(
        view=way.format(_VIEW),
        facts=facts,
        film=recorded.path.name,
        poster=recorded.poster.name,
        subtitles=recorded.subtitles.name,
        statement=f"{STATEMENT}.html",
        files=(
            ("Försättsblad", f"{COVER}.html"),
            *extract,
            *layout,
            ("uppgifter.xml", f"{facts}uppgifter.xml"),
            ("uppgifter.csv", f"{facts}uppgifter.csv"),
        ),
    )


def contents(parts: Parts, held: Iterable[Representation]) -> Iterator[Part]:
    """Return what the cover says that the package holds; `held` are its representations."""
    yield Part(name=INDEX, holds=Text("att börja med: allt i ordning", "to begin with: all in order"), files=1)
    for representation in held:
        label = representation.label
        yield Part(name=representation.name, holds=Text(label, label), files=len(representation.files))
    if parts.registered:
        yield Part(
            name=EXTRACT,
            holds=Text(
                "vilka som var behöriga, och besluten som gällde (HTML, PDF/A, JSON)",
                "who was authorised, and the decisions in force (HTML, PDF/A, JSON)",
            ),
            files=3,
        )
    if parts.preserved:
        yield Part(
            name=LAYOUT,
            holds=Text(
                "hur kanalen såg ut på en dator och i en telefon (HTML, PDF/A)",
                "how the channel looked on a desktop and in a phone (HTML, PDF/A)",
            ),
            files=2,
        )
    pictures = len(list(parts.evidence.glob("*.png")))
    yield Part(
        name=STATEMENT,
        holds=Text("vad som saknas, och varför (HTML, PDF/A, XML)", "what is missing, and why (HTML, PDF/A, XML)"),
        files=3,
    )
    yield Part(
        name="bevis",
        holds=Text("bilder av inlägg som något saknas av", "pictures of posts that something is missing of"),
        files=pictures,
    )


def judged(parts: Parts) -> Iterator[Judgement]:
    """Return what the judges said of pages and films, for the cover."""
    for volume in parts.volumes:
        for verdict in volume.verdicts:
            yield Judgement(
                file=volume.path.name,
                against=verdict.flavour,
                passed=verdict.compliant,
                by=verdict.engine,
                extent=Text(f"{verdict.checks} kontroller", f"{verdict.checks} checks"),
            )
    recorded = parts.recorded
    against = recorded.proved_against
    for film in recorded.films:
        yield Judgement(
            file=film.path.name,
            against=f"{film.format_name} {film.format_version or ''}".strip(),
            passed=True,  # without the proof there is no film
            by=recorded.encoder,
            extent=Text(f"{recorded.proved} bilder: {against.sv}", f"{recorded.proved} pictures: {against.en}"),
        )


def _facts(parts: Parts) -> Representation:
    """What was said, item by item."""
    return Representation(
        name=_FACTS,
        label="Uppgifter om varje inlägg, kommentar och svar, med bilder, filmer och ljud i original",
        files=(
            _file(parts, "uppgifter.xml", "application/xml", "Kanalarkiv record", "1.0"),
            _file(parts, "uppgifter.csv", "text/csv", "CSV (RFC 4180)", None),
            _file(parts, "uppgifter-metadata.json", "application/json", "W3C Tabular Metadata", "1.0"),
            *parts.media,
        ),
        events=provenance.captured(parts.seen, parts.run_id),
        agents=parts.agents,
    )


def _view(parts: Parts) -> Representation:
    """What a visitor saw."""
    verdicts = [(volume.path.name, verdict) for volume in parts.volumes for verdict in volume.verdicts]
    return Representation(
        name=_VIEW,
        label="Kanalen så som en besökare såg den: inspelning och sidor",
        files=(
            *(
                _file(parts, one.path.name, one.media_type, one.format_name, one.format_version)
                for one in parts.recorded.films
            ),
            _file(parts, parts.recorded.subtitles.name, "text/vtt", "WebVTT", None),
            _file(parts, parts.recorded.poster.name, "image/jpeg", "JPEG", None),
            *(
                _file(parts, one.path.name, "application/pdf", one.format_name, one.format_version)
                for one in parts.volumes
            ),
        ),
        events=(
            *provenance.captured(parts.seen, parts.run_id),
            *provenance.filmed(parts.recorded, parts.run_id, parts.at),
            *provenance.judged(verdicts, parts.run_id, parts.at),
        ),
        agents=parts.agents,
    )


def _preserved(parts: Parts) -> Representation:
    """How it looked, and what a browser needs to show it again."""
    replayed = () if parts.replayed is None else provenance.replayed(parts.replayed, parts.run_id, parts.at)
    return Representation(
        name=_CLOSURE,
        label="Layouten på en dator och i en telefon, och ett webbarkiv (WACZ) av besöket",
        files=parts.preserved,
        events=(*provenance.captured(parts.seen, parts.run_id), *replayed),
        agents=parts.agents,
    )


def documentation(parts: Parts) -> Iterator[Artefact]:
    """The page to begin with, the cover, the statement, the extract of the register, the judges' word, the evidence.

    Cover, statement and extract are not called PDF/A before their judges have said so: see `capture.documents.press`.
    """
    yield _file(parts, INDEX, "text/html", "HTML", "5")
    beside = (*([EXTRACT] if parts.registered else ()), *([LAYOUT] if parts.preserved else ()))
    for name in (COVER, STATEMENT, *beside):
        yield _file(parts, f"{name}.html", "text/html", "HTML", "5")
        yield _file(parts, f"{name}.pdf", "application/pdf", "PDF/A", parts.flavour.value)
    yield _file(parts, f"{STATEMENT}.xml", "application/xml", "Kanalarkiv completeness statement", "1.0")
    if parts.registered:
        yield _file(parts, f"{EXTRACT}.json", "application/json", "Kanalarkiv register extract", "1.0")
    for report in sorted(parts.made.glob("*.verapdf.json")):
        yield _file(parts, report.name, "application/json", "JSON", None)
    for picture in sorted(parts.evidence.glob("*.png")):
        yield Artefact(
            path=picture,
            name=f"bevis/{picture.name}",
            media_type="image/png",
            format_name="PNG",
            format_version=None,
            created=parts.seen.ended,
        )


def _file(parts: Parts, name: str, media_type: str, format_name: str, format_version: str | None) -> Artefact:
    return Artefact(
        path=parts.made / name,
        name=name,
        media_type=media_type,
        format_name=format_name,
        format_version=format_version,
        created=parts.at,
    )
