"""On demand: one channel is documented now, because somebody asked for it.

The guideline: "Om en speciell fråga debatteras bör detta uttag göras oftare."
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from prefect import flow
from prefect.exceptions import TerminationSignal
from pydantic import TypeAdapter

from capture import artefacts, kept
from capture.channel import VisitDamagedError
from capture.items import ItemKind
from capture.kept import finished_posts
from capture.session.permit import Permit
from flows import consigning, delivering, leftovers, making, packing, periods, settings, walking
from flows.clock import now
from flows.progress import current
from flows.settings import Settings
from flows.summary import Outcome
from flows.workspace import Run, Stage, Workspace, opened
from register import capturing
from register.errors import BadInputError, ChannelTouchedError, KanalarkivError
from register.format_profile import FormatProfile
from register.language import SWEDEN, Text, swedish_time
from register.model import Channel, RecordStatus
from register.store import opening
from register.store.captures import CaptureRow
from register.store.channels import CaptureMode

OVERLAP = timedelta(days=1)
"""How far before the previous capture's end a new one starts.

Many pages date their posts by the day or the minute only, and their clocks are not ours: what was published just after
the previous capture began may bear a time before it, and would else be in neither.
"""

_BASIS_FILE = "befogenhet.json"
_basis_type = TypeAdapter(capturing.Basis)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for.

    `url` is the channel's address; `workspace` the folder to work in. `name` and `platform` are what the channel is
    called, where the page's own title will not do; a platform that has a profile is read by it. `settings` is the path
    of a kanalarkiv.toml; without one the file in the current folder is used, and without that the package is marked
    TEST. The capture covers from `since` (UTC) or, if `whole`, the whole history; with neither, from where the previous
    one ended, and the whole history where there is none. `attended`: with a person at the screen. `replaces` or
    `supplements` is the path of the earlier package that the new one takes the place of or adds to. `who` is the person
    who starts it, by their entry in the register or their name: demanded where the register's database is asked.
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

    1. If settings and register let the channel be captured, the package can say all it must, and every program is at
       hand, go on from what an interrupted run left, or begin where the previous capture ended.
    2. Walk the channel: scroll, open everything, see every item; keep the screen step by step.
    3. Make the recording, the PDF/A pages, the record, and the statement of what is missing.
    4. Package it by FGS, have somebody else's validator judge the package, and enter the capture in the register.
    5. Deliver it, read it back, and enter in the ledger how far it came.
    """
    declared = settings.load(order.settings)
    today = now().astimezone(SWEDEN).date()
    permit = settings.allowed(declared, order.url, today=today, attended=order.attended)
    basis = await asyncio.to_thread(
        capturing.asked,
        capturing.Asker(url=order.url, person=order.who, mode=_mode(permit)),
        database=declared.database.databas if declared else None,
        workspace=order.workspace,
        at=now(),
    )
    if not isinstance(basis, capturing.Basis):
        current().say(basis)
    wanted = settings.wanted_of(declared)
    foreseen = _called(order, declared, permit, wanted, order.url)
    packing.require_fields(foreseen, wanted.paket)
    asked = await asyncio.to_thread(_relation, order, foreseen)
    walking.find_programs()
    with _ended_in_order(), opened(order.workspace) as workspace:
        to = await asyncio.to_thread(consigning.consignee_of, declared, workspace.root)
        seal = await asyncio.to_thread(consigning.seal_of, declared)

        # 1. What is on disk from before is never made again.
        consigning.tell_of_leftovers(to)
        leftovers.tell_of_abandoned(workspace)
        run = _taken_up(workspace, order) or _begun(workspace, order, permit)
        relation = packing.settle_relation(run, asked)

        # 2. The only stage that touches the channel.
        if run.stage is Stage.WALK:
            run = await _walked(run, workspace, order, declared, permit)
            if relation is not None:
                packing.note_relation(run, relation)
            if isinstance(basis, capturing.Basis):
                kept.keep(run.folder / _BASIS_FILE, _basis_type.dump_json(basis, indent=1))

        # 3. From here on everything can be repeated without the channel.
        if run.stage is Stage.ARTEFACTS:
            channel = _called(order, declared, permit, wanted, kept.seen_in(run.folder).title)
            named = relation.applied(channel) if relation else channel
            await making.make_artefacts(run, named, wanted, permit, seal=seal)
            run = run.entered(Stage.PACKAGE, now=now())

        # 4. No package without its validation, ours and somebody else's.
        if run.stage is Stage.PACKAGE:
            await packing.make_package(run, workspace.packages, wanted.paket)
            run = run.entered(Stage.DELIVERY, now=now())

        await asyncio.to_thread(_enter_in_register, run, basis, to.database)

        # 5. Delivered once, however often this is run.
        outcome = await delivering.deliver_package(run, to)
        run.entered(Stage.DONE, now=now()).dispose_of_spool()
    return outcome


