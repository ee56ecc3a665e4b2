"""Opening the register's database: migrated whole or not at all, one writer at a time, and refused in plain words."""

import os
import random
import signal
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from register.errors import DiskFullError
from register.store import opening, tables
from register.store.holds import Hold
from register.store.opening import StoreUnusableError, open_store, opened
from tests.register import counting
from tests.register.children import Child
from tests.small_disk import small_disk_of

_NEXT = "9999"
_STEP = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", {newest!r}
def upgrade():
    op.add_column("holds", sa.Column("extra", sa.String()))
    op.create_table("more", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
"""


def _hold(at: datetime, entry: str = "h") -> Hold:
    return Hold(entry=entry, valid_from=at, recorded_at=at, recorded_by="Anna", ground="KS 2026/14")


def _write_and_fail(session: Session, at: datetime) -> None:
    session.add(_hold(at))
    session.flush()
    raise ZeroDivisionError


def _newest() -> str:
    config = opening.Config()
    config.set_main_option("script_location", "register.store:migrations")
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    return head


@pytest.fixture
def add_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function that gives the program one more migration, which ends with `then`."""

    def add(then: str) -> Path:
        ours = Path(opening.__file__).parent / "migrations"
        newer = tmp_path / f"migrations-{len(list(tmp_path.iterdir()))}"
        (newer / "versions").mkdir(parents=True)
        (newer / "env.py").write_text((ours / "env.py").read_text())
        for version in (ours / "versions").glob("v*.py"):
            (newer / "versions" / version.name).write_text(version.read_text())
        (newer / "versions" / "v9999.py").write_text(_STEP.format(newest=_newest(), then=then))
        monkeypatch.setattr(opening, "_SCRIPTS", str(newer))
        return newer

    return add


def test_a_new_database_has_exactly_the_tables_that_the_program_knows(address: str) -> None:
    with opened(address) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []
        assert context.get_current_revision() == _newest()


def test_every_table_of_statements_and_events_is_kept_by_the_database(address: str) -> None:
    """A table that somebody forgot to protect would be found here."""
    with opened(address) as store, store.engine.connect() as connection:
        triggers = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "postgresql":
            triggers = "SELECT event_object_table FROM information_schema.triggers WHERE event_manipulation = 'UPDATE'"
        kept = set(connection.execute(text(triggers)).scalars())
        assert kept == set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_opening_again_changes_nothing_and_keeps_what_is_there(address: str, march: datetime) -> None:
    with opened(address) as store, store.writing() as session:
        session.add(_hold(march))
    with opened(address) as store, store.reading() as session:
        assert [hold.entry for hold in session.scalars(select(Hold))] == ["h"]


def test_what_fails_halfway_leaves_nothing(address: str, march: datetime) -> None:
    with opened(address) as store:
        with pytest.raises(ZeroDivisionError), store.writing() as session:
            _write_and_fail(session, march)
        with store.reading() as session:
            assert session.scalars(select(Hold)).all() == []


def test_a_newer_schema_is_refused_and_left_as_it_is(
    address: str, march: datetime, add_step: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_step("pass")
    with opened(address) as store, store.writing() as session:
        session.add(_hold(march))
    monkeypatch.undo()
    with pytest.raises(StoreUnusableError, match=r"nyare Kanalarkiv \(schema 9999\)"):
        open_store(address)


def test_an_older_schema_is_brought_forward_with_what_is_in_it(
    address: str, march: datetime, add_step: Callable[[str], Path]
) -> None:
    with opened(address) as store, store.writing() as session:
        session.add(_hold(march))
    add_step("pass")
    with opened(address) as store, store.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == _NEXT
        assert connection.execute(text("SELECT entry, extra FROM holds")).all() == [("h", None)]


def test_a_migration_that_fails_leaves_the_old_database_whole(
    address: str, march: datetime, add_step: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(address) as store, store.writing() as session:
        session.add(_hold(march))
    add_step("raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        open_store(address)
    monkeypatch.undo()
    with opened(address) as store, store.engine.connect() as connection:
        assert "more" not in inspect(connection).get_table_names()
        assert "extra" not in {column["name"] for column in inspect(connection).get_columns("holds")}
        assert connection.execute(text("SELECT entry FROM holds")).all() == [("h",)]


def test_a_migration_that_leaves_rows_without_what_they_refer_to_is_undone(
    tmp_path: Path, add_step: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite checks no reference while a table is made anew: the end of the migration does."""
    path = tmp_path / "register.db"
    open_store(path).close()
    add_step(
        "op.execute('CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES more(id))')"
        "; op.execute('INSERT INTO child VALUES (1, 7)')"
    )
    with pytest.raises(RuntimeError, match="refer to nothing"):
        open_store(path)
    monkeypatch.undo()
    open_store(path).close()


def test_a_migration_that_is_killed_leaves_the_old_database_whole(
    address: str, march: datetime, add_step: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(address) as store, store.writing() as session:
        session.add(_hold(march))
    scripts = add_step("from tests.register.counting import die; die()")
    child = Child(counting.migrate, address, str(scripts))
    child.rest()
    assert child.process.exitcode == -signal.SIGKILL
    monkeypatch.undo()
    with opened(address) as store, store.engine.connect() as connection:
        assert "more" not in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT entry FROM holds")).all() == [("h",)]


def test_programs_that_open_and_write_at_once_wait_for_one_another(address: str) -> None:
    """Four programs make the database and count: had two written at once, a number would be there twice."""
    children = [Child(counting.count, address, 10) for _ in range(4)]
    seen = [number for child in children for number in child.rest()]
    assert [child.process.exitcode for child in children] == [0, 0, 0, 0]
    assert sorted(seen) == list(range(40))  # type: ignore[type-var]


def test_what_was_committed_is_there_after_kill_9(address: str) -> None:
    """Five programs are killed while they write: what one said was written is there, and at most one thing more."""
    chance = random.Random(7)
    for _ in range(5):
        child = Child(counting.count, address, 1_000_000)
        told = [child.next() for _ in range(chance.randint(1, 40))]
        told += child.kill()
        with opened(address) as store, store.writing() as session:
            entries = [int(entry) for entry in session.scalars(select(Hold.entry).order_by(Hold.version))]
        assert entries == list(range(len(entries)))
        assert len(entries) - 1 - told[-1] in (0, 1)  # type: ignore[operator]


def test_a_reader_sees_one_moment(address: str, march: datetime) -> None:
    with opened(address) as store, opened(address) as other:
        with store.reading() as session:
            assert session.scalars(select(Hold)).all() == []
            with other.writing() as writer:
                writer.add(_hold(march))
            assert session.scalars(select(Hold)).all() == []
        with store.reading() as session:
            assert len(session.scalars(select(Hold)).all()) == 1


def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "register.db") as store, store.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    path.write_bytes(b"not a database, and long enough to be looked at" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreUnusableError, match="not a database"):
        open_store(path)
    assert path.read_bytes() == before


def test_somebody_elses_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        theirs.execute("INSERT INTO alembic_version VALUES ('of-theirs')")
    theirs.close()
    with pytest.raises(StoreUnusableError, match="of-theirs"):
        open_store(path)


@pytest.mark.parametrize("where", ["mysql://root:hemligt@db/x", "postgresql+asyncpg://", "://hemligt"])
def test_a_database_of_another_kind_is_refused_without_showing_its_password(where: str) -> None:
    with pytest.raises(StoreUnusableError) as refused:
        open_store(where)
    assert "hemligt" not in str(refused.value)


def test_where_nothing_answers_it_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError) as refused:
        open_store(f"postgresql://anna:hemligt@/register?host={tmp_path}")
    assert "hemligt" not in str(refused.value)
    assert "***" in str(refused.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match="unable to open"):
        open_store(tmp_path / "not-mounted" / "register.db")


def test_a_full_disk_is_said_and_what_was_there_is_kept(tmp_path: Path, march: datetime) -> None:
    with small_disk_of("1m", tmp_path / "small") as disk:
        with opened(disk / "register.db") as store:
            with store.writing() as session:
                session.add(_hold(march))
            with pytest.raises(DiskFullError), store.writing() as session:
                session.add_all(_hold(march, entry=f"{number}-{'x' * 1000}") for number in range(2000))
            with store.reading() as session:
                assert [hold.entry for hold in session.scalars(select(Hold))] == ["h"]
        assert os.access(disk / "register.db", os.R_OK)
