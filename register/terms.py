"""What `kanalarkiv.toml` says of the records as an e-archive reads them, in the archivist's words.

`[leverans]` says it of all channels, and a `[[kanal]]` of its own where it differs.
"""

from pydantic import BaseModel, ConfigDict, Field

from register.model import AgreementForm, Appraisal, Contact, Organisation, Restriction, Terms

CODE = r"^(ORG|VAT|DUNS|HSA|Local|URI):\S.*$"
"""An identity code with its prefix, as FGS writes it."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(_Section):
    """An organisation."""

    name: str = Field(alias="namn", min_length=1)
    code: str = Field(alias="identitetskod", pattern=CODE)

    def organisation(self) -> Organisation:
        """Return it as the rest of the program knows it."""
        return Organisation(name=self.name, identity_code=self.code)


class ContactPerson(_Section):
    """Who answers questions about a delivery."""

    name: str = Field(alias="namn", min_length=1)
    details: str = Field(alias="kontakt", min_length=1)


class ChannelTerms(_Section):
    """What may differ from channel to channel; None is *not said*."""

    reference_code: str | None = Field(default=None, alias="referenskod", min_length=1)
    appraisal: Appraisal | None = Field(default=None, alias="gallring")
    appraisal_decision: str | None = Field(default=None, alias="gallringsbeslut", min_length=1)
    restriction: Restriction | None = Field(default=None, alias="skydd")
    restriction_note: str | None = Field(default=None, alias="skydd_kommentar", min_length=1)
    information_class: str | None = Field(default=None, alias="informationsklass", min_length=1)
    case_number: str | None = Field(default=None, alias="diarienummer", min_length=1)


class DeliveryTerms(ChannelTerms):
    """What is said of every delivery."""

    information_owner: Body | None = Field(default=None, alias="informationsagare")
    producer: Body | None = Field(default=None, alias="producent")
    sender: Body | None = Field(default=None, alias="avsandare")
    adviser: Body | None = Field(default=None, alias="konsult")
    contact: ContactPerson | None = Field(default=None, alias="kontaktperson")
    agreement_form: AgreementForm | None = Field(default=None, alias="avtalsform")
    previous_agreement: str | None = Field(default=None, alias="tidigare_overenskommelse", min_length=1)
    previous_reference_code: str | None = Field(default=None, alias="tidigare_referenskod", min_length=1)
    archival_name: str | None = Field(default=None, alias="arkivets_namn", min_length=1)
    system_type: str | None = Field(default=None, alias="systemtyp", min_length=1)
    delivery_session: str | None = Field(default=None, alias="omgang", min_length=1)
    package_number: str | None = Field(default=None, alias="ordningsnummer", min_length=1)

    def terms(self, channel: ChannelTerms | None, *, source_system: str | None) -> Terms:
        """Return these terms for one channel, whose own win where it has any; see `Terms.source_system`."""
        own = {name: getattr(channel, name) for name in ChannelTerms.model_fields} if channel is not None else {}
        said = {name: getattr(self, name) for name in ChannelTerms.model_fields}
        said |= {name: value for name, value in own.items() if value is not None}
        return Terms(
            source_system=source_system,
            system_type=self.system_type,
            information_owner=_organisation(self.information_owner),
            producer=_organisation(self.producer),
            sender=_organisation(self.sender),
            adviser=_organisation(self.adviser),
            contact=None if self.contact is None else Contact(name=self.contact.name, details=self.contact.details),
            agreement_form=self.agreement_form,
            previous_agreement=self.previous_agreement,
            previous_reference_code=self.previous_reference_code,
            archival_name=self.archival_name,
            delivery_session=self.delivery_session,
            package_number=self.package_number,
            appraisal=said["appraisal"],
            appraisal_decision=said["appraisal_decision"],
            restriction=said["restriction"],
            restriction_note=said["restriction_note"],
            information_class=said["information_class"],
            case_number=said["case_number"],
        )


def _organisation(body: Body | None) -> Organisation | None:
    return None if body is None else body.organisation()
