"""On demand: one channel is documented now, because somebody asked for it.

The guideline: "Om en speciell fråga debatteras bör detta uttag göras oftare."
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from prefect import flow

from capture import kept, preserving
from flows import (
    comparing,
    consigning,
    delivering,
    guard,
    leftovers,
    making,
    naming,
    packing,
    periods,
    permitting,
    registering,
    settings,
    walking,
)
from flows.clock import now
from flows.permitting import Leave
from flows.summary import Outcome
from flows.workspace import Run, Stage, Workspace, opened
from register.errors import BadInputError
from register.language import Text
from register.model import Channel, RecordStatus


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for.

    `url` is the channel's address; `workspace` the folder to work in. `name` and `platform` are what the channel is
    called, where the page's own title will not do; a platform that has a profile is read by it. `settings` is the path
    of a kanalarkiv.toml; without one the file in the current folder is used, and without that the package is marked
    TEST. The capture covers from `since` (UTC) or, if `whole`, the whole history; with neither, from where the previous
    one ended, and the whole history where there is none. `attended`: with a person at the screen. `replaces` or
    `supplements` is the path of the earlier package that the new one takes the place of or adds to. `who` is the person
    who starts it, by their entry in the register or their name: demanded where the register's database is asked. `case`
    is the diary number of the case that it is made for, where it is another than the channel's. `closing`: the account
    is to be closed, and the layout and a web archive are kept too.
    """

    url: str
    workspace: Path
    name: str | None = None
    platform: str | None = None
    settings: Path | None = None
    since: datetime | None = None
    whole: bool = False
    attended: bool = False
    replaces: Path | None = None
    supplements: Path | None = None
    who: str | None = None
    case: str | None = None
    closing: bool = False

    def __post_init__(self) -> None:
        """Refuse an address that no browser should be sent to, and a period that is two.

        Raises:
            BadInputError: `url` is not an http or https address, or both `since` and `whole` are given, or both
                `replaces` and `supplements`.
        """
        if self.replaces is not None and self.supplements is not None:
            raise BadInputError(
                happened=Text(
                    "Ett paket kan inte både ersätta och komplettera.", "A package cannot both replace and supplement."
                ),
                safe=Text("Inget har samlats in.", "Nothing was captured."),
                next_step=Text("Ange --replaces eller --supplements.", "Give --replaces or --supplements."),
            )
        if self.since is not None and self.whole:
            raise BadInputError(
                happened=Text("Både ett datum och hela historiken.", "Both a date and the whole history."),
                safe=Text("Inget har samlats in.", "Nothing was captured."),
                next_step=Text("Ange det ena.", "Give one of them."),
            )
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInputError(
                happened=Text(f"{self.url} är ingen webbadress.", f"{self.url} is no web address."),
                safe=Text("Inget har samlats in.", "Nothing was captured."),
                next_step=Text("Ange kanalens adress, med https:// först.", "Give the address, with https:// first."),
            )


