"""What `kanalarkiv removal` does; the commands themselves are in a module that loads at once.

What needs a browser, or makes pages, is imported where it is used: who enters a decision waits for neither.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows import settings
from flows.clock import now
from flows.commands import removal_told
from flows.commands.telling import language, register_at, say
from register.case_words import CaseKind, CheckResult, Measure
from register.errors import BadInputError, ExitCode
from register.known import Known, known
from register.language import SWEDEN, Text
from register.removal import course, keeping
from register.removal.course import Decided, Said
from register.removal.keeping import FOLDER
from register.store.cases import RemovalCase
from register.store.channels import ChannelRecord
from register.store.opening import FILE_NAME, Store

if TYPE_CHECKING:
    from flows.removing import Order, Save

_NOTHING = Text("Inget har ändrats.", "Nothing was changed.")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a case is handled: the workspace with the pictures, and the settings, which may name the database."""

    into: Path
    settings: Path | None = None

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """Open the register that is there; a question makes none."""
        declared = settings.load(self.settings)
        database = declared.database.databas if declared is not None else None
        file = database or str(self.into / FILE_NAME)
        if "://" not in file and not Path(file).is_file():
            raise BadInputError(
                happened=Text(f"Det finns ingen databas {file}.", f"There is no database {file}."),
                safe=_NOTHING,
                next_step=Text(
                    "Ange --into eller --settings, eller börja med kanalarkiv register import.",
                    "Give --into or --settings, or begin with kanalarkiv register import.",
                ),
            )
        with register_at(self.into, database) as store:
            yield store

    def order(self, channel: str, who: str, *, attended: bool) -> "Order":
        """Return an order to go to a channel."""
        from flows.removing import Order  # noqa: PLC0415

        return Order(channel=channel, who=who, workspace=self.into, settings=self.settings, attended=attended)


def save(desk: Desk, order: "Order", wanted: "Save") -> None:
    """Save an item, begin its case, and make its sheet."""
    from flows import removing  # noqa: PLC0415

    _attend()
    case = asyncio.run(removing.save(order, wanted))
    say(
        Text(
            f"Sparat: ärende {case.entry}, {len(case.pictures)} bilder i {desk.into / FOLDER}.",
            f"Saved: case {case.entry}, {len(case.pictures)} pictures in {desk.into / FOLDER}.",
        )
    )
    for remark in (case.remarks or "").splitlines():
        say(Text(f"Anmärkning: {remark}", f"Remark: {remark}"))
    sheet(desk, case.entry, None)
    removal_told.tell_next(case)


def report_crime(order: "Order", reference: str, police_report: str) -> None:
    """Begin a case of two references."""
    from flows import removing  # noqa: PLC0415

    case = removing.report_crime(order, reference, police_report)
    say(
        Text(
            f"Ärende {case.entry}: polisanmälan {police_report}. Inget annat är sparat, och inget har besökts.",
            f"Case {case.entry}: police report {police_report}. Nothing else was saved, and nothing was visited.",
        )
    )
    removal_told.tell_next(case)


def check(desk: Desk, entry: str, who: str, *, attended: bool) -> None:
    """Look for a case's item; end with the code of what is incomplete where it is not gone for certain."""
    from flows import removing  # noqa: PLC0415

    _attend()
    with desk.opened() as store, store.reading() as session:
        channel = keeping.case_of(session, entry, now()).channel
    case = asyncio.run(removing.look(desk.order(channel, who, attended=attended), entry))
    say(
        Text(f"{entry}: {case.check_result} – {case.check_said}.", f"{entry}: {case.check_result} – {case.check_said}.")
    )
    if case.check_result != CheckResult.ABSENT:
        raise typer.Exit(ExitCode.INCOMPLETE)


