"""Every day: whoever has to document something before the half-year ends is reminded, and what was missed is told.

30 and 7 days before, and when it has ended; then the förvaltningschef too. Each is told once: see `register.telling`.
"""

import asyncio

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact

from flows import consigning, notices, watching
from flows.clock import now
from flows.schedule_settings import Reminders
from flows.standing import Place, Standing, standing
from register.due import Standing as How
from register.language import Text
from register.store.opening import opened
from register.telling.notice import Notice, hindrances, to_tell


@flow(name="paminnelser", persist_result=False)
async def remind() -> str:
    """Påminn den som har en kanal att dokumentera, och säg till om det som är försenat eller inte gick.

    1. Ask the calendar what is owed, and the ledger who was told what.
    2. Tell what has not been told: a letter a person. What cannot be sent is noted, and sent tomorrow.
    3. Show how it stands.
    """
    place = Place.served()
    known, told = await asyncio.to_thread(_told, place)
    number = {how: sum(each.standing is how for each in known.owed) for how in How}
    watching.happened(
        place.workspace,
        "påminnelser",
        skickade=told.sent,
        misslyckade=len(told.unsent),
        **{f"kanaler_{how.name.lower()}": count for how, count in number.items()},
    )
    shown = [f"| {how.value} | {count} |" for how, count in number.items()]
    unsent = [f"- {watching.plain(why.sv)}" for why in told.unsent]
    table = "\n".join(["| halvårets insamling | kanaler |", "|---|---|", *shown, "", *unsent])
    await acreate_markdown_artifact(table, key="halvaret", description="Så ligger halvåret till")
    return f"{told.sent} brev skickade, {len(told.unsent)} gick inte."


def _told(place: Place) -> tuple[Standing, notices.Told]:
    wanted = place.declared.paminnelser if place.declared is not None else Reminders()
    with opened(place.database) as store:
        known = standing(store, place, now())
        there = (*to_tell(known.register, known.owed, known.told, known.at), *_hindered(known))
        return known, notices.tell(store, there, wanted, consigning.block)


def _hindered(known: Standing) -> list[Notice]:
    """Return what hindered a capture that is still owed, and could not be told when it did."""
    found: dict[tuple[str, str, str, str], Notice] = {}
    for owed in known.owed:
        for missed in known.missed:  # the latest first
            if (owed.open or known.unfinished(owed)) and (missed.channel, missed.about) == (
                owed.channel.entry,
                owed.half.name,
            ):
                why = Text(missed.said_sv, missed.said_en)
                for notice in hindrances(known.register, owed, why, known.told, known.at):
                    found.setdefault(notice.key, notice)
    return list(found.values())
