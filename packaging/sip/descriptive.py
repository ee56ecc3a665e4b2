"""Writes what a finding aid needs: simple Dublin Core for every receiver, and EAD3 for the archive's register.

EAD3 1.1.1 is what Swedish *arkivredovisning* builds on; one description unit, the captured channel.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from register.language import Language
from register.model import AgreementForm, Appraisal, RecordStatus, Restriction, Submission
from sip.fgs import PackageProfile
from sip.fields import information_owner, source_system
from sip.premis import timestamp
from sip.xmlstream import Sink, XmlStream, document

_DC = "http://purl.org/dc/elements/1.1/"
_EAD = "http://ead3.archivists.org/schema/"


_DISPOSAL = {Appraisal.PRESERVE: "Handlingarna bevaras.", Appraisal.DISPOSE: "Handlingarna gallras."}
_RESTRICTIONS = {
    Restriction.NONE: "Inga uppgifter som omfattas av sekretess eller dataskydd är kända.",
    Restriction.SECRECY: "Innehåller uppgifter som kan omfattas av sekretess.",
    Restriction.PERSONAL_DATA: "Innehåller personuppgifter.",
    Restriction.BOTH: "Innehåller personuppgifter och uppgifter som kan omfattas av sekretess.",
}
_FORMS = {
    AgreementForm.TRANSFER: "överlämnande",
    AgreementForm.DEPOSIT: "deposition",
    AgreementForm.GIFT: "gåva",
    AgreementForm.UNSTATED: "ej angiven",
}


def write_dublin_core(sink: Sink, submission: Submission, profile: PackageProfile, *, now: datetime) -> None:
    """Write Dublin Core (the fifteen elements) about the package into `sink`."""
    channel, terms = submission.channel, submission.channel.terms
    with document(sink, "simpledc", nsmap={None: _DC}) as xml:
        xml.leaf("title", submission.label)
        xml.leaf("creator", channel.records_creator.name)
        xml.leaf("publisher", channel.submitting.name)
        _leaves(xml, "contributor", (each.name for each in (terms.producer, terms.sender, terms.adviser) if each))
        xml.leaf("subject", f"{channel.name} ({channel.platform})")
        xml.leaf("description", submission.abstract)
        xml.leaf("description", _completeness(submission))
        xml.leaf("date", timestamp(now))
        xml.leaf("type", "Collection")
        _leaves(xml, "identifier", (profile.identity(submission.object_id), channel.reference_code, terms.case_number))
        xml.leaf("source", channel.url)
        xml.leaf("language", "sv")
        _leaves(xml, "relation", earlier(submission))
        xml.leaf("coverage", _period(submission))
        _leaves(xml, "rights", (*_restricted(submission), *_disposal(submission)))


def write_ead(sink: Sink, submission: Submission, profile: PackageProfile, *, now: datetime, data: str) -> None:
    """Write an EAD3 description of the channel into `sink`; `data` is where each representation lies, by its name."""
    with document(sink, "ead", nsmap={None: _EAD}) as xml:
        _write_control(xml, submission, profile, now)
        with xml.element("archdesc", {"level": "series"}):
            _write_identification(xml, submission, profile, data)
            _paragraphs(xml, "scopecontent", (submission.abstract, _completeness(submission), *_purpose(submission)))
            _paragraphs(xml, "accessrestrict", _restricted(submission))
            _paragraphs(xml, "appraisal", _disposal(submission))
            _paragraphs(xml, "custodhist", _custody(submission))
            _paragraphs(xml, "acqinfo", _acquisition(submission))
            _paragraphs(xml, "relatedmaterial", earlier(submission))


def _write_control(xml: XmlStream, submission: Submission, profile: PackageProfile, now: datetime) -> None:
    with xml.element("control"):
        xml.leaf("recordid", profile.identity(submission.object_id))
        with xml.element("filedesc"), xml.element("titlestmt"):
            xml.leaf("titleproper", submission.label)
        xml.leaf("maintenancestatus", None, {"value": "new"})
        with xml.element("maintenanceagency"):
            xml.leaf("agencyname", submission.channel.submitting.name)
        with xml.element("maintenancehistory"), xml.element("maintenanceevent"):
            xml.leaf("eventtype", None, {"value": "created"})
            xml.leaf("eventdatetime", timestamp(now), {"standarddatetime": timestamp(now)})
            xml.leaf("agenttype", None, {"value": "machine"})
            xml.leaf("agent", f"Kanalarkiv {submission.software_version}")


def _write_identification(xml: XmlStream, submission: Submission, profile: PackageProfile, data: str) -> None:
    channel, terms = submission.channel, submission.channel.terms
    with xml.element("did"):
        with xml.element("repository"), xml.element("corpname"):
            xml.leaf("part", channel.archive.name)
        with xml.element("origination"), xml.element("corpname", {"identifier": channel.records_creator.identity_code}):
            xml.leaf("part", channel.records_creator.name)
        xml.leaf("unittitle", submission.label)
        xml.leaf("unitid", channel.reference_code or profile.identity(submission.object_id))
        for label, value in (("Diarienummer", terms.case_number), ("Informationsklass", terms.information_class)):
            if value is not None:
                xml.leaf("unitid", value, {"label": label})
        xml.leaf("unitdate", _period(submission), {"unitdatetype": "inclusive"})
        with xml.element("daoset", {"label": "Representationer"}):
            for representation in sorted(submission.representations, key=lambda each: each.name):
                href = data.format(name=representation.name)
                dao = {"daotype": "borndigital", "href": href, "linktitle": representation.label}
                xml.leaf("dao", None, dao)


def _restricted(submission: Submission) -> Iterator[str]:
    terms = submission.channel.terms
    if terms.restriction is not None:
        yield _RESTRICTIONS[terms.restriction]
    if terms.restriction_note is not None:
        yield terms.restriction_note


def _disposal(submission: Submission) -> Iterator[str]:
    terms = submission.channel.terms
    if terms.appraisal is not None:
        yield _DISPOSAL[terms.appraisal]
    if terms.appraisal_decision is not None:
        yield f"Beslut: {terms.appraisal_decision}"


def _purpose(submission: Submission) -> Iterator[str]:
    said = submission.channel.stewardship
    yield from _labelled(("Syfte", said.purpose), ("Målgrupp", said.target_group))


def _custody(submission: Submission) -> Iterator[str]:
    channel, terms, said = submission.channel, submission.channel.terms, submission.channel.stewardship
    owner = information_owner(channel)
    yield f"Informationsägare: {owner.name} ({owner.identity_code})"
    yield f"Källsystem: {source_system(channel)}, {channel.url}"
    yield from _labelled(
        ("Arkiv", terms.archival_name),
        ("Systemtyp", terms.system_type),
        ("Förvaltning", said.administration),
        ("Enhet", said.unit),
        ("Dagligt ansvarig", said.responsible),
        ("Riktlinje", said.guideline),
        *(("Beslut", decision) for decision in said.decisions),
    )
    if terms.producer is not None:
        yield f"Producerande organisation: {terms.producer.name} ({terms.producer.identity_code})"


def _acquisition(submission: Submission) -> Iterator[str]:
    channel, terms = submission.channel, submission.channel.terms
    yield f"Levererande organisation: {channel.submitting.name} ({channel.submitting.identity_code})"
    yield f"Leveransöverenskommelse: {channel.submission_agreement}"
    if terms.agreement_form is not None:
        yield f"Avtalsform: {_FORMS[terms.agreement_form]}"
    yield from _labelled(
        ("Insamlad av", channel.stewardship.captured_by),
        ("Tidigare leveransöverenskommelse", terms.previous_agreement),
        ("Tidigare referenskod", terms.previous_reference_code),
        ("Leveransomgång", terms.delivery_session),
        ("Paketets ordningsnummer", terms.package_number),
    )
    if terms.contact is not None:
        yield f"Kontaktperson: {terms.contact.name}, {terms.contact.details}"


def _labelled(*said: tuple[str, str | None]) -> Iterator[str]:
    """Yield what is said, each with its label."""
    yield from (f"{label}: {value}" for label, value in said if value is not None)


def earlier(submission: Submission) -> Iterator[str]:
    """Yield the sentence that says which earlier package this one replaces or adds to, if there is one."""
    channel = submission.channel
    if channel.earlier_package is not None:
        does = "Ersätter" if channel.record_status is RecordStatus.REPLACEMENT else "Kompletterar"
        yield f"{does} paketet {channel.earlier_package}"


def _paragraphs(xml: XmlStream, name: str, paragraphs: Iterable[str]) -> None:
    """Write an element of paragraphs, unless there is nothing to say."""
    said = tuple(paragraphs)
    if said:
        with xml.element(name):
            for paragraph in said:
                xml.leaf("p", paragraph)


def _leaves(xml: XmlStream, name: str, values: Iterable[str | None]) -> None:
    for value in values:
        if value is not None:
            xml.leaf(name, value)


def _period(submission: Submission) -> str:
    period = submission.period
    start = timestamp(period.start) if period.start is not None else ".."
    return f"{start}/{timestamp(period.end)}"  # EDTF interval: an open start is ".."


def _completeness(submission: Submission) -> str:
    return f"Fullständighet: {submission.verdict.label.spoken(Language.SWEDISH)}."
