"""Writes PREMIS 3.0: every file with size, digest, format and original name, and what was done by whom.

Follows E-ARK's CITS Preservation Metadata (PM28-PM43). A format has its PRONOM key where it was recognised
(`sip.identify`): a key nobody looked up would be a guess.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from register.format_profile import Checksum
from register.model import Agent, Event
from sip.archive import StoredFile
from sip.fgs import PREMIS_VERSION
from sip.standards import PREMIS_SCHEMA
from sip.xmlstream import Sink, XmlStream, document

NAMESPACE = "http://www.loc.gov/premis/v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


REGISTRY = "PRONOM"


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """How the package as a whole relates to another one, by that one's OBJID."""

    kind: str
    subkind: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What one PREMIS document tells.

    `whole` names what the files make up together (a representation, or the package), with its `label`; an event that
    names no object is about it. `identifiers` gives the object that an event means by a file's name. `algorithm` is
    that of every file's checksum.
    """

    whole: str
    label: str
    algorithm: Checksum
    files: tuple[StoredFile, ...]
    identifiers: Mapping[str, str]
    events: tuple[Event, ...]
    agents: tuple[Agent, ...]
    relationship: Relationship | None = None


def write(sink: Sink, told: Provenance, *, schemas: str) -> None:
    """Write a PREMIS document into `sink`; `schemas` is the relative path of the schemas folder."""
    nsmap: dict[str | None, str] = {None: NAMESPACE, "xsi": _XSI}
    root = {"version": PREMIS_VERSION, f"{{{_XSI}}}schemaLocation": f"{NAMESPACE} {schemas}{PREMIS_SCHEMA}"}
    with document(sink, "premis", nsmap=nsmap, attributes=root) as xml:
        _write_whole(xml, told)
        for file in told.files:
            _write_file(xml, file, told.algorithm)
        for event in told.events:
            _write_event(xml, event, told)
        for agent in told.agents:
            _write_agent(xml, agent)


def timestamp(moment: datetime) -> str:
    """Return `moment` as xs:dateTime in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_whole(xml: XmlStream, told: Provenance) -> None:
    with xml.element("object", {f"{{{_XSI}}}type": "representation"}):
        _identifier(xml, "object", told.whole)
        xml.leaf("originalName", told.label)
        if told.relationship is not None:
            with xml.element("relationship"):
                xml.leaf("relationshipType", told.relationship.kind)
                xml.leaf("relationshipSubType", told.relationship.subkind)
                _identifier(xml, "relatedObject", told.relationship.to)


def _write_file(xml: XmlStream, file: StoredFile, algorithm: Checksum) -> None:
    with xml.element("object", {f"{{{_XSI}}}type": "file"}):
        _identifier(xml, "object", file.path)
        with xml.element("objectCharacteristics"):
            with xml.element("fixity"):
                xml.leaf("messageDigestAlgorithm", algorithm.value)
                xml.leaf("messageDigest", file.checksum)
            xml.leaf("size", str(file.size))
            with xml.element("format"):
                with xml.element("formatDesignation"):
                    xml.leaf("formatName", file.format_name)
                    if file.format_version is not None:
                        xml.leaf("formatVersion", file.format_version)
                if file.format_key is not None:
                    with xml.element("formatRegistry"):
                        xml.leaf("formatRegistryName", REGISTRY)
                        xml.leaf("formatRegistryKey", file.format_key)
        if file.original_name is not None:
            xml.leaf("originalName", file.original_name)


def _write_event(xml: XmlStream, event: Event, told: Provenance) -> None:
    with xml.element("event"):
        _identifier(xml, "event", event.identifier)
        xml.leaf("eventType", event.kind)
        xml.leaf("eventDateTime", timestamp(event.at))
        with xml.element("eventDetailInformation"):
            xml.leaf("eventDetail", event.detail)
        with xml.element("eventOutcomeInformation"):
            xml.leaf("eventOutcome", event.outcome)
        for agent in event.agents:
            _identifier(xml, "linkingAgent", agent)
        for name in event.objects or (told.whole,):
            # A name that no file bears stays as it is: our schema then refuses the document.
            _identifier(xml, "linkingObject", told.identifiers.get(name, name))


def _write_agent(xml: XmlStream, agent: Agent) -> None:
    with xml.element("agent"):
        _identifier(xml, "agent", agent.identifier)
        xml.leaf("agentName", agent.name)
        xml.leaf("agentType", agent.kind)
        if agent.version is not None:
            xml.leaf("agentVersion", agent.version)


def _identifier(xml: XmlStream, of: str, value: str) -> None:
    with xml.element(f"{of}Identifier"):
        xml.leaf(f"{of}IdentifierType", "local")
        xml.leaf(f"{of}IdentifierValue", value)


def unique(agents: Iterable[Agent]) -> tuple[Agent, ...]:
    """Return `agents` without repetition, in order; the same identifier with other content is kept, to be refused."""
    return tuple(dict.fromkeys(agents))
