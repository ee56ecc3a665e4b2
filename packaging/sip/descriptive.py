"""Writes what a finding aid needs: simple Dublin Core for every receiver, and EAD3 for the archive's register.

EAD3 1.1.1 is what Swedish *arkivredovisning* builds on; one description unit, the captured channel.
"""

from datetime import datetime

from register.language import Language
from register.model import Submission
from sip.premis import timestamp
from sip.xmlstream import Sink, XmlStream, document

_DC = "http://purl.org/dc/elements/1.1/"
_EAD = "http://ead3.archivists.org/schema/"


def write_dublin_core(sink: Sink, submission: Submission, *, now: datetime) -> None:
    """Write Dublin Core (the fifteen elements) about the package into `sink`."""
    channel = submission.channel
    with document(sink, "simpledc", nsmap={None: _DC}) as xml:
        xml.leaf("title", submission.label)
        xml.leaf("creator", channel.records_creator.name)
        xml.leaf("publisher", channel.submitting.name)
        xml.leaf("subject", f"{channel.name} ({channel.platform})")
        xml.leaf("description", submission.abstract)
        xml.leaf("description", _completeness(submission))
        xml.leaf("date", timestamp(now))
        xml.leaf("type", "Collection")
        xml.leaf("identifier", submission.object_id)
        xml.leaf("source", channel.url)
        xml.leaf("language", "sv")
        xml.leaf("coverage", _period(submission))


def write_ead(sink: Sink, submission: Submission, *, now: datetime) -> None:
    """Write an EAD3 description of the channel into `sink`."""
    with document(sink, "ead", nsmap={None: _EAD}) as xml:
        _write_control(xml, submission, now)
        with xml.element("archdesc", {"level": "series"}):
            _write_identification(xml, submission)
            with xml.element("scopecontent"):
                xml.leaf("p", submission.abstract)
                xml.leaf("p", _completeness(submission))


def _write_control(xml: XmlStream, submission: Submission, now: datetime) -> None:
    with xml.element("control"):
        xml.leaf("recordid", submission.object_id)
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


def _write_identification(xml: XmlStream, submission: Submission) -> None:
    channel = submission.channel
    with xml.element("did"):
        with xml.element("repository"), xml.element("corpname"):
            xml.leaf("part", channel.archive.name)
        with xml.element("origination"), xml.element("corpname", {"identifier": channel.records_creator.identity_code}):
            xml.leaf("part", channel.records_creator.name)
        xml.leaf("unittitle", submission.label)
        xml.leaf("unitid", channel.reference_code or submission.object_id)
        xml.leaf("unitdate", _period(submission), {"unitdatetype": "inclusive"})
        with xml.element("daoset", {"label": "Representationer"}):
            for representation in sorted(submission.representations, key=lambda each: each.name):
                href = f"../../representations/{representation.name}/METS.xml"
                dao = {"daotype": "borndigital", "href": href, "linktitle": representation.label}
                xml.leaf("dao", None, dao)


def _period(submission: Submission) -> str:
    period = submission.period
    start = timestamp(period.start) if period.start is not None else ".."
    return f"{start}/{timestamp(period.end)}"  # EDTF interval: an open start is ".."


def _completeness(submission: Submission) -> str:
    return f"Fullständighet: {submission.verdict.label.spoken(Language.SWEDISH)}."
