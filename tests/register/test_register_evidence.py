"""What has happened decides: captures due and with gaps, days without a watch, the list, consents, attestations."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from register import capturing
from register.attention import findings
from register.attention.finding import Finding, FindingKind
from register.duties import Duty, Keeper, State, duties, evaluated, umbrella
from register.duties.duty import DutyThen
from register.known import Known, known
from register.language import Text
from register.sheets.transfer import import_from, read
from register.store.cases import Consent, RemovalCase
from register.store.debates import Debate
from register.store.decisions import DisposalDecision
from register.store.deliveries import PackageRow
from register.store.disposals import DisposalRow, ProposalRow
from register.store.opening import Store, opened
from tests.register.happenings import (
    JANUARY,
    MARCH,
    add,
    attested,
    capture,
    in_order,
    list_check,
    package,
    watches,
)
from tests.register.municipality import FACEBOOK, edited, written

K = FindingKind
OTHERS = {8, 12, 23, *range(34, 42)}  # judged from cases and comparisons, and (12) from all
MET = {1, 3, 4, 5, 6, 13, 14, 15, 16, 17, 18, 20, 21, 22, 52, 53, 54, 55, 57, 59, 60}


def _begun(store: Store, folder: Path, **changed: str) -> None:
    plan = import_from(store, read(written(folder, **changed)), at=JANUARY, by="Anna", why="prov", dry_run=False)
    assert plan.faults == ()


@pytest.fixture
def settled(municipality: Callable[[datetime, Path], Path], tmp_path: Path) -> Iterator[Store]:
    """The small municipality, as the register was told of it in January."""
    with opened(municipality(JANUARY, tmp_path)) as store:
        yield store


def _known(store: Store, at: datetime, known_at: datetime | None = None) -> Known:
    with store.reading() as session:
        return known(session, known_at=known_at, of=at)


def _found(store: Store, at: datetime = MARCH, *kinds: FindingKind) -> list[Finding]:
    return [each for each in findings(_known(store, at), at) if not kinds or each.kind in kinds]


def _states(store: Store, at: datetime = MARCH, known_at: datetime | None = None) -> dict[int, State]:
    return {each.duty.number: each.state for each in evaluated(_known(store, at, known_at), at)}


def _why(store: Store, number: int, at: datetime = MARCH) -> str:
    return evaluated(_known(store, at), at)[number - 1].why.sv


def test_in_good_order_nothing_is_found_and_every_duty_has_its_state(store: Store, tmp_path: Path) -> None:
    _begun(store, tmp_path)
    in_order(store)
    assert _found(store) == []
    states = {number: state for number, state in _states(store).items() if number not in OTHERS}
    assert {number for number, state in states.items() if state is State.MET} == MET
    assert {number for number, state in states.items() if state is State.NOT_APPLICABLE} == {49, 61, 62}
    assert {number for number, state in states.items() if state is State.ATTESTED} == {51}
    assert {number for number, state in states.items() if state is State.NOT_ASKED} == set()
    assert _why(store, 22) == "uppsikt antecknad 29 av 29 kanaldagar den senaste månaden; i dag 0 av 1"


def test_what_was_not_read_is_not_judged(settled: Store) -> None:
    in_order(settled)
    with settled.reading() as session:
        blind = known(session)
    assert findings(blind, MARCH) == ()
    states = {each.duty.number: each.state for each in evaluated(blind, MARCH)}
    assert {states[number] for number in (1, 22, 49, 51, 52, 53, 54, 55, 56, 58, 61, 62)} == {State.NOT_ASKED}


def test_a_capture_is_entered_once_as_it_was_when_it_ended(settled: Store) -> None:
    """A run that is taken up again, by somebody else, enters nothing anew."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for person in ("anna.ek", "bo.lind"):
        capturing.entered(settled, capture(at, person=person, mandate=1))
    evidence = _known(settled, MARCH).evidence
    assert evidence is not None
    (entered,) = evidence.captures["fb"]
    assert (entered.person, entered.mandate, entered.ended) == ("anna.ek", 1, at)


