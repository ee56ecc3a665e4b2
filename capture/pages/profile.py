"""What kind of pages an archive wants: which PDF/A, how exact the pictures, how large the volumes."""

from dataclasses import dataclass
from enum import StrEnum

from capture.programs.verapdf import PDFUA_1


class Flavour(StrEnum):
    """A part and a level of PDF/A. Level a is judged as PDF/UA-1 too.

    `A1` is for an archive that reads RA-FS 2009:2 by the letter; `A3` may carry other files inside.
    """

    A1 = "1a"
    B1 = "1b"
    A2 = "2a"
    U2 = "2u"
    A3 = "3a"

    @property
    def part(self) -> int:
        """The part of ISO 19005."""
        return int(self.value[0])

    @property
    def level(self) -> str:
        """The level of conformance, as XMP writes it."""
        return self.value[1].upper()

    @property
    def accessible(self) -> bool:
        """Whether the file is PDF/UA-1 as well."""
        return self.level == "A"

    @property
    def judged(self) -> tuple[str, ...]:
        """The judge's names of all that the file claims to be."""
        return (self.value, PDFUA_1) if self.accessible else (self.value,)

    @property
    def version(self) -> str:
        """The version of PDF that the part is made of."""
        return "1.4" if self.part == 1 else "1.7"

    @property
    def label(self) -> str:
        """What the file is, with the standards' numbers."""
        pdfa = f"PDF/A-{self.value} (ISO 19005-{self.part})"
        return f"{pdfa} och PDF/UA-1 (ISO 14289-1)" if self.accessible else pdfa


class Pictures(StrEnum):
    """How exact the pictures are.

    `MIX`: photographs as JPEG of high quality, everything else to the exact pixel. `LOSSLESS`: all of it.
    """

    MIX = "mix"
    LOSSLESS = "lossless"


@dataclass(frozen=True, kw_only=True)
class PageProfile:
    """What an archive asks of the pages.

    A volume ends before the post that would exceed `most_posts` or `most_pages`; `most_bytes` of pictures are looked at
    after every eight posts. A post that exceeds a limit by itself has a volume of its own.
    """

    flavour: Flavour = Flavour.A2
    pictures: Pictures = Pictures.MIX
    most_posts: int = 250
    most_pages: int = 300
    most_bytes: int = 100_000_000
