"""The 62 duties on a day: what the register vouches for can fail, and what it was not asked is never called met."""

from datetime import UTC, datetime
from pathlib import Path

from register.duties import Keeper, State, duties, evaluated
from register.known import Known, known
from register.sheets.transfer import import_from, read
from register.store.channel_decisions import ChannelDecision
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.opening import Store
from tests.register.municipality import SHEETS, edited, written

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 14, 11, 0, tzinfo=UTC)
OF_THE_REGISTER = {3, 4, 5, 6, 13, 14, 15, 16, 17, 18, 20, 21, 57, 59, 60}


def _known(store: Store, folder: Path, **changed: str) -> Known:
    plan = import_from(store, read(written(folder, **changed)), at=BEGUN, by="Anna", why="prov", dry_run=False)
    assert plan.faults == ()
    with store.reading() as session:
        return known(session)


def _states(register: Known, at: datetime) -> dict[int, State]:
    return {each.duty.number: each.state for each in evaluated(register, at)}


def test_there_are_sixty_two_and_each_says_by_what_it_is_kept() -> None:
    assert [duty.number for duty in duties()] == list(range(1, 63))
    assert {duty.strength for duty in duties()} == {"ska", "bör"}
    assert {duty.number for duty in duties() if duty.kept is Keeper.REGISTER} == OF_THE_REGISTER | {22, 51}


def test_in_good_order_what_the_register_keeps_is_met_and_nothing_else_is_said_to_be(
    store: Store, tmp_path: Path
) -> None:
    states = _states(_known(store, tmp_path), MARCH)
    assert {number for number, state in states.items() if state is State.MET} == OF_THE_REGISTER
    assert states[1] is State.NOT_ASKED
    assert states[54] is State.NOT_ASKED
    assert states[33] is State.BY_PEOPLE


def test_every_duty_that_the_register_keeps_can_be_found_wanting(light: Store, tmp_path: Path) -> None:
    """A duty that nothing could ever fail would be a default verdict."""
    head, row = SHEETS["kanaler"].splitlines()
    bare = "ig;Instagram;instagram;https://instagram.com/ig;ks;aktiv;;kommunen@gmail.com;2025-01-01;2024-02-01"
    closed = "x;X;x;https://x.com/x;ks;avslutad;;;;2024-02-01"
    opened, guideline = SHEETS["beslut"].splitlines(), SHEETS["riktlinjer"].splitlines()
    register = _known(
        light, tmp_path,
        kanaler="\n".join([head, row, bare, closed]),
        beslut="\n".join([*opened[:3], opened[1].replace(";fb;", ";ig;")]),
        uppdrag=edited("uppdrag", (";ja;2024-02-01;\n", ";nej;2024-02-01;\n"), ("2026-06-30", "2026-03-20")),
        ersattare="kanal;ersättare;ersätter",
        kvittenser="person;riktlinje;version;kvitterat",
        riktlinjer="\n".join(f"{a};{b}" for a, b in zip(guideline, ("ses över", "2026-01-31"), strict=True)),
    )  # fmt: skip
    unopened = [
        ChannelRecord(
            entry=entry, valid_from=BEGUN, recorded_at=BEGUN, recorded_by="Bo", name=entry, platform="tiktok",
            address=f"https://tiktok.com/@{entry}", administration="ks", status=ChannelStatus.ACTIVE,
        )
        for entry in ("t1", "t2")
    ]  # fmt: skip
    decided = ChannelDecision(
        entry="öppning / t2", valid_from=BEGUN, recorded_at=BEGUN, recorded_by="Bo", kind="öppning", channel="t2",
        reference="KS 1", decided=BEGUN.date(), decided_by="Dan",
    )  # fmt: skip
    lost = register.with_more([*unopened, decided])
    states = _states(lost, MARCH)
    failing = {number for number, state in states.items() if state in (State.DUE, State.OVERDUE)}
    assert failing >= OF_THE_REGISTER
    assert states[3] is State.OVERDUE


def test_without_channels_in_use_nothing_is_demanded_of_them(light: Store, tmp_path: Path) -> None:
    states = _states(_known(light, tmp_path), datetime(2023, 1, 1, tzinfo=UTC))
    assert states[17] is State.NOT_APPLICABLE


def test_without_a_guideline_its_duties_are_not_met(light: Store, tmp_path: Path) -> None:
    changed = {"riktlinjer": SHEETS["riktlinjer"].splitlines()[0], "kvittenser": SHEETS["kvittenser"].splitlines()[0]}
    states = _states(_known(light, tmp_path, **changed), MARCH)
    assert (states[13], states[21]) == (State.OVERDUE, State.OVERDUE)
