"""What `kanalarkiv register` and `kanalarkiv channels` do; the commands themselves are in modules that load at once."""

import getpass
from datetime import datetime
from pathlib import Path

import typer

from flows.clock import now
from flows.commands import judged, shown
from flows.commands.asking import NOTHING, Asked, Place, channel_meant
from flows.commands.telling import language, register_at, say, tell_json
from register.answers import authorised, changes, entry_of_package
from register.attention import findings as findings_at
from register.duties import evaluated
from register.errors import BadInputError, ExitCode, NotAllowedError
from register.known import Known
from register.language import Text
from register.permission import permission_of
from register.sheets.layout import Sheet
from register.sheets.rows import Fault, sheet_named
from register.sheets.transfer import Form, export_to, import_from, read
from register.store.channels import CaptureMode, ChannelRecord, ChannelStatus
from register.store.organisation import Person
from register.store.wording import RefusedError, one_of


def bring_in(place: Place, path: Path, *, dry_run: bool, by: str | None, as_json: bool) -> None:
    """Import a folder or a file, and show what came of it; end with the code of bad input if nothing did."""
    reading = read(path)
    why = f"import av {path.name}"
    with register_at(place.into, place.database) as store:
        plan = import_from(store, reading, at=now(), by=by or getpass.getuser(), why=why, dry_run=dry_run)
    if as_json:
        tell_json(shown.plan_as_json(plan, dry_run=dry_run))
    else:
        shown.tell_plan(plan, dry_run=dry_run)
    if plan.faults:
        raise typer.Exit(ExitCode.BAD_INPUT)


def bring_out(place: Place, into: Path, form: str, *, overwrite: bool) -> None:
    """Export all."""
    with register_at(place.into, place.database) as store:
        files = export_to(store, into, Form(form), overwrite=overwrite)
    say(Text(f"{len(files)} filer i {into}.", f"{len(files)} files in {into}."))


def show(asked: Asked, what: str | None, entry: str | None, *, history: bool) -> None:
    """Show the register, a sheet, an entry, or all that was said of them."""
    sheet = _sheet(what) if what is not None else None
    register, at = asked.register(), asked.moment()
    if history:
        said = [each for each in changes(register, entry) if sheet is None or isinstance(each.said, sheet.table)]
        shown.tell_history(said, as_json=asked.as_json)
    elif sheet is None:
        shown.tell_overview(register, at, as_json=asked.as_json)
    else:
        shown.tell_sheet(register, sheet, entry, at, as_json=asked.as_json)


def findings(asked: Asked, channel: str | None) -> None:
    """Show findings, of all or of one channel."""
    register, at = asked.register(happened=True), asked.moment()
    found = findings_at(register, at)
    if channel is not None:
        only = channel_meant(register, channel, at).entry
        found = tuple(finding for finding in found if finding.channel == only)
    if asked.as_json:
        tell_json([judged.finding_as_json(finding, at) for finding in found])
    else:
        judged.tell_findings(found, at)


def duties(asked: Asked) -> None:
    """Show how it is with each duty of the guideline."""
    at = asked.moment()
    found = evaluated(asked.register(happened=True), at)
    if asked.as_json:
        tell_json([judged.duty_as_json(each, at) for each in found])
    else:
        judged.tell_duties(found)


def who(asked: Asked, channel: str) -> None:
    """Show who was authorised in a channel."""
    register, at = asked.register(), asked.moment()
    record = channel_meant(register, channel, at)
    found = authorised(register, record.entry, at)
    if asked.as_json:
        people = [shown.person(each) for each in found]
        tell_json({"kanal": record.entry, "tidpunkt": at.isoformat(), "behöriga": people})
        return
    day = shown.day(at)
    shown.tell_authorised(Text(f"Behöriga i {record.name} {day}", f"Authorised in {record.name} on {day}"), found)


def package(asked: Asked, object_id: str) -> None:
    """Show what the register said of a channel when a package was made."""
    with asked.place.opened() as store, store.reading() as session:
        then = entry_of_package(session, object_id)
    if asked.as_json:
        tell_json(shown.then_as_json(then))
    else:
        shown.tell_then(then)


def channels(asked: Asked, status: str | None, administration: str | None) -> None:
    """Show channels: whose they are, who is responsible, how they may be captured."""
    if status is not None:
        _status(status)
    register, at = asked.register(), asked.moment()
    found = [
        record
        for record in sorted(register.holding(ChannelRecord, at), key=lambda record: record.name.casefold())
        if status in (None, record.status) and administration in (None, record.administration)
    ]
    if asked.as_json:
        tell_json([_as_json(register, record, at) for record in found])
        return
    day = shown.day(at)
    shown.table(
        Text(f"Kanaler {day}", f"Channels on {day}"),
        (
            Text("kanal", "channel"),
            Text("namn", "name"),
            Text("förvaltning", "förvaltning"),
            Text("status", "status"),
            Text("dagligt ansvarig", "responsible"),
            Text("dokumenteras", "captured"),
        ),
        [
            (
                record.entry,
                record.name,
                record.administration,
                record.status,
                _name(register, record.responsible, at),
                _terms(register, record, at).spoken(language()),
            )
            for record in found
        ],
    )


def channel(asked: Asked, word: str) -> None:
    """Show all of one channel: what is said of it, who is authorised, and what is to be mended."""
    register, at = asked.register(happened=True), asked.moment()
    record = channel_meant(register, word, at)
    people = authorised(register, record.entry, at)
    found = [finding for finding in findings_at(register, at) if finding.channel == record.entry]
    if asked.as_json:
        told = _as_json(register, record, at)
        told["behöriga"] = [shown.person(each) for each in people]
        told["att_åtgärda"] = [judged.finding_as_json(finding, at) for finding in found]
        tell_json(told)
        return
    day = shown.day(at)
    shown.tell_entry(Text(f"{record.name} {day}", f"{record.name} on {day}"), record)
    say(_terms(register, record, at))
    shown.tell_authorised(Text("Behöriga", "Authorised"), people)
    judged.tell_findings(found, at)


def _sheet(word: str) -> Sheet:
    found = sheet_named(word, word)
    if isinstance(found, Fault):
        raise BadInputError(happened=found.wrong, safe=NOTHING, next_step=found.remedy)
    return found


def _status(word: str) -> None:
    try:
        one_of("status", word, ChannelStatus)
    except RefusedError as error:
        raise BadInputError(happened=error.wrong, safe=NOTHING, next_step=error.remedy) from None


def _terms(register: Known, record: ChannelRecord, at: datetime) -> Text:
    """Return how a channel may be captured, and by which decision."""
    if record.mode == CaptureMode.ASSISTED:
        return Text("assisterad", "assisted")
    try:
        decision = permission_of(register, record, at)
    except NotAllowedError as refusal:
        return Text(f"FÅR INTE: {refusal.happened.sv}", f"MAY NOT: {refusal.happened.en}")
    said = f"{decision.reference}, {decision.decided_by} {decision.decided}"
    return Text(f"automatisk enligt {said}", f"automatic by {said}")


def _as_json(register: Known, record: ChannelRecord, at: datetime) -> dict[str, object]:
    return {**shown.cells_of(record), "dokumenteras": _terms(register, record, at)._asdict()}


def _name(register: Known, entry: str | None, at: datetime) -> str:
    person = register.one(Person, entry, at)
    return person.name if person is not None else entry or ""
