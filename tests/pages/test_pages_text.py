"""Text and layout without a browser: what is cleaned, turned, cut and followed."""

import random

import pytest

from capture.pages.document import Document, raised, safe_target
from capture.pages.glyphs import runs
from capture.pages.layout import BOTTOM, TOP, Cursor, Cuts, place
from capture.pages.spool import Block, Box, Kind, Word
from capture.pages.textlayer import clean, clusters, shadow_font, visible_font, visual_order
from register.errors import NotPdfAError
from tests.pages.small_feed import EMOJI, NOW


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("åäö ÅÄÖ", "åäö ÅÄÖ"),
        ("a\u200bb\ufeffc\u202ed\u00ade", "abcde"),
        ("\ue000\ud800\x07\ufffe\ufdd0\U0010fffd", "\ufffd" * 6),
        ("a\u00a0\n\tb", "a b"),
        *((emoji, emoji) for emoji in EMOJI),
    ],
)
def test_text_is_cleaned_of_what_pdfa_forbids_and_of_nothing_else(written: str, cleaned: str) -> None:
    assert clean(written) == cleaned
    assert cleaned.encode("utf-16-be")


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_one_cluster(emoji: str) -> None:
    assert clusters(emoji) == [emoji]


def test_an_endless_cluster_is_split_to_what_a_font_can_say() -> None:
    parts = clusters("Z" + "\u0301" * 1000)
    assert "".join(parts) == "Z" + "\u0301" * 1000
    assert max(len(part.encode("utf-16-be")) for part in parts) <= 512


@pytest.mark.parametrize(
    ("written", "painted"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("אב12", "12בא"),
        ("\u05d1\u05b0\u05bc", "\u05bc\u05b0\u05d1"),
        ("(אב)", ")בא("),
        ("abאב", "באab"),
    ],
)
def test_right_to_left_words_are_laid_as_painted(written: str, painted: str) -> None:
    assert "".join(visual_order(clusters(written))) == painted


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://exempel.se/å b", "https://exempel.se/%C3%A5%20b"),
        ("MAILTO:a@b.se", "MAILTO:a@b.se"),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("https://[", None),
        ("/relative", None),
        ("https://a/\ud800)>>", "https://a/%EF%BF%BD)%3E%3E"),
    ],
)
def test_only_the_web_and_mailboxes_are_safe_to_follow(url: str, target: str | None) -> None:
    assert safe_target(url) == target


def test_more_characters_than_a_font_holds_is_a_stated_refusal() -> None:
    font = shadow_font()
    with pytest.raises(NotPdfAError):
        font.codes([chr(0x20000 + n) for n in range(40_000)] + [chr(0x20000 + n) + "\u0301" for n in range(40_000)])


def lines(rng: random.Random, height: int) -> Block:
    y, kids = 4.0, list[Word | Block]()
    while y < height - 30:
        kids.append(Word("ord", 10, y, 40, rng.uniform(12, 22), None, spaced=True))
        y += rng.uniform(24, 60)
    return Block(kind=Kind.ARTICLE, kids=kids)


@pytest.mark.parametrize("seed", range(20))
def test_pieces_cover_a_post_exactly_and_never_cut_a_line(seed: int) -> None:
    rng = random.Random(seed)
    height, width = rng.randint(50, 9000), rng.choice([400, 680, 714, 1280])
    tree = lines(rng, height)
    start = Cursor(page=0, y=rng.randint(TOP, BOTTOM - 1))
    pieces, after = place(start, width=width, height=height, cuts=Cuts(tree, []), caption=34)
    assert [p.top for p in pieces] == [0, *(p.bottom for p in pieces[:-1])]
    assert pieces[-1].bottom == height
    assert all(p.y >= TOP and p.y + (p.bottom - p.top) * p.factor <= BOTTOM + 0.5 for p in pieces)
    assert (after.page, after.y) >= (start.page, 0)
    words = [kid for kid in tree.kids if isinstance(kid, Word)]
    assert not [w for w in words for p in pieces[1:] if w.y < p.top < w.y + w.height]


def test_a_panel_stays_whole_where_there_is_room_and_a_giant_one_is_cut() -> None:
    tree = Block(kind=Kind.ARTICLE, kids=[])
    kept, _ = place(Cursor(page=0, y=TOP), width=700, height=1500, cuts=Cuts(tree, [Box(0, 900, 700, 300)]), caption=0)
    assert kept[0].bottom <= 900
    cut, _ = place(Cursor(page=0, y=TOP), width=700, height=3000, cuts=Cuts(tree, [Box(0, 0, 700, 3000)]), caption=0)
    assert [p.bottom - p.top for p in cut] == [BOTTOM - TOP, BOTTOM - TOP, 3000 - 2 * (BOTTOM - TOP)]


def test_a_title_in_any_script_fits_its_line() -> None:
    from capture.pages.cover import shortened, wrapped  # noqa: PLC0415 -- beside the one test that needs them

    document = Document(title="x", created=NOW)
    text = "Mycketlångtnamn" * 20 + " 谢谢 👨‍👩‍👧‍👦"
    assert all(document.width(line, size=12) <= 300 for line in wrapped(document, text, size=12, bold=False, width=300))
    assert shortened(document, text, size=12, width=300).endswith("…")
    assert document.width(shortened(document, text, size=12, width=300), size=12) <= 300


def test_an_emoji_beside_words_read_from_the_right_lies_on_a_line_of_its_own() -> None:
    line = [
        Word("🇸🇪", 200, 100, 20, 16, None, spaced=True),
        Word("مرحبا", 100, 100, 40, 16, None, spaced=True),
        Word("2026", 60, 100, 30, 16, None, spaced=True),
    ]
    assert [(word.y, word.height) for word in raised(line)] == [(96, 4), (100, 16), (100, 16)]
    assert list(raised([line[0], line[2]])) == [line[0], line[2]]


def test_a_line_is_drawn_in_stretches_and_what_no_font_has_stays_a_square() -> None:
    text = clusters("Kommun 👨‍👩‍👧‍👦🇸🇪 ab مرحبا بكم \U000105c0")
    found = list(runs(text, visible_font().has_glyph, 12, bold=False))
    assert ["".join(run.text) for run in found] == ["Kommun ", "👨‍👩‍👧‍👦", "🇸🇪", " ab ", "مرحبا بكم", " ", "\U000105c0"]
    assert [run.glyphs is not None for run in found] == [False, True, True, False, True, False, False]
