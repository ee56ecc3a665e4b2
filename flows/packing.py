"""The fourth stage of a run: the package, judged twice."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import TypeAdapter

from capture import artefacts, kept
from capture.programs import verapdf
from flows.progress import current
from flows.workspace import Run, Stage
from register import address
from register.errors import BadInputError, PackageInvalidError
from register.format_profile import PackageWishes
from register.language import SWEDEN, Text
from register.model import Artefact, Channel, Package, Period, RecordStatus, Submission
from sip import commons_ip
from sip.build import build
from sip.earlier import EarlierPackage, earlier_package
from sip.fgs import PackageProfile, profile_of
from sip.fields import missing_fields
from sip.validate import validate

_SCHEMAS = ("record-1.0.xsd", "completeness-1.0.xsd")
_SEALED_FILE = "paket.json"
_RELATION_FILE = "tidigare-paket.json"
_NOTHING_CAPTURED = Text("Inget har samlats in.", "Nothing was captured.")


@dataclass(frozen=True, kw_only=True)
class Relation:
    """How a package relates to an earlier one: `status` is SUPPLEMENT or REPLACEMENT, `to` the other one's OBJID."""

    status: RecordStatus
    to: str

    def applied(self, channel: Channel) -> Channel:
        """Return `channel` as its new package is to state it."""
        return replace(channel, record_status=self.status, earlier_package=self.to)

    @property
    def told(self) -> Text:
        """The relation as a person reads it."""
        if self.status is RecordStatus.REPLACEMENT:
            return Text(f"Paketet ska ersätta {self.to}.", f"The package is to replace {self.to}.")
        return Text(f"Paketet ska komplettera {self.to}.", f"The package is to supplement {self.to}.")


def relation_to(path: Path, status: RecordStatus, channel: Channel) -> Relation:
    """Return how a package of `channel` relates to the one at `path`, after judging that one.

    Raises:
        BadInputError: there is no valid package at `path`, it is of another channel or creator, or nobody answers for
            the new one.
    """
    if channel.record_status is RecordStatus.TEST:
        nobody = Text(
            "Ett paket utan arkivbildare (RECORDSTATUS TEST) kan inte ersätta eller komplettera ett annat.",
            "A package without a records creator (RECORDSTATUS TEST) cannot replace or supplement another.",
        )
        raise _unrelated(nobody, Text("Ange vem som svarar för kanalen i kanalarkiv.toml.",
                                      "Say in kanalarkiv.toml who answers for the channel."))  # fmt: skip
    if not path.exists():
        raise _not_it(path, Text("finns inte", "is not there"))
    report = validate(path)
    if not report.valid:
        raise _not_it(path, Text("är inget giltigt paket", "is no valid package"))
    said = earlier_package(path)
    if said is None or not said.object_id:
        raise _not_it(path, Text("säger inte vad det heter", "does not say what it is called"))
    _check_same(path, said, channel)
    return Relation(status=status, to=said.object_id)


def _check_same(path: Path, said: EarlierPackage, channel: Channel) -> None:
    if not any(_same_address(source, channel.url) for source in said.sources):
        of = ", ".join(said.sources)
        raise _not_it(path, Text(f"är av en annan kanal ({of or 'den sägs inte'}), inte {channel.url}",
                                 f"is of another channel ({of or 'it is not said'}), not {channel.url}"))  # fmt: skip
    ours = channel.records_creator.identity_code
    if ours not in said.creators:
        of = ", ".join(said.creators)
        raise _not_it(path, Text(f"har en annan arkivbildare ({of or 'den sägs inte'}), inte {ours}",
                                 f"has another records creator ({of or 'it is not said'}), not {ours}"))  # fmt: skip


def _same_address(one: str, other: str) -> bool:
    try:
        return address.canonical(one) == address.canonical(other)
    except ValueError:
        return False


