"""What a file is, by its own first bytes: neither its name nor what a server says of it is believed.

The table holds what browsers show. What is not in it is not a medium: a login page that is sent where a picture was
expected begins with `<!doctype`.
"""

import re
from dataclasses import dataclass

from capture.media.nouns import Medium

ENOUGH = 4096
"""How many bytes from the start decide."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format: its media type (IANA), the ending of its file's name, and its name for PREMIS."""

    media_type: str
    extension: str
    name: str


def _format(media_type: str, extension: str, name: str) -> Format:
    return Format(media_type=media_type, extension=extension, name=name)


_PNG = _format("image/png", "png", "PNG")
_JPEG = _format("image/jpeg", "jpg", "JPEG")
_GIF = _format("image/gif", "gif", "GIF")
_WEBP = _format("image/webp", "webp", "WebP")
_MP4 = _format("video/mp4", "mp4", "MPEG-4")
_MP3 = _format("audio/mpeg", "mp3", "MPEG Audio")
_WEBM = _format("video/webm", "webm", "WebM")
_SVG = _format("image/svg+xml", "svg", "SVG")
_OGG_VIDEO = _format("video/ogg", "ogv", "Ogg")
_OGG_AUDIO = _format("audio/ogg", "ogg", "Ogg")

_STARTS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _PNG),
    (re.compile(rb"\xff\xd8\xff"), _JPEG),
    (re.compile(rb"GIF8[79]a"), _GIF),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _WEBP),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), _format("audio/wav", "wav", "WAVE")),
    (re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL), _format("image/bmp", "bmp", "BMP")),
    (re.compile(rb"\x00\x00\x01\x00[^\x00]\x00"), _format("image/vnd.microsoft.icon", "ico", "ICO")),
    (re.compile(rb"II\*\x00|MM\x00\*"), _format("image/tiff", "tif", "TIFF")),
    (re.compile(rb"\x1aE\xdf\xa3.*webm", re.DOTALL), _WEBM),
    (re.compile(rb"\x1aE\xdf\xa3.*matroska", re.DOTALL), _format("video/matroska", "mkv", "Matroska")),
    (re.compile(rb"OggS.*(?:\x80theora|BBCD\x00)", re.DOTALL), _OGG_VIDEO),
    (re.compile(rb"OggS"), _OGG_AUDIO),
    (re.compile(rb"fLaC"), _format("audio/flac", "flac", "FLAC")),
    (re.compile(rb"ID3[\x02-\x04]"), _MP3),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), _format("audio/aac", "aac", "AAC (ADTS)")),
    (re.compile(rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd]"), _MP3),  # layers II and III; FF FE begins UTF-16
    (re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT[ \t\r\n]"), _format("text/vtt", "vtt", "WebVTT")),
)
_BRANDS = {  # ISO/IEC 14496-12, `ftyp`
    b"avif": _format("image/avif", "avif", "AVIF"),
    b"avis": _format("image/avif", "avif", "AVIF"),
    b"heic": _format("image/heic", "heic", "HEIC"),
    b"heix": _format("image/heic", "heic", "HEIC"),
    b"mif1": _format("image/heif", "heif", "HEIF"),
    b"M4A ": _format("audio/mp4", "m4a", "MPEG-4"),
    b"M4B ": _format("audio/mp4", "m4b", "MPEG-4"),
    b"qt  ": _format("video/quicktime", "mov", "QuickTime"),
}
_SVG_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?svg[\s>/]")
_MANIFESTS = re.compile(r"#EXTM3U|<(?:[A-Za-z][\w.-]{0,30}:)?(?:MPD|SmoothStreamingMedia)[\s>]")
_TOP_LEVEL = {
    Medium.PICTURE: ("image/",),
    Medium.BACKGROUND: ("image/",),
    Medium.POSTER: ("image/",),
    Medium.VIDEO: ("video/", "audio/"),  # a player of sound is often a <video>
    Medium.AUDIO: ("audio/", "video/"),  # and many containers do not say which of them they hold
    Medium.SUBTITLES: ("text/vtt",),
}


def sniff(head: bytes) -> Format | None:
    """Return what a file is that begins with `head` (its first `ENOUGH` bytes, or all of it); None for no medium."""
    for start, found in _STARTS:
        if start.match(head):
            return found
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    return _SVG if _SVG_ROOT.match(_from_root(_text(head))) else None


def is_manifest(head: bytes) -> bool:
    """Say whether a file that begins with `head` is the list of a stream's pieces (HLS, DASH), not a medium itself."""
    return _MANIFESTS.match(_from_root(_text(head))) is not None


def fits(found: Format, medium: Medium) -> bool:
    """Say whether a file of that format can be what a page shows as `medium`."""
    return found.media_type.startswith(_TOP_LEVEL[medium])


def is_whole(content: bytes) -> bool:
    """Say whether a picture ends as its format says that it must; of formats that do not say, nothing is known: False.

    The browser may still be receiving a picture, and then hands out what it has.
    """
    found = sniff(content[:ENOUGH])
    if found is _PNG:
        return content.endswith(b"IEND\xaeB`\x82")
    if found is _JPEG:
        return content.endswith(b"\xff\xd9")
    if found is _GIF:
        return content.endswith(b"\x3b")
    if found is _WEBP:
        return len(content) == 8 + int.from_bytes(content[4:8], "little")
    if found is _SVG:
        return _text(content[-ENOUGH:]).rstrip().endswith(("svg>", "-->"))
    return found is not None and found in _BRANDS.values() and _boxes_end(content)


def _boxes_end(content: bytes) -> bool:
    """Say whether the last box of a file (ISO/IEC 14496-12, 4.2) ends where the file does."""
    at = 0
    while at + 16 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        if size < 8:  # 0: to the end of the file, wherever that was to be
            return False
        at += size
    return at == len(content)


def _from_root(text: str) -> str:
    """Return an XML document from its root element on; all of what is left of it where there is none.

    No regular expression: what a stranger writes here would decide how long it takes.
    """
    while True:
        text = text.lstrip()
        for start, end in (("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE svg", ">")):
            if text.startswith(start):
                _, closed, after = text.partition(end)
                break
        else:
            return text
        if start.startswith("<!D") and "[" in text.partition(end)[0]:  # declarations of its own
            _, closed, after = text.partition("]")
            after = after.partition(">")[2]
        if not closed:
            return ""
        text = after


def _text(head: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode("utf-8", "replace")
