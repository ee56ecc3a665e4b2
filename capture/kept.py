"""What a visit leaves in the run's folder, and the artefacts are made from.

walk.jsonl     what the walk has finished so far, one line at a time
walk.json      what was seen, and how the walk went
previous.json  the walk of the capture that this one continues, if there is one
recording/     one lossless frame a step, with their journal
pages/         one picture and its text a post
media/         the original files of what posts show, with their journal
evidence/      pictures of posts that something is missing from

and one that is made for a closure:

layout/        the channel at the width of a desktop and of a phone
webbarkiv/     what the browser was given
"""

from pathlib import Path

from pydantic import TypeAdapter

from capture.items import Walk

DIARY, RECORDING, PAGES, MEDIA, EVIDENCE = "walk.jsonl", "recording", "pages", "media", "evidence"
LAYOUT, WEB_ARCHIVE = "layout", "webbarkiv"
_WALK_FILE, _PREVIOUS_FILE = "walk.json", "previous.json"

_walk_type = TypeAdapter(Walk)


def keep_walk(folder: Path, seen: Walk) -> None:
    """Keep what a whole visit saw: from now on `folder` can be developed."""
    keep(folder / _WALK_FILE, _walk_type.dump_json(seen, indent=1))


def seen_in(folder: Path) -> Walk:
    """Return the walk that a visit kept in `folder`."""
    return _walk_type.validate_json((folder / _WALK_FILE).read_bytes())


def finished_posts(folder: Path) -> int:
    """Return how many posts the visit in `folder` has finished, whether or not it is over."""
    diary = folder / DIARY
    return diary.read_bytes().count(b'{"line":"post"') if diary.exists() else 0


def follow(folder: Path, previous: Path) -> None:
    """Let the capture in `folder` continue the one in the folder `previous`; a second time changes nothing.

    The walk is copied: what is said of how the two join must not depend on a folder that may be cleared away.
    """
    if not (folder / _PREVIOUS_FILE).exists():
        keep(folder / _PREVIOUS_FILE, (previous / _WALK_FILE).read_bytes())


def followed_by(folder: Path) -> Walk | None:
    """Return the walk that the one in `folder` continues, None where it continues none."""
    path = folder / _PREVIOUS_FILE
    return _walk_type.validate_json(path.read_bytes()) if path.exists() else None


def keep(path: Path, content: bytes) -> None:
    """Write `content` so that a file of that name is always whole."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