def settle_relation(run: Run, asked: Relation | None) -> Relation | None:
    """Return what the package of `run` relates to: what is asked for now, else what was asked when it began.

    Raises:
        BadInputError: something else is asked for than what is already made says.
    """
    noted = _relation_in(run)
    if asked is None or asked == noted:
        settled = noted
    elif run.stage >= Stage.PACKAGE:
        raise BadInputError(
            happened=Text(
                "Den avbrutna körningen är redan färdig att packas, och säger något annat om tidigare paket.",
                "The interrupted run is ready to be packaged, and says something else of an earlier package.",
            ),
            safe=Text("Det som är klart ligger kvar.", "What is finished is kept."),
            next_step=Text(
                "Kör först utan --replaces och --supplements, så avslutas den; kör sedan samma kommando igen.",
                "First run without --replaces and --supplements, which ends it; then run the same command again.",
            ),
        )
    else:
        settled = asked
    if settled is not None:
        note_relation(run, settled)
        current().say(settled.told)
    return settled


def note_relation(run: Run, relation: Relation) -> None:
    """Keep `relation` with `run`, for when it is taken up again."""
    kept.keep(run.folder / _RELATION_FILE, _relation_type.dump_json(relation, indent=1))


def _relation_in(run: Run) -> Relation | None:
    note = run.folder / _RELATION_FILE
    return _relation_type.validate_json(note.read_bytes()) if note.exists() else None


def _not_it(path: Path, why: Text) -> BadInputError:
    return _unrelated(
        Text(f"{path} {why.sv}.", f"{path} {why.en}."),
        Text("Ange det tidigare paketet av samma kanal.", "Name the earlier package of the same channel."),
    )


def _unrelated(happened: Text, next_step: Text) -> BadInputError:
    return BadInputError(happened=happened, safe=_NOTHING_CAPTURED, next_step=next_step)


@task(name="paketering", cache_policy=NO_CACHE, persist_result=False)
async def make_package(run: Run, packages: Path, wishes: PackageWishes) -> None:
    """Package what was captured, and have somebody else's validator judge the package.

    Raises:
        PackageInvalidError: either judge says no; nothing is delivered.
    """
    profile = profile_of(wishes.profil)
    current().enter(Text(f"Paketerar enligt {profile.name}", f"Packaging by {profile.name}"))
    captured = artefacts.captured_in(run.folder)
    has_one = any(_is_web_archive(file) for each in captured.representations for file in each.files)
    if has_one and not wishes.webbarkiv:
        current().say(
            Text(
                "Formatprofilen tar inte med webbarkiv (WACZ): det ligger kvar i arbetsmappen och nämns i PREMIS.",
                "The format profile takes no web archive (WACZ): it stays in the work folder and is named in PREMIS.",
            )
        )
    if wishes.webbarkiv and not has_one:
        current().say(
            Text(
                "Formatprofilen tar med ett webbarkiv (WACZ) där ett gjorts. Inget gjordes: paketet har inget.",
                "The format profile takes a web archive (WACZ) where one was made. None was: the package has none.",
            )
        )
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
    sealed = Sealed(package=package, opinion=opinion)
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


def _is_web_archive(file: Artefact) -> bool:
    return file.name.endswith(".wacz")


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
            safe=_NOTHING_CAPTURED,
            next_step=Text(
                "Ange det i kanalarkiv.toml (eller i formatprofilen) och kör igen.",
                "Say it in kanalarkiv.toml (or in the format profile) and run again.",
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A sealed package, and what somebody else's validator said of it, None of one whose rules that does not know."""

    package: Package
    opinion: commons_ip.SecondOpinion | None


_sealed_type = TypeAdapter(Sealed)
_relation_type = TypeAdapter(Relation)


def sealed_in(run: Run) -> Sealed:
    """Return what `make_package` sealed."""
    return _sealed_type.validate_json((run.folder / _SEALED_FILE).read_bytes())


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
