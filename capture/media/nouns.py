"""The nouns of the media: what a page shows, what was kept of it, and why something was not. Times are UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from register.language import Text


class Medium(StrEnum):
    """What a page uses a file as."""

    PICTURE = "picture"
    BACKGROUND = "background"  # a picture that is written on an element itself, not by a style sheet
    VIDEO = "video"
    AUDIO = "audio"
    POSTER = "poster"  # the still that stands for a video
    SUBTITLES = "subtitles"


class Way(StrEnum):
    """How a file was obtained."""

    BROWSER = "browser"  # what the browser had received to show the page
    PAGE = "page"  # it was written in the page, or an object in its memory (data:, blob:)
    FETCHED = "fetched"  # asked for once more, by a request of our own


class Reason(StrEnum):
    """Why a file was not kept."""

    STREAM = "stream"
    LIVE = "live"
    GONE = "gone"
    REFUSED = "refused"
    NOT_MEDIA = "not-media"
    TOO_LARGE = "too-large"
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden-address"
    TOO_OFTEN = "asked-too-often"
    OUT_OF_TIME = "out-of-time"
    NO_ADDRESS = "no-address"

    @property
    def label(self) -> Text:
        """The reason as a person reads it."""
        return _LABELS[self]

    @property
    def explained(self) -> bool:
        """Whether the channel itself accounts for it: it offers no file, or the server says that it is no more."""
        return self in (Reason.STREAM, Reason.LIVE, Reason.NO_ADDRESS, Reason.GONE)


_LABELS = {
    Reason.STREAM: Text("visas som en ström, som inte är någon fil", "it is shown as a stream, which is no file"),
    Reason.LIVE: Text("direktsändning", "a live broadcast"),
    Reason.GONE: Text("servern svarar att filen inte finns", "the server answers that the file is not there"),
    Reason.REFUSED: Text("servern lämnade inte ut filen", "the server did not hand out the file"),
    Reason.NOT_MEDIA: Text(
        "svaret var något annat än bild, film, ljud eller undertexter",
        "the answer was something other than a picture, video, sound or subtitles",
    ),
    Reason.TOO_LARGE: Text("filen är större än gränsen", "the file is larger than the limit"),
    Reason.UNREACHABLE: Text("servern svarade inte, eller bröt av", "the server did not answer, or broke off"),
    Reason.FORBIDDEN: Text(
        "adressen är ingen som programmet får hämta från", "the address is none that the program may fetch from"
    ),
    Reason.TOO_OFTEN: Text(
        "servern sade att den tillfrågas för ofta, och tillfrågades inte mer",
        "the server said that it was asked too often, and was asked no more",
    ),
    Reason.OUT_OF_TIME: Text("tiden för ett inläggs mediefiler tog slut", "the time for the media of a post was over"),
    Reason.NO_ADDRESS: Text("sidan erbjuder ingen fil", "the page offers no file"),
}


@dataclass(frozen=True, kw_only=True)
class MediaFile:
    """A file that was kept, and where one address of it is.

    `address` is what the page showed (of one written in the page, only its beginning), `answered_from` the address that
    in the end gave it, None where that is the same. The same bytes under several addresses are one file. `obtained` is
    UTC, `size` in bytes.
    """

    kind: Literal["file"] = "file"
    address: str
    answered_from: str | None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: int
    media_type: str
    extension: Annotated[str, Field(pattern=r"^[0-9a-z]{2,4}$")]
    format_name: str
    way: Way
    obtained: datetime

    @property
    def file(self) -> str:
        """The file's name in the folder of files."""
        return f"{self.sha256}.{self.extension}"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Something that an item shows: `sha256` of its file, or else the `reason` why there is none, with a `detail`.

    `item_key` is the item's in the record. `alt` is the alternative text or label. `width` and `height` are as the
    browser tells them, in pixels; 0 where it does not know.
    """

    item_key: str
    medium: Medium
    address: str
    alt: str
    width: int
    height: int
    sha256: str | None
    reason: Reason | None
    detail: str


@dataclass(frozen=True, kw_only=True)
class PostMedia:
    """All that a post and its comments show, in the page's order.

    `decorations` were left out as too small, `hidden` because no visitor sees them; `unread` are frames that could not
    be looked into, `unlisted` what was more than is looked at in one post.
    """

    kind: Literal["post"] = "post"
    post_key: str
    shown: tuple[Shown, ...]
    decorations: int
    hidden: int
    unread: int
    unlisted: int
