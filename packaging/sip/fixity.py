"""Recalculates what METS states of every file, each read once, and looks for files nobody speaks of."""

import unicodedata
from typing import TYPE_CHECKING

from register.language import Text
from sip.digests import Buffers, digesting
from sip.findings import Findings
from sip.formats import contradicts
from sip.names import SAFE_FILE, SAFE_FOLDER
from sip.report import Evidence
from sip.shelf import UNREADABLE, Shelf

if TYPE_CHECKING:
    from sip.reference import Reference

_HEAD = 512
_ALGORITHMS = {"SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512", "SHA-1": "sha1", "MD5": "md5"}


class Fixity:
    """Reads the files of one package as METS speaks of them, and remembers what they really are."""

    def __init__(self, shelf: Shelf, findings: Findings) -> None:
        self.shelf = shelf
        self.mentioned: set[str] = set()
        self._findings = findings
        self._digests: dict[str, dict[str, bytes]] = {name: {} for name in _ALGORITHMS}
        self._buffers = Buffers()
        self._whole = True

    def check(self, reference: "Reference") -> None:
        """Read the file that METS refers to and compare."""
        first = reference.path not in self.mentioned
        if reference.path not in self.shelf.files:
            self._whole = False
            if first:
                found = Text(f"saknas, nämns i {reference.told_by}", f"missing, mentioned in {reference.told_by}")
                self._findings.add("KA-PRESENT", reference.path, found)
            self.mentioned.add(reference.path)
            return
        self.mentioned.add(self.shelf.own(reference.path))
        self._compare_size(reference)
        if reference.checksum is None and reference.algorithm is None:
            return  # the rule that demands a checksum has spoken
        digest = self.digest(reference.path, reference.algorithm or "", reference.media_type if first else None)
        if digest is None:
            self._whole = False
        elif (reference.checksum or "").strip().lower() != digest:
            found = Text(f"{digest}, METS anger {reference.checksum}", f"{digest}, METS states {reference.checksum}")
            self._findings.add("KA-CHECKSUM", reference.path, found)

    def digest(self, path: str, algorithm: str, media_type: str | None = None) -> str | None:
        """Return the digest of a file that is there, lower-case hex, or None after noting why it cannot be taken.

        `media_type` is what the content is held against, if it is given.
        """
        known = self._digests.get(algorithm)
        if known is None:
            found = Text(f"okänd algoritm {algorithm}", f"unknown algorithm {algorithm}")
            self._findings.add("KA-CHECKSUM", path, found)
            return None
        if path not in known:
            taken = self._read(path, _ALGORITHMS[algorithm], media_type)
            if taken is None:
                return None
            known[self.shelf.own(path)] = taken
        return known[path].hex()

    def conclude(self, root: str, document: str) -> None:
        """Look at what METS has not spoken of, and at the names of everything."""
        self._findings.files = sum(any(path in known for known in self._digests.values()) for path in self.shelf.files)
        if self._findings.files and self._whole:
            self._findings.see(Evidence.FIXITY)
        for path in sorted(path for path in self.shelf.files if path not in self.mentioned and path != document):
            self._findings.add("KA-ORPHAN", path, Text("nämns inte i METS", "not mentioned in METS"))
        self._check_names(1 if root else 0)

    def _compare_size(self, reference: "Reference") -> None:
        size = str(self.shelf.files[reference.path])
        if reference.size is not None and reference.size.strip() != size:
            found = Text(f"{size} byte, METS anger {reference.size}", f"{size} bytes, METS states {reference.size}")
            self._findings.add("KA-SIZE", reference.path, found)

    def _read(self, path: str, algorithm: str, media_type: str | None) -> bytes | None:
        head = b""
        try:
            with self.shelf.open(path) as file, digesting(algorithm, self.shelf.files[path]) as digest:
                buffer = self._buffers.next()
                while count := file.readinto(buffer):  # type: ignore[attr-defined]  # IO does not declare it; all have it
                    head = head or bytes(buffer[: min(count, _HEAD)])
                    digest.update(buffer[:count])
                    buffer = self._buffers.next()
                value = digest.value()
        except UNREADABLE as error:
            self._findings.add("KA-ARCHIVE", path, str(error))
            return None
        if media_type is not None and contradicts(media_type, head):
            found = Text(f"{media_type}, men börjar {head[:16]!r}", f"{media_type}, but begins {head[:16]!r}")
            self._findings.add("KA-FORMAT", path, found)
        return value

    def _check_names(self, below: int) -> None:
        folded: set[int] = set()  # hashes: 100,000 names would take more room than all else here
        for path in self.shelf.files:
            *folders, name = path.split("/")[below:]
            if not SAFE_FILE.fullmatch(name) or not all(SAFE_FOLDER.fullmatch(part) for part in folders):
                self._findings.add("KA-NAME", path, name)
            same = unicodedata.normalize("NFC", path).casefold()
            if hash(same) in folded:
                self._findings.add("KA-CASE", path, same)
            folded.add(hash(same))
