"""What may be wrong with mandates and mail, and who has not yet read the guideline."""

from collections.abc import Iterator
from datetime import datetime

from register.answers import authorised
from register.attention.channels import SOON, depends_on
from register.attention.finding import GRACE, Finding, FindingKind, Responsible, day_of, last_day, of_channel, since
from register.known import Known, Segment
from register.language import Text
from register.store.channels import ChannelRecord
from register.store.guidelines import Acknowledgement, Guideline
from register.store.mandates import Mandate
from register.store.organisation import Administration, Person, Role

PRIVATE_DOMAINS = frozenset(
    """gmail.com googlemail.com outlook.com outlook.se hotmail.com hotmail.se live.com live.se msn.com icloud.com me.com
    mac.com yahoo.com yahoo.se ymail.com aol.com proton.me protonmail.com tutanota.com tuta.com gmx.com gmx.net mail.com
    telia.com telia.se comhem.se tele2.se bredband.net bredbandsbolaget.se bahnhof.se spray.se passagen.se swipnet.se
    home.se glocalnet.net ownit.nu zoho.com fastmail.com yandex.com mail.ru""".split()  # noqa: SIM905 - read as text
)
"""Where people have mail of their own. Where a förvaltning's domains are said, those alone are right."""


def of_mandates(register: Known, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the mandates of a channel in use."""
    for each in authorised(register, channel.entry, at):
        mandate = each.mandate
        name = each.person.name if each.person is not None else each.entry
        if each.person is None:
            left = _left(register, each.entry, at) or mandate.valid_from
            yield _on(
                register, channel, each.entry, at, FindingKind.PERSON_LEFT, left, 5,
                Text(
                    f"{name} har uppdrag i {channel.name} men är inte anställd enligt registret",
                    f"{name} has a mandate in {channel.name} but is not employed, says the register",
                ),
            )  # fmt: skip
        elif each.appointment is None:
            began = _unappointed(register, channel, each.entry, at)
            yield _on(
                register, channel, each.entry, at, FindingKind.WITHOUT_APPOINTMENT, began, 5,
                Text(
                    f"{name} har uppdrag i {channel.name} utan förvaltningschefens beslut om utseende",
                    f"{name} has a mandate in {channel.name} without the director's decision to appoint",
                ),
            )  # fmt: skip
        if not mandate.as_employee:
            yield _on(
                register, channel, each.entry, at, FindingKind.NOT_AS_EMPLOYEE, mandate.valid_from, 15,
                Text(
                    f"uppdraget för {name} i {channel.name} säger inte att det är som tjänsteperson",
                    f"the mandate of {name} in {channel.name} does not say that it is as an employee",
                ),
            )  # fmt: skip
    yield from _expiring(register, channel, at)


def _unappointed(register: Known, channel: ChannelRecord, entry: str, at: datetime) -> datetime:
    """Return since when somebody has had a mandate without being appointed."""

    def lacking(moment: datetime) -> bool:
        return any(
            each.entry == entry and each.appointment is None for each in authorised(register, channel.entry, moment)
        )

    return since(lacking, depends_on(register, channel.entry), at)


def _expiring(register: Known, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    given = register.segments(Mandate, channel=channel.entry)
    for segment in given:
        end = segment.end
        if not segment.covers(at) or end is None or end - at > SOON:
            continue
        if any(other.said.person == segment.said.person and other.covers(end) for other in given):
            continue
        person = register.one(Person, segment.said.person, at)
        name = person.name if person is not None else segment.said.person
        yield Finding(
            kind=FindingKind.MANDATE_EXPIRES,
            channel=channel.entry,
            person=segment.said.person,
            said=Text(
                f"uppdraget för {name} i {channel.name} löper ut {last_day(end)}",
                f"the mandate of {name} in {channel.name} ends on {last_day(end)}",
            ),
            responsible=of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR),
            since=end - SOON,
            due=last_day(end),
            duty=14,
        )


def of_mail(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    """Yield the mail addresses of a channel in use, and of who has a mandate in it, that are personal."""
    channel = segment.said
    domains = _domains(register, at)
    if channel.account_email is not None and is_personal(channel.account_email, domains):
        yield _on(
            register, channel, None, at, FindingKind.PERSONAL_EMAIL, segment.start, 20,
            Text(
                f"kontot för {channel.name} är kopplat till {channel.account_email}, som inte är kommunens",
                f"the account of {channel.name} is tied to {channel.account_email}, which is not the municipality's",
            ),
        )  # fmt: skip
    for entry in sorted({said.person for said in register.holding(Mandate, at, channel=channel.entry)}):
        person = register.one(Person, entry, at)
        if person is not None and person.email is not None and is_personal(person.email, domains):
            yield _on(
                register, channel, entry, at, FindingKind.PERSONAL_EMAIL, person.valid_from, 20,
                Text(
                    f"{person.name} administrerar {channel.name} med {person.email}, som inte är kommunens",
                    f"{person.name} administers {channel.name} with {person.email}, which is not the municipality's",
                ),
            )  # fmt: skip


def is_personal(email: str, domains: frozenset[str]) -> bool:
    """Return whether a mail address is somebody's own: outside `domains`; if there are none, at a known provider."""
    domain = email.rpartition("@")[2].casefold().rstrip(".")
    if domains:
        return not any(domain == own or domain.endswith(f".{own}") for own in domains)
    return domain in PRIVATE_DOMAINS


def of_guidelines(register: Known, at: datetime) -> Iterator[Finding]:
    """Yield who has a mandate and has not acknowledged a guideline that is in force, and what is to be reviewed."""
    first: dict[str, datetime] = {}
    for said in register.holding(Mandate, at):
        first[said.person] = min(said.valid_from, first.get(said.person, said.valid_from))
    for segment in register.segments(Guideline):
        if not segment.covers(at):
            continue
        guideline = segment.said
        yield from _review(register, guideline, at)
        for entry, began in sorted(first.items()):
            person = register.one(Person, entry, at)
            read = register.holding(Acknowledgement, at, person=entry, guideline=guideline.entry)
            if person is None or any(said.edition == guideline.edition for said in read):
                continue
            start = max(began, segment.start)
            yield Finding(
                kind=FindingKind.NOT_ACKNOWLEDGED,
                person=entry,
                said=Text(
                    f"{person.name} har inte kvitterat {guideline.name}, {guideline.edition}",
                    f"{person.name} has not acknowledged {guideline.name}, {guideline.edition}",
                ),
                responsible=Responsible(role="behörig användare", people=(person,)),
                since=start,
                due=day_of(start + GRACE),
                duty=21,
            )


def _review(register: Known, guideline: Guideline, at: datetime) -> Iterator[Finding]:
    if guideline.review is None or day_of(at + SOON) < guideline.review:
        return
    person = register.one(Person, guideline.responsible, at)
    yield Finding(
        kind=FindingKind.GUIDELINE_REVIEW,
        said=Text(
            f"{guideline.name}, {guideline.edition} ska ses över {guideline.review}",
            f"{guideline.name}, {guideline.edition} is to be reviewed on {guideline.review}",
        ),
        responsible=Responsible(role=Role.CHANCELLOR, people=(person,) if person is not None else ()),
        since=at,
        due=guideline.review,
        duty=13,
    )


def _domains(register: Known, at: datetime) -> frozenset[str]:
    return frozenset(
        domain.casefold().lstrip("@")
        for said in register.holding(Administration, at)
        for domain in (said.email_domains or "").replace(",", " ").split()
    )


def _left(register: Known, entry: str, at: datetime) -> datetime | None:
    ends = [part.end for part in register.timelines(Person).get(entry, ()) if part.end is not None and part.end <= at]
    return max(ends, default=None)


def _on(  # noqa: PLR0913, PLR0917 - the parts of a finding
    register: Known,
    channel: ChannelRecord,
    person: str | None,
    at: datetime,
    kind: FindingKind,
    began: datetime,
    duty: int,
    said: Text,
) -> Finding:
    return Finding(
        kind=kind,
        channel=channel.entry,
        person=person,
        said=said,
        responsible=of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR),
        since=began,
        due=day_of(began + GRACE),
        duty=duty,
    )
