"""How a run is watched: a line for each thing that happens, and what Prefect shows of it while it goes on and after.

`handelser.jsonl` in the workspace is both log and metrics: one JSON object a line, with a time, a name and numbers. No
line holds a name, an address or a text from a channel; a channel is named by its entry in the register. Metrics are
made of it afterwards, by whatever a municipality has: an endpoint to scrape would have to outlive the runs it tells of.
"""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory
from uuid import UUID

from httpx import HTTPError
from playwright.async_api import ElementHandle, Page
from prefect.artifacts import (
    acreate_image_artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    aupdate_progress_artifact,
)
from prefect.concurrency.asyncio import concurrency
from prefect.exceptions import PrefectException
from rich.console import Console

from capture.items import Item, Step
from capture.programs import ffmpeg
from flows import progress
from flows.clock import now
from flows.summary import Outcome, size_told
from register.errors import KanalarkivError
from register.language import Language, Text, swedish_time

EVENTS = "handelser.jsonl"

_FILMS = (".mp4", ".mkv")
_SMALL = "thumbnail=n=30,scale=160:-2"  # the most telling of the first thirty pictures
_PICTURED_WITHIN = 60.0  # seconds

Number = str | int | float | bool | None


def happened(workspace: Path, what: str, **facts: Number) -> None:
    """Add a line to the workspace's events. One write, so that lines of processes at the same time stay whole."""
    line = json.dumps({"tid": now().isoformat(timespec="milliseconds"), "vad": what, **facts}, ensure_ascii=False)
    events = os.open(workspace / EVENTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(events, line.encode() + b"\n")
    finally:
        os.close(events)


def limit_of_platform(platform: str) -> str:
    """Return the name of the limit of captures of one platform at a time."""
    return "plattform:" + "".join(c if c.isalnum() else "-" for c in platform.casefold())


def limit_of_machine() -> str:
    """Return the name of the limit of captures on this computer at a time."""
    return f"dator:{gethostname()}"


@asynccontextmanager
async def room(platform: str | None) -> AsyncIterator[None]:
    """Wait until the platform and this computer have room for one more capture, and hold it.

    Raises:
        ConcurrencySlotAcquisitionError: there is no such limit; `kanalarkiv serve` makes them.
    """
    names = [limit_of_machine()] + ([limit_of_platform(platform)] if platform else [])
    async with concurrency(names, strict=True):
        yield


class Watched(progress.Progress):
    """Progress that Prefect shows too: how many of the posts, as a per cent, renewed when it has become more.

    Only counts are shown. Where the channel does not say how many posts it has, it stays at nothing until the end.
    """

    def __init__(self, artifact: UUID, workspace: Path) -> None:
        super().__init__(Console(stderr=True), clock=lambda: datetime.now(UTC), language=Language.SWEDISH)
        self._artifact = artifact
        self._workspace = workspace
        self._posts = 0
        self._claimed: int | None = None
        self._shown = 0

    async def on_step(self, page: Page, step: Step) -> None:
        """Hear how many posts there are."""
        await super().on_step(page, step)
        self._claimed = step.posts_claimed

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Count the post, and show it."""
        await super().on_post(page, post, root)
        self._posts += 1
        share = min(99, 100 * self._posts // self._claimed) if self._claimed else 0
        if share > self._shown:
            self._shown = share
            await _shown(self._workspace, aupdate_progress_artifact(self._artifact, float(share)))


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The watch over one run: of which channel (its entry), for what occasion, in which workspace."""

    workspace: Path
    channel: str
    occasion: str
    began: datetime
    progress: UUID

    async def ended(self, outcome: Outcome) -> None:
        """Show what came of it, and note its numbers."""
        key, what = f"korning-{_key(self.channel)}", "Vad det blev"
        await _shown(self.workspace, aupdate_progress_artifact(self.progress, 100.0))
        await _shown(self.workspace, acreate_markdown_artifact(told(outcome), key=key, description=what))
        await _shown(self.workspace, _pictured(outcome, f"bild-{_key(self.channel)}"))
        happened(
            self.workspace,
            "dokumenterad",
            kanal=self.channel,
            handelse=self.occasion,
            slutsats=outcome.verdict,
            inlagg=outcome.posts,
            kommentarer=outcome.comments,
            uppgivna_kommentarer=outcome.claimed_comments,
            luckor=len(outcome.losses),
            paket=outcome.package.object_id,
            byte=outcome.package.path.stat().st_size,
            sekunder=(now() - self.began).total_seconds(),
        )

    async def came_to_nothing(self, why: Text, *, code: int) -> None:
        """Show why nothing came of it, and note that nothing did."""
        nothing = f"**Ingenting samlades in.** {plain(why.sv)}"
        await _shown(self.workspace, acreate_markdown_artifact(nothing, key=f"korning-{_key(self.channel)}"))
        happened(
            self.workspace,
            "inget blev av",
            kanal=self.channel,
            handelse=self.occasion,
            kod=code,
            sekunder=(now() - self.began).total_seconds(),
        )


async def watch(workspace: Path, channel: str, occasion: str) -> Watch:
    """Begin to watch the run that this is called in, and let its progress be told to Prefect."""
    shown = await acreate_progress_artifact(0.0, key=f"lage-{_key(channel)}", description="Genomgångens inlägg")
    progress.use(Watched(shown, workspace))
    happened(workspace, "börjar", kanal=channel, handelse=occasion)
    return Watch(workspace=workspace, channel=channel, occasion=occasion, began=now(), progress=shown)


async def _pictured(outcome: Outcome, key: str) -> None:
    """Show a picture of the film, so small that nothing anybody wrote can be read in it.

    Raises:
        KanalarkivError: ffmpeg could not make it.
    """
    films = [path for _, path in outcome.look_at if path.suffix in _FILMS]
    program = await asyncio.to_thread(ffmpeg.find)
    with TemporaryDirectory() as folder:
        for film in films[:1]:
            small = Path(folder) / "bild.jpg"
            command = [str(program), "-v", "error", "-i", str(film), "-vf", _SMALL, "-frames:v", "1", str(small)]
            await ffmpeg.run(command, log=Path(folder) / "log", timeout=_PICTURED_WITHIN)
            address = f"data:image/jpeg;base64,{b64encode(small.read_bytes()).decode()}"
            await acreate_image_artifact(address, key=key, description="En glimt av genomgången")


async def _shown(workspace: Path, showing: Awaitable[object]) -> None:
    """Have Prefect show something; where it cannot just now, that is noted and the work goes on."""
    try:
        await showing
    except (HTTPError, PrefectException, KanalarkivError) as error:
        happened(workspace, "visas inte", fel=type(error).__name__)


def told(outcome: Outcome) -> str:
    """Return what came of a run, as Prefect's page shows it. The losses are in the statement: they may name people."""
    start, end = outcome.period.start, swedish_time(outcome.period.end)
    period = f"{swedish_time(start) if start else 'hela historiken'} till {end}"
    size = size_told(outcome.package.path.stat().st_size)
    rows = [
        ("Slutsats", outcome.verdict.label.sv),
        ("Period", period),
        ("Inlägg", str(outcome.posts)),
        ("Kommentarer", f"{outcome.comments} av {outcome.claimed_comments} uppgivna"),
        ("Luckor", str(len(outcome.losses))),
        ("Paket", f"{outcome.package.object_id} ({size})"),
        *((what.sv, str(path)) for what, path in outcome.look_at),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {what} | `{plain(value)}` |" for what, value in rows)])


def plain(said: str) -> str:
    """Return a text with nothing in it that a page would read as markup."""
    return "".join(c if c.isprintable() and c not in "`|<>[]*_\\" else " " for c in said)


def _key(channel: str) -> str:
    """Return an entry as Prefect wants a key: a-z, 0-9 and dashes."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in channel.lower())
