"""What is to be mended, by whom and by when; asked of any day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from register.attention import findings
from register.attention.channels import months_before
from register.attention.finding import Finding, FindingKind
from register.attention.people import is_personal
from register.known import known
from register.sheets.transfer import import_from, read
from register.store.captures import CaptureRow
from register.store.opening import Store
from tests.register.municipality import FACEBOOK, SHEETS, edited, written

MARCH = datetime(2026, 3, 14, 11, 0, tzinfo=UTC)
K = FindingKind


def _found(store: Store, folder: Path, at: datetime = MARCH, **changed: str) -> tuple[Finding, ...]:
    reading = read(written(folder, **changed))
    plan = import_from(store, reading, at=datetime(2026, 1, 1, tzinfo=UTC), by="Anna", why="prov", dry_run=False)
    assert plan.faults == ()
    with store.reading() as session:
        return findings(known(session), at)


def _told(found: Sequence[Finding]) -> list[tuple[FindingKind, str | None, date, str]]:
    return [(each.kind, each.person, each.due, each.responsible.told.sv) for each in found]


def test_where_all_is_in_order_nothing_is_found(store: Store, tmp_path: Path) -> None:
    assert _found(store, tmp_path) == ()


def test_one_administrator_is_too_few_since_the_other_left(light: Store, tmp_path: Path) -> None:
    found = _found(light, tmp_path, datetime(2026, 7, 20, 8, tzinfo=UTC))
    few = next(each for each in found if each.kind is K.FEW_ADMINISTRATORS)
    assert few.since == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert (few.due, few.duty, few.channel) == (date(2026, 7, 31), 17, "fb")
    assert few.responsible.told.sv == "Cia Berg (chef)"
    assert few.said.sv.startswith("Kommunens Facebooksida har 1 behöriga administratörer")
    assert few.overdue(datetime(2026, 8, 1, 8, tzinfo=UTC))
    assert not few.overdue(datetime(2026, 7, 31, 20, tzinfo=UTC))


def test_a_moderator_and_somebody_not_appointed_are_no_administrators(light: Store, tmp_path: Path) -> None:
    text = edited("beslut", ("utseende;KS 2024/8;2024-01-20;Dan Alm, kommundirektör;fb;bo.lind;;;;2024-01-20\n", ""))
    assert _told(_found(light, tmp_path, beslut=text)) == [
        (K.FEW_ADMINISTRATORS, None, date(2024, 3, 2), "Cia Berg (chef)"),
        (K.WITHOUT_APPOINTMENT, "bo.lind", date(2024, 3, 2), "Cia Berg (chef)"),
    ]


def test_a_mandate_that_ends_within_a_month_is_told_before_it_does(light: Store, tmp_path: Path) -> None:
    at = datetime(2026, 6, 10, 8, tzinfo=UTC)
    assert _told(_found(light, tmp_path, at)) == [(K.MANDATE_EXPIRES, "bo.lind", date(2026, 6, 30), "Cia Berg (chef)")]
    with light.reading() as session:
        assert findings(known(session), datetime(2026, 5, 31, 21, tzinfo=UTC)) == ()


def test_a_mandate_that_goes_on_by_another_does_not_expire(light: Store, tmp_path: Path) -> None:
    more = "bo.lind;fb;moderator;cia.berg;2026-05-01;ja;2026-06-01;\n"
    at = datetime(2026, 6, 10, 8, tzinfo=UTC)
    assert _found(light, tmp_path, at, uppdrag=SHEETS["uppdrag"] + more) == ()


def test_who_has_the_daily_responsibility_has_a_substitute_with_a_mandate(light: Store, tmp_path: Path) -> None:
    lines = SHEETS["ersattare"].splitlines()
    assert _told(_found(light, tmp_path / "a", ersattare=lines[0])) == [
        (K.NO_SUBSTITUTE, None, date(2024, 3, 2), "Cia Berg (chef)")
    ]
    assert _told(_found(light, tmp_path / "b", ersattare=f"{lines[0]}\nfb;dan.alm;anna.ek;2026-02-01")) == [
        (K.SUBSTITUTE_WITHOUT_MANDATE, "dan.alm", date(2026, 3, 3), "Cia Berg (chef)")
    ]


def test_what_lapsed_counts_from_when_it_did(light: Store, tmp_path: Path) -> None:
    """A mandate or an appointment that ended is to be mended within a month of its end, not of its beginning."""
    lines = SHEETS["beslut"].splitlines()
    until = "\n".join([f"{lines[0]};gäller till och med", *lines[1:3], f"{lines[3]};2026-02-10"])
    told = {each.kind: each.due for each in _found(light, tmp_path, datetime(2026, 7, 2, 8, tzinfo=UTC), beslut=until)}
    assert told[K.SUBSTITUTE_WITHOUT_MANDATE] == date(2026, 7, 31)
    with light.reading() as session:
        found = {each.kind: each.due for each in findings(known(session), MARCH)}
    assert found[K.WITHOUT_APPOINTMENT] == date(2026, 3, 13)


def test_somebody_has_the_daily_responsibility(light: Store, tmp_path: Path) -> None:
    found = _found(light, tmp_path, kanaler=edited("kanaler", (";anna.ek;", ";;")))
    assert [each.kind for each in found] == [K.NO_RESPONSIBLE, K.NOBODY_DOCUMENTS]


def test_the_custody_of_a_log_in_is_confirmed_every_half_year(light: Store, tmp_path: Path) -> None:
    at = datetime(2026, 8, 2, 8, tzinfo=UTC)
    custody = [each for each in _found(light, tmp_path, at) if each.kind is K.CUSTODY]
    assert [(each.since, each.due) for each in custody] == [(datetime(2026, 7, 31, 22, tzinfo=UTC), date(2026, 8, 31))]
    with light.reading() as session:
        before = findings(known(session), datetime(2026, 7, 31, 21, tzinfo=UTC))
    assert K.CUSTODY not in [each.kind for each in before]


def test_a_channel_silent_for_half_a_year_is_found(store: Store, tmp_path: Path) -> None:
    """Silent since the last day that the register, or a capture, knows of; a post since then makes it none."""
    at = datetime(2026, 9, 15, 8, tzinfo=UTC)
    silent = [each for each in _found(store, tmp_path, at) if each.kind is K.INACTIVE]
    assert [(each.due, each.duty) for each in silent] == [(date(2026, 10, 10), 59)]
    assert silent[0].said.sv == (
        "Kommunens Facebooksida har varit tyst sedan 2026-03-10: används den inte ska den avslutas"
    )
    post = datetime(2026, 3, 20, 12, tzinfo=UTC)
    run = CaptureRow(
        run="r", channel="fb", address=FACEBOOK, mode="assisterad", person="anna.ek", started=at, ended=at,
        period_end=at, verdict="complete", posts=1, comments=0, latest_post=post,
    )  # fmt: skip
    with store.writing() as session:
        session.add(run)
    with store.reading() as session:
        register = known(session)
    for day, expected in ((15, False), (20, True)):
        kinds = [each.kind for each in findings(register, datetime(2026, 9, day, 12, tzinfo=UTC))]
        assert (K.INACTIVE in kinds) is expected


def test_who_has_not_read_the_edition_in_force_is_found(light: Store, tmp_path: Path) -> None:
    new = "sociala-medier;Riktlinje sociala medier;KS 2026-02-02 § 11;KS;2026-02-02;KS-2026-1;eva.sjö;2026-03-01\n"
    found = _found(light, tmp_path, riktlinjer=SHEETS["riktlinjer"] + new)
    assert _told(found) == [
        (K.NOT_ACKNOWLEDGED, "anna.ek", date(2026, 3, 31), "Anna Ek (behörig användare)"),
        (K.NOT_ACKNOWLEDGED, "bo.lind", date(2026, 3, 31), "Bo Lind (behörig användare)"),
    ]
    with light.reading() as session:
        assert findings(known(session), datetime(2026, 2, 28, 12, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("sheet", "swap", "person"),
    [
        ("kanaler", ("info@exempelkommun.se", "kommunen@gmail.com"), None),
        ("personer", ("anna.ek@exempelkommun.se", "anna@exempelkommun.se.example.org"), "anna.ek"),
    ],
)
def test_a_personal_mail_address_is_found(
    light: Store, tmp_path: Path, sheet: str, swap: tuple[str, str], person: str | None
) -> None:
    (found,) = _found(light, tmp_path, **{sheet: edited(sheet, swap)})
    assert (found.kind, found.person, found.duty) == (K.PERSONAL_EMAIL, person, 20)


@pytest.mark.parametrize(
    ("email", "domains", "personal"),
    [
        ("a@exempelkommun.se", {"exempelkommun.se"}, False),
        ("a@skola.Exempelkommun.se", {"exempelkommun.se"}, False),
        ("a@fejkexempelkommun.se", {"exempelkommun.se"}, True),
        ("a@gmail.com", {"exempelkommun.se"}, True),
        ("a@HOTMAIL.com", set(), True),
        ("a@annankommun.se", set(), False),
    ],
)
def test_mail_is_personal_outside_the_domains(email: str, domains: set[str], personal: bool) -> None:
    assert is_personal(email, frozenset(domains)) is personal


def test_whoever_left_keeps_no_mandate_unseen(light: Store, tmp_path: Path) -> None:
    text = edited("personer", ("Kommunikatör;ks;2020-01-01;\ncia", "Kommunikatör;ks;2020-01-01;2026-02-10\ncia"))
    assert _told(_found(light, tmp_path, personer=text)) == [
        (K.FEW_ADMINISTRATORS, None, date(2026, 3, 13), "Cia Berg (chef)"),
        (K.PERSON_LEFT, "bo.lind", date(2026, 3, 13), "Cia Berg (chef)"),
    ]


@pytest.mark.parametrize(
    ("until", "at", "due"),
    [
        ("2026-03-31", MARCH, date(2026, 3, 31)),
        ("2026-06-30", MARCH, None),
        ("", MARCH, None),
        ("2026-02-28", MARCH, date(2026, 3, 14)),
    ],
)
def test_a_permission_that_ends_is_told(
    light: Store, tmp_path: Path, until: str, at: datetime, due: date | None
) -> None:
    lines = SHEETS["beslut"].splitlines()
    permitted = f"tillstånd;KS 2026/4;2026-01-04;KS;fb;;;;;2026-01-04;{until}"
    head, row = SHEETS["kanaler"].splitlines()
    found = _found(
        light, tmp_path, at,
        beslut="\n".join([f"{lines[0]};gäller till och med", *lines[1:], permitted]),
        kanaler=f"{head};läge\n{row};automatisk",
    )  # fmt: skip
    assert [(each.kind, each.due) for each in found] == ([(K.PERMISSION_EXPIRES, due)] if due else [])


def test_a_closed_channel_asks_only_whether_two_were_told(light: Store, tmp_path: Path) -> None:
    head, row = SHEETS["kanaler"].splitlines()
    closed = row.replace("aktiv", "avslutad").replace("2024-02-01", "2026-03-01")
    (found,) = _found(light, tmp_path / "a", kanaler=f"{head}\n{row}\n{closed}")
    assert (found.kind, found.due, found.responsible.told.sv) == (
        K.CLOSURE_NOT_TOLD,
        date(2026, 3, 31),
        "Eva Sjö (kommunikationschef)",
    )
    lines = SHEETS["beslut"].splitlines()
    told = "stängning;KS 2026/9;2026-02-20;Dan Alm;fb;;;;;2026-02-20;2026-03-02;2026-03-03"
    more = "\n".join([f"{lines[0]};chef informerad;kommunikationschef informerad", *lines[1:], told])
    assert _found(light, tmp_path / "b", kanaler=f"{head}\n{row}\n{closed}", beslut=more) == ()


def test_where_nobody_holds_the_role_that_is_said(light: Store, tmp_path: Path) -> None:
    found = _found(light, tmp_path, roller=SHEETS["roller"].splitlines()[0], ersattare="kanal;ersättare;ersätter")
    assert [each.responsible.told for each in found] == [
        ("ingen är chef i registret", "nobody is chef in the register")
    ]


def test_a_guideline_to_be_reviewed_is_told_a_month_before(light: Store, tmp_path: Path) -> None:
    head, row = SHEETS["riktlinjer"].splitlines()
    found = _found(light, tmp_path, riktlinjer=f"{head};ses över\n{row};2026-04-10")
    assert _told(found) == [(K.GUIDELINE_REVIEW, None, date(2026, 4, 10), "Eva Sjö (kanslichef)")]


@pytest.mark.parametrize(
    ("at", "months", "day"),
    [
        ((2026, 8, 31), 6, (2026, 2, 28)),
        ((2024, 8, 31), 6, (2024, 2, 29)),
        ((2026, 3, 14), 6, (2025, 9, 14)),
        ((2026, 1, 31), -6, (2026, 7, 31)),
        ((2025, 10, 15), -6, (2026, 4, 15)),
    ],
)
def test_half_a_year_is_six_months(at: tuple[int, int, int], months: int, day: tuple[int, int, int]) -> None:
    assert months_before(datetime(*at, 12, tzinfo=UTC), months).date() == date(*day)
