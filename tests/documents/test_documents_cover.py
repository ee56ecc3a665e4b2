"""The cover answers the ten questions from the package alone, and passes over nothing that nobody has said."""

from dataclasses import replace
from datetime import timedelta

import pikepdf
from lxml import html

from capture.documents.cover import LOSSES_SHOWN, render_cover
from capture.records import statement
from tests.documents import reading, situations
from tests.documents.conftest import Printed
from tests.documents.situations import NOON


def swedish(page: str) -> html.HtmlElement:
    return html.fromstring(page).find(".//section[@lang='sv']")


def answers(page: str) -> dict[str, str]:
    return {term.text_content(): term.getnext().text_content() for term in swedish(page).findall(".//dt")}


def test_the_ten_questions_are_asked_in_order_in_both_languages() -> None:
    page = html.fromstring(render_cover(situations.cover(situations.channel(), situations.walk())))
    asked = {
        section.get("lang"): [heading.text_content() for heading in section.findall("h2")]
        for section in page.findall(".//section")
    }
    assert list(asked) == ["sv", "en"]
    assert asked["sv"] == [
        "1. Vems är det?",
        "2. Vilken kanal, adress och period?",
        "3. Finns någon lucka sedan den förra insamlingen?",
        "4. Är allt med? Om inte: vad saknas, och varför?",
        "5. Är filformaten giltiga?",
        "6. Stämmer kontrollsummorna?",
        "7. Är sekretess och personuppgifter utmärkta?",
        "8. Vilket beslut bevaras eller gallras det efter?",
        "9. Vilket ärende hör det till?",
        "10. Kan det läsas utan det program som gjorde det?",
    ]
    assert [question.split(".")[0] for question in asked["en"]] == [str(number) for number in range(1, 11)]


def test_what_is_said_stands_in_its_place() -> None:
    said = answers(render_cover(situations.cover(situations.channel(), situations.walk())))
    body = "Exempelköpings kommun, Kommunstyrelsen (ORG:212000-0000)"
    assert said == {
        "Arkivbildare": body,
        "Informationsägare": "arkivbildaren (ingen annan är angiven)",
        "Levererande organisation": body,
        "Kontaktperson": "Åsa Öberg, arkivet@exempel.invalid",
        "Mottagande e-arkiv": body,
        "Arkivets namn": "Kommunstyrelsens arkiv",
        "Referenskod": "SE/EXK/1",
        "Leverans": "omgång 2026-1, paket 3",
        "Avtalsform": "ej angivet – anges av e-arkivet (leverans.avtalsform)",
        "Kanal": "Exempelköpings kommun",
        "Plattform": "Facebook",
        "Källsystem": "Facebook",
        "Adress": "https://exempel.invalid/kommunen",
        "Period": "hela historiken så som den visas – 2026-06-30 14:00:00 (svensk tid)",
        "Insamlad": "2026-06-30 14:00:00 – 2026-06-30 14:00:00 (svensk tid)",
        "Efter vilket beslut": "KS 2026/456, 2026-05-04, Kommunstyrelsen",
        "Föregående insamling": "ingen är känd för programmet",
        "Lucka": "ingen: insamlingen omfattar hela historiken så som den visas",
        "Paketets ställning": "nytt (NEW)",
        "Slutsats": "ofullständig",
        "Inlägg": "3; kanalen uppger 3 i hela sin historik",
        "Kommentarer och svar": "0 av 6 uppgivna; 6 saknas",
        "Varför den slutade": "flödets slutmarkering nåddes",
        "Kända förluster": "3; se nedan",
        "Alla filer": "SHA-256, i paketets METS och PREMIS; räknade när filerna skrevs in i paketet",
        "Pröva": "kanalarkiv package validate, eller någon annans",
        "volym-01.pdf, SHA-256": "ab" * 32,
        "inspelning.mp4, SHA-256": "cd" * 32,
        "Skydd": "personuppgifter",
        "Skäl eller lagrum": "GDPR; kommentarer av privatpersoner",
        "Informationsklass": "K1 R2 T1",
        "Bevaras eller gallras": "bevaras",
        "Beslut": "KS 2025/77",
        "Leveransöverenskommelse": "KS 2026/123; 2026-01-01",
        "Diarienummer": "KS 2026/9",
    }


