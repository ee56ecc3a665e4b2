"""The package's cover page (*försättsblad*): the ten questions an archivist asks of a delivery, and their answers.

Each is answered from the package alone, and what nobody has said is said to be unsaid, and whose it is to say. One
answer cannot stand here: what the validators say of the package itself, for they judge it when it is finished, this
page included. The page says so, and where their word is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from capture.documents import answers
from capture.documents.look import Fact, render, spoken
from capture.documents.table import Column, Table
from capture.records.statement import Statement
from register.language import Language, Text
from register.model import RecordStatus

LOSSES_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What only the occasion knows.

    `run_id` is the run's, and the package's object id. `rules` names what the package follows, `checksum` the algorithm
    of its checksums. `permission` says on what terms the channel was captured, and by which decision; None: not known.
    `extract` is the file, beside the cover, that has the register's extract; None where the register was not asked.
    """

    run_id: str
    rules: str
    checksum: str
    permission: Text | None
    extract: str | None = None


def _registered(commission: Commission) -> tuple[Fact, ...]:
    """Return where it is said who was authorised, by which decisions; nothing where the register was not asked."""
    if commission.extract is None:
        return ()
    label = Text("Beslut och behöriga", "Decisions and authorised")
    return (Fact(label=label, said=commission.extract, href=commission.extract),)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that lies in the package, under the name of a folder or a file."""

    name: str
    holds: Text
    files: int


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """That a file was judged: against what, by which program, in which extent, and whether it passed."""

    file: str
    against: str
    passed: bool
    by: str
    extent: Text


@dataclass(frozen=True, kw_only=True)
class CoverPage:
    """All that the cover is made of.

    `digests` are the SHA-256 of files that have one already, by name. `tools` are programs with their versions.
    """

    statement: Statement
    commission: Commission
    judged: Sequence[Judgement]
    digests: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    tools: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One of the ten, with its answer."""

    asked: Text
    facts: Sequence[Fact] = ()
    said: Sequence[Text | str] = ()
    table: Table | None = None


def title_of(cover: CoverPage) -> str:
    """Return the document's title."""
    return f"Försättsblad – {spoken(cover.statement.channel.name, Language.SWEDISH)}"


def render_cover(cover: CoverPage) -> str:
    """Return the cover as one HTML document, Swedish first and then English."""
    return render(
        "cover.html",
        title=title_of(cover),
        footer=f"{title_of(cover)} – {cover.commission.run_id}",
        languages=tuple(Language),
        statement=cover.statement,
        is_test=cover.statement.channel.record_status is RecordStatus.TEST,
        questions=questions(cover),
    )


def questions(cover: CoverPage) -> tuple[Question, ...]:
    """Return the ten questions, answered, in the order in which an archivist asks them."""
    said, channel = cover.statement, cover.statement.channel
    return (
        Question(asked=Text("Vems är det?", "Whose is it?"), facts=answers.whose(channel)),
        Question(
            asked=Text("Vilken kanal, adress och period?", "Which channel, address and period?"),
            facts=(*answers.which(said, cover.commission.permission), *_registered(cover.commission)),
        ),
        Question(
            asked=Text("Finns någon lucka sedan den förra insamlingen?", "Is there a gap since the previous capture?"),
            facts=answers.since(said),
        ),
        Question(
            asked=Text(
                "Är allt med? Om inte: vad saknas, och varför?", "Is it all there? If not: what is missing, and why?"
            ),
            facts=answers.whole(said),
            said=_losses(said),
        ),
        Question(
            asked=Text("Är filformaten giltiga?", "Are the file formats valid?"),
            table=_judged(cover),
            said=(_BY_ITSELF, _not_here(cover.commission)),
        ),
        Question(
            asked=Text("Stämmer kontrollsummorna?", "Are the checksums right?"),
            facts=_checksums(cover),
        ),
        Question(
            asked=Text("Är sekretess och personuppgifter utmärkta?", "Are secrecy and personal data marked?"),
            facts=answers.restricted(channel),
        ),
        Question(
            asked=Text(
                "Vilket beslut bevaras eller gallras det efter?", "By which decision is it kept or disposed of?"
            ),
            facts=answers.decided(channel),
        ),
        Question(
            asked=Text("Vilket ärende hör det till?", "Which case does it belong to?"), facts=answers.case(channel)
        ),
        Question(
            asked=Text("Kan det läsas utan det program som gjorde det?", "Can it be read without the program?"),
            said=(
                Text(
                    "Ja. Börja med index.html i en vanlig webbläsare. Sidorna är PDF/A, filmen MP4 eller Matroska och "
                    "uppgifterna XML (med schema) och CSV. Inget kräver nätverk, skript eller Kanalarkiv.",
                    "Yes. Begin with index.html in an ordinary web browser. The pages are PDF/A, the film MP4 or "
                    "Matroska and the record XML (with its schema) and CSV. Nothing needs a network, a script or us.",
                ),
                Text(
                    f"Gjort med {', '.join(cover.tools)}; {said.program}.",
                    f"Made with {', '.join(cover.tools)}; {said.program}.",
                ),
            ),
            table=_contents(cover),
        ),
    )


