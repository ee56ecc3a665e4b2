"""Kanalregistret: people, channels, decisions, mandates, custody, guidelines, captures, cases of removal, consents."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _people()
    _channels()
    _authority()
    _events()
    _cases()
    for table in (
        *("administrations", "people", "roles"),
        *("channels", "channel_decisions"),
        *("mandates", "substitutes", "custody", "guidelines", "acknowledgements"),
        *("captures", "watches"),
        *("removal_cases", "consents"),
    ):
        never_changed(table)


def _statement() -> list[sa.Column[Any]]:
    return [
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.String(), nullable=False, index=True),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("valid_to", Moment()),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String()),
    ]


def _people() -> None:
    op.create_table(
        "administrations",
        *_statement(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("board", sa.String()),
        sa.Column("identity_code", sa.String()),
        sa.Column("email_domains", sa.String()),
    )
    op.create_table(
        "people",
        *_statement(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String()),
        sa.Column("title", sa.String()),
        sa.Column("administration", sa.String()),
    )
    op.create_table(
        "roles",
        *_statement(),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("administration", sa.String()),
    )


def _channels() -> None:
    op.create_table(
        "channels",
        *_statement(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("administration", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("purpose", sa.String()),
        sa.Column("goal", sa.String()),
        sa.Column("target_group", sa.String()),
        sa.Column("responsible", sa.String()),
        sa.Column("capture_responsible", sa.String()),
        sa.Column("capture_source", sa.String()),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("account_email", sa.String()),
        sa.Column("last_activity", sa.Date()),
        sa.Column("source_system", sa.String()),
        sa.Column("reference_code", sa.String()),
        sa.Column("appraisal", sa.String()),
        sa.Column("appraisal_decision", sa.String()),
        sa.Column("restriction", sa.String()),
        sa.Column("restriction_note", sa.String()),
        sa.Column("information_class", sa.String()),
        sa.Column("case_number", sa.String()),
    )
    op.create_table(
        "channel_decisions",
        *_statement(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("decided", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String()),
        sa.Column("platform", sa.String()),
        sa.Column("person", sa.String()),
        sa.Column("delegation", sa.String()),
        sa.Column("consulted", sa.String()),
        sa.Column("consulted_on", sa.Date()),
        sa.Column("consulted_outcome", sa.String()),
        sa.Column("manager_informed", sa.Date()),
        sa.Column("communication_informed", sa.Date()),
    )


def _authority() -> None:
    op.create_table(
        "mandates",
        *_statement(),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided", sa.Date(), nullable=False),
        sa.Column("reference", sa.String()),
        sa.Column("as_employee", sa.Boolean(), nullable=False),
        sa.Column("equipped", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "substitutes",
        *_statement(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("stands_in_for", sa.String(), nullable=False),
    )
    op.create_table(
        "custody",
        *_statement(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("keeper", sa.String()),
        sa.Column("confirmed_by", sa.String()),
        sa.Column("confirmed", sa.Date()),
    )
    op.create_table(
        "guidelines",
        *_statement(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("adopted_by", sa.String(), nullable=False),
        sa.Column("adopted", sa.Date(), nullable=False),
        sa.Column("reference", sa.String()),
        sa.Column("responsible", sa.String()),
        sa.Column("review", sa.Date()),
    )
    op.create_table(
        "acknowledgements",
        *_statement(),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("guideline", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("acknowledged", sa.Date(), nullable=False),
    )


def _events() -> None:
    op.create_table(
        "captures",
        sa.Column("run", sa.String(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("started", Moment(), nullable=False),
        sa.Column("ended", Moment(), nullable=False),
        sa.Column("period_end", Moment(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("period_start", Moment()),
        sa.Column("latest_post", Moment()),
        sa.Column("object_id", sa.String(), index=True),
        sa.Column("mandate", sa.Integer()),
        sa.Column("opening", sa.Integer()),
        sa.Column("permission", sa.Integer()),
        sa.Column("guideline", sa.String()),
    )
    op.create_table(
        "watches",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("note", sa.String()),
        sa.UniqueConstraint("channel", "day"),
    )


def _cases() -> None:
    op.create_table(
        "removal_cases",
        *_statement(),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_shown", sa.String(), nullable=False),
        sa.Column("saved", Moment(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_with", sa.String(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("author_address", sa.String()),
        sa.Column("published", Moment()),
        sa.Column("answered", sa.JSON()),
        sa.Column("discovered", Moment()),
        sa.Column("grounds", sa.String()),
        sa.Column("reasons", sa.String()),
        sa.Column("guideline", sa.String()),
        sa.Column("decision", sa.String()),
        sa.Column("decided", sa.Date()),
        sa.Column("decided_by", sa.String()),
        sa.Column("decider_role", sa.String()),
        sa.Column("delegation", sa.String()),
        sa.Column("measure", sa.String()),
        sa.Column("removed", Moment()),
        sa.Column("removed_by", sa.String()),
        sa.Column("diary_number", sa.String()),
        sa.Column("collecting_case", sa.String()),
        sa.Column("number", sa.Integer()),
        sa.Column("absent", Moment()),
        sa.Column("printed", sa.Date()),
        sa.Column("printed_by", sa.String()),
        sa.Column("printed_where", sa.String()),
        sa.Column("closed", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "consents",
        *_statement(),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=False),
        sa.Column("age", sa.String(), nullable=False),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.String()),
    )
