"""Whose word a package follows, register's or settings'; and the extract as a document."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest

from capture.documents.extract import render_extract
from capture.session.entry import Mode
from flows import naming, permitting, settings
from flows.naming import Called
from flows.permitting import Leave, Wish
from flows.settings import Settings
from register.errors import BadInputError, NotAllowedError
from register.extract.nouns import CaseSaid, Difference, Extract, VanishedSaid
from register.language import Text
from register.model import Appraisal, Channel, Organisation, RecordStatus, Restriction
from register.store.channels import CaptureMode
from tests.flows.conftest import municipality
from tests.register.municipality import FACEBOOK

AT = datetime(2026, 3, 14, 11, tzinfo=UTC)
BOARD = Organisation(name="Kommunstyrelsen", identity_code="ORG:212000-0000")
FILE = """
[arkivbildare]
namn = "Kommunstyrelsen"
identitetskod = "ORG:212000-0000"
[e_arkiv]
namn = "E-arkivet"
identitetskod = "ORG:212000-0000"
mapp = "/mnt/e-arkiv"
[leverans]
overenskommelse = "KS 2026/123"
"""
ENTRY = f"""
[[kanal]]
namn = "Kommunens Facebooksida"
plattform = "annan"
adress = "{FACEBOOK}"
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    municipality(folder / "blad", folder / "register.db", address=FACEBOOK)
    return folder


@pytest.fixture(scope="module")
def said(workspace: Path) -> Extract:
    """What the register says of its channel."""
    extract = permitting.permitted(None, _wish(workspace), at=AT).said
    assert extract is not None
    return extract


def _wish(workspace: Path, channel: str = "fb", *, attended: bool = False) -> Wish:
    return Wish(channel=channel, who="anna.ek", attended=attended, workspace=workspace)


def _declared(folder: Path, text: str = FILE) -> Settings:
    path = folder / "kanalarkiv.toml"
    path.write_text(text, encoding="utf-8")
    declared = settings.load(path)
    assert declared is not None
    return declared


def _named(declared: Settings | None, said: Extract | None, *, called: Called | None = None) -> Channel:
    entry = settings.covering(declared, FACEBOOK)
    called = called or Called(url=FACEBOOK, title="Sidans rubrik")
    return naming.channel_of(called, declared, entry, said, settings.wanted_of(None))


def _told(declared: Settings, said: Extract) -> list[tuple[str, str, str, str]]:
    found = naming.differences(declared, settings.covering(declared, FACEBOOK), said)
    return [(each.field, each.register, each.settings, each.key) for each in found]


# --- who may -------------------------------------------------------------------------------------------------------


def test_the_register_alone_lets_its_channel_be_captured_with_or_without_a_settings_file(workspace, tmp_path):
    for declared in (None, _declared(tmp_path)):
        leave = permitting.permitted(declared, _wish(workspace), at=AT)
        assert (leave.url, leave.permit.entry, leave.permit.attended) == (FACEBOOK, None, False)
        assert leave.platforms == ("exempelkanalen", None)
    assert permitting.permitted(None, _wish(workspace, attended=True), at=AT).permit.attended


def test_the_register_s_mode_and_permission_hold_and_not_the_file_s(workspace, tmp_path):
    """The file has a permission that is over, and an account to be logged in as, which the register does not know."""
    over = (
        'lage = "automatisk"\ninloggning = true\nkonto = "Kommunen"\n'
        '[kanal.tillstand]\ndiarienummer = "KS 1"\ndatum = 2020-01-01\nbeslutsfattare = "KS"\n'
        "galler_till = 2020-02-01\n"
    )
    leave = permitting.permitted(_declared(tmp_path, FILE + ENTRY + over), _wish(workspace, FACEBOOK), at=AT)
    assert leave.permit.entry is not None
    assert (leave.permit.needs_session, leave.permit.entry.account) == (True, "Kommunen")
    told = permitting.told(leave.permit, leave.said)
    assert told is not None
    assert told.sv == "automatisk enligt KS 2024/9, 2024-01-20, Kommunstyrelsen"


