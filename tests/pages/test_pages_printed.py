"""Documents of our own: printed when every letter has a glyph, pictured when not; valid either way."""

import json
from pathlib import Path

import pikepdf
import pypdfium2

from tests.pages.one_visit import Visit
from tests.pages.small_feed import CHINESE


def passed(path: Path) -> bool:
    report = json.loads(path.with_suffix(".verapdf.json").read_bytes())
    verdicts = report["verdicts"]
    compliant = all(verdict["compliant"] and verdict["checks"] for verdict in verdicts)
    return report["pdfa"] is compliant and [one["flavour"] for one in verdicts] == ["2a", "ua1"] and compliant


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_an_ordinary_statement_is_printed_with_letters(visit: Visit) -> None:
    assert passed(visit.printed)
    with pikepdf.open(visit.printed) as pdf:
        assert not [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/CIDToGIDMap" in o]
        assert len(pdf.pages) > 1
        assert str(pdf.docinfo.Title) == "Fullständighetsintyg"
    text = text_of(visit.printed)
    assert CHINESE in text
    assert text.count("Åsa") == 60


def test_a_statement_with_letters_nobody_has_becomes_pictures_with_the_same_text(visit: Visit) -> None:
    assert passed(visit.pictured)
    text = text_of(visit.pictured)
    assert "\U0001fae9" in text
    assert "\U00016a40" in text
    assert text.count("Åsa") == 60


def test_neither_runs_a_script(visit: Visit) -> None:
    for path in (visit.printed, visit.pictured):
        with pikepdf.open(path) as pdf:
            actions = [a.A for page in pdf.pages for a in page.obj.get("/Annots", ()) if "/A" in a]
        assert {str(action.S) for action in actions} == {"/URI"}
        assert {str(action.URI) for action in actions} == {"https://exempel.se/", "https://exempel.se/2"}