def _mode(permit: Permit) -> CaptureMode:
    return CaptureMode.ASSISTED if permit.attended else CaptureMode.AUTOMATIC


def _enter_in_register(run: Run, asked: capturing.Basis | Text, database: str | Path) -> None:
    """Tell the register that the capture has ended, and what it rested on when its walk was made."""
    note = run.folder / _BASIS_FILE
    basis = _basis_type.validate_json(note.read_bytes()) if note.exists() else asked
    if not isinstance(basis, capturing.Basis):
        return
    captured, seen = artefacts.captured_in(run.folder), kept.seen_in(run.folder)
    published = [item.published for item in seen.items if item.kind is ItemKind.POST and item.published is not None]
    row = CaptureRow(
        run=run.run_id,
        channel=basis.channel,
        address=run.url,
        mode=basis.mode,
        person=basis.person,
        started=run.started,
        ended=run.entered_at,
        period_start=captured.period.start,
        period_end=captured.period.end,
        verdict=captured.verdict,
        posts=captured.posts,
        comments=captured.comments,
        latest_post=max(published, default=None),
        object_id=packing.sealed_in(run).package.object_id,
        mandate=basis.mandate,
        opening=basis.opening,
        permission=basis.permission,
        guideline=basis.guideline,
    )
    with opening.opened(database) as store:
        capturing.entered(store, row)


def _called(order: Order, declared: Settings | None, permit: Permit, wanted: FormatProfile, title: str) -> Channel:
    """Return the channel as whoever asks wants it called; else the register says it, else its page's `title`."""
    name = order.name or (permit.entry.name if permit.entry else title)
    return making.channel_of(order.url, declared, permit, wanted, name=name, platform=order.platform)


