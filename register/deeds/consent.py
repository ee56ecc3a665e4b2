"""That somebody consented to being seen in a post, by reference, and that they no longer do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from register import address
from register.answers import values
from register.deeds.refusal import unusable, worded
from register.known import Known
from register.language import Text
from register.rules import record
from register.sheets.layout import BY_NAME
from register.store.cases import Consent


@dataclass(frozen=True, kw_only=True)
class Given:
    """A consent on record: where its form is (`reference`), of which posts of a channel, and as in `Consent`."""

    reference: str
    channel: str
    permalinks: Sequence[str]
    age: str
    guardian: bool
    scope: str | None
    since: datetime


def add(session: Session, given: Given, *, at: datetime, by: str) -> tuple[Consent, ...]:
    """Take down a consent, for each of its posts.

    Raises:
        BadInputError: a permalink is no web address, or a child's consent lacks the guardian's.
        NotAllowedError: there is no such channel.
    """
    if given.since > at:
        raise unusable(Text("Samtycket är inte lämnat än.", "The consent is not given yet."))
    for permalink in given.permalinks:
        try:
            address.canonical(permalink)
        except ValueError:
            raise unusable(Text(f"{permalink} är ingen webbadress.", f"{permalink} is no web address.")) from None
    with worded():
        made = [
            Consent(
                entry=BY_NAME["samtycken"].entry_of({"reference": given.reference, "permalink": permalink}),
                valid_from=given.since,
                recorded_at=at,
                recorded_by=by,
                reference=given.reference,
                channel=given.channel,
                permalink=permalink,
                age=given.age,
                guardian=given.guardian,
                scope=given.scope,
            )
            for permalink in dict.fromkeys(given.permalinks)
        ]
    record(session, *made)
    return tuple(made)


def withdraw(  # noqa: PLR0913 - what is withdrawn, why, when, by whom
    session: Session,
    register: Known,
    reference: str,
    *,
    permalink: str | None,
    reason: str | None,
    at: datetime,
    by: str,
) -> tuple[Consent, ...]:
    """Take down that a consent is withdrawn from now on: for all its posts, or for one of them.

    Raises:
        BadInputError: no such consent is in force.
    """
    made = [
        Consent(
            entry=segment.said.entry,
            valid_from=at,
            recorded_at=at,
            recorded_by=by,
            ended=True,
            reason=reason,
            **values(segment.said),  # type: ignore[arg-type]
        )
        for segment in register.segments(Consent, reference=reference)
        if segment.covers(at) and permalink in (None, segment.said.permalink)
    ]
    if not made:
        raise unusable(
            Text(f"Inget samtycke {reference} gäller.", f"No consent {reference} is in force."),
            Text("Se kanalarkiv consents list.", "See kanalarkiv consents list."),
        )
    session.add_all(made)
    session.flush()
    return tuple(made)
