"""`kanalarkiv status`: do we meet our duties? One screen, at once.

To count takes a second, most of it to load what reads a database. So what was counted is kept in the workspace, and is
shown again for as long as nothing can have changed: the same files of the database, the same settings, the same hour.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, say
from register.language import SWEDEN, Text

_KEPT = "laget.json"
_FORM = "1"  # raised whenever what is kept becomes other than it was
_WAL_HEADER = 32  # bytes; renewed whenever the file is begun anew


def status(
    into: Into = WORKSPACE,
    database: Database = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sköter vi våra plikter? Kanaler, ärenden, anmärkningar, leveranser och det som står på tur."""
    asked = [_FORM, database, str((settings or Path("kanalarkiv.toml")).absolute())]
    now = datetime.now(SWEDEN)
    kept = _kept(into / _KEPT, asked, now)
    if kept is None:
        from flows.commands.counted import Counting  # noqa: PLC0415 - see the module docstring

        counting = Counting.of(into, database, settings)
        state = _state(counting.file, asked)  # before: what is written meanwhile has it counted anew the next time
        said = counting.counted(at=now)
        kept = {"asked": asked, "hour": _hour(now), "file": counting.file, "state": state, "said": said}
        _keep(into / _KEPT, kept)
    if as_json:
        typer.echo(json.dumps(kept["said"], ensure_ascii=False, indent=1))
    else:
        _tell(kept["said"])


def _kept(path: Path, asked: list[str | None], now: datetime) -> dict[str, Any] | None:
    """Return what was counted, None where it has to be counted anew."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = isinstance(kept, dict) and kept.get("asked") == asked and kept.get("hour") == _hour(now)
    if not same or kept.get("file") is None:
        return None
    return kept if kept.get("state") == _state(kept["file"], asked) else None


def _keep(path: Path, kept: dict[str, Any]) -> None:
    if not os.access(path.parent, os.W_OK):  # whoever may only read there has it counted each time
        return
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def _hour(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H %z}"


def _state(file: str | None, asked: list[str | None]) -> list[object]:
    """Return what changes whenever the database's file or the settings do; a PostgreSQL has no such thing."""
    state: list[object] = []
    for path in [Path(asked[2] or "")] + ([Path(file), Path(f"{file}-wal")] if file else []):
        try:
            about = path.stat()
        except FileNotFoundError:
            state.append(None)
            continue
        if path.suffix.endswith("-wal"):
            if about.st_size == 0:  # somebody reads, and has written nothing
                state.append(None)
                continue
            with path.open("rb") as wal:
                state.append(wal.read(_WAL_HEADER).hex())
        state.append([about.st_size, about.st_mtime_ns])
    return state


def _tell(said: dict[str, Any]) -> None:
    sv, en = _ANSWERS[said["answer"]]
    moment = datetime.fromisoformat(said["at"]).astimezone(SWEDEN)
    say(Text(f"Sköter vi våra plikter?  {sv}", f"Do we meet our duties?  {en}"))
    halves, width = said["halves"], 28
    made = halves["dokumenterad"] + halves["dokumenterad för sent"]
    channels = sum(halves.values())
    rows = [
        (
            Text("Kanaler i bruk", "Channels in use"),
            Text(
                f"{channels}; {made} dokumenterade för halvåret, {halves['planerad']} planerade, "
                f"{halves['att göra']} att göra före {said['last']}",
                f"{channels}; {made} documented for the half-year, {halves['planerad']} planned, "
                f"{halves['att göra']} due before {said['last']}",
            ),
        ),
        (Text("Försenade halvår", "Half-years overdue"), _number(said["missed"])),
        (Text("Nästa insamling", "Next capture"), _next(said["next"])),
        (Text("Senaste misslyckade körning", "Last failed run"), _failed(said["failed"])),
        (Text("Öppna borttagsärenden", "Open cases of removal"), _number(said["open_cases"])),
        (Text("Försenade anmärkningar", "Findings overdue"), _roles(said["overdue"], said["due"])),
        (
            Text("Leveranser", "Deliveries"),
            Text(
                f"{said['waiting']} väntar på kvitto, {said['unsent']} inte framme, {said['rejected']} avvisade",
                f"{said['waiting']} wait for a receipt, {said['unsent']} not there, {said['rejected']} rejected",
            ),
        ),
        (Text("Personer som inte nåtts", "People not reached"), _number(said["unreached"])),
        (Text("Riktlinjens 62 plikter", "The guideline's 62 duties"), _duties(said["duties"])),
    ]
    for what, how in rows:
        say(Text(f"  {what.sv:{width}}{how.sv}", f"  {what.en:{width}}{how.en}"))
    say(Text(f"Läget {moment:%Y-%m-%d %H:%M}. Mer: kanalarkiv register findings, kanalarkiv duties.",
             f"As of {moment:%Y-%m-%d %H:%M}. More: kanalarkiv register findings, kanalarkiv duties."))  # fmt: skip


_ANSWERS = {
    "ja": Text("JA, så långt det går att pröva.", "YES, as far as can be tried."),
    "delvis": Text("DELVIS: det finns att göra, inget är försenat.", "IN PART: there is work to do, nothing overdue."),
    "nej": Text("NEJ: något är försenat.", "NO: something is overdue."),
}


def _number(number: int) -> Text:
    return Text(str(number), str(number)) if number else Text("inga", "none")


def _next(said: dict[str, str] | None) -> Text:
    if said is None:
        return Text("ingen kanal är i bruk", "no channel is in use")
    return Text(f"{said['channel']}, {said['day']}", f"{said['channel']}, {said['day']}")


def _failed(said: dict[str, Any] | None) -> Text:
    if said is None:
        return Text("ingen", "none")
    told = f"{said['channel']}, {said['day']}: {said['cause']}"
    return Text(f"{told} (kod {said['code']})", f"{told} (code {said['code']})")


def _roles(overdue: dict[str, int], to_do: int) -> Text:
    roles = ", ".join(f"{role} {number}" for role, number in overdue.items())
    return Text(f"{roles or 'inga'}; {to_do} till att åtgärda", f"{roles or 'none'}; {to_do} more to be mended")


def _duties(states: dict[str, int]) -> Text:
    told = ", ".join(f"{number} {state}" for state, number in sorted(states.items(), key=lambda item: -item[1]))
    return Text(told, told)
