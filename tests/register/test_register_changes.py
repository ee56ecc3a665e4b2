"""What vanished between captures: entered once, accounted for by a case, explained, or found again."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from capture.items import StopReason
from capture.records.reading import RECORD, DamagedRecordError
from flows import comparing, progress, rereading
from flows.commands import difference, figures
from flows.workspace import Run, Stage, opened
from register.attention.finding import Finding, FindingKind
from register.attention.vanished import of_questions, of_removals
from register.changes import counted, entering
from register.changes.asked import changes_of
from register.duties import State, evaluated
from register.errors import BadInputError
from register.known import known
from register.language import Language
from register.sheets.transfer import import_from, read
from register.store import opening
from register.store.attestations import Attestation
from register.store.captures import CaptureRow
from register.store.cases import RemovalCase
from register.store.changes import ComparisonRow, UnexplainedRemoval
from register.store.channels import ChannelRecord
from register.store.history import in_force, statements
from register.store.opening import Store
from tests.records.captures import BEGAN, NOON, OWN, URL, Said, post, walk_of, write
from tests.register.databases import migrated
from tests.register.municipality import written

JULY, AUGUST, SEPTEMBER = (datetime(2026, month, 1, 8, tzinfo=UTC) for month in (7, 8, 9))
LATER = datetime(2027, 1, 5, tzinfo=UTC)
ASKED = Said("fråga", "Har badhuset öppet?")
TEN = tuple(post(f"p{number}") for number in range(9))


class Town:
    """A municipality with a register and a workspace, whose one channel is captured again and again."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.store: Store = opening.open_store(address)
        with opened(folder / "arbetsmapp") as self.workspace:
            pass
        import_from(self.store, read(written(folder / "blad")), at=BEGAN, by="a", why="import", dry_run=False)

    def capture(self, name: str, at: datetime, *posts: Said, **changes) -> Run:
        """A run that saw these posts, that came to its end, and that the register knows of."""
        run = self.workspace.new_run(URL, run_id=name, now=at)
        walk = walk_of(posts, started=at, **changes)
        write(walk, run.folder / "artefacts")
        row = CaptureRow(
            run=name,
            channel="fb",
            address=URL,
            mode="automatisk",
            person="anna.ek",
            started=at,
            ended=at + timedelta(hours=1),
            period_start=walk.since,
            period_end=at,
            verdict="complete",
            posts=len(posts),
            comments=0,
            object_id=name,
        )
        with self.store.writing() as session:
            session.add(row)
        return run.entered(Stage.DONE, now=at + timedelta(hours=1))

    def compare(self, run: Run) -> entering.Entered | None:
        return comparing.after_capture(run, self.workspace, self.address, at=run.started + timedelta(hours=2))

    def open(self) -> list[UnexplainedRemoval]:
        with self.store.reading() as session:
            return list(in_force(session, UnexplainedRemoval, at=LATER))

    def comparisons(self) -> list[ComparisonRow]:
        with self.store.reading() as session:
            return list(session.query(ComparisonRow).order_by(ComparisonRow.number))

    def findings(self, at: datetime = LATER) -> list[Finding]:
        with self.store.reading() as session:
            register, changes = known(session), changes_of(session, at)
        (channel,) = [segment.said for segment in register.segments(ChannelRecord)]
        found = [*of_removals(register, changes, channel, at), *of_questions(register, changes, channel, at)]
        return sorted(found, key=lambda finding: finding.kind)

    def looked_after(self, day: date) -> None:
        """Somebody vouches that they have looked by hand."""
        with self.store.writing() as session:
            session.add(
                Attestation(
                    entry=f"i{day}", valid_from=AUGUST, recorded_at=AUGUST, recorded_by="anna.ek", duty=41, day=day,
                    person="anna.ek", channel="fb",
                )
            )  # fmt: skip

    def run(self, app: typer.Typer, *words: str, code: int = 0) -> str:
        """What a command tells that ends with this code."""
        place = ["--into", str(self.workspace.root), "--database", self.address]
        answer = CliRunner().invoke(app, [*words, *place])
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == code, answer.output
        return answer.output

    def case(self, permalink: str, removed: datetime | None, **more) -> None:
        with self.store.writing() as session:
            session.add(_case(permalink, removed, **more))


def _case(permalink: str, removed: datetime | None, **more) -> RemovalCase:
    given = {
        "entry": "2026-1",
        "valid_from": JULY,
        "recorded_at": JULY,
        "recorded_by": "anna.ek",
        "channel": "fb",
        "kind": "comment",
        "permalink": permalink,
        "author": "Någon",
        "text": "Usch",
        "published_shown": "",
        "saved": JULY,
        "saved_by": "Anna",
        "saved_with": "Kanalarkiv",
        "pictures": [],
        "removed": removed,
    }
    return RemovalCase(**(given | more))


