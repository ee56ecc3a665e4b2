"""The list of channels that the municipality publishes, and the page it is published on, on a real server."""

import csv
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import lxml.html
import pikepdf
import pytest
import typer
from sqlalchemy import select
from typer.testing import CliRunner

from capture.programs.verapdf import validate
from flows.commands import channels, consents, register
from flows.commands.fetching import fetch
from register.attention import findings
from register.attention.finding import FindingKind
from register.errors import BadInputError, ChannelUnreachableError, ExitCode
from register.known import Known, known
from register.published.drift import DriftKind
from register.store.cases import Consent
from register.store.list_checks import ListCheckRow
from register.store.opening import Store
from tests.register.municipality import FACEBOOK, SHEETS, written

INSTAGRAM = "https://www.instagram.com/exempelkommun"
CHANNELS = SHEETS["kanaler"] + (
    f'ig;"Bilder & ""ljus"" <b>";instagram;{INSTAGRAM}?a=1&b=2;bou;aktiv;anna.ek;;2026-03-10;2024-02-01\n'
    "x;Kommunen på X;x;https://x.com/exempelkommun;ks;vilande;anna.ek;;2026-03-10;2024-02-01\n"
)
DECISIONS = SHEETS["beslut"] + (
    "öppning;KS 2024/9;2024-01-15;Dan Alm, kommundirektör;ig;;Eva Sjö;2024-01-10;tillstyrks;2024-01-15\n"
)
NAME = 'Bilder & "ljus" <b>'

app = typer.Typer()
app.add_typer(register.app, name="register")
app.add_typer(channels.app, name="channels")
app.add_typer(consents.app, name="consents")
app.command("duties")(register.duties)


def _run(*words: str | Path, store: Store, code: int = 0) -> bytes:
    result = CliRunner(env={"COLUMNS": "300", "KANALARKIV_LANGUAGE": "sv"}).invoke(
        app, [*(str(word) for word in words), "--database", store.place]
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout_bytes


@pytest.fixture
def begun(light: Store, tmp_path: Path) -> Store:
    _run("register", "import", written(tmp_path / "in", kanaler=CHANNELS, beslut=DECISIONS), store=light)
    return light


@dataclass
class Site:
    """A web site: what it answers at each path. `gate` lets go of those that are made to wait."""

    url: str
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def page(self, html: str, path: str = "/kanaler", **headers: str) -> str:
        return self.raw(html.encode(), path, **{"Content-Type": "text/html; charset=utf-8", **headers})

    def raw(self, body: bytes, path: str = "/kanaler", status: int = 200, **headers: str) -> str:
        self.pages[path] = (status, headers, body)
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            if self.path == "/vantar":
                site.gate.wait()
                return
            status, headers, body = site.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(url=f"http://127.0.0.1:{server.server_port}")
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield site
    site.gate.set()
    server.shutdown()
    server.server_close()
    running.join()


def _checked(url: str, store: Store, code: int) -> list[tuple[Any, ...]]:
    told = json.loads(_run("channels", "check-list", url, "--json", store=store, code=code))
    return [(each["slag"], each["kanal"], each["adress"]) for each in told["avvikelser"]]


def test_the_list_is_written_as_html_that_needs_no_mending(begun: Store, tmp_path: Path) -> None:
    out = tmp_path / "kanaler.html"
    _run("channels", "list", "--format", "html", "--at", "2026-03-14", "--out", out, store=begun)
    (section,) = lxml.html.fragments_fromstring(out.read_text(encoding="utf-8"))
    assert (section.tag, section.get("lang")) == ("section", "sv")
    assert section.get_element_by_id(section.get("aria-labelledby")).tag == "h2"
    assert [heading.text for heading in section.iter("h2", "h3")] == [
        "Våra kanaler i sociala medier", "Facebook", "Instagram",
    ]  # fmt: skip
    assert [(a.text, a.get("href"), a.getparent().tag) for a in section.iter("a")] == [
        ("Kommunens Facebooksida", FACEBOOK, "li"),
        (f"{NAME} (instagram)", f"{INSTAGRAM}?a=1&b=2", "li"),
    ]
    assert [item.text_content().rpartition(", ")[2] for item in section.iter("li")] == [
        "Kommunledningsförvaltningen", "Barn- och utbildningsförvaltningen",
    ]  # fmt: skip
    assert section.xpath("string(.//time/@datetime)") == "2026-03-14"


def test_the_list_is_written_as_json_and_csv(begun: Store) -> None:
    told = json.loads(_run("channels", "list", "--format", "json", "--at", "2026-03-14", store=begun))
    assert told["gäller"] == "2026-03-14T11:00:00+00:00"
    first = {
        "namn": "Kommunens Facebooksida", "plattform": "facebook", "adress": FACEBOOK,
        "förvaltning": "Kommunledningsförvaltningen", "syfte": None,
    }  # fmt: skip
    assert (told["kanaler"][0], [each["namn"] for each in told["kanaler"]]) == (first, [first["namn"], NAME])
    content = _run("channels", "list", "--format", "csv", store=begun).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))
    assert rows == [{name: value or "" for name, value in each.items()} for each in told["kanaler"]]
    assert json.loads(_run("channels", "list", "--format", "json", "--at", "2023-01-01", store=begun))["kanaler"] == []


