"""What a removal sheet takes: from the case to PDF/A that both judges have passed, with browser and judges warm."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from capture.documents.press import Press
from capture.documents.removal import write_removal_sheet
from tests.bench.measure import say, target
from tests.documents import situations

_LIMIT = 2.0  # seconds (issue 5)


def measure(folder: Path, *, sheets: int) -> None:
    """Make so many sheets one after another, of which none is like another, and print what each took."""
    asyncio.run(_measure(folder, sheets))


async def _measure(folder: Path, sheets: int) -> None:
    case = situations.removal((situations.picture(folder / "kommentar.png", lines=6),))
    began = time.perf_counter()
    async with Press() as press:
        say(f"{'opening browser and judges (once)':<62} {time.perf_counter() - began:8.3f}")
        taken = []
        for number in range(1, sheets + 1):
            one = replace(case, case_id=f"2026-{number}", text=f"{number}: {case.text}")
            began = time.perf_counter()
            await write_removal_sheet(press, one, folder / f"blad-{number}.pdf", created=situations.NOON)
            taken.append(time.perf_counter() - began)
    target("a removal sheet, seconds", taken, at_most=_LIMIT)
