"""What may be fetched, from where, how much of it and for how long: nobody who answers decides that."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from capture.media.fetch import Fetched, Fetcher, Limits, NotKeptError, Wanted, led_on
from capture.media.guard import ForbiddenError, Reach, Resolve, home_of, judge, reach_of
from capture.media.nouns import Medium, Reason
from tests.media.media_site import BEGAN, SVG, Answer, Site, digest, picture

PNG = picture("PNG", 1)
LIMITS = Limits(most_bytes=200_000, seconds=5, idle_seconds=0.3)


async def _here(host: str) -> tuple[str, ...]:
    return ("127.0.0.1",)


def _fetch(
    site: Site,
    path: str,
    into: Path,
    *,
    medium: Medium = Medium.PICTURE,
    live: bool = False,
    limits: Limits = LIMITS,
    home: Reach = Reach.COMPUTER,
    resolve: Resolve = _here,
) -> Fetched:
    async def cookies(address: str) -> str:
        return "namn=a\r\nHost: ond.example" if "/kaka" in address else ""

    fetcher = Fetcher(limits=limits, agent="Prov/1.0", home=home, cookies=cookies, resolve=resolve)
    address = path if path.startswith("http") else site.origin + path
    wanted = Wanted(address=address, medium=medium, page=f"{site.origin}/kanal?a=1#b", live=live)
    return asyncio.run(fetcher.fetch(wanted, into / "fil"))


def _refused(site: Site, path: str, into: Path, **how: object) -> tuple[Reason, str]:
    with pytest.raises(NotKeptError) as caught:
        _fetch(site, path, into, **how)  # type: ignore[arg-type]
    assert list(into.iterdir()) == []
    return caught.value.reason, caught.value.detail


def test_a_picture_comes_whole_and_is_what_its_bytes_say(site: Site, tmp_path: Path) -> None:
    site.answers["/bild.jpg"] = Answer(PNG, "image/jpeg")
    came = _fetch(site, "/bild.jpg", tmp_path)
    assert (came.sha256, came.size, came.format.media_type) == (digest(PNG), len(PNG), "image/png")
    assert (tmp_path / "fil").read_bytes() == PNG
    (asked,) = site.asked
    assert asked.headers == {
        "Host": f"127.0.0.1:{site.port}", "User-Agent": "Prov/1.0", "Accept": "*/*", "Accept-Encoding": "identity",
        "Connection": "close", "Referer": f"{site.origin}/kanal?a=1",
    }  # fmt: skip


def test_a_stranger_is_told_only_the_origin_of_the_page(site: Site, tmp_path: Path) -> None:
    site.answers["/bild.png"] = Answer(PNG)
    _fetch(site, f"http://annan.example:{site.port}/bild.png", tmp_path)
    assert site.asked[0].headers["Referer"] == f"{site.origin}/"
    assert site.asked[0].headers["Host"] == f"annan.example:{site.port}"


def test_a_redirect_is_followed_and_said_and_a_chain_without_end_is_not(site: Site, tmp_path: Path) -> None:
    site.answers["/hit"] = Answer(status=301, headers={"Location": "dit?x=1"})
    site.answers["/dit?x=1"] = Answer(SVG, "text/plain")
    site.answers["/runt"] = Answer(status=302, headers={"Location": "/runt"})
    site.answers["/ingenstans"] = Answer(status=302)
    site.answers["/skrivet"] = Answer(status=302, headers={"Location": "/å och ä".encode().decode("latin-1")})
    site.answers["/%C3%A5%20och%20%C3%A4"] = Answer(PNG)
    assert _fetch(site, "/hit", tmp_path).answered_from == f"{site.origin}/dit?x=1"
    (tmp_path / "fil").unlink()
    assert _refused(site, "/runt", tmp_path) == (Reason.REFUSED, "fler än 5 omdirigeringar")
    assert site.times("/runt") == 6
    assert _refused(site, "/ingenstans", tmp_path) == (Reason.FORBIDDEN, "omdirigering")
    assert _fetch(site, "/skrivet", tmp_path).answered_from == f"{site.origin}/%C3%A5%20och%20%C3%A4"
    with pytest.raises(NotKeptError, match="osäkrad"):
        led_on("https://a.example/x", "http://a.example/y")


def test_a_page_on_the_internet_fetches_nothing_from_here(site: Site, tmp_path: Path) -> None:
    site.answers["/internt.png"] = Answer(PNG)
    reason, detail = _refused(site, "/internt.png", tmp_path, home=Reach.INTERNET)
    assert (reason, detail) == (Reason.FORBIDDEN, "127.0.0.1 är närmare än sidan själv")
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/x", "http://0.0.0.0/x", "http://224.0.0.1/x",
        "http://[::ffff:169.254.169.254]/x", "http://[64:ff9b::a9fe:a9fe]/x", "http://127.0.0.1:22/x",
        "http://anna:hemligt@kommun.example/x", "http://kommun.example\\@ond.example/x", "ftp://kommun.example/x",
        "file:///etc/passwd", "http://kommun.example/a\nHost: b", "http://[::1", "http://kommun.example:x/",
    ],
)  # fmt: skip
def test_some_addresses_are_never_asked(address: str) -> None:
    async def literally(host: str) -> tuple[str, ...]:
        return (host,)

    with pytest.raises(ForbiddenError):
        asyncio.run(judge(address, home=Reach.COMPUTER, resolve=literally))


def test_one_of_several_addresses_that_is_too_near_forbids_the_name() -> None:
    async def both(host: str) -> tuple[str, ...]:
        return ("93.184.216.34", "10.1.2.3")

    with pytest.raises(ForbiddenError, match=r"10\.1\.2\.3"):
        asyncio.run(judge("https://cdn.example/x", home=Reach.INTERNET, resolve=both))
    target = asyncio.run(judge("https://cdn.example/x?y=1", home=Reach.NETWORK, resolve=both))
    assert (target.ips, target.port, target.path) == (("93.184.216.34", "10.1.2.3"), 443, "/x?y=1")


def test_how_far_away_an_address_is() -> None:
    reaches = {ip: reach_of(ip) for ip in ("127.8.0.1", "::1", "192.168.1.1", "fd00::1", "8.8.8.8", "100.64.0.1")}
    assert reaches == {
        "127.8.0.1": Reach.COMPUTER, "::1": Reach.COMPUTER, "192.168.1.1": Reach.NETWORK, "fd00::1": Reach.NETWORK,
        "8.8.8.8": Reach.INTERNET, "100.64.0.1": None,
    }  # fmt: skip
    assert asyncio.run(home_of("http://kommun.example/kanal", _here)) is Reach.COMPUTER
    assert asyncio.run(home_of("about:blank", _here)) is Reach.INTERNET


def _drip(visit: BaseHTTPRequestHandler) -> None:
    visit.wfile.write(PNG[:5000])
    while True:
        visit.wfile.write(b"x")
        threading.Event().wait(0.05)


def _chunked(visit: BaseHTTPRequestHandler) -> None:
    visit.wfile.write(b"2000\r\n" + PNG[:0x2000] + b"\r\n2000\r\n" + PNG[0x2000:0x2100])


def _half(visit: BaseHTTPRequestHandler) -> None:
    visit.wfile.write(PNG[:5000])


def _silent(visit: BaseHTTPRequestHandler) -> None:
    visit.wfile.flush()
    threading.Event().wait(1)


def _flood(visit: BaseHTTPRequestHandler) -> None:
    visit.wfile.write(PNG)
    while True:
        visit.wfile.write(bytes(65536))


MISFORTUNES = {
    "404": (Answer(status=404), Reason.GONE, "HTTP 404"),
    "410": (Answer(status=410), Reason.GONE, "HTTP 410"),
    "403": (Answer(status=403), Reason.REFUSED, "HTTP 403"),
    "500": (Answer(status=500), Reason.REFUSED, "HTTP 500"),
    "206": (Answer(PNG, status=206), Reason.REFUSED, "HTTP 206"),
    "503": (Answer(status=503), Reason.REFUSED, "HTTP 503"),
    "503-later": (Answer(status=503, headers={"Retry-After": "9"}), Reason.TOO_OFTEN, "HTTP 503"),
    "429": (Answer(status=429), Reason.TOO_OFTEN, "HTTP 429"),
    "a-page": (Answer(b"<!DOCTYPE html><svg xmlns=x></svg>", "image/svg+xml"), Reason.NOT_MEDIA, ""),
    "a-sound": (Answer(b"ID3\x04" + bytes(99), "image/png"), Reason.NOT_MEDIA, "audio/mpeg"),
    "nothing": (Answer(b"", "image/png"), Reason.NOT_MEDIA, ""),
    "packed": (Answer(PNG, headers={"Content-Encoding": "gzip"}), Reason.REFUSED, "svaret var packat (gzip)"),
    "3-GB": (Answer(PNG, length=3 * 1024**3), Reason.TOO_LARGE, "3221225472 byte, gränsen är 200000"),
    "endless": (Answer(write=_flood), Reason.TOO_LARGE, "mer än 200000 byte"),
    "dripping": (Answer(write=_drip), Reason.UNREACHABLE, "inte klar på 1 s"),
    "silent": (Answer(write=_silent), Reason.UNREACHABLE, "bröt av (TimeoutError)"),
    "cut-short": (
        Answer(write=_half, headers={"Content-Length": "9000"}), Reason.UNREACHABLE, "bröt av efter 5000 av 9000 byte"
    ),
    "cut-in-a-chunk": (
        Answer(write=_chunked, headers={"Transfer-Encoding": "chunked"}), Reason.UNREACHABLE, "bröt av (IncompleteRead)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFORTUNES)
def test_whatever_else_comes_is_said_and_leaves_nothing(site: Site, tmp_path: Path, name: str) -> None:
    answer, reason, detail = MISFORTUNES[name]
    site.answers["/bild.png"] = answer
    limits = Limits(most_bytes=200_000, seconds=1, idle_seconds=0.3)
    assert _refused(site, "/bild.png", tmp_path, limits=limits) == (reason, detail)


def test_a_broadcast_is_not_waited_for_and_a_film_without_a_length_of_time_is_a_film(
    site: Site, tmp_path: Path
) -> None:
    """The page gives both no end; only one of them has as many bytes as it says."""
    ogg = b"OggS" + bytes(24) + b"\x80theora" + bytes(90)
    site.answers["/nu"] = Answer(write=_flood)
    site.answers["/fil"] = Answer(ogg)
    assert _refused(site, "/nu", tmp_path, medium=Medium.VIDEO, live=True)[0] is Reason.LIVE
    assert _fetch(site, "/fil", tmp_path, medium=Medium.VIDEO, live=True).format.media_type == "video/ogg"


def test_a_cookie_that_no_header_may_hold_is_not_sent(site: Site, tmp_path: Path) -> None:
    assert _refused(site, "/kaka.png", tmp_path) == (Reason.UNREACHABLE, "ValueError")
    assert site.asked == []


def test_nobody_listens(site: Site, tmp_path: Path) -> None:
    assert _refused(site, "http://127.0.0.1:9", tmp_path)[0] is Reason.FORBIDDEN  # a port that no browser would ask
    assert _refused(site, "http://127.0.0.1:1099/x.png", tmp_path) == (Reason.UNREACHABLE, "ConnectionRefusedError")


def test_an_end_from_outside_wakes_what_waits(site: Site, tmp_path: Path) -> None:
    site.answers["/bild.png"] = Answer(write=_drip)

    async def cancelled() -> float:
        async def cookies(address: str) -> str:
            return ""

        limits = Limits(most_bytes=10**9, seconds=60, idle_seconds=30)
        fetcher = Fetcher(limits=limits, agent="x", home=Reach.COMPUTER, cookies=cookies, resolve=_here)
        wanted = Wanted(address=f"{site.origin}/bild.png", medium=Medium.PICTURE, page="about:blank", live=False)
        task = asyncio.create_task(fetcher.fetch(wanted, tmp_path / "fil"))
        while not (tmp_path / "fil").exists():
            await asyncio.sleep(0.01)
        task.cancel()
        began = asyncio.get_running_loop().time()
        with pytest.raises(asyncio.CancelledError):
            await task
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(cancelled()) < 5
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def way_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A proxy that is the only way to names that nobody here knows; it is the site itself, and what it was told."""
    told: list[str] = []

    def pass_on(visitor: socket.socket) -> None:
        with visitor:
            head = visitor.recv(4096)
            told.append(head.split(b"\r\n")[0].decode())
            if head.startswith(b"CONNECT"):
                visitor.sendall(b"HTTP/1.1 502 Nej\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", site.port)) as there:
                there.sendall(head.replace(b"http://bilder.example", b"", 1))
                while part := there.recv(4096):
                    visitor.sendall(part)

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                visitor, _ = listening.accept()
                if told[-1:] == ["over"]:
                    visitor.close()
                    return
                pass_on(visitor)

        thread = threading.Thread(target=serve)
        thread.start()
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "rakt.example")
        yield told
        told.append("over")
        socket.create_connection(listening.getsockname()).close()
        thread.join()


