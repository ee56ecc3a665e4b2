"""How a duty is judged where nothing was found wanting: by a judge of its own, who is asked and answers.

A judge never says *met* of what it has not seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from register.duties.duty import Duty, State
from register.known import Known
from register.language import Text
from register.store.channels import ChannelRecord, ChannelStatus


@dataclass(frozen=True, kw_only=True)
class Question:
    """Of which duty something is asked, of which register, and of which moment."""

    duty: Duty
    register: Known
    at: datetime

    def channels(self, *statuses: ChannelStatus) -> tuple[ChannelRecord, ...]:
        """Return the channels that had one of some statuses, by entry."""
        found = [said for said in self.register.holding(ChannelRecord, self.at) if said.status in statuses]
        return tuple(sorted(found, key=lambda said: said.entry))

    @property
    def active(self) -> tuple[ChannelRecord, ...]:
        """The channels that were active."""
        return self.channels(ChannelStatus.ACTIVE)

    @property
    def in_use(self) -> tuple[ChannelRecord, ...]:
        """The channels that were active or rested."""
        return self.channels(ChannelStatus.ACTIVE, ChannelStatus.DORMANT)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How it is with a duty, and why."""

    state: State
    why: Text


Judge = Callable[[Question], Answer]

NOBODY_ASKED = Answer(
    state=State.NOT_ASKED,
    why=Text(
        "det som har hänt (insamlingar, uppsikt, kontroller) är inte läst",
        "what has happened (captures, watches, checks) was not read",
    ),
)
NO_CHANNEL = Answer(state=State.NOT_APPLICABLE, why=Text("ingen kanal är i bruk", "no channel is in use"))


def named(entries: list[str], at_most: int = 5) -> str:
    """Return a list of entries as a person reads it, not all if they are many."""
    more = f" … ({len(entries)})" if len(entries) > at_most else ""
    return f"{', '.join(entries[:at_most])}{more}"