def test_a_register_that_says_assisterad_has_a_person_watch_whatever_the_file_says(tmp_path):
    sheet = "kanal;namn;plattform;adress;förvaltning;status;gäller från\n"
    municipality(
        tmp_path / "blad", tmp_path / "register.db", address=FACEBOOK,
        kanaler=f"{sheet}fb;Sidan;facebook;{FACEBOOK};ks;aktiv;2024-02-01\n",
    )  # fmt: skip
    permission = '[kanal.tillstand]\ndiarienummer = "KS 1"\ndatum = 2020-01-01\nbeslutsfattare = "KS"\n'
    declared = _declared(tmp_path, f'{FILE}{ENTRY}lage = "automatisk"\n{permission}')
    leave = permitting.permitted(declared, _wish(tmp_path), at=AT)
    assert leave.permit.attended
    assert leave.said is not None
    assert leave.said.ground.mode == CaptureMode.ASSISTED
    assert ("läge", "assisterad", "automatisk", "kanal.lage") in _told(declared, leave.said)


def test_a_channel_that_the_register_does_not_have_is_refused_but_on_this_computer(workspace, tmp_path):
    elsewhere = "https://annan.invalid/"
    declared = _declared(tmp_path, FILE + ENTRY.replace(FACEBOOK, elsewhere).replace("Kommunens F", "F"))
    with pytest.raises(NotAllowedError, match=r"annan\.invalid/ finns inte i kanalregistret"):
        permitting.permitted(declared, _wish(workspace, "Facebooksida"), at=AT)
    local = permitting.permitted(None, _wish(workspace, "http://127.0.0.1:1/"), at=AT)
    assert isinstance(local.register, Text)
    assert "beslut och uppdrag prövas inte" in local.register.sv
    assert (local.said, local.permit.entry) == (None, None)


def test_private_messages_are_never_captured_whoever_asks(workspace):
    with pytest.raises(NotAllowedError, match="visar privata meddelanden"):
        permitting.permitted(None, _wish(workspace, "https://www.facebook.com/messages/t/1", attended=True), at=AT)


def test_without_a_register_the_file_answers_by_name_or_address(tmp_path):
    declared = _declared(tmp_path, FILE + ENTRY)
    for word in ("kommunens facebooksida", FACEBOOK):
        leave = permitting.permitted(declared, _wish(tmp_path, word), at=AT)
        assert (leave.url, leave.permit.attended, leave.said) == (FACEBOOK, True, None)
        assert leave.permit.entry is not None
        assert leave.permit.entry.mode is Mode.ASSISTED
        assert isinstance(leave.register, Text)
        assert "Registrets databas har inte tillfrågats" in leave.register.sv
    with pytest.raises(BadInputError, match=r"inget\.alls finns inte i kanalregistret"):
        permitting.permitted(declared, _wish(tmp_path, "inget.alls"), at=AT)


# --- what the package says -----------------------------------------------------------------------------------------


def test_what_the_register_says_of_the_channel_is_what_the_package_says(said, tmp_path):
    channel = _named(_declared(tmp_path), said)
    assert (channel.name, channel.platform, channel.record_status) == (
        "Kommunens Facebooksida",
        "exempelkanalen",
        RecordStatus.NEW,
    )
    assert (channel.records_creator, channel.submission_agreement) == (BOARD, "KS 2026/123")
    assert (channel.terms.appraisal, channel.terms.information_class) == (Appraisal.PRESERVE, "K1 R2 T1")
    stewardship = channel.stewardship
    assert (stewardship.unit, stewardship.purpose, stewardship.target_group) == (
        "Kommunikation",
        "Att informera",
        "Invånare",
    )
    assert (stewardship.responsible, stewardship.guideline) == ("Anna Ek, Kommunikatör", "KS 2020-05-25 § 94")
    assert stewardship.decisions == (
        "öppning: KS 2024/7, 2024-01-15, Dan Alm, kommundirektör",
        "tillstånd: KS 2024/9, 2024-01-20, Kommunstyrelsen",
    )


