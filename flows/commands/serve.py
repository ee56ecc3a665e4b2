"""`kanalarkiv serve`: the service. Prefect is imported when it has been told where to live."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, Into, say
from register.errors import AnotherRunError
from register.language import Text

_PORT = 4200


def serve(
    into: Into = WORKSPACE,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Porten för Prefects sida på den här datorn; 0: en ledig.")
    ] = _PORT,
) -> None:
    """Sköt scheman och påminnelser: en tjänst som körs tills den avslutas (SIGTERM eller Ctrl-C)."""
    from flows import embedded, guard, workspace  # noqa: PLC0415 - see the module docstring
    from flows.serving import server  # noqa: PLC0415
    from flows.standing import Place  # noqa: PLC0415

    place = Place.at(into, settings)
    with workspace.opened(place.workspace) as opened:  # makes its folders; let go of again, for the runs
        home = opened.prefect_home
    with _alone(place.workspace):
        embedded.prepare(home)
        guard.post()
        place.tell_children()
        with server.running(home, port) as api:
            from flows.serving.service import serve as run  # noqa: PLC0415

            asyncio.run(run(place, api, say))


@contextmanager
def _alone(workspace: Path) -> Iterator[None]:
    """Be the only service of a workspace.

    Raises:
        AnotherRunError: there is one.
    """
    lock = os.open(workspace / ".las-tjanst", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise AnotherRunError(
            happened=Text(
                f"En annan kanalarkiv serve sköter redan {workspace}.",
                f"Another kanalarkiv serve already looks after {workspace}.",
            ),
            safe=Text("Den är orörd.", "It was not touched."),
            next_step=Text("En räcker.", "One is enough."),
        ) from error
    try:
        yield
    finally:
        os.close(lock)
