"""`kanalarkiv removal`: what is removed is saved first, decided, removed, registered, printed, and looked for.

What the commands do is in `removed`; slow libraries are behind it, and `--help` answers at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.commands.telling import WORKSPACE, AsJson, Into, Who, person

if TYPE_CHECKING:
    from flows.commands.removed import Desk

app = typer.Typer(
    no_args_is_help=True,
    help="Borttagningsärenden: spara, besluta, ta bort, diarieför, skriv ut. Utgångsläget är att det får stå kvar.",
)

SettingsFile = Annotated[Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")]
Case = Annotated[str, typer.Argument(metavar="ÄRENDE", help="Ärendets id, som fb-2026-3.")]
Channel = Annotated[str, typer.Option("--channel", metavar="KANAL", help="Kanalens kortnamn, namn eller adress.")]
Attended = Annotated[bool, typer.Option("--attended", help="I din egen webbläsare: du loggar in och ser på.")]
Reasons = Annotated[str, typer.Option("--reasons", metavar="TEXT", help="Motiveringen.")]
DecidedBy = Annotated[str, typer.Option("--decided-by", metavar="NAMN", help="Vem som har beslutat.")]
Day = Annotated[str | None, typer.Option("--on", metavar="ÅÅÅÅ-MM-DD", help="Dagen; annars i dag.")]
Role = Annotated[str | None, typer.Option("--role", help="Som vad: befattning eller roll.")]
Delegation = Annotated[str | None, typer.Option("--delegation", help="Delegationen som beslutet togs på.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FIL", help="PDF:en; annars i arbetsmappen, borttagning/blad.")
]


@app.command()
def save(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    permalink: Annotated[str, typer.Argument(metavar="ADRESS", help="Inläggets eller kommentarens egen adress.")],
    channel: Channel,
    who: Who,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
    hidden: Annotated[bool, typer.Option("--hidden", help="Det är redan avpublicerat (dolt).")] = False,
    own: Annotated[bool, typer.Option("--own", help="Det är kommunens eget inlägg.")] = False,
    discovered: Annotated[
        str | None, typer.Option("--discovered", metavar="TID", help="När det upptäcktes; annars nu.")
    ] = None,
    attended: Attended = False,
) -> None:
    """Spara ett inlägg eller en kommentar innan det tas bort, med tråden omkring, och gör bladet.

    Aldrig övergreppsmaterial mot barn: det sparas inte, varken text, bild eller adress. Gör i stället en
    polisanmälan, och kör kanalarkiv removal report-crime.
    """
    from flows.commands import removed as work  # noqa: PLC0415 - see the module docstring
    from flows.removing import Save  # noqa: PLC0415

    desk = _desk(into, settings)
    wanted = Save(permalink=permalink, hidden=hidden, own=own, discovered=work.moment_of(discovered))
    work.save(desk, desk.order(channel, person(who), attended=attended), wanted)


@app.command("report-crime")
def report_crime(
    reference: Annotated[str, typer.Option("--reference", help="Er egen referens; aldrig adressen.")],
    police_report: Annotated[str, typer.Option("--police-report", metavar="NR", help="Polisanmälans nummer.")],
    channel: Channel,
    who: Who,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
) -> None:
    """Påbörja ett ärende om övergreppsmaterial mot barn: bara en referens och polisanmälans nummer.

    Sådant material samlas aldrig in, inte heller som bevis: ingen webbläsare startas, ingen adress besöks, och ingen
    text och ingen bild sparas. Anmäl till polisen, och gör som polisen säger.
    """
    from flows.commands import removed as work  # noqa: PLC0415

    order = _desk(into, settings).order(channel, person(who), attended=True)
    work.report_crime(order, reference, police_report)


@app.command()
def decide(  # noqa: PLR0913, PLR0917
    case: Case,
    reasons: Reasons,
    decision: Annotated[str, typer.Option("--decision", metavar="DNR", help="Beslutets diarienummer eller paragraf.")],
    decided_by: DecidedBy,
    who: Who,
    ground: Annotated[
        list[str] | None, typer.Option("--ground", metavar="BOKSTAV", help="Riktlinjens grund, a till i; minst en.")
    ] = None,
    on: Day = None,
    role: Role = None,
    delegation: Delegation = None,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
) -> None:
    """För in beslutet att ta bort: grund, motivering och beslut. Utan minst en grund får det stå kvar."""
    from flows.commands import removed as work  # noqa: PLC0415

    ruling = work.Ruling(
        reasons=reasons,
        by=decided_by,
        reference=decision,
        day=on,
        role=role,
        delegation=delegation,
        grounds=ground or (),
    )
    work.decide(_desk(into, settings), case, ruling, person(who))


@app.command()
def keep(  # noqa: PLR0913, PLR0917
    case: Case,
    reasons: Reasons,
    decided_by: DecidedBy,
    who: Who,
    on: Day = None,
    role: Role = None,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
) -> None:
    """För in att det får stå kvar, och varför."""
    from flows.commands import removed as work  # noqa: PLC0415

    ruling = work.Ruling(reasons=reasons, by=decided_by, day=on, role=role)
    work.keep(_desk(into, settings), case, ruling, person(who))


@app.command()
def removed(
    case: Case,
    measure: Annotated[
        Literal["borttagen", "avpublicerad"], typer.Option("--measure", help="Vad som gjordes på plattformen.")
    ],
    who: Who,
    at: Annotated[str | None, typer.Option("--at", metavar="TID", help="När, som 2026-06-30T14:20; annars nu.")] = None,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
) -> None:
    """För in att det har tagits bort eller avpublicerats; det görs på plattformen, av en människa."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.removed(_desk(into, settings), case, measure, at, person(who))


