"""kanalarkiv.toml: what it must say, and how it is told when it does not."""

from datetime import date

import pytest

from capture.session.entry import Mode
from flows import settings
from register.errors import BadInputError, NotAllowedError
from register.model import Appraisal, Contact, RecordStatus

GOOD = """
[arkivbildare]
namn = "Exempelkommun, Kommunstyrelsen"
identitetskod = "ORG:212000-0000"
[e_arkiv]
namn = "Exempelkommuns e-arkiv"
identitetskod = "ORG:212000-0000"
mapp = "/mnt/e-arkiv"
[leverans]
overenskommelse = "KS 2026/123; 2026-01-01"
"""


def _written(folder, text):
    path = folder / "kanalarkiv.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_records_creator_delivers_where_nobody_else_is_named(tmp_path):
    channel = settings.load(_written(tmp_path, GOOD)).channel(name="K", platform="P", url="https://x.invalid/")
    assert channel.submitting == channel.records_creator
    assert channel.record_status is RecordStatus.NEW


def test_without_a_file_what_is_made_is_a_test(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.load(None) is None
    channel = settings.undeclared(name="K", platform="P", url="https://x.invalid/")
    assert channel.record_status is RecordStatus.TEST
    assert channel.records_creator.name == "Ej angiven"


def test_an_unknown_key_is_an_error_with_the_nearest_right_one(tmp_path):
    with pytest.raises(BadInputError) as caught:
        settings.load(_written(tmp_path, GOOD.replace("overenskommelse", "overenskomelse")))
    assert "leverans.overenskomelse: okänd nyckel; menas overenskommelse?" in caught.value.happened.sv


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("ORG:212000-0000", "2120000000"), "arkivbildare.identitetskod"),
        (('namn = "Exempelkommuns e-arkiv"', ""), "e_arkiv.namn"),
        (("[leverans]", "[leverans"), "line"),
    ],
)
def test_a_fault_is_named_by_its_place(tmp_path, change, named):
    with pytest.raises(BadInputError) as caught:
        settings.load(_written(tmp_path, GOOD.replace(*change)))
    assert named in caught.value.happened.sv


def test_a_file_that_was_named_must_be_there(tmp_path):
    with pytest.raises(BadInputError):
        settings.load(tmp_path / "finns-inte.toml")


CHANNEL = """
[[kanal]]
namn = "Kommunens Facebooksida"
plattform = "facebook"
adress = "https://www.facebook.com/exempelkommun"
lage = "automatisk"
inloggning = true
konto = "Exempelkommun"
takt = [2.0, 5]
[kanal.tillstand]
diarienummer = "KS 2026/456"
datum = 2026-05-04
beslutsfattare = "Kommunstyrelsen"
galler_till = 2027-12-31
[[kanal]]
namn = "Bloggen"
plattform = "blog"
adress = "https://blogg.exempelkommun.se/"
[assisterad]
webblasare = "edge"
anslut = "http://127.0.0.1:9222"
"""


def test_the_register_is_read(tmp_path):
    declared = settings.load(_written(tmp_path, GOOD + CHANNEL))
    page, blog = declared.kanal
    assert (page.mode, page.login, page.account, page.pace) == (Mode.AUTOMATIC, True, "Exempelkommun", (2.0, 5.0))
    assert page.permission.valid_until == date(2027, 12, 31)
    assert (blog.mode, blog.login, blog.permission) == (Mode.ASSISTED, False, None)
    assert settings.registered(declared, "bloggen") is blog
    url = "https://www.facebook.com/exempelkommun"
    assert settings.allowed(declared, url, today=date(2026, 11, 22)).entry is page
    with pytest.raises(NotAllowedError):
        settings.allowed(declared, url, today=date(2028, 1, 1))


