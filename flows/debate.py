"""A debate: a channel where a question is debated is documented more often, until it is calm again.

The guideline: "Om en speciell fråga debatteras bör detta uttag göras oftare."
"""

import asyncio

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows import permitting, watching
from flows.clock import now
from flows.on_demand import Order, document_on_demand
from flows.standing import Place
from register.debates import course
from register.errors import AnotherRunError, KanalarkivError
from register.language import Text
from register.store.debates import Debate
from register.store.opening import opened


class DebateOrder(BaseModel):
    """Vilken kanal där en fråga debatteras."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kanal: str = Field(
        title="Kanal",
        description="Kanalens kortnamn i registret, som fb. Pågår ingen debatt i den händer ingenting.",
        min_length=1,
    )


@flow(name="debatt", persist_result=False)
async def document_debate(begaran: DebateOrder) -> str:
    """Dokumentera det som är nytt i en kanal där en fråga debatteras; returnerar hur det gick.

    1. Ask the register whether the debate goes on: it was perhaps stopped, or its stated end has come.
    2. Whoever answers for it must still hold a mandate, and the channel be one that nobody has to watch.
    3. Document what is new since the previous capture, with the debate's case on the package.
    4. Show what came of it. What came to nothing is shown too, and the next time comes soon.
    """
    place = Place.served()
    debate = await asyncio.to_thread(_debate, place, begaran.kanal)  # 1.
    if debate is None:
        return "Inget att göra: ingen debatt i kanalen dokumenteras."
    watch = await watching.watch(place.workspace, debate.channel, f"debatt {debate.entry}")
    try:
        wish = permitting.Wish(  # 2.
            channel=debate.channel, who=debate.person, attended=False, workspace=place.workspace
        )
        leave = await asyncio.to_thread(permitting.permitted, place.declared, wish, at=now())
        if leave.permit.attended:
            return "Att göra vid skärmen: kanalarkiv capture KANAL --attended."
        order = Order(
            url=leave.url,
            workspace=place.workspace,
            settings=place.settings,
            who=debate.person,
            case=debate.case,
        )
        async with watching.room(leave.platforms[0]):  # 3.
            outcome = await document_on_demand(order)
    except AnotherRunError:
        await watch.came_to_nothing(_BUSY, code=AnotherRunError.exit_code)
        return "En annan insamling pågår; nästa gång är snart."
    except KanalarkivError as error:
        await watch.came_to_nothing(error.happened, code=error.exit_code)  # 4.
        raise
    await watch.ended(outcome)
    return f"Dokumenterad för {debate.case}: {outcome.verdict.label.sv}."


_BUSY = Text("En annan insamling pågår i arbetsmappen.", "Another capture is under way in the workspace.")


def _debate(place: Place, channel: str) -> Debate | None:
    with opened(place.database) as store, store.reading() as session:
        found = course.debate_of(session, channel, now())
        if found is not None:
            session.expunge(found)
        return found
