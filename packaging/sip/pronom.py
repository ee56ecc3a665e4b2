"""The child process that recognises file formats by PRONOM; `sip.identify` starts it.

It stands apart because Siegfried holds Python still while it looks: here it holds nobody else. Paths come in as JSON
lines, answers go out as JSON lines, one for each path in the same order, after a first line about the program itself.

Siegfried maps a file into memory and may look through all of it for a mark that is not there: a minute a gigabyte. Of a
large file it is shown the beginning and the end, where formats have their marks; a ZIP it finds its own way in.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pygfried

_BATCH = 64
_WORKERS = 2
_UNKNOWN = "UNKNOWN"
_BY_CONTENT = ("byte match", "container", "xml match", "riff match")  # and not by its name, or for being text at all
_LARGE = 4 << 20
_HEAD, _TAIL = 1 << 20, 1 << 17
_ZIP = b"PK\x03\x04"


def main() -> None:
    """Answer until there are no more paths."""
    about = pygfried.identify_many([])
    _say({"version": about["siegfried"], "signatures": about["identifiers"][0]["details"]})
    paths = (json.loads(line) for line in sys.stdin)
    while batch := list(islice(paths, _BATCH)):
        with tempfile.TemporaryDirectory(prefix="kanalarkiv-pronom-") as scratch:
            shown = [_shown(Path(path), Path(scratch, str(number))) for number, path in enumerate(batch)]
            found = pygfried.identify_many(shown, workers=_WORKERS)
        for answer in _answers(found["files"]):
            _say(answer)
        sys.stdout.flush()


def _shown(path: Path, scratch: Path) -> str:
    """Return the file to look at in the place of the one at `path`: itself, or the ends of one that is large.

    A name that is no Unicode, which Siegfried cannot be told, becomes a link without it.
    """
    with path.open("rb", buffering=0) as file:
        size = file.seek(0, 2)
        file.seek(0)
        if size <= _LARGE or file.read(len(_ZIP)) == _ZIP:
            return str(path) if _is_unicode(str(path)) else _link(path, scratch)
        file.seek(0)
        head = file.read(_HEAD)
        file.seek(-_TAIL, 2)
        ends = _named(scratch, path)
        ends.write_bytes(head + file.read(_TAIL))
    return str(ends)


def _link(path: Path, scratch: Path) -> str:
    link = _named(scratch, path)
    link.symlink_to(path)
    return str(link)


def _named(scratch: Path, path: Path) -> Path:
    return scratch.with_suffix(path.suffix if _is_unicode(path.suffix) else "")


def _is_unicode(text: str) -> bool:
    return text.isascii() or text == text.encode("utf-8", "replace").decode()


def _answers(files: "list[pygfried.File]") -> Iterator[list[str] | None]:
    """Yield what each file is: key, media type, and whether its content shows it; None where nothing single is."""
    for file in files:
        matches = [each for each in file["matches"] if each["id"] != _UNKNOWN]
        if len(matches) != 1:
            yield None
            continue
        (match,) = matches
        shown = any(word in match["basis"] for word in _BY_CONTENT)
        yield [match["id"], match["mime"], "content" if shown else "name"]


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()