@pytest.fixture
def said() -> io.StringIO:
    words = io.StringIO()
    console = Console(file=words, width=400)
    progress.use(progress.Progress(console, clock=lambda: LATER, language=Language.SWEDISH))
    return words


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path, said: io.StringIO) -> Iterator[Town]:
    kind = getattr(request, "param", "sqlite")
    town = Town(migrated(kind, request.config, tmp_path), tmp_path)
    yield town
    town.store.close()


@pytest.mark.parametrize("town", ["sqlite", "postgresql"], indirect=True)
def test_what_vanished_is_entered_once_without_text_or_name_and_can_be_explained(town, said):
    town.capture("r1", JULY, *TEN, post("a", Said("a1", "Usch", author="Bo Lind", answers=[Said("a2", "Ja")])))
    second = town.capture("r2", AUGUST, *TEN, post("a"))
    entered = town.compare(second)
    assert (entered.unexplained, entered.accounted, entered.back) == (("1",), 0, ())
    assert town.compare(second).unexplained == (), "once more changes nothing"
    (row,) = town.open()
    assert (row.what, row.kind, row.permalink, row.along, row.own) == ("försvunnen", "comment", f"{URL}/a1", 1, False)
    assert (row.earlier, row.later, row.missed) == ("r1", "r2", AUGUST)
    assert not {"Usch", "Bo Lind"} & {value for value in vars(row).values() if isinstance(value, str)}
    (compared,) = town.comparisons()
    assert (compared.earlier, compared.expected, compared.vanished, compared.missing) == ("r1", 12, 2, None)
    assert "Oförklarat borttagna: 1." in said.getvalue()
    (finding,) = town.findings()
    assert (finding.kind, finding.duty, finding.responsible.people[0].entry) == (
        FindingKind.UNEXPLAINED_REMOVAL,
        41,
        "anna.ek",
    )
    assert f"kommentar med 1 svar, {URL}/a1, sågs" in finding.said.sv

    entering.explain(town.store, "1", case=None, reason=entering.UNKNOWN, at=LATER - timedelta(days=1), by="Anna")
    assert (town.open(), town.findings()) == ([], [])
    third = town.capture("r3", SEPTEMBER, *TEN, post("a"))
    assert town.compare(third).unexplained == (), "what is explained is not asked for again"
    with town.store.reading() as session:
        said_of = statements(session, UnexplainedRemoval, "1")
        assert [(each.ended, each.recorded_by) for each in said_of] == [(False, "kanalarkiv"), (True, "Anna")]
        before = in_force(session, UnexplainedRemoval, at=LATER - timedelta(days=2))
        assert [each.entry for each in before] == ["1"], "that it was unexplained then is still known"


@pytest.mark.parametrize(
    ("permalink", "more"),
    [
        (f"{URL}/a1", {}),
        (f"{URL}/annan", {"item_key": f"{URL}/a1"}),
        (f"{URL}/a", {"kind": "post"}),
        (f"{URL.upper().replace('HTTPS', 'https').replace('SIDA', 'sida')}/a1/", {}),
    ],
)
def test_a_case_accounts_for_it(town, permalink, more):
    town.case(permalink, JULY + timedelta(days=3), **more)
    town.capture("r1", JULY, *TEN, post("a", Said("a1", "Usch")))
    entered = town.compare(town.capture("r2", AUGUST, *TEN, post("a")))
    assert (entered.unexplained, entered.accounted) == ((), 1)
    assert town.comparisons()[0].accounted == 1


@pytest.mark.parametrize(
    ("removed", "more"),
    [
        (None, {}),
        (AUGUST + timedelta(days=1), {}),
        (JULY + timedelta(days=3), {"channel": "annan"}),
        (JULY + timedelta(days=3), {"outcome": "behålls"}),
        (JULY + timedelta(days=3), {"permalink": f"{URL}/a1#annat"}),
    ],
)
def test_a_case_that_says_nothing_of_it_does_not(town, removed, more):
    town.case(**({"permalink": f"{URL}/a1", "removed": removed} | more))
    town.capture("r1", JULY, *TEN, post("a", Said("a1", "Usch")))
    assert town.compare(town.capture("r2", AUGUST, *TEN, post("a"))).unexplained == ("1",)
    undone = "ärende 2026-1 finns, men säger inte att det är åtgärdat"
    assert town.open()[0].reason == (undone if removed is None else None)


