"""Every document of ours becomes valid PDF/A of the flavour asked for, whatever letters stand in it."""

import asyncio
import json
import os
import signal
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from capture.documents.press import Press, WarmJudges
from capture.documents.table import Column, Table, TableDocument, render_table
from capture.pages import Flavour
from register.errors import NotPdfAError
from register.language import Language, Text
from tests.documents import reading, situations
from tests.documents.conftest import NOBODY_HAS, Printed
from tests.documents.situations import NOON
from tests.pages.sealed import status_of, with_one_byte_changed


def drawn(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_a_list_is_printed_with_its_header_on_every_page(printed: Printed) -> None:
    assert reading.verdicts(printed.table.pdf) == {"2a": True, "ua1": True}
    assert not reading.is_pictured(printed.table.pdf)
    kinds = reading.kinds(printed.table.pdf)
    assert (kinds.count("Table"), kinds.count("TR"), kinds.count("TH"), kinds.count("TD")) == (1, 61, 3, 180)
    text = reading.words(printed.table.pdf)
    assert text.count("ÅsaÖberg") == 60
    assert "sida1av2" in text
    assert reading.bookmarks(printed.table.pdf) == ["Borttagna kommentarer 2026", "Anmärkningar"]


def test_a_sealed_sheet_is_valid_and_is_the_one_its_report_names(printed: Printed) -> None:
    made = printed.sealed
    assert reading.verdicts(made.pdf) == {"2a": True, "ua1": True}
    report = json.loads(made.report.read_bytes())
    assert (report["sha256"], report["seal"]["holder"]) == (made.sha256, "CN=Exempelköpings kommun")
    assert sha256(made.pdf.read_bytes()).hexdigest() == made.sha256
    status = status_of(made.pdf, printed.authority)
    assert (status.bottom_line, status.coverage and status.coverage.name) == (True, "ENTIRE_FILE")
    with pikepdf.open(printed.sheet.pdf) as plain, pikepdf.open(made.pdf) as pdf:
        assert len(pdf.pages) == len(plain.pages)


def test_one_changed_byte_of_a_sealed_sheet_is_found(printed: Printed, tmp_path: Path) -> None:
    changed = with_one_byte_changed(printed.sealed.pdf, b"<pdf:Producer>Kanalarkiv", tmp_path / "blad.pdf")
    status = status_of(changed, printed.authority)
    assert (status.bottom_line, status.intact) == (False, False)


def test_letters_that_nobody_has_make_pictures_with_the_same_text(printed: Printed) -> None:
    assert reading.verdicts(printed.odd.pdf) == {"2a": True, "ua1": True}
    assert reading.is_pictured(printed.odd.pdf)
    assert NOBODY_HAS in drawn(printed.odd.pdf)
    assert drawn(printed.odd.pdf).count("Åsa Öberg") == 60
    assert reading.bookmarks(printed.odd.pdf) == ["Borttagna kommentarer 2026", "Anmärkningar"]
    with pikepdf.open(printed.odd.pdf) as pdf:
        assert len(pdf.pages) == 2  # as on paper, not as on a screen


def test_private_letters_are_never_passed_on_as_text(printed: Printed) -> None:
    assert reading.verdicts(printed.private.pdf) == {"2a": True, "ua1": True}
    assert "\ue000" not in drawn(printed.private.pdf)
    assert drawn(printed.private.pdf).count("Åsa Öberg") == 60


def test_the_html_lies_beside_and_allows_nothing_to_run(printed: Printed) -> None:
    page = printed.table.html.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page


@pytest.mark.slow  # eight starts of Java; the default flavour is judged in every other test
@pytest.mark.parametrize("flavour", [Flavour.A1, Flavour.B1, Flavour.U2, Flavour.A3])
def test_every_flavour_is_what_it_says(pressed, flavour: Flavour) -> None:
    made = pressed(8, Press(flavour))
    assert reading.verdicts(made.pdf) == dict.fromkeys(flavour.judged, True)
    assert reading.is_pictured(made.pdf) is (flavour.part == 1)
    assert drawn(made.pdf).count("Åsa Öberg") == 8


@pytest.mark.slow
def test_a_list_of_300_pages_is_valid_and_whole(pressed) -> None:
    made = pressed(11_500, Press())
    assert reading.verdicts(made.pdf) == {"2a": True, "ua1": True}
    with pikepdf.open(made.pdf) as pdf:
        assert len(pdf.pages) >= 300
    assert drawn(made.pdf).count("Åsa Öberg") == 11_500


def test_a_row_of_another_width_is_no_table() -> None:
    with pytest.raises(ValueError, match="cells"):
        Table(columns=(Column(label=Text("Nr", "No.")),), rows=[("1", "2")])


def test_an_empty_list_says_so_in_each_language() -> None:
    document: TableDocument = replace(situations.case_list(1), findings=(), table=situations.case_list(0).table)
    page = render_table(document, tuple(Language))
    assert "Inga ärenden." in page
    assert "No cases." in page
    assert "<table" not in page


def test_a_judge_that_dies_says_nothing_and_is_replaced(printed: Printed) -> None:
    judges = WarmJudges(("2a",))
    try:
        known = judges.validate([printed.table.pdf], ("2a",))
        assert [(one.path, one.flavour, one.compliant) for one in known] == [(printed.table.pdf, "2a", True)]
        worker = judges._judges["2a"]._worker
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        with pytest.raises(NotPdfAError):
            judges.validate([printed.table.pdf], ("2a",))
        assert judges.validate([printed.table.pdf], ("2a",)) == known
    finally:
        judges.close()


def test_a_press_ends_all_that_it_started() -> None:
    async def started() -> list[int]:
        async with Press() as press:
            workers = [judge._worker for judge in press._judges._judges.values()]
            assert [worker.poll() for worker in workers] == [None, None]
        return [worker.poll() for worker in workers]

    assert asyncio.run(started()) == [-signal.SIGKILL, -signal.SIGKILL]


def test_the_time_it_states_is_the_one_it_was_given(printed: Printed) -> None:
    with pikepdf.open(printed.table.pdf) as pdf:
        assert str(pdf.docinfo.CreationDate) == f"D:{NOON:%Y%m%d%H%M%S}+00'00'"
