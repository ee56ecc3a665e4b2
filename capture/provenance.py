"""What was done to the files, by what, and with which outcome: the events and agents that PREMIS tells of.

Event types are terms of the Library of Congress vocabulary (id.loc.gov/vocabulary/preservation/eventType).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from capture.items import Walk
from capture.programs.verapdf import PdfVerdict
from capture.recording import Recorded
from register.language import Text
from register.model import Agent, Event

PROGRAM, BROWSER, FFMPEG, VERAPDF = "kanalarkiv", "webblasare", "ffmpeg", "verapdf"


def agents(walk: Walk, recorded: Recorded, judge: str, *, program_version: str) -> tuple[Agent, ...]:
    """Return the programs that took part, each with its version. `judge` is what veraPDF calls itself."""
    return (
        Agent(identifier=PROGRAM, name="Kanalarkiv", kind="software", version=program_version),
        Agent(identifier=BROWSER, name=walk.browser, kind="software", version=walk.user_agent),
        Agent(identifier=FFMPEG, name=recorded.encoder, kind="software", version=None),
        Agent(identifier=VERAPDF, name="veraPDF", kind="software", version=judge),
    )


def captured(walk: Walk, run_id: str) -> tuple[Event, ...]:
    """Return the events of the walk itself: the capture, and what was opened during it."""
    again = f" Genomgången återupptogs {len(walk.resumed)} gånger efter avbrott." if walk.resumed else ""
    return (
        _event(
            run_id,
            "capture",
            walk.started,
            f"Kanalen {walk.url} gicks igenom i webbläsare, {walk.steps} steg, till {walk.ended:%Y-%m-%dT%H:%M:%SZ}."
            + again,
            outcome=walk.stop.label.sv,
            who=(PROGRAM, BROWSER),
        ),
        _event(
            run_id,
            "modification",
            walk.started,
            "Kommentarer, svar och förkortade texter öppnades före avbildning; sidans innehåll ändrades inte i övrigt.",
            outcome=f"{walk.clicks} klick",
            who=(PROGRAM, BROWSER),
        ),
    )


def filmed(recorded: Recorded, run_id: str, at: datetime) -> tuple[Event, ...]:
    """Return the events of the recording's making and of the proof that it shows what was captured, `at` in UTC."""
    names = tuple(one.path.name for one in recorded.films)
    return (
        _event(
            run_id,
            "creation",
            at,
            f"Inspelningen gjordes av {recorded.frames} steg ({recorded.states} olika skärmbilder), vars "
            "kontrollsummor stämde med dem vid avbildningen. Den är stegvis: visningstiden är syntetisk.",
            outcome="klar",
            who=(PROGRAM, FFMPEG),
            objects=names,
        ),
        _event(
            run_id,
            "fixity check",
            at,
            f"{recorded.proved} bilder prövades: {recorded.proved_against.sv}.",
            outcome="alla lika",
            who=(PROGRAM, FFMPEG),
            objects=names,
        ),
    )


def judged(verdicts: Iterable[tuple[str, PdfVerdict]], run_id: str, at: datetime) -> tuple[Event, ...]:
    """Return the validation of each page file, `at` in UTC. `verdicts` are pairs of the file's name and a verdict."""
    return tuple(
        _event(
            run_id,
            "validation",
            at,
            f"{name} prövades mot {verdict.flavour} av veraPDF: {verdict.checks} kontroller.",
            outcome="godkänd" if verdict.compliant else "underkänd",
            who=(VERAPDF,),
            objects=(name,),
        )
        for name, verdict in verdicts
    )


def replayed(said: Text, run_id: str, at: datetime) -> tuple[Event, ...]:
    """Return the trial of the web archive, `at` in UTC; `said` is what came of it."""
    return (
        _event(
            run_id,
            "validation",
            at,
            "Webbarkivet spelades upp utan kanalen och gicks igenom på samma sätt som den.",
            outcome=said.sv,
            who=(PROGRAM, BROWSER),
        ),
    )


def _event(  # noqa: PLR0913 - an event has that many parts in PREMIS
    run_id: str,
    kind: str,
    at: datetime,
    detail: str,
    *,
    outcome: str,
    who: tuple[str, ...],
    objects: tuple[str, ...] = (),
) -> Event:
    return Event(
        identifier=str(uuid5(NAMESPACE_URL, f"urn:kanalarkiv:{run_id}:{kind}:{detail}")),
        kind=kind,
        at=at,
        detail=detail,
        outcome=outcome,
        agents=who,
        objects=objects,
    )
