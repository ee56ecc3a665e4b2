"""The last stages of a run: the package, judged twice, and its delivery."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import TypeAdapter

from capture import artefacts, inventory
from capture.programs import verapdf
from delivery import folder
from flows.clock import now
from flows.progress import current
from flows.summary import Outcome
from flows.workspace import Run
from register.errors import BadInputError, PackageInvalidError
from register.format_profile import PackageWishes
from register.language import SWEDEN, Text
from register.model import Artefact, Channel, Package, Period, RecordStatus, Submission
from sip import commons_ip
from sip.build import build
from sip.fgs import PackageProfile, profile_of
from sip.fields import missing_fields

_SCHEMAS = ("record-1.0.xsd", "completeness-1.0.xsd")
_SEALED_FILE = "paket.json"


@task(name="paketering", cache_policy=NO_CACHE, persist_result=False)
async def make_package(run: Run, packages: Path, wishes: PackageWishes) -> None:
    """Package what was captured, and have somebody else's validator judge the package.

    Raises:
        PackageInvalidError: either judge says no; nothing is delivered.
    """
    profile = profile_of(wishes.profil)
    current().enter(Text(f"Paketerar enligt {profile.name}", f"Packaging by {profile.name}"))
    captured = artefacts.captured_in(run.folder)
    with as_file(files("schemas").joinpath("kanalarkiv")) as schemas:
        submission = Submission(
            object_id=run.run_id,
            label=f"{captured.channel.platform} – {captured.channel.name}, {_days(captured.period)}",
            abstract=f"{captured.posts} inlägg och {captured.comments} kommentarer; {captured.verdict.label.sv}.",
            channel=captured.channel,
            period=captured.period,
            verdict=captured.verdict,
            representations=captured.representations,
            documentation=captured.documentation,
            schemas=tuple(_schema(schemas / name, captured.period.end) for name in _SCHEMAS),
            software_version=artefacts.PROGRAM_VERSION,
        )
        package = await asyncio.to_thread(build, submission, packages, now=run.entered_at, wishes=wishes)

    opinion = await _second_opinion(package, profile)
    sealed = _Sealed(package=package, opinion=opinion)
    (run.folder / _SEALED_FILE).write_bytes(_sealed_type.dump_json(sealed, indent=1))


async def _second_opinion(package: Package, profile: PackageProfile) -> commons_ip.SecondOpinion | None:
    """Return what commons-ip says of the package, None of one whose rules it does not know.

    Raises:
        PackageInvalidError: it refuses the package.
    """
    if profile.specification is None:
        return None
    current().enter(Text("Låter commons-ip pröva paketet", "Having commons-ip judge the package"))
    opinion = await asyncio.to_thread(
        commons_ip.judge, package.path, java=verapdf.find_java(), specification=profile.specification
    )
    if not opinion.valid:
        raise _refused(opinion)
    return opinion


def require_fields(channel: Channel, wishes: PackageWishes) -> None:
    """See, before anything is captured, that a package could be made of it.

    Raises:
        BadInputError: something that the package must say is not said anywhere.
    """
    missing = missing_fields(channel, profile_of(wishes.profil))
    if missing:
        sv = ", ".join(f"{each.says.sv} ({each.key})" for each in missing)
        en = ", ".join(f"{each.says.en} ({each.key})" for each in missing)
        raise BadInputError(
            happened=Text(f"Paketet måste ange {sv}.", f"The package must state {en}."),
            safe=Text("Inget har samlats in.", "Nothing was captured."),
            next_step=Text(
                "Ange det i kanalarkiv.toml (eller i formatprofilen) och kör igen.",
                "Say it in kanalarkiv.toml (or in the format profile) and run again.",
            ),
        )


@task(name="leverans", cache_policy=NO_CACHE, persist_result=False)
async def deliver_package(run: Run, archive: Path) -> Outcome:
    """Deliver the sealed package, read it back, and tell what the whole run came to."""
    current().enter(Text("Levererar till e-arkivet", "Delivering to the e-archive"))
    captured = artefacts.captured_in(run.folder)
    sealed = _sealed_type.validate_json((run.folder / _SEALED_FILE).read_bytes())
    receipt = await asyncio.to_thread(folder.deliver, sealed.package, archive, now=now())
    return Outcome(
        verdict=captured.verdict,
        posts=captured.posts,
        comments=captured.comments,
        claimed_comments=captured.claimed_comments,
        period=captured.period,
        losses=captured.losses,
        look_at=_worth_a_look(run, sealed.package),
        package=sealed.package,
        judge=sealed.opinion.judge if sealed.opinion else None,
        warnings=len(sealed.opinion.warnings) if sealed.opinion else 0,
        receipt=receipt,
        is_test=captured.channel.record_status is RecordStatus.TEST,
    )


def _worth_a_look(run: Run, package: Package) -> tuple[tuple[Text, Path], ...]:
    made = run.folder / "artefacts"
    return (
        (Text("Intyg", "Statement"), made / f"{inventory.STATEMENT}.html"),
        *((Text("Inspelning", "Recording"), film) for film in sorted(made.glob(f"{inventory.FILM}.m*"))),
        *((Text("Sidor, PDF/A", "Pages, PDF/A"), volume) for volume in sorted(made.glob("volym-*[0-9].pdf"))),
        (Text("Uppgifter", "Record"), made / "uppgifter.xml"),
        (Text("Paket", "Package"), package.path),
    )


@dataclass(frozen=True, kw_only=True)
class _Sealed:
    package: Package
    opinion: commons_ip.SecondOpinion | None


_sealed_type = TypeAdapter(_Sealed)


def _days(period: Period) -> str:
    """Return a period as a label states it: by its days in Sweden."""
    start, end = (None if at is None else f"{at.astimezone(SWEDEN):%Y-%m-%d}" for at in (period.start, period.end))
    return f"till {end}" if start is None else f"{start} – {end}"


def _schema(path: Path, created: datetime) -> Artefact:
    return Artefact(
        path=path,
        name=path.name,
        media_type="application/xml",
        format_name="XML Schema",
        format_version="1.0",
        created=created,
    )


def _refused(opinion: commons_ip.SecondOpinion) -> PackageInvalidError:
    said = "; ".join((opinion.failure.sv,) if opinion.failure else opinion.errors)
    return PackageInvalidError(
        happened=Text(f"commons-ip godkänner inte paketet: {said}", f"commons-ip refuses the package: {said}"),
        safe=Text(
            "Inget har levererats; arbetsmappen är orörd.", "Nothing was delivered; the work folder is as it was."
        ),
        next_step=Text(
            "Kör kanalarkiv package validate på paketet och skicka utskriften till den som sköter Kanalarkiv.",
            "Run kanalarkiv package validate on the package; send what it says to whoever looks after Kanalarkiv.",
        ),
    )
