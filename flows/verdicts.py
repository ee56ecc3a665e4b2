"""What is done with a package that already exists: it is judged, or it is delivered."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from rich.console import Console

from capture.programs.verapdf import find_java
from delivery import folder
from flows.summary import inert, tell_delivery
from register.errors import BadInputError, PackageInvalidError
from register.language import Language, Text
from register.model import Package
from sip import commons_ip
from sip.validate import validate


def judge(console: Console, path: Path, language: Language, *, as_json: bool, second_opinion: bool) -> bool:
    """Print what our validator, and on request commons-ip, say of the package at `path`; return whether it is valid.

    Raises:
        BadInputError: there is nothing at `path`.
        JavaMissingError: a second opinion was asked for, and there is no Java to ask it with.
    """
    if not path.exists():
        raise _nothing_at(path)
    report = validate(path)
    opinion = commons_ip.judge(path, java=find_java()) if second_opinion else None
    if as_json:
        said = json.loads(report.as_json()) | ({"second_opinion": asdict(opinion)} if opinion else {})
        console.out(json.dumps(said, indent=1), highlight=False)
    else:
        console.out(report.as_text(language), highlight=False)
        if opinion is not None:
            console.out(inert(_told(opinion).spoken(language)), highlight=False)
    return report.valid and (opinion is None or opinion.valid)


def deliver(console: Console, path: Path, archive: Path, language: Language, *, now: datetime) -> None:
    """Deliver the package at `path` to the folder `archive` and print the receipt. `now` is UTC.

    Raises:
        BadInputError: there is no file at `path`.
        PackageInvalidError: it is not a valid package; nothing else is ever delivered.
        KanalarkivError: see `delivery.folder.deliver`.
    """
    if not path.is_file():
        raise _nothing_at(path)
    report = validate(path)
    if not report.valid:
        raise _not_deliverable(path, len(report.findings))
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    package = Package(object_id=path.stem, path=path, size=path.stat().st_size, sha256=digest)
    tell_delivery(console, folder.deliver(package, archive, now=now), language)


def _told(opinion: commons_ip.SecondOpinion) -> Text:
    if opinion.failure is not None:
        return opinion.failure
    found = "".join(f"\n  {line}" for line in (*opinion.errors, *opinion.warnings))
    counts = (len(opinion.errors), len(opinion.warnings))
    sv, en = ("GILTIGT", "VALID") if opinion.valid else ("OGILTIGT", "INVALID")
    return Text(
        f"{opinion.judge}: {sv}, {counts[0]} fel, {counts[1]} varningar{found}",
        f"{opinion.judge}: {en}, {counts[0]} errors, {counts[1]} warnings{found}",
    )


def _nothing_at(path: Path) -> BadInputError:
    return BadInputError(
        happened=Text(f"Det finns inget paket i {path}.", f"There is no package at {path}."),
        safe=Text("Inget har ändrats.", "Nothing was changed."),
        next_step=Text("Kontrollera sökvägen.", "Check the path."),
    )


def _not_deliverable(path: Path, findings: int) -> PackageInvalidError:
    return PackageInvalidError(
        happened=Text(
            f"{path} är inget giltigt paket: {findings} anmärkningar.",
            f"{path} is no valid package: {findings} findings.",
        ),
        safe=Text("Inget har levererats.", "Nothing was delivered."),
        next_step=Text(
            f"Se vilka med: kanalarkiv package validate {path}", f"See which with: kanalarkiv package validate {path}"
        ),
    )
