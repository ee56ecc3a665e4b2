"""What can go wrong with a web archive in a way that a person must act on."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from register.errors import BadInputError, DiskFullError, ExitCode, FolderBlockedError, KanalarkivError
from register.language import Text

_WALKED = Text("Det som genomgången samlat in är sparat.", "What the walk captured is stored.")
_TOLD = 5


class WebArchiveEmptyError(BadInputError):
    """A web archive without pages, or without records: it would look like an archive and hold nothing."""


class WebArchiveDamagedError(BadInputError):
    """A file is no web archive, or breaks what one is to be."""


class WebArchiveNotReplayableError(KanalarkivError):
    """Replayed with the origin gone, a web archive does not show what was captured; the channel may not be closed."""

    exit_code = ExitCode.INCOMPLETE


def empty(path: Path, what: Text) -> WebArchiveEmptyError:
    """Return what is said of an archive that lacks `what`."""
    return WebArchiveEmptyError(
        happened=Text(f"Webbarkivet {path.name} saknar {what.sv}.", f"The web archive {path.name} has no {what.en}."),
        safe=_WALKED,
        next_step=Text("Gör om besöket med inspelning av webbarkiv.", "Repeat the visit, recording a web archive."),
    )


def damaged(path: Path, findings: Sequence[Text]) -> WebArchiveDamagedError:
    """Return what is said of an archive that breaks a rule."""
    more = len(findings) - _TOLD
    sv = "; ".join(one.sv for one in findings[:_TOLD]) + (f"; och {more} till" if more > 0 else "")
    en = "; ".join(one.en for one in findings[:_TOLD]) + (f"; and {more} more" if more > 0 else "")
    return WebArchiveDamagedError(
        happened=Text(f"{path.name} är inget helt webbarkiv: {sv}", f"{path.name} is no whole web archive: {en}"),
        safe=_WALKED,
        next_step=Text("Gör om besöket, eller hämta filen igen.", "Repeat the visit, or fetch the file again."),
    )


def not_replayable(path: Path, why: Sequence[Text]) -> WebArchiveNotReplayableError:
    """Return what is said of an archive that does not show what was captured."""
    return WebArchiveNotReplayableError(
        happened=Text(
            f"Webbarkivet {path.name} visar inte det som samlades in: {'; '.join(one.sv for one in why)}",
            f"The web archive {path.name} does not show what was captured: {'; '.join(one.en for one in why)}",
        ),
        safe=Text(
            "Webbarkivet och allt annat från besöket är sparat. Kontot får inte avslutas.",
            "The web archive and all else of the visit is stored. The account may not be closed.",
        ),
        next_step=Text(
            "Läs rapporten från återspelningen och gör om besöket.", "Read the report of the replay; repeat the visit."
        ),
    )


def unwritten(fault: OSError, folder: Path) -> KanalarkivError:
    """Return what is said where the disk did not take the archive."""
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(
            happened=Text(
                f"Disken blev full när webbarkivet skrevs ({folder}).",
                f"The disk filled while the web archive was written ({folder}).",
            ),
            safe=_WALKED,
            next_step=Text("Frigör plats och kör igen.", "Free some space and run again."),
        )
    return FolderBlockedError(
        happened=Text(
            f"Webbarkivet kunde inte skrivas i {folder}: {fault.strerror}.",
            f"The web archive could not be written in {folder}: {fault.strerror}.",
        ),
        safe=_WALKED,
        next_step=Text("Kontrollera mappen och kör igen.", "Check the folder and run again."),
    )


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Let what the disk says reach a person."""
    try:
        yield
    except OSError as fault:
        raise unwritten(fault, folder) from fault
