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
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from register.errors import DiskFullError, ExitCode, KanalarkivError
from register.language import Language, Text
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

Into = Annotated[Path, typer.Option("--into", help="Mappen att arbeta i.")]


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
def capture(
    url: Annotated[str, typer.Argument(help="Kanalens adress.")],
    into: Into = Path("kanalarkiv-data"),
    name: Annotated[str | None, typer.Option(help="Vad kanalen heter; annars sidans egen rubrik.")] = None,
    platform: Annotated[str | None, typer.Option(help="Plattformens namn.")] = None,
    settings: Annotated[Path | None, typer.Option(help="Inställningar; annars ./kanalarkiv.toml.")] = None,
) -> None:
    """Dokumentera en kanal nu: gå igenom, spela in, paketera, leverera."""
    _prepare(into)
    from flows.on_demand import Order, document_on_demand  # noqa: PLC0415

    _conclude(document_on_demand(Order(url=url, workspace=into, name=name, platform=platform, settings=settings)))


@app.command()
def deliver(
    path: Annotated[Path, typer.Argument(help="Paketet (.zip).")],
    to: Annotated[Path, typer.Option("--to", help="E-arkivets mottagningsmapp.")],
) -> None:
    """Leverera ett färdigt paket till ett e-arkiv; en gång räcker, en andra gång ändrar inget."""
    from flows import verdicts  # noqa: PLC0415

    verdicts.deliver(_out(), path, to, _language(), now=datetime.now(UTC))


@package.command()
def validate(
    path: Annotated[Path, typer.Argument(help="Paketet: en ZIP eller en mapp.")],
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
