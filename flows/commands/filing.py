"""What `kanalarkiv private file` and `private list` do."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from sqlalchemy import select

from flows.clock import now
from flows.commands import shown
from flows.commands.asking import Asked, Place, channel_meant, person_meant
from flows.commands.telling import language, register_at, say, tell_json
from flows.commands.telling import person as somebody
from register.deeds import filing
from register.errors import ExitCode
from register.known import known
from register.language import Text, swedish_time
from register.store.private_files import Nature, PrivateFileRow


@dataclass(frozen=True, kw_only=True)
class Said:
    """A restricted case, in the words of the command line."""

    case: str
    diary_number: str
    nature: str
    channel: str | None
    note: str | None


def file(place: Place, said: Said, files: Sequence[Path], who: str) -> None:
    """File what a person made of a thread."""
    at = now()
    with place.opened() as store:
        with store.reading() as session:
            register = known(session)
        one = person_meant(register, somebody(who), at)
        channel = channel_meant(register, said.channel, at).entry if said.channel is not None else None
        case = filing.Filed(
            case=said.case,
            diary_number=said.diary_number,
            nature=Nature(said.nature),
            channel=channel,
            note=said.note,
        )
        made = filing.file(store, place.into, case, files, at=at, by=one.entry)
    folder = place.into / filing.FOLDER / said.case
    say(
        Text(
            f"{len(made)} nya filer i {folder}, som bara du kan öppna. Ta bort dina egna exemplar när de inte behövs.",
            f"{len(made)} new files in {folder}, which only you can open. Remove your own copies when they are not "
            "needed.",
        )
    )


def list_files(asked: Asked, case: str | None) -> None:
    """Show what lies in restricted cases; end with the code of what is incomplete if a file is not as it was."""
    query = select(PrivateFileRow).order_by(PrivateFileRow.restricted_case, PrivateFileRow.number)
    with register_at(asked.place.into, asked.place.database) as store, store.reading() as session:
        rows = [row for row in session.scalars(query) if case in (None, row.restricted_case)]
    wrong = {row.number: filing.standing(asked.place.into, row) for row in rows}
    if asked.as_json:
        tell_json([_as_json(row, wrong[row.number]) for row in rows])
    else:
        _tell(rows, wrong)
    if any(each is not None for each in wrong.values()):
        raise typer.Exit(ExitCode.INCOMPLETE)


def _as_json(row: PrivateFileRow, wrong: Text | None) -> dict[str, object]:
    return {
        "ärende": row.restricted_case,
        "diarienummer": row.diary_number,
        "art": row.nature,
        "fil": row.name,
        "sha256": row.sha256,
        "storlek": row.size,
        "inlagd": row.at,
        "av": row.by,
        "kanal": row.channel,
        "anteckning": row.note,
        "fel": wrong._asdict() if wrong is not None else None,
    }


def _tell(rows: Sequence[PrivateFileRow], wrong: dict[int, Text | None]) -> None:
    as_it_was = Text("som när den lades in", "as it was filed")
    shown.table(
        Text("Skyddade ärenden", "Restricted cases"),
        (
            Text("ärende", "case"),
            Text("diarienummer", "diary number"),
            Text("art", "nature"),
            Text("fil", "file"),
            Text("inlagd", "filed"),
            Text("av", "by"),
            Text("läge", "state"),
        ),
        [
            (
                row.restricted_case,
                row.diary_number,
                row.nature,
                row.name,
                swedish_time(row.at),
                row.by,
                (wrong[row.number] or as_it_was).spoken(language()),
            )
            for row in rows
        ],
    )