@pytest.mark.parametrize(
    "words", [("--out", "x"), ("--format", "csv", "--json"), ("--format", "csv", "--status", "aktiv")]
)
def test_the_public_list_is_of_all_active_channels(begun: Store, words: tuple[str, ...]) -> None:
    _run("channels", "list", *words, store=begun, code=ExitCode.BAD_INPUT)


def test_a_list_that_cannot_be_written_is_told(begun: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="går inte att skriva"):
        _run("channels", "list", "--format", "csv", "--out", tmp_path / "ingen" / "x.csv", store=begun)


def _known(store: Store) -> Known:
    with store.reading() as session:
        return known(session, of=datetime.now(UTC))


def _published(store: Store, site: Site) -> str:
    fragment = _run("channels", "list", "--format", "html", store=store).decode()
    return site.page(f"<!doctype html><title>Kanaler</title><nav><a href=/>Start</a></nav>{fragment}", "/listan")


def test_the_list_itself_shows_no_drift_where_it_is_published(begun: Store, site: Site) -> None:
    url = _published(begun, site)
    assert _checked(url, begun, ExitCode.OK) == []
    assert "2 aktiva kanaler i registret; 0 avvikelser" in _run("channels", "check-list", url, store=begun).decode()


def test_every_way_in_which_the_page_differs_is_told(begun: Store, site: Site) -> None:
    url = site.page(
        f'<a href="http://m.facebook.com/Exempelkommun"><img alt="Följ oss" src=x></a>'
        f'<a href="https://twitter.com/exempelkommun">X</a>'
        f'<a href="//www.tiktok.com/@exempelkommun">TikTok</a>'
        f'<a href="{FACEBOOK}/posts/1">Ett inlägg</a><a href="https://www.facebook.com/sharer/sharer.php?u=1">Dela</a>'
        f'<a href="https://www.facebook.com/sharer.php?u=1">Dela</a><a href="https://x.com/intent?text=1">Dela</a>'
        f'<a href="https://help.instagram.com/1">Hjälp</a><a href="mailto:a@exempelkommun.se">Post</a>'
    )  # fmt: skip
    assert _checked(url, begun, ExitCode.INCOMPLETE) == [
        (DriftKind.ADDRESS, "fb", "http://m.facebook.com/Exempelkommun"),
        (DriftKind.NAME, "fb", "http://m.facebook.com/Exempelkommun"),
        (DriftKind.MISSING, "ig", None),
        (DriftKind.NOT_IN_USE, "x", "https://twitter.com/exempelkommun"),
        (DriftKind.UNKNOWN, None, "http://www.tiktok.com/@exempelkommun"),
    ]
    shown = _run("channels", "check-list", url, store=begun, code=ExitCode.INCOMPLETE).decode()
    assert "sidan kallar den ”Följ oss”" in shown
    assert "2 aktiva kanaler i registret; 5 avvikelser" in shown
    with begun.reading() as session:
        read = session.scalars(select(ListCheckRow).order_by(ListCheckRow.number)).all()
    assert [(row.url, row.active, len(row.drifts)) for row in read] == [(url, 2, 5), (url, 2, 5)]
    assert [each["slag"] for each in read[0].drifts] == [
        "annan adress", "annat namn", "saknas på sidan", "inte i bruk", "saknas i registret",
    ]  # fmt: skip
    (found,) = [each for each in findings(_known(begun), datetime.now(UTC)) if each.duty == 1]
    assert found.kind is FindingKind.LIST_DRIFT
    assert _checked(_published(begun, site), begun, ExitCode.OK) == []
    assert [each for each in findings(_known(begun), datetime.now(UTC)) if each.duty == 1] == []


def test_a_channel_that_bears_its_name_elsewhere_has_moved(begun: Store, site: Site) -> None:
    url = site.page(
        '<base href="https://www.facebook.com/"><a href="nya.exempel"><span>Kommunens\n Facebooksida</span></a>'
        f"<a href=\"{INSTAGRAM}?b=2&amp;a=1\"><svg aria-label='{NAME}'></svg></a>"
    )
    assert _checked(url, begun, ExitCode.INCOMPLETE) == [
        (DriftKind.ADDRESS, "fb", "https://www.facebook.com/nya.exempel"),
        (DriftKind.ADDRESS, "ig", f"{INSTAGRAM}?b=2&a=1"),
    ]


def test_what_no_visitor_sees_is_no_link(begun: Store, site: Site) -> None:
    """A list that is commented out, or that a script would write, is not published."""
    a = f'<a href="{FACEBOOK}">Kommunens Facebooksida</a>'
    url = site.page(f"<!-- {a} --><script>document.write('{a}')</script><template>{a}</template><p>Inget här.")
    assert _checked(url, begun, ExitCode.INCOMPLETE) == [
        (DriftKind.MISSING, "fb", None),
        (DriftKind.MISSING, "ig", None),
    ]