def test_a_half_year_without_a_capture_is_told_a_month_before_and_then_to_the_director(settled: Store) -> None:
    dues = {}
    for day in (date(2026, 5, 30), date(2026, 5, 31), date(2026, 6, 24), date(2026, 7, 1)):
        at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
        found = _found(settled, at, K.CAPTURE_DUE)
        dues[day] = [(each.due, each.responsible.told.sv, each.said.sv, each.overdue(at)) for each in found]
    name = "Kommunens Facebooksida"
    assert dues == {
        date(2026, 5, 30): [],
        date(2026, 5, 31): [
            (date(2026, 6, 30), "Anna Ek (den som dokumenterar)",
             f"{name} ska dokumenteras för första halvåret 2026, senast 2026-06-30", False)
        ],
        date(2026, 6, 24): [
            (date(2026, 6, 30), "Anna Ek (den som dokumenterar)",
             f"{name} ska dokumenteras inom en vecka, för första halvåret 2026, senast 2026-06-30", False)
        ],
        date(2026, 7, 1): [
            (date(2026, 6, 30), "Dan Alm (förvaltningschef)",
             f"{name} dokumenterades inte under första halvåret 2026, senast 2026-06-30", True)
        ],
    }  # fmt: skip
    assert _states(settled, datetime(2026, 5, 1, tzinfo=UTC))[52] is State.DUE
    late = _states(settled, datetime(2026, 7, 1, 10, tzinfo=UTC))
    assert (late[52], late[54]) == (State.OVERDUE, State.OVERDUE)


def test_a_hole_between_captures_and_an_incomplete_one_are_found(settled: Store) -> None:
    second = datetime(2026, 3, 10, 12, tzinfo=UTC)
    add(
        settled,
        capture(datetime(2026, 1, 10, 12, tzinfo=UTC)),
        capture(second, period_start=datetime(2026, 2, 1, 12, tzinfo=UTC)),
    )
    (gap,) = _found(settled, MARCH, K.PERIOD_GAP)
    assert gap.said.sv == (
        "Kommunens Facebooksida: ingen insamling omfattar tiden 2026-01-10 13:00:00 till 2026-02-01 13:00:00"
    )
    assert (gap.duty, gap.since, gap.due) == (55, second, date(2026, 4, 9))
    add(settled, capture(datetime(2026, 3, 12, tzinfo=UTC), verdict="incomplete"))
    (incomplete,) = _found(settled, MARCH, K.CAPTURE_INCOMPLETE)
    assert (incomplete.duty, incomplete.due) == (53, date(2026, 4, 11))
    # One whole capture fills the hole; an incomplete one would not have.
    assert len(_found(settled, MARCH, K.PERIOD_GAP)) == 1
    add(settled, capture(datetime(2026, 3, 13, tzinfo=UTC)))
    assert _found(settled, MARCH, K.PERIOD_GAP, K.CAPTURE_INCOMPLETE) == []
    assert _states(settled)[55] is State.MET


def test_a_package_that_the_archive_rejects_stands_over_the_channel_until_another_replaces_it(settled: Store) -> None:
    in_order(settled)
    answered = datetime(2026, 3, 3, tzinfo=UTC)
    add(settled, *package("paket-2026030112", answered, "checked", "received", "rejected"))
    assert [(each.duty, each.due) for each in _found(settled)] == [(12, date(2026, 4, 2))]
    assert _states(settled)[12] is State.DUE
    add(
        settled,
        PackageRow(
            object_id="paket-b", sha256="0" * 64, size=1, record_status="REPLACEMENT", recorded_at=answered,
            recorded_by="program", earlier_package="paket-2026030112",
        ),
    )  # fmt: skip
    assert _found(settled) == []


def test_a_day_without_a_watch_is_found_and_can_never_be_mended(settled: Store) -> None:
    add(settled, *watches(date(2026, 2, 1), date(2026, 3, 13), but=(date(2026, 2, 20), date(2026, 3, 1))))
    (gap,) = _found(settled, MARCH, K.WATCH_GAP)
    assert gap.said.sv == ("Kommunens Facebooksida: ingen har antecknat uppsikt 2 av 29 dagar: 2026-02-20, 2026-03-01")
    assert (gap.duty, gap.due, gap.overdue(MARCH), gap.responsible.told.sv) == (
        22, date(2026, 2, 21), True, "Anna Ek (dagligt ansvarig)",
    )  # fmt: skip
    assert _states(settled)[22] is State.OVERDUE
    # As it was known on the 10th of March, the later watches had not been told of; of that day they were not asked.
    then = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert _states(settled, then, then)[22] is State.OVERDUE