def attest_absence(desk: Desk, entry: str, how: str, who: str) -> None:
    """Enter that a person has seen for themself that it is gone, and how; nothing is visited."""

    def seen(case: RemovalCase, said: Said) -> RemovalCase:
        return course.attested_absent(case, how, said)

    _say_of(desk, entry, who, seen)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A decision as it was given on the command line; `day` ISO, None: today."""

    reasons: str
    by: str
    reference: str | None = None
    day: str | None = None
    role: str | None = None
    delegation: str | None = None
    grounds: Sequence[str] = ()

    def decided(self) -> Decided:
        """Return it as it is kept."""
        return Decided(
            by=self.by,
            day=_day(self.day),
            reasons=self.reasons,
            reference=self.reference,
            role=self.role,
            delegation=self.delegation,
        )


def decide(desk: Desk, entry: str, ruling: Ruling, who: str) -> None:
    """Enter the decision to remove."""
    _say_of(desk, entry, who, lambda case, said: course.decide(case, ruling.decided(), ruling.grounds, said))


def keep(desk: Desk, entry: str, ruling: Ruling, who: str) -> None:
    """Enter the decision that it stays."""
    _say_of(desk, entry, who, lambda case, said: course.keep(case, ruling.decided(), said))


def removed(desk: Desk, entry: str, measure: str, at: str | None, who: str) -> None:
    """Enter what was done on the platform."""
    moment = moment_of(at)
    _say_of(desk, entry, who, lambda case, said: course.remove(case, Measure(measure), moment or said.at, said))


def enter(desk: Desk, entry: str, diary_number: str, collecting_case: str | None, who: str) -> None:
    """Enter the diary number."""
    _say_of(desk, entry, who, lambda case, said: course.enter(case, diary_number, collecting_case, said))


def put_on_paper(desk: Desk, entry: str, where: str, day: str | None, who: str) -> None:
    """Enter that the sheet was printed, when, and where it lies."""
    printed = _day(day)
    _say_of(desk, entry, who, lambda case, said: course.put_on_paper(case, printed, where, said))


def close(desk: Desk, entry: str, who: str) -> None:
    """Close a case whose evidence is what was saved and that lacks nothing."""
    from flows.commands import removal_papers as papers  # noqa: PLC0415

    def closed(case: RemovalCase, said: Said) -> RemovalCase:
        papers.untouched(case, desk.into)
        return course.close(case, said)

    case = _say_of(desk, entry, who, closed)
    for told in removal_told.worth_saying(case):
        say(told)


def sheet(desk: Desk, entry: str, out: Path | None) -> None:
    """Make the sheet of a case, and the case as XML."""
    from flows.commands import removal_papers as papers  # noqa: PLC0415
    from flows.consigning import seal_of  # noqa: PLC0415 - it loads all ways to an e-archive

    with desk.opened() as store, store.reading() as session:
        case, register = keeping.case_of(session, entry, now()), known(session)
    if case.kind == CaseKind.CRIME:
        raise BadInputError(
            happened=Text(
                f"Ärende {entry} har inget blad: av övergreppsmaterial sparas inget att visa.",
                f"Case {entry} has no sheet: nothing of abuse material is saved that could be shown.",
            ),
            safe=_NOTHING,
            next_step=Text(
                "Det står i årets förteckning: kanalarkiv removal year.",
                "It stands in the year's list: kanalarkiv removal year.",
            ),
        )
    declared = settings.load(desk.settings)
    paper = papers.Paper(case=case, of=papers.whose(register, case, declared), register=register, workspace=desk.into)
    made = asyncio.run(papers.make_sheet(paper, _place(desk, out, f"{entry}.pdf"), made=now(), seal=seal_of(declared)))
    say(Text(f"Att skriva ut: {made[0]}. Till diariet: {made[1]}.", f"To print: {made[0]}. For the diary: {made[1]}."))


def year(desk: Desk, channel: str, number: int, out: Path | None) -> None:
    """Make the list of a channel's cases of a year."""
    from flows.commands import removal_papers as papers  # noqa: PLC0415

    with desk.opened() as store, store.reading() as session:
        register = known(session)
        entry = _entry(register, channel)
        found = keeping.cases(session, at=now(), channel=entry, year=number)
    if not found:
        raise BadInputError(
            happened=Text(f"{channel} har inga ärenden {number}.", f"{channel} has no cases in {number}."),
            safe=_NOTHING,
            next_step=Text("kanalarkiv removal list visar dem som finns.", "kanalarkiv removal list shows them."),
        )
    of = papers.whose(register, found[-1], settings.load(desk.settings))
    place = _place(desk, out, f"{entry}-{number}.pdf")
    pdf, table = asyncio.run(papers.make_year(found, of, number, place, made=now()))
    say(Text(f"{len(found)} ärenden i {pdf} och {table}.", f"{len(found)} cases in {pdf} and {table}."))


