"""Opens anybody's package for reading, without unpacking a byte to disk and without trusting it.

Whatever is wrong with the container becomes a finding: broken, truncated or encrypted archives, paths that lead out,
links, duplicates, and archives made to swell. An entry with such a fault is never read.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from register.language import Text
from sip import tarshelf, zipshelf
from sip.findings import Findings
from sip.shelf import Shelf


@contextmanager
def opened(path: Path, findings: Findings) -> Iterator[Shelf | None]:
    """Give the package at `path`, a ZIP, a TAR or a folder, or None if it cannot be read at all."""
    if path.is_dir() and not path.is_symlink():
        yield _folder(path, findings)
        return
    if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
        findings.add("KA-ARCHIVE", path.name, Text("varken fil eller mapp", "neither file nor folder"))
        yield None
        return
    with path.open("rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        looks = tarshelf if tarshelf.is_tar(raw) else zipshelf
        raw.seek(0)
        yield looks.shelf(raw, size, path.name, findings)


def _folder(top: Path, findings: Findings) -> Shelf:
    files: dict[str, int] = {}
    for folder, folders, names in os.walk(top, onerror=_raise):
        for name in sorted(folders + names):
            place = Path(folder, name)
            inside = f"{top.name}/{place.relative_to(top).as_posix()}"
            kind = place.lstat()
            if stat.S_ISREG(kind.st_mode):
                files[inside] = kind.st_size
            elif not stat.S_ISDIR(kind.st_mode):
                what = stat.filemode(kind.st_mode)
                findings.add("KA-LINK", inside, Text(f"ingen vanlig fil ({what})", f"not a regular file ({what})"))
    return Shelf(files=files, open=lambda inside: _unlinked(top.joinpath(*inside.split("/")[1:])))


def _unlinked(path: Path) -> IO[bytes]:
    """Open a file that was no link when the folder was looked through, and must not have become one."""
    return open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb", buffering=0)  # noqa: PTH123 - given away


def _raise(error: OSError) -> None:
    raise error
