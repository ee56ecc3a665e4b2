"""A picture that would be too large is left out, and everybody is told."""

from pathlib import Path

import pypdfium2

from capture.pages import Volume, spool
from capture.pages.join import joined
from tests.pages import drawn_spool, small_feed
from tests.pages.one_visit import Visit


def test_a_picture_of_200_megapixels_is_refused_before_it_is_taken(visit: Visit) -> None:
    shot = spool.read(visit.hostile / "shots" / "00011.json")
    assert (shot.bands, shot.width, shot.height) == ((), 20_032, 10_032)
    assert shot.unpictured is not None
    assert "inlägget är 40064 × 20064 bildpunkter. Mer än 500 miljoner bildpunkter" in shot.unpictured.sv
    assert not list((visit.hostile / "shots").glob("00011*.png"))


def test_one_that_is_not_finished_in_time_is_left_out(visit: Visit) -> None:
    shot = spool.read(visit.hasty / "shots" / "00001.json")
    assert shot.bands == ()
    assert shot.unpictured is not None
    assert "eller 0 sekunder" in shot.unpictured.sv


def test_a_page_without_scripts_does_not_keep_the_camera_waiting(visit: Visit) -> None:
    shot = spool.read(visit.moving / "00001.json")
    assert (shot.steady, len(shot.bands)) == (False, 1)


def test_the_volume_says_what_was_left_out_and_where(hostile_volume: Volume) -> None:
    assert hostile_volume.pdfa
    assert [place.key for place in hostile_volume.posts] == [small_feed.item(n).key for n in range(1, 11)]
    assert hostile_volume.unpictured == (small_feed.item(11).key,)
    with pypdfium2.PdfDocument(hostile_volume.path) as pdf:
        cover, page = (" ".join(pdf[n].get_textpage().get_text_bounded().split()) for n in (0, len(pdf) - 1))
    assert "Utan bild: 1 inlägg var för stora att avbilda; på deras plats står varför" in cover
    assert "Inlägg 11 av 11" in page
    assert "Bilden är utelämnad: inlägget är 40064 × 20064 bildpunkter." in page


def test_a_post_of_parts_of_which_one_has_no_picture_has_none(visit: Visit, tmp_path: Path) -> None:
    first = drawn_spool.keep(tmp_path, 3, last=False)
    refused = spool.read(visit.hostile / "shots" / "00011.json")
    whole = joined([first, refused])
    assert (whole.number, whole.bands, whole.unpictured, whole.last) == (3, (), refused.unpictured, True)
