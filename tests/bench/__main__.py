"""`make bench`: ratios against a limit or a peer, measured in one run; seconds are for this machine only.

1. The walk: what it finds, how long it takes and how much memory, beside its peer and the serial bound.
2. What recording and picturing cost a capture.
3. What the recording shows and costs, beside the ways in which others record a page.
4. What packaging costs.
5. What pages of PDF/A show and cost, beside the ways in which others make them.
6. What delivery to a bucket and by SFTP costs, beside the known clients.
7. What a removal sheet takes.
8. What recording a web archive costs a capture, and what its replay shows.
9. What the register answers at the size of a joint archive, on both databases, and what comparing captures takes.

    python -m tests.bench [--quick] [walk|capture|recording|package|pages|delivery|documents|web-archive|register]
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import capturing, delivering, documents, packing, pages, recording, registering, walking, web_archive

PARTS = ("walk", "capture", "recording", "package", "pages", "delivery", "documents", "web-archive", "register")


def main() -> None:
    """Measure, and print one line a measure."""
    reader = argparse.ArgumentParser(prog="python -m tests.bench")
    reader.add_argument("--quick", action="store_true", help="less of everything, in a few minutes")
    reader.add_argument("part", nargs="?", choices=PARTS, help="only this part")
    wanted = reader.parse_args()
    with TemporaryDirectory(prefix="kanalarkiv-bench-") as name:
        _measure(Path(name), wanted.part, quick=wanted.quick)


def _measure(folder: Path, part: str | None, *, quick: bool) -> None:
    parts = {
        "walk": lambda: walking.measure(quick=quick),
        "capture": lambda: capturing.measure(folder, rounds=1 if quick else 2, posts=10 if quick else capturing.POSTS),
        "recording": lambda: recording.measure(folder, quick=quick),
        "package": lambda: packing.measure(folder, rounds=1 if quick else 3),
        "pages": lambda: pages.measure(folder, quick=quick),
        "delivery": lambda: delivering.measure(folder, quick=quick),
        "documents": lambda: documents.measure(folder, sheets=5 if quick else 20),
        "web-archive": lambda: web_archive.measure(
            folder, rounds=1 if quick else 3, posts=8 if quick else web_archive.POSTS
        ),
        "register": lambda: registering.measure(folder, quick=quick),
    }
    for name in PARTS if part is None else (part,):
        parts[name]()


if __name__ == "__main__":
    main()
