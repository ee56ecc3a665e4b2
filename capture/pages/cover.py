"""The first page of a volume: which channel, when and how, and the page as it met a visitor, untouched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from capture.pages.document import Document, Sheet, points, safe_target
from capture.pages.layout import BOTTOM, LEFT, WIDTH, Piece, on_page
from capture.pages.picture import Picture
from capture.pages.profile import Flavour
from capture.pages.spool import HIDDEN, Box, Shot
from capture.pages.structure import Element
from register.language import SWEDEN
from register.model import Channel, Period

_SIZE, _LEADING = 12.0, 18.0
_VALUES = LEFT + 170
_UNREAD = {
    "pseudo": "texter som sidans formatmall lagt till",
    "frames": "inbäddade ramar",
    "canvases": "ritade ytor",
    "controls": "inmatningsfält",
    "closed": "slutna komponenter",
    "fonts": "ord i typsnitt som ritar andra tecken än textens",
    "icons": "ikoner eller andra tecken utan gemensam betydelse",
    "pictures": "bilder som inte laddats",
}


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What the cover says. `started` and `ended` are UTC; `tools` name programs and their versions.

    `without_posts` says that no post of the period was captured, and that this is known: the volume is its cover alone.
    `sealed_by` names who is to seal the volume, and the certificate.
    """

    channel: Channel
    period: Period
    started: datetime
    ended: datetime
    tools: tuple[str, ...]
    without_posts: bool = False
    sealed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a volume holds: posts `first` to `last` of `posts`, as volume `number` of `of`.

    `previous` is the SHA-256 of the volume before, `unread` and `dropped_links` what the text and the links lack,
    `blank` how many words of the page's are left out because no picture shows them. `unpictured` posts have no picture.
    """

    number: int
    of: int
    first: int
    last: int
    posts: int
    previous: str | None
    unread: Mapping[str, int]
    blank: int
    dropped_links: int
    unpictured: int


def in_sweden(moment: datetime, *, seconds: bool = True) -> str:
    """Return `moment` as a person in Sweden reads it; to the second, with UTC beside."""
    if not seconds:
        return f"{moment.astimezone(SWEDEN):%Y-%m-%d kl. %H:%M}"
    here, universal = moment.astimezone(SWEDEN), moment.astimezone(UTC)
    return f"{here:%Y-%m-%d kl. %H:%M:%S} svensk tid ({universal:%Y-%m-%d %H:%M:%S} UTC)"


def draw_cover(document: Document, cover: Cover, extent: Extent, arrival: tuple[Shot, Picture] | None) -> None:
    """Draw the cover on a new sheet; without a picture of the arrival, it says so."""
    sheet = document.add_sheet()
    y = 86.0
    with document.marked(sheet, document.structure.add("P")):
        document.text(sheet, (LEFT, y), "KANALVOLYM · SOCIALA MEDIER", size=11, bold=True)
    y += 40
    heading = document.structure.add("H1")
    for line in wrapped(document, cover.channel.name, size=28, bold=True, width=WIDTH):
        with document.marked(sheet, heading):
            document.text(sheet, (LEFT, y), line, size=28, bold=True)
        y += 36
    y = _table(document, sheet, list(_facts(cover, extent, document.flavour)), y + 6)
    _rule(document, sheet, y)
    said = "Sidan så som den mötte en besökare vid ankomsten, orörd"
    y += 26
    with document.marked(sheet, document.structure.add("P")):
        taken = in_sweden(arrival[0].taken) if arrival else ""
        text = f"{said}, {taken}" if arrival else "Någon bild av sidan vid ankomsten togs inte."
        document.text(sheet, (LEFT, y), text, size=10)
    if arrival:
        _viewport(document, sheet, arrival[1], Box(LEFT, y + 12, WIDTH, BOTTOM - y - 12), said)
    document.bookmark("Försättsblad", sheet, 0)


def draw_footer(document: Document, left: str, right: str) -> None:
    """Draw the same line under every sheet; `right` is followed by the page number."""
    for sheet in document.sheets:
        with document.artifact(sheet, "/Type /Pagination /Subtype /Footer"):
            document.rectangle(sheet, Box(LEFT, BOTTOM + 14, WIDTH, 0.75), 0.75)
            page = f"{right}sida {sheet.number + 1} av {len(document.sheets)}"
            room = WIDTH - document.width(page, size=10) - 20
            document.text(sheet, (LEFT, BOTTOM + 32), shortened(document, left, size=10, width=room), size=10)
            document.text(sheet, (LEFT + WIDTH - document.width(page, size=10), BOTTOM + 32), page, size=10)


def shortened(document: Document, text: str, *, size: float, width: float) -> str:
    """Return `text` on one line, with an ellipsis for what does not fit."""
    text = " ".join(text.split())
    if document.width(text, size=size) <= width:
        return text
    room = width - document.width("…", size=size)
    return text[: _fitting(document, text, size=size, bold=False, width=room)] + "…"


def wrapped(document: Document, text: str, *, size: float, bold: bool, width: float) -> Iterator[str]:
    """Return `text` in lines no wider than `width`; a word that is wider is broken."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if document.width(longer, size=size, bold=bold) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while document.width(line, size=size, bold=bold) > width:
            fits = _fitting(document, line, size=size, bold=bold, width=width)
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


