"""The register as people and programs are shown it: tables, and the same as JSON."""

from collections.abc import Sequence
from datetime import datetime

from flows.commands.telling import language, say, tell_json, tell_table
from register.answers import Authorised, Change, EntryThen, values
from register.known import Known
from register.language import SWEDEN, Text, swedish_time
from register.sheets.layout import SHEETS, Sheet
from register.sheets.planning import Plan
from register.store.channels import ChannelRecord
from register.store.history import Versioned


def day(at: datetime | None) -> str:
    """Return a moment as the Swedish day it falls on; nothing for None."""
    return "" if at is None else f"{at.astimezone(SWEDEN):%Y-%m-%d}"


def table(title: Text, headings: Sequence[Text], rows: Sequence[Sequence[str]]) -> None:
    """Show a table under its title; one without rows says that there is nothing."""
    if not rows:
        say(Text(f"{title.sv}: inget.", f"{title.en}: nothing."))
        return
    say(title)
    tell_table(headings, rows)


def tell_authorised(title: Text, found: tuple[Authorised, ...]) -> None:
    """Show who had a mandate, through what, and what they lacked."""
    lacking = {
        "person": Text("inte anställd enligt registret", "not employed, says the register"),
        "appointment": Text("utan utseende", "not appointed"),
    }
    spoken = language()
    table(
        title,
        (
            Text("person", "person"),
            Text("behörighet", "capacity"),
            Text("uppdrag", "mandate"),
            Text("utsedd", "appointed"),
            Text("ersätter", "stands in for"),
            Text("brist", "lacks"),
        ),
        [
            (
                each.person.name if each.person is not None else each.entry,
                each.mandate.capacity,
                f"{each.mandate.decided_by} {each.mandate.decided}",
                f"{each.appointment.reference} {each.appointment.decided}" if each.appointment is not None else "",
                ", ".join(each.stands_in_for),
                ", ".join(text.spoken(spoken) for name, text in lacking.items() if getattr(each, name) is None),
            )
            for each in found
        ],
    )


def tell_entry(title: Text, record: ChannelRecord) -> None:
    """Show all that is said of a channel."""
    table(title, (Text("fält", "field"), Text("värde", "value")), list(cells_of(record).items()))


def cells_of(said: Versioned) -> dict[str, str]:
    """Return what a statement says, by the headings of its sheet; without what is left empty."""
    columns = next(sheet for sheet in SHEETS if isinstance(said, sheet.table)).all_columns
    found = [(column, getattr(said, column.attribute)) for column in columns]
    return {column.heading: column.kind.write(value) for column, value in found if value is not None}


def tell_plan(plan: Plan, *, dry_run: bool) -> None:
    """Show what an import did or would do, or why it did nothing."""
    spoken = language()
    if plan.faults:
        table(
            Text("Fel i filerna", "Faults in the files"),
            (
                Text("fil", "file"),
                Text("rad", "row"),
                Text("fält", "field"),
                Text("fel", "fault"),
                Text("gör så", "do"),
            ),
            [
                (
                    fault.file,
                    str(fault.row or ""),
                    fault.heading or "",
                    fault.wrong.spoken(spoken),
                    fault.remedy.spoken(spoken),
                )
                for fault in plan.faults
            ],
        )
        number = len(plan.faults)
        say(Text(f"{number} fel. Inget har lästs in.", f"{number} faults. Nothing was imported."))
        return
    table(
        Text("Skulle ändras", "Would change") if dry_run else Text("Ändrat", "Changed"),
        (
            Text("blad", "sheet"),
            Text("post", "entry"),
            Text("vad", "what"),
            Text("från", "from"),
            Text("fält", "fields"),
        ),
        [
            (
                change.row.sheet.name,
                change.said.entry,
                change.act.value,
                day(change.said.valid_from),
                "" if change.said.ended else "; ".join(_was_is(*each) for each in change.fields().items()),
            )
            for change in plan.changes
        ],
    )
    counted = f"{len(plan.changes)}", f"{plan.same}", f"{plan.untouched}"
    done = ("skulle göras", "would be made") if dry_run else ("gjorda", "made")
    say(
        Text(
            f"{counted[0]} ändringar {done[0]}; {counted[1]} rader lika som förut; {counted[2]} poster nämns inte.",
            f"{counted[0]} changes {done[1]}; {counted[1]} rows as before; {counted[2]} entries not mentioned.",
        )
    )


def _was_is(heading: str, cells: tuple[str, str]) -> str:
    before, after = cells
    return f"{heading}: {before} → {after}" if before else f"{heading}: {after}"


