"""Runs that were cut off are taken up again: the workspace knows how far each came, Prefect only that it was running.

Only on a server of our own, where nothing else can be running when we start: on one that several computers share, a run
that nobody hears from any more is that server's to judge (see docs/drift.md).
"""

from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed, Scheduled

_AT_WORK = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


async def at_work(client: PrefectClient) -> list[FlowRun]:
    """Return the runs that Prefect believes to be going on."""
    types = FlowRunFilterStateType(any_=_AT_WORK)
    return await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=types)))


async def take_up(client: PrefectClient, runs: list[FlowRun]) -> tuple[UUID, ...]:
    """Have runs that were cut off begin again, now; what they had started inside themselves is noted as lost.

    Returns the runs that will begin again.
    """
    again = []
    for run in runs:
        if run.deployment_id is None:
            await client.set_flow_run_state(run.id, Crashed(message="Avbruten: tjänsten avslutades."), force=True)
        else:
            await client.set_flow_run_state(run.id, Scheduled(name="AwaitingRetry"), force=True)
            again.append(run.id)
    return tuple(again)


async def free_all_room(client: PrefectClient) -> None:
    """Let go of the room that runs held when they were cut off."""
    for limit in await client.read_global_concurrency_limits(limit=200):
        if limit.active_slots:
            await client.update_global_concurrency_limit(limit.name, GlobalConcurrencyLimitUpdate(active_slots=0))