def test_hostile_words_of_a_page_are_inert(begun: Store, site: Site) -> None:
    url = site.page(f'<a href="{FACEBOOK}">[red]\x1b[2J\u202eevil[/red]</a><a href="javascript:alert(1)">{NAME}</a>')
    shown = _run("channels", "check-list", url, store=begun, code=ExitCode.INCOMPLETE).decode()
    assert "[red] [2J evil[/red]" in shown
    assert not any(sign in shown for sign in ("\x1b", "\u202e"))
    assert site.asked == ["/kanaler"]


def test_a_page_that_cannot_be_read_never_passes(begun: Store, site: Site) -> None:
    refused = {
        site.url + "/finns-inte": "servern svarade 404",
        site.page("<p>x", "/kort", Content_Length="9000"): "den kom inte hel|IncompleteRead",
        site.raw(b"%PDF-1.7", "/pdf", **{"Content-Type": "application/pdf"}): "ingen webbsida",
        site.raw(b"<p>x", "/okand"): "ingen webbsida",
        site.page("", "/tom"): "den är tom",
        site.page("x" * 5_000_001, "/stor"): "större än 5 MB",
        site.page("x", "/packad", **{"Content-Encoding": "gzip"}): "komprimerad",
        site.raw(b"", "/runt", 302, Location="/runt"): "302",
        site.raw(b"", "/fil", 302, Location="file:///etc/passwd"): "302",
        site.raw(b"", "/ftp", 302, Location="ftp://127.0.0.1/x"): "ftp",
    }
    for url, why in refused.items():
        with pytest.raises(ChannelUnreachableError, match=why):
            _run("channels", "check-list", url, store=begun)
    with begun.reading() as session:
        assert session.scalars(select(ListCheckRow)).all() == []  # what was not read was not checked
    for url in ("file:///etc/passwd", "exempelkommun.se", "http://a@b/"):
        with pytest.raises(BadInputError, match="ingen webbadress"):
            _run("channels", "check-list", url, store=begun)


def test_a_server_that_never_ends_is_given_up_on(site: Site) -> None:
    with pytest.raises(ChannelUnreachableError, match="inte läst på"):
        fetch(f"{site.url}/vantar", patience=0.2)


def test_a_page_is_read_where_it_was_moved_to_and_in_its_own_charset(begun: Store, site: Site) -> None:
    body = f'<meta charset="iso-8859-1"><a href="/x">Åäö</a><a href="{FACEBOOK}">Sidan på Ö</a>'.encode("latin-1")
    site.raw(body, "/ny/", **{"Content-Type": "text/html"})
    url = site.raw(b"", "/gammal", 301, Location="/ny/")
    told = json.loads(_run("channels", "check-list", url, "--json", store=begun, code=ExitCode.INCOMPLETE))
    assert told["sida"] == f"{site.url}/ny/"
    assert told["avvikelser"][0]["text"]["sv"] == "Kommunens Facebooksida: sidan kallar den ”Sidan på Ö”."


@pytest.mark.slow  # a browser and two judges
def test_the_duties_are_filed_as_pdfa(begun: Store, tmp_path: Path) -> None:
    out = tmp_path / "plikter.pdf"
    told = _run("duties", "--at", "2026-06-10", "--pdf", out, store=begun).decode()
    assert f"62 rader i {out}, prövad som PDF/A." in " ".join(told.split())
    assert [verdict.compliant for verdict in validate([out], ("2a", "ua1"))] == [True, True]
    with pikepdf.open(out) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Plikterna 2026-06-10"
    assert list(tmp_path.glob("*.pdf")) == [out]
    at = datetime.now(UTC)
    said = {"recorded_by": "Anna", "reference": "S-1", "channel": "fb", "permalink": f"{FACEBOOK}/1", "age": "vuxen"}
    with begun.writing() as session:
        session.add(Consent(entry="S-1", valid_from=at - timedelta(days=2), recorded_at=at, **said))
        session.flush()
        session.add(Consent(entry="S-1", valid_from=at - timedelta(days=1), recorded_at=at, ended=True, **said))
    withdrawn = tmp_path / "återkallade.pdf"
    _run("consents", "list", "--withdrawn", "--pdf", withdrawn, store=begun)
    assert [verdict.compliant for verdict in validate([withdrawn], ("2a", "ua1"))] == [True, True]
    with pikepdf.open(withdrawn) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Återkallade samtycken ")


def test_what_is_no_pdf_is_not_written_over(begun: Store, tmp_path: Path) -> None:
    (tmp_path / "min.txt").write_text("min", encoding="utf-8")
    with pytest.raises(BadInputError, match="går inte att skriva"):
        _run("duties", "--pdf", tmp_path / "min.txt", store=begun)
    assert (tmp_path / "min.txt").read_text(encoding="utf-8") == "min"
    _run("duties", "--pdf", tmp_path / "x.pdf", "--json", store=begun, code=ExitCode.BAD_INPUT)
