"""A volume of the ordinary feed, read by others: veraPDF, PDFium and pdfminer."""

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pdfminer.high_level import extract_text
from PIL import Image, ImageChops

from capture.pages import Flavour, PageProfile, Pictures, Volume, build, gate, plan, spool
from capture.pages.layout import PAGE_HEIGHT, leaves
from register.errors import BadInputError, NoPostsError
from tests.bench.pages_build import start
from tests.bench.pages_feed import long_spool
from tests.pages.one_visit import Visit
from tests.pages.small_feed import ARABIC, CHINESE, COMMENTS, COVER, EMOJI, LONG, NOW, OTHERS, SWEDISH, VISIBLE

DEVICE = 96 * 2 / 72  # pixels a point when drawn as sharp as it was shot


@pytest.fixture(scope="module")
def pdfium_text(volume: Volume) -> str:
    with pypdfium2.PdfDocument(volume.path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def words(text: str) -> Counter[str]:
    return Counter(re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", text).split())


def expected_words() -> Counter[str]:
    """What the feed says, post by post, counted by hand from conftest.feed_page."""
    said = " ".join((SWEDISH, *EMOJI, ARABIC, CHINESE, OTHERS, SWEDISH.upper(), *[LONG] * 26))
    return words(said + " ".join(["", *COMMENTS, *["Åsa Öberg"] * 4, *[CHINESE] * 4] * 4))


def recall(found: Counter[str]) -> float:
    wanted = expected_words()
    return sum((wanted & found).values()) / wanted.total()


def test_verapdf_passes_the_volume_as_2a_and_ua1(volume: Volume) -> None:
    assert [(v.flavour, v.compliant, v.failed) for v in volume.verdicts] == [("2a", True, ()), ("ua1", True, ())]
    assert min(v.checks for v in volume.verdicts) > 2_000
    assert (volume.pdfa, volume.format_name, volume.format_version) == (True, "PDF/A", "2a")


def test_the_report_beside_a_volume_is_bound_to_it(volume: Volume) -> None:
    report = json.loads(volume.report.read_bytes())
    assert volume.report.name == "volym-01.verapdf.json"
    assert (report["file"], report["pdfa"], report["gate_faults"]) == ("volym-01.pdf", True, [])
    assert report["sha256"] == volume.sha256 == hashlib.sha256(volume.path.read_bytes()).hexdigest()
    assert [(r["flavour"], r["compliant"], r["rules"], r["failed"]) for r in report["verdicts"]] == [
        ("2a", True, 153, []),
        ("ua1", True, 106, []),
    ]


def test_pdfium_reads_nearly_every_word(pdfium_text: str) -> None:
    assert recall(words(pdfium_text)) >= 0.995


def test_pdfminer_reads_nearly_every_word_but_for_arabic_which_it_gives_as_painted(volume: Volume) -> None:
    found = words(extract_text(volume.path))
    for word in ARABIC.split():
        assert found[word[::-1]] >= 1
        found[word] += 1
    assert recall(found) >= 0.995


@pytest.mark.parametrize("said", VISIBLE)
def test_everything_that_is_seen_can_be_found(pdfium_text: str, said: str) -> None:
    found = words(pdfium_text)
    assert all(word in found for word in said.split())


def test_nothing_that_was_not_painted_is_in_the_text(volume: Volume, pdfium_text: str) -> None:
    assert "OSYNLIG" not in pdfium_text
    assert "OSYNLIG" not in extract_text(volume.path)


def test_text_of_the_style_sheet_is_read_where_it_stands_alone_and_counted_where_not(
    volume: Volume, pdfium_text: str
) -> None:
    assert words(pdfium_text)["ÅÖ"] == 1
    assert "STILTEXT" not in pdfium_text
    assert volume.unread["pseudo"] == 1


def test_the_post_pages_show_neither_sticky_header_nor_cookie_box(pdfium_text: str) -> None:
    assert "RUBRIKRADEN" not in pdfium_text
    assert "KAKRUTAN" not in pdfium_text


def test_bookmarks_are_the_posts_in_the_channels_order(volume: Volume) -> None:
    with pypdfium2.PdfDocument(volume.path) as pdf:
        marks = [(mark.get_title(), mark.get_dest().get_index() + 1) for mark in pdf.get_toc()]
    assert [title.split(":")[0] for title, _ in marks] == [
        "Försättsblad",
        *(f"{n}. Exempelköpings kommun" for n in range(1, 6)),
    ]
    assert [page for _, page in marks[1:]] == [place.page for place in volume.posts]
    assert [place.key for place in volume.posts] == [f"https://exempel.se/p/{n}" for n in range(1, 6)]


def test_links_lead_to_the_web_and_to_mailboxes_only(volume: Volume) -> None:
    with pikepdf.open(volume.path) as pdf:
        targets = {str(a.A.URI) for page in pdf.pages for a in page.obj.get("/Annots", ())}
        spoken = [str(a.Contents) for page in pdf.pages for a in page.obj.get("/Annots", ())]
    assert {"https://exempel.se/%C3%A5%C3%A4%C3%B6?a=1&b=2", "mailto:kommun@exempel.se"} <= targets
    assert {target.split(":")[0] for target in targets} == {"https", "mailto"}
    assert "Länk: Läs mer här" in spoken
    # Two in the first post; in a page without an address of its own, "#p1" leads nowhere either.
    assert volume.dropped_links == 2 + 5


def elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield element
    kids = element.get("/K")
    if isinstance(kids, pikepdf.Array):
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from elements(kid)


def test_the_structure_says_what_is_a_heading_a_list_a_link_and_a_picture(volume: Volume) -> None:
    with pikepdf.open(volume.path) as pdf:
        found = list(elements(pdf.Root.StructTreeRoot.K))
        kinds = Counter(str(element.S)[1:] for element in found)
        alts = [str(element.Alt) for element in found if "/Alt" in element]
        assert str(pdf.Root.Lang) == "sv-SE"
    assert kinds["H1"] == 1
    assert kinds["H2"] == kinds["Art"] == 5
    assert kinds["LI"] == kinds["LBody"] == 4 * 2 * 4
    assert alts == [
        "Sidan så som den mötte en besökare vid ankomsten, orörd",
        "Badet på våren",
        "Bild utan alternativtext i källan",
    ]


def page_piece(pdf: pypdfium2.PdfDocument, volume: Volume, number: int) -> Image.Image:
    place = volume.posts[number - 1]
    whole = pdf[place.page - 1].render(scale=DEVICE).to_pil().convert("RGB")
    x, y, width, height = (round(edge * DEVICE) for edge in place.box)
    top = PAGE_HEIGHT * 2 - y - height
    return whole.crop((x, top, x + width, top + height))


def worst(a: Image.Image, b: Image.Image) -> int:
    assert a.size == b.size
    return max(high for _, high in ImageChops.difference(a, b).getextrema())  # type: ignore[misc]  # RGB has three bands


def stitched(folder: Path, shot: spool.Shot) -> Image.Image:
    """Return the whole shot as one picture."""
    whole = Image.new("RGB", (int(shot.width * shot.scale), int(shot.height * shot.scale)))
    for band in shot.bands:
        with Image.open(folder / band.name) as picture:
            whole.paste(picture.convert("RGB"), (0, int(band.top * shot.scale)))
    return whole


def test_a_page_without_photographs_shows_the_screenshots_own_pixels(visit: Visit, volume: Volume) -> None:
    shots = {
        shot.caption.ordinal: shot for shot in map(spool.read, spool.descriptions(visit.feed / "shots")) if shot.caption
    }
    with pypdfium2.PdfDocument(volume.path) as pdf:
        for number in (1, 4, 5):
            piece = page_piece(pdf, volume, number)
            taken = stitched(visit.feed / "shots", shots[number])
            assert worst(piece, taken.crop((0, 0, *piece.size))) == 0
            assert len(piece.getcolors(1 << 24) or ()) > 20, "an empty picture proves nothing"


def test_a_photograph_differs_hardly_and_the_text_around_it_not_at_all(visit: Visit, volume: Volume) -> None:
    (shot,) = [
        s for s in map(spool.read, spool.descriptions(visit.feed / "shots")) if s.caption and s.caption.ordinal == 2
    ]
    (photo,) = [kid.box for kid in shot.reading.tree.kids if isinstance(kid, spool.Block) and kid.photo]
    assert photo
    taken = Image.open(visit.feed / "shots" / shot.bands[0].name).convert("RGB")
    with pypdfium2.PdfDocument(volume.path) as pdf:
        piece = page_piece(pdf, volume, 2)
    above = (0, 0, piece.width, int(photo.y) * 2)
    assert worst(piece.crop(above), taken.crop(above)) == 0
    inner = tuple(int(edge) * 2 for edge in (photo.x + 2, photo.y + 2, photo.right - 2, photo.bottom - 2))
    difference = ImageChops.difference(piece.crop(inner), taken.crop(inner)).convert("L").histogram()  # type: ignore[arg-type]  # four numbers
    mean = sum(value * count for value, count in enumerate(difference)) / sum(difference)
    assert 0 < mean < 4


def test_no_line_of_text_is_cut_by_a_page_end(visit: Visit) -> None:
    for path in spool.descriptions(visit.feed / "shots"):
        shot = spool.read(path)
        pieces, _ = plan.laid_out(shot, plan.FIRST)
        tops = [piece.top for piece in pieces[1:]]
        boxes = [leaf.box for leaf in leaves(shot.reading.tree) if isinstance(leaf, spool.Word)]
        assert boxes
        assert not [box for box in boxes for top in tops if box.y < top < box.bottom]


def test_the_same_spool_gives_the_same_bytes_in_several_volumes_too(
    visit: Visit, volume: Volume, tmp_path: Path
) -> None:
    (again,) = build(visit.feed, COVER, tmp_path / "again", created=NOW)
    assert again.path.read_bytes() == volume.path.read_bytes()
    three = build(visit.feed, COVER, tmp_path / "three", created=NOW, profile=PageProfile(most_posts=2))
    assert [(v.path.name, v.of, len(v.posts)) for v in three] == [
        ("volym-01.pdf", 3, 2),
        ("volym-02.pdf", 3, 2),
        ("volym-03.pdf", 3, 1),
    ]
    with pypdfium2.PdfDocument(three[1].path) as pdf:
        cover = pdf[0].get_textpage().get_text_bounded()
    assert "Volym 2 av 3" in cover
    assert "varav 3–4" in cover
    assert three[0].sha256 in cover


def test_the_cover_says_what_an_archivist_asks(volume: Volume) -> None:
    with pypdfium2.PdfDocument(volume.path) as pdf:
        cover = pdf[0].get_textpage().get_text_bounded()
    for said in ("Exempelköpings kommun 💙", "https://exempel.se/kanal", "ORG:212000-1520".replace("1520", "0000")):
        assert said in cover
    assert "2026-11-23 kl. 00:30:00 svensk tid (2026-11-22 23:30:00 UTC)" in cover


def test_an_emoji_in_the_channels_name_is_drawn_in_its_colours(volume: Volume) -> None:
    with pypdfium2.PdfDocument(volume.path) as pdf:
        heading = pdf[0].render(scale=2).to_pil().convert("RGB").crop((0, 130, 1191, 240))
    seen = heading.getcolors(1 << 20) or pytest.fail("too many colours")
    blue = sum(count for count, (red, _, blue) in seen if blue > 200 and red < 120)  # type: ignore[misc]  # RGB
    assert blue > 300


def test_the_next_volume_tells_the_digest_of_a_refused_one_as_it_is_kept(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused file is changed: it no longer claims to be PDF/A. The judge here refuses the first of three."""
    real = gate.known_faults

    def severe(path: Path, flavour: Flavour) -> list[str]:
        return ["a fault"] if path.name.startswith("volym-01") else real(path, flavour)

    monkeypatch.setattr(gate, "known_faults", severe)
    three = build(visit.feed, COVER, tmp_path, created=NOW, profile=PageProfile(most_posts=2), keep_refused=True)
    assert [volume.pdfa for volume in three] == [False, True, True]
    for before, after in pairwise(three):
        assert before.sha256 == hashlib.sha256(before.path.read_bytes()).hexdigest()
        with pypdfium2.PdfDocument(after.path) as pdf:
            assert before.sha256 in pdf[0].get_textpage().get_text_bounded()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "volym-01.rejected.pdf",
        "volym-01.verapdf.json",
        "volym-02.pdf",
        "volym-02.verapdf.json",
        "volym-03.pdf",
        "volym-03.verapdf.json",
    ]


def test_a_picture_that_was_changed_afterwards_is_refused(visit: Visit, tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for path in (visit.feed / "shots").iterdir():
        (shots / path.name).write_bytes(path.read_bytes())
    Image.new("RGB", (10, 10)).save(shots / "00001.png")
    with pytest.raises(BadInputError, match=r"00001\.png"):
        build(tmp_path, COVER, tmp_path / "out", created=NOW)


def test_a_spool_without_posts_is_an_error_and_not_an_empty_volume(tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    with pytest.raises(NoPostsError):
        build(tmp_path, COVER, tmp_path / "out", created=NOW)


def test_a_period_without_a_new_post_is_a_cover_that_says_so(visit: Visit, tmp_path: Path) -> None:
    """Made of the arrival's picture alone, and as valid as any."""
    (tmp_path / "spool" / "shots").mkdir(parents=True)
    for name in ("00000.json", "00000.png"):
        shutil.copy(visit.feed / "shots" / name, tmp_path / "spool" / "shots" / name)
    (made,) = build(tmp_path / "spool", replace(COVER, without_posts=True), tmp_path / "out", created=NOW)
    assert [(v.flavour, v.compliant, v.failed) for v in made.verdicts] == [("2a", True, ()), ("ua1", True, ())]
    assert (made.pages, made.posts, made.unsteady, made.dropped_links) == (1, (), (), 0)
    with pypdfium2.PdfDocument(made.path) as pdf:
        assert "inga från perioden samlades in" in pdf[0].get_textpage().get_text_bounded()
        assert len(list(pdf[0].get_objects())) > 10


def test_a_post_whose_last_part_was_not_taken_is_taken_anew_and_is_on_no_page_before(
    visit: Visit, tmp_path: Path
) -> None:
    shots = shutil.copytree(visit.feed / "shots", tmp_path / "shots")
    spool.keep(shots, replace(spool.read(shots / "00003.json"), last=False))
    assert [len(paths) for paths in plan.in_order(shots, [])] == [1, 1, 1, 1]
    assert [shot.number for shot in spool.recover(shots)] == [0, 1, 2, 4, 5]
    assert not list(shots.glob("00003*"))


def test_the_channels_order_is_the_walks_where_it_is_known(visit: Visit) -> None:
    """Taken as 2, 1, 3, 4, 5; a new post may since have come above, which no ordinal taken before knows of."""

    def numbers(*order: int) -> list[int]:
        keys = [f"https://exempel.se/p/{number}" for number in order]
        found = plan.in_order(visit.feed / "shots", keys)
        return [int((spool.read(path).caption or pytest.fail("no caption")).key[-1]) for (path,) in found]

    assert numbers() == [1, 2, 3, 4, 5]
    assert numbers(5, 1, 2, 3, 4) == [5, 1, 2, 3, 4]
    assert numbers(4, 3) == [4, 3, 1, 2, 5]


@pytest.mark.slow
def test_two_thousand_posts_are_all_there_in_order_and_in_bounded_memory(tmp_path: Path) -> None:
    """Taken in disorder, each with a picture of its own; the process that builds is measured, not the judges'."""
    keys = long_spool(tmp_path / "spool", 2_000)
    built = start(tmp_path / "spool", tmp_path / "out", Pictures.MIX)
    assert [key for _, key, _, _ in built.posts] == keys
    assert built.memory <= 250_000_000
