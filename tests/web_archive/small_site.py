"""A small site on the loopback with everything that a page may ask for, and secrets in all of it."""

import base64
import gzip
import json
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COOKIE = "kaka9Hemlig7Session4Varde"
LATE = "sen3Hemlighet8IEttSkript2"
SECRETS = {
    "cookie": COOKIE,
    "authorization": "bearer5Hemlig6Token1",
    "query": "query7Hemlig2Token9",
    "form": "AQHform4Hemlig8:17:1700000000",
    "json": "losen0rd-hemligt-77",
    "multipart": "multi2Hemlig6Token3",
    "html": "html1Hemlig5Token7",
    "late": LATE,
}
MARK = "detta är offentligt"
WORKERS = 1_000
LONG_URL = "/lång/" + "x" * 100_000
HUGE = 1024**3

PAGE = """<!doctype html><meta charset=utf-8><title>Liten plats</title>
<meta name="csrf-token" content="{html}">
<p>{mark}</p><img src="/bild.png"><iframe src="{other}/ram"></iframe>
<script src="/skript.js"></script><script>
const ask = async (name, path, how) => {{
  try {{
    const answer = await fetch(path, how);
    return [name, `${{answer.status}} ${{(await answer.text()).slice(0, 40)}}`];
  }} catch (error) {{ return [name, "fel"]; }}
}};
const told = (from) => new Promise((done) => {{ from.onmessage = (event) => done(["worker", event.data]); }});
const post = (type, body) => ({{ method: "POST", headers: {{ "Content-Type": type }}, body }});
const form = new FormData();
form.append("access_token", "{multipart}");
form.append("text", "i delar");
window.done = Promise.all([
  ask("redirect", "/flyttad"),
  ask("compressed", "/packad"),
  ask("chunked", "/bitar"),
  ask("chunked, none", "/inga-bitar"),
  ask("form", "/eko", post("application/x-www-form-urlencoded", "fraga=ett&fb_dtsg={form}")),
  ask("form 2", "/eko", post("application/x-www-form-urlencoded", "fraga=tva&fb_dtsg={form}")),
  ask("json", "/eko", post("application/json", JSON.stringify({{ fraga: "tre", password: "{json}" }}))),
  ask("parts", "/eko", {{ method: "POST", body: form }}),
  ask("range", "/film", {{ headers: {{ Range: "bytes=10-19" }} }}),
  ask("head", "/film", {{ method: "HEAD" }}),
  ask("nothing", "/tomt"),
  ask("missing", "/finns-inte"),
  ask("secret", "/mig?access_token={query}", {{ headers: {{ Authorization: "Bearer {authorization}" }} }}),
  ask("time", `/tid?t=${{Date.now()}}&slump=${{Math.random()}}`),
  ask("late", `/sen?access_token=${{window.sen}}`),
  ask("elsewhere", "{other}/annan", post("application/json", "{{}}")),
  told(new Worker("/arbetare.js")),
  new Promise((done) => addEventListener("message", (event) => done(["frame", event.data]))),
]).then((pairs) => Object.fromEntries(pairs));
new EventSource("/flode");
new WebSocket(location.origin.replace("http", "ws") + "/sladd");
new SharedWorker("/delad.js");
</script>"""

FRAME = """<script>fetch('/i-ramen').then((a) => a.text()).then((said) => parent.postMessage(said, '*'))</script>"""
HOSTILE = """<!doctype html><title>Fientlig</title><script>
const first = async (path, how) => {
  const stop = new AbortController();
  try {
    const answer = await fetch(path, { ...how, signal: stop.signal });
    const { value } = await answer.body.getReader().read();
    stop.abort();
    return [path.slice(0, 10), value.length > 0];
  } catch (error) { return [path.slice(0, 10), "fel"]; }
};
window.done = Promise.all([first("/enorm"), first("/andlos"), first("/bomb"), first("/avbruten"), first("/rubriker"),
  first("/konstig"), first("/stor"), first("LONG"), first("/andlos", { method: "POST", body: "a" })])
  .then((pairs) => JSON.stringify(pairs));
</script>"""


