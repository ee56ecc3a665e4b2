"""RFC 3161 time stamps by a real authority (`openssl ts`): believed only for our digest, our nonce, a pinned root."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from delivery.secrets import Keeper, Secret, SecretName
from delivery.timestamp import StampError, TimeAuthority, request, stamp, verify
from delivery.timestamp_queue import StampStep, lines_of, obtain, still_valid, want
from tests.delivery import timestamp_authority
from tests.delivery.ledger_desk import Desk, desk_of
from tests.delivery.timestamp_authority import Authority, served
from tests.register.databases import BOTH

DIGEST = hashlib.sha256(b"METS.xml").hexdigest()
NONCE = 0xFEDC_BA98_7654_3210  # its first bit is set: as a number with a sign it would be negative

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed here")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return timestamp_authority.make(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def authority(made: Authority) -> Iterator[Authority]:
    made.answers = None
    made.asked.clear()
    with served(made) as serving:
        yield serving


@pytest.fixture(params=BOTH)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(request.param, request.config, tmp_path) as desk:
        yield desk


def _pinned(authority: Authority, name: str = "ett", **more: object) -> TimeAuthority:
    said: dict[str, object] = {"url": authority.url, "roots": authority.root, "intermediates": authority.chain} | more
    return TimeAuthority(name=name, **said)  # type: ignore[arg-type]


def test_a_stamp_is_obtained_verified_and_others_can_verify_it(authority: Authority, tmp_path: Path) -> None:
    found = stamp(_pinned(authority, policy="1.2.3.4.1"), DIGEST, nonce=NONCE)
    assert found.policy == "1.2.3.4.1"
    assert found.at.utcoffset() is not None
    (tmp_path / "stamp.tsr").write_bytes(found.token)
    command = ["openssl", "ts", "-verify", "-digest", DIGEST, "-in", tmp_path / "stamp.tsr"]
    chain = ["-CAfile", authority.folder / "root.pem", "-untrusted", authority.folder / "chain.pem"]
    done = subprocess.run([*command, *chain], capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr
    assert verify(_pinned(authority), found.token, DIGEST, nonce=NONCE) == found


@pytest.mark.parametrize("nonce", [1, 0x7F, 0x80, NONCE, (1 << 64) - 1])
def test_a_request_is_what_openssl_reads(tmp_path: Path, nonce: int) -> None:
    (tmp_path / "query.tsq").write_bytes(request(DIGEST, nonce=nonce))
    done = subprocess.run(
        ["openssl", "ts", "-query", "-in", tmp_path / "query.tsq", "-text"], capture_output=True, text=True, check=True
    )
    assert "Hash Algorithm: sha256" in done.stdout
    assert f"Nonce: 0x{nonce:0{(nonce.bit_length() + 7) // 8 * 2}X}" in done.stdout
    assert "Certificate required: yes" in done.stdout


@pytest.mark.parametrize(("digest", "nonce"), [("ab" * 31, 1), ("ab" * 32, 0), ("ab" * 32, 1 << 64)])
def test_a_request_that_cannot_be_is_not_made(digest: str, nonce: int) -> None:
    with pytest.raises(ValueError, match="nonce"):
        request(digest, nonce=nonce)


def _about_another_digest(_: bytes, authority: Authority) -> tuple[int, bytes]:
    return 200, authority.reply(request("00" * 32, nonce=NONCE))


def _with_another_nonce(_: bytes, authority: Authority) -> tuple[int, bytes]:
    return 200, authority.reply(request(DIGEST, nonce=7))


def _rejection(_: bytes, authority: Authority) -> tuple[int, bytes]:
    return 200, authority.reply(b"no query at all")


def _changed(query: bytes, authority: Authority) -> tuple[int, bytes]:
    answer = bytearray(authority.reply(query))
    answer[answer.rindex(b"Z", 0, answer.index(bytes.fromhex(DIGEST)) + 60) - 1] ^= 1  # the last digit of the time
    return 200, bytes(answer)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (_about_another_digest, "Mismatch between messages"),
        (_with_another_nonce, "Nonce mismatch"),
        (_rejection, "status 2"),
        (_changed, "litar|lita på"),
        (lambda *_: (200, b"<html>logga in</html>"), "ingen tidsstämpel"),
        (lambda *_: (200, b""), "ingen tidsstämpel"),
        (lambda *_: (200, b"0" * 70_000), "more than 65536 bytes"),
        (lambda *_: (500, b""), "svarade 500"),
        (lambda *_: (302, b""), "svarade 302"),
    ],
)
def test_an_answer_that_is_not_to_be_believed_is_not(
    authority: Authority, answers: Callable[[bytes, Authority], tuple[int, bytes]], why: str
) -> None:
    authority.answers = answers
    with pytest.raises(StampError) as refused:
        stamp(_pinned(authority), DIGEST, nonce=NONCE)
    assert any(each in refused.value.said.sv for each in why.split("|"))


def test_a_stamp_by_somebody_else_is_refused(authority: Authority, tmp_path: Path) -> None:
    stranger = timestamp_authority.make(tmp_path / "other")
    with pytest.raises(StampError, match="not valid"):
        stamp(_pinned(authority, roots=stranger.root, intermediates=stranger.chain), DIGEST, nonce=NONCE)


def test_a_stamp_under_another_policy_is_refused(authority: Authority) -> None:
    with pytest.raises(StampError, match="Policy ID mismatch"):
        stamp(_pinned(authority, policy="1.2.3.4.5"), DIGEST, nonce=NONCE)


def test_a_certificate_for_something_else_stamps_nothing(tmp_path: Path) -> None:
    """The same chain to the same root, but the certificate is a web server's: openssl itself will not sign with it."""
    wrong = timestamp_authority.make(tmp_path / "web", usage=ExtendedKeyUsageOID.SERVER_AUTH)
    with pytest.raises(AssertionError, match=r"(?i)purpose"):
        wrong.reply(request(DIGEST, nonce=NONCE))


