"""Delivers to an e-archive that is a folder, often a mounted share.

What is visible under a package's name is the whole package, whenever the program or the machine stops: it is written
under a hidden name, read back, and only then linked to its own. Nothing that is there is ever replaced.
"""

import ctypes
import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from delivery import refusals
from delivery.papers import package_name, sync, with_checksum
from delivery.transport import RETURN_LIMIT, RETURNS_LIMIT, Arrival, Check, Lock, LockMode, Returned, Sidecar
from register.errors import (
    ArrivedDamagedError,
    DeliveryConflictError,
    FolderBlockedError,
    KanalarkivError,
    PackageInvalidError,
)
from register.language import Text
from register.model import DeliveryOutcome, Package

_BUFFER = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_GONE = (errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.ENODEV, errno.ENXIO)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
_CHECK_FOLDER = Text("Kontrollera e-arkivets mapp och rättigheterna.", "Check the archive's folder and permissions.")
_RENAME_NOREPLACE = 1


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder as the way to the archive; see `transport.Transport`. `returned` is where the archive answers."""

    archive: Path
    returned: Path | None = None

    @property
    def place(self) -> str:
        """The folder's path."""
        return str(self.archive.absolute())

    def deliver(self, package: Package, sidecars: Sequence[Sidecar] = (), *, now: datetime) -> Arrival:
        """Deliver a package and its papers.

        1. If the archive has the package already, compare, and change nothing.
        2. Otherwise copy it under a hidden name, from where a killed copy ended, to the disk, and read it back.
        3. Lay the papers beside it; then give the package its name, unless that is taken.

        Raises:
            FolderBlockedError: the folder is missing, is a file, or cannot be written in. A share that is not mounted
                must not be mistaken for one.
            KanalarkivError: see `transport.Transport`.
        """
        papers = with_checksum(package, sidecars)
        final = self.archive / package_name(package)
        with _spoken(self.archive):
            _require_folder(self.archive)
            if final.exists():
                _compare(package, final)
                _part_of(final).unlink(missing_ok=True)  # the run was killed after the package got its name
                sent, outcome = 0, DeliveryOutcome.ALREADY_DELIVERED
                _lay_papers(papers, self.archive)
            else:
                sent, outcome = _hand_over(package, papers, final), DeliveryOutcome.DELIVERED
        return _arrival(package, final, outcome=outcome, sent=sent, at=now)

    def verify(self, package: Package, *, now: datetime) -> Arrival | None:
        """Read the archive's copy back and compare it; see `transport.Transport`."""
        final = self.archive / package_name(package)
        with _spoken(self.archive):
            _require_folder(self.archive)
            if not final.exists():
                return None
            _compare(package, final)
        return _arrival(package, final, outcome=DeliveryOutcome.ALREADY_DELIVERED, sent=0, at=now)

    def returns(self) -> tuple[Returned, ...]:
        """Read what the archive has laid in its return folder; see `transport.Transport`."""
        if self.returned is None:
            return ()
        with _spoken(self.returned):
            _require_folder(self.returned)
            with os.scandir(self.returned) as entries:
                names = sorted(
                    entry.name
                    for entry in entries
                    if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
                )
            found = [_returned(self.returned, name) for name in names[:RETURNS_LIMIT]]
        return tuple(each for each in found if each is not None)


def leftovers(archive: Path) -> tuple[Path, ...]:
    """Return the half copies that killed deliveries left in `archive`, sorted by name.

    They are hidden, no archive takes them for packages, and the next delivery of the same package goes on with them.
    """
    return tuple(sorted(path for path in archive.glob(".*.part") if path.is_file() and not path.is_symlink()))


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _arrival(package: Package, final: Path, *, outcome: DeliveryOutcome, sent: int, at: datetime) -> Arrival:
    return Arrival(
        object_id=package.object_id,
        place=str(final),
        size=package.size,
        sha256=package.sha256,
        outcome=outcome,
        checks=(Check.READ_BACK,),
        lock=Lock(mode=LockMode.NOT_OFFERED),
        sent=sent,
        at=at.astimezone(UTC),
    )


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        is_there = folder.exists()
        raise FolderBlockedError(
            happened=Text(
                f"{folder} är en fil, inte en mapp." if is_there else f"Mappen {folder} finns inte.",
                f"{folder} is a file, not a folder." if is_there else f"The folder {folder} does not exist.",
            ),
            safe=refusals.OURS_KEPT,
            next_step=_CHECK_FOLDER,
        )


def _compare(package: Package, final: Path) -> None:
    """See that what is there already is the package."""
    if final.stat().st_size != package.size or _sha256(final) != package.sha256:
        raise refusals.conflict(final.name)


def _hand_over(package: Package, papers: Sequence[Sidecar], final: Path) -> int:
    """Return how many bytes were sent."""
    part = _part_of(final)
    with package.path.open("rb", buffering=0) as source, _held(part) as handle:
        try:
            sent = _fill(source, handle)
            if _read_back(handle) != package.sha256:
                raise _differing(package, final.parent)
            _lay_papers(papers, final.parent)
        except (ArrivedDamagedError, PackageInvalidError, DeliveryConflictError):
            part.unlink()  # nothing of it is worth going on with
            raise
        except OSError as error:
            if error.errno in _FULL:
                part.unlink()  # it takes the room that others need
            raise
        _give_name(part, final)
    return sent


