"""What the record says of the media of an item (`media` and `missingMedia` in schemas/kanalarkiv/record-1.0.xsd)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from capture.media.kept import MediaKept, Told, name_of
from capture.media.nouns import MediaFile, Shown


@dataclass(frozen=True, kw_only=True)
class Described:
    """An XML element of the record: its name, and its attributes in order. The values are the channel's, unjudged."""

    element: str
    attributes: Mapping[str, str]


def described(media: MediaKept) -> Mapping[str, tuple[Described, ...]]:
    """Return, by the key of each item that shows any, its media in the page's order."""
    return {key: tuple(map(_described, told)) for key, told in media.by_item.items()}


def _described(told: Told) -> Described:
    if told.file is None:
        return Described(element="missingMedia", attributes=_what(told.shown) | _why(told.shown))
    return Described(element="media", attributes=_what(told.shown) | _where(told.file))


def _what(shown: Shown) -> dict[str, str]:
    known = {"width": str(shown.width), "height": str(shown.height)} if shown.width and shown.height else {}
    return {"kind": shown.medium.value, "address": shown.address, "alt": shown.alt, **known}


def _where(file: MediaFile) -> dict[str, str]:
    led_on = {} if file.answered_from is None else {"answeredFrom": file.answered_from}
    return {
        "file": name_of(file),
        "mediaType": file.media_type,
        "size": str(file.size),
        "sha256": file.sha256,
        "obtained": file.obtained.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "way": file.way.value,
        **led_on,
    }


def _why(shown: Shown) -> dict[str, str]:
    if shown.reason is None:
        raise ValueError(f"{shown.address}: neither a file nor a reason")
    return {"reason": shown.reason.value, **({"detail": shown.detail} if shown.detail else {})}
