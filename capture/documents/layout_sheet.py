"""The layout as a document: how the channel looked on a desktop and in a phone, cut where no letters are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capture.documents.evidence import Slice, slices_of
from capture.documents.look import render
from capture.layout import ABOUT, CHANNEL, Layout, Picture
from register.language import Language, Text

_PAGES = {
    CHANNEL: Text("Kanalens första sida", "The channel's first page"),
    ABOUT: Text("Sidan om kanalen", "The page about the channel"),
}


@dataclass(frozen=True, kw_only=True)
class _Shown:
    heading: Text
    picture: Picture
    slices: tuple[Slice, ...]


def title_of(channel: str) -> str:
    """Return the document's title."""
    return f"Layout – {channel}"


def render_layout(channel: str, layout: Layout, folder: Path, *, run_id: str) -> str:
    """Return the layout as one HTML document, Swedish first and English beside it.

    Args:
        channel: What the channel is called.
        layout: What was pictured.
        folder: Where the pictures are.
        run_id: The package's object id.

    Raises:
        BadInputError: a picture is not what was taken.
    """
    return render(
        "layout.html",
        title=title_of(channel),
        footer=f"{title_of(channel)} – {run_id}",
        languages=tuple(Language),
        channel=channel,
        shown=tuple(_shown(layout, folder)),
        missed=layout.missed,
    )


def _shown(layout: Layout, folder: Path) -> Iterator[_Shown]:
    for one in layout.pictures:
        what, width = _PAGES[one.page], one.view.width
        device = Text("i en telefon", "in a phone") if one.view.mobile else Text("på en dator", "on a desktop")
        yield _Shown(
            heading=Text(f"{what.sv} {device.sv}, {width} pixlar bred", f"{what.en} {device.en}, {width} pixels wide"),
            picture=one,
            slices=tuple(slices_of(folder / one.file, one.sha256)),
        )
