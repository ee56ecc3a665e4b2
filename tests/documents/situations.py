"""Cases, and a capture, as the register and a run would give them to the documents."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from PIL import Image, ImageDraw

from capture.documents.cover import Commission, CoverPage, Judgement, Part
from capture.documents.look import Fact
from capture.documents.removal import Context, Decision, Evidence, Ground, Measure, Removal
from capture.documents.table import Column, Table, TableDocument
from capture.items import Item, ItemKind, PostLedger, StopReason, Traffic, Walk
from capture.records import statement
from capture.records.statement import Statement
from register.language import Text
from register.model import Appraisal, Channel, Contact, Organisation, RecordStatus, Restriction, Terms

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
BOARD = Organisation(name="Exempelköpings kommun, Kommunstyrelsen", identity_code="ORG:212000-0000")
NOBODY = Organisation(name="Ej angiven", identity_code="Local:ej-angiven")
TEXT = (
    "Ni är ju helt otroliga på kommunen!! 😡 Vägen är halkig i TRE dagar.\n\n"
    "شكرا لكم · 谢谢 · Zażółć gęślą jaźń 👩‍👩‍👧 🇸🇪 – och 'citat' <b>inte fetstil</b> & {{ 7 * 7 }}"
)


def picture(path: Path, *, lines: int, width: int = 1400) -> Evidence:
    """A picture of so many lines of text, 60 pixels each."""
    image = Image.new("RGB", (width, 60 * lines), "white")
    for line in range(lines):
        ImageDraw.Draw(image).rectangle(
            (40, 60 * line + 15, width - 40, 60 * line + 45), fill=(40, 60 + line % 150, 90)
        )
    kept = io.BytesIO()
    image.save(kept, "PNG")
    path.write_bytes(kept.getvalue())
    return Evidence(path=path, sha256=hashlib.sha256(kept.getvalue()).hexdigest(), taken=NOON)


def removal(pictures: tuple[Evidence, ...]) -> Removal:
    """A case with everything said."""
    return Removal(
        case_id="2026-17",
        authority=BOARD,
        channel="Exempelköpings kommun",
        platform="Facebook",
        channel_url="https://exempel.invalid/kommunen",
        kind=ItemKind.COMMENT,
        author="Åke Ärlig",
        author_address="https://exempel.invalid/ake",
        published=datetime(2026, 6, 29, 22, 30, tzinfo=UTC),
        published_shown="13 tim",
        permalink="https://exempel.invalid/inlagg/1?k=4",
        text=TEXT,
        pictures=pictures,
        answered=Context(author="Exempelköpings kommun", published=NOON, text="Nu är alla vägar plogade."),
        saved=NOON,
        saved_by="Anna Administratör",
        saved_with="Kanalarkiv 0.1.0, Chromium 156",
        grounds=(
            Ground(
                code="a",
                label=Text("förtal, personliga angrepp eller grova förolämpningar", "libel, personal attacks"),
                provision="brottsbalken 5 kap.",
            ),
            Ground(code="g", label=Text("strider mot lag", "contrary to law"), provision=None),
        ),
        reasons="Kommentaren pekar ut en namngiven medarbetare och angriper hens person.",
        guideline="KS-2024-00357, 2020-05-25",
        decision=Decision(
            reference="KS 2026/88 § 4",
            decided=date(2026, 6, 30),
            decided_by="Karin Chef",
            role="kommunikationschef",
            delegation="delegationsordning p. 3.2",
        ),
        diary_number="KS 2026/341",
        collecting_case="KS 2026/12",
        number=17,
        discovered=datetime(2026, 6, 30, 6, 0, tzinfo=UTC),
        removed=datetime(2026, 6, 30, 12, 30, tzinfo=UTC),
        removed_by="Anna Administratör",
        measure=Measure.REMOVED,
    )


def bare(case: Removal) -> Removal:
    """The same case as it is when only the saving is done."""
    return replace(
        case, published=None, author_address=None, answered=None, grounds=(), reasons="", guideline=None, decision=None,
        diary_number=None, collecting_case=None, number=None, discovered=None, removed=None, removed_by=None,
        measure=None, pictures=(),
    )  # fmt: skip


def channel(*, declared: bool = True) -> Channel:
    """A channel that somebody answers for, with every term said; or one that nobody does."""
    body = BOARD if declared else NOBODY
    terms = Terms(
        contact=Contact(name="Åsa Öberg", details="arkivet@exempel.invalid"),
        archival_name="Kommunstyrelsens arkiv",
        delivery_session="2026-1",
        package_number="3",
        appraisal=Appraisal.PRESERVE,
        appraisal_decision="KS 2025/77",
        restriction=Restriction.PERSONAL_DATA,
        restriction_note="GDPR; kommentarer av privatpersoner",
        information_class="K1 R2 T1",
        case_number="KS 2026/9",
    )
    return Channel(
        name="Exempelköpings kommun",
        platform="Facebook",
        url="https://exempel.invalid/kommunen",
        records_creator=body,
        submitting=body,
        archive=body,
        submission_agreement="KS 2026/123; 2026-01-01" if declared else "Ej angiven",
        reference_code="SE/EXK/1" if declared else None,
        record_status=RecordStatus.NEW if declared else RecordStatus.TEST,
        terms=terms if declared else Terms(),
    )


def walk(*, posts: int = 3, claimed: int = 2) -> Walk:
    """Posts without an answer that claim some."""
    keys = [f"https://exempel.invalid/inlagg/{number}" for number in range(1, posts + 1)]
    items = tuple(
        Item(
            key=key, key_source="permalink", kind=ItemKind.POST, post_key=key, parent_key=None, ordinal=number,
            author="Exempelköpings kommun", text="Snöröjningen pågår ❄️", published=NOON, published_shown="3 tim",
            claimed=claimed, links=(), pictures=(), first_seen=NOON,
        )
        for number, key in enumerate(keys, 1)
    )  # fmt: skip
    ledgers = tuple(
        PostLedger(
            post_key=key, claimed=claimed, captured=0, duplicates=0, deleted=0, missing_reason=None, evidence=None
        )
        for key in keys
    )
    return Walk(
        url="https://exempel.invalid/kommunen", title="Exempelköpings kommun", profile="facebook", by_semantics=False,
        started=NOON, ended=NOON, items=items, ledgers=ledgers, claimed_posts=posts, since=None, resumed=(), pauses=(),
        traffic=Traffic(requests=12, reading=0, changing=(), unknown=()), stop=StopReason.END_MARKER, stop_detail="",
        remarks=(), steps=3, clicks=1, unmatched_controls=(), limits=(), browser="Chromium 156",
        user_agent="Mozilla/5.0", viewport=(1280, 900),
    )  # fmt: skip


def concluded(of: Channel, seen: Walk) -> Statement:
    """The statement on it."""
    return statement.conclude(seen, of, previous=None, issued=NOON, program="Kanalarkiv 0.1.0")


def cover(of: Channel, seen: Walk, *, commission: Commission | None = None) -> CoverPage:
    """A cover of one volume that passed, and one film."""
    engine, extent = "veraPDF 1.31.50", Text("4711 kontroller", "4711 checks")
    film = Text("9 bilder: lika de avbildade", "9 pictures: equal to those captured")
    return CoverPage(
        statement=concluded(of, seen),
        commission=commission
        or Commission(
            run_id="exempel-2026-06-30",
            rules="FGS Paketstruktur 2.0",
            checksum="SHA-256",
            permission=Text("KS 2026/456, 2026-05-04, Kommunstyrelsen", "KS 2026/456, 2026-05-04, Kommunstyrelsen"),
        ),
        judged=(
            Judgement(file="volym-01.pdf", against="2a", passed=True, by=engine, extent=extent),
            Judgement(file="volym-01.pdf", against="ua1", passed=False, by=engine, extent=extent),
            Judgement(file="inspelning.mp4", against="MP4 (H.264)", passed=True, by="ffmpeg 7", extent=film),
        ),
        digests=(("volym-01.pdf", "ab" * 32), ("inspelning.mp4", "cd" * 32)),
        parts=(Part(name="rep2-visning", holds=Text("Inspelning och sidor", "Recording and pages"), files=4),),
        tools=("Kanalarkiv 0.1.0", "Chromium 156"),
    )


def case_list(rows: int, *, oddity: str = "") -> TableDocument:
    """A list of cases: each row has one of three grounds, `oddity` stands in the first."""
    grounds = ("förtal", "hets mot folkgrupp", "reklam")
    return TableDocument(
        kind=Text("Aktförteckning", "List of enclosures"),
        title=Text("Borttagna kommentarer 2026", "Removed comments 2026"),
        lead=Text("Samlingsärende KS 2026/12", "Collecting case KS 2026/12"),
        facts=(Fact(label=Text("Arkivbildare", "Records creator"), said=BOARD.name),),
        table=Table(
            columns=(
                Column(label=Text("Nr", "No."), numbers=True),
                Column(label=Text("Författare", "Author")),
                Column(label=Text("Grund", "Ground")),
            ),
            rows=[
                (str(number), f"Åsa Öberg {number}{oddity if number == 1 else ''}", grounds[number % 3])
                for number in range(1, rows + 1)
            ],
        ),
        empty=Text("Inga ärenden.", "No cases."),
        findings=("KS 2026/12 nr 4 saknar gallringsbeslut.",),
    )
