"""The live half of the recording: one step, one lossless picture, one line in the journal; and film where need be."""

import asyncio
import base64
import errno
import hashlib
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from playwright.async_api import CDPSession, ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from capture.attendance import Occasion, Stretch
from capture.items import Cause, Item, Step
from capture.recording.journal import PICTURES, FrameLine, JournalWriter, PostLine, StretchLine
from capture.recording.plain_text import one_line, storable
from capture.recording.realtime import Filming, Picture, brought_into_view, live_video, put_back
from capture.recording.recovery import Left, recover
from capture.recording.room import Room
from register.errors import BrowserLostError, DiskFullError, KanalarkivError, RecordingError
from register.language import Text

_SYNC_EVERY = timedelta(seconds=5)
_PICTURE_SECONDS = 30.0
_TITLE_BYTES = 240  # MP4's list of chapters holds 255 bytes a title (Nero `chpl`)
_KEPT = Text(
    "Alla bilder till och med den förra är sparade och användbara.",
    "All frames up to the one before are stored and usable.",
)


class Recording:
    """A witness that photographs every step of the walk into `folder`, which must hold no recording before.

    `clock` gives the time in UTC. Close it when the walk is over (`async with`, or `close()`): what was written
    before is whole even if that never happens.

    `resuming`: the folder may hold what a killed run left, which is gone on from. A post that it finished is not
    recorded a second time.

    It is also the camera (`capture.attendance.Camera`) for a person who drives, and films each post that holds live
    video for `live_seconds`. Film is pictures like the others, in the same journal; sound is not recorded.

    Raises:
        FolderBlockedError: the folder cannot take a new recording.
        RecordingError: what a killed run left is damaged.
    """

    def __init__(
        self, folder: Path, *, clock: Callable[[], datetime], resuming: bool = False, live_seconds: float = 10.0
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._live_seconds = live_seconds
        left = _recovered(folder) if resuming else Left(last=None, end=0, posts=frozenset())
        self._journal = JournalWriter(folder, end=left.end)
        self._room = Room(folder)
        self._synced_at = clock()
        self._unsynced: list[Path] = []
        self._screen: tuple[Page, CDPSession] | None = None
        self._last_step: Step | None = None
        self._last_frame = left.last
        self._shown_posts: set[str] = set()
        self._finished_posts = set(left.posts)

    @property
    def steps(self) -> int:
        """The number of the last step that is recorded; 0 before the first."""
        return 0 if self._last_frame is None else self._last_frame.step

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, also when the walk failed."""
        await self.close()

    async def on_step(self, page: Page, step: Step) -> None:
        """Photograph the viewport and journal it.

        Raises:
            DiskFullError: the frame was not stored, nor anything of it; those before were.
            BrowserLostError: the page or its browser is gone.
            RecordingError: the browser gave no picture.
        """
        await self._record(page, step)
        self._last_step = step

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Journal the post's chapter: its author and date as shown.

        The chapter begins at the first frame whose step belongs to the post. Where none did (it was all on the screen
        already), the screen is photographed once more in the post's name, so that every post has a place in the video.
        A post with live video is filmed.
        On return all of the post is on the disk: the walk may take it for finished.

        Raises:
            RecordingError: no step has been recorded yet; otherwise as `on_step`.
        """
        if storable(post.post_key) in self._finished_posts:  # killed before the walk could note it
            return
        if post.post_key not in self._shown_posts:
            if self._last_step is None:
                raise _no_picture("on_post före/before on_step")
            await self._record(page, replace(self._last_step, post_key=post.post_key))
        await self._film_live(page, post, root)
        line = PostLine(post_key=storable(post.post_key), title=chapter_title(post))
        await self._write(line)
        self._finished_posts.add(line.post_key)

    async def film(self, page: Page, over: Awaitable[object]) -> Stretch:
        """Film what a person does in `page`, until `over` is done or a login comes up, for ten minutes at most.

        Raises:
            As `on_step`.
        """
        return await self._film(page, over, Occasion.DRIVEN, None)

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Do nothing: every step of it is recorded already."""

    async def close(self) -> None:
        """Put everything on the disk and close the journal.

        Raises:
            DiskFullError: the disk could not take the last of it.
        """
        try:
            await self._sync()
        except OSError as fault:
            raise _unwritten(fault, self._folder) from fault
        finally:
            self._journal.close()

    async def _record(self, page: Page, step: Step) -> None:
        picture = await self._photograph(page)
        await self._take(picture, step, self._clock())

    async def _take(self, picture: bytes, step: Step, at: datetime) -> None:
        self._room.demand()
        try:
            self._keep(picture, step, at)
            if at - self._synced_at >= _SYNC_EVERY:
                await self._sync()
                self._synced_at = at
        except OSError as fault:
            raise _unwritten(fault, self._folder) from fault

    async def _photograph(self, page: Page) -> bytes:
        """Return the viewport as PNG. `optimizeForSpeed` packs faster and is as lossless."""
        try:
            async with asyncio.timeout(_PICTURE_SECONDS):
                session = await self._session(page)
                taken = await session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        except (TimeoutError, PlaywrightError) as fault:
            raise _not_seen(fault, page) from fault
        return base64.b64decode(taken["data"], validate=True)

    async def _film_live(self, page: Page, post: Item, root: ElementHandle) -> None:
        try:
            video = await live_video(root)
            if video is not None:
                back = await brought_into_view(video)
                await self._film(page, asyncio.sleep(self._live_seconds), Occasion.LIVE, storable(post.post_key))
                await put_back(back)
        except PlaywrightError as fault:
            raise _not_seen(fault, page) from fault

    async def _film(self, page: Page, over: Awaitable[object], occasion: Occasion, post_key: str | None) -> Stretch:
        """Film, and journal the stretch: that it begins, so that one that is broken off is known, and how it went."""
        began, first = self._clock(), 1 if self._last_frame is None else self._last_frame.number + 1
        ahead = began - datetime.now(UTC)  # of the browser's clock, which is this computer's
        stretch = Stretch(occasion=occasion, post_key=post_key, first=first, began=began)
        files: list[str] = []

        async def keep(picture: Picture) -> None:
            at = datetime.fromtimestamp(picture.at, UTC) + ahead
            await self._take(picture.png, self._filmed(page, picture, post_key, at), at)
            files.append("" if self._last_frame is None else self._last_frame.file)

        await self._write(StretchLine(stretch=stretch))
        film = Filming(page, keep=keep, logins=occasion is Occasion.DRIVEN)
        try:
            cut_short = await film.run(over)
        except (TimeoutError, PlaywrightError) as fault:
            raise _not_seen(fault, page) from fault
        unseen = film.unseen()
        done = replace(
            stretch,
            ended=self._clock(),
            states=len(set(files)),
            moved=unseen.moved,
            allowed=unseen.allowed,
            skipped=unseen.skipped,
            view_height=film.window[1],
            watched=film.watched,
            cut_short=cut_short,
        )
        await self._write(StretchLine(stretch=done))
        return done

    def _filmed(self, page: Page, picture: Picture, post_key: str | None, at: datetime) -> Step:
        """Return a picture of film as the step that it is not: it has the number of the last one."""
        before = self._last_step
        return Step(
            number=self.steps,
            cause=Cause.FILMED,
            label="",
            post_key=post_key,
            url=page.url,
            at=at,
            scroll_y=picture.scroll_y,
            in_view=(),
            posts_seen=0 if before is None else before.posts_seen,
            comments_seen=0 if before is None else before.comments_seen,
            posts_claimed=None if before is None else before.posts_claimed,
        )

    async def _session(self, page: Page) -> CDPSession:
        if self._screen is None or self._screen[0] is not page:
            self._screen = (page, await page.context.new_cdp_session(page))
        return self._screen[1]

    def _keep(self, picture: bytes, step: Step, at: datetime) -> None:
        """Store the picture, unless it is the one before, and journal the frame. Raises OSError, leaving nothing."""
        before = self._last_frame
        number = 1 if before is None else before.number + 1
        digest = hashlib.sha256(picture).hexdigest()
        changed = before is None or before.sha256 != digest
        line = FrameLine(
            number=number,
            step=step.number,
            file=f"{PICTURES}/{number:06d}.png" if before is None or changed else before.file,
            sha256=digest,
            cause=step.cause,
            label=storable(step.label),
            post_key=None if step.post_key is None else storable(step.post_key),
            url=storable(step.url),
            at=at,
            scroll_y=step.scroll_y,
            in_view=tuple(storable(key) for key in step.in_view),
        )
        if changed:
            self._store(picture, self._folder / line.file)
        try:
            self._journal.append(line)
        except OSError:
            if changed:
                self._unsynced.remove(self._folder / line.file)
                (self._folder / line.file).unlink()
            raise
        self._last_frame = line
        if step.post_key is not None:
            self._shown_posts.add(step.post_key)

    def _store(self, picture: bytes, path: Path) -> None:
        unfinished = path.with_suffix(".partial")
        try:
            unfinished.write_bytes(picture)
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        self._unsynced.append(path)
        self._room.took(len(picture))

    async def _write(self, line: PostLine | StretchLine) -> None:
        """Write `line`, and put it and all before it on the disk."""
        try:
            self._journal.append(line)
            await self._sync()
        except OSError as fault:
            raise _unwritten(fault, self._folder) from fault

    async def _sync(self) -> None:
        """Let the disk confirm pictures before the journal that names them, without holding up the event loop."""
        await asyncio.to_thread(_confirm, tuple(self._unsynced), self._folder / PICTURES)
        self._unsynced.clear()
        await asyncio.to_thread(self._journal.sync)


def chapter_title(post: Item) -> str:
    """Return author and date as a visitor read them, on one line of at most 240 bytes."""
    parts = (one_line(part, most_bytes=_TITLE_BYTES) for part in (post.author, post.published_shown))
    title = ", ".join(part for part in parts if part)
    return one_line(title, most_bytes=_TITLE_BYTES) or f"Inlägg {post.ordinal}"


def _recovered(folder: Path) -> Left:
    try:
        return recover(folder)
    except OSError as fault:
        raise _unwritten(fault, folder) from fault


def _confirm(pictures: tuple[Path, ...], folder: Path) -> None:
    """Have the disk confirm pictures, and the folder that names them; Windows confirms no folders."""
    for path in (*pictures, *((folder,) if os.name == "posix" and pictures else ())):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritten(fault: OSError, folder: Path) -> KanalarkivError:
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(
            happened=Text(
                f"Disken blev full under inspelningen ({folder}).", f"The disk filled while recording ({folder})."
            ),
            safe=_KEPT,
            next_step=Text("Frigör plats och kör igen.", "Free some space and run again."),
        )
    return RecordingError(
        happened=Text(
            f"En bild kunde inte sparas i {folder}: {fault.strerror}.",
            f"A frame could not be stored in {folder}: {fault.strerror}.",
        ),
        safe=_KEPT,
        next_step=Text("Kontrollera mappen och kör igen.", "Check the folder and run again."),
    )


def _not_seen(fault: TimeoutError | PlaywrightError, page: Page) -> KanalarkivError:
    browser = page.context.browser
    if page.is_closed() or (browser is not None and not browser.is_connected()):
        return _browser_lost()
    return _no_picture(f"{_PICTURE_SECONDS:.0f} s" if isinstance(fault, TimeoutError) else fault.message)


def _no_picture(why: str) -> RecordingError:
    return RecordingError(
        happened=Text(f"Webbläsaren gav ingen skärmbild ({why}).", f"The browser gave no picture ({why})."),
        safe=_KEPT,
        next_step=Text("Kör igen.", "Run again."),
    )


def _browser_lost() -> BrowserLostError:
    return BrowserLostError(
        happened=Text("Webbläsaren avslutades under inspelningen.", "The browser ended while recording."),
        safe=_KEPT,
        next_step=Text("Kör igen.", "Run again."),
    )
