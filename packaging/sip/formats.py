"""Tells a file whose content is plainly not of the format that METS states: the first bytes of a format do not lie.

What has no such bytes (text, CSV, WARC in gzip beside others) is never contradicted.
"""

_BEGINNINGS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "application/pdf": ((0, b"%PDF-"),),
    "application/zip": ((0, b"PK\x03\x04"), (0, b"PK\x05\x06")),
    "application/gzip": ((0, b"\x1f\x8b"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/gif": ((0, b"GIF8"),),
    "image/webp": ((8, b"WEBP"),),
    "image/tiff": ((0, b"II*\0"), (0, b"MM\0*")),
    "video/mp4": ((4, b"ftyp"),),
    "audio/mp4": ((4, b"ftyp"),),
    "video/quicktime": ((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide")),
    "video/webm": ((0, b"\x1a\x45\xdf\xa3"),),
    "video/x-matroska": ((0, b"\x1a\x45\xdf\xa3"),),
}
_XML = frozenset({"application/xml", "text/xml"})
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def contradicts(media_type: str, head: bytes) -> bool:
    """Tell whether `head`, a file's first bytes, cannot begin a file of `media_type`."""
    bare = media_type.partition(";")[0].strip().lower()
    if bare in _XML or bare.endswith("+xml"):
        return not head.startswith(_MARKS) and not head.lstrip().startswith(b"<")
    signs = _BEGINNINGS.get(bare)
    return signs is not None and not any(head[at : at + len(sign)] == sign for at, sign in signs)