def test_neither_a_file_without_channels_nor_no_file_allows_any(tmp_path):
    declared = settings.load(_written(tmp_path, GOOD))
    with pytest.raises(NotAllowedError):
        settings.allowed(declared, "https://x.se/", today=date(2026, 11, 22))
    with pytest.raises(NotAllowedError):
        settings.allowed(None, "https://x.se/", today=date(2026, 11, 22))
    assert settings.allowed(None, "http://127.0.0.1:5000/", today=date(2026, 11, 22)).entry is None
    with pytest.raises(BadInputError):
        settings.registered(None, "Bloggen")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('konto = "', 'kontot = "'), "kanal[1].kontot: okänd nyckel; menas konto?"),
        (("beslutsfattare", "beslutsfatare"), "kanal[1].tillstand.beslutsfatare: okänd nyckel; menas beslutsfattare?"),
        (('plattform = "blog"', 'plattform = "bloggen"'), "menas blog?"),
        (('plattform = "blog"', ""), "kanal[2].plattform: saknas"),
        (('lage = "automatisk"', 'lage = "automatiskt"'), "ska vara assisterad eller automatisk; menas automatisk?"),
        (("http://127.0.0.1:9222", "http://10.0.0.7:9222"), "assisterad.anslut: ska vara en adress på den egna datorn"),
        (("exempelkommun.se/", "exempelkommun.se/ "), "kanal[2].adress: är ingen webbadress"),
        (("www.facebook.com/exempelkommun", "www.facebook.com/"), "är hela plattformen, inte en kanal"),
        (("Bloggen", "kommunens facebooksida"), "kanal: kommunens facebooksida står 2 gånger i registret"),
        (("KS 2026/456", ""), "kanal[1].tillstand.diarienummer"),
    ],
)
def test_a_fault_in_the_register_is_named_by_its_place(tmp_path, change, said):
    with pytest.raises(BadInputError) as caught:
        settings.load(_written(tmp_path, GOOD + CHANNEL.replace(*change)))
    assert said in caught.value.happened.sv


def test_a_fault_is_said_in_both_languages(tmp_path):
    with pytest.raises(BadInputError) as caught:
        settings.load(_written(tmp_path, GOOD + CHANNEL.replace('lage = "automatisk"', 'lage = "automat"')))
    assert "is to be assisterad or automatisk; is automatisk meant?" in caught.value.happened.en


def test_what_the_docstring_shows_is_what_is_read(tmp_path):
    shown = settings.__doc__[settings.__doc__.index("    [arkivbildare]") : settings.__doc__.index("Without the file")]
    assert len(settings.load(_written(tmp_path, shown)).kanal) == 1


TERMS = """
gallring = "bevaras"
skydd = "personuppgifter"
diarienummer = "KS 2026/9"
kontaktperson = { namn = "Åsa Öberg", kontakt = "arkivet@exempelkommun.se" }
"""


def test_what_the_delivery_says_holds_for_a_channel_unless_that_says_otherwise(tmp_path):
    own = CHANNEL.replace('plattform = "blog"', 'plattform = "blog"\ndiarienummer = "KS 2026/10"\nkallsystem = "Ghost"')
    declared = settings.load(_written(tmp_path, GOOD.replace("[leverans]", f"[leverans]{TERMS}") + own))
    page, blog = (
        declared.channel(name="K", platform="P", url="https://x.invalid/", entry=entry).terms
        for entry in declared.kanal
    )
    assert (page.case_number, page.source_system) == ("KS 2026/9", None)
    assert (blog.case_number, blog.source_system) == ("KS 2026/10", "Ghost")
    assert page.appraisal is blog.appraisal is Appraisal.PRESERVE
    assert page.contact == Contact(name="Åsa Öberg", details="arkivet@exempelkommun.se")


@pytest.mark.parametrize(("named", "kind"), [("", "fgs-2.0"), ('formatprofil = "ra-fs-2009-2"', "fgs-1.2")])
def test_the_format_profile_is_the_one_that_is_named(tmp_path, named, kind):
    declared = settings.load(_written(tmp_path, GOOD.replace("[leverans]", f"[leverans]\n{named}")))
    assert settings.wanted_of(declared).paket.profil == kind


def test_a_format_profile_that_is_not_there_is_said_with_those_that_are(tmp_path):
    declared = settings.load(_written(tmp_path, GOOD.replace("[leverans]", '[leverans]\nformatprofil = "modernt"')))
    with pytest.raises(BadInputError, match="menas modern"):
        settings.wanted_of(declared)


def test_without_settings_the_default_holds():
    assert settings.wanted_of(None).namn == "modern"
