"""The removal sheet holds what was removed, exactly, and what is to be known of it; what is not known is said so."""

import hashlib
import zlib
from dataclasses import fields

import pikepdf
import pytest
from lxml import html

from capture.documents.evidence import slices_of, written_out
from capture.documents.removal import render_removal
from register.errors import BadInputError
from tests.documents import reading, situations
from tests.documents.conftest import HOSTILE, LONG, Printed
from tests.documents.situations import NOON, TEXT


def said(made_html: str) -> dict[str, list[str]]:
    """What each line of the sheet says, by its label."""
    lines: dict[str, list[str]] = {}
    for term in html.fromstring(made_html).findall(".//dt"):
        lines.setdefault(term.text_content(), []).append(term.getnext().text_content())
    return lines


def test_the_sheet_says_all_that_the_case_does() -> None:
    lines = said(render_removal(situations.removal(()), created=NOON))
    assert lines == {
        "Arkivbildare": ["Exempelköpings kommun, Kommunstyrelsen (ORG:212000-0000)"],
        "Kanal": ["Exempelköpings kommun (Facebook), https://exempel.invalid/kommunen"],
        "Skriven av": ["Åke Ärlig (https://exempel.invalid/ake)"],
        "Publicerad": ["2026-06-30 00:30:00 svensk tid (2026-06-29 22:30:00 UTC), visades som ”13 tim”"],
        "Permanent adress": ["https://exempel.invalid/inlagg/1?k=4"],
        "Grund": ["a) förtal, personliga angrepp eller grova förolämpningar", "g) strider mot lag"],
        "Lagrum": ["brottsbalken 5 kap.", "ej angivet – anges av den som handlägger"],
        "Motivering": ["Kommentaren pekar ut en namngiven medarbetare och angriper hens person."],
        "Riktlinje": ["KS-2024-00357, 2020-05-25"],
        "Gallringsbeslut": ["KS 2026/88 § 4, 2026-06-30"],
        "Beslutsfattare": ["Karin Chef, kommunikationschef, delegationsordning p. 3.2"],
        "Diarienummer": ["KS 2026/341"],
        "Samlingsärende": ["KS 2026/12, nr 17"],
        "Upptäckt": ["2026-06-30 08:00:00 svensk tid (2026-06-30 06:00:00 UTC)"],
        "Åtgärd": ["borttagen"],
        "Utförd": ["2026-06-30 14:30:00 svensk tid (2026-06-30 12:30:00 UTC), av Anna Administratör"],
        "Ärende-id": ["2026-17"],
        "Sparad": [
            "2026-06-30 14:00:00 svensk tid (2026-06-30 12:00:00 UTC), av Anna Administratör med "
            "Kanalarkiv 0.1.0, Chromium 156"
        ],
        "Bladet gjort": ["2026-06-30 14:00:00 svensk tid (2026-06-30 12:00:00 UTC)"],
    }


def test_what_is_not_yet_known_is_said_and_whose_it_is_to_say() -> None:
    case = situations.bare(situations.removal(()))
    empty = [field.name for field in fields(case) if getattr(case, field.name) in (None, "", ())]
    assert len(empty) == 16
    unsaid = {label: lines for label, lines in said(render_removal(case, created=NOON)).items() if "ej" in lines[0]}
    assert unsaid == {
        "Publicerad": ["ej angivet – anges av plattformen, som bara visade ”13 tim”"],
        "Grund": ["ej angivet – anges av den som handlägger"],
        "Motivering": ["ej angivet – anges av den som handlägger"],
        "Riktlinje": ["ej angivet – anges av dokumentansvarig"],
        "Gallringsbeslut": ["ej angivet – anges av beslutsfattaren"],
        "Beslutsfattare": ["ej angivet – anges av beslutsfattaren"],
        "Diarienummer": ["ej angivet – anges av registratorn"],
        "Samlingsärende": ["ej angivet – anges av registratorn"],
        "Upptäckt": ["ej angivet – anges av behörig användare"],
        "Åtgärd": ["ej angivet – anges av behörig användare"],
        "Utförd": ["ej angivet – anges av behörig användare"],
    }


def test_the_printed_sheet_is_pdfa_and_holds_the_text_word_for_word(printed: Printed) -> None:
    assert reading.verdicts(printed.sheet.pdf) == {"2a": True, "ua1": True}
    assert not reading.is_pictured(printed.sheet.pdf)
    text = reading.words(printed.sheet.pdf)
    for line in ("Ni är ju helt otroliga på kommunen!!", "Vägen är halkig i TRE dagar.", "谢谢 · Zażółć gęślą jaźń"):
        assert "".join(line.split()) in text
    assert "och'citat'<b>intefetstil</b>&{{7*7}}" in text
    assert hashlib.sha256(TEXT.encode()).hexdigest() in text
    assert printed.sheet.sha256 == hashlib.sha256(printed.sheet.pdf.read_bytes()).hexdigest()


