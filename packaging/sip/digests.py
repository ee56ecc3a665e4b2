"""Calculates a file's digest beside the rest of what is done with its bytes, where there are many of them.

A digest and a ZIP's own CRC take about as long as each other. Both let Python go on meanwhile, so on two cores they
take the time of one.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle

_BUFFER = 1 << 20
_WORTH_A_THREAD = 1 << 20


class Digest:
    """A digest being calculated. What it is given must stay as it is until it is given more, or asked for its value."""

    def __init__(self, algorithm: str, beside: Executor | None) -> None:
        # Old packages state MD5 or SHA-1: to notice damage they still serve.
        self._digest = hashlib.new(algorithm, usedforsecurity=False)
        self._beside = beside
        self._under_way: Future[None] | None = None

    def update(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._wait()
        if self._beside is None:
            self._digest.update(data)
        else:
            self._under_way = self._beside.submit(self._digest.update, data)

    def value(self) -> bytes:
        """Return the digest of all that was given."""
        self._wait()
        return self._digest.digest()

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()


class Buffers:
    """Two buffers in turn: one can be read into while a digest of the other is under way."""

    def __init__(self) -> None:
        self._turns = cycle([memoryview(bytearray(_BUFFER)) for _ in range(2)])

    def next(self) -> memoryview:
        """Return the one whose turn it is."""
        return next(self._turns)


@contextmanager
def digesting(algorithm: str, size: int) -> Iterator[Digest]:
    """Give the digest, by one of hashlib's names, of a file of about `size` bytes."""
    if size < _WORTH_A_THREAD:
        yield Digest(algorithm, None)
        return
    with ThreadPoolExecutor(max_workers=1) as beside:
        yield Digest(algorithm, beside)
