"""The title card (försättsbild): the first picture of the video, which says what the video is and is not.

Drawn with Pillow rather than in the browser, so that the encoding can be repeated on its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from capture.recording.plain_text import one_line
from capture.recording.whole import whole
from register.language import swedish_time

STEPWISE = "Stegvis inspelning – visningstiden är syntetisk"
STEPWISE_ENGLISH = "Stepwise recording – the playing time is synthetic"
EXPLANATION_ENGLISH = "Each picture is one step; its true time is in the subtitles."

_FAMILIES = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
)
_PAPER, _INK, _QUIET, _LINE, _NOTICE = "#ffffff", "#1b1b1b", "#5a5a5a", "#c9c9c9", "#f3efe4"
_MOST_BYTES = 400
_SHRINK = 0.9
_SMALLEST = 0.2

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, kw_only=True)
class TitleCard:
    """What the title card and the tags say of the recording.

    `recorded` is when the walk began, in UTC. `operator` is who answers for the recording (a person or an office),
    `tools` the programs with their versions, the encoder excepted: it adds itself.
    """

    channel_name: str
    url: str
    recorded: datetime
    operator: str
    tools: tuple[str, ...]


def explanation(px_per_second: int) -> str:
    """Return in Swedish what a stepwise recording is, shown at this many CSS pixels a second."""
    return (
        "Varje bild togs förlustfritt efter ett steg: en rullning eller ett klick. Hur länge bilderna visas är "
        f"beräknat ({px_per_second} bildpunkter i sekunden), inte uppmätt. När varje bild togs står i undertexten. "
        "Muspekare, adressfält och rörelser mellan stegen syns inte. Det som filmats i realtid heter så i sitt "
        "kapitel, visas så fort det hände och saknar ljud."
    )


def draw(card: TitleCard, *, px_per_second: int, size: tuple[int, int], into: Path) -> None:
    """Draw `card` as a PNG of `size` (width and height in pixels); text is made smaller until all of it fits.

    `px_per_second` is the presentation speed that the card states.

    Raises:
        OSError: the file cannot be written.
    """
    scale = max(_SMALLEST, min(size[0] / 1280, size[1] / 900))
    image = Image.new("RGB", size, _PAPER)
    while _Drawing(image, scale, px_per_second).draw(card) > size[1] and scale > _SMALLEST:
        scale *= _SHRINK
        image = Image.new("RGB", size, _PAPER)
    with whole(into) as unfinished:
        image.save(unfinished, format="PNG")


def utc_time(moment: datetime) -> str:
    """Return `moment` in UTC, in the same words."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


class _Drawing:
    """One attempt at a card: a column of text that grows downwards, `scale` 1 being meant for 1280x900."""

    def __init__(self, image: Image.Image, scale: float, px_per_second: int) -> None:
        self._pen = ImageDraw.Draw(image)
        self._scale = scale
        self._explanation = explanation(px_per_second)
        self._left = self._px(96)
        self._right = image.width - self._left
        self._y = float(self._px(76))

    def draw(self, card: TitleCard) -> float:
        """Draw it all and return the lowest point reached, margin included."""
        self._text("Försättsbild · Skärminspelning av kanal", 21, fill=_QUIET)
        self._space(12)
        self._text(card.channel_name, 48, bold=True)
        self._text(card.url, 23, fill=_QUIET)
        self._space(22)
        self._pen.line([(self._left, self._y), (self._right, self._y)], fill=_LINE, width=max(1, self._px(2)))
        self._space(22)
        self._row("Svensk tid", swedish_time(card.recorded))
        self._row("UTC", utc_time(card.recorded))
        self._row("Operatör", card.operator)
        self._row("Verktyg", " · ".join(card.tools))
        self._space(26)
        self._notice()
        return self._y + self._px(40)

    def _notice(self) -> None:
        outer_left, outer_right, top = self._left, self._right, self._y
        for visible in (False, True):  # measured first, so that the box can be drawn under its text
            self._y, self._left, self._right = top + self._px(24), outer_left + self._px(28), outer_right - self._px(28)
            self._text(STEPWISE, 29, bold=True, visible=visible)
            self._space(6)
            self._text(self._explanation, 21, visible=visible)
            self._space(12)
            self._text(f"{STEPWISE_ENGLISH}. {EXPLANATION_ENGLISH}", 19, fill=_QUIET, visible=visible)
            self._space(24)
            if not visible:
                self._pen.rectangle([outer_left, top, outer_right, self._y], fill=_NOTICE)
        self._left, self._right = outer_left, outer_right

    def _row(self, label: str, value: str) -> None:
        top, left = self._y, self._left
        self._text(label, 23, fill=_QUIET)
        self._y, self._left = top, left + self._px(170)
        self._text(value, 23)
        self._left = left
        self._space(8)

    def _text(self, text: str, size: float, *, bold: bool = False, fill: str = _INK, visible: bool = True) -> None:
        font = _font(max(6.0, size * self._scale), bold=bold)
        for line in self._lines(one_line(text, most_bytes=_MOST_BYTES), font):
            if visible:
                self._pen.text((self._left, self._y), line, font=font, fill=fill)
            self._y += size * self._scale * 1.42

    def _lines(self, text: str, font: _Font) -> Iterator[str]:
        """Break `text` between words, and inside a word only where it alone is too wide (an address)."""
        width, line = self._right - self._left, ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self._pen.textlength(longer, font=font) <= width:
                line = longer
                continue
            if line:
                yield line
            line = ""
            for character in word:
                if line and self._pen.textlength(line + character, font=font) > width:
                    yield line
                    line = ""
                line += character
        yield line

    def _space(self, height: float) -> None:
        self._y += height * self._scale

    def _px(self, length: float) -> int:
        return round(length * self._scale)


def _font(size: float, *, bold: bool) -> _Font:
    """Return a font of the machine with Swedish letters, or the one that Pillow carries, which has them too."""
    for family in _FAMILIES:
        try:
            return ImageFont.truetype(family[bold], size)
        except OSError:
            continue
    return ImageFont.load_default(size)
