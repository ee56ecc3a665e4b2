"""Which time a capture is to cover: where the previous one ended."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from pydantic import ValidationError

from capture import artefacts, kept
from flows.progress import current
from flows.workspace import Workspace
from register.language import Text
from register.model import Verdict


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
