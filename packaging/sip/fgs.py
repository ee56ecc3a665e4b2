"""What differs between the package profiles, as data: one builder serves every file of `sip/profiles/`.

FGS Paketstruktur 2.0 is E-ARK CSIP and SIP 2.1.0 with Swedish guidance; 1.2 is Sweden's own METS profile before it.
"""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from uuid import UUID, uuid5

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from register.format_profile import PackageKind
from sip.names import SAFE_FOLDER

PREMIS_VERSION = "3.0"

_IDS = UUID("7e9a41c2-58b3-5f0e-8c6d-0a4a7e2b9d15")


class Layout(StrEnum):
    """How a package lies: a METS for each representation and one for all, or a single `sip.xml`."""

    E_ARK = "e-ark"
    FGS_1_2 = "fgs-1.2"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Row):
    """What an attribute says: a fixed text, or a field of the channel, put in the words that the profile knows."""

    text: str | None = None
    field: str | None = None
    words: dict[str, str] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Said":
        if (self.text is None) == (self.field is None):
            raise ValueError("an attribute says either a text or a field")
        return self


class AgentRow(_Row):
    """Who is named in the METS header as what; `note` says what the agent's note tells, and `note_type` its kind."""

    of: str
    role: str
    type: str
    other_role: str | None = None
    other_type: str | None = None
    note: Literal["code", "version", "contact"] | None = None
    note_type: str | None = None


class PackageProfile(_Row):
    """One package profile.

    `specification` is the version of E-ARK CSIP and SIP, as commons-ip takes it, or None. `profile` is what
    `mets/@PROFILE` says (CSIP6, SIP2), `content_category` `mets/@TYPE` (CSIP2). `object_id` is how `mets/@OBJID` is
    made of a submission's id: `{id}` is that, `{uuid}` a UUID made from it. `root`, `header` and `file` map
    attributes, by prefixed name, to what they say; `content_group` names those of `root` that a group of content
    repeats. `mandatory` names the fields (`sip.fields`) without which nothing may be packaged. `verified` is False
    where the profile's own text was never read.
    """

    kind: PackageKind
    name: str
    verified: bool
    layout: Layout
    specification: str | None
    object_id: str
    profile: str
    content_category: str
    document: str
    href: str
    namespaces: dict[str, str]
    schemas: dict[str, str]
    root: dict[str, Said]
    content_group: tuple[str, ...]
    header: dict[str, Said]
    file: dict[str, Literal["original_name", "format_name", "format_version", "format_registry", "format_key"]]
    agents: tuple[AgentRow, ...]
    earlier_package: str | None
    mandatory: tuple[str, ...]

    def identity(self, object_id: str) -> str:
        """Return the OBJID of the package of a submission called `object_id`; the same each time."""
        return self.object_id.format(id=object_id, uuid=uuid5(_IDS, object_id))

    def folder(self, object_id: str) -> str:
        """Return the name of the package's root folder and file: its OBJID where that can be a folder's name."""
        identity = self.identity(object_id)
        return identity if SAFE_FOLDER.fullmatch(identity) else object_id

    def qualified(self, name: str) -> str:
        """Return an attribute's prefixed name as lxml takes it."""
        prefix, colon, local = name.partition(":")
        return f"{{{self.namespaces[prefix]}}}{local}" if colon else name


@cache
def profile_of(kind: PackageKind) -> PackageProfile:
    """Return a package profile as its file says it."""
    return PackageProfile(kind=kind, **_read(kind.value))


def _read(name: str) -> dict[str, Any]:
    said = yaml.safe_load((files("sip") / "profiles" / f"{name}.yaml").read_text(encoding="utf-8"))
    base = said.pop("based_on", None)
    return said if base is None else {**_read(base), **said}


FGS_2_0 = profile_of(PackageKind.FGS_2_0)