class SmallSite:
    """A running site; `asked` are method and path of every request, `heard` every secret that reached it."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.other = f"http://localhost:{port}"
        self.asked: list[tuple[str, str]] = []
        self.heard: set[str] = set()
        self.closing = threading.Event()


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: SmallSite

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        self.site.asked.append((self.command, self.path[:200]))
        whole = f"{self.headers} {self.path} {sent.decode('utf-8', 'replace')}"
        self.site.heard |= {name for name, secret in SECRETS.items() if secret in whole}
        with suppress(ConnectionError):
            self._answer(path, query, sent)

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def _answer(self, path: str, query: str, sent: bytes) -> None:
        answer = getattr(self, f"_{path.strip('/').partition('.')[0].replace('-', '_') or 'start'}", None)
        if path == "/eko":
            fields = sent.decode("utf-8", "replace")
            self._send("svar: " + next((w for w in ("ett", "tva", "tre", "i delar") if w in fields), "?"))
        elif path == "/tid":
            self._send(f"klockan är {query[:2]}")
        elif answer is None:
            self._send(f"svar från {path}", Access_Control_Allow_Origin="*")
        else:
            answer()

    def _start(self) -> None:
        page = PAGE.format(**SECRETS, mark=MARK, other=self.site.other)
        self._send(page, Set_Cookie=f"session={COOKIE}; HttpOnly; Path=/")

    def _flyttad(self) -> None:
        self._send("", status=302, Location="/hit?access_token=" + SECRETS["query"])

    def _packad(self) -> None:
        self._send(gzip.compress(b"packat " * 50), kind="text/plain", Content_Encoding="gzip")

    def _bitar(self) -> None:
        self._chunks(b"bit " * 10 for _ in range(20))

    def _inga_bitar(self) -> None:
        self._chunks(iter(()))

    def _tomt(self) -> None:
        self._send("", status=204)

    def _finns_inte(self) -> None:
        self._send("nej", status=404)

    def _mig(self) -> None:
        about = {"namn": "Anna", "sida": f"/x?access_token={SECRETS['query']}&sida=2", "kaka": COOKIE}
        self._send(json.dumps(about), kind="application/json")

    def _skript(self) -> None:
        self._send(f"window.sen = '{LATE}'; // {MARK}", kind="text/javascript")

    def _arbetare(self) -> None:
        if self.path == "/arbetare":
            started = f"for (let i = 0; i < {WORKERS}; i++) new Worker('/en.js?' + i);"
            self._send(f"<title>Arbetare</title><script>{started}</script>")
        else:
            self._send("fetch('/i-arbetaren').then((a) => a.text()).then(postMessage)", kind="text/javascript")

    def _en(self) -> None:
        self._send("fetch('/fran' + location.search)", kind="text/javascript")

    def _delad(self) -> None:
        self._send("fetch('/i-den-delade')", kind="text/javascript")

    def _ram(self) -> None:
        self._send(FRAME)

    def _annan(self) -> None:
        self._send("från annat håll", Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*")

    def _bild(self) -> None:
        self._send(_PNG, kind="image/png")

    def _flode(self) -> None:
        self._chunks(self._events(), kind="text/event-stream")

    def _fientlig(self) -> None:
        self._send(HOSTILE.replace("LONG", LONG_URL))

    def _enorm(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE))
        self.end_headers()
        for _ in range(HUGE // 65536):
            self.wfile.write(b"x" * 65536)

    def _andlos(self) -> None:
        self._chunks(self._forever())

    def _bomb(self) -> None:
        self._send(_BOMB, kind="text/plain", Content_Encoding="gzip")

    def _brus(self) -> None:
        self._send(random.Random(1).randbytes(1024 * 1024), kind="application/octet-stream")

    def _stor(self) -> None:
        self._send(random.Random(2).randbytes(3 * 1024 * 1024), kind="image/png")

    def _avbruten(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"halv")
        self.close_connection = True

    def _rubriker(self) -> None:
        self._send("många", **{f"X_Rubrik_{number}": "y" * 1_000 for number in range(90)})

    def _konstig(self) -> None:
        self.wfile.write(
            b"HTTP/1.1 200 Allt \xe5r bra\r\nX-Bin: \xff\xfe\x01\r\nX Mellan: a\tb\r\nX-Tom:\r\n"
            b"Content-Length: 2\r\n\r\nok"
        )

    def _send(
        self, body: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **more: str
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _film(self) -> None:
        content = bytes(range(65, 91)) * 1000
        said = self.headers.get("Range", "")
        if not said:
            self._send(content, kind="video/mp4", Accept_Ranges="bytes")
            return
        first, _, last = said.removeprefix("bytes=").partition("-")
        part = content[int(first) : int(last) + 1]
        self._send(part, status=206, kind="video/mp4", Content_Range=f"bytes {first}-{last}/{len(content)}")

    def _chunks(self, parts: Iterator[bytes], kind: str = "text/plain") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in parts:
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def _events(self) -> Iterator[bytes]:
        yield b"data: hej\n\n"
        self.site.closing.wait()

    def _forever(self) -> Iterator[bytes]:
        while not self.site.closing.wait(0.02):
            yield b"x" * 1024


_PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
_BOMB = gzip.compress(bytes(64 * 1024 * 1024), 1)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *request_and_address: object) -> None:
        """A visitor who leaves is no fault; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*request_and_address)


@contextmanager
def serve() -> Iterator[SmallSite]:
    """Serve the site until the end; nothing listens after."""

    class Visit(_Visit):
        pass

    with _Server(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        server.block_on_close = False
        Visit.site = site = SmallSite(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            server.shutdown()
            thread.join()
