"""The nouns that travel between capture, package and archive. Frozen; times are UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from register.language import Text


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A body that answers for records.

    `identity_code` carries its prefix, as FGS writes it: `ORG:212000-1520`, `VAT:`, `DUNS:`, `HSA:`, `Local:`, `URI:`.
    """

    name: str
    identity_code: str


class RecordStatus(StrEnum):
    """`metsHdr/@RECORDSTATUS` (E-ARK SIP3)."""

    NEW = "NEW"
    SUPPLEMENT = "SUPPLEMENT"
    REPLACEMENT = "REPLACEMENT"
    TEST = "TEST"


class Appraisal(StrEnum):
    """What becomes of the records (*gallring*)."""

    PRESERVE = "bevaras"
    DISPOSE = "gallras"


class Restriction(StrEnum):
    """What the records hold that not everybody may see."""

    NONE = "ingen"
    SECRECY = "sekretess"
    PERSONAL_DATA = "personuppgifter"
    BOTH = "sekretess och personuppgifter"


class AgreementForm(StrEnum):
    """How the records come to the archive (*avtalsform*)."""

    TRANSFER = "leverans"
    DEPOSIT = "deposition"
    GIFT = "gava"
    UNSTATED = "ej angiven"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody who answers questions about a delivery; `details` is a telephone number or an e-mail address."""

    name: str
    details: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What decisions and the agreement say of the records, as an e-archive reads it; None is *not said*.

    `source_system` is the *källsystem* (else the platform), `information_owner` the *informationsägare* (else the
    records creator), `producer`, `sender` and `adviser` the *producerande* and *avsändande organisation* and the
    *konsult*. `appraisal_decision` names the decision behind `appraisal`, `restriction_note` the paragraphs or the
    reason behind `restriction`. `information_class` is the classification (KLASSA), `case_number` the *diarienummer*
    of the case that collects the deliveries, `archival_name` the *arkivets namn*, `delivery_session` the
    *leveransomgång* and `package_number` which package of it this is.
    """

    source_system: str | None = None
    system_type: str | None = None
    information_owner: Organisation | None = None
    producer: Organisation | None = None
    sender: Organisation | None = None
    adviser: Organisation | None = None
    contact: Contact | None = None
    agreement_form: AgreementForm | None = None
    previous_agreement: str | None = None
    previous_reference_code: str | None = None
    archival_name: str | None = None
    delivery_session: str | None = None
    package_number: str | None = None
    appraisal: Appraisal | None = None
    appraisal_decision: str | None = None
    restriction: Restriction | None = None
    restriction_note: str | None = None
    information_class: str | None = None
    case_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stewardship:
    """Who looks after a channel and why it is there, as the register said it at the capture; None is *not said*.

    `administration` is the förvaltning and `unit` the part of it, `purpose` and `target_group` why and for whom the
    channel is, `responsible` the person with the daily responsibility. `captured_by` says who captured it by which
    mandate, `decisions` which decisions on the channel were in force, `guideline` which edition of the guideline.
    """

    administration: str | None = None
    unit: str | None = None
    purpose: str | None = None
    target_group: str | None = None
    responsible: str | None = None
    captured_by: str | None = None
    decisions: tuple[str, ...] = ()
    guideline: str | None = None


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One channel on one platform, and who answers for it.

    `records_creator` is the *arkivbildare* (a board, not a unit), `submitting` the *levererande organisation*,
    `archive` the receiving e-archive, `submission_agreement` the *leveransöverenskommelse* (designation; date).
    `earlier_package` is the OBJID, as its METS states it, of the package that a SUPPLEMENT adds to or a REPLACEMENT
    takes the place of. `stewardship` is what the register says beside.
    """

    name: str
    platform: str
    url: str
    records_creator: Organisation
    submitting: Organisation
    archive: Organisation
    submission_agreement: str
    reference_code: str | None
    record_status: RecordStatus
    earlier_package: str | None = None
    terms: Terms = Terms()
    stewardship: Stewardship = Stewardship()


@dataclass(frozen=True, kw_only=True)
class Period:
    """What a capture covers. `start` None means the channel's whole history as shown."""

    start: datetime | None
    end: datetime


class Verdict(StrEnum):
    """What the completeness statement (*fullständighetsintyg*) concludes."""

    COMPLETE = "complete"
    EXPLAINED_GAPS = "complete-with-explained-gaps"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> Text:
        """The verdict as a person reads it."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.COMPLETE: Text("fullständig", "complete"),
    Verdict.EXPLAINED_GAPS: Text("fullständig med förklarade luckor", "complete with explained gaps"),
    Verdict.INCOMPLETE: Text("ofullständig", "incomplete"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Artefact:
    """One file that a capture leaves, with what a package must say of it.

    `name` is its path inside the representation or documentation folder, POSIX style. `format_version` is the
    version of the format where it has one ("2a" for PDF/A-2a), else None.
    """

    path: Path
    name: str
    media_type: str
    format_name: str
    format_version: str | None
    created: datetime


@dataclass(frozen=True, kw_only=True)
class Agent:
    """Somebody or something that acted (PREMIS agent). `kind`: software, person or organization."""

    identifier: str
    name: str
    kind: str
    version: str | None


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that was done to or found about the files (PREMIS event).

    `kind` is a term of the Library of Congress event-type vocabulary where it has one (capture, validation,
    message digest calculation, packaging ...). `objects` are names of artefacts; empty means the whole representation.
    `agents` are identifiers of agents.
    """

    identifier: str
    kind: str
    at: datetime
    detail: str
    outcome: str
    agents: tuple[str, ...]
    objects: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Representation:
    """One rendering of the channel inside a package, with the events and agents its PREMIS file names."""

    name: str
    label: str
    files: tuple[Artefact, ...]
    events: tuple[Event, ...]
    agents: tuple[Agent, ...]


@dataclass(frozen=True, kw_only=True)
class Submission:
    """All that a package is built from: the files, and what is said of them.

    `object_id` becomes OBJID, folder name and file name. `abstract` describes the capture in one sentence.
    `software_version` is this program's own version.
    """

    object_id: str
    label: str
    abstract: str
    channel: Channel
    period: Period
    verdict: Verdict
    representations: tuple[Representation, ...]
    documentation: tuple[Artefact, ...]
    schemas: tuple[Artefact, ...]
    software_version: str


@dataclass(frozen=True, kw_only=True)
class Package:
    """A sealed package (*överföringspaket*, SIP) on disk. `sha256` is the digest of the file, lower-case hex."""

    object_id: str
    path: Path
    size: int
    sha256: str


class DeliveryOutcome(StrEnum):
    """What a delivery did."""

    DELIVERED = "delivered"
    ALREADY_DELIVERED = "already-delivered"
