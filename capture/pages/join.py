"""One shot of several: a post that did not stand on its page all at once, put together from top to end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from capture.pages.spool import Band, Block, Box, Link, Mark, Reading, Shot, Word


def joined(shots: Sequence[Shot]) -> Shot:
    """Return the shots of one post, in the order they were taken, as one below the other.

    A part that is narrower than the widest keeps its distance from the left edge. What stands on two parts, as it did
    on the screen, is marked where more of it is seen. If a part has no picture, neither has the whole.
    """
    if len(shots) == 1:
        return shots[0]
    for shot in shots:
        if shot.unpictured is not None:
            return replace(shot, number=shots[0].number, taken=shots[0].taken, last=True)
    left = min(shot.reading.box.x for shot in shots)
    links: list[Link] = []
    bands: list[Band] = []
    panels: list[Box] = []
    tree = Block(kind=shots[0].reading.tree.kind)
    unread: Counter[str] = Counter()
    marks: dict[str, Mark] = {}
    top = 0
    for shot in shots:
        shift = _Shift(shot.reading.box.x - left, top, len(links))
        tree.kids.extend(shift.kids(shot.reading.tree))
        links += shot.reading.links
        panels += map(shift.box, shot.reading.panels)
        bands += [replace(band, top=band.top + top, left=band.left + round(shift.x)) for band in shot.bands]
        unread.update(shot.reading.unread)
        for key, box in shot.reading.items:
            if key not in marks or box.height > marks[key].box.height:
                marks[key] = Mark(key, shift.box(box))
        top += shot.height
    right = max(shot.reading.box.right for shot in shots)
    return replace(
        shots[0],
        steady=all(shot.steady for shot in shots),
        bands=tuple(bands),
        reading=Reading(
            box=Box(left, shots[0].reading.box.y, right - left, top),
            tree=tree,
            panels=tuple(panels),
            links=tuple(links),
            unread=unread,
            items=tuple(marks.values()),
        ),
        last=True,
    )


class _Shift:
    """Moves what was read of one part to its place in the whole."""

    def __init__(self, x: float, y: float, links: int) -> None:
        self.x, self._y, self._links = x, y, links

    def box(self, box: Box) -> Box:
        return box._replace(x=box.x + self.x, y=box.y + self._y)

    def kids(self, block: Block) -> Iterator[Word | Block]:
        for kid in block.kids:
            link = None if kid.link is None else kid.link + self._links
            if isinstance(kid, Word):
                yield kid._replace(x=kid.x + self.x, y=kid.y + self._y, link=link)
            else:
                box = None if kid.box is None else self.box(kid.box)
                yield replace(kid, kids=list(self.kids(kid)), box=box, link=link)
