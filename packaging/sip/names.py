r"""Names that every archive system can store: `^[A-Za-z0-9_-]+\.[A-Za-z0-9]+$`, folders without the dot.

ESSArch's default rules are these; an archive that takes `arkiv.tar.gz` as it is may say so. What a file was called
before is kept in PREMIS `originalName`. No name that comes out of here can lead out of its folder, overwrite another,
or mean a device on Windows.
"""

import re
import unicodedata
from collections.abc import Sequence

from register.format_profile import NameRule

SAFE_FILE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)+", re.ASCII)
SAFE_FOLDER = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

_LONGEST_STEM = 100  # leaves room for deep folders inside the 260 characters that Windows takes
_LONGEST_EXTENSION = 16
_UNFOLDED = str.maketrans({"æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ß": "ss", "đ": "d",
                           "Đ": "D", "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D"})  # fmt: skip
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_EXTENSIONS = {"text/plain": "txt", "text/html": "html", "text/csv": "csv", "application/xml": "xml",
               "application/pdf": "pdf", "application/json": "json", "video/mp4": "mp4", "image/png": "png",
               "image/jpeg": "jpg"}  # fmt: skip


def safe_paths(originals: Sequence[tuple[str, str]], rule: NameRule = NameRule.ONE_EXTENSION) -> dict[str, str]:
    """Give each file a path that every archive can store.

    Args:
        originals: (path, media type) of each file, paths POSIX style and unique. The media type chooses the
            extension of a name that has none.
        rule: Whether a name may have several extensions; where it may not, all but the last become part of the stem.

    Returns:
        The safe path of each original path. Two that fold to the same, letter case disregarded, get `-2`, `-3` ...
        in the order of their original paths, so the same files always get the same names.
    """
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # the last number given: a hundred thousand like names are numbered in one go
    safe: dict[str, str] = {}
    for original, media_type in sorted(originals):
        *folders, name = [part for part in original.split("/") if part] or [""]
        stem, extension = _fold_file(name, media_type, rule)
        folder = "".join(f"{_no_device(_fold(part)[:_LONGEST_STEM])}/" for part in folders)
        folded = f"{folder}{stem}.{extension}"
        path, number = folded, numbers.get(folded.casefold(), 1)
        while path.casefold() in taken:
            number += 1
            path = f"{folder}{stem}-{number}.{extension}"
        numbers[folded.casefold()] = number
        taken.add(path.casefold())
        safe[original] = path
    return safe


def _fold_file(name: str, media_type: str, rule: NameRule) -> tuple[str, str]:
    """Return stem and extension(s) of a file called `name`."""
    stem, *parts = name.split(".")
    extensions = [re.sub(r"[_-]", "", _fold(part))[:_LONGEST_EXTENSION] for part in parts]
    if not stem or not extensions or not all(extensions):  # no dot, or one that ends nothing: all of it is the stem
        stem, extensions = name, [_EXTENSIONS.get(media_type, "bin")]
    # x.jpg.jpg is refused by some archives as a hidden type
    kept = [part for at, part in enumerate(extensions) if at == 0 or part.lower() != extensions[at - 1].lower()]
    if rule is NameRule.ONE_EXTENSION:
        stem, kept = ".".join((stem, *kept[:-1])), kept[-1:]
    return _no_device(_fold(stem)[:_LONGEST_STEM]), ".".join(kept)


def _fold(text: str) -> str:
    """Return `text` in A-Z, a-z, 0-9, `_` and `-`: å, ä and ö lose their marks, all else becomes `_`."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNFOLDED))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9_-]", "_", bare) or "_"


def _no_device(stem: str) -> str:
    return f"_{stem}" if _DEVICES.fullmatch(stem) else stem
