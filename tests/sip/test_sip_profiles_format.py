"""The archivist's format profile: what ships, what may be said, and what is said back when it is wrong."""

from pathlib import Path

import pytest

from register import format_profile
from register.errors import BadInputError
from register.format_profile import Checksum, FilmFormat, FilmMaster, NameRule, PackageKind, PictureMode
from register.model import AgreementForm, Channel, Contact, Organisation, RecordStatus, Terms

MODERN = Path(format_profile.__file__).parent / "format_profiles" / "modern.toml"


def test_modern_is_what_holds_where_nobody_says_otherwise() -> None:
    modern = format_profile.load()
    assert modern == format_profile.load("modern")
    paket, sidor, film = modern.paket, modern.sidor, modern.film
    assert (paket.profil, paket.kontrollsumma) == (PackageKind.FGS_2_0, Checksum.SHA_256)
    assert (paket.filnamn, paket.webbarkiv) == (NameRule.ONE_EXTENSION, True)
    assert (sidor.pdfa, sidor.bilder) == ("2a", PictureMode.MIX)
    assert (film.format, film.mellanled) == (FilmFormat.MP4, FilmMaster.FFV1)


def test_ra_fs_2009_2_is_of_its_time() -> None:
    old = format_profile.load("ra-fs-2009-2")
    assert (old.paket.profil, old.sidor.pdfa, old.film.format) == (PackageKind.FGS_1_2, "1a", FilmFormat.BOTH)


@pytest.fixture
def said_to(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Return what is said of the modern profile after a change to its text."""

    def said(old: str, new: str) -> str:
        text = MODERN.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path = tmp_path / "egen.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(BadInputError) as caught:
            format_profile.load(str(path))
        happened = caught.value.happened.sv
        assert happened.startswith(f"Formatprofilen {path} går inte att använda: ")
        return happened.partition("använda: ")[2]

    return said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kontrollsumma =", "kontrolsuma =", "paket.kontrolsuma: okänd nyckel; menas kontrollsumma?"),
        ("[sidor]", "[sida]", "sidor: saknas; sida: okänd nyckel; menas sidor?"),
        ("pdfa =", "kulor = 1\npdfa =", "sidor.kulor: okänd nyckel; finns: pdfa, bilder"),
        (
            '"fgs-2.0"  ',
            '"fgs-2"  ',
            "paket.profil: ska vara fgs-2.0, e-ark-2.2.0, fgs-1.2 eller riksarkivet; menas fgs-2.0?",
        ),
        ('= "2a"', '= "4f"', "sidor.pdfa: ska vara 1a, 1b, 2a, 2u eller 3a"),
        ("webbarkiv = true", "", "paket.webbarkiv: saknas"),
        (
            "[film]",
            '[[agent]]\nroll = "producent"\nnamn = "X"\n[film]',
            "agent[1]: en agent med roll = producent ska ha identitetskod och inte kontakt",
        ),
        (
            "[film]",
            '[[agent]]\nroll = "kontaktperson"\nnamn = "X"\nkontakt = "1"\nidentitetskod = "ORG:1"\n[film]',
            "agent[1]: en agent med roll = kontaktperson ska ha kontakt och inte identitetskod",
        ),
        (
            "[film]",
            '[[agent]]\nroll = "konsult"\nnamn = "X"\nidentitetskod = "ORG:1"\n' * 2 + "[film]",
            "agent: konsult anges flera gånger",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_nearest_right_word(
    said_to,  # type: ignore[no-untyped-def]
    old: str,
    new: str,
    expected: str,
) -> None:
    assert said_to(old, new) == expected


def test_a_lossless_film_cannot_be_made_without_its_master(tmp_path: Path) -> None:
    text = MODERN.read_text(encoding="utf-8").replace('"mp4" ', '"bada" ').replace('"ffv1" ', '"bildrutor" ')
    (tmp_path / "egen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(
        BadInputError, match='format = "bada" är den förlustfria filmen: då måste mellanled vara "ffv1"'
    ):
        format_profile.load(str(tmp_path / "egen.toml"))


@pytest.mark.parametrize(("name", "expected"), [("modernt", "menas modern?"), ("x", "finns: modern, ra-fs-2009-2")])
def test_a_profile_that_does_not_exist_is_met_with_one_that_does(name: str, expected: str) -> None:
    with pytest.raises(BadInputError) as caught:
        format_profile.load(name)
    assert caught.value.happened.sv == f"Formatprofilen {name} går inte att använda: finns inte; {expected}"


@pytest.mark.parametrize("content", [b"namn =", b"\xff\xfe", None])
def test_a_file_that_is_no_toml_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "egen.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError, match="Formatprofilen"):
        format_profile.load(str(path))


def test_a_profile_names_the_agreement_and_the_agents_of_its_archive(tmp_path: Path) -> None:
    path = tmp_path / "egen.toml"
    agents = """
[leverans]
overenskommelse = "RA 2026/5; 2026-02-01"
avtalsform = "deposition"
[[agent]]
roll = "informationsagare"
namn = "Kulturnämnden"
identitetskod = "ORG:212000-0002"
[[agent]]
roll = "kontaktperson"
namn = "Anna"
kontakt = "anna@example.org"
"""
    path.write_text(MODERN.read_text(encoding="utf-8") + agents, encoding="utf-8")
    board = Organisation(name="KS", identity_code="ORG:1")
    channel = Channel(
        name="k",
        platform="facebook",
        url="https://example.org",
        records_creator=board,
        submitting=board,
        archive=board,
        submission_agreement="KS 1",
        reference_code=None,
        record_status=RecordStatus.NEW,
        terms=Terms(producer=board, information_owner=board),
    )
    applied = format_profile.load(str(path)).applied(channel)
    assert applied.submission_agreement == "RA 2026/5; 2026-02-01"
    assert applied.terms == Terms(
        producer=board,
        information_owner=Organisation(name="Kulturnämnden", identity_code="ORG:212000-0002"),
        contact=Contact(name="Anna", details="anna@example.org"),
        agreement_form=AgreementForm.DEPOSIT,
    )
    assert format_profile.load().applied(channel) == channel
