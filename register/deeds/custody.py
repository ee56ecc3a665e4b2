"""That a person has seen to it that log-ins are where the register says: each half-year, and never with a password."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from register.answers import values
from register.attention.finding import day_of
from register.deeds.refusal import unusable
from register.known import Known
from register.language import Text
from register.store.channels import ChannelRecord
from register.store.custody import Custody
from register.store.organisation import Person


def confirm(
    session: Session,
    register: Known,
    channel: ChannelRecord,
    person: Person,
    *,
    what: str | None,
    at: datetime,
) -> Sequence[Custody]:
    """Take down that a person confirms where a channel's log-ins are kept: all of them, or only `what`.

    Raises:
        BadInputError: the register does not say of such a log-in where it is kept.
    """
    made = []
    for segment in register.segments(Custody, channel=channel.entry):
        if not segment.covers(at) or what not in (None, segment.said.what):
            continue
        said = {**values(segment.said), "confirmed_by": person.entry, "confirmed": day_of(at)}
        made.append(
            Custody(
                entry=segment.said.entry,
                valid_from=at,
                valid_to=segment.end,
                recorded_at=at,
                recorded_by=person.entry,
                reason=Text("bekräftad", "confirmed").sv,
                **said,  # type: ignore[arg-type]
            )
        )
    if not made:
        raise unusable(
            Text(
                f"Registret säger inte var {what or 'inloggningen'} till {channel.name} förvaras.",
                f"The register does not say where {what or 'the log-in'} of {channel.name} is kept.",
            ),
            Text("Skriv in det i bladet inloggningar.", "Enter it in the sheet inloggningar."),
        )
    session.add_all(made)
    session.flush()
    return made