def _fitting(document: Document, word: str, *, size: float, bold: bool, width: float) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if document.width(word[:middle], size=size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _facts(cover: Cover, extent: Extent, flavour: Flavour) -> Iterator[tuple[str, str]]:
    channel = cover.channel
    yield "Plattform", channel.platform
    yield "Adress", channel.url
    yield "Arkivbildare", f"{channel.records_creator.name} ({channel.records_creator.identity_code})"
    yield "Levererande", f"{channel.submitting.name} ({channel.submitting.identity_code})"
    start = f"från {in_sweden(cover.period.start)}" if cover.period.start else "hela den historik som visades"
    yield "Period", f"{start}, till {in_sweden(cover.period.end)}"
    yield "Fångad", f"{in_sweden(cover.started)} – {in_sweden(cover.ended)}"
    if cover.without_posts and not extent.posts:
        yield "Inlägg", "inga från perioden samlades in"
    else:
        yield "Inlägg", f"{extent.posts}, varav {extent.first}–{extent.last} i denna volym"
    yield "Volym", f"Volym {extent.number} av {extent.of}"
    if extent.previous:
        yield "Föregående volym", f"SHA-256 {extent.previous}"
    yield "Format", f"gjord som {flavour.label}; granskarens utlåtande ligger bredvid filen"
    if cover.sealed_by:
        yield "Sigill", f"läggs på sist, när granskaren har godkänt filen, av {cover.sealed_by}"
    yield "Metod", "stegvis genomgång och inspelning: en bild tas efter varje rullning och klick"
    yield "Verktyg", ", ".join(cover.tools)
    unread = sorted((kind, count) for kind, count in extent.unread.items() if count and kind != HIDDEN)
    missing = [f"{count} {_UNREAD.get(kind, kind)}" for kind, count in unread]
    if missing:
        yield "Bara i bild", "Syns men kunde inte läsas som text: " + ", ".join(missing)
    if hidden := extent.blank + extent.unread.get(HIDDEN, 0):
        yield "Bara i sidan", f"{hidden} ord i sidans text syns inte i bilden och är utelämnade"
    if extent.unpictured:
        yield "Utan bild", f"{extent.unpictured} inlägg var för stora att avbilda; på deras plats står varför"
    if extent.dropped_links:
        yield "Länkar", f"{extent.dropped_links} visas utan att leda någonstans (annat än webb och e-post)"


def _table(document: Document, sheet: Sheet, facts: list[tuple[str, str]], y: float) -> float:
    for label, value in facts:
        element = document.structure.add("P")
        with document.marked(sheet, element):
            document.text(sheet, (LEFT, y), f"{label}: ", size=_SIZE, bold=True)
        target = safe_target(value) if label == "Adress" else None
        holder = element.add("Link") if target else element
        for line in wrapped(document, value, size=_SIZE, bold=False, width=LEFT + WIDTH - _VALUES):
            with document.marked(sheet, holder):
                width = document.text(sheet, (_VALUES, y), line, size=_SIZE)
            if target:
                place = Box(_VALUES, y - _SIZE, width, _LEADING)
                document.link(sheet, holder, place, target=target, label=value)
            y += _LEADING
    return y


def _rule(document: Document, sheet: Sheet, y: float) -> None:
    with document.artifact(sheet):
        document.rectangle(sheet, Box(LEFT, y, WIDTH, 0.75), 0.75)


def _viewport(document: Document, sheet: Sheet, picture: Picture, room: Box, said: str) -> None:
    seen = picture.flat.box
    factor = min(room.width / seen.width, room.height / seen.height)
    piece = Piece(page=0, y=round(room.y), top=0, bottom=round(seen.height), factor=factor, first=True)
    figure = Element("Figure", alt=said, box=points(on_page(seen, piece)))
    document.structure.kids.append(figure)
    with document.marked(sheet, figure):
        for image in (picture.flat, *picture.photos.values()):
            document.image(sheet, image, on_page(image.box, piece))
    with document.artifact(sheet):
        document.frame(sheet, on_page(seen, piece))
