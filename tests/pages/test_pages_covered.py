"""Two pictures, one with words and one without their colour, tell which are seen, and in which order."""

import pytest
from PIL import Image, ImageDraw

from capture.pages import spool
from capture.pages.covered import around, rounds, unseen
from capture.pages.layout import leaves
from capture.pages.spool import Box, Word
from tests.pages.one_visit import Visit

PLACE = Box(0, 0, 100, 20)


def word(text: str = "Badet", x: float = 10, y: float = 0) -> Word:
    return Word(text, x, y, 60, 20, None, spaced=False)


@pytest.mark.parametrize(
    ("text", "differs", "is_seen"),
    [
        ("Badet", [], False),
        ("Badet", [(10, 4, 69, 15)], True),
        ("Badet", [(80, 0, 99, 19)], False),  # beside it
        ("Badet", [(10, 4, 44, 15)], True),
        ("Badet", [(10, 4, 34, 15)], False),  # less than half of it
        ("Badet", [(10, 17, 69, 19)], False),  # no more than the tails of its letters
        ("…", [(10, 15, 69, 16)], True),
        ("Badet", [(x, 0, x, 19) for x in (10, 25, 40, 55, 69)], False),  # through the joints of what lies over it
        ("B a d", [(x, 4, x + 3, 15) for x in (10, 25, 40, 55, 66)], True),
    ],
)
def test_a_word_is_seen_where_the_picture_needs_it(text: str, differs: list[tuple[int, ...]], is_seen: bool) -> None:
    before = Image.new("RGB", (200, 40), "white")
    pen = ImageDraw.Draw(before)
    for left, top, right, bottom in differs:
        pen.rectangle((2 * left, 2 * top, 2 * right + 1, 2 * bottom + 1), fill="#444")
    after = Image.new("RGB", (200, 40), "#fefefe")  # what differs by a shade is no ink
    assert list(unseen({7: word(text)}, before, after, PLACE)) == ([] if is_seen else [7])


def test_words_over_each_other_are_asked_about_one_at_a_time_and_a_pile_of_them_is_not_seen() -> None:
    lone, pile = {1: word(y=200)}, {number: word(x=number) for number in range(2, 8)}
    groups, deep = rounds({**lone, **pile})
    assert [set(group) for group in groups] == [{1, 2}, {3}, {4}, {5}]
    assert deep == {6, 7}


def test_what_is_pictured_again_is_no_more_than_the_words_need() -> None:
    assert around({1: word(x=10.4), 2: word(x=20.2, y=3.5)}, Box(0, 0, 300, 22)) == Box(10, 0, 71, 22)


def test_of_a_page_that_does_not_let_itself_be_asked_nothing_in_doubt_is_passed_on(visit: Visit) -> None:
    shot = spool.read(visit.strict_spool / "shots" / "00001.json")
    found = {leaf.text: leaf.seen for leaf in leaves(shot.reading.tree) if isinstance(leaf, Word)}
    assert found == {"Ett": True, "inlägg": True, "tvivel": False}