def plan_as_json(plan: Plan, *, dry_run: bool) -> object:
    """Return what an import did or would do, and its faults."""
    return {
        "provkörning": dry_run,
        "ändringar": [
            {
                "blad": change.row.sheet.name,
                "post": change.said.entry,
                "vad": change.act.value,
                "från": change.said.valid_from.isoformat(),
                "till": change.said.valid_to.isoformat() if change.said.valid_to is not None else None,
                "fält": {heading: list(cells) for heading, cells in change.fields().items()},
            }
            for change in plan.changes
        ],
        "fel": [
            {
                "fil": fault.file,
                "rad": fault.row,
                "fält": fault.heading,
                "fel": fault.wrong._asdict(),
                "gör_så": fault.remedy._asdict(),
            }
            for fault in plan.faults
        ],
        "lika": plan.same,
        "ej_nämnda": plan.untouched,
    }


def person(each: Authorised) -> dict[str, object]:
    """Return somebody with a mandate."""
    return {
        "person": each.entry,
        "namn": each.person.name if each.person is not None else None,
        "behörighet": each.mandate.capacity,
        "uppdrag": values(each.mandate),
        "utseende": values(each.appointment) if each.appointment is not None else None,
        "ersätter": list(each.stands_in_for),
        "fullt_behörig": each.fully,
    }


def tell_then(then: EntryThen) -> None:
    """Show what the register said of a channel when a package was made."""
    at = swedish_time(then.at)
    if then.entry is None:
        say(Text(f"Registret hade ingen kanal {then.channel} {at}.", f"No channel {then.channel} on record at {at}."))
        return
    tell_entry(Text(f"{then.entry.name}, som det stod {at}", f"{then.entry.name}, as it stood at {at}"), then.entry)
    tell_authorised(Text("Behöriga då", "Authorised then"), then.authorised)
    table(
        Text("Beslut då", "Decisions then"),
        (Text("slag", "kind"), Text("beteckning", "reference"), Text("beslutat", "decided"), Text("av", "by")),
        [(said.kind, said.reference, str(said.decided), said.decided_by) for said in then.decisions],
    )


def then_as_json(then: EntryThen) -> object:
    """Return what the register said of a channel when a package was made."""
    return {
        "paket": then.object_id,
        "tidpunkt": then.at.isoformat(),
        "adress": then.channel,
        "kanal": {"kanal": then.entry.entry, **values(then.entry)} if then.entry is not None else None,
        "behöriga": [person(each) for each in then.authorised],
        "beslut": [values(said) for said in then.decisions],
    }


def tell_overview(register: Known, at: datetime, *, as_json: bool) -> None:
    """Show how many entries each sheet has."""
    numbers = {sheet.name: len(register.holding(sheet.table, at)) for sheet in SHEETS}
    if as_json:
        tell_json(numbers)
        return
    table(
        Text(f"Registret {day(at)}", f"The register on {day(at)}"),
        (Text("blad", "sheet"), Text("poster", "entries")),
        [(name, str(number)) for name, number in numbers.items()],
    )


def tell_sheet(register: Known, sheet: Sheet, entry: str | None, at: datetime, *, as_json: bool) -> None:
    """Show what a sheet says at a moment, or one entry of it."""
    said = [
        row
        for row in sorted(register.holding(sheet.table, at), key=lambda row: row.entry)
        if entry in (None, row.entry)
    ]
    cells = [cells_of(row) for row in said]
    if as_json:
        tell_json(cells)
        return
    used = [column.heading for column in sheet.all_columns if any(column.heading in row for row in cells)]
    table(
        Text(f"{sheet.name} {day(at)}", f"{sheet.name} on {day(at)}"),
        [Text(heading, heading) for heading in used],
        [[row.get(heading, "") for heading in used] for row in cells],
    )


def tell_history(found: Sequence[Change], *, as_json: bool) -> None:
    """Show what was said, the latest first."""
    if as_json:
        tell_json(
            [
                {
                    "post": change.said.entry,
                    "sagt": change.said.recorded_at.isoformat(),
                    "av": change.said.recorded_by,
                    "varför": change.said.reason,
                    "från": change.said.valid_from.isoformat(),
                    "till": change.said.valid_to.isoformat() if change.said.valid_to is not None else None,
                    "upphör": change.said.ended,
                    "före_och_efter": {name: list(both) for name, both in change.fields().items()},
                }
                for change in found
            ]
        )
        return
    table(
        Text("Allt som har sagts", "All that was said"),
        (
            Text("när", "when"),
            Text("vem", "who"),
            Text("varför", "why"),
            Text("post", "entry"),
            Text("gäller från", "from"),
            Text("till", "to"),
            Text("före → efter", "before → after"),
        ),
        [
            (
                swedish_time(change.said.recorded_at),
                change.said.recorded_by,
                change.said.reason or "",
                change.said.entry,
                day(change.said.valid_from),
                day(change.said.valid_to),
                "\n".join(
                    f"{name}: {before or ''} → {after or ''}" for name, (before, after) in change.fields().items()
                ),
            )
            for change in found
        ],
    )
