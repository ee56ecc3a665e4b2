"""Replays a web archive with the origin gone, and sees whether it shows what was captured: by our own walk.

The browser is answered from the archive alone, and everything else ends at a wall on this computer. So that a page
does again what it did, its clock begins when the visit did, chance is the same each time, and it is not offered what
no archive holds: WebSockets are closed and there are no shared workers. What is demanded:

    the same keys      every post, comment and reply that was captured is shown, and nothing else
    nothing leaves     no request came to the wall
    nothing lacks      no document, style, script, picture, font or film was asked for that is neither in the archive
                       nor among what it says it has not
    alike              every post that was pictured when it was captured looks the same, SSIM at least 0.98
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from playwright.async_api import ElementHandle, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from capture.items import Item, Step, Walk
from capture.programs import chromium
from capture.walk import Bounds, Pace, open_page, walk
from capture.web_archive import faults, view
from capture.web_archive.alike import alike
from capture.web_archive.answering import Answered, Answering, Unanswered, Wall
from capture.web_archive.shelf import MissedLine, Shelf
from register.errors import KanalarkivError
from register.language import Text

LEAST_ALIKE = 0.98
_LOOKS = frozenset({"Document", "Stylesheet", "Script", "Image", "Font", "Media"})
_SCRIPT = files("capture.web_archive") / "replay.js"


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What a replay showed.

    `missing` and `extra` are keys that the replay did not show, or that were not captured. `left` are requests that
    went round the archive; `lacking` what a page needed and did not get, unexplained; `unanswered` all else that was
    asked for in vain. `exact` requests were answered with what was recorded for them to the letter, `near` by which
    rule the others. `alike` is the least similarity of a post's pictures to those of the capture, by key; `pictured`
    how many posts have any; `unpictured` are those captured with a picture that could not be taken again.
    """

    keys: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    left: tuple[str, ...]
    lacking: tuple[str, ...]
    unanswered: tuple[str, ...]
    exact: int
    near: dict[str, int]
    alike: dict[str, float]
    unpictured: tuple[str, ...]
    began: datetime
    ended: datetime
    browser: str

    @property
    def least_alike(self) -> float:
        """The similarity of the post that is least like itself; 0 where no post has a picture."""
        return min(self.alike.values(), default=0.0)

    @property
    def faults(self) -> tuple[Text, ...]:
        """Why the archive does not show what was captured; empty where it does."""
        unlike = [key for key, value in self.alike.items() if value < LEAST_ALIKE]
        found = (
            (self.missing, "poster visas inte", "items are not shown"),
            (self.extra, "poster visas som inte samlades in", "items are shown that were not captured"),
            (self.left, "anrop gick förbi arkivet", "requests went round the archive"),
            (self.lacking, "delar av sidor saknas i arkivet", "parts of pages are not in the archive"),
            (
                unlike,
                "inlägg ser annorlunda ut",
                f"posts look different (SSIM {LEAST_ALIKE})",
            ),
            (self.unpictured, "inlägg kunde inte avbildas igen", "posts could not be pictured again"),
        )
        said = [Text(f"{len(these)} {sv}", f"{len(these)} {en}") for these, sv, en in found if these]
        if not self.alike and not self.unpictured:
            said.append(Text("inget inlägg har en bild att jämföra", "no post has a picture to compare"))
        return tuple(said)

    @property
    def told(self) -> Text:
        """What the completeness statement says of it."""
        if self.faults:
            return Text(
                "webbarkivet klarade inte återspelningen: " + "; ".join(one.sv for one in self.faults),
                "the web archive failed its replay: " + "; ".join(one.en for one in self.faults),
            )
        return Text(
            f"webbarkivet återspelades utan källan: alla {self.keys} poster visas, inget anrop lämnade datorn, och "
            f"{len(self.alike)} inlägg ser ut som vid insamlingen (minsta SSIM {self.least_alike:.3f})",
            f"the web archive was replayed without its origin: all {self.keys} items are shown, no request left the "
            f"computer, and {len(self.alike)} posts look as when captured (least SSIM {self.least_alike:.3f})",
        )

    def write(self, path: Path) -> None:
        """Write the report (JSON, UTF-8)."""
        said = {"faults": [one.sv for one in self.faults], "least_alike": self.least_alike, **asdict(self)}
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


