"""The child process that recognises file formats by PRONOM; `sip.identify` starts it.

It stands apart because Siegfried holds Python still while it looks: here it holds nobody else. Paths come in as JSON
lines, answers go out as JSON lines, one for each path in the same order, after a first line about the program itself.
"""

import json
import sys
from collections.abc import Iterator
from itertools import islice

import pygfried

_BATCH = 64
_WORKERS = 2
_UNKNOWN = "UNKNOWN"
_BY_CONTENT = ("byte match", "container", "xml match", "riff match")  # and not by its name, or for being text at all


def main() -> None:
    """Answer until there are no more paths."""
    about = pygfried.identify_many([])
    _say({"version": about["siegfried"], "signatures": about["identifiers"][0]["details"]})
    paths = (json.loads(line) for line in sys.stdin)
    while batch := list(islice(paths, _BATCH)):
        for answer in _answers(pygfried.identify_many(batch, workers=_WORKERS)["files"]):
            _say(answer)
        sys.stdout.flush()


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
