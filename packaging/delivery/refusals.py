"""What may stop a delivery, in words a person can act on; the same whichever the way to the archive.

A place is given as `transport.Arrival` gives it, and a cause as the archive or the operating system said it: neither
ever holds a secret.
"""

from register.errors import (
    AnotherRunError,
    ArchiveRefusedError,
    ArchiveUnreachableError,
    ArrivedDamagedError,
    DeliveryConflictError,
    DiskFullError,
    FolderBlockedError,
    PackageInvalidError,
)
from register.language import Text
from register.model import Package

OURS_KEPT = Text("Paketet i arbetsmappen är orört.", "The package in the work folder is untouched.")


def conflict(name: str) -> DeliveryConflictError:
    """The archive has something else under this name."""
    return DeliveryConflictError(
        happened=Text(
            f"E-arkivet har redan {name}, med annat innehåll.",
            f"The e-archive already has {name}, with other content.",
        ),
        safe=Text("Båda är orörda.", "Both are untouched."),
        next_step=Text(
            "Jämför dem. En rättelse levereras under ett eget paket-id.",
            "Compare them. A correction is delivered under an id of its own.",
        ),
    )


def changed(package: Package) -> PackageInvalidError:
    """Our own file is no longer what was sealed."""
    return PackageInvalidError(
        happened=Text(
            f"{package.path.name} har ändrats sedan paketet förseglades.",
            f"{package.path.name} has changed since the package was sealed.",
        ),
        safe=Text("Inget paket har levererats.", "No package has been delivered."),
        next_step=Text("Bygg paketet på nytt.", "Build the package again."),
    )


def require_whole(package: Package) -> None:
    """See, before anything is sent, that our own file is there and has its size.

    Raises:
        FolderBlockedError: it cannot be read.
        PackageInvalidError: it has another size.
    """
    try:
        size = package.path.stat().st_size
    except OSError as error:
        raise FolderBlockedError(
            happened=Text(f"Paketet går inte att läsa: {error}", f"The package cannot be read: {error}"),
            safe=Text("Inget har levererats.", "Nothing has been delivered."),
            next_step=Text("Kontrollera arbetsmappen.", "Check the work folder."),
        ) from error
    if size != package.size:
        raise changed(package)


def damaged(place: str) -> ArrivedDamagedError:
    """What was read back differs from what was sent."""
    return ArrivedDamagedError(
        happened=Text(
            f"Det som skrevs till {place} kom inte tillbaka likadant.",
            f"What was written to {place} did not come back the same.",
        ),
        safe=OURS_KEPT,
        next_step=Text("Kontrollera e-arkivets disk eller nät.", "Check the archive's disk or network."),
    )


def full(place: str) -> DiskFullError:
    """The archive has no room."""
    return DiskFullError(
        happened=Text(f"E-arkivets disk är full ({place}).", f"The e-archive's disk is full ({place})."),
        safe=Text(
            "Inget halvt paket bär paketets namn. Paketet i arbetsmappen är orört.",
            "No half package bears the package's name. The package in the work folder is untouched.",
        ),
        next_step=Text("Frigör utrymme och leverera igen.", "Free some space and deliver again."),
    )


def another(name: str) -> AnotherRunError:
    """Somebody else delivers the same package right now."""
    return AnotherRunError(
        happened=Text(
            f"Ett annat program levererar samma paket ({name}).",
            f"Another program is delivering the same package ({name}).",
        ),
        safe=OURS_KEPT,
        next_step=Text("Vänta tills det är klart och kör igen.", "Wait until it is done and run again."),
    )


def unreachable(place: str, why: str) -> ArchiveUnreachableError:
    """Nothing answers, or it stopped answering and did not come back in time."""
    return ArchiveUnreachableError(
        happened=Text(f"E-arkivet {place} svarar inte: {why}", f"The e-archive {place} does not answer: {why}"),
        safe=Text(
            "Inget halvt paket bär paketets namn, och det som redan kommit fram sänds inte igen.",
            "No half package bears the package's name, and what has arrived is not sent again.",
        ),
        next_step=Text("Leverera igen när e-arkivet svarar.", "Deliver again when the e-archive answers."),
    )


def refused(place: str, why: Text, next_step: Text) -> ArchiveRefusedError:
    """The archive answers, and will not have us."""
    return ArchiveRefusedError(
        happened=Text(f"E-arkivet {place} avvisar oss: {why.sv}", f"The e-archive {place} refuses us: {why.en}"),
        safe=OURS_KEPT,
        next_step=next_step,
    )