def test_weekends_are_watched_unless_the_channel_says_otherwise(light: Store, tmp_path: Path) -> None:
    sheet = edited(
        "kanaler",
        ("senaste aktivitet;", "senaste aktivitet;tillsynsdagar;"),
        (";2026-03-10;", ";2026-03-10;måndag-fredag;"),
    )
    _begun(light, tmp_path, kanaler=sheet)
    weekends = tuple(day for number in range(41) if (day := date(2026, 2, 1) + timedelta(days=number)).weekday() >= 5)
    add(light, *watches(date(2026, 2, 1), date(2026, 3, 13), but=weekends))
    assert _found(light, MARCH, K.WATCH_GAP) == []
    assert _why(light, 22).startswith("uppsikt antecknad 21 av 21 kanaldagar")


def test_nothing_is_demanded_of_days_before_the_register_was_told_of_the_channel(settled: Store) -> None:
    at = JANUARY + timedelta(hours=5)
    assert _found(settled, at, K.WATCH_GAP, K.MESSAGES) == []
    assert _states(settled, at)[22] is State.NOT_ASKED


def test_messages_are_asked_of_every_week(settled: Store) -> None:
    add(settled, attested(51, date(2026, 3, 7), channel="fb"))
    assert _found(settled, datetime(2026, 3, 13, 10, tzinfo=UTC), K.MESSAGES) == []
    (asked,) = _found(settled, datetime(2026, 3, 14, 10, tzinfo=UTC), K.MESSAGES)
    assert (asked.due, asked.duty, "senast 2026-03-07" in asked.said.sv) == (date(2026, 3, 14), 51, True)
    assert _states(settled, datetime(2026, 3, 15, 10, tzinfo=UTC))[51] is State.OVERDUE


def test_the_list_is_read_every_half_year_and_after_what_it_says_has_changed(settled: Store, tmp_path: Path) -> None:
    (never,) = _found(settled, MARCH, K.LIST_UNCHECKED)
    assert (never.duty, never.due, never.responsible.told.sv) == (1, date(2026, 1, 31), "Eva Sjö (kommunikationschef)")
    read_at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    add(settled, list_check(read_at, {"slag": "saknas på sidan", "kanal": "fb"}))
    assert [(each.kind, each.due) for each in _found(settled, MARCH) if each.duty == 1] == [
        (K.LIST_DRIFT, date(2026, 4, 1))
    ]
    add(settled, list_check(datetime(2026, 3, 3, 8, tzinfo=UTC)))
    assert _states(settled)[1] is State.MET
    late = _found(settled, datetime(2026, 9, 4, 8, tzinfo=UTC), K.LIST_UNCHECKED)
    assert [each.due for each in late] == [date(2026, 9, 3)]
    import_from(
        settled,
        read(written(tmp_path, kanaler=edited("kanaler", ("Kommunens Facebooksida", "Kommunen på Facebook")))),
        at=datetime(2026, 3, 12, tzinfo=UTC), by="Anna", why="nytt namn", dry_run=False,
    )  # fmt: skip
    # The sheet says that it was always called so: the register then says so of the day of the reading too.
    assert _states(settled)[1] is State.MET


def test_a_closed_channel_is_preserved_and_off_the_list(light: Store, tmp_path: Path) -> None:
    head, row = edited("kanaler", ("gäller från\n", "gäller från;x\n")).splitlines()
    closed = row.replace(";aktiv;", ";avslutad;").replace(";2024-02-01", ";2026-03-05")
    sheet = "\n".join((head.removesuffix(";x"), row, closed))
    _begun(light, tmp_path, kanaler=sheet)
    add(light, capture(datetime(2026, 3, 1, 12, tzinfo=UTC)), list_check(datetime(2026, 3, 2, 8, tzinfo=UTC)))
    assert {each.kind for each in _found(light)} >= {K.CLOSED_UNPRESERVED, K.LIST_AFTER_CLOSURE}
    states = _states(light)
    assert (states[61], states[62]) == (State.DUE, State.OVERDUE)
    add(light, *package("paket-2026030112", datetime(2026, 3, 3, tzinfo=UTC), "checked", "received"))
    add(light, list_check(datetime(2026, 3, 6, 8, tzinfo=UTC), {"slag": "inte i bruk", "kanal": "fb"}))
    states = _states(light)
    assert (states[61], states[62]) == (State.DUE, State.MET)
    add(light, list_check(datetime(2026, 3, 7, 8, tzinfo=UTC)))
    assert _states(light)[61] is State.MET