@contextmanager
def _held(part: Path) -> Iterator[int]:
    """Give the handle of the hidden file, an old one or a new, held for this program alone.

    An old file that bears another name too may be the archive's own copy: it is let go of, never written into.
    """
    handle = _open(part)
    try:
        _hold(handle, part)
        if os.fstat(handle).st_nlink > 1:
            part.unlink()
            os.close(handle)
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            _hold(handle, part)
        yield handle
    finally:
        os.close(handle)


def _open(part: Path) -> int:
    try:
        return os.open(part, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)


def _hold(handle: int, part: Path) -> None:
    """Lock the file, and make sure that it still is the one at `part`."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise refusals.another(part.name) from error
    if not part.exists() or not os.path.samestat(os.fstat(handle), part.stat()):
        raise refusals.another(part.name)


def _fill(source: FileIO, handle: int) -> int:
    """Bring the file behind `handle` to the disk as the package; return how many bytes were missing."""
    buffer = memoryview(bytearray(_BUFFER))
    with os.fdopen(handle, "r+b", buffering=0, closefd=False) as target:
        start = _agreeing(source.fileno(), handle)
        target.truncate(start)
        target.seek(start)
        source.seek(start)
        while count := source.readinto(buffer):
            rest = buffer[:count]
            while rest:
                rest = rest[target.write(rest) :]
        os.fsync(handle)
        return target.tell() - start


def _agreeing(source: int, part: int) -> int:
    """Return up to where a half copy is the source's: a machine that stopped may have left anything in it."""
    offset = 0
    while there := os.pread(part, _BUFFER, offset):
        if os.pread(source, len(there), offset) != there:
            break
        offset += len(there)
    return offset


def _read_back(handle: int) -> str:
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)  # from the disk, not from memory, where that is possible
    with os.fdopen(handle, "rb", buffering=0, closefd=False) as written:
        written.seek(0)
        return hashlib.file_digest(written, "sha256").hexdigest()


def _differing(package: Package, archive: Path) -> KanalarkivError:
    """Tell on which side a digest went wrong."""
    return refusals.changed(package) if _sha256(package.path) != package.sha256 else refusals.damaged(str(archive))


def _lay_papers(papers: Sequence[Sidecar], archive: Path) -> None:
    for paper in papers:
        final = archive / paper.name
        part = _part_of(final)
        if not final.exists():
            with _held(part) as handle, os.fdopen(handle, "wb", closefd=False) as file:
                try:
                    file.truncate(0)
                    file.write(paper.content)
                    file.flush()
                    os.fsync(handle)
                except OSError:
                    part.unlink(missing_ok=True)
                    raise
                _give_name(part, final)
        elif final.read_bytes() != paper.content:
            raise refusals.conflict(paper.name)
        else:
            part.unlink(missing_ok=True)  # a run was killed after the paper got its name


def _give_name(part: Path, final: Path) -> None:
    """Let the hidden file appear under its name; fails if the name is taken, however late that happened."""
    try:
        os.link(part, final)
        part.unlink()
    except FileExistsError as error:
        part.unlink()
        raise refusals.another(part.name) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename(part, final)  # some shares (SMB, FAT) have no links
    sync(final.parent)


def _rename(part: Path, final: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    at_cwd = -100  # AT_FDCWD
    done = libc.renameat2(at_cwd, os.fsencode(part), at_cwd, os.fsencode(final), _RENAME_NOREPLACE)
    if done == 0:
        return
    number = ctypes.get_errno()
    if number == errno.EEXIST:
        part.unlink()
        raise refusals.another(part.name)
    raise OSError(number, os.strerror(number), str(final))


def _sha256(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _returned(folder: Path, name: str) -> Returned | None:
    """Read one returned file; None where it has been taken away meanwhile or is no longer a file."""
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        content = file.read(RETURN_LIMIT + 1)
        size = max(os.fstat(handle).st_size, len(content))
    said = os.fsencode(name).decode("utf-8", errors="backslashreplace")
    return Returned(name=said, size=size, content=content if len(content) <= RETURN_LIMIT else None)


@contextmanager
def _spoken(archive: Path) -> Iterator[None]:
    """Say what the operating system refuses in words a person can act on."""
    try:
        yield
    except OSError as error:
        raise _in_words(error, archive) from error


def _in_words(error: OSError, archive: Path) -> KanalarkivError:
    if error.errno in _FULL:
        return refusals.full(str(archive))
    if error.errno in _GONE:
        return refusals.unreachable(str(archive), str(error))
    return FolderBlockedError(
        happened=Text(f"Leveransen till {archive} stoppades: {error}", f"Delivery to {archive} was stopped: {error}"),
        safe=refusals.OURS_KEPT,
        next_step=_CHECK_FOLDER,
    )
