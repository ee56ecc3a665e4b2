"""What an archive may ask for: each PDF/A judged by veraPDF, both picture modes, every limit of a volume."""

import json
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name
from PIL import Image, ImageChops

from capture.pages import Attachment, Flavour, PageProfile, Pictures, Volume, build, plan, spool
from capture.pages.document import Document
from capture.pages.picture import Encoded
from capture.pages.spool import Box
from tests.pages.one_visit import Visit
from tests.pages.small_feed import COVER, NOW

RULES = {"1a": {"1a": 135, "ua1": 106}, "1b": {"1b": 129}, "2u": {"2u": 146}, "3a": {"3a": 155, "ua1": 106}}
RECORD = "<record>Åsa</record>"


@pytest.fixture(scope="module")
def flavoured(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Volume]:
    """The ordinary feed as each PDF/A but the usual one, which other tests look at; 3a carries a file."""
    folder = tmp_path_factory.mktemp("flavours")
    record = folder / "uppgifter.xml"
    record.write_text(RECORD, encoding="utf-8")
    made = {}
    for name in RULES:
        flavour = Flavour(name)
        attached = [Attachment(path=record, media_type="application/xml", description="Uppgifterna")]
        (made[name],) = build(
            visit.feed,
            COVER,
            folder / name,
            created=NOW,
            profile=PageProfile(flavour=flavour),
            attached=attached if flavour.part == 3 else (),
        )
    return made


@pytest.mark.parametrize("name", RULES)
def test_verapdf_passes_each_flavour_by_all_its_rules(flavoured: dict[str, Volume], name: str) -> None:
    volume = flavoured[name]
    assert (volume.pdfa, volume.format_name, volume.format_version) == (True, "PDF/A", name)
    verdicts = json.loads(volume.report.read_bytes())["verdicts"]
    assert {verdict["flavour"]: verdict["rules"] for verdict in verdicts} == RULES[name]
    assert all(verdict["compliant"] and not verdict["failed"] for verdict in verdicts)
    assert all(verdict["checks"] > 2_000 for verdict in verdicts)


@pytest.mark.parametrize("name", RULES)
def test_each_says_what_it_is_and_nothing_more(flavoured: dict[str, Volume], name: str) -> None:
    with pikepdf.open(flavoured[name].path) as pdf:
        xmp = pdf.Root.Metadata.read_bytes().decode()
        opened = pdf.pdf_version
    assert f"<pdfaid:part>{name[0]}</pdfaid:part><pdfaid:conformance>{name[1].upper()}<" in xmp
    assert ("pdfuaid:part" in xmp) == (name[1] == "a")
    assert opened == ("1.4" if name[0] == "1" else "1.7")
    with pypdfium2.PdfDocument(flavoured[name].path) as pdf:
        assert f"PDF/A-{name} (ISO 19005-{name[0]})" in pdf[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize("name", ["1a", "1b"])
def test_the_first_part_has_no_transparency_no_jpeg2000_and_nothing_newer_than_its_pdf(
    flavoured: dict[str, Volume], name: str
) -> None:
    assert b"/ObjStm" not in flavoured[name].path.read_bytes()
    with pikepdf.open(flavoured[name].path) as pdf:
        objects = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]
        assert not [
            one for one in objects if {"/SMask", "/ca", "/CA", "/BM", "/Group", "/OCProperties"} & set(one.keys())
        ]
        filters = {str(one.Filter) for one in objects if "/Filter" in one}
        assert filters == {"/FlateDecode", "/DCTDecode"}
        assert max(len(one) for one in pdf.objects if isinstance(one, pikepdf.Array)) <= 8_191


def test_the_same_text_is_in_each(flavoured: dict[str, Volume], volume: Volume) -> None:
    def text(path: Path) -> list[str]:
        with pypdfium2.PdfDocument(path) as pdf:
            return [pdf[number].get_textpage().get_text_bounded() for number in range(1, len(pdf))]

    expected = text(volume.path)
    assert all(text(made.path) == expected for made in flavoured.values())


def test_the_third_part_carries_a_file_and_the_others_refuse_to(flavoured: dict[str, Volume], tmp_path: Path) -> None:
    with pikepdf.open(flavoured["3a"].path) as pdf:
        (file,) = pdf.Root.AF
        assert (str(file.UF), file.AFRelationship) == ("uppgifter.xml", Name.Data)
        assert pdf.attachments["uppgifter.xml"].get_file().read_bytes().decode() == RECORD
        assert str(file.EF.F.Subtype) == "/application/xml"
    attached = Attachment(path=tmp_path / "x", media_type="text/plain", description="x")
    with pytest.raises(ValueError, match="PDF/A-2a"):
        Document(title="x", created=NOW, attached=[attached])


