"""Decisions about channels: to open one, whom to appoint, whether it may be captured by itself, to close it.

Gallringsbeslut are in `register.store.decisions`.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from register.language import Text
from register.store.table import Table
from register.store.wording import RefusedError, Written, demanded, one_of


class DecisionKind(StrEnum):
    """What a decision does."""

    OPENING = "öppning"
    APPOINTMENT = "utseende"
    PERMISSION = "tillstånd"
    CLOSURE = "stängning"


class ChannelDecision(Written, Table, kw_only=True):
    """A decision, in force for as long as the statement says.

    `reference` is its diary number or paragraph, `decided_by` who took it (by `delegation`, if by one). It concerns one
    `channel`; a permission may concern a whole `platform` instead. `person` is who is appointed. `consulted` is who at
    the administrations- och kommunikationsenhet was consulted (*samråd*), `consulted_on` when, with which
    `consulted_outcome`. `manager_informed` and `communication_informed` are the days that the manager responsible and
    the head of that unit were told of a closure.
    """

    __tablename__ = "channel_decisions"

    kind: Mapped[str]
    reference: Mapped[str]
    decided: Mapped[date]
    decided_by: Mapped[str]
    channel: Mapped[str | None] = mapped_column(default=None)
    platform: Mapped[str | None] = mapped_column(default=None)
    person: Mapped[str | None] = mapped_column(default=None)
    delegation: Mapped[str | None] = mapped_column(default=None)
    consulted: Mapped[str | None] = mapped_column(default=None)
    consulted_on: Mapped[date | None] = mapped_column(default=None)
    consulted_outcome: Mapped[str | None] = mapped_column(default=None)
    manager_informed: Mapped[date | None] = mapped_column(default=None)
    communication_informed: Mapped[date | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse a decision that does not say what it concerns."""
        super().__post_init__()
        one_of("kind", self.kind, DecisionKind)
        if self.kind != DecisionKind.PERMISSION:
            demanded(
                "channel", self.channel, Text("ett sådant beslut gäller en kanal", "such a decision is about a channel")
            )
        elif (self.channel is None) == (self.platform is None):
            raise RefusedError(
                "channel",
                Text(
                    "tillståndet gäller antingen en kanal eller en plattform",
                    "the permission concerns either a channel or a platform",
                ),
                Text("Fyll i det ena av fälten.", "Fill in one of the fields."),
            )
        if self.kind == DecisionKind.APPOINTMENT:
            demanded("person", self.person, Text("vem som utses", "who is appointed"))

    @property
    def with_consultation(self) -> bool:
        """Whether it was taken in consultation: with whom, and when."""
        return self.consulted is not None and self.consulted_on is not None
