"""Which specification a package is to be judged by: it says so itself, in the PROFILE of its METS document.

FGS Paketstruktur 2.0 is E-ARK CSIP and SIP 2.1.0; version 1.2 is older and of another build.
"""

from dataclasses import dataclass
from enum import StrEnum

from sip.shelf import Shelf
from sip.xmlreading import first_attributes

_SWEDISH_1_2 = ("CommonSpecificationSwedenPackageProfile", "xml.ra.se/e-arkiv/METS/")


class Specification(StrEnum):
    """A specification that packages are judged by. The value is what commons-ip calls it, or FGS."""

    FGS_1_2 = "1.2"
    EARK_2_1_0 = "2.1.0"
    EARK_2_2_0 = "2.2.0"

    @property
    def label(self) -> str:
        """The specification's name."""
        return _LABELS[self]


_LABELS = {
    Specification.FGS_1_2: "FGS Paketstruktur 1.2 (RAFGS1V1.2)",
    Specification.EARK_2_1_0: "FGS Paketstruktur 2.0, E-ARK CSIP/SIP 2.1.0",
    Specification.EARK_2_2_0: "E-ARK CSIP/SIP 2.2.0",
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a package turned out to be. `folder` is its root folder ("" for none), `document` the path of its METS."""

    specification: Specification
    folder: str
    document: str | None


def kind_of(shelf: Shelf) -> Kind:
    """Tell what `shelf` holds: by its METS document's PROFILE, or by where it lies if there is none to read."""
    tops = {path.partition("/")[0] for path in shelf.files if "/" in path}
    folder = tops.pop() if len(tops) == 1 and all("/" in path for path in shelf.files) else ""
    prefix = f"{folder}/" if folder else ""
    if folder and f"{prefix}METS.xml" in shelf.files:
        document = f"{prefix}METS.xml"
        return Kind(specification=_said(shelf, document), folder=folder, document=document)
    for name in _swedish_names(shelf, prefix):
        if name.rpartition("/")[2].lower() == "sip.xml" or _said(shelf, name) is Specification.FGS_1_2:
            return Kind(specification=Specification.FGS_1_2, folder=folder, document=name)
    return Kind(specification=Specification.EARK_2_1_0, folder=folder, document=None)


def _swedish_names(shelf: Shelf, prefix: str) -> list[str]:
    """Return the documents that may describe a 1.2 package: sip.xml by the specification, mets.xml by ESSArch."""
    beside = (path for path in shelf.files if path.rpartition("/")[0] == prefix.rstrip("/"))
    return sorted(path for path in beside if path.rpartition("/")[2].lower() in ("sip.xml", "mets.xml"))


def _said(shelf: Shelf, document: str) -> Specification:
    profile = first_attributes(shelf, document).get("PROFILE", "")
    if any(sign in profile for sign in _SWEDISH_1_2):
        return Specification.FGS_1_2
    return Specification.EARK_2_2_0 if "v2-2" in profile else Specification.EARK_2_1_0
