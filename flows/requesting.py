"""On request, through Prefect: the same as `kanalarkiv capture`, with a form that explains itself."""

import asyncio
from datetime import UTC, date, datetime, time

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows import permitting, watching
from flows.clock import now
from flows.on_demand import Order, document_on_demand
from flows.standing import Place
from register.capturing import Found
from register.errors import BadInputError
from register.language import SWEDEN, Text


class Request(BaseModel):
    """Vad som ska dokumenteras nu, och vem som svarar för det."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kanal: str = Field(
        title="Kanal", description="Kanalens kortnamn eller namn i registret, eller dess adress.", min_length=1
    )
    vem: str = Field(
        title="Vem", description="Kortnamnet i registret på den som svarar för insamlingen, som anna.ek.", min_length=1
    )
    sedan: date | None = Field(
        default=None,
        title="Sedan",
        description="Från den dagens början, svensk tid. Tomt: från där den förra insamlingen slutade.",
    )
    hela_historiken: bool = Field(
        default=False, title="Hela historiken", description="Från kanalens första inlägg. Då anges ingen dag."
    )

    @model_validator(mode="after")
    def _one_period(self) -> "Request":
        if self.sedan is not None and self.hela_historiken:
            raise ValueError("ange en dag eller hela historiken, inte båda")
        return self


@flow(name="dokumentera-nu", persist_result=False)
async def document_now(begaran: Request) -> str:
    """Dokumentera en kanal nu; returnerar hur det gick. Bara kanaler som får dokumenteras utan någon vid skärmen."""
    place = Place.served()
    wish = permitting.Wish(channel=begaran.kanal, who=begaran.vem, attended=False, workspace=place.workspace)
    leave = await asyncio.to_thread(permitting.permitted, place.declared, wish, at=now())
    if leave.permit.attended:
        raise _nobody_at_the_screen(begaran.kanal)
    entry = leave.register.basis.channel if isinstance(leave.register, Found) else "utan register"
    watch = await watching.watch(place.workspace, entry, "begäran")
    order = Order(
        url=leave.url,
        workspace=place.workspace,
        settings=place.settings,
        since=_midnight(begaran.sedan),
        whole=begaran.hela_historiken,
        who=begaran.vem,
    )
    async with watching.room(leave.platforms[0]):
        outcome = await document_on_demand(order)
    await watch.ended(outcome)
    return f"Dokumenterad: {outcome.verdict.label.sv}."


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), SWEDEN).astimezone(UTC)


def _nobody_at_the_screen(channel: str) -> BadInputError:
    return BadInputError(
        happened=Text(
            f"{channel} dokumenteras med någon vid skärmen, och här är ingen.",
            f"{channel} is captured with a person at the screen, and nobody is here.",
        ),
        safe=Text("Inget har samlats in.", "Nothing was captured."),
        next_step=Text(
            "Kör kanalarkiv capture --attended på en dator med skärm.",
            "Run kanalarkiv capture --attended on a computer with a screen.",
        ),
    )
