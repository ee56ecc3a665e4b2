"""Every field that an e-archive reads, where its value comes from, and which of them are missing.

A missing mandatory field is to stop a run before anything is captured: ask `missing_fields` first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from register.language import Text
from register.model import Appraisal, Channel, Organisation, RecordStatus
from sip.fgs import PackageProfile


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field: what a person calls it, the key of `kanalarkiv.toml` that says it, and how it is read off a channel."""

    says: Text
    key: str
    of: Callable[[Channel], str | None]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A field that must be said and is not; `key` is where in `kanalarkiv.toml` to say it."""

    field: str
    says: Text
    key: str


def information_owner(channel: Channel) -> Organisation:
    """Return the *informationsägare*: the records creator unless somebody else is named."""
    return channel.terms.information_owner or channel.records_creator


def source_system(channel: Channel) -> str:
    """Return the *källsystem*: the platform unless something else is named."""
    return channel.terms.source_system or channel.platform


def _name(body: Organisation | None) -> str | None:
    return body.name if body is not None else None


_EARLIER = Field(
    says=Text("tidigare paket", "the earlier package"), key="--replaces, --supplements", of=lambda c: c.earlier_package
)
_DECISION = Field(
    says=Text("gallringsbeslut", "the decision on disposal"),
    key="leverans.gallringsbeslut",
    of=lambda c: c.terms.appraisal_decision,
)

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        name: Field(says=Text(sv, en), key=key, of=of)
        for name, sv, en, key, of in (
            ("records_creator", "arkivbildare", "records creator", "arkivbildare.namn",
             lambda c: c.records_creator.name),
            ("records_creator_code", "arkivbildarens identitetskod", "the records creator's identity code",
             "arkivbildare.identitetskod", lambda c: c.records_creator.identity_code),
            ("submitting", "levererande organisation", "submitting organisation", "leverans.organisation",
             lambda c: c.submitting.name),
            ("submitting_code", "levererande organisations identitetskod",
             "the submitting organisation's identity code", "leverans.identitetskod",
             lambda c: c.submitting.identity_code),
            ("archive", "e-arkiv", "e-archive", "e_arkiv.namn", lambda c: c.archive.name),
            ("archive_code", "e-arkivets identitetskod", "the e-archive's identity code", "e_arkiv.identitetskod",
             lambda c: c.archive.identity_code),
            ("information_owner", "informationsägare", "information owner", "leverans.informationsagare",
             lambda c: information_owner(c).name),
            ("producer", "producerande organisation", "producing organisation", "leverans.producent",
             lambda c: _name(c.terms.producer)),
            ("sender", "avsändande organisation", "sending organisation", "leverans.avsandare",
             lambda c: _name(c.terms.sender)),
            ("adviser", "konsult", "adviser", "leverans.konsult", lambda c: _name(c.terms.adviser)),
            ("contact", "kontaktperson", "contact person", "leverans.kontaktperson",
             lambda c: c.terms.contact.name if c.terms.contact is not None else None),
            ("source_system", "källsystem", "source system", "kanal.kallsystem", source_system),
            ("system_type", "systemtyp", "type of system", "leverans.systemtyp", lambda c: c.terms.system_type),
            ("submission_agreement", "leveransöverenskommelse", "submission agreement", "leverans.overenskommelse",
             lambda c: c.submission_agreement),
            ("agreement_form", "avtalsform", "form of agreement", "leverans.avtalsform",
             lambda c: c.terms.agreement_form),
            ("previous_agreement", "tidigare leveransöverenskommelse", "previous submission agreement",
             "leverans.tidigare_overenskommelse", lambda c: c.terms.previous_agreement),
            ("reference_code", "referenskod", "reference code", "leverans.referenskod", lambda c: c.reference_code),
            ("previous_reference_code", "tidigare referenskod", "previous reference code",
             "leverans.tidigare_referenskod", lambda c: c.terms.previous_reference_code),
            ("archival_name", "arkivets namn", "name of the archive", "leverans.arkivets_namn",
             lambda c: c.terms.archival_name),
            ("delivery_session", "leveransomgång", "delivery session", "leverans.omgang",
             lambda c: c.terms.delivery_session),
            ("package_number", "paketets ordningsnummer", "package number", "leverans.ordningsnummer",
             lambda c: c.terms.package_number),
            ("appraisal", "gallring", "appraisal", "leverans.gallring", lambda c: c.terms.appraisal),
            ("restriction", "sekretess och personuppgifter", "secrecy and personal data", "leverans.skydd",
             lambda c: c.terms.restriction),
            ("information_class", "informationsklass", "information class", "leverans.informationsklass",
             lambda c: c.terms.information_class),
            ("case_number", "diarienummer", "case number", "leverans.diarienummer", lambda c: c.terms.case_number),
        )
    }
)  # fmt: skip


def missing_fields(channel: Channel, profile: PackageProfile) -> tuple[Missing, ...]:
    """Return what a package of `channel` must say by `profile` and could not; empty if it could be made.

    A supplement or a replacement must name the earlier package, and a disposal its decision, in every profile.
    """
    asked = {name: FIELDS[name] for name in profile.mandatory}
    if channel.record_status in (RecordStatus.SUPPLEMENT, RecordStatus.REPLACEMENT):
        asked["earlier_package"] = _EARLIER
    if channel.terms.appraisal is Appraisal.DISPOSE:
        asked["appraisal_decision"] = _DECISION
    return tuple(
        Missing(field=name, says=field.says, key=field.key)
        for name, field in asked.items()
        if not (field.of(channel) or "").strip()
    )
