"""What is done with a package that already exists: it is judged, or it is delivered."""

import json
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from zipfile import is_zipfile

from rich.console import Console

from capture.programs.verapdf import find_java
from delivery.ledger import Consignment
from delivery.transport import Sidecar
from flows.consigning import Consignee, consign, manifest_of
from flows.summary import inert, tell_delivery
from register.errors import BadInputError, PackageInvalidError
from register.language import Language, Text
from register.model import Package, RecordStatus
from sip import commons_ip
from sip.earlier import earlier_package
from sip.report import Evidence, Report
from sip.specification import Specification
from sip.validate import validate


def judge(console: Console, path: Path, language: Language, *, as_json: bool, second_opinion: bool) -> bool:
    """Print what our validator, and on request commons-ip, say of the package at `path`; return whether it is valid.

    Raises:
        BadInputError: there is nothing at `path`, or commons-ip was asked for and cannot judge such a package.
        JavaMissingError: a second opinion was asked for, and there is no Java to ask it with.
    """
    if not path.exists():
        raise _nothing_at(path)
    report = validate(path)
    opinion = _second_opinion(path, report) if second_opinion else None
    if as_json:
        said = json.loads(report.as_json()) | ({"second_opinion": _as_data(opinion)} if opinion else {})
        console.out(json.dumps(said, indent=1), highlight=False)
    else:
        console.out(report.as_text(language), highlight=False)
        if opinion is not None:
            console.out(inert(_told(opinion).spoken(language)), highlight=False)
    return report.valid and (opinion is None or opinion.valid)


def deliver(
    console: Console, path: Path, to: Consignee, language: Language, *, by: str, earlier: str | None = None
) -> None:
    """Deliver the package at `path` and print how far it came.

    Args:
        console: Where to print.
        path: The package's file.
        to: Whom it goes to.
        language: The reader's.
        by: Who delivers it.
        earlier: The OBJID of the package that it replaces or adds to, if it does.

    Raises:
        BadInputError: there is no file at `path`, or it does not say what it is.
        PackageInvalidError: it is not a valid package; nothing else is ever delivered.
        KanalarkivError: see `consigning.consign`.
    """
    if not path.is_file():
        raise _nothing_at(path)
    report = validate(path)
    if not report.valid:
        raise _not_deliverable(path, len(report.findings))
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    package = Package(object_id=path.stem, path=path, size=path.stat().st_size, sha256=digest)
    said = earlier_package(path)
    status = said.record_status if said is not None and said.record_status else RecordStatus.NEW
    consignment = Consignment(
        package=package,
        record_status=RecordStatus(status),
        earlier_package=earlier,
        manifest=manifest_of(path),
    )
    paper = Sidecar(name=f"{package.object_id}.validering.json", content=report.as_json().encode())

    def tell(text: Text) -> None:
        console.out(inert(text.spoken(language)), highlight=False)

    tell_delivery(console, consign(consignment, (paper,), to, by=by, tell=tell), language)


def _second_opinion(path: Path, report: Report) -> commons_ip.SecondOpinion:
    """Ask commons-ip, which unpacks what it is given: never about a container that is unsafe to unpack."""
    if Evidence.ARCHIVE not in report.seen:
        unsafe = Text(
            "commons-ip tillfrågades inte: paketet går inte säkert att packa upp.",
            "commons-ip was not asked: the package is not safe to unpack.",
        )
        return commons_ip.SecondOpinion(valid=False, errors=(), warnings=(), judge="commons-ip", failure=unsafe)
    if report.version == Specification.FGS_1_2.value or (path.is_file() and not is_zipfile(path)):
        raise _not_for_commons_ip(report)
    return commons_ip.judge(path, java=find_java(), specification=report.version)


def _as_data(opinion: commons_ip.SecondOpinion) -> dict[str, object]:
    failure = opinion.failure._asdict() if opinion.failure is not None else None
    return asdict(opinion) | {"failure": failure}


def _not_for_commons_ip(report: Report) -> BadInputError:
    return BadInputError(
        happened=Text(
            f"commons-ip kan inte pröva {report.package}: den prövar bara E-ARK (FGS 2.0), som ZIP eller mapp.",
            f"commons-ip cannot judge {report.package}: it judges only E-ARK (FGS 2.0), as a ZIP or a folder.",
        ),
        safe=Text("Paketet är orört.", "The package is untouched."),
        next_step=Text("Kör utan --second-opinion.", "Run without --second-opinion."),
    )


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
