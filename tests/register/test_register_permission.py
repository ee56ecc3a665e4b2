"""Who may capture what, and why not: an opening in samråd, a mandate in force, a decision where nobody watches."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.answers import authorised, entry_of_package
from register.errors import BadInputError, ExitCode, NotAllowedError
from register.known import known
from register.permission import may_capture
from register.rules import record
from register.sheets.planning import Plan
from register.sheets.transfer import import_from, read
from register.store.captures import CaptureRow
from register.store.channels import CaptureMode, ChannelRecord, ChannelStatus
from register.store.deliveries import PackageRow
from register.store.mandates import Mandate
from register.store.opening import Store
from tests.register.municipality import FACEBOOK, SHEETS, edited, written

ASSISTED, AUTOMATIC = CaptureMode.ASSISTED, CaptureMode.AUTOMATIC
DECIDED = "tillstånd;KS 2026/456;2026-05-04;Kommunstyrelsen;fb;;;;;2026-05-04;2027-12-31\n"


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 11, 0, tzinfo=UTC)


MARCH = _at(2026, 3, 14)


def _import(store: Store, folder: Path, at: datetime = MARCH, **changed: str) -> Plan:
    reading = read(written(folder, **changed))
    return import_from(store, reading, at=at, by="Anna Ek", why="prov", dry_run=False)


def _with_permission(row: str = DECIDED) -> str:
    lines = SHEETS["beslut"].splitlines()
    return "\n".join([f"{lines[0]};gäller till och med", *lines[1:], row])


@pytest.mark.parametrize(
    ("swap", "row", "said"),
    [
        ((";Eva Sjö;2024-01-10;", ";;;"), 2, "samråd saknas i beslutet om öppnande"),
        ((";Eva Sjö;2024-01-10;", ";Eva Sjö;;"), 2, "samråd saknas i beslutet om öppnande"),
        (("öppning;KS 2024/7", "stängning;KS 2024/7"), 2, "inget beslut om öppnande gäller"),
        (("tillstyrks;2024-01-15", "tillstyrks;2024-02-02"), 2, "inget beslut om öppnande gäller"),
    ],
)
def test_no_channel_is_active_without_an_opening_decision_in_samrad(
    store: Store, tmp_path: Path, swap: tuple[str, str], row: int, said: str
) -> None:
    plan = _import(store, tmp_path, beslut=edited("beslut", swap))
    (fault,) = plan.faults
    assert (fault.file, fault.row, fault.heading) == ("kanaler.csv", row, "status")
    assert fault.wrong.sv == f"kanalen kan inte vara aktiv 2024-02-01 00:00:00: {said}"
    with store.reading() as session:
        assert list(session.scalars(ChannelRecord.among())) == []


def test_until_it_is_decided_a_channel_may_be_proposed(light: Store, tmp_path: Path) -> None:
    text = edited("kanaler", (";aktiv;", ";föreslagen;"))
    assert _import(light, tmp_path, kanaler=text, beslut=SHEETS["beslut"].splitlines()[0]).faults == ()
    with pytest.raises(NotAllowedError, match="Kommunens Facebooksida är föreslagen"):
        may_capture(light, FACEBOOK, "anna.ek", ASSISTED, MARCH)


def test_an_opening_that_ends_ends_what_it_opened(light: Store, tmp_path: Path) -> None:
    """A channel cannot stay active past its decision; the day that it would is named."""
    lines = SHEETS["beslut"].splitlines()
    until = "\n".join([f"{lines[0]};gäller till och med", f"{lines[1]};2026-12-31", *lines[2:]])
    (fault,) = _import(light, tmp_path, beslut=until).faults
    assert fault.wrong.sv == "kanalen kan inte vara aktiv 2027-01-01 00:00:00: inget beslut om öppnande gäller"


def test_the_same_holds_where_no_spreadsheet_is(store: Store, tmp_path: Path) -> None:
    """Whoever records a statement by program meets the same rule, and nothing is written."""
    _import(store, tmp_path)
    new = ChannelRecord(
        entry="ig", valid_from=MARCH, recorded_at=MARCH, recorded_by="Bo", name="Instagram", platform="instagram",
        address="https://www.instagram.com/exempelkommun", administration="ks", status=ChannelStatus.ACTIVE,
    )  # fmt: skip
    with pytest.raises(NotAllowedError, match="inget beslut om öppnande gäller"), store.writing() as session:
        record(session, new)
    with store.reading() as session:
        assert [each.entry for each in session.scalars(ChannelRecord.among())] == ["fb"]


def test_two_living_channels_never_share_an_address(light: Store, tmp_path: Path) -> None:
    row = "fb2;Kopia;facebook;https://WWW.facebook.com/exempelkommun/;ks;vilande;;;;2025-01-01\n"
    (fault,) = _import(light, tmp_path, kanaler=SHEETS["kanaler"] + row).faults
    assert (fault.row, fault.heading, fault.wrong.sv) == (3, "adress", "fb har samma adress")


def test_a_capture_rests_on_a_mandate_an_opening_and_a_permission(store: Store, tmp_path: Path) -> None:
    _import(store, tmp_path, beslut=_with_permission())
    found = may_capture(store, f"{FACEBOOK}/posts/1", "anna.ek", AUTOMATIC, _at(2026, 6, 1))
    assert (found.channel.entry, found.person.name) == ("fb", "Anna Ek")
    assert (found.opening.reference, found.mandate.capacity) == ("KS 2024/7", "administratör")
    assert found.permission is not None
    assert found.permission.reference == "KS 2026/456"
    assert may_capture(store, FACEBOOK, "anna.ek", ASSISTED, MARCH).permission is None


@pytest.mark.parametrize(
    ("person", "mode", "at", "why"),
    [
        ("cia.berg", ASSISTED, MARCH, "Cia Berg har inget gällande uppdrag .* inget uppdrag finns"),
        ("bo.lind", ASSISTED, _at(2026, 7, 1), "Bo Lind har inget .*: det gällde till 2026-07-01 00:00:00"),
        ("anna.ek", ASSISTED, _at(2024, 1, 20), "kanalregistret"),
        ("ingen.alls", ASSISTED, MARCH, "ingen.alls finns inte i registret"),
        ("anna.ek", AUTOMATIC, _at(2026, 5, 3), "automatiskt: det gäller först från 2026-05-04 00:00:00"),
        ("anna.ek", AUTOMATIC, _at(2028, 1, 1), "automatiskt: det gällde till 2028-01-01 00:00:00"),
    ],
)
def test_a_capture_is_refused_and_told_why(
    light: Store, tmp_path: Path, person: str, mode: CaptureMode, at: datetime, why: str
) -> None:
    _import(light, tmp_path, beslut=_with_permission())
    with pytest.raises(NotAllowedError, match=why) as refused:
        may_capture(light, FACEBOOK, person, mode, at)
    assert refused.value.exit_code is ExitCode.NOT_ALLOWED


def test_the_last_moment_of_a_mandate_is_the_end_of_its_last_day(light: Store, tmp_path: Path) -> None:
    _import(light, tmp_path)
    last = datetime(2026, 6, 30, 21, 59, 59, 999999, tzinfo=UTC)
    assert may_capture(light, FACEBOOK, "bo.lind", ASSISTED, last).person.entry == "bo.lind"
    with pytest.raises(NotAllowedError):
        may_capture(light, FACEBOOK, "bo.lind", ASSISTED, datetime(2026, 6, 30, 22, tzinfo=UTC))


def test_a_permission_may_be_for_a_platform(light: Store, tmp_path: Path) -> None:
    lines = SHEETS["beslut"].replace("kanal;person", "kanal;plattform;person").splitlines()
    rows = [line.replace(";fb;", ";fb;;") for line in lines[1:]]
    permitted = "tillstånd;KS 2026/1;2026-01-02;KS;;Facebook;;;;;2026-01-02"
    assert _import(light, tmp_path, beslut="\n".join([lines[0], *rows, permitted])).faults == ()
    found = may_capture(light, FACEBOOK, "anna.ek", AUTOMATIC, MARCH).permission
    assert found is not None
    assert (found.reference, found.channel) == ("KS 2026/1", None)


@pytest.mark.parametrize("url", ["https://www.facebook.com/annan", "https://www.facebook.com.evil.se/exempelkommun"])
def test_what_is_not_in_the_register_is_not_captured(light: Store, tmp_path: Path, url: str) -> None:
    _import(light, tmp_path)
    with pytest.raises(NotAllowedError, match="finns inte i kanalregistret"):
        may_capture(light, url, "anna.ek", ASSISTED, MARCH)
    with pytest.raises(NotAllowedError, match="ingen webbadress"):
        may_capture(light, "facebook", "anna.ek", ASSISTED, MARCH)


def test_who_was_authorised_on_14_march(store: Store, tmp_path: Path) -> None:
    """The answer for a past day is what is known of it now, or what was known of it then."""
    _import(store, tmp_path, at=_at(2026, 1, 1))
    _import(store, tmp_path, at=_at(2026, 4, 2), uppdrag=edited("uppdrag", ("2026-06-30", "2026-02-28")))
    with store.reading() as session:
        now, then = known(session), known(session, known_at=MARCH)
    assert [each.entry for each in authorised(now, "fb", MARCH)] == ["anna.ek"]
    assert [each.entry for each in authorised(then, "fb", MARCH)] == ["anna.ek", "bo.lind"]
    bo = authorised(then, "fb", MARCH)[1]
    assert (bo.fully, bo.stands_in_for) == (True, ("anna.ek",))
    assert bo.appointment is not None
    assert bo.appointment.reference == "KS 2024/8"


def _package(object_id: str, at: datetime, channel: str) -> PackageRow:
    return PackageRow(
        object_id=object_id, sha256="0" * 64, size=1, record_status="NEW", recorded_at=at, recorded_by="program",
        channel=channel,
    )  # fmt: skip


def test_what_the_entry_said_when_a_package_was_made(store: Store, tmp_path: Path) -> None:
    """A name corrected since, also for the past, does not change what stood there when the package was made."""
    _import(store, tmp_path, at=_at(2026, 1, 1))
    with store.writing() as session:
        session.add_all([_package("paket-1", MARCH, FACEBOOK), _package("paket-2", MARCH, "https://example.org/annan")])
    _import(store, tmp_path, at=_at(2026, 4, 2), kanaler=edited("kanaler", ("Kommunens Facebooksida", "Exempel")))
    with store.reading() as session:
        found = entry_of_package(session, "paket-1")
        assert found.entry is not None
        assert (found.entry.name, found.at) == ("Kommunens Facebooksida", MARCH)
        assert [each.entry for each in found.authorised] == ["anna.ek", "bo.lind"]
        assert [said.reference for said in found.decisions] == ["KS 2024/7", "KS 2024/8", "KS 2024/8"]
        assert entry_of_package(session, "paket-2").entry is None
        with pytest.raises(BadInputError, match="paket-3"):
            entry_of_package(session, "paket-3")


def test_a_package_is_found_by_its_capture_also_when_the_address_was_another(light: Store, tmp_path: Path) -> None:
    _import(light, tmp_path, at=_at(2026, 1, 1))
    run = CaptureRow(
        run="r", channel="fb", address=f"{FACEBOOK}/", mode=ASSISTED, person="anna.ek", started=MARCH, ended=MARCH,
        period_end=MARCH, verdict="complete", posts=1, comments=0, object_id="paket-1",
    )  # fmt: skip
    with light.writing() as session:
        session.add_all([_package("paket-1", MARCH, "https://example.org/flyttad"), run])
    with light.reading() as session:
        found = entry_of_package(session, "paket-1")
    assert found.entry is not None
    assert found.entry.entry == "fb"


def test_a_mandate_names_what_is_there(light: Store, tmp_path: Path) -> None:
    _import(light, tmp_path)
    lost = Mandate(
        entry="m", valid_from=MARCH, recorded_at=MARCH, recorded_by="Bo", person="anna.ek", channel="bf",
        capacity="moderator", decided_by="cia.berg", decided=MARCH.date(),
    )  # fmt: skip
    with pytest.raises(NotAllowedError, match="bf finns inte i registret"), light.writing() as session:
        record(session, lost)