def test_whoever_asks_is_heeded_first_and_the_page_last(said, tmp_path):
    declared = _declared(tmp_path, FILE + ENTRY)
    asked = Called(url=FACEBOOK, name="Som jag vill", platform="min", title="Sidans rubrik")
    assert [(each.name, each.platform) for each in (_named(declared, said, called=asked),)] == [("Som jag vill", "min")]
    assert _named(declared, None).name == "Kommunens Facebooksida"
    without = _named(None, None)
    assert (without.name, without.platform) == ("Sidans rubrik", "www.facebook.com")


def test_without_a_settings_file_the_creator_is_known_and_the_package_still_a_test(said):
    channel = _named(None, said)
    assert (channel.records_creator, channel.record_status) == (BOARD, RecordStatus.TEST)
    assert channel.archive.name == "Ej angiven"


def test_every_difference_is_told_and_the_register_holds(said, tmp_path):
    own = ENTRY.replace('"Kommunens F', '"F').replace('"annan"', '"facebook"')
    declared = _declared(
        tmp_path,
        f'{FILE.replace("Kommunstyrelsen", "Kommunen")}skydd = "sekretess"\ninformationsklass = "K3"\n{own}'
        'gallring = "gallras"\ngallringsbeslut = "KS 1999/1"\n',
    )
    assert _told(declared, said) == [
        ("namn", "Kommunens Facebooksida", "Facebooksida", "kanal.namn"),
        ("plattform", "exempelkanalen", "facebook", "kanal.plattform"),
        ("gallring", "bevaras", "gallras", "kanal.gallring"),
        ("informationsklass", "K1 R2 T1", "K3", "leverans.informationsklass"),
        ("arkivbildare", "Kommunstyrelsen (ORG:212000-0000)", "Kommunen (ORG:212000-0000)", "arkivbildare"),
    ]
    channel = _named(declared, said)
    assert (channel.name, channel.terms.information_class) == ("Kommunens Facebooksida", "K1 R2 T1")
    # A decision to dispose is none to keep; what only the file says, holds.
    assert (channel.terms.appraisal, channel.terms.appraisal_decision) == (Appraisal.PRESERVE, None)
    assert channel.terms.restriction is Restriction.SECRECY
    assert _told(_declared(tmp_path), said) == []


@pytest.mark.parametrize(
    ("code", "holds"), [(None, False), ("212000-0000", False), ("ORG:212000-1111", True)], ids=["none", "bare", "whole"]
)
def test_a_board_without_a_code_that_fgs_can_hold_is_not_the_creator_and_that_is_told(said, tmp_path, code, holds):
    board = replace(said.channel, board="Bildningsnämnden", identity_code=code)
    other, declared = replace(said, channel=board), _declared(tmp_path)
    creator = Organisation(name="Bildningsnämnden", identity_code="ORG:212000-1111") if holds else BOARD
    assert _named(declared, other).records_creator == creator
    (difference,) = naming.differences(declared, None, other)
    assert (difference.field, difference.register_holds) == ("arkivbildare", holds)
    assert ("saknar identitetskod" in naming.told(difference).sv) is not holds


# --- the document --------------------------------------------------------------------------------------------------


def _page(extract: Extract) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(render_extract(extract, run_id="run-1"))


def _rows(page: lxml.html.HtmlElement, heading: str) -> list[list[str]]:
    (table,) = page.xpath(f"//section[@lang='sv']//h2[.='{heading}']/following-sibling::div[1]/table")
    return [[cell.text_content() for cell in row.xpath("td")] for row in table.xpath("tbody/tr")]


