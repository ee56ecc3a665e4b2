"""The command line: each command starts one occasion, and here alone an error becomes words and an exit code.

Prefect and Playwright are imported inside the commands that need them, so that `--help` answers at once.
"""

import asyncio
import errno
import os
import signal
import sys
import traceback
from collections.abc import Coroutine
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from capture.session import key
from flows.commands import (
    channels,
    closure,
    consents,
    custody,
    debate,
    deliveries,
    difference,
    duties,
    figures,
    gallring,
    holds,
    private,
    register,
    removal,
    serve,
    status,
    watch,
)
from register.errors import BadInputError, DiskFullError, ExitCode, KanalarkivError
from register.language import SWEDEN, Language, Text
from register.model import Verdict

if TYPE_CHECKING:
    from flows.summary import Outcome

app = typer.Typer(
    name="kanalarkiv",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dokumenterar kommunens kanaler i sociala medier och lämnar ett paket till e-arkivet. "
    "(English messages: KANALARKIV_LANGUAGE=en)",
)
package = typer.Typer(no_args_is_help=True, help="Överföringspaket (SIP).")
app.add_typer(package, name="package")
session = typer.Typer(no_args_is_help=True, help="Sparade inloggningar.")
app.add_typer(session, name="session")
for _name, _commands in {
    "channels": channels,
    "closure": closure,
    "consents": consents,
    "custody": custody,
    "debate": debate,
    "deliveries": deliveries,
    "difference": difference,
    "duties": duties,
    "gallring": gallring,
    "holds": holds,
    "private": private,
    "register": register,
    "removal": removal,
    "watch": watch,
}.items():
    app.add_typer(_commands.app, name=_name)
app.command("figures")(figures.figures)
app.command("serve")(serve.serve)
app.command("status")(status.status)

Into = Annotated[Path, typer.Option("--into", help="Mappen att arbeta i.")]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")]


@app.command()
def demo(
    into: Into = Path("kanalarkiv-demo"),
    overclaim: Annotated[
        bool, typer.Option("--overclaim", help="Kanalen uppger fler kommentarer än den någonsin visar.")
    ] = False,
    stall: Annotated[bool, typer.Option("--stall", help="Kanalen slutar ladda inlägg halvvägs.")] = False,
) -> None:
    """Dokumentera den medföljande exempelkanalen, från sida till e-arkiv."""
    _prepare(into)
    from flows.demo import demonstrate  # noqa: PLC0415 - see the module docstring
    from sample_channel import Behaviour  # noqa: PLC0415

    _conclude(demonstrate(into, Behaviour(overclaim=3 if overclaim else 0, stall=stall)))


@app.command()
def capture(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    channel: Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn eller namn, eller dess adress.")],
    into: Into = Path("kanalarkiv-data"),
    name: Annotated[
        str | None, typer.Option(help="Vad kanalen heter; annars som i registret, eller sidans rubrik.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="Plattformens namn; annars som i registret.")] = None,
    settings: SettingsFile = None,
    since: Annotated[
        str | None, typer.Option(metavar="ÅÅÅÅ-MM-DD", help="Från den dagens början; annars sedan förra gången.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Hela historiken, från kanalens första inlägg.")] = False,
    attended: Annotated[
        bool, typer.Option("--attended", help="I din egen webbläsare: du loggar in, startar och ser på.")
    ] = False,
    who: Annotated[
        str | None, typer.Option("--who", metavar="NAMN", help="Vem som dokumenterar: kortnamnet i registret.")
    ] = None,
    replaces: Annotated[
        Path | None, typer.Option("--replaces", metavar="PAKET", help="Det tidigare paket som det nya ersätter.")
    ] = None,
    supplements: Annotated[
        Path | None, typer.Option("--supplements", metavar="PAKET", help="Det tidigare paket som det nya kompletterar.")
    ] = None,
) -> None:
    """Dokumentera en kanal nu: gå igenom, spela in, paketera, leverera."""
    from flows import permitting  # noqa: PLC0415 - see the module docstring
    from flows import settings as files  # noqa: PLC0415

    start = _swedish_midnight(since, whole=whole) if since is not None else None
    # The flow asks the same; here it is asked before anything is made or started.
    wish = permitting.Wish(channel=channel, who=who, attended=attended, workspace=into)
    url = permitting.permitted(files.load(settings), wish, at=datetime.now(UTC)).url
    _prepare(into)
    from flows.on_demand import Order, document_on_demand  # noqa: PLC0415

    order = Order(
        url=url,
        workspace=into,
        name=name,
        platform=platform,
        settings=settings,
        since=start,
        whole=whole,
        attended=attended,
        replaces=replaces,
        supplements=supplements,
        who=who,
    )
    _conclude(document_on_demand(order))


@app.command()
def login(
    channel: Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens namn i registret, eller dess adress.")],
    into: Into = Path("kanalarkiv-data"),
    settings: SettingsFile = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="NAMN", help="Vem som loggar in: kortnamnet i registret.")
    ] = None,
) -> None:
    """Logga in på en kanal en gång, i en webbläsare; inloggningen sparas krypterad."""
    from flows import attended, login, permitting  # noqa: PLC0415
    from flows import settings as files  # noqa: PLC0415

    declared = files.load(settings)
    entry = files.registered(declared, channel)
    # Whoever has no mandate in the channel does not log in to it either.
    wish = permitting.Wish(channel=entry.address, who=who, attended=True, workspace=into)
    permitting.permitted(declared, wish, at=datetime.now(UTC))
    person = attended.terminal(_tell)
    kept = asyncio.run(login.log_in(entry, person, clock=lambda: datetime.now(UTC)))
    login.tell_kept(kept, entry, _tell)