@pytest.fixture(scope="module")
def lossless(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> Volume:
    profile = PageProfile(pictures=Pictures.LOSSLESS)
    (made,) = build(visit.feed, COVER, tmp_path_factory.mktemp("lossless"), created=NOW, profile=profile)
    return made


def test_lossless_pages_show_every_pixel_of_a_photograph(visit: Visit, lossless: Volume) -> None:
    assert lossless.pdfa
    (shot,) = [
        s for s in map(spool.read, spool.descriptions(visit.feed / "shots")) if s.caption and s.caption.ordinal == 2
    ]
    (band,) = shot.bands
    taken = Image.open(visit.feed / "shots" / band.name).convert("RGB")
    place = lossless.posts[1]
    device = 96 * 2 / 72
    with pypdfium2.PdfDocument(lossless.path) as pdf:
        whole = pdf[place.page - 1].render(scale=device).to_pil().convert("RGB")
    x, y, width, height = (round(edge * device) for edge in place.box)
    piece = whole.crop((x, whole.height - y - height, x + width, whole.height - y))
    assert ImageChops.difference(piece, taken).getbbox() is None


def test_the_mix_is_smaller_and_holds_jpeg_only_where_there_are_photographs(volume: Volume, lossless: Volume) -> None:
    assert volume.path.stat().st_size < 0.8 * lossless.path.stat().st_size
    photographs = []
    for made in (volume, lossless):
        with pikepdf.open(made.path) as pdf:
            images = [
                one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == Name.Image
            ]
            photographs.append([str(one.Filter) for one in images].count("/DCTDecode"))
    assert photographs == [3, 0], "one in each of two posts, and one on the cover"


def test_identical_pictures_are_kept_once(tmp_path: Path) -> None:
    document = Document(title="x", created=NOW)
    for number in range(3):
        path = tmp_path / f"{number}.flate"
        path.write_bytes(zlib.compress(bytes([number // 2 * 9] * 12)))
        box = Box(10, 10, 2, 2)
        picture = Encoded(box=box, width=2, height=2, filter="FlateDecode", predicted=False, path=path)
        sheet = document.add_sheet()
        with document.artifact(sheet):
            document.image(sheet, picture, box)
    document.save(tmp_path / "x.pdf")
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        shown = [page.Resources.XObject.I0.objgen for page in pdf.pages]
    assert shown[0] == shown[1] != shown[2]


@pytest.mark.parametrize(
    ("profile", "posts"),
    [
        (PageProfile(most_posts=2), [2, 2, 1]),
        (PageProfile(most_pages=3), [2, 2, 1]),
        (PageProfile(most_bytes=1), [1, 1, 1, 1, 1]),
        (PageProfile(), [5]),
    ],
    ids=["posts", "pages", "bytes", "none"],
)
def test_a_volume_ends_before_the_post_that_would_be_too_much(
    visit: Visit, tmp_path: Path, profile: PageProfile, posts: list[int]
) -> None:
    shots = visit.feed / "shots"
    volumes = plan.plan(shots, plan.in_order(shots, []), tmp_path, profile)
    assert [len(volume) for volume in volumes] == posts
    keys = [post.caption.key[-1] for volume in volumes for post in volume]
    assert keys == ["1", "2", "3", "4", "5"]
    for volume in volumes:
        assert (volume[0].pieces[0].page, volume[0].pieces[0].top) == (1, 0)
        tall = len(volume) == 1
        assert tall or volume[-1].pieces[-1].page + 1 <= profile.most_pages
        sizes = sum(picture.size for post in volume for picture in post.pictures)
        assert tall or sizes <= profile.most_bytes


def test_a_volume_is_as_full_as_its_bytes_allow(visit: Visit, tmp_path: Path) -> None:
    shots = visit.feed / "shots"
    order = plan.in_order(shots, [])
    (whole,) = plan.plan(shots, order, tmp_path, PageProfile())
    sizes = [sum(picture.size for picture in post.pictures) for post in whole]
    profile = PageProfile(most_bytes=sizes[0] + sizes[1] + sizes[2])
    first, *_ = plan.plan(shots, order, tmp_path, profile)
    assert len(first) == 3