def test_a_withdrawn_consent_leaves_posts_to_take_down_until_each_is_shown_to_be(settled: Store) -> None:
    in_order(settled)
    posts = [f"{FACEBOOK}/posts/{number}" for number in (1, 2)]
    began, ended = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
    said = {"recorded_at": began, "recorded_by": "anna.ek", "reference": "S-12", "channel": "fb", "age": "vuxen"}
    add(
        settled,
        *(Consent(entry=f"S-12 / {post}", permalink=post, valid_from=began, **said) for post in posts),
        *(Consent(entry=f"S-12 / {post}", permalink=post, valid_from=ended, ended=True, **said) for post in posts),
    )
    (found,) = _found(settled)
    assert (found.kind, found.duty, found.due) == (K.CONSENT_WITHDRAWN, 45, date(2026, 3, 17))
    assert found.said.sv == "Kommunens Facebooksida: samtycket S-12 är återkallat, 2 inlägg är kvar att ta ned"
    add(
        settled,
        attested(45, date(2026, 3, 11), channel="fb", about=f"{posts[0]}/#kommentarer"),
        RemovalCase(
            entry="B-1", valid_from=ended, recorded_at=ended, recorded_by="anna.ek", channel="fb", kind="post",
            permalink=posts[1], author="Kommunen", text="t", published_shown="1 jan", saved=ended, saved_by="anna.ek",
            saved_with="kanalarkiv", pictures=[], removed=datetime(2026, 3, 12, tzinfo=UTC),
        ),
    )  # fmt: skip
    assert _found(settled, MARCH, K.CONSENT_WITHDRAWN) == []
    before = datetime(2026, 3, 11, 12, tzinfo=UTC)  # the case was open, and nothing taken down by it
    (found,) = _found(settled, before, K.CONSENT_WITHDRAWN)
    assert "1 inlägg är kvar" in found.said.sv


@pytest.mark.parametrize(
    ("said", "state", "why"),
    [
        ([], State.BY_PEOPLE, "inget intyg gäller för ks"),
        (
            [attested(27, date(2026, 3, 1), reference="KS 2026/5", administration="ks")],
            State.ATTESTED,
            "intygad av Anna Ek 2026-03-01 (KS 2026/5), gäller till 2027-03-01",
        ),
        ([attested(27, date(2026, 3, 1))], State.ATTESTED, "intygad av Anna Ek 2026-03-01, gäller till 2027-03-01"),
        (
            [attested(27, date(2025, 3, 1), administration="ks")],
            State.BY_PEOPLE,
            "inget intyg gäller för ks; intyget av Anna Ek 2025-03-01 gällde till 2026-03-01",
        ),
        ([attested(27, date(2026, 3, 1), administration="bou")], State.BY_PEOPLE, "inget intyg gäller för ks"),
        ([attested(27, date(2026, 3, 15), administration="ks")], State.BY_PEOPLE, "inget intyg gäller för ks"),
        ([attested(27, date(2026, 3, 1), about="ett inlägg")], State.BY_PEOPLE, "inget intyg gäller för ks"),
    ],
    ids=["none", "of-the-förvaltning", "of-all", "lapsed", "of-another", "of-the-future", "of-one-thing"],
)
def test_what_people_keep_is_attested_or_said_not_to_be(
    settled: Store, said: list[object], state: State, why: str
) -> None:
    add(settled, *said)  # type: ignore[arg-type]
    assert (_states(settled)[27], _why(settled, 27)) == (state, why)


def test_what_people_keep_is_never_met(settled: Store) -> None:
    in_order(settled)
    add(settled, *(attested(duty.number, date(2026, 3, 13)) for duty in duties() if duty.attest is not None))
    states = _states(settled)
    of_people = [duty.number for duty in duties() if duty.kept is Keeper.PEOPLE]
    assert {states[number] for number in of_people} == {State.ATTESTED}