@session.command("list")
def list_sessions() -> None:
    """Säg vilka inloggningar som är sparade, och när de gjordes."""
    from flows import login  # noqa: PLC0415

    login.tell_sessions(_tell)


@session.command("forget")
def forget_session(
    channel: Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens namn, eller dess adress.")],
) -> None:
    """Ta bort en sparad inloggning."""
    from flows import login  # noqa: PLC0415

    login.forget(channel, _tell)


@app.command()
def deliver(
    path: Annotated[Path, typer.Argument(help="Paketet (.zip).")],
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="MAPP", help="E-arkivets mottagningsmapp; annars som i inställningarna."),
    ] = None,
    into: Into = Path("kanalarkiv-data"),
    earlier: Annotated[
        str | None, typer.Option("--earlier", metavar="OBJID", help="Paketet som detta ersätter eller kompletterar.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Leverera ett färdigt paket till ett e-arkiv; en gång räcker, en andra gång ändrar inget."""
    from flows import consigning, embedded, verdicts, workspace  # noqa: PLC0415
    from flows import settings as files  # noqa: PLC0415

    declared = files.load(settings)
    if to is None and declared is None:
        raise _nowhere()
    with workspace.opened(into) as opened:
        embedded.prepare(opened.prefect_home)  # a secret may be in a block of Prefect's
        consignee = consigning.consignee_of(declared, opened.root, folder=to)
        verdicts.deliver(_out(), path, consignee, _language(), by="kanalarkiv deliver", earlier=earlier)


@package.command()
def validate(
    path: Annotated[Path, typer.Argument(help="Paketet: en ZIP, en TAR eller en mapp.")],
    as_json: Annotated[bool, typer.Option("--json", help="Skriv rapporten som JSON.")] = False,
    second_opinion: Annotated[bool, typer.Option("--second-opinion", help="Fråga även commons-ip.")] = False,
) -> None:
    """Säg om ett paket är giltigt, eller vad som är fel med det."""
    from flows import verdicts  # noqa: PLC0415

    if not verdicts.judge(_out(), path, _language(), as_json=as_json, second_opinion=second_opinion):
        raise typer.Exit(ExitCode.PACKAGE_INVALID)


@app.command()
def doctor(into: Into = Path("kanalarkiv-data")) -> None:
    """Säg om varje del: funnen, version, var, eller vad som ska göras."""
    from flows.doctor import examine  # noqa: PLC0415

    fit = True
    for finding in examine(into):
        fit &= finding.remedy is None
        state = Text("finns", "found") if finding.remedy is None else Text("SAKNAS", "MISSING")
        what = "  ".join(part for part in (finding.part.spoken(_language()), finding.version, finding.place) if part)
        _say(_out(), Text(f"{state.sv:8}{what}", f"{state.en:8}{what}"))
        if finding.remedy is not None:
            _say(_out(), Text(f"        → {finding.remedy.sv}", f"        → {finding.remedy.en}"))
    if not fit:
        raise typer.Exit(ExitCode.BAD_INPUT)


def main() -> None:
    """Run the command line and exit with a documented code (see `register.errors.ExitCode`)."""
    # A service manager's SIGTERM is the same orderly end as Ctrl-C. While a flow runs, Prefect answers it itself.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    key.withdraw()  # before anything is started that would inherit it
    sys.exit(_run())


def _run() -> int:
    try:
        app()
    except SystemExit as ended:
        if ended.code == ExitCode.INTERRUPTED:
            _say(_err(), _INTERRUPTED)
        return int(ended.code or 0)
    except KanalarkivError as error:
        return _complain(error)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _complain(_disk_full(error))
        return _own_up(error)
    except Exception as fault:  # noqa: BLE001 - the last resort: a person must not meet a traceback
        return _own_up(fault)
    return ExitCode.OK


def _prepare(into: Path) -> None:
    """Set Prefect up inside the workspace before anything imports it, and see that nothing outlives us."""
    from flows import embedded, guard, progress, workspace  # noqa: PLC0415

    with workspace.opened(into) as opened:
        embedded.prepare(opened.prefect_home)
    guard.post()
    progress.use(progress.Progress(_err(), clock=lambda: datetime.now(UTC), language=_language()))


def _conclude(work: Coroutine[object, object, "Outcome"]) -> None:
    """Do the work, tell what came of it, and end with the exit code of its verdict."""
    from prefect.exceptions import TerminationSignal  # noqa: PLC0415

    from flows import progress, summary  # noqa: PLC0415

    try:
        outcome = asyncio.run(work)
    except TerminationSignal as stopped:  # a service manager's SIGTERM, which Prefect turns into this
        raise typer.Exit(ExitCode.INTERRUPTED) from stopped
    finally:
        progress.current().leave()
    summary.tell(_out(), outcome, _language())
    if outcome.verdict is Verdict.INCOMPLETE:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _swedish_midnight(day: str, *, whole: bool) -> datetime:
    """Return when `day` (ISO) began in Sweden, in UTC.

    Raises:
        BadInputError: it is no such day, or not yet here, or the whole history is asked for as well.
    """
    try:
        start = datetime.combine(date.fromisoformat(day), time(), SWEDEN).astimezone(UTC)
    except ValueError:
        start = None
    if start is not None and start <= datetime.now(UTC) and not whole:
        return start
    raise BadInputError(
        happened=Text(f"--since {day} går inte att använda.", f"--since {day} cannot be used."),
        safe=Text("Inget har samlats in.", "Nothing was captured."),
        next_step=Text(
            "Ange en dag som har varit, som 2026-06-30, eller --whole för hela historiken, inte båda.",
            "Give a day that has been, like 2026-06-30, or --whole for the whole history, not both.",
        ),
    )


def _nowhere() -> BadInputError:
    return BadInputError(
        happened=Text("Det står inte vart paketet ska.", "It is not said where the package is to go."),
        safe=Text("Inget har levererats.", "Nothing was delivered."),
        next_step=Text(
            "Ange --to MAPP, eller e_arkiv i kanalarkiv.toml.", "Give --to FOLDER, or e_arkiv in kanalarkiv.toml."
        ),
    )


_INTERRUPTED = Text(
    "Avbrutet. Inget halvt paket finns i e-arkivet; det som blev klart ligger kvar.\n"
    "Kör samma kommando igen: det säger vad det fann och fortsätter.",
    "Interrupted. There is no half package in the e-archive; what was finished is kept.\n"
    "Run the same command again: it says what it found and goes on.",
)


def _language() -> Language:
    return Language.ENGLISH if os.environ.get("KANALARKIV_LANGUAGE") == "en" else Language.SWEDISH


def _out() -> Console:
    return Console()


def _err() -> Console:
    return Console(stderr=True)


def _tell(text: Text) -> None:
    _say(_out(), text)


def _say(console: Console, text: Text) -> None:
    console.print(text.spoken(_language()), markup=False, highlight=False, soft_wrap=True)


def _complain(error: KanalarkivError) -> int:
    _say(_err(), Text(error.spoken(Language.SWEDISH), error.spoken(Language.ENGLISH)))
    return error.exit_code


def _disk_full(error: OSError) -> DiskFullError:
    return DiskFullError(
        happened=Text(f"Disken är full ({error.filename}).", f"The disk is full ({error.filename})."),
        safe=Text(
            "Det som var klart ligger kvar; inget halvt paket finns i e-arkivet.",
            "What was finished is kept; there is no half package in the e-archive.",
        ),
        next_step=Text(
            "Frigör utrymme och kör samma kommando igen, så fortsätter det.",
            "Free some space and run the same command again; it goes on.",
        ),
    )


def _own_up(fault: Exception) -> int:
    """A fault of ours: the details go to a file for whoever mends it, a sentence to the person."""
    with NamedTemporaryFile("w", prefix="kanalarkiv-fel-", suffix=".txt", delete=False, encoding="utf-8") as report:
        traceback.print_exception(fault, file=report)
    _say(
        _err(),
        Text(
            "Ett fel i programmet hindrade arbetet. Inget halvt paket finns i e-arkivet.\n"
            f"Detaljerna ligger i {report.name}: skicka filen till den som sköter Kanalarkiv.",
            "A fault in the program stopped the work. There is no half package in the e-archive.\n"
            f"The details are in {report.name}: send the file to whoever looks after Kanalarkiv.",
        ),
    )
    return ExitCode.PROGRAM_FAULT
