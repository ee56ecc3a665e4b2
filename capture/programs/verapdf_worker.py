"""The process in which veraPDF's engine runs: `python -m capture.programs.verapdf_worker LIBJVM`; see `verapdf`.

The jar was shrunk so far that veraPDF finds none of its own rules and says so only in a log. The official rules are
still in the jar as XML: they are read from there, handed over through the public factory `Profiles`, and counted
against `RULES`, so that a jar with other rules is refused instead of believed.
"""

import os
import sys
import threading
import zipfile
from typing import Any, TextIO
from xml.etree import ElementTree

from capture.programs.verapdf import ANSWER, PDFUA_1, QUESTION, RULES, Answer, FailedRule, Question, jar

_HEAP = "1g"  # 1,000 posts on 1,123 pages took 0.73 GB
_PROFILE = "{http://www.verapdf.org/ValidationProfile}"


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
            classpath=[str(jar())],
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

    def judge(self, question: Question) -> Answer:
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
            return Answer(compliant=False, checks=0, failed=(unread,))

    def _answer(self, result: Any) -> Answer:
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
        return Answer(compliant=bool(result.isCompliant()) and not failed and checks > 0, checks=checks, failed=failed)


class _Rules:
    """Hands the official rules from the jar's XML to the engine, unchanged."""

    def __init__(self, java_class: Any) -> None:
        self._class = java_class
        self._make = java_class("org.verapdf.pdfa.validation.profiles.Profiles")

    def profile(self, flavour: str) -> Any:
        """Return veraPDF's profile of `flavour`; raises RuntimeError when its rules are not as many as known."""
        name = "PDFUA-1" if flavour == PDFUA_1 else f"PDFA-{flavour.upper()}"
        with zipfile.ZipFile(jar()) as archive:
            root = ElementTree.fromstring(archive.read(f"org/verapdf/pdfa/validation/{name}.xml"))  # noqa: S314 -- the pinned jar's own file
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
        answers.write(ANSWER.dump_json(engine.judge(QUESTION.validate_json(line))).decode() + "\n")
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
