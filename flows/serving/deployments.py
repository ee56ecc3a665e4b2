"""What is scheduled: one deployment a channel in use, and the two that are always there.

They are kept like the register, at the start and every ten minutes: a channel that has come is scheduled, one that was
closed is not any more, and one whose day went by without a capture (the computer was off, the network was down) is
tried again, once a day and at most five times a half-year. Then it is left to the people who have been told.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.responses import DeploymentResponse
from prefect.runner import Runner
from prefect.schedules import Cron, RRule
from prefect.types.entrypoint import EntrypointType

from flows import watching
from flows.clock import now
from flows.half_year import document_half_year
from flows.reminding import remind
from flows.requesting import document_now
from flows.schedule_settings import AtATime, Reminders
from flows.standing import Place, Standing, standing
from register.attention.finding import day_of
from register.calendar.window import recurrence
from register.due import Owed
from register.due import Standing as How
from register.store.channels import CaptureMode, ChannelRecord
from register.store.opening import opened
from register.telling.ledger import Cause

HALF_YEARS = "kanalarkiv-halvår"
"""The tag of the deployments that are kept like the register."""

ATTEMPTS = 5
_LATE = timedelta(hours=1)
"""How long after its time a capture is taken to have been missed: Prefect may be slow, and other captures before it."""

_PAGE = 200
_TO_DO = (How.DUE, How.OVERDUE)
_ZONE = "Europe/Stockholm"


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What became of it: the entries of channels that were scheduled anew, unscheduled, and tried again."""

    scheduled: tuple[str, ...]
    unscheduled: tuple[str, ...]
    again: tuple[str, ...]


@dataclass(kw_only=True)
class Deployments:
    """The deployments of a place, which `runner` runs."""

    place: Place
    runner: Runner
    client: PrefectClient
    _known: dict[str, tuple[UUID, str]] = field(default_factory=dict)  # and how each was deployed
    _tried: set[str] = field(default_factory=set)

    async def always(self) -> None:
        """Deploy what does not depend on the register: reminders every day, and captures on request."""
        wanted = self.place.declared.paminnelser if self.place.declared is not None else Reminders()
        daily = [Cron(f"0 {wanted.klockslag} * * *", timezone=_ZONE)]
        for deployment in (
            await remind.ato_deployment(
                "varje-dag",
                schedules=daily,
                tags=["kanalarkiv"],
                description="Påminnelser 30 och 7 dagar före halvårets slut, och om det som är försenat.",
                entrypoint_type=EntrypointType.MODULE_PATH,
            ),
            await document_now.ato_deployment(
                "vid-behov",
                tags=["kanalarkiv"],
                description="Dokumentera en kanal nu: från sida till e-arkiv.",
                entrypoint_type=EntrypointType.MODULE_PATH,
            ),
        ):
            await self.runner.aadd_deployment(deployment)

    async def keep(self) -> Synced:
        """Make the deployments of channels such as the register has them now.

        Raises:
            KanalarkivError: the register cannot be read.
        """
        known = await asyncio.to_thread(self._read)
        channels = {each.channel.entry: each.channel for each in known.owed}
        await self._limits(channels.values())
        scheduled = [channel.entry for channel in channels.values() if await self._scheduled(channel)]
        unscheduled = await self._unscheduled(frozenset(channels))
        again = [each.channel.entry for each in missed(known) if await self._tried_again(each, known)]
        synced = Synced(scheduled=tuple(scheduled), unscheduled=unscheduled, again=tuple(again))
        if scheduled or unscheduled or again:
            watching.happened(
                self.place.workspace,
                "schemalagt",
                kanaler=len(channels),
                nya=len(scheduled),
                borttagna=len(unscheduled),
                igen=len(again),
            )
        return synced

    def _read(self) -> Standing:
        with opened(self.place.database) as store:
            return standing(store, self.place, now())

    async def _limits(self, channels: Iterable[ChannelRecord]) -> None:
        wanted = self.place.declared.samtidigt if self.place.declared is not None else AtATime()
        limits = {watching.limit_of_platform(channel.platform): wanted.plattform for channel in channels}
        for name, limit in {watching.limit_of_machine(): wanted.dator, **limits}.items():
            await self.client.upsert_global_concurrency_limit_by_name(name, limit)

    async def _scheduled(self, channel: ChannelRecord) -> bool:
        """Schedule a channel; return whether that was not so already."""
        rule = recurrence(channel.entry, self.place.window)
        what = f"{watching.plain(channel.name)}: minst en gång varje halvår ({channel.mode})."
        platform = watching.limit_of_platform(channel.platform)
        how = f"{rule} {platform} {what}"
        if channel.entry in self._known and self._known[channel.entry][1] == how:
            return False
        deployment = await document_half_year.ato_deployment(
            channel.entry,
            schedules=[RRule(rule, timezone=_ZONE)],
            parameters={"begaran": {"kanal": channel.entry}},
            tags=["kanalarkiv", HALF_YEARS, platform],
            description=what,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        self._known[channel.entry] = (await self.runner.aadd_deployment(deployment), how)
        return True

    async def _unscheduled(self, channels: frozenset[str]) -> tuple[str, ...]:
        """Remove the deployments of channels that are no longer in use, their runs to come with them."""
        tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=[HALF_YEARS]))
        found: list[DeploymentResponse] = []
        while page := await self.client.read_deployments(deployment_filter=tagged, limit=_PAGE, offset=len(found)):
            found += page
        gone = [each for each in found if each.name not in channels]
        for each in gone:
            await self.client.delete_deployment(each.id)
            self._known.pop(each.name, None)
        return tuple(each.name for each in gone)

    async def _tried_again(self, owed: Owed, known: Standing) -> bool:
        """Have a channel's capture tried again today; return whether that was not so already."""
        deployment, _ = self._known[owed.channel.entry]
        key = f"{owed.channel.entry} {owed.half.name} {day_of(known.at)}"
        if key in self._tried:
            return False
        await self.client.create_flow_run_from_deployment(deployment, idempotency_key=key)
        self._tried.add(key)
        return True


def missed(known: Standing) -> tuple[Owed, ...]:
    """Return the captures that nobody has to watch, whose time went by, and that have attempts left this half-year.

    One that was made and whose package did not come to the e-archive is among them: only that is made up for.
    """
    tried = Counter((each.channel, each.about) for each in known.missed if each.cause != Cause.REFUSED)
    gone_by: dict[str, Owed] = {}
    for each in known.owed:  # each channel's half-years in order: what is made now settles all, and counts as the last
        late = each.standing in _TO_DO and each.planned + _LATE < known.at
        if (each.open and (late or each.channel.entry in gone_by)) or known.unfinished(each):
            gone_by[each.channel.entry] = each
    return tuple(
        each
        for each in gone_by.values()
        if each.channel.mode == CaptureMode.AUTOMATIC and tried[each.channel.entry, each.half.name] < ATTEMPTS
    )
