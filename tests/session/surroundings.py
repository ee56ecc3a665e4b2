"""What the tests of sessions stand in: a screen that nobody looks at, a window that is closed, a site to log in to."""

import ctypes
import os
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pikepdf
import pytest

ACCOUNT, PASSWORD = "Exempelkommun", "lösenord-9f2c"
COOKIE, TOKEN, DATABASE = "kaka-5b1de7", "lokalt-c03a91", "databas-77e2f4"
SECRETS = (PASSWORD, COOKIE, TOKEN, DATABASE)


@contextmanager
def screen() -> Iterator[str]:
    """A screen of its own (Xvfb), as a value of DISPLAY."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no screen: Xvfb is not installed (Debian: apt-get install xvfb)")
    said, number = os.pipe()
    command = ["Xvfb", "-displayfd", str(number), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(number,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(number)
    try:
        with os.fdopen(said) as answer:
            display = answer.readline().strip()
        assert display, "Xvfb did not start"
        yield f":{display}"
    finally:
        server.terminate()
        server.wait(timeout=300)


def close_windows(display: str) -> int:
    """Close every window on `display` as a person does by its cross (WM_DELETE_WINDOW); return how many there were."""
    x = ctypes.CDLL("libX11.so.6")
    pointer, number = ctypes.c_void_p, ctypes.c_ulong
    x.XOpenDisplay.restype = pointer
    x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [pointer], number
    x.XInternAtom.argtypes, x.XInternAtom.restype = [pointer, ctypes.c_char_p, ctypes.c_int], number
    x.XQueryTree.argtypes = [pointer, number, pointer, pointer, pointer, pointer]
    x.XSendEvent.argtypes = [pointer, number, ctypes.c_int, ctypes.c_long, pointer]
    x.XCloseDisplay.argtypes = x.XFree.argtypes = [pointer]

    class Message(ctypes.Structure):
        _fields_ = [
            ("type", ctypes.c_int), ("serial", number), ("send_event", ctypes.c_int), ("display", pointer),
            ("window", number), ("message_type", number), ("format", ctypes.c_int), ("data", ctypes.c_long * 5),
            ("rest", ctypes.c_long * 12),
        ]  # fmt: skip

    shown = x.XOpenDisplay(display.encode())
    protocols, delete = (x.XInternAtom(shown, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    root, parent, windows, count = number(), number(), ctypes.POINTER(number)(), ctypes.c_uint()
    refs = [ctypes.byref(each) for each in (root, parent, windows, count)]
    x.XQueryTree(shown, x.XDefaultRootWindow(shown), *refs)
    for window in windows[: count.value]:
        message = Message(type=33, window=window, message_type=protocols, format=32)
        message.data[0] = delete
        x.XSendEvent(shown, window, 0, 0, ctypes.byref(message))
    x.XFree(windows)
    x.XCloseDisplay(shown)
    return count.value


@dataclass
class LoginSite:
    """A small site that is only shown to who is logged in, and remembers it in three places."""

    origin: str
    hurried: bool = False  # the form fills itself in: for where the test has no hands in the browser
    logged_in: threading.Event = field(default_factory=threading.Event)

    @property
    def channel(self) -> str:
        return f"{self.origin}/kanal"


_FORM = """<!doctype html><title>Logga in</title><form method=post action=/login>
<input name=konto aria-label=Konto><input name=losenord type=password aria-label=Lösenord>
<button>Logga in</button></form>"""
_HURRY = f"""<script>document.forms[0].konto.value = "{ACCOUNT}"; document.forms[0].losenord.value = "{PASSWORD}";
setTimeout(() => document.forms[0].submit(), 200)</script>"""
_REMEMBER = f"""<!doctype html><title>Välkommen</title><script>
localStorage.setItem("token", "{TOKEN}");
const asked = indexedDB.open("inloggning", 1);
asked.onupgradeneeded = () => asked.result.createObjectStore("nyckel");
asked.onsuccess = () => {{
  const writing = asked.result.transaction("nyckel", "readwrite");
  writing.objectStore("nyckel").put("{DATABASE}", "en");
  writing.oncomplete = () => fetch("/klar").then(() => location.replace("/kanal"));
}};
</script>"""
_POST = """<article class=hentry id="post-{0}"><h2 class=entry-title><a href="/2026/06/0{0}/nyhet/" rel=bookmark>
Nyhet {0}</a></h2><span class=author><a class=fn rel=author href="/om">{1}</a></span>
<time class=published datetime="2026-06-0{0}T10:00:00Z">0{0} juni</time>
<div class=entry-content><p>Det här är nyhet {0}, som bara en inloggad ser.</p></div></article>"""
_INSIDE = f"""<!doctype html><html lang=sv><meta name=generator content="WordPress 6.9"><title>Kanalen</title>
<div id=wp-admin-bar-my-account><span class=display-name>{ACCOUNT}</span></div><main>%s</main><p id=minne></p><script>
const asked = indexedDB.open("inloggning", 1);
asked.onupgradeneeded = () => asked.result.createObjectStore("nyckel");
asked.onsuccess = () => {{
  const reading = asked.result.transaction("nyckel").objectStore("nyckel").get("en");
  reading.onsuccess = () => {{
    const whole = localStorage.getItem("token") === "{TOKEN}" && reading.result === "{DATABASE}";
    minne.textContent = whole ? "minns allt" : "minns inte allt";
    minne.dataset.read = "1";
  }};
}};
</script>"""
POSTS = (3, 2, 1)


class _Visit(BaseHTTPRequestHandler):
    site: LoginSite

    def do_GET(self) -> None:
        if self.path == "/klar":
            self.site.logged_in.set()
            self._answer("")
        elif self.path == "/tom":
            self._answer("<title>Tom</title>Inget att minnas.")
        elif f"sid={COOKIE}" in self.headers.get("Cookie", ""):
            shown = [day for day in POSTS if self.path in ("/kanal", f"/2026/06/0{day}/nyhet/")]
            self._answer(_INSIDE % "".join(_POST.format(day, ACCOUNT) for day in shown))
        else:
            self._answer(_FORM + (_HURRY if self.site.hurried else ""))

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent == {"konto": [ACCOUNT], "losenord": [PASSWORD]}:
            self._answer(_REMEMBER, f"sid={COOKIE}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax")
        else:
            self._answer(_FORM)

    def _answer(self, body: str, cookie: str | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        if cookie is not None:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def login_site(*, hurried: bool = False) -> Iterator[LoginSite]:
    class Visit(_Visit):
        site: LoginSite

    with ThreadingHTTPServer(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        Visit.site = LoginSite(f"http://127.0.0.1:{server.server_port}", hurried=hurried)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Visit.site
        finally:
            server.shutdown()
            thread.join()


def told_by(folder: Path) -> list[str]:
    """Return what lies in `folder`, however deep, in which any of the secrets can be read; packed or not."""
    return sorted(
        f"{path.relative_to(folder)}: {secret}"
        for path in folder.rglob("*")
        if path.is_file()
        for content in _contents(path)
        for secret in SECRETS
        if secret.encode() in content
    )


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as package:
            yield from (package.read(name) for name in package.namelist())
    if path.suffix == ".pdf":
        with pikepdf.open(path) as document:
            yield from (thing.read_bytes() for thing in document.objects if isinstance(thing, pikepdf.Stream))