def test_its_tags_language_and_bookmarks_lead_a_reader(printed: Printed) -> None:
    with pikepdf.open(printed.sheet.pdf) as pdf:
        elements = reading.tags(pdf)
        figures = [str(one.Alt) for one in elements if one.S == "/Figure"]
        assert str(pdf.Root.Lang) == "sv-SE"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Borttagningsblad: kommentar på Exempelköpings kommun"
    assert figures == ["Bild av det borttagna så som det visades"]
    assert reading.kinds(printed.sheet.pdf).count("H1") == 1
    assert reading.bookmarks(printed.sheet.pdf) == [
        "Kommentar på Exempelköpings kommun",
        "1. Vad",
        "Texten, ordagrant",
        "Som det visades",
        "2. Varför",
        "3. Beslut och åtgärd",
        "4. Sparat",
    ]


def test_the_same_case_gives_the_same_bytes(printed: Printed) -> None:
    assert printed.sheet.pdf.read_bytes() == printed.again.pdf.read_bytes()
    assert printed.sheet.html.read_bytes() == printed.again.html.read_bytes()


def test_a_tall_picture_is_cut_between_its_lines_and_is_whole(printed: Printed, tmp_path) -> None:
    assert reading.verdicts(printed.tall.pdf) == {"2a": True, "ua1": True}
    one = situations.picture(tmp_path / "hög.png", lines=70)
    slices = list(slices_of(one.path, one.sha256))
    assert sum(part.height for part in slices) == 70 * 60
    assert len(slices) == 3
    cuts = [sum(part.height for part in slices[:count]) for count in (1, 2)]
    assert all(not 15 <= cut % 60 <= 45 for cut in cuts)
    with pikepdf.open(printed.tall.pdf) as pdf:
        alts = [str(element.Alt) for element in reading.tags(pdf) if element.S == "/Figure"]
    assert alts == [f"Bild av det borttagna så som det visades ({number} av 3)" for number in (1, 2, 3)]


def test_a_picture_that_is_not_what_was_saved_is_refused(printed: Printed) -> None:
    assert isinstance(printed.refused, BadInputError)
    assert "inte vad som sparades" in printed.refused.happened.sv


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_refused(tmp_path, content) -> None:
    path = tmp_path / "bild.png"
    path.write_bytes(content)
    with pytest.raises(BadInputError):
        list(slices_of(path, hashlib.sha256(content).hexdigest()))


def test_a_picture_of_200_megapixels_is_refused_before_it_is_unpacked(tmp_path) -> None:
    one = situations.picture(tmp_path / "stor.png", lines=1, width=1000)
    content = bytearray(one.path.read_bytes())
    content[16:24] = (20_000).to_bytes(4, "big") + (10_000).to_bytes(4, "big")
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    one.path.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        list(slices_of(one.path, hashlib.sha256(content).hexdigest()))
    assert "för stor" in caught.value.happened.sv


def test_hostile_names_and_texts_stay_text(printed: Printed) -> None:
    assert reading.verdicts(printed.hostile.pdf) == {"2a": True, "ua1": True}
    tree = html.fromstring(printed.hostile.html.read_text(encoding="utf-8"))
    assert tree.findall(".//script") == []
    assert [image.get("src")[:22] for image in tree.findall(".//img")] == ["data:image/png;base64,"]
    assert tree.findall(".//a") == []
    shown = tree.find(".//p[@class='said']").text_content()
    assert shown == f"{HOSTILE} \ue000\uf8ff\ud800 {LONG}".replace("\u202e", "⟨U+202E⟩").replace(
        "\ue000\uf8ff\ud800", "⟨U+E000⟩⟨U+F8FF⟩⟨U+D800⟩"
    )
    text = reading.words(printed.hostile.pdf)
    assert "".join(HOSTILE.replace("\u202e", "⟨U+202E⟩").split()) in text
    assert text.count("Å") == len(LONG) + 1  # and that of Åtgärd; a page ends within it
    with pikepdf.open(printed.hostile.pdf) as pdf:
        assert [page.obj.get("/Annots") for page in pdf.pages if "/Annots" in page.obj] == []


def test_hidden_characters_are_written_out_and_those_that_join_are_not() -> None:
    assert written_out("a\u202eb\u200bc\ue000") == ("a⟨U+202E⟩b⟨U+200B⟩c⟨U+E000⟩", 3)
    assert written_out("👩‍👩‍👧 می‌خواهم\n\tå") == ("👩‍👩‍👧 می‌خواهم\n\tå", 0)


def test_an_english_sheet_is_english_to_a_screen_reader(printed: Printed) -> None:
    assert reading.verdicts(printed.english.pdf) == {"2a": True, "ua1": True}
    with pikepdf.open(printed.english.pdf) as pdf:
        assert str(reading.tags(pdf)[0].Lang) == "en"
    assert "notstated–tobestatedbytheregistrar" in reading.words(printed.english.pdf)
