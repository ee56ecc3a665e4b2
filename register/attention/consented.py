"""Posts that are to be taken down because a consent was withdrawn."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from register.attention.finding import Finding, FindingKind, Responsible, day_of, of_channel
from register.consents import CONSENT, Concerned, PostState, concerned
from register.known import Known
from register.language import Text
from register.store.channels import ChannelRecord
from register.store.organisation import Person, Role

TAKEN_DOWN_WITHIN = timedelta(days=7)


def of_consents(register: Known, at: datetime) -> Iterator[Finding]:
    """Yield, of each consent that was withdrawn, the posts in a channel that are not known to be down."""
    remaining: dict[tuple[str, str], list[Concerned]] = defaultdict(list)
    for each in concerned(register, at):
        if each.state is not PostState.DOWN:
            remaining[each.consent.channel, each.consent.reference].append(each)
    for (entry, reference), posts in sorted(remaining.items()):
        channel = register.one(ChannelRecord, entry, at)
        withdrawn = min(each.withdrawn for each in posts)
        name = channel.name if channel is not None else entry
        yield Finding(
            kind=FindingKind.CONSENT_WITHDRAWN,
            channel=entry,
            said=Text(
                f"{name}: samtycket {reference} är återkallat, {len(posts)} inlägg är kvar att ta ned",
                f"{name}: the consent {reference} is withdrawn, {len(posts)} posts are still to be taken down",
            ),
            responsible=_who(register, channel, at),
            since=withdrawn,
            due=day_of(withdrawn + TAKEN_DOWN_WITHIN),
            duty=CONSENT,
        )


def _who(register: Known, channel: ChannelRecord | None, at: datetime) -> Responsible:
    person = register.one(Person, channel.responsible if channel is not None else None, at)
    if person is not None:
        return Responsible(role="dagligt ansvarig", people=(person,))
    if channel is not None:
        return of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
    return Responsible(role="dagligt ansvarig", people=())
