"""The pages beside the ways in which others make PDF/A of the same pictures, in turn in one run.

Ours is built of the spool that a visit left: pictures, text layer, tags. OCRmyPDF and img2pdf with Ghostscript get the
same pictures, one a post; Ghostscript alone gets what Chromium prints of the same page. Every way is a command of its
own, and its time is that of the command from start to end: Python's start is in ours and in theirs. What our judges
cost is told apart, for the others judge nothing; so is what of ours is start-up, which a capture, whose process runs
already, does not pay. CPU seconds are those of everything that was started.
"""

import asyncio
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from capture.pages import Pictures
from capture.programs import verapdf
from tests.bench import pages_build, pages_seen
from tests.bench.measure import ratio, say, target
from tests.bench.pages_build import Built, spent
from tests.bench.pages_feed import SCALE, Feed, long_spool, pictured, pictures_of

PEERS = Path(".venv/bench-peers/bin")
DOTS = 96 * SCALE
LONG = 2_000
_GHOSTSCRIPT = ("gs", "-dPDFA=2", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite",
                "-sColorConversionStrategy=RGB", "-dPDFACompatibilityPolicy=1")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Made:
    """One way: its files, what it cost, and how like each picture is to its page (none where the layout is another).

    `wall` and `cpu` are the seconds of the command, without judges; `started` those until a process of ours is loaded.
    """

    paths: list[Path]
    wall: float
    cpu: float
    alike: list[float]
    started: tuple[float, float] = (0.0, 0.0)


def measure(folder: Path, *, quick: bool) -> None:
    """Make the same pages each way, a line a way; then the targets. `quick`: fewer posts, once, and no long feed."""
    posts, rounds = (16, 1) if quick else (60, 2)
    feed = asyncio.run(pictured(folder / "feed", posts))
    pictures = pictures_of(feed, folder / "pictures")
    say(f"pages: {posts} posts, {len(pictures)} pictures of {SCALE} device pixels a CSS pixel")
    say(f"{'':<34}  wall s   CPU s  KB/post   words   emoji  others   SSIM  veraPDF")
    made: dict[str, list[Made]] = {}
    for number in range(rounds):
        place = folder / f"made{number}"
        place.mkdir()
        ways = _ways(feed, pictures, place)
        for name, way in ways.items():
            made.setdefault(name, []).append(way())
            _line(name, made[name][-1], feed)
    _targets(made, feed)
    if not quick:
        _long(folder / "long")


def _ways(feed: Feed, pictures: list[Path], place: Path) -> dict[str, Callable[[], Made]]:
    return {
        "ours, mix": lambda: _ours(feed, pictures, place / "mix", Pictures.MIX),
        "ours, lossless": lambda: _ours(feed, pictures, place / "lossless", Pictures.LOSSLESS),
        "img2pdf + Ghostscript": lambda: _theirs(_img2pdf(pictures, place), place / "img2pdf.pdf", pictures),
        "OCRmyPDF": lambda: _theirs(_ocrmypdf(pictures, place), place / "ocrmypdf.pdf", pictures),
        "Ghostscript on Chromium's print": lambda: _theirs(_print(feed, place), place / "print.pdf", ()),
    }


def _ours(feed: Feed, pictures: Sequence[Path], into: Path, mode: Pictures) -> Made:
    built, whole_wall, whole_cpu = spent(lambda: pages_build.start(feed.spool, into, mode))
    wall, cpu = whole_wall - built.judged_wall, whole_cpu - built.judged_cpu
    started = wall - built.wall, cpu - built.cpu
    say(
        f"  {mode.value}: {wall:.1f} s, {cpu:.1f} CPU s, of which start-up {started[0]:.1f} and {started[1]:.1f};"
        f" beside it the judges {built.judged_wall:.1f} and {built.judged_cpu:.1f}; {built.memory / 1e6:.0f} MB"
    )
    paths = [Path(path) for path in built.paths]
    return Made(paths=paths, wall=wall, cpu=cpu, alike=_pieces_alike(built, paths, pictures), started=started)


def _theirs(commands: Sequence[Sequence[str | Path]], into: Path, pictures: Sequence[Path]) -> Made:
    def work() -> None:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True)

    _, wall, cpu = spent(work)
    alike = []
    with pypdfium2.PdfDocument(into) as pdf:
        for number, path in enumerate(pictures):
            with Image.open(path) as picture:
                alike.append(pages_seen.similarity(picture, pages_seen.drawn(pdf, number, dots=DOTS)))
    return Made(paths=[into], wall=wall, cpu=cpu, alike=alike)


def _img2pdf(pictures: Sequence[Path], place: Path) -> list[list[str | Path]]:
    raw = place / "img2pdf.raw"
    finish = [*_GHOSTSCRIPT, f"-sOutputFile={place / 'img2pdf.pdf'}", raw]
    return [[PEERS / "img2pdf", *pictures, "-o", raw], finish]


