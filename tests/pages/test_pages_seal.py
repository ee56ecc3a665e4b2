"""A sealed file is still PDF/A, is what its report names, and its seal breaks with any byte of it."""

import hashlib
import json
import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from capture.pages import Flavour, PageProfile, Volume, build, gate
from capture.pages.document import Document
from capture.pages.seal import Seal
from capture.programs.verapdf import RULES, Judge, PdfVerdict
from register.errors import BadInputError, NotPdfAError
from tests.pages.authority import AT, PASSWORD, Authority, pem
from tests.pages.drawn_spool import drawn_spool
from tests.pages.sealed import status_of, with_one_byte_changed
from tests.pages.small_feed import COVER, NOW


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def seal(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return Seal.from_pkcs12(authority.pkcs12(tmp_path_factory.mktemp("key") / "sigill.p12"), PASSWORD, at=AT)


@pytest.fixture(scope="module")
def judging() -> Iterator[gate.Judging]:
    """The real judge, warm between the tests."""
    with Judge() as judge:
        yield lambda paths, flavours: tuple(judge.verdict(path, one) for path in paths for one in flavours)


@pytest.fixture(scope="module")
def sealed(seal: Seal, tmp_path_factory: pytest.TempPathFactory) -> tuple[Volume, ...]:
    """Three posts in two volumes."""
    folder = drawn_spool(tmp_path_factory.mktemp("sealed") / "spool", posts=3)
    profile = PageProfile(flavour=Flavour.U2, most_posts=2)
    return build(folder, COVER, folder.parent / "out", created=NOW, profile=profile, seal=seal)


def sample(path: Path, flavour: Flavour) -> Path:
    document = Document(title="Prov", created=NOW, flavour=flavour)
    sheet = document.add_sheet()
    with document.marked(sheet, document.structure.add("H1")):
        document.text(sheet, (100, 100), "Prov", size=20)
    document.save(path)
    return path


def test_each_sealed_volume_is_pdfa_and_its_seal_holds(sealed: tuple[Volume, ...], authority: Authority) -> None:
    assert [(v.path.name, v.pdfa) for v in sealed] == [("volym-01.pdf", True), ("volym-02.pdf", True)]
    for volume in sealed:
        assert [(v.flavour, v.compliant, v.rules) for v in volume.verdicts] == [("2u", True, 146)]
        status = status_of(volume.path, authority)
        assert (status.bottom_line, status.intact, status.valid, status.trusted) == (True, True, True, True)
        assert (status.md_algorithm, status.signer_reported_dt) == ("sha256", AT)
        assert status.coverage is not None
        assert status.coverage.name == "ENTIRE_FILE"


def test_the_report_names_the_sealed_file_and_nothing_touched_it_after(
    sealed: tuple[Volume, ...], seal: Seal
) -> None:  # fmt: skip
    for volume in sealed:
        digest = hashlib.sha256(volume.path.read_bytes()).hexdigest()
        report = json.loads(volume.report.read_bytes())
        assert (report["sha256"], volume.sha256) == (digest, digest)
        assert report["seal"] == {
            "holder": "CN=Exempelköpings kommun",
            "certificate_sha256": seal.certificate_sha256,
            "at": "2026-11-23T09:30:00Z",
        }
    for before, after in pairwise(sealed):
        with pypdfium2.PdfDocument(after.path) as pdf:
            assert before.sha256 in pdf[0].get_textpage().get_text_bounded()


def test_the_cover_says_who_seals_it_and_with_what(sealed: tuple[Volume, ...], seal: Seal) -> None:
    for volume in sealed:
        with pypdfium2.PdfDocument(volume.path) as pdf:
            cover = " ".join(pdf[0].get_textpage().get_text_bounded().split())
        assert "av CN=Exempelköpings kommun (certifikat med SHA-256" in cover
        assert seal.certificate_sha256 in cover.replace(" ", "")


def test_judged_once_more_it_is_as_good_as_it_was(sealed: tuple[Volume, ...], judging: gate.Judging) -> None:
    assert gate.known_faults(sealed[0].path, Flavour.U2) == []
    assert [verdict.compliant for verdict in judging([sealed[0].path], ["2u"])] == [True]


@pytest.mark.parametrize(
    "within",
    [b"<pdf:Producer>Kanalarkiv", b"D\\072202611230930", b"/BBox [ 0 0 0 0"],
    ids=["metadata", "time", "appearance"],
)
def test_one_changed_byte_breaks_the_seal(
    sealed: tuple[Volume, ...], authority: Authority, tmp_path: Path, within: bytes
) -> None:
    changed = with_one_byte_changed(sealed[0].path, within, tmp_path / "changed.pdf")
    status = status_of(changed, authority)
    assert (status.bottom_line, status.intact) == (False, False)


def test_it_is_not_trusted_by_who_trusts_another_authority(sealed: tuple[Volume, ...]) -> None:
    status = status_of(sealed[0].path, Authority())
    assert (status.intact, status.trusted, status.bottom_line) == (True, False, False)


@pytest.fixture(scope="module")
def of_each_flavour(
    seal: Seal, judging: gate.Judging, tmp_path_factory: pytest.TempPathFactory
) -> dict[Flavour, gate.Admitted]:
    folder = tmp_path_factory.mktemp("flavours")
    made = {}
    for flavour in Flavour:
        path = folder / f"{flavour}.pdf"
        files = [(sample(path.with_suffix(".part"), flavour), path)]
        made[flavour] = gate.admit(files, flavour, judging=judging, seal=seal)[path]
    return made


@pytest.mark.slow  # ten starts of Java
@pytest.mark.parametrize("flavour", Flavour)
def test_every_flavour_can_be_sealed_and_says_of_itself_what_it_said(
    of_each_flavour: dict[Flavour, gate.Admitted], flavour: Flavour, authority: Authority, tmp_path: Path
) -> None:
    admitted = of_each_flavour[flavour]
    assert admitted.pdfa
    assert [(v.flavour, v.compliant, v.rules) for v in admitted.verdicts] == [
        (judged, True, RULES[judged]) for judged in flavour.judged
    ]
    assert status_of(admitted.path, authority).bottom_line
    unsealed = sample(tmp_path / "unsealed.pdf", flavour).read_bytes()
    assert admitted.path.read_bytes().startswith(unsealed)
    with pikepdf.open(admitted.path) as pdf:
        assert pdf.pdf_version == flavour.version
        assert "/Version" not in pdf.Root
        assert str(pdf.docinfo.Producer) == "Kanalarkiv"


def test_a_file_that_is_refused_with_its_seal_loses_it(seal: Seal, tmp_path: Path) -> None:
    """The judge here takes the seal itself for a fault."""

    def severe(paths: Sequence[Path], flavours: Sequence[str]) -> tuple[PdfVerdict, ...]:
        return tuple(
            PdfVerdict(
                path=path, flavour=flavour, compliant=b"/ByteRange" not in path.read_bytes(),
                rules=1, checks=1, failed=(), engine="sträng",
            )
            for path in paths for flavour in flavours
        )  # fmt: skip

    path = tmp_path / "blad.pdf"
    part = sample(tmp_path / "blad.part", Flavour.U2)
    with pytest.raises(NotPdfAError, match=r"blad\.rejected\.pdf"):
        gate.admit([(part, path)], Flavour.U2, judging=severe, seal=seal)
    report = json.loads((tmp_path / "blad.verapdf.json").read_bytes())
    assert (report["pdfa"], report["seal"]) == (False, None)
    with pikepdf.open(tmp_path / "blad.rejected.pdf") as pdf:
        assert ("/AcroForm" in pdf.Root, "/Metadata" in pdf.Root) == (False, False)


def test_a_file_that_is_refused_is_not_sealed(seal: Seal, judging: gate.Judging, tmp_path: Path) -> None:
    part, path = sample(tmp_path / "blad.part", Flavour.U2), tmp_path / "blad.pdf"
    with pikepdf.open(part, allow_overwriting_input=True) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(part)
    refused = gate.admit([(part, path)], Flavour.U2, keep_refused=True, judging=judging, seal=seal)[path]
    assert not refused.pdfa
    assert json.loads(refused.report.read_bytes())["seal"] is None
    assert b"/ByteRange" not in refused.path.read_bytes()


def test_keys_in_pem_seal_too(authority: Authority, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = tmp_path / "kedja.pem"
    chain.write_bytes(
        b"".join(one.public_bytes(Encoding.PEM) for one in (authority.certified(key), authority.certificate))
    )
    path = sample(tmp_path / "blad.pdf", Flavour.A2)
    Seal.from_pem(pem(key, tmp_path / "nyckel.pem", PASSWORD), chain, PASSWORD, at=AT).apply(path)
    assert status_of(path, authority).bottom_line


def wrong_password(authority: Authority, folder: Path) -> None:
    Seal.from_pkcs12(authority.pkcs12(folder / "sigill.p12"), b"gissat", at=AT)


def wrong_password_in_pem(authority: Authority, folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = folder / "intyg.pem"
    certificate.write_bytes(authority.certified(key).public_bytes(Encoding.PEM))
    Seal.from_pem(pem(key, folder / "nyckel.pem", PASSWORD), certificate, b"gissat", at=AT)


def no_password(authority: Authority, folder: Path) -> None:
    Seal.from_pkcs12(authority.pkcs12(folder / "sigill.p12"), None, at=AT)


def expired(authority: Authority, folder: Path) -> None:
    Seal.from_pkcs12(authority.pkcs12(folder / "sigill.p12", days=-1), PASSWORD, at=AT)


def not_yet(authority: Authority, folder: Path) -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    Seal.from_pkcs12(authority.pkcs12(folder / "sigill.p12"), PASSWORD, at=early)


def not_for_signing(authority: Authority, folder: Path) -> None:
    Seal.from_pkcs12(authority.pkcs12(folder / "sigill.p12", signs=False), PASSWORD, at=AT)


def another_key(authority: Authority, folder: Path) -> None:
    certificate = folder / "intyg.pem"
    own = authority.certified(ec.generate_private_key(ec.SECP256R1()))
    certificate.write_bytes(own.public_bytes(Encoding.PEM))
    other = pem(ec.generate_private_key(ec.SECP256R1()), folder / "nyckel.pem", PASSWORD)
    Seal.from_pem(other, certificate, PASSWORD, at=AT)


def weak_key(authority: Authority, folder: Path) -> None:
    certificate = folder / "intyg.pem"
    certificate.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    weak = rsa.generate_private_key(65537, 1024)
    key = folder / "nyckel.pem"
    key.write_bytes(weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    Seal.from_pem(key, certificate, None, at=AT)


def no_certificate(authority: Authority, folder: Path) -> None:
    key = pem(authority.key, folder / "nyckel.pem")
    Seal.from_pem(key, key, None, at=AT)


def no_file(_authority: Authority, folder: Path) -> None:
    Seal.from_pkcs12(folder / "borta.p12", PASSWORD, at=AT)


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (wrong_password, "Det går inte att försegla med sigill.p12: lösenordet är fel"),
        (wrong_password_in_pem, "Det går inte att försegla med nyckel.pem: lösenordet är fel"),
        (no_password, "lösenordet är fel"),
        (expired, "certifikatet gäller 2026-10-14 – 2026-11-22 och alltså inte 2026-11-23"),
        (not_yet, "certifikatet gäller 2026-10-14 – 2026-12-03 och alltså inte 2026-01-01"),
        (not_for_signing, "certifikatet är inte avsett för underskrifter"),
        (another_key, "nyckeln hör inte till certifikatet"),
        (weak_key, "ingen nyckel som kan försegla (RSA, minst 2048 bitar, eller EC)"),
        (no_certificate, "nyckel.pem: den innehåller inget certifikat"),
        (no_file, "borta.p12: den går inte att läsa"),
    ],
)
def test_what_cannot_seal_says_why_and_never_the_password(
    attempt: Callable[[Authority, Path], None],
    said: str,
    authority: Authority,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(BadInputError) as refused:
        attempt(authority, tmp_path)
    assert said in refused.value.happened.sv
    told = "".join(traceback.format_exception(refused.value)) + caplog.text
    for secret in (PASSWORD.decode(), repr(PASSWORD), "gissat"):
        assert secret not in told.replace('b"gissat"', "")  # the line of this file that gives it


def test_a_seal_tells_whose_it_is_and_no_secret(seal: Seal) -> None:
    assert repr(seal) == (
        f"Seal(at={AT!r}, holder='CN=Exempelköpings kommun', certificate_sha256='{seal.certificate_sha256}')"
    )