async def replayed(
    path: Path,
    into: Path,
    *,
    seen: Walk,
    clock: Callable[[], datetime],
    bounds: Bounds = Bounds(),  # noqa: B008  # frozen
) -> Replay:
    """Return how the web archive at `path` replays; see `required` for whether that will do.

    Args:
        path: the archive; best one that `checked` has passed.
        into: a folder for what the walk leaves, pictures of posts that something is missing from.
        seen: what was captured, with which it is compared.
        clock: gives the time, UTC.
        bounds: the walk's ceilings.

    Raises:
        WebArchiveNotReplayableError: the archive shows no channel that can be walked.
        WebArchiveDamagedError: something in it cannot be read.
        BrowserMissingError: there is no Chromium.
    """
    began, eyes = clock(), _Eyes()
    with Shelf(path) as archive:
        answering, wall = Answering(archive), Wall()
        errand = _Errand(seen=seen, into=into, clock=clock, bounds=bounds, proxy=await wall.build())
        try:
            shown, browser = await _walked(answering, eyes, errand)
        except KanalarkivError as fault:
            raise faults.not_replayable(path, [fault.happened]) from fault
        finally:
            await wall.tear_down()
        answering.note_wall(wall.hits)
        alike_by_key, unpictured = _compared(archive, eyes.pictures)
        captured, replayed_keys = ({item.key for item in each.items} for each in (seen, shown))
        lacking, unanswered = _sorted(answering.told, archive.missed())
    return Replay(
        keys=len(captured),
        missing=tuple(sorted(captured - replayed_keys)),
        extra=tuple(sorted(replayed_keys - captured)),
        left=tuple(answering.told.left),
        lacking=lacking,
        unanswered=unanswered,
        exact=answering.told.exact,
        near=dict(answering.told.near),
        alike=alike_by_key,
        unpictured=unpictured,
        began=began,
        ended=clock(),
        browser=browser,
    )


def required(path: Path, replay: Replay) -> None:
    """See that the archive at `path` shows what was captured, by its `replay`.

    Raises:
        WebArchiveNotReplayableError: it does not; the closure does not pass.
    """
    if replay.faults:
        raise faults.not_replayable(path, replay.faults)


@dataclass(frozen=True, kw_only=True)
class _Errand:
    seen: Walk
    into: Path
    clock: Callable[[], datetime]
    bounds: Bounds
    proxy: str


class _Eyes:
    """A witness that pictures posts as the recorder does."""

    def __init__(self) -> None:
        self.pictures: dict[str, tuple[bytes, ...]] = {}

    async def on_step(self, page: Page, step: Step) -> None:
        """See nothing: posts are compared."""

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """See nothing: the post is not at its end."""

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Picture the post."""
        session = await page.context.new_cdp_session(page)
        with suppress(PlaywrightError):  # it counts as not pictured
            self.pictures[post.key] = await view.pictures(session, page, root)
        await session.detach()


async def _walked(answering: Answering, eyes: _Eyes, errand: _Errand) -> tuple[Walk, str]:
    """Walk the archive; return the walk, and the browser's name."""
    seen = errand.seen
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            page = await open_page(browser, proxy=errand.proxy)
            await page.context.add_init_script(_script(seen.started))
            async with answering.over(page.context):
                shown = await walk(
                    page,
                    seen.url,
                    witnesses=(eyes,),
                    evidence=errand.into,
                    clock=errand.clock,
                    platform=seen.profile,
                    since=seen.since,
                    pace=Pace(least=0, most=0),
                    bounds=errand.bounds,
                )
        finally:
            await browser.close()
    return shown, shown.browser


def _script(started: datetime) -> str:
    offset = (started - datetime.now(UTC)).total_seconds() * 1000
    return _SCRIPT.read_text("utf-8").replace("__OFFSET__", str(round(offset)))


def _compared(archive: Shelf, taken: Mapping[str, Sequence[bytes]]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return how alike each post is to itself, and which could not be pictured again."""
    kept: dict[str, dict[int, bytes]] = {}
    for line in archive.index():
        named = view.named(line.url)
        if named is not None:
            kept.setdefault(named[0], {})[named[1]] = archive.answer(line).body
    compared = {
        key: min(
            alike(picture, taken[key][number]) if number < len(taken[key]) else 0.0
            for number, picture in pictures.items()
        )
        for key, pictures in kept.items()
        if taken.get(key)
    }
    return compared, tuple(sorted(set(kept) - set(compared)))


def _sorted(told: Answered, missed: Sequence[MissedLine]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what pages needed and did not get, unexplained, and all else that was asked for in vain."""
    explained = {(line.method, line.address) for line in missed}
    counted = Counter(told.unanswered)
    lacking = [one for one in counted if one.kind in _LOOKS and (one.method, one.address[:300]) not in explained]
    rest = [one for one in counted if one not in lacking]
    return tuple(map(_line, lacking)), tuple(f"{_line(one)} ({counted[one]})" for one in rest)


def _line(one: Unanswered) -> str:
    return f"{one.kind} {one.method} {one.address}"
