"""Makes PDF/A of our documents, one after another, with a browser and the judges warm between them.

Starting a browser and two Java machines takes longer than making a document; whoever makes several, or waits for one,
keeps a press open.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Self

from playwright.async_api import Browser, async_playwright

from capture.pages import Flavour, print_document
from capture.pages.document import Document
from capture.programs import chromium
from capture.programs.verapdf import Judge, PdfVerdict
from register.errors import NotPdfAError

if TYPE_CHECKING:
    from capture.pages.seal import Seal


@dataclass(frozen=True, kw_only=True)
class Made:
    """A document as it lies on the disk; `report` is what the judges said of the PDF, `sha256` is the PDF's."""

    html: Path
    pdf: Path
    report: Path
    sha256: str


class Press:
    """A browser and the judges of one flavour, open for as long as the `with` block."""

    def __init__(self, flavour: Flavour = Flavour.A2) -> None:
        self.flavour = flavour
        self._judges = WarmJudges(flavour.judged)
        self._open = AsyncExitStack()
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        """Start the browser and the judges side by side.

        Raises:
            BrowserMissingError: there is no Chromium.
            JavaMissingError: there is no Java to judge with.
        """
        async with AsyncExitStack() as opening:
            opening.callback(self._judges.close)
            warming = asyncio.create_task(asyncio.to_thread(self._judges.warm, self.flavour))
            try:
                playwright = await opening.enter_async_context(async_playwright())
                self._browser = await chromium.launch(playwright)
                opening.push_async_callback(self._browser.close)
            finally:
                await warming
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all of them."""
        await self._open.aclose()

    async def make(self, html: str, into: Path, *, title: str, created: datetime, seal: "Seal | None" = None) -> Made:
        """Make a document of HTML.

        Args:
            html: the whole document, as `look.render` gives it.
            into: the PDF to make; the HTML goes beside it as `.html`, the judges' report as `.verapdf.json`.
            title: its title.
            created: aware; stated in the PDF.
            seal: put on the PDF last of all.

        Raises:
            NotPdfAError: if the judges refuse the PDF; it is left as `.rejected.pdf`, beside HTML and report.
        """
        assert self._browser is not None, "the press is not open"  # noqa: S101 -- said in the class's docstring
        beside = into.with_suffix(".html")
        beside.write_text(html, encoding="utf-8")
        await print_document(
            self._browser,
            html,
            into,
            title=title,
            created=created,
            flavour=self.flavour,
            judging=self._judges.validate,
            seal=seal,
        )
        digest = await asyncio.to_thread(lambda: sha256(into.read_bytes()).hexdigest())
        return Made(html=beside, pdf=into, report=into.with_suffix(".verapdf.json"), sha256=digest)


class WarmJudges:
    """Judges like `capture.programs.verapdf.validate`, with a Java machine a flavour that stays.

    One that died is replaced the next time it is asked.
    """

    def __init__(self, flavours: Sequence[str]) -> None:
        self._locks = {flavour: Lock() for flavour in flavours}
        self._judges: dict[str, Judge] = {}

    def warm(self, flavour: Flavour) -> None:
        """Have each judge a small document: the first one takes a second, the next a tenth."""
        with TemporaryDirectory() as folder:
            sample = Path(folder) / "prov.pdf"
            document = Document(title="Prov", created=datetime(2000, 1, 1, tzinfo=UTC), flavour=flavour)
            sheet = document.add_sheet()
            with document.marked(sheet, document.structure.add("H1")):
                document.text(sheet, (100, 100), "Prov", size=20)
            document.save(sample)
            self.validate([sample], flavour.judged)

    def validate(self, paths: Sequence[Path], flavours: Sequence[str]) -> tuple[PdfVerdict, ...]:
        """Return one verdict a file and flavour, in that order.

        Raises:
            JavaMissingError: if there is no Java.
            NotPdfAError: if a judge died or took too long; then nothing is known about the file.
        """
        with ThreadPoolExecutor(len(flavours)) as judges:
            by_flavour = list(judges.map(lambda flavour: self._of(paths, flavour), flavours))
        return tuple(verdict for of_one_file in zip(*by_flavour, strict=True) for verdict in of_one_file)

    def close(self) -> None:
        """End them."""
        for flavour in list(self._judges):
            self._end(flavour)

    def _of(self, paths: Sequence[Path], flavour: str) -> list[PdfVerdict]:
        with self._locks[flavour]:
            if flavour not in self._judges:
                self._judges[flavour] = Judge().__enter__()
            try:
                return [self._judges[flavour].verdict(path, flavour) for path in paths]
            except NotPdfAError:
                self._end(flavour)
                raise

    def _end(self, flavour: str) -> None:
        self._judges.pop(flavour).__exit__()
