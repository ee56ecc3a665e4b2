"""The archive's answers: what is a receipt, what is a finding, and what never changes a state."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from delivery import receipts_taken
from delivery.journey import Step
from delivery.receipts import LARGEST, Answer, Finding, Unreadable, read, receipt_schema
from delivery.transport import RETURN_LIMIT, Returned
from register.errors import BadInputError
from register.model import RecordStatus
from tests.delivery.ledger_desk import Desk, desk_of
from tests.register.databases import BOTH

ROOT = Path(__file__).resolve().parents[2]
SUM = "5e" * 32


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk_of("sqlite", request.config, tmp_path) as desk:
        yield desk


@pytest.fixture(params=BOTH)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(request.param, request.config, tmp_path) as desk:
        yield desk


def _json(package: str = "kanal-1", answer: str = "received", **more: object) -> str:
    said = {"version": "1.0", "package": package, "answer": answer} | more
    return json.dumps(said, ensure_ascii=False)


def _xml(body: str, version: str = "1.0") -> str:
    return f'<receipt xmlns="urn:kanalarkiv:receipt:1.0" version="{version}">{body}</receipt>'


def _returned(name: str, content: str | bytes) -> Returned:
    raw = content.encode() if isinstance(content, str) else content
    return Returned(name=name, size=len(raw), content=raw)


def _taken(desk: Desk) -> list[tuple[str, Finding, str | None]]:
    taken = receipts_taken.take_returns(desk.store, desk.transport, now=desk.clock())
    assert not taken.maybe_more
    return [(each.name, each.finding, each.object_id) for each in taken.noted]


@pytest.mark.parametrize("shape", ["json", "xml", "ok", "ok-with-sum"])
def test_a_receipt_of_each_shape_makes_the_package_received(either: Desk, shape: str) -> None:
    package = either.delivered()
    name, content = {
        "json": ("svar.json", _json(sha256=package.sha256, officer="Åsa Öberg", archiveId="AIP-7")),
        "xml": (
            "svar.xml",
            _xml(f"<sha256>{package.sha256.upper()}</sha256><answer>received</answer><package>kanal-1</package>"),
        ),
        "ok": ("kanal-1.ok", ""),
        "ok-with-sum": ("kanal-1.zip.OK", f"{package.sha256}  kanal-1.zip\n"),
    }[shape]
    either.answer(name, content)
    assert _taken(either) == [(name, Finding.TAKEN, "kanal-1")]
    found = either.journey()
    assert found.state is Step.RECEIVED
    assert found.answer is not None
    assert found.answer.evidence is not None
    assert found.answer.evidence["file"] == name
    assert found.answer.evidence["sha256"] == (None if shape == "ok" else package.sha256)
    assert found.answer.by == (f"e-arkivet (Åsa Öberg, {name})" if shape == "json" else f"e-arkivet ({name})")


@pytest.mark.parametrize("shape", ["json", "xml", "err"])
def test_a_rejection_carries_its_reason_back_to_the_package(either: Desk, shape: str) -> None:
    either.delivered()
    reason = "Leveransöverenskommelsen har gått ut"
    name, content = {
        "json": ("svar.json", _json(answer="rejected", reason=reason)),
        "xml": (
            "svar.xml",
            _xml(f"<package>kanal-1</package><answer>rejected</answer><reason>{reason}</reason>"),
        ),
        "err": ("kanal-1.zip.err", f"{reason}\n"),
    }[shape]
    either.answer(name, content)
    assert _taken(either) == [(name, Finding.TAKEN, "kanal-1")]
    assert either.journey().state is Step.REJECTED
    assert either.journey().answer is not None
    assert either.journey().answer.said == reason  # type: ignore[union-attr]


def test_the_correction_is_a_new_package_that_names_the_rejected_one(desk: Desk) -> None:
    first = desk.delivered()
    desk.answer("kanal-1.err", "fel arkivbildare")
    _taken(desk)
    with pytest.raises(BadInputError, match=r"avvisat kanal-1: fel arkivbildare[\s\S]*REPLACEMENT"):
        desk.deliver(first)
    desk.delivered("kanal-2", record_status=RecordStatus.REPLACEMENT, earlier_package="kanal-1")
    assert desk.journey("kanal-2").earlier_package == "kanal-1"
    assert desk.journey("kanal-1").replaced_by == ("kanal-2",)
    assert desk.journey("kanal-1").state is Step.REJECTED


def test_nothing_is_received_by_default_or_by_time(desk: Desk) -> None:
    desk.delivered()
    for _ in range(5):
        assert _taken(desk) == []
    assert desk.journey().state is Step.CHECKED


def test_a_file_is_taken_note_of_once(desk: Desk) -> None:
    desk.delivered()
    desk.answer("kanal-1.ok", "")
    desk.answer("annat.json", "{")
    assert len(_taken(desk)) == 2
    assert _taken(desk) == []
    assert desk.steps().count(Step.RECEIVED) == 1


def test_a_receipt_that_was_read_half_written_is_read_again_when_it_is_whole(desk: Desk) -> None:
    package = desk.delivered()
    whole = _json(sha256=package.sha256)
    desk.answer("svar.json", whole[:40])
    assert _taken(desk) == [("svar.json", Finding.MALFORMED, None)]
    desk.answer("svar.json", whole)
    assert _taken(desk) == [("svar.json", Finding.TAKEN, "kanal-1")]


def test_the_same_answer_twice_is_a_finding(desk: Desk) -> None:
    package = desk.delivered()
    desk.answer("1.json", _json(sha256=package.sha256))
    desk.answer("2.json", _json(sha256=package.sha256))
    assert _taken(desk) == [("1.json", Finding.TAKEN, "kanal-1"), ("2.json", Finding.REPEATED, "kanal-1")]
    assert desk.steps().count(Step.RECEIVED) == 1


def test_another_answer_is_a_finding_until_an_archivist_answers(desk: Desk) -> None:
    package = desk.delivered()
    desk.answer("1.json", _json(sha256=package.sha256))
    desk.answer("2.json", _json(answer="rejected", reason="trasig video"))
    assert [each[1] for each in _taken(desk)] == [Finding.TAKEN, Finding.CONTRADICTING]
    assert desk.journey().state is Step.RECEIVED
    with desk.store.reading() as session:
        assert receipts_taken.contradicted(session, desk.journey())
    after = receipts_taken.answer(
        desk.store, "kanal-1", received=False, reason="videon går inte att spela", at=desk.clock(), by="Åsa"
    )
    assert after.state is Step.REJECTED
    assert desk.steps()[-2:] == [Step.RECEIVED, Step.REJECTED]
    with desk.store.reading() as session:
        assert not receipts_taken.contradicted(session, after)


@pytest.mark.parametrize(
    ("name", "content", "finding"),
    [
        ("svar.json", _json("annat", sha256=SUM), Finding.UNKNOWN_PACKAGE),
        ("annat.ok", "", Finding.UNKNOWN_PACKAGE),
        ("svar.json", _json(sha256=SUM), Finding.OTHER_CHECKSUM),
        ("kanal-1.ok", SUM, Finding.OTHER_CHECKSUM),
        ("svar.json", _json("../../etc/passwd", sha256=SUM), Finding.HOLDS_PATH),
        ("svar.json", _json("arbete/kanal-1", sha256=SUM), Finding.HOLDS_PATH),
        ("svar.json", _json("..\\kanal-1", sha256=SUM), Finding.HOLDS_PATH),
        ("arbete\\kanal-1.ok", "", Finding.HOLDS_PATH),
        ("svar.json", _json("kanal-1\x00", sha256=SUM), Finding.MALFORMED),
        ("svar.json", _json("kanal-1\ud800", sha256=SUM), Finding.MALFORMED),
        ("svar.json", json.dumps(json.loads(_json(sha256=SUM)) | {"package": "\ud800"}), Finding.MALFORMED),
        ("svar.json", _json(), Finding.MALFORMED),  # received, of what?
        ("svar.json", _json(answer="rejected"), Finding.MALFORMED),
        ("svar.json", _json(answer="rejected", reason=" \n"), Finding.MALFORMED),
        ("svar.json", _json(answer="mottagen", sha256=SUM), Finding.MALFORMED),
        ("svar.json", _json(sha256="abc"), Finding.MALFORMED),
        ("svar.json", _json(sha256=SUM, version="2.0"), Finding.MALFORMED),
        ("svar.json", _json(sha256=SUM, extra=1), Finding.MALFORMED),
        ("svar.json", _json(sha256=SUM, at="2026-11-22T13:00:00"), Finding.MALFORMED),  # in which zone?
        ("svar.json", '{"version":"1.0","package":"a","package":"kanal-1"}', Finding.MALFORMED),
        ("svar.json", "[" * 60_000, Finding.MALFORMED),
        ("svar.json", '{"version": NaN}', Finding.MALFORMED),
        ("svar.json", "9" * 60_000, Finding.MALFORMED),
        ("svar.json", b"\xff\xfe{\x00", Finding.MALFORMED),
        ("svar.json", b"", Finding.MALFORMED),
        ("svar.xml", b"", Finding.MALFORMED),
        ("svar.xml", "<receipt/>", Finding.MALFORMED),
        ("svar.xml", _xml("<package>kanal-1</package><answer>received</answer>"), Finding.MALFORMED),
        ("svar.xml", _xml("<package>../x</package><answer>rejected</answer><reason>r</reason>"), Finding.HOLDS_PATH),
        ("svar.xml", _xml("<package>kanal-1</package><answer>maybe</answer>"), Finding.MALFORMED),
        ("svar.xml", "<a>" * 9_000, Finding.MALFORMED),
        (
            "svar.xml",
            '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><receipt>&b;</receipt>',
            Finding.MALFORMED,
        ),
        ("svar.xml", '<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', Finding.MALFORMED),
        ("kanal-1.err", "", Finding.MALFORMED),  # a rejection carries its reason
        ("kanal-1.ok", f"{SUM} {'6f' * 32}", Finding.MALFORMED),
        ("kanal-1.ok", b"\xff", Finding.MALFORMED),
        ("kanal-1.ok", b" " * (LARGEST + 1), Finding.TOO_LARGE),
        ("kanal-1.ok", b" " * (RETURN_LIMIT + 1), Finding.TOO_LARGE),
        ("läs mig.txt", "hej", Finding.NO_RECEIPT),
        ("kanal-1", "", Finding.NO_RECEIPT),
    ],
)
def test_what_is_no_answer_is_a_finding_and_changes_nothing(
    desk: Desk, name: str, content: str | bytes, finding: Finding
) -> None:
    desk.delivered()
    before = desk.journey()
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    desk.answer(name, raw)
    assert [each[1] for each in _taken(desk)] == [finding]
    assert desk.journey() == before
    with desk.store.reading() as session:
        (note,) = receipts_taken.notes(session)
    assert note.said.sv.strip()
    assert note.said.sv.isprintable() or "\n" in note.said.sv
    assert _taken(desk) == []


def test_a_gigabyte_is_never_read(desk: Desk) -> None:
    desk.delivered()
    with (desk.root / "out" / "kanal-1.ok").open("wb") as huge:
        huge.truncate(1 << 30)
    assert [each[1] for each in _taken(desk)] == [Finding.TOO_LARGE]
    assert desk.journey().state is Step.CHECKED


def test_what_steers_a_terminal_or_no_database_takes_is_made_visible(either: Desk) -> None:
    either.delivered()
    either.answer("kanal-1.err", "fel\x1b[2J\x00 \u202eslut")
    assert [each[1] for each in _taken(either)] == [Finding.TAKEN]
    answer = either.journey().answer
    assert answer is not None
    assert answer.said == "fel\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}slut"


def test_a_name_that_is_not_text_is_a_finding(either: Desk) -> None:
    either.delivered()
    (Path(either.root / "out") / b"kanal-\xff.ok".decode("utf-8", "surrogateescape")).write_bytes(b"")
    assert [each[1] for each in _taken(either)] == [Finding.HOLDS_PATH]  # the transport wrote the byte as \\xff


def test_a_receipt_for_what_was_never_sent_is_a_finding(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package)
    desk.answer("svar.json", _json(sha256=package.sha256))
    assert _taken(desk) == [("svar.json", Finding.NOT_SENT, "kanal-1")]
    assert desk.journey().state is Step.SEALED


def test_a_package_whose_id_ends_like_a_file_is_told_from_its_file(desk: Desk) -> None:
    desk.delivered("kanal.zip")
    desk.answer("kanal.zip.ok", "")
    assert _taken(desk) == [("kanal.zip.ok", Finding.TAKEN, "kanal.zip")]


def test_an_archivist_answers_in_the_program(either: Desk) -> None:
    either.delivered()
    after = receipts_taken.answer(either.store, "kanal-1", received=True, reason=None, at=either.clock(), by="Åsa")
    assert after.state is Step.RECEIVED
    assert after.answer is not None
    assert (after.answer.by, after.answer.evidence) == ("Åsa", {"channel": "archivist"})


@pytest.mark.parametrize(
    ("object_id", "received", "reason", "why"),
    [
        ("annat", True, None, "inte skickat"),
        ("kanal-2", True, None, "inte skickat"),
        ("kanal-1", False, " ", "måste ha en orsak"),
    ],
)
def test_an_archivists_half_answer_is_refused(
    desk: Desk, object_id: str, received: bool, reason: str | None, why: str
) -> None:
    desk.delivered()
    desk.enter(desk.package("kanal-2"))
    with pytest.raises(BadInputError, match=why):
        receipts_taken.answer(desk.store, object_id, received=received, reason=reason, at=desk.clock(), by="Åsa")
    assert desk.journey().state is Step.CHECKED


def test_an_answer_is_changed_only_for_a_reason(desk: Desk) -> None:
    desk.delivered()
    receipts_taken.answer(desk.store, "kanal-1", received=False, reason="fel", at=desk.clock(), by="Åsa")
    with pytest.raises(BadInputError, match="måste ha en orsak"):
        receipts_taken.answer(desk.store, "kanal-1", received=True, reason=None, at=desk.clock(), by="Åsa")
    with pytest.raises(BadInputError, match="redan avvisad"):
        receipts_taken.answer(desk.store, "kanal-1", received=False, reason="fel", at=desk.clock(), by="Åsa")
    assert desk.steps().count(Step.REJECTED) == 1


def test_the_published_json_schema_is_what_is_read() -> None:
    assert (ROOT / "schemas/kanalarkiv/receipt-1.0.schema.json").read_text(encoding="utf-8") == receipt_schema()


def test_the_examples_in_the_specification_are_read() -> None:
    text = (ROOT / "docs/kvitton.md").read_text(encoding="utf-8")
    blocks = [part.split("\n", 1) for part in text.split("```")[1::2]]
    examples = [(kind, body) for kind, body in blocks if kind in ("json", "xml")]
    found = [read(_returned(f"svar.{kind}", body)) for kind, body in examples]
    assert [
        (kind, each.received) for (kind, _), each in zip(examples, found, strict=True) if isinstance(each, Answer)
    ] == [
        ("json", True),
        ("json", False),
        ("xml", True),
        ("xml", False),
    ]


def test_each_field_of_the_two_shapes_is_the_same() -> None:
    """An element that the XSD knows and the JSON schema does not would be read in one shape only."""
    xsd = etree.parse(ROOT / "schemas/kanalarkiv/receipt-1.0.xsd")
    space = {"xs": "http://www.w3.org/2001/XMLSchema"}
    names = {str(name) for name in xsd.xpath("//xs:all/xs:element/@name", namespaces=space)}  # type: ignore[union-attr]
    assert names | {"version"} == set(json.loads(receipt_schema())["properties"])


def test_an_unreadable_file_is_told_from_an_answer() -> None:
    assert isinstance(read(_returned("a.json", "{}")), Unreadable)
    told = read(_returned("kanal-1.zip.ok", ""))
    assert isinstance(told, Answer)
    assert told.packages == ("kanal-1.zip", "kanal-1")