@flow(name="insamling-pa-begaran", persist_result=False)
async def document_on_demand(order: Order) -> Outcome:
    """Document one channel, from the living page to the e-archive.

    1. If register or settings let the channel be captured, the package can say all it must, and every program is at
       hand, go on from what an interrupted run left, or begin where the previous capture ended.
    2. Walk the channel: scroll, open everything, see every item; keep the screen step by step, and what the register
       says of who was authorised by which decisions.
    3. Make the recording, the PDF/A pages, the record, and the statement of what is missing.
    4. Package it by FGS, have somebody else's validator judge the package, enter the capture in the register, and hold
       it against those before it: what is new, edited, and gone without a case.
    5. Deliver it, read it back, and enter in the ledger how far it came.
    """
    declared = settings.load(order.settings)
    leave = await asyncio.to_thread(permitting.permitted, declared, _wish(order), at=now())
    registering.tell(leave, declared)
    wanted = settings.wanted_of(declared)
    foreseen = naming.channel_of(_called(order, order.url), declared, leave.permit.entry, leave.said, wanted)
    packing.require_fields(foreseen, wanted.paket)
    asked = await asyncio.to_thread(_relation, order, foreseen)
    walking.find_programs()
    with guard.ended_in_order(), opened(order.workspace) as workspace:
        to = await asyncio.to_thread(consigning.consignee_of, declared, workspace.root)
        seal = await asyncio.to_thread(consigning.seal_of, declared)

        # 1. What is on disk from before is never made again.
        consigning.tell_of_leftovers(to)
        leftovers.tell_of_abandoned(workspace)
        begin = partial(_begun, workspace, order, leave)
        run = leftovers.taken_up(workspace, order.url, is_of(order)) or begin()
        relation = packing.settle_relation(run, asked)

        # 2. The only stage that touches the channel.
        if run.stage is Stage.WALK:
            run = await walking.walked(run, declared, leave.permit, anew=begin)
            if relation is not None:
                packing.note_relation(run, relation)
            registering.note(run, leave, declared)
            run = run.entered(Stage.ARTEFACTS, now=now())
            await registering.note_the_end(run, leave, declared)

        # 3. From here on everything can be repeated without the channel, and says what held when it was walked.
        if run.stage is Stage.ARTEFACTS:
            said, called = registering.said_in(run), _called(order, kept.seen_in(run.folder).title)
            channel = naming.channel_of(called, declared, leave.permit.entry, said, wanted)
            named = relation.applied(channel) if relation else channel
            terms = making.Terms(said=said, permission=permitting.told(leave.permit, said))
            await making.make_artefacts(run, named, wanted, terms, seal=seal)
            run = run.entered(Stage.PACKAGE, now=now())

        # 4. No package without its validation, ours and somebody else's.
        if run.stage is Stage.PACKAGE:
            await packing.make_package(run, workspace.packages, wanted.paket)
            run = run.entered(Stage.DELIVERY, now=now())

        object_id = packing.sealed_in(run).package.object_id
        await asyncio.to_thread(registering.enter, run, to.database, object_id=object_id)
        await asyncio.to_thread(comparing.after_capture, run, workspace, to.database, at=now())

        # 5. Delivered once, however often this is run.
        outcome = await delivering.deliver_package(run, to)
        done = run.entered(Stage.DONE, now=now())
        await asyncio.to_thread(registering.dispose_of_spool, done, to.database, at=now())
    return outcome


def _wish(order: Order) -> permitting.Wish:
    return permitting.Wish(channel=order.url, who=order.who, attended=order.attended, workspace=order.workspace)


def _begun(workspace: Workspace, order: Order, leave: Leave) -> Run:
    """Begin a run of the period that is asked for, read by the profile of the platform that is asked for, or known."""
    profile = walking.profile_of(order.platform, *leave.platforms)
    run = periods.begun(workspace, order.url, since=order.since, whole=order.whole, profile=profile)
    if order.closing:
        preserving.mark(run.folder)
    return run


def is_of(order: Order) -> Callable[[Run], bool]:
    """Return what says whether an interrupted run is of the period, and keeps all that, that is asked for now."""
    any_period = order.since is None and not order.whole

    def asked_for(run: Run) -> bool:
        return (any_period or order.since == run.since) and (preserving.for_closure(run.folder) or not order.closing)

    return asked_for


def _called(order: Order, title: str) -> naming.Called:
    return naming.Called(url=order.url, name=order.name, platform=order.platform, title=title, case=order.case)


def _relation(order: Order, channel: Channel) -> packing.Relation | None:
    """Return how the package of `channel` is to relate to an earlier one, if it is to."""
    if order.replaces is not None:
        return packing.relation_to(order.replaces, RecordStatus.REPLACEMENT, channel)
    if order.supplements is not None:
        return packing.relation_to(order.supplements, RecordStatus.SUPPLEMENT, channel)
    return None
