"""Builds one package (*överföringspaket*, SIP) from a submission, and seals it only if it is valid.

One stored ZIP, each source file read once. The same submission and the same `now` give the same bytes.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from register.errors import BadInputError, DiskFullError, FolderBlockedError, PackageInvalidError
from register.format_profile import PackageKind, PackageWishes
from register.language import Language, Text
from register.model import Package, Submission
from sip.archive import PackageArchive, SourceChangedError
from sip.contents import write_contents
from sip.fgs import profile_of
from sip.fields import missing_fields
from sip.identify import IdentificationError
from sip.material import NameTakenError, Work
from sip.names import SAFE_FOLDER
from sip.report import Report
from sip.validate import validate
from sip.web_archives import choose

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NOTHING_SEALED = Text(
    "Inget paket lämnades. Arbetsmappens filer är orörda.",
    "No package was left. The files of the work folder are untouched.",
)
_DEFAULT = PackageWishes(profil=PackageKind.FGS_2_0, webbarkiv=False)


def build(submission: Submission, into: Path, *, now: datetime, wishes: PackageWishes = _DEFAULT) -> Package:
    """Build, judge and seal a package in a folder; its name is its OBJID, or where that cannot be one, its object id.

    1. Write all of it under a hidden name.
    2. Judge what was written by reading it back; keep the report as `<name>.validation.json`.
    3. Only a valid package gets its name. One of the same name and the same bytes is left as it is.

    Args:
        submission: What to package. Its object id and the names of its representations become folder names:
            A-Z, a-z, 0-9, `_` and `-`.
        into: An existing folder.
        now: The time of packaging, with a time zone, from 1980 on; all dates the builder writes come from it.
        wishes: Which package profile to follow, the checksums' algorithm, what files may be called, and whether web
            archives go in: one left out is named by the packaging events. All else is the submission's business.

    Raises:
        BadInputError: A name cannot be a folder's name, or a field that the profile demands is missing.
        PackageInvalidError: What was written breaks a rule; no package is left, the report is.
        DiskFullError: The disk filled; no package is left, not even half of one.
        FolderBlockedError: The folder cannot be written in, or holds another package of the same name.
    """
    _check_names(submission)
    _check_fields(submission, wishes)
    folder = profile_of(wishes.profil).folder(submission.object_id)
    final = into / f"{folder}.zip"
    with _part(into, folder) as part:
        _write(part, submission, now=now, wishes=wishes)
        package = _judged(part, final)
        _seal(part, final, package)
    return package


def _check_names(submission: Submission) -> None:
    for name in (submission.object_id, *(each.name for each in submission.representations)):
        if not SAFE_FOLDER.fullmatch(name):
            raise BadInputError(
                happened=Text(f"{name!r} kan inte vara ett mappnamn.", f"{name!r} cannot be a folder's name."),
                safe=_NOTHING_SEALED,
                next_step=Text("Använd bara A-Z, a-z, 0-9, _ och -.", "Use only A-Z, a-z, 0-9, _ and -."),
            )


def _check_fields(submission: Submission, wishes: PackageWishes) -> None:
    missing = missing_fields(submission.channel, profile_of(wishes.profil))
    if missing:
        raise BadInputError(
            happened=Text(
                f"Paketet kan inte göras utan {', '.join(f'{each.says.sv} ({each.key})' for each in missing)}.",
                f"The package cannot be made without {', '.join(f'{each.says.en} ({each.key})' for each in missing)}.",
            ),
            safe=_NOTHING_SEALED,
            next_step=Text("Ange det i kanalarkiv.toml och kör igen.", "Say it in kanalarkiv.toml and run again."),
        )


@contextmanager
def _part(into: Path, name: str) -> Iterator[Path]:
    """Give a hidden name to write under, and leave nothing there whatever happens."""
    part = into / f".{name}.zip.part"
    try:
        yield part
    except (SourceChangedError, NameTakenError, IdentificationError) as error:
        again = Text("Kör paketeringen igen.", "Run the packaging again.")
        raise PackageInvalidError(happened=error.text, safe=_NOTHING_SEALED, next_step=again) from error
    except OSError as error:
        raise _spoken(error, into) from error
    finally:
        part.unlink(missing_ok=True)


def _spoken(error: OSError, into: Path) -> DiskFullError | FolderBlockedError:
    if error.errno in _FULL:
        return DiskFullError(
            happened=Text("Disken blev full under paketeringen.", "The disk filled during the packaging."),
            safe=_NOTHING_SEALED,
            next_step=Text("Frigör utrymme och kör igen.", "Free some space and run again."),
        )
    return FolderBlockedError(
        happened=Text(f"Paketeringen i {into} stoppades: {error}", f"The packaging in {into} was stopped: {error}"),
        safe=_NOTHING_SEALED,
        next_step=Text("Kontrollera mappen och rättigheterna.", "Check the folder and its permissions."),
    )


def _write(part: Path, submission: Submission, *, now: datetime, wishes: PackageWishes) -> None:
    profile, algorithm = profile_of(wishes.profil), wishes.kontrollsumma
    chosen = choose(submission, web_archives=wishes.webbarkiv)
    part.unlink(missing_ok=True)
    with part.open("xb") as raw:
        root = profile.folder(submission.object_id)
        with PackageArchive(raw, root=root, now=now, algorithm=algorithm) as archive:
            write_contents(
                Work(
                    archive=archive,
                    submission=chosen.submission,
                    left_out=chosen.left_out,
                    now=now,
                    profile=profile,
                    algorithm=algorithm,
                    names=wishes.filnamn,
                )
            )
        raw.flush()
        os.fsync(raw.fileno())


def _judged(part: Path, final: Path) -> Package:
    """Read the written package back while its digest is taken; return it if it is valid."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        digest = beside.submit(_sha256, part)
        report = validate(part, name=final.name)
        sha256 = digest.result()
    kept = _keep(report, final.with_name(f"{final.stem}.validation.json"))
    if not report.valid:
        raise _invalid(report, kept)
    return Package(object_id=final.stem, path=final, size=part.stat().st_size, sha256=sha256)


def _keep(report: Report, path: Path) -> Path:
    """Write the report so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(report.as_json(), encoding="utf-8")
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _invalid(report: Report, kept: Path) -> PackageInvalidError:
    return PackageInvalidError(
        happened=Text(report.as_text(Language.SWEDISH), report.as_text(Language.ENGLISH)),
        safe=_NOTHING_SEALED,
        next_step=Text(f"Hela rapporten finns i {kept}.", f"The whole report is in {kept}."),
    )


def _seal(part: Path, final: Path, package: Package) -> None:
    """Give the package its name, unless that name is taken by other bytes."""
    if not final.exists():
        part.rename(final)
        _sync_folder(final.parent)
    elif _sha256(final) != package.sha256:
        raise FolderBlockedError(
            happened=Text(f"{final} finns redan med annat innehåll.", f"{final} is already there, with other content."),
            safe=Text("Det äldre paketet är orört.", "The older package is untouched."),
            next_step=Text("Flytta undan det, eller ge ett annat paket-id.", "Move it away, or give another id."),
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
