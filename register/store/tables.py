"""All tables of the database together, as the migrations are held against them."""

from register.store import (
    captures,
    cases,
    channel_decisions,
    channels,
    custody,
    decisions,
    deliveries,
    disposals,
    guidelines,
    holds,
    mandates,
    organisation,
)
from register.store.table import Table

TABLES = (
    captures.CaptureRow,
    captures.WatchRow,
    cases.Consent,
    cases.RemovalCase,
    channel_decisions.ChannelDecision,
    channels.ChannelRecord,
    custody.Custody,
    decisions.DisposalDecision,
    deliveries.JourneyRow,
    deliveries.PackageRow,
    deliveries.ReturnRow,
    deliveries.StampRow,
    disposals.DisposalRow,
    disposals.ProposalRow,
    disposals.ProposedRow,
    guidelines.Acknowledgement,
    guidelines.Guideline,
    holds.Hold,
    mandates.Mandate,
    mandates.Substitute,
    organisation.Administration,
    organisation.Person,
    organisation.RoleHeld,
)
METADATA = Table.metadata