def test_what_nobody_has_said_is_said_to_be_unsaid_with_whose_it_is() -> None:
    cover = situations.cover(situations.channel(declared=False), situations.walk())
    page = render_cover(replace(cover, commission=replace(cover.commission, permission=None)))
    unsaid = {label: told for label, told in answers(page).items() if told.startswith("ej angivet")}
    keys = {
        "Arkivbildare": "arkivbildare.namn",
        "Informationsägare": "leverans.informationsagare",
        "Levererande organisation": "leverans.organisation",
        "Kontaktperson": "leverans.kontaktperson",
        "Mottagande e-arkiv": "e_arkiv.namn",
        "Arkivets namn": "leverans.arkivets_namn",
        "Referenskod": "leverans.referenskod",
        "Leverans": "leverans.omgang",
        "Avtalsform": "leverans.avtalsform",
        "Efter vilket beslut": "kanal.tillstand",
        "Skydd": "leverans.skydd",
        "Skäl eller lagrum": "leverans.skydd_kommentar",
        "Informationsklass": "leverans.informationsklass",
        "Bevaras eller gallras": "leverans.gallring",
        "Beslut": "leverans.gallringsbeslut",
        "Leveransöverenskommelse": "leverans.overenskommelse",
        "Diarienummer": "leverans.diarienummer",
    }
    assert list(unsaid) == list(keys)
    assert all(told.endswith(f"({keys[label]})") for label, told in unsaid.items())
    assert "PROV (RECORDSTATUS TEST)" in swedish(page).find("div").text_content()


def test_every_line_of_every_answer_says_something() -> None:
    for declared in (True, False):
        page = html.fromstring(render_cover(situations.cover(situations.channel(declared=declared), situations.walk())))
        assert all(line.text_content().strip() for line in page.iter("dd", "td", "li"))


def test_losses_beyond_the_first_are_counted() -> None:
    cover = situations.cover(situations.channel(), situations.walk(posts=LOSSES_SHOWN + 3))
    listed = [line.text_content() for line in swedish(render_cover(cover)).findall("ul")[0]]
    assert len(listed) == LOSSES_SHOWN + 1
    assert listed[-1] == "Och 3 till; alla står i fullständighetsintyget."


def test_a_gap_to_the_previous_capture_is_named() -> None:
    channel, seen = situations.channel(), situations.walk(claimed=0)
    before = replace(seen, started=NOON - timedelta(days=40))
    now = replace(seen, since=NOON - timedelta(days=10))
    said = statement.conclude(now, channel, previous=before, issued=NOON, program="Kanalarkiv 0")
    page = render_cover(replace(situations.cover(channel, seen), statement=said))
    assert answers(page)["Lucka"] == (
        "JA: 2026-05-21 14:00:00 – 2026-06-20 14:00:00 (svensk tid) täcks inte av någon insamling"
    )
    now = replace(seen, since=NOON - timedelta(days=41))
    said = statement.conclude(now, channel, previous=before, issued=NOON, program="Kanalarkiv 0")
    page = render_cover(replace(situations.cover(channel, seen), statement=said))
    assert answers(page)["Lucka"] == "ingen: perioden överlappar den föregående"


def test_a_file_that_was_refused_is_said_to_be() -> None:
    rows = [
        [cell.text_content() for cell in row]
        for row in swedish(render_cover(situations.cover(situations.channel(), situations.walk()))).findall(".//tr")
    ]
    assert ["volym-01.pdf", "2a", "godkänd", "veraPDF 1.31.50", "4711 kontroller"] in rows
    assert ["volym-01.pdf", "ua1", "UNDERKÄND", "veraPDF 1.31.50", "4711 kontroller"] in rows


def test_it_says_why_it_cannot_say_that_the_package_is_valid() -> None:
    text = swedish(render_cover(situations.cover(situations.channel(), situations.walk()))).text_content()
    assert "Om paketet som helhet (FGS Paketstruktur 2.0) kan inget stå här" in text


def test_the_printed_cover_is_pdfa_with_tables_and_both_languages(printed: Printed) -> None:
    for made in (printed.cover, printed.undeclared):
        assert reading.verdicts(made.pdf) == {"2a": True, "ua1": True}
        assert not reading.is_pictured(made.pdf)
    kinds = reading.kinds(printed.cover.pdf)
    assert (kinds.count("Table"), kinds.count("TH")) == (4, 16)
    with pikepdf.open(printed.cover.pdf) as pdf:
        languages = [str(element.Lang) for element in reading.tags(pdf) if "/Lang" in element]
    assert languages[0] == "sv"
    assert languages.count("en") == 1
    text = reading.words(printed.cover.pdf)
    assert "Insamlingenärofullständig" in text
    assert "Thecaptureisincomplete" in text
    assert "ab" * 32 in text
    assert "10.Kandetläsasutandetprogramsomgjordedet?" in [
        "".join(title.split()) for title in reading.bookmarks(printed.cover.pdf)
    ]