def _relation(order: Order, channel: Channel) -> packing.Relation | None:
    """Return how the package of `channel` is to relate to an earlier one, if it is to."""
    if order.replaces is not None:
        return packing.relation_to(order.replaces, RecordStatus.REPLACEMENT, channel)
    if order.supplements is not None:
        return packing.relation_to(order.supplements, RecordStatus.SUPPLEMENT, channel)
    return None


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does: where it next waits.

    Prefect's own answer raises its exception wherever the program happens to be. If that is inside a task of
    Playwright's, it is Playwright that breaks, and the person is told that the browser was lost.

    Raises:
        TerminationSignal: the signal came.
    """
    task = asyncio.current_task()
    if task is None or sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, before, came = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM), False

    def end() -> None:
        nonlocal came
        came = True
        task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        yield
    except asyncio.CancelledError:
        if not came:
            raise
        task.uncancel()  # what is to be told and tidied up on the way out may wait again
        raise TerminationSignal(signal.SIGTERM) from None
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)


def _begun(workspace: Workspace, order: Order, permit: Permit) -> Run:
    """Decide the period, say it, and begin a run."""
    previous = periods.previous_capture(workspace, order.url)
    since = order.since
    if since is None and previous is not None and not order.whole:
        since = previous.end - OVERLAP
    _say_period(since, previous)
    started = now()
    return workspace.new_run(
        order.url,
        run_id=periods.name_of_run(order.url, started),
        now=started,
        profile=walking.profile_of(order.platform, permit),
        since=since,
        previous=previous.run_id if previous is not None else None,
    )


def _say_period(since: datetime | None, previous: periods.Previous | None) -> None:
    covers = Text("hela historiken", "the whole history")
    if since is not None:
        covers = Text(
            f"det som publicerats sedan {swedish_time(since)} (svensk tid)",
            f"what was published since {swedish_time(since)} (Swedish time)",
        )
    before = Text("ingen tidigare är känd", "no earlier one is known")
    if previous is not None:
        end = swedish_time(previous.end)
        before = Text(f"den föregående omfattar tiden till {end}", f"the previous one covers the time to {end}")
    current().say(
        Text(f"Insamlingen omfattar {covers.sv}; {before.sv}.", f"The capture covers {covers.en}; {before.en}.")
    )


async def _walked(run: Run, workspace: Workspace, order: Order, declared: Settings | None, permit: Permit) -> Run:
    """Walk the channel; what cannot be gone on from is left as it is, and the walk begins anew."""
    try:
        await _walk(run, declared, permit)
    except VisitDamagedError as damage:
        current().say(damage.happened)
        current().say(
            Text(
                f"Genomgången börjar därför om. Det som hann sparas ligger kvar i {run.folder}.",
                f"The walk therefore begins anew. What it had saved is kept in {run.folder}.",
            )
        )
        run.entered(Stage.ABANDONED, now=now())
        run = _begun(workspace, order, permit)
        await _walk(run, declared, permit)
    return run.entered(Stage.ARTEFACTS, now=now())


async def _walk(run: Run, declared: Settings | None, permit: Permit) -> None:
    """Walk the channel. A walk that ended with a word to the person goes on the next time if there is anything to it.

    One that touched the channel does not: what made it do so would do it again.
    """
    try:
        await walking.walk_channel(run, declared, permit)
    except VisitDamagedError:
        raise
    except KanalarkivError as ended:
        posts = finished_posts(run.folder)
        if not posts or isinstance(ended, ChannelTouchedError):
            run.entered(Stage.ABANDONED, now=now())
        else:
            current().say(
                Text(
                    f"{posts} inlägg är klara och ligger kvar i {run.folder}; nästa körning fortsätter efter dem.",
                    f"{posts} posts are finished and kept in {run.folder}; the next run goes on after them.",
                )
            )
        raise


def _taken_up(workspace: Workspace, order: Order) -> Run | None:
    """Say what interrupted runs left, and return the newest one to go on from.

    Its walk goes on if it was broken off. Older ones are noted as abandoned, so that they are told of once, and so is
    one in the middle of its walk whose period is not the one that is asked for now; their folders are kept.
    """
    taken: Run | None = None
    for run in workspace.interrupted(order.url):
        current().say(
            Text(
                f"En körning från {swedish_time(run.started)} avbröts under steget {run.stage.label.sv}.",
                f"A run of {swedish_time(run.started)} (Swedish time) was interrupted at: {run.stage.label.en}.",
            )
        )
        if run.stage is Stage.WALK and not _is_asked_for(order, run):
            current().say(
                Text(
                    f"Den gäller en annan period och överges. Det som hann sparas ligger kvar i {run.folder}.",
                    f"It is of another period and is abandoned. What it had saved is kept in {run.folder}.",
                )
            )
            run.entered(Stage.ABANDONED, now=now())
            continue
        if taken is not None:
            taken.entered(Stage.ABANDONED, now=now())
        taken = run
    if taken is not None:
        _say_how_it_goes_on(taken, order)
    return taken


def _is_asked_for(order: Order, run: Run) -> bool:
    asked_for_any = order.since is None and not order.whole
    return asked_for_any or order.since == run.since


def _say_how_it_goes_on(run: Run, order: Order) -> None:
    if run.stage is Stage.WALK:
        posts, started = finished_posts(run.folder), swedish_time(run.started)
        current().say(
            Text(
                f"Genomgången fortsätter: {posts} inlägg var klara och tas inte om. Den omfattar tiden till {started}.",
                f"The walk goes on: {posts} posts were finished and are not captured again. It covers the time to "
                f"{started}.",
            )
        )
        return
    current().say(
        Text(
            f"Körningen fortsätter från steget {run.stage.label.sv}.",
            f"The run goes on from the stage {run.stage.label.en}.",
        )
    )
    if not _is_asked_for(order, run):
        current().say(
            Text(
                "Den gäller en annan period än den som begärs nu: kör samma kommando igen för den.",
                "It is of another period than the one asked for now: run the same command again for that.",
            )
        )