def test_what_was_said_to_be_debated_was_captured_then(settled: Store) -> None:
    began = datetime(2026, 3, 1, tzinfo=UTC)
    add(
        settled,
        Debate(
            entry="fb", valid_from=began, valid_to=began + timedelta(days=3), recorded_at=began, recorded_by="anna.ek",
            channel="fb", minutes=60, case="KS 2026/1", person="anna.ek",
        ),
    )  # fmt: skip
    assert (_states(settled)[56], _why(settled, 56)) == (
        State.OVERDUE, "insamlingar under debatter: fb KS 2026/1: 0",
    )  # fmt: skip
    assert _states(settled, began + timedelta(minutes=30))[56] is State.MET
    add(settled, *(capture(began + timedelta(hours=hours)) for hours in (1, 2, 100)))
    assert (_states(settled)[56], _why(settled, 56)) == (State.MET, "insamlingar under debatter: fb KS 2026/1: 2")
    assert "ingen debatt är antecknad" in _why(settled, 56, datetime(2026, 9, 15, tzinfo=UTC))


def test_disposals_are_met_only_if_two_had_approved_each(settled: Store) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    add(settled, *package("p-1", at), ProposalRow(proposal="f-1", at=at, by="program"))
    add(
        settled,
        DisposalDecision(
            entry="b", valid_from=at, recorded_at=at, recorded_by="Åsa", record_type="arbetskopior",
            retention_days=90, decided_by="KS", reference="KS 2026/77",
        ),
        DisposalRow(proposal="f-1", step="approved", at=at, by="Anna"),
        DisposalRow(proposal="f-1", step="disposed", at=at, by="Anna", object_id="p-1"),
    )  # fmt: skip
    states = _states(settled)
    assert (states[49], states[50]) == (State.OVERDUE, State.MET)
    add(
        settled,
        ProposalRow(proposal="f-2", at=at, by="program"),
        DisposalRow(proposal="f-2", step="approved", at=at, by="Anna"),
        DisposalRow(proposal="f-2", step="approved", at=at, by=" anna "),
        DisposalRow(proposal="f-2", step="disposed", at=at, by="Anna", object_id="p-1"),
    )
    assert _states(settled)[49] is State.OVERDUE  # one person with two spellings is one
    add(
        settled,
        ProposalRow(proposal="f-3", at=at, by="program"),
        DisposalRow(proposal="f-3", step="approved", at=at, by="Anna"),
        DisposalRow(proposal="f-3", step="approved", at=at, by="Bo"),
        DisposalRow(proposal="f-3", step="disposed", at=at, by="Anna", object_id="p-1"),
    )
    assert _states(settled)[49] is State.MET


def _judged(state: State, number: int) -> DutyThen:
    duty = Duty(number=number, strength="ska", who="chef", kept=Keeper.REGISTER, sv="s", en="e")
    return DutyThen(duty=duty, state=state, why=Text("v", "w"), findings=())


@pytest.mark.parametrize(
    ("states", "over", "why"),
    [
        ((State.MET, State.NOT_APPLICABLE), State.MET, "de 2 plikter den vilar på är uppfyllda"),
        ((State.MET, State.ATTESTED), State.ATTESTED, "intygad: plikt 54"),
        ((State.BY_PEOPLE, State.ATTESTED), State.BY_PEOPLE, "sköts av människor: plikt 52"),
        ((State.NOT_ASKED, State.BY_PEOPLE), State.NOT_ASKED, "ej prövad: plikt 52"),
        ((State.OVERDUE, State.DUE), State.OVERDUE, "försenad: plikt 52"),
        ((State.NOT_APPLICABLE, State.NOT_APPLICABLE), State.NOT_APPLICABLE, "ingen kanal är i bruk"),
    ],
)
def test_the_duty_over_others_is_as_the_worst_of_them(states: tuple[State, State], over: State, why: str) -> None:
    said = umbrella.over([_judged(State.OVERDUE, 27), _judged(states[0], 52), _judged(states[1], 54)])
    assert (said.state, said.why.sv) == (over, why)


def test_of_a_past_day_what_was_done_by_then_is_asked_and_as_it_was_known(store: Store, tmp_path: Path) -> None:
    """A capture of March shows nothing of February; a watch told late counts, but not as it was known before."""
    _begun(store, tmp_path)
    in_order(store)
    february = datetime(2026, 2, 15, 12, tzinfo=UTC)
    states = _states(store, february)
    assert (states[52], states[1]) == (State.DUE, State.OVERDUE)
    assert _states(store, MARCH, february)[52] is State.DUE
    assert _states(store, MARCH)[52] is State.MET
    assert _states(store, MARCH, datetime(2026, 3, 11, tzinfo=UTC))[51] is not State.ATTESTED
