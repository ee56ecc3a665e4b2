"""Starting and stopping that a channel is documented more often.

The guideline: "Om en speciell fråga debatteras bör detta uttag göras oftare."
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from register.errors import BadInputError, NotAllowedError
from register.known import known
from register.language import Text, swedish_time
from register.permission import authority
from register.store.channels import CaptureMode, ChannelRecord
from register.store.debates import Debate
from register.store.history import in_force

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_NOTHING = Text("Registret är som det var.", "The register is as it was.")


def every(words: str) -> int:
    """Return how many minutes *30m*, *1h* or *1d* are.

    Raises:
        BadInputError: it is none of those.
    """
    found = re.fullmatch(r"\s*(\d{1,4})\s*([mhd])\s*", words, re.IGNORECASE)
    if found is None:
        raise BadInputError(
            happened=Text(f"{words!r} är ingen tid.", f"{words!r} is no length of time."),
            safe=_NOTHING,
            next_step=Text("Ange till exempel 30m, 1h eller 1d.", "Give for instance 30m, 1h or 1d."),
        )
    return int(found[1]) * _MINUTES[found[2].lower()]


def start(session: Session, debate: Debate) -> None:
    """Enter a debate, if whoever answers for it may capture its channel then.

    Args:
        session: of `Store.writing`.
        debate: From when, until when, how often, for which case; `channel` is the channel's entry.

    Raises:
        NotAllowedError: there is no such channel, it may not be captured, or a debate of it is under way.
    """
    at = debate.valid_from
    register = known(session)
    channel = register.one(ChannelRecord, debate.channel, at)
    if channel is None:
        raise NotAllowedError(
            happened=Text(
                f"{debate.channel} finns inte i registret.", f"{debate.channel} is not in the register of channels."
            ),
            safe=_NOTHING,
            next_step=Text("Se vilka som finns: kanalarkiv channels list.", "See those: kanalarkiv channels list."),
        )
    authority(register, channel.address, debate.person, CaptureMode(channel.mode), at)
    before = debate_of(session, channel.entry, at)
    if before is not None:
        raise NotAllowedError(
            happened=Text(
                f"{channel.name} dokumenteras redan oftare, sedan {swedish_time(before.valid_from)} ({before.case}).",
                f"{channel.name} is captured more often already, since {swedish_time(before.valid_from)} "
                f"({before.case}).",
            ),
            safe=_NOTHING,
            next_step=Text(
                f"Avsluta den först: kanalarkiv debate stop {channel.entry}.",
                f"Stop that first: kanalarkiv debate stop {channel.entry}.",
            ),
        )
    session.add(debate)
    session.flush()


def stop(session: Session, channel: str, *, at: datetime, by: str, reason: str | None = None) -> Debate:
    """Enter that a channel is documented as usual again, and return the debate that ended.

    Raises:
        NotAllowedError: no debate of it is under way.
    """
    debate = debate_of(session, channel, at)
    if debate is None:
        raise NotAllowedError(
            happened=Text(f"Ingen debatt i {channel} dokumenteras.", f"No debate in {channel} is documented."),
            safe=_NOTHING,
            next_step=Text("Se vilka som pågår: kanalarkiv debate status.", "See those: kanalarkiv debate status."),
        )
    session.add(
        Debate(
            entry=debate.entry,
            valid_from=at,
            recorded_at=at,
            recorded_by=by,
            ended=True,
            reason=reason,
            channel=debate.channel,
            minutes=debate.minutes,
            case=debate.case,
            person=debate.person,
        )
    )
    session.flush()
    return debate


def debate_of(session: Session, channel: str, at: datetime) -> Debate | None:
    """Return the debate under way in a channel (its entry) at a moment, None if there is none."""
    found = in_force(session, Debate, Debate.channel == channel, at=at)
    return found[0] if found else None


def under_way(session: Session, at: datetime) -> Sequence[Debate]:
    """Return the debates under way at a moment, by their channels' entries."""
    return sorted(in_force(session, Debate, at=at), key=lambda debate: debate.channel)