def list_cases(desk: Desk, channel: str | None, number: int | None, *, as_json: bool) -> None:
    """Show cases, by channel and number, with what each lacks."""
    with desk.opened() as store, store.reading() as session:
        register = known(session)
        entry = _entry(register, channel) if channel is not None else None
        found = keeping.cases(session, at=now(), channel=entry, year=number)
    removal_told.tell_cases(found, as_json=as_json)


def show(desk: Desk, entry: str, *, as_json: bool) -> None:
    """Show all of a case, and who said what of it when."""
    with desk.opened() as store, store.reading() as session:
        case, told = keeping.case_of(session, entry, now()), keeping.history(session, entry)
    removal_told.tell_case(case, told, as_json=as_json)


def moment_of(word: str | None) -> datetime | None:
    """Return the moment that a person means, as 2026-06-30T14:20 in Sweden; None for None.

    Raises:
        BadInputError: it is none.
    """
    if word is None:
        return None
    try:
        given = datetime.fromisoformat(word)
    except ValueError:
        raise _unusable(
            Text(f"{word} är ingen tidpunkt.", f"{word} is no moment."),
            Text("Ange 2026-06-30T14:20.", "Give 2026-06-30T14:20."),
        ) from None
    return (given if given.tzinfo is not None else given.replace(tzinfo=SWEDEN)).astimezone(UTC)


def _say_of(desk: Desk, entry: str, who: str, say_it: Callable[[RemovalCase, Said], RemovalCase]) -> RemovalCase:
    """Let a new statement of a case be made, and tell how far the case has come by it."""
    at = now()
    with desk.opened() as store, store.writing() as session:
        case = say_it(keeping.case_of(session, entry, at), Said(by=who, at=at))
        session.add(case)
    say(Text(f"Ärende {entry}: {course.state(case).value}.", f"Case {entry}: {course.state(case).value}."))
    removal_told.tell_next(case)
    return case


def _entry(register: Known, word: str) -> str:
    """Return the entry of the channel that `word` names, also of one that is closed by now."""
    there = {segment.said.entry: segment.said for segment in register.segments(ChannelRecord)}
    for entry, record in there.items():
        if word.casefold() in (entry.casefold(), record.name.casefold(), record.address.casefold()):
            return entry
    raise _unusable(
        Text(f"Ingen kanal {word} i registret.", f"No channel {word} in the register."),
        Text("kanalarkiv channels list visar dem som finns.", "kanalarkiv channels list shows them."),
    )


def _place(desk: Desk, out: Path | None, name: str) -> Path:
    """Return the PDF to write: where a person wants it, or in the workspace."""
    if out is None:
        folder = desk.into / FOLDER / "blad"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name
    if out.suffix.lower() != ".pdf" or not out.absolute().parent.is_dir():
        raise _unusable(
            Text(f"{out} går inte att skriva.", f"{out} cannot be written."),
            Text(
                "Ange en fil som slutar på .pdf, i en mapp som finns.", "Give a .pdf file, in a folder that is there."
            ),
        )
    return out


def _day(word: str | None) -> date:
    if word is None:
        return now().astimezone(SWEDEN).date()
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise _unusable(
            Text(f"{word} är ingen dag.", f"{word} is no day."), Text("Ange 2026-06-30.", "Give 2026-06-30.")
        ) from None


def _attend() -> None:
    """See that nothing outlives us, and that a person at the screen is told things."""
    from rich.console import Console  # noqa: PLC0415

    from flows import guard, progress  # noqa: PLC0415

    guard.post()
    progress.use(progress.Progress(Console(stderr=True), clock=now, language=language()))


def _unusable(happened: Text, next_step: Text) -> BadInputError:
    return BadInputError(happened=happened, safe=_NOTHING, next_step=next_step)
