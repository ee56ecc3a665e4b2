"""Which time a capture is to cover: from where the previous one ended. A run is begun with it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from pydantic import ValidationError

from capture import artefacts, kept
from flows.clock import now
from flows.progress import current
from flows.workspace import Run, Workspace
from register.language import Text, swedish_time
from register.model import Verdict

OVERLAP = timedelta(days=1)
"""How far before the previous capture's end a new one starts.

Many pages date their posts by the day or the minute only, and their clocks are not ours: what was published just after
the previous capture began may bear a time before it, and would else be in neither.
"""


def name_of_run(url: str, started: datetime) -> str:
    """Return a name for a run that sorts by time and fits a folder, a package and a file: A-Z, a-z, 0-9, -."""
    parts = urlsplit(url)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{parts.hostname or ''}{parts.path}".lower()).strip("-")[:40].strip("-")
    return f"{slug or 'kanal'}-{started:%Y%m%dT%H%M%SZ}-{sha256(url.encode()).hexdigest()[:6]}"


@dataclass(frozen=True, kw_only=True)
class Previous:
    """The capture that a new one continues: its run, and to when (UTC) it covers the channel."""

    run_id: str
    end: datetime


def previous_capture(workspace: Workspace, url: str) -> Previous | None:
    """Return the latest finished capture of `url` whose verdict was not incomplete, None where there is none.

    What an incomplete capture was to cover is not covered: the next one starts where the last good one ended.
    """
    for run in workspace.done(url):
        try:
            captured = artefacts.captured_in(run.folder)
            kept.seen_in(run.folder)
        except (OSError, ValidationError) as unreadable:
            current().say(
                Text(
                    f"Den tidigare insamlingen i {run.folder} går inte att läsa, och räknas därför inte "
                    f"({type(unreadable).__name__}).",
                    f"The earlier capture in {run.folder} cannot be read, and does therefore not count "
                    f"({type(unreadable).__name__}).",
                )
            )
            continue
        if captured.verdict is not Verdict.INCOMPLETE:
            return Previous(run_id=run.run_id, end=captured.period.end)
    return None


def begun(workspace: Workspace, url: str, *, since: datetime | None, whole: bool, profile: str | None) -> Run:
    """Decide the period of a capture of `url`, say it, and begin a run.

    It covers from `since` (UTC) or, if `whole`, the whole history; with neither, from where the previous one ended.
    `profile` is the platform's.
    """
    previous = previous_capture(workspace, url)
    if since is None and previous is not None and not whole:
        since = previous.end - OVERLAP
    _say_period(since, previous)
    started = now()
    return workspace.new_run(
        url,
        run_id=name_of_run(url, started),
        now=started,
        profile=profile,
        since=since,
        previous=previous.run_id if previous is not None else None,
    )


def _say_period(since: datetime | None, previous: Previous | None) -> None:
    covers = Text("hela historiken", "the whole history")
    if since is not None:
        covers = Text(
            f"det som publicerats sedan {swedish_time(since)} (svensk tid)",
            f"what was published since {swedish_time(since)} (Swedish time)",
        )
    before = Text("ingen tidigare är känd", "no earlier one is known")
    if previous is not None:
        end = swedish_time(previous.end)
        before = Text(f"den föregående omfattar tiden till {end}", f"the previous one covers the time to {end}")
    current().say(
        Text(f"Insamlingen omfattar {covers.sv}; {before.sv}.", f"The capture covers {covers.en}; {before.en}.")
    )