def test_a_case_that_is_entered_afterwards_explains_it_at_the_next_capture(town):
    town.capture("r1", JULY, *TEN, post("a", Said("a1", "Usch")))
    town.compare(town.capture("r2", AUGUST, *TEN, post("a")))
    town.case(f"{URL}/a1", JULY + timedelta(days=3))
    town.compare(town.capture("r3", SEPTEMBER, *TEN, post("a")))
    assert town.open() == []
    with town.store.reading() as session:
        assert statements(session, UnexplainedRemoval, "1")[-1].case == "2026-1"


def test_what_is_shown_again_is_no_longer_gone_and_can_vanish_again(town):
    thread = post("a", Said("a1", "Usch"))
    town.capture("r1", JULY, *TEN, thread)
    town.compare(town.capture("r2", AUGUST, *TEN, post("a")))
    back = town.compare(town.capture("r3", SEPTEMBER, *TEN, thread))
    assert (back.back, town.open()) == (("1",), [])
    again = town.compare(town.capture("r4", SEPTEMBER + timedelta(days=9), *TEN, post("a")))
    assert again.unexplained == ("2",)


def test_what_a_platform_shows_as_hidden_is_entered_as_hidden(town):
    town.capture("r1", JULY, *TEN, post("a", Said("a1", "Usch")))
    town.compare(town.capture("r2", AUGUST, *TEN, post("a", Said("a1", "Kommentaren har tagits bort"))))
    assert [row.what for row in town.open()] == ["dold"]
    town.compare(town.capture("r3", SEPTEMBER, *TEN, post("a", Said("a1", "Kommentaren har tagits bort"))))
    assert len(town.open()) == 1


def test_what_an_incomplete_capture_left_open_stays_open_until_one_sees_all(town):
    town.capture("r1", JULY, *TEN)
    town.compare(town.capture("r2", AUGUST, *TEN[1:], stop=StopReason.STALLED))
    assert town.open() == []
    (finding,) = town.findings()
    assert finding.kind is FindingKind.COMPARISON_OPEN
    assert "om 1 inlägg och kommentarer är borta kan inte avgöras" in finding.said.sv
    period = {"since": AUGUST, "stop": StopReason.PERIOD_START}
    town.compare(town.capture("r3", AUGUST + timedelta(days=9), **period))
    assert [each.kind for each in town.findings()] == [FindingKind.COMPARISON_OPEN], "a period cannot settle it"
    town.looked_after(AUGUST.date() - timedelta(days=1))
    assert [each.kind for each in town.findings()] == [FindingKind.COMPARISON_OPEN], "somebody looked before it"
    town.looked_after(AUGUST.date())
    assert town.findings() == []
    town.compare(town.capture("r4", SEPTEMBER, *TEN[1:]))
    assert [each.kind for each in town.findings()] == [FindingKind.UNEXPLAINED_REMOVAL]
    assert [(row.earlier, row.later) for row in town.open()] == [("r1", "r4")]


def test_a_capture_that_is_no_longer_at_hand_is_said_not_passed_over(town, said):
    first = town.capture("r1", JULY, *TEN)
    (first.folder / "artefacts" / RECORD).unlink()
    town.compare(town.capture("r2", AUGUST, *TEN))
    (compared,) = town.comparisons()
    assert (compared.earlier, compared.expected) == ("", 0)
    assert compared.missing.startswith("insamlingen r1: ")
    assert "Inte jämfört: insamlingen r1" in said.getvalue()
    assert [finding.kind for finding in town.findings()] == [FindingKind.COMPARISON_OPEN]


def test_captures_from_before_the_channel_moved_are_said_and_do_not_stop_the_rest(town):
    town.capture("r0", JULY, *TEN, url="https://annan.invalid/sida")
    town.capture("r1", JULY + timedelta(days=1), *TEN)
    assert town.compare(town.capture("r2", AUGUST, *TEN[1:])).unexplained == ("1",)
    (compared,) = town.comparisons()
    assert (compared.earlier, compared.vanished) == ("r1", 1)
    assert compared.missing.startswith("insamlingen r0: De gäller olika kanaler")


def test_the_first_capture_has_nothing_to_be_compared_with(town, said):
    assert town.compare(town.capture("r1", JULY, *TEN)) is None
    assert town.comparisons() == []
    assert "Ingen tidigare insamling att jämföra med." in said.getvalue()


def test_a_capture_that_the_register_was_not_asked_of_is_only_told(town, said):
    for name, at, posts in (("r1", JULY, TEN), ("r2", AUGUST, TEN[1:])):
        run = town.workspace.new_run(URL, run_id=name, now=at)
        write(walk_of(posts, started=at), run.folder / "artefacts")
        run = run.entered(Stage.DONE, now=at)
    assert town.compare(run) is None
    assert "1 försvunna" in said.getvalue()
    assert (town.open(), town.comparisons()) == ([], [])


