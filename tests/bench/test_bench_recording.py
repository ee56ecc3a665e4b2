"""What the recording's bench measures is right: states read from pictures, CPU seconds of all that was started."""

import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from tests.bench import barcode
from tests.bench.barcode import BITS, CELL, CORNER

ORPHAN = """
import subprocess, sys, time
from tests.bench import tree
tree.adopt_orphans()
burn = "import time; until = time.process_time() + 0.5\\nwhile time.process_time() < until: pass"
leave = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burn!r}])"
before = tree.cpu_seconds()
subprocess.run([sys.executable, "-c", leave], check=True)
print(tree.cpu_seconds() - before)
"""


def test_the_state_is_read_from_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "state.png"
    for number in (1, 0x5A5A5A, (1 << BITS) - 1):
        image = Image.new("RGB", (400, 100), "#888")
        pen = ImageDraw.Draw(image)
        for bit in range(BITS):
            left, white = CORNER + bit * CELL, number >> (BITS - 1 - bit) & 1
            for row in range(2):
                top = CORNER + row * CELL
                pen.rectangle((left, top, left + CELL - 1, top + CELL - 1), fill="#fff" if white ^ row else "#000")
        image.save(picture)
        assert barcode.states(picture) == [number]
    Image.new("RGB", (400, 100), "#888").save(picture)
    assert barcode.states(picture) == [None]


def test_the_cpu_seconds_of_an_orphan_are_counted() -> None:
    """Half a second is spent by a process whose parent has ended long before it."""
    done = subprocess.run([sys.executable, "-c", ORPHAN], check=True, stdout=subprocess.PIPE, text=True)
    assert 0.5 <= float(done.stdout) < 1.5