async def _unknown(host: str) -> tuple[str, ...]:
    if host.endswith(".example"):
        raise OSError(host)
    return ("192.168.7.7",)


def test_the_way_out_is_the_one_that_the_browser_takes(site: Site, way_out: list[str], tmp_path: Path) -> None:
    site.answers["/bild.png?a=1"] = Answer(PNG)
    how = {"resolve": _unknown, "home": Reach.INTERNET}
    came = _fetch(site, "http://bilder.example/bild.png?a=1", tmp_path, **how)
    assert came.sha256 == digest(PNG)
    assert way_out == ["GET http://bilder.example/bild.png?a=1 HTTP/1.1"]
    assert site.asked[0].headers["Host"] == "bilder.example"
    (tmp_path / "fil").unlink()
    assert _refused(site, "https://bilder.example/b.png", tmp_path, **how) == (Reason.UNREACHABLE, "OSError")
    assert [one.rpartition(" ")[0] for one in way_out[1:]] == ["CONNECT bilder.example:443"]
    straight = _refused(site, "http://rakt.example/b.png", tmp_path, **how)
    assert straight == (Reason.UNREACHABLE, "värdnamnet har ingen adress")
    inside = _refused(site, "http://intranät.kommun.se/b.png", tmp_path, **how)
    assert inside == (Reason.FORBIDDEN, "192.168.7.7 är närmare än sidan själv")
    assert len(way_out) == 2


def test_what_is_on_this_computer_is_never_asked_for_through_the_way_out(
    site: Site, way_out: list[str], tmp_path: Path
) -> None:
    site.answers["/bild.png"] = Answer(PNG)
    assert _fetch(site, "/bild.png", tmp_path).sha256 == digest(PNG)
    assert way_out == []


@pytest.fixture
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(BEGAN).not_valid_after(BEGAN + timedelta(days=9999))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secured(site: Site, certificate: Path) -> Iterator[Callable[[], str]]:
    """A port that speaks TLS with a certificate that nobody vouches for, for one visitor."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            visitor, _ = listening.accept()
            with visitor:
                try:
                    context.wrap_socket(visitor, server_side=True)
                except (ssl.SSLError, ConnectionError):
                    return

        thread = threading.Thread(target=greet)
        thread.start()
        yield lambda: f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    site: Site, secured: Callable[[], str], tmp_path: Path
) -> None:
    reason, detail = _refused(site, f"{secured()}/bild.png", tmp_path)
    assert (reason, detail) == (Reason.UNREACHABLE, "SSLCertVerificationError")