def test_nobody_there_is_said(authority: Authority) -> None:
    pinned = _pinned(authority, url="http://127.0.0.1:1/")
    with pytest.raises(StampError, match="does not answer"):
        stamp(pinned, DIGEST, nonce=NONCE)


@pytest.mark.parametrize("url", ["ftp://tsa.example/", "file:///etc/passwd", "http://user:pw@tsa.example/", ""])
def test_an_address_that_cannot_be_asked_is_refused(made: Authority, url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        _pinned(made, url=url)


def test_a_password_is_sent_and_never_shown_or_sent_in_clear(authority: Authority) -> None:
    secret = Secret(SecretName(keeper=Keeper.ENVIRONMENT, name="TSA"), "hemligt")
    pinned = _pinned(authority, user="kommunen", password=secret)
    stamp(pinned, DIGEST, nonce=NONCE)
    assert authority.asked[-1]["Authorization"] == "Basic a29tbXVuZW46aGVtbGlndA=="
    assert "hemligt" not in repr(pinned)
    with pytest.raises(ValueError, match="https only"):
        _pinned(authority, url="http://tsa.example/", password=secret)


def test_two_authorities_stamp_and_what_is_offline_waits_its_turn(
    desk: Desk, authority: Authority, tmp_path: Path
) -> None:
    desk.enter(desk.package(), manifest=DIGEST)
    second = timestamp_authority.make(tmp_path / "two")
    second.url = "http://127.0.0.1:1/"
    numbers = count(1)
    both = (_pinned(authority, "ett"), _pinned(second, "två"))
    assert want(desk.store, "kanal-1", both, at=desk.clock()) == 2
    assert want(desk.store, "kanal-1", both, at=desk.clock()) == 0
    for _ in range(2):  # the same failure again is not written again
        obtain(desk.store, both, clock=desk.clock, nonce=lambda: next(numbers))
    with desk.store.reading() as session:
        assert [(line.authority, line.step) for line in lines_of(session, "kanal-1")] == [
            ("ett", StampStep.WANTED),
            ("två", StampStep.WANTED),
            ("ett", StampStep.OBTAINED),
            ("två", StampStep.FAILED),
        ]
    with served(second):
        back = (both[0], _pinned(second, "två"))
        (done,) = obtain(desk.store, back, clock=desk.clock, nonce=lambda: next(numbers))
    assert (done.authority, done.step) == ("två", StampStep.OBTAINED)
    assert obtain(desk.store, back, clock=desk.clock, nonce=lambda: next(numbers)) == ()
    with desk.store.reading() as session:
        assert len(still_valid(session, "kanal-1", back)) == 2
        with pytest.raises(StampError):
            still_valid(session, "kanal-1", (_pinned(second, "ett"),))


def test_works_without(desk: Desk) -> None:
    desk.enter(desk.package(), manifest=DIGEST)
    desk.enter(desk.package("kanal-2"))
    assert want(desk.store, "kanal-1", (), at=desk.clock()) == 0
    assert obtain(desk.store, (), clock=desk.clock, nonce=lambda: 1) == ()


def test_a_package_whose_manifest_is_not_known_gets_no_stamp(desk: Desk, authority: Authority) -> None:
    desk.enter(desk.package())
    assert want(desk.store, "kanal-1", (_pinned(authority),), at=desk.clock()) == 0
    assert want(desk.store, "okänt", (_pinned(authority),), at=desk.clock()) == 0
