"""`make bench`: ratios against a limit or a peer, measured in one run; seconds are for this machine only.

1. The walk: what it finds, how long it takes and how much memory, beside its peer and the serial bound.
2. What recording and picturing cost a capture.
3. What the recording shows and costs, beside the ways in which others record a page.
4. What packaging costs.
5. What pages of PDF/A show and cost, beside the ways in which others make them.
6. What delivery to a bucket and by SFTP costs, beside the known clients.
7. What a removal sheet takes.

    python -m tests.bench [--quick] [walk|capture|recording|package|pages|delivery|documents]
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import capturing, delivering, documents, packing, pages, recording, walking

PARTS = ("walk", "capture", "recording", "package", "pages", "delivery", "documents")


def main() -> None:
    """Measure, and print one line a measure."""
    reader = argparse.ArgumentParser(prog="python -m tests.bench")
    reader.add_argument("--quick", action="store_true", help="less of everything, in a few minutes")
    reader.add_argument("part", nargs="?", choices=PARTS, help="only this part")
    wanted = reader.parse_args()
    with TemporaryDirectory(prefix="kanalarkiv-bench-") as name:
        folder = Path(name)
        if wanted.part in (None, "walk"):
            walking.measure(quick=wanted.quick)
        if wanted.part in (None, "capture"):
            rounds, posts = (1, 10) if wanted.quick else (2, capturing.POSTS)
            capturing.measure(folder, rounds=rounds, posts=posts)
        if wanted.part in (None, "recording"):
            recording.measure(folder, quick=wanted.quick)
        if wanted.part in (None, "package"):
            packing.measure(folder, rounds=1 if wanted.quick else 3)
        if wanted.part in (None, "pages"):
            pages.measure(folder, quick=wanted.quick)
        if wanted.part in (None, "delivery"):
            delivering.measure(folder, quick=wanted.quick)
        if wanted.part in (None, "documents"):
            documents.measure(folder, sheets=5 if wanted.quick else 20)


if __name__ == "__main__":
    main()