def _ocrmypdf(pictures: Sequence[Path], place: Path) -> list[list[str | Path]]:
    raw = place / "ocrmypdf.raw"
    read = [PEERS / "ocrmypdf", "--quiet", "-l", "swe", "--output-type", "pdfa-2", raw, place / "ocrmypdf.pdf"]
    return [[PEERS / "img2pdf", *pictures, "-o", raw], read]


def _print(feed: Feed, place: Path) -> list[list[str | Path]]:
    return [[*_GHOSTSCRIPT, f"-sOutputFile={place / 'print.pdf'}", feed.printed]]


def _pieces_alike(built: Built, paths: Sequence[Path], pictures: Sequence[Path]) -> list[float]:
    """Compare what stands on the first page of each post with the upper part of its picture."""
    alike = []
    for (volume, _, page, box), path in zip(built.posts, pictures, strict=True):
        with pypdfium2.PdfDocument(paths[volume - 1]) as pdf, Image.open(path) as picture:
            whole = pages_seen.drawn(pdf, page - 1, dots=DOTS)
            x, y, width, height = (round(edge * DOTS / 72) for edge in box)
            top = whole.height - y - height
            alike.append(pages_seen.similarity(whole.crop((x, top, x + width, top + height)), picture))
    return alike


def _line(name: str, made: Made, feed: Feed) -> None:
    size = sum(path.stat().st_size for path in made.paths) / len(feed.said) / 1e3
    parts = "  ".join(f"{part:6.1%}" for part in _recall(made, feed))
    seen = f"{statistics.mean(made.alike):6.4f}" if made.alike else "     -"
    flavour = "2a" if name.startswith("ours") else "2b"
    verdicts = verapdf.validate(made.paths, [flavour])
    said = "yes" if all(verdict.compliant for verdict in verdicts) else "NO"
    say(f"{name:<34} {made.wall:7.1f} {made.cpu:7.1f}  {size:7.0f}  {parts}  {seen}  {flavour} {said}")


def _recall(made: Made, feed: Feed) -> tuple[float, float, float]:
    return pages_seen.recall(pages_seen.words("\n".join(feed.said)), pages_seen.words_of(made.paths))


def _targets(made: dict[str, list[Made]], feed: Feed) -> None:
    """Print what issue 5 asks for, each with what was measured; ratios are of the same round."""
    ours, lossless = made["ours, mix"], made["ours, lossless"]
    ocr, merged = made["OCRmyPDF"], made["img2pdf + Ghostscript"]
    together = list(zip(ours, ocr, merged, strict=True))
    target("pages: OCRmyPDF's time / ours", [b.wall / a.wall for a, b, _ in together], at_least=5)
    target("pages: OCRmyPDF's CPU / ours", [b.cpu / a.cpu for a, b, _ in together], at_least=8)
    target("pages: our time / img2pdf and Ghostscript's", [a.wall / c.wall for a, _, c in together], at_most=1)
    for name, peer in (("OCRmyPDF", ocr), ("img2pdf and Ghostscript", merged)):
        warm = [b.wall / (a.wall - a.started[0]) for a, b in zip(ours, peer, strict=True)]
        say(f"  … {name}'s time / ours in a process that runs already: {statistics.median(warm):.1f}")
    words, emoji, others = _recall(ours[0], feed)
    target("pages: words found", [words], at_least=0.995)
    target("pages: emoji found", [emoji], at_least=1)
    target("pages: words in other scripts found", [others], at_least=1)
    target("pages: SSIM, mix, of the least like", [min(one.alike) for one in ours], at_least=0.995)
    target("pages: SSIM, lossless, of the least like", [min(one.alike) for one in lossless], at_least=1)
    target("pages: seconds to picture a post at 2x", feed.seconds, at_most=0.3)
    ratio("pages: a post pictured and read, at 2x", feed.seconds, feed.seconds)
    ratio("… Playwright's screenshot alone, as sharp", feed.bare, feed.seconds)


def _long(folder: Path) -> None:
    folder.mkdir()
    began = time.perf_counter()
    keys = long_spool(folder / "spool", LONG)
    say(f"{LONG} posts: the spool was made in {time.perf_counter() - began:.0f} s")
    built = pages_build.start(folder / "spool", folder / "out", Pictures.MIX)
    say(f"  built in {built.wall:.0f} s ({built.cpu:.0f} CPU s), judged in {built.judged_wall:.0f} s")
    in_order = [key for _, key, _, _ in built.posts] == keys
    target(f"pages: {LONG} posts, all in order (1: yes)", [float(in_order)], at_least=1)
    target(f"pages: {LONG} posts, MB at the peak", [built.memory / 1e6], at_most=250)
