"""What earlier runs left behind: gone on from where that can be done, told of, and never removed by itself."""

from collections.abc import Callable

from capture.kept import finished_posts
from flows.clock import now
from flows.progress import current
from flows.summary import size_told
from flows.workspace import Run, Stage, Workspace
from register.language import Text, swedish_time

_WORTH_TELLING = 10_000_000  # bytes
_TOLD_AT_MOST = 5


def tell_of_abandoned(workspace: Workspace) -> None:
    """Say how much room abandoned runs take and how to be rid of them; nothing is removed by itself."""
    sizes = {run.folder: run.size for run in workspace.abandoned()}
    if sum(sizes.values()) < _WORTH_TELLING:
        return
    largest = sorted(sizes, key=lambda folder: sizes[folder], reverse=True)[:_TOLD_AT_MOST]
    room, folders = size_told(sum(sizes.values())), "".join(f"\n  {size_told(sizes[one])}  {one}" for one in largest)
    current().say(
        Text(
            f"{len(sizes)} övergivna körningar tar {room}. Ta bort mapparna när de inte behövs längre; de största:"
            f"{folders}",
            f"{len(sizes)} abandoned runs take {room}. Remove the folders when they are needed no longer; the largest:"
            f"{folders}",
        )
    )


def taken_up(workspace: Workspace, url: str, is_asked_for: Callable[[Run], bool]) -> Run | None:
    """Say what interrupted runs left, and return the newest one to go on from.

    Its walk goes on if it was broken off. Older ones are noted as abandoned, so that they are told of once, and so is
    one in the middle of its walk that is not what is asked for now (another period, or without what a closure keeps);
    their folders are kept.
    """
    taken: Run | None = None
    for run in workspace.interrupted(url):
        current().say(
            Text(
                f"En körning från {swedish_time(run.started)} avbröts under steget {run.stage.label.sv}.",
                f"A run of {swedish_time(run.started)} (Swedish time) was interrupted at: {run.stage.label.en}.",
            )
        )
        if run.stage is Stage.WALK and not is_asked_for(run):
            current().say(
                Text(
                    f"Den gäller något annat och överges. Det som hann sparas ligger kvar i {run.folder}.",
                    f"It is of something else and is abandoned. What it had saved is kept in {run.folder}.",
                )
            )
            run.entered(Stage.ABANDONED, now=now())
            continue
        if taken is not None:
            taken.entered(Stage.ABANDONED, now=now())
        taken = run
    if taken is not None:
        _say_how_it_goes_on(taken, is_asked_for=is_asked_for(taken))
    return taken


def _say_how_it_goes_on(run: Run, *, is_asked_for: bool) -> None:
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
    if not is_asked_for:
        current().say(
            Text(
                "Den gäller något annat än det som begärs nu: kör samma kommando igen för det.",
                "It is of something else than what is asked for now: run the same command again for that.",
            )
        )
