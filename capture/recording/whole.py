"""Files that are whole whenever they are there: written aside, and given their name last."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def aside(file: Path) -> Path:
    """Return where `file` is written until it is whole: hidden, beside it."""
    return file.with_name(f".{file.name}.partial")


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Give the path to write to; it becomes `file` when the block ends well, and goes when it does not.

    Raises:
        OSError: it cannot be given its name.
    """
    unfinished = aside(file)
    try:
        yield unfinished
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
