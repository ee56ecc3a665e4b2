"""The service: it schedules, reminds and runs until it is told to end, and then ends in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from httpx import HTTPError
from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import PrefectException
from prefect.runner import Runner

from flows import watching
from flows.schedule_settings import AtATime
from flows.serving import resumption
from flows.serving.deployments import Deployments, Synced
from flows.serving.occasions import Occasions
from flows.serving.server import Api
from flows.standing import Place
from register.errors import KanalarkivError
from register.language import Text

_KEPT_EVERY = timedelta(minutes=10)
_GLANCE = 2  # seconds between two looks at whether all is well
_BESIDE = 2  # runs beside the captures: reminders, and what only says that there is nothing to do


async def serve(place: Place, api: Api, tell: Callable[[Text], None]) -> None:
    """Schedule, remind and run until SIGTERM or SIGINT; then end what runs, so that it can go on, and return.

    Args:
        place: The workspace, and its settings.
        api: Prefect's server.
        tell: Tells whoever started it.

    Raises:
        ServerLostError: our server of Prefect's has ended.
        KanalarkivError: at the start, the register cannot be read.
    """
    ended = _asked_to_end()
    wanted = place.declared.samtidigt if place.declared is not None else AtATime()
    runner = Runner(name="kanalarkiv", limit=wanted.dator + _BESIDE, pause_on_shutdown=False)
    async with get_client() as client:
        if api.process is not None:
            await resumption.free_all_room(client)
            again = await resumption.take_up(client, await resumption.at_work(client))
            if again:
                tell(Text(f"{len(again)} avbrutna körningar fortsätter.", f"{len(again)} interrupted runs go on."))
        deployments = Deployments(place=place, runner=runner, client=client)
        occasions = Occasions(place=place, runner=runner, client=client)
        await deployments.always()
        await occasions.always()
        await _kept(deployments, occasions, tell)
        running = asyncio.create_task(runner.start())
        while not runner.started and not running.done():
            await asyncio.sleep(0.05)
        ended = _asked_to_end(ended)  # the runner has put its own answer to SIGTERM there
        watching.happened(place.workspace, "tjänsten börjar")
        tell(Text(f"Prefects sida: {api.page}. Klar.", f"Prefect's page: {api.page}. Ready."))
        try:
            await _until(ended, running, api, lambda: _kept(deployments, occasions, tell), tell)
        finally:
            await _end(runner, running, client, api)
            watching.happened(place.workspace, "tjänsten slutar")


async def _until(
    ended: asyncio.Event,
    running: "asyncio.Task[None]",
    api: Api,
    keep: Callable[[], Awaitable[None]],
    tell: Callable[[Text], None],
) -> None:
    loop = asyncio.get_running_loop()
    kept = loop.time()
    while not ended.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), _GLANCE)
        api.check()
        if running.done():
            running.result()  # raises why; it does not end by itself
            return
        if loop.time() - kept > _KEPT_EVERY.total_seconds():
            kept = loop.time()
            try:
                await keep()
            except KanalarkivError as error:  # the register is away for a while: what is scheduled stays
                tell(error.happened)
            except (HTTPError, PrefectException) as error:
                why = type(error).__name__
                tell(Text(f"Prefect svarade inte ({why}).", f"Prefect did not answer ({why})."))


async def _kept(deployments: Deployments, occasions: Occasions, tell: Callable[[Text], None]) -> None:
    """Make what is scheduled such as the register has it now, and tell what became of it."""
    _tell(await deployments.keep(), tell)
    kept = await occasions.keep()
    _tell_each(
        (
            ("Dokumenteras oftare", "Captured more often", kept.debated),
            ("Dokumenteras som vanligt igen", "Captured as usual again", kept.calm),
            ("Avvecklas", "Being closed", kept.closing),
        ),
        tell,
    )


async def _end(runner: Runner, running: "asyncio.Task[None]", client: PrefectClient, api: Api) -> None:
    """End what runs, and on our own server note that it is to begin again."""
    if running.done():
        return
    cut_off = await resumption.at_work(client) if api.process is not None else []
    await runner.astop()
    await running
    await resumption.take_up(client, cut_off)


def _asked_to_end(event: asyncio.Event | None = None) -> asyncio.Event:
    event = event or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event


def _tell(synced: Synced, tell: Callable[[Text], None]) -> None:
    _tell_each(
        (
            ("Schemalagda", "Scheduled", synced.scheduled),
            ("Inte längre schemalagda", "No longer scheduled", synced.unscheduled),
            ("Görs om, eftersom dagen gick utan insamling", "Tried again, since the day went by", synced.again),
        ),
        tell,
    )


def _tell_each(lines: Iterable[tuple[str, str, Sequence[str]]], tell: Callable[[Text], None]) -> None:
    for sv, en, entries in lines:
        if entries:
            tell(Text(f"{sv}: {', '.join(entries)}.", f"{en}: {', '.join(entries)}."))