@pytest.mark.parametrize(
    ("number", "given", "refused"),
    [
        ("7", {"case": None, "reason": "Fel"}, "Inget oförklarat borttagande 7"),
        ("1", {"case": "2026-9", "reason": None}, "Inget ärende 2026-9"),
        ("1", {"case": None, "reason": "  "}, "Skälet går inte att föra in"),
        ("1", {"case": None, "reason": "lösenord: hemligt"}, "Skälet går inte att föra in"),
    ],
)
def test_an_explanation_that_explains_nothing_is_refused(town, number, given, refused):
    town.capture("r1", JULY, *TEN)
    town.compare(town.capture("r2", AUGUST, *TEN[1:]))
    with pytest.raises(BadInputError, match=refused):
        entering.explain(town.store, number, **given, at=LATER, by="Anna")
    assert len(town.open()) == 1


def test_a_strangers_endless_address_is_kept_by_its_digest(town):
    endless = post("a", key=f"{URL}/{'a' * 5_000}")
    town.capture("r1", JULY, *TEN, endless)
    town.compare(town.capture("r2", AUGUST, *TEN))
    (row,) = town.open()
    assert row.key.startswith("sha256:")
    assert town.compare(town.capture("r3", SEPTEMBER, *TEN, endless)).back == ("1",)


@pytest.mark.parametrize("town", ["sqlite", "postgresql"], indirect=True)
def test_figures_are_kept_for_each_half_year_and_anew_only_where_they_changed(town):
    may = datetime(2026, 5, 4, 8, 12, tzinfo=UTC)
    asked = post("a", replace(ASKED, at=may), at=may)
    town.compare(town.capture("r1", JULY, asked))
    with town.store.reading() as session:
        (figures,) = counted.newest(session, "2026-1")
    assert (figures.posts, figures.comments, figures.questions, figures.unanswered) == (1, 1, 1, 1)
    assert figures.unanswered_list == [{"link": f"{URL}/fråga", "asked": may.isoformat()}]
    assert (figures.rests_on[0]["run"], figures.at_least, figures.oldest_unanswered) == ("r1", False, may)
    (finding,) = town.findings(SEPTEMBER)
    assert (finding.kind, finding.duty) == (FindingKind.UNANSWERED, 23)
    assert town.findings(LATER) == [], "of two half-years ago nobody is asked any more"

    answered = replace(ASKED, at=may, answers=[Said("svar", "Ja", author=OWN, at=may + timedelta(hours=2))])
    second = town.capture("r2", AUGUST, post("a", answered, at=may))
    town.compare(second)
    town.compare(second)
    with town.store.reading() as session:
        (figures,) = counted.newest(session, "2026-1")
        assert (figures.answered, figures.median_seconds, figures.longest_seconds) == (1, 7200, 7200)
        assert len(statements(session, type(figures), figures.entry)) == 2
    assert town.findings(SEPTEMBER) == []
    assert comparing.count_anew(town.store, town.workspace, "fb", at=LATER) == 0


def test_duties_are_judged_by_what_was_compared(town):
    def states(at: datetime) -> dict[int, State]:
        with town.store.reading() as session:
            return {each.duty.number: each.state for each in evaluated(known(session, of=at), at)}

    town.compare(town.capture("r1", JULY, *TEN))
    assert states(LATER)[41] is State.NOT_ASKED, "one capture proves nothing"
    town.capture("r2", AUGUST, *TEN)
    assert states(LATER)[41] is State.NOT_ASKED, "nor do two that nobody compared"
    town.compare(town.capture("r3", SEPTEMBER, *TEN))
    assert (states(LATER)[41], states(LATER)[23], states(LATER)[8]) == (State.MET, State.MET, State.BY_PEOPLE)
    town.compare(town.capture("r4", SEPTEMBER + timedelta(days=1), *TEN[1:]))
    assert states(SEPTEMBER + timedelta(days=9))[41] is State.DUE
    assert states(LATER)[41] is State.OVERDUE


def test_a_record_is_read_from_a_run_a_folder_and_an_example_package(town, tmp_path):
    run = town.capture("r1", JULY, *TEN)
    assert len(rereading.record_at(run.folder).items) == len(rereading.record_at(run.folder / "artefacts").items) == 9
    example = Path(__file__).parents[2] / "docs" / "exempel" / "exempelby-20261123"
    assert len(rereading.record_at(example).items) == 4
    (tmp_path / "tom").mkdir()
    (tmp_path / "text.zip").write_bytes(b"ingen zip")
    for nothing in (tmp_path / "tom", tmp_path / "text.zip", tmp_path / "saknas", Path("/dev/null")):
        with pytest.raises(DamagedRecordError):
            rereading.record_at(nothing)