def test_the_extract_reads_as_a_document_swedish_first(said):
    page = _page(said)
    assert [section.get("lang") for section in page.xpath("//section")] == ["sv", "en"]
    assert page.xpath("//section[1]//h2/text()") == [
        "Vad insamlingen vilade på",
        "Behöriga",
        "Gällande beslut",
        "Kanalen i registret",
        "Riktlinjen",
        "Borttagsärenden",
        "Oförklarat borttaget",
    ]
    assert _rows(page, "Behöriga")[1] == [
        "Bo Lind, Kommunikatör",
        "administratör",
        "Cia Berg, Enhetschef 2024-01-25; gäller 2024-02-01 till och med 2026-06-30",
        "KS 2024/8, 2024-01-20, Dan Alm, kommundirektör; gäller från 2024-01-20",
        "ersätter Anna Ek",
    ]
    assert _rows(page, "Behöriga")[2][-1] == "utan utseende"
    assert _rows(page, "Gällande beslut")[0] == [
        "öppning",
        "KS 2024/7, 2024-01-15, Dan Alm, kommundirektör",
        "från 2024-01-15",
        "–",
        "Eva Sjö, 2024-01-10, tillstyrks",
    ]
    assert [cell for cell in page.xpath("//td") if not cell.text_content().strip()] == []  # no PDF/UA else
    text = page.text_content()
    assert "2026-03-14 12:00:00 (svensk tid)" in text
    assert "ej angivet – anges av registret (kanaler)" in text  # of the goal, which nobody said
    assert "@exempelkommun" not in text


def test_what_was_removed_and_what_differed_stand_in_the_document(said):
    case = CaseSaid(
        entry="fb-2026-1", kind="comment", outcome="tas bort", measure="borttagen", grounds="b", decision="BUN 2026/8",
        decided=AT.date(), decided_by="Dan Alm", diary_number="BUN 2026/8-1", collecting_case="BUN 2026/1", number=3,
        removed=AT, closed=True,
    )  # fmt: skip
    gone = VanishedSaid(
        entry="1", what="försvunnen", kind="reply", own=False, text_sha256="ab" * 32, earlier="run-0", later="run-1",
        seen=AT, missed=AT,
    )  # fmt: skip
    other = Difference(field="gallring", register="bevaras", settings="gallras", key="leverans.gallring")
    page = _page(replace(said, cases=(case,), vanished=(gone,), differences=(other,)))
    assert _rows(page, "Borttagsärenden") == [
        [
            "fb-2026-1",
            "kommentar",
            "tas bort, BUN 2026/8, 2026-03-14, Dan Alm",
            "b",
            "borttagen (2026-03-14 12:00:00)",
            "BUN 2026/8-1, BUN 2026/1, nr 3",
            "avslutat",
        ]
    ]
    assert _rows(page, "Oförklarat borttaget")[0][3:7] == [
        "någon annan",
        "2026-03-14 12:00:00",
        "2026-03-14 12:00:00",
        "run-0",
    ]
    assert _rows(page, "Där inställningsfilen säger något annat") == [
        ["gallring", "bevaras", "gallras", "leverans.gallring", "registret"]
    ]


def test_what_somebody_wrote_in_the_register_stays_text(said):
    hostile = replace(said.channel, purpose="<script>alert(1)</script>\u202e", address="javascript:alert(1)")
    page = _page(replace(said, channel=hostile))
    assert page.xpath("//script") == []
    assert [href for href in page.xpath("//a/@href") if "javascript" in href] == []
    assert "<script>alert(1)</script>" in page.text_content()
    assert "\u202e" not in page.text_content()


def test_a_channel_that_the_register_no_longer_had_is_said_to_be_gone(said):
    gone = _page(replace(said, channel=None, authorised=(), decisions=(), guidelines=()))
    text = gone.text_content()
    for told in ("Registret hade inte längre kanalen då.", "Ingen hade uppdrag", "Registret hade ingen riktlinje."):
        assert told in text
    assert _named(None, replace(said, channel=None)).name == "Sidans rubrik"


def test_leave_without_a_register_has_nothing_said_of_the_channel(tmp_path):
    leave = permitting.permitted(None, _wish(tmp_path, "http://127.0.0.1:1/"), at=AT)
    assert isinstance(leave, Leave)
    told = permitting.told(leave.permit, leave.said)
    assert told is not None
    assert told.sv == "inget beslut krävs: kanalen finns på den egna datorn"
