"""What a closure keeps beside what every capture does: the layout, and a web archive that was seen to replay.

The guideline: "Vid avslut av konto bör innehåll och layout bevaras och arkiveras."
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from playwright.async_api import StorageState, async_playwright
from pydantic import TypeAdapter

from capture.kept import LAYOUT, WEB_ARCHIVE, keep, seen_in
from capture.layout import Layout, keep_layout, layout_in, picture_layout
from capture.programs import chromium
from capture.records.losses import Loss
from capture.web_archive import Permalinks, Recorder, Replay, WebArchiveNotReplayableError, checked, packed, replayed
from register.language import Text
from register.model import Artefact

WACZ, REPORT, DOCUMENT = "webbarkiv.wacz", "webbarkiv-provning.json", "layout"
_MADE, _REPLAY, _EVIDENCE = "artefacts", "aterspelning.json", "aterspelning"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of the web archive's trial: its `replay`, or, where nothing could be walked, `why` not."""

    missed: int
    replay: Replay | None
    why: Text | None

    @property
    def passed(self) -> bool:
        """Whether it shows what was captured."""
        return self.replay is not None and not self.replay.faults

    @property
    def told(self) -> Text:
        """What came of it, in words."""
        if self.replay is not None:
            return self.replay.told
        return _NOT_REPLAYED if self.why is None else self.why


_tried_type = TypeAdapter(Tried)
_NOT_REPLAYED = Text("Webbarkivet gick inte att spela upp.", "The web archive could not be replayed.")


@dataclass(frozen=True, kw_only=True)
class Preserved:
    """The layout, and the web archive's trial, of a visit that was made for a closure."""

    layout: Layout
    web_archive: Tried


def recorder(
    folder: Path, *, clock: Callable[[], datetime], new_id: Callable[[], UUID], software: str, rest: float
) -> Recorder:
    """Return what records the visit in `folder`; `rest` are the seconds between two posts' own pages at its end."""
    permalinks = Permalinks(rest=rest)
    return Recorder(folder / WEB_ARCHIVE, clock=clock, new_id=new_id, software=software, permalinks=permalinks)


def mark(folder: Path) -> None:
    """Mark the visit in `folder`, which has not begun, as one that is made for a closure."""
    (folder / WEB_ARCHIVE).mkdir(exist_ok=True)


def for_closure(folder: Path) -> bool:
    """Return whether the visit in `folder` is made for a closure."""
    return (folder / WEB_ARCHIVE).is_dir()


async def picture(folder: Path, url: str, *, session: StorageState | None, clock: Callable[[], datetime]) -> Layout:
    """Picture the layout of the channel at `url`, once, in `folder`; `session` is who is logged in.

    Raises:
        BrowserMissingError: there is no Chromium.
        OSError: there is no room.
    """
    done = layout_in(folder / LAYOUT)
    if done is not None:
        return done
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            layout = await picture_layout(browser, url, folder / LAYOUT, clock=clock, session=session)
        finally:
            await browser.close()
    keep_layout(folder / LAYOUT, layout)
    return layout


async def archive(folder: Path, *, clock: Callable[[], datetime], software: str) -> Tried:
    """Pack what was recorded of the visit in `folder`, check it, and replay it with the channel out of reach; once.

    Raises:
        WebArchiveEmptyError, WebArchiveDamagedError: there is no web archive to replay.
        KanalarkivError: there is no room, or no Chromium.
    """
    note = folder / _REPLAY
    if note.exists():
        return _tried_type.validate_json(note.read_bytes())
    seen, made = seen_in(folder), folder / _MADE
    made.mkdir(exist_ok=True)
    path = made / WACZ
    wacz = packed(folder / WEB_ARCHIVE, path, seen=seen, now=clock(), software=software)
    checked(path)
    tried: Tried
    try:
        replay = await replayed(path, folder / _EVIDENCE, seen=seen, clock=clock)
    except WebArchiveNotReplayableError as error:
        tried = Tried(missed=wacz.missed, replay=None, why=error.happened)
    else:
        replay.write(made / REPORT)
        tried = Tried(missed=wacz.missed, replay=replay, why=None)
    keep(note, _tried_type.dump_json(tried, indent=1))
    return tried


def preserved_in(folder: Path) -> Preserved | None:
    """Return what was kept of a visit beside what every capture does; None where it was not made for a closure.

    Raises:
        FileNotFoundError: it was, and was not kept yet.
    """
    if not for_closure(folder):
        return None
    layout = layout_in(folder / LAYOUT)
    if layout is None:
        raise FileNotFoundError(folder / LAYOUT)
    return Preserved(layout=layout, web_archive=_tried_type.validate_json((folder / _REPLAY).read_bytes()))


def losses(kept: Preserved) -> Iterator[Loss]:
    """Yield what is missing of the layout, and that a web archive does not show what was captured."""
    for said in kept.layout.missed:
        yield Loss(said=said, explained=False, post_key=None)
    if not kept.web_archive.passed:
        yield Loss(said=kept.web_archive.told, explained=False, post_key=None)


def remarks(kept: Preserved) -> Iterator[Text]:
    """Yield how the replay went, and how much the web archive says that it has not."""
    tried = kept.web_archive
    if tried.passed:
        yield tried.told
    if tried.missed:
        yield Text(
            f"Webbarkivet säger om {tried.missed} svar att det inte har dem (kanalarkiv/ i filen).",
            f"The web archive says of {tried.missed} answers that it has not got them (kanalarkiv/ in the file).",
        )


def artefacts(folder: Path, kept: Preserved, *, at: datetime) -> Iterator[Artefact]:
    """Yield the files: the pictures of the layout, the web archive, and the report of its replay, made `at` (UTC)."""
    for one in kept.layout.pictures:
        yield Artefact(
            path=folder / LAYOUT / one.file,
            name=f"layout/{one.file}",
            media_type="image/png",
            format_name="PNG",
            format_version=None,
            created=one.taken,
        )
    yield Artefact(
        path=folder / _MADE / WACZ,
        name=WACZ,
        media_type="application/wacz",
        format_name="WACZ",
        format_version="1.1.1",
        created=at,
    )
    if kept.web_archive.replay is not None:
        yield Artefact(
            path=folder / _MADE / REPORT,
            name=REPORT,
            media_type="application/json",
            format_name="JSON",
            format_version=None,
            created=at,
        )