@app.command()
def register(
    case: Case,
    diary_number: Annotated[str, typer.Option("--diary-number", metavar="DNR", help="Ärendets diarienummer.")],
    who: Who,
    collecting_case: Annotated[
        str | None, typer.Option("--collecting-case", metavar="DNR", help="Årets samlingsärende; sägs en gång om året.")
    ] = None,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
) -> None:
    """För in diarienumret."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.enter(_desk(into, settings), case, diary_number, collecting_case, person(who))


@app.command()
def check(
    case: Case,
    who: Who,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
    attended: Attended = False,
    by_hand: Annotated[
        str | None,
        typer.Option("--by-hand", metavar="HUR", help="Du har själv sett att det är borta: hur du såg efter."),
    ] = None,
) -> None:
    """Se efter om det är borta: borta, kvar, eller att det inte går att avgöra. Slutkod 0 bara när det är borta."""
    from flows.commands import removed as work  # noqa: PLC0415

    if by_hand is not None:
        work.attest_absence(_desk(into, settings), case, by_hand, person(who))
        return
    work.check(_desk(into, settings), case, person(who), attended=attended)


@app.command("print")
def put_on_paper(
    case: Case,
    where: Annotated[str, typer.Option("--where", metavar="PLATS", help="Var papperet ligger: akt, pärm, arkiv.")],
    who: Who,
    on: Day = None,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
) -> None:
    """Intyga att bladet är utskrivet, vilken dag, och var papperet ligger."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.put_on_paper(_desk(into, settings), case, where, on, person(who))


@app.command()
def close(case: Case, who: Who, into: Into = WORKSPACE, settings: SettingsFile = None) -> None:
    """Avsluta ett ärende; det som saknas sägs, och då avslutas det inte."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.close(_desk(into, settings), case, person(who))


@app.command("list")
def list_cases(
    channel: Annotated[str | None, typer.Option("--channel", metavar="KANAL", help="Bara en kanal.")] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="ÅÅÅÅ", help="Bara ett år.")] = None,
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Visa ärendena, hur långt de har kommit, och vad de saknar."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.list_cases(_desk(into, settings), channel, year, as_json=as_json)


@app.command()
def show(case: Case, into: Into = WORKSPACE, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Visa ett ärende, och vem som har sagt vad om det, när, före och efter."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.show(_desk(into, settings), case, as_json=as_json)


@app.command()
def sheet(case: Case, into: Into = WORKSPACE, settings: SettingsFile = None, out: Out = None) -> None:
    """Gör bladet (PDF/A, A4) att skriva ut, och ärendet som XML för diariet."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.sheet(_desk(into, settings), case, out)


@app.command()
def year(
    channel: Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn, namn eller adress.")],
    number: Annotated[int, typer.Argument(metavar="ÅR", help="Året, som 2026.")],
    into: Into = WORKSPACE,
    settings: SettingsFile = None,
    out: Out = None,
) -> None:
    """Gör årets aktförteckning för en kanal (PDF/A och CSV)."""
    from flows.commands import removed as work  # noqa: PLC0415

    work.year(_desk(into, settings), channel, number, out)


@app.command()
def grounds() -> None:
    """Visa riktlinjens grunder, med lagrum."""
    from flows.commands.removal_told import tell_grounds  # noqa: PLC0415

    tell_grounds()


def _desk(into: Path, settings: Path | None) -> "Desk":
    from flows.commands.removed import Desk  # noqa: PLC0415

    return Desk(into=into, settings=settings)
