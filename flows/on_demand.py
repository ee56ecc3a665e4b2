"""On demand: one channel is documented now, because somebody asked for it.

The guideline: "Om en speciell fråga debatteras bör detta uttag göras oftare."
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from prefect import flow

from flows import settings, steps
from flows.progress import current
from flows.summary import Outcome
from flows.workspace import Run, Stage, Workspace, opened
from register.errors import BadInputError, KanalarkivError
from register.language import Text, swedish_time


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for.

    `url` is the channel's address; `workspace` the folder to work in. `name` and `platform` are what the channel is
    called, where the page's own title will not do. `settings` is the path of a kanalarkiv.toml; without one the file in
    the current folder is used, and without that the package is marked TEST.
    """

    url: str
    workspace: Path
    name: str | None = None
    platform: str | None = None
    settings: Path | None = None

    def __post_init__(self) -> None:
        """Refuse an address that no browser should be sent to.

        Raises:
            BadInputError: `url` is not an http or https address.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInputError(
                happened=Text(f"{self.url} är ingen webbadress.", f"{self.url} is no web address."),
                safe=Text("Inget har samlats in.", "Nothing was captured."),
                next_step=Text("Ange kanalens adress, med https:// först.", "Give the address, with https:// first."),
            )


@flow(name="insamling-pa-begaran", persist_result=False)
async def document_on_demand(order: Order) -> Outcome:
    """Document one channel, from the living page to the e-archive's receipt.

    1. With every program at hand, go on from what an interrupted run left, or begin.
    2. Walk the channel: scroll, open everything, see every item; keep the screen step by step.
    3. Make the recording, the PDF/A pages, the record, and the statement of what is missing.
    4. Package it by FGS, and have somebody else's validator judge the package.
    5. Deliver it, read it back, and take the receipt.
    """
    declared = settings.load(order.settings)
    steps.find_programs()
    with opened(order.workspace) as workspace:
        archive = declared.e_arkiv.mapp if declared else workspace.archive

        # 1. What is on disk from before is never made again.
        steps.clear_leftovers(archive)
        run = _taken_up(workspace, order.url) or _begun(workspace, order.url)

        # 2. The only stage that touches the channel.
        if run.stage is Stage.WALK:
            await _walk(run)
            run = run.entered(Stage.ARTEFACTS, now=steps.now())

        # 3. From here on everything can be repeated without the channel.
        if run.stage is Stage.ARTEFACTS:
            await steps.make_artefacts(run, declared, name=order.name, platform=order.platform)
            run = run.entered(Stage.PACKAGE, now=steps.now())

        # 4. No package without its validation, ours and somebody else's.
        if run.stage is Stage.PACKAGE:
            await steps.make_package(run, workspace.packages)
            run = run.entered(Stage.DELIVERY, now=steps.now())

        # 5. Delivered once, however often this is run.
        outcome = await steps.deliver_package(run, archive)
        run.entered(Stage.DONE, now=steps.now()).dispose_of_spool()
    return outcome


def _begun(workspace: Workspace, url: str) -> Run:
    started = steps.now()
    return workspace.new_run(url, run_id=steps.name_of_run(url, started), now=started)


async def _walk(run: Run) -> None:
    """Walk the channel; a walk that ended with a word to the person is over, and not to be told of as interrupted."""
    try:
        await steps.walk_channel(run)
    except KanalarkivError:
        run.entered(Stage.ABANDONED, now=steps.now())
        raise


def _taken_up(workspace: Workspace, url: str) -> Run | None:
    """Say what interrupted runs left, and return the newest one whose walk was finished.

    A walk that was broken off is not continued: what its half would say of completeness could not be proved. Its
    folder is kept, and the run is noted as abandoned so that it is told of once.
    """
    taken: Run | None = None
    for run in workspace.interrupted(url):
        current().say(
            Text(
                f"En körning från {swedish_time(run.started)} avbröts under steget {run.stage.label.sv}.",
                f"A run of {swedish_time(run.started)} (Swedish time) was interrupted at: {run.stage.label.en}.",
            )
        )
        if run.stage is Stage.WALK:
            current().say(
                Text(
                    f"Genomgången börjar om från början. Det som hann sparas ligger kvar i {run.folder}.",
                    f"The walk begins anew. What it had saved is kept in {run.folder}.",
                )
            )
            run.entered(Stage.ABANDONED, now=steps.now())
        else:
            if taken is not None:
                taken.entered(Stage.ABANDONED, now=steps.now())
            taken = run
    if taken is not None:
        current().say(
            Text(
                f"Körningen fortsätter från steget {taken.stage.label.sv}.",
                f"The run goes on from the stage {taken.stage.label.en}.",
            )
        )
    return taken
