"""What `kanalarkiv channels list --format` and `kanalarkiv channels check-list` do."""

import getpass
import os
from pathlib import Path

import typer

from flows.commands import shown
from flows.commands.asking import Asked
from flows.commands.fetching import fetch
from flows.commands.telling import language, say, tell_json
from register.errors import BadInputError, ExitCode
from register.language import Text
from register.published.drift import drift
from register.published.listing import Format, listed, written
from register.published.page import links_of
from register.store.list_checks import ListCheckRow


def publish(asked: Asked, form: str, out: Path | None) -> None:
    """Write the public list, to a file or to standard output."""
    at = asked.moment()
    channels = listed(asked.register(), at)
    content = written(channels, Format(form), at=at)
    if out is None:
        typer.echo(content, nl=False)
        return
    write(out, content)
    say(Text(f"{len(channels)} kanaler i {out}.", f"{len(channels)} channels in {out}."))


def write(out: Path, content: bytes) -> None:
    """Write a file that is always whole under its name.

    Raises:
        BadInputError: it cannot be written there.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInputError(
            happened=Text(f"{out} går inte att skriva: {error.strerror}", f"{out} cannot be written: {error.strerror}"),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text("Ange en fil i en mapp som finns.", "Give a file in a folder that is there."),
        ) from error


def check_list(asked: Asked, url: str) -> None:
    """Hold the published page against the register, and take that down; end with the code 3 if they differ."""
    at, register = asked.moment(), asked.register()
    page = fetch(url)
    found = drift(register, links_of(page.html, page.url), at)
    number = len(listed(register, at))
    row = ListCheckRow(
        at=at,
        by=getpass.getuser(),
        url=page.url,
        active=number,
        drifts=[
            {"slag": each.kind, "kanal": each.channel, "adress": each.address, "text": each.said.sv} for each in found
        ],
    )
    with asked.place.opened() as store, store.writing() as session:
        session.add(row)
    if asked.as_json:
        tell_json(
            {
                "sida": page.url,
                "läst": at.isoformat(),
                "aktiva_kanaler": number,
                "avvikelser": [
                    {"slag": each.kind, "kanal": each.channel, "adress": each.address, "text": each.said._asdict()}
                    for each in found
                ],
            }
        )
    else:
        spoken = language()
        shown.table(
            Text(f"Avvikelser på {page.url}", f"Differences on {page.url}"),
            (Text("slag", "kind"), Text("vad", "what")),
            [(each.kind.value, each.said.spoken(spoken)) for each in found],
        )
        say(
            Text(
                f"{number} aktiva kanaler i registret; {len(found)} avvikelser.",
                f"{number} active channels in the register; {len(found)} differences.",
            )
        )
    if found:
        raise typer.Exit(ExitCode.INCOMPLETE)
