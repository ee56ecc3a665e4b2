"""Debates and closures, kept like the register beside the half-years.

A debate is scheduled from its first capture, at once, to when it is stopped or its stated end has come. A closure is
gone on with once a day until nothing of it remains; it is begun by a command, by a call to its deployment, or by the
event `kanalarkiv.konto.avslutas` about the resource `kanalarkiv.kanal.KORTNAMN` (`POST /api/events`).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.events import DeploymentEventTrigger
from prefect.runner import Runner
from prefect.schedules import Interval
from prefect.types.entrypoint import EntrypointType

from flows import gatekeeping, watching
from flows.clock import now
from flows.closure import RESOURCE, close_account
from flows.debate import document_debate
from flows.standing import Place
from register.attention.finding import day_of
from register.closing.steps import closures
from register.debates import course
from register.store.debates import Debate
from register.store.opening import opened

DEBATES = "kanalarkiv-debatt"
"""The tag of the deployments of debates."""

EVENT = "kanalarkiv.konto.avslutas"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What became of it: the channels whose debate was scheduled, or is over, and whose closure is gone on with."""

    debated: tuple[str, ...]
    calm: tuple[str, ...]
    closing: tuple[str, ...]


@dataclass(kw_only=True)
class Occasions:
    """The debates and closures of a place, which `runner` runs."""

    place: Place
    runner: Runner
    client: PrefectClient
    _debates: dict[str, UUID] = field(default_factory=dict)
    _closing: UUID | None = None
    _gone_on: set[str] = field(default_factory=set)

    async def always(self) -> None:
        """Deploy what begins a closure, by a call or an event."""
        trigger = DeploymentEventTrigger(
            name="konto avslutas",
            expect={EVENT},
            match={"prefect.resource.id": f"{RESOURCE}*"},
            parameters={"begaran": {"kanal": {"template": "{{ event.resource.id }}", "__prefect_kind": "jinja"}}},
        )
        deployment = await close_account.ato_deployment(
            "begärd",
            triggers=[trigger],
            tags=["kanalarkiv"],
            description="Bevara en kanal innan kontot avslutas. Radera inte kontot än.",
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        self._closing = await self.runner.aadd_deployment(deployment)

    async def keep(self) -> Kept:
        """Schedule the debates that go on, end those that are over, and go on with the closures.

        Raises:
            KanalarkivError: the register cannot be read.
        """
        debates, closing = await asyncio.to_thread(self._read)
        begun = [debate.channel for debate in debates if await self._scheduled(debate)]
        over = await self._ended({debate.entry for debate in debates})
        gone_on = [channel for channel in closing if await self._gone_on_with(channel)]
        kept = Kept(debated=tuple(begun), calm=tuple(over), closing=tuple(gone_on))
        if begun or over or gone_on:
            watching.happened(
                self.place.workspace,
                "tillfällen",
                debatter=len(debates),
                nya=len(begun),
                slut=len(over),
                avvecklingar=len(gone_on),
            )
        return kept

    def _read(self) -> tuple[list[Debate], list[str]]:
        at = now()
        with opened(self.place.database) as store, store.reading() as session:
            debates = list(course.under_way(session, at))
            session.expunge_all()
            remaining = [
                each.channel for each in closures(session) if not gatekeeping.gate_of(session, each, at).is_done
            ]
        return debates, remaining

    async def _scheduled(self, debate: Debate) -> bool:
        """Schedule a debate, its first capture at once; return whether that was not so already."""
        if debate.entry in self._debates:
            return False
        what = f"{debate.channel}: var {debate.minutes}:e minut, {debate.case}."
        deployment = await document_debate.ato_deployment(
            debate.entry,
            schedules=[Interval(timedelta(minutes=debate.minutes), anchor_date=debate.valid_from)],
            parameters={"begaran": {"kanal": debate.channel}},
            tags=["kanalarkiv", DEBATES],
            description=watching.plain(what),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        self._debates[debate.entry] = await self.runner.aadd_deployment(deployment)
        await self.client.create_flow_run_from_deployment(
            self._debates[debate.entry], idempotency_key=f"{debate.entry} första"
        )
        return True

    async def _ended(self, going_on: Iterable[str]) -> list[str]:
        """Remove the deployments of debates that are over, their runs to come with them."""
        tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[DEBATES]))
        found = await self.client.read_deployments(deployment_filter=tagged, limit=200)
        over = [each for each in found if each.name not in set(going_on)]
        for each in over:
            await self.client.delete_deployment(each.id)
            self._debates.pop(each.name, None)
        return [str(each.parameters["begaran"]["kanal"]) for each in over]

    async def _gone_on_with(self, channel: str) -> bool:
        """Have a closure gone on with today; return whether that was not so already."""
        if self._closing is None:
            raise RuntimeError("`always` comes first")
        key = f"{channel} avveckling {day_of(now())}"
        if key in self._gone_on:
            return False
        await self.client.create_flow_run_from_deployment(
            self._closing, parameters={"begaran": {"kanal": channel}}, idempotency_key=key
        )
        self._gone_on.add(key)
        return True
