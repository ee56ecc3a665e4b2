"""The poster: what stands in the film's place until it is played."""

from pathlib import Path

from PIL import Image

from capture.recording.films import even
from capture.recording.reel import Reel
from capture.recording.whole import whole

_QUALITY = 88


def draw_poster(reel: Reel, into: Path) -> None:
    """Write the first picture of the first post, or else the first after the title card, as a JPEG of the film's size.

    Raises:
        OSError: the picture cannot be read, or the file not written.
    """
    starts = [round(chapter.start * 1000) for chapter in reel.timeline.chapters if chapter.post_key is not None]
    first = starts[0] if starts else reel.timeline.card_ms
    file = next(one.file for one in reel.timeline.stills if one.start_ms <= first < one.end_ms)
    ground = Image.new("RGB", even(reel.size))
    with Image.open(reel.folder / file) as picture:
        ground.paste(picture.convert("RGB"))
    with whole(into) as unfinished:
        ground.save(unfinished, format="JPEG", quality=_QUALITY, subsampling=0)