_BY_ITSELF = Text(
    "Utlåtandena ligger bredvid filerna (.verapdf.json), också det om detta blad.",
    "The reports lie beside the files (.verapdf.json), that on this page too.",
)


def _not_here(commission: Commission) -> Text:
    return Text(
        f"Om paketet som helhet ({commission.rules}) kan inget stå här: det prövas när det är färdigt, detta blad "
        "inräknat. Ett paket som inte är giltigt förseglas och levereras inte. Pröva om med "
        "kanalarkiv package validate eller någon annans validator.",
        f"Of the package as a whole ({commission.rules}) nothing can stand here: it is judged when it is finished, "
        "this page included. A package that is not valid is neither sealed nor delivered. Judge it again with "
        "kanalarkiv package validate or somebody else's validator.",
    )


def _losses(said: Statement) -> tuple[Text, ...]:
    shown = tuple(loss.told for loss in said.losses[:LOSSES_SHOWN])
    more = len(said.losses) - len(shown)
    if not more:
        return shown
    rest = Text(
        f"Och {more} till; alla står i fullständighetsintyget.", f"And {more} more; the statement has them all."
    )
    return (*shown, rest)


def _judged(cover: CoverPage) -> Table:
    return Table(
        columns=(
            Column(label=Text("Fil", "File")),
            Column(label=Text("Mot", "Against")),
            Column(label=Text("Utfall", "Outcome")),
            Column(label=Text("Av", "By")),
            Column(label=Text("Omfattning", "Extent")),
        ),
        rows=[(one.file, one.against, _OUTCOMES[one.passed], one.by, one.extent) for one in cover.judged],
    )


_OUTCOMES = {True: Text("godkänd", "passed"), False: Text("UNDERKÄND", "FAILED")}


def _checksums(cover: CoverPage) -> tuple[Fact, ...]:
    algorithm = cover.commission.checksum
    everything = Fact(
        label=Text("Alla filer", "All files"),
        said=Text(
            f"{algorithm}, i paketets METS och PREMIS; räknade när filerna skrevs in i paketet",
            f"{algorithm}, in the package's METS and PREMIS; computed as the files were written into the package",
        ),
    )
    check = Fact(
        label=Text("Pröva", "To check"),
        said=Text("kanalarkiv package validate, eller någon annans", "kanalarkiv package validate, or another's"),
    )
    known = (
        Fact(label=Text(f"{name}, SHA-256", f"{name}, SHA-256"), said=digest, exact=True)
        for name, digest in cover.digests
    )
    return (everything, check, *known)


def _contents(cover: CoverPage) -> Table:
    return Table(
        columns=(
            Column(label=Text("I paketet", "In the package")),
            Column(label=Text("Innehåller", "Holds")),
            Column(label=Text("Filer", "Files"), numbers=True),
        ),
        rows=[(part.name, part.holds, str(part.files)) for part in cover.parts],
    )
