"""What earlier runs left behind, told of and never removed by itself."""

from flows.progress import current
from flows.summary import size_told
from flows.workspace import Workspace
from register.language import Text

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