def test_the_difference_is_told_inert_and_what_vanished_explained(town, monkeypatch):
    """Of a stranger's text that would steer a terminal nothing is left that does."""
    monkeypatch.setenv("COLUMNS", "400")
    hostile = Said("a1", "Usch \x9b2J\u202e" + "x" * 500, author="Bo\x9b31m")
    first = town.capture("r1", JULY, *TEN, post("a", hostile))
    second = town.capture("r2", AUGUST, *TEN, post("a"), post("ny"))
    town.compare(second)
    told = town.run(difference.app, str(first.folder), str(second.folder))
    assert "försvunnen" in told
    assert f"{URL}/a1" in told
    assert "x" * 200 not in told
    assert not {"\x9b", "\u202e", f"{URL}/ny"} & {*told, *told.split()}
    assert "11 skulle ses igen: 10 som förut; ny 1, ändrad 0, försvunnen 1, dold 0, kan inte avgöras 0." in told
    assert f"{URL}/ny" in town.run(difference.app, "--new", str(first.folder), str(second.folder))
    found = json.loads(town.run(difference.app, str(first.folder), str(second.folder), "--json"))
    assert [(each["vad"], each["före"] is None) for each in found["ändringar"]] == [("försvunnen", False), ("ny", True)]
    broken = town.capture("r3", SEPTEMBER, *TEN[1:], post("a"), stop=StopReason.STALLED)
    assert "kan inte avgöras 2" in town.run(difference.app, str(second.folder), str(broken.folder), code=3)

    assert "r1" not in town.run(difference.app, "list")
    assert json.loads(town.run(difference.app, "list", "--json"))[0]["permalänk"] == f"{URL}/a1"
    town.run(difference.app, "explain", "1", "--who", "Anna", "--reason", entering.UNKNOWN)
    assert json.loads(town.run(difference.app, "list", "--json")) == []
    (explained,) = json.loads(town.run(difference.app, "list", "--all", "--json"))
    assert (explained["förklarat"], explained["skäl"], explained["av"]) == (True, entering.UNKNOWN, "Anna")
    with pytest.raises(BadInputError, match="Varken ärende eller skäl"):
        town.run(difference.app, "explain", "1", "--who", "Anna")


def test_the_figures_are_told_with_what_they_rest_on(town, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    may = datetime(2026, 5, 4, 8, 12, tzinfo=UTC)
    town.compare(town.capture("r1", JULY, *TEN, post("q", replace(ASKED, at=may), at=may)))
    counting = typer.Typer()
    counting.command()(figures.figures)
    told = town.run(counting, "--half", "2026-1", "--unanswered")
    assert "Kommunens Facebooksida" in told
    assert f"{URL}/fråga" in told
    said = json.loads(town.run(counting, "--half", "2026-1", "--json", "--anew"))
    (channel,) = said["kanaler"]
    assert (channel["siffror"]["frågor"], channel["siffror"]["besvarade"]) == (1, 0)
    assert said["summor"]["ks"]["inlägg"] == channel["siffror"]["inlägg"] == 10
    assert town.run(counting, "--half", "2026-1", "--csv").startswith("\ufeffförvaltning;kanal;inlägg")
    assert "ingen insamling att räkna ur" in town.run(counting, "--half", "2025-1")
    assert json.loads(town.run(counting, "--half", "2026-1", "--administration", "bou", "--json"))["kanaler"] == []
    with pytest.raises(BadInputError, match="2026-3 är inget halvår"):
        town.run(counting, "--half", "2026-3")


@pytest.mark.slow  # the browser and the judges
def test_difference_and_figures_can_be_filed(town, tmp_path):
    first = town.capture("r1", JULY, *TEN, post("a", Said("a1", "Usch")))
    second = town.capture("r2", AUGUST, *TEN, post("a"))
    town.compare(second)
    counting = typer.Typer()
    counting.command()(figures.figures)
    for app, words in (
        (difference.app, [str(first.folder), str(second.folder)]),
        (counting, ["--half", "2026-1"]),
    ):
        out = tmp_path / "a.pdf"
        assert "prövad som PDF/A" in town.run(app, *words, "--pdf", str(out))
        assert out.read_bytes().startswith(b"%PDF-")
        out.unlink()


def test_noon_is_before_all_captures():
    assert NOON < JULY, "so that every post of these tests was published before the first of them"
