"""Opens the register's database and brings it to the newest schema.

A database is one file, or one PostgreSQL. In both there is one writer at a time, what is committed is on the disk, and
a reader sees one moment of it all. A migration happens whole or not at all. What a newer program has migrated is not
opened: an older one would write what the newer no longer understands.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from register.errors import BadInputError, DiskFullError
from register.language import Text

FILE_NAME = "register.db"
_BUSY = 60  # seconds that a writer waits for another
_WRITERS = 0x6B616E61  # the lock in PostgreSQL that makes its writers wait for one another, as SQLite's do
_SCRIPTS = "register.store:migrations"
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


class StoreUnusableError(BadInputError):
    """The database cannot be opened, read or written; what is in it is as it was."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """An open database. `place` is where it is, for people; without a password."""

    engine: Engine
    place: str

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees the database as it is now and goes on seeing that.

        Raises:
            StoreUnusableError: the database does not answer.
        """
        of_one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options = of_one_moment if self.engine.dialect.name == "postgresql" else {}  # SQLite's readers are so anyhow
        engine = self.engine.execution_options(**options)
        with _spoken(self.place), engine.connect() as connection, Session(connection, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give the one session that may write now. All that it did is on the disk when it ends, or nothing is.

        Raises:
            StoreUnusableError: the database does not answer, or others keep it busy.
            DiskFullError: there is no room.
        """
        engine = self.engine.execution_options(writing=True)
        with _spoken(self.place), engine.begin() as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            session.flush()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


@contextmanager
def opened(where: Path | str) -> Iterator[Store]:
    """Open the database at `where`, for as long as the block lasts; see `open_store`."""
    store = open_store(where)
    try:
        yield store
    finally:
        store.close()


def open_store(where: Path | str) -> Store:
    """Open a database, making it or migrating it first where that is needed.

    Args:
        where: The path of an SQLite file; or a URL, `sqlite:///…` or `postgresql://user@host/name`. Passwords belong in
            libpq's own PGPASSWORD or PGPASSFILE; one in the URL works and is never shown.

    Raises:
        StoreUnusableError: nothing answers there, it is no database of ours, a newer program has migrated it, or a
            migration failed. In each case it is as it was.
        DiskFullError: there is no room.
    """
    url = _url(where)
    place = url.render_as_string(hide_password=True) if url.get_backend_name() != "sqlite" else str(url.database)
    store = Store(engine=_engine(url), place=place)
    with ExitStack() as undone:
        undone.callback(store.close)
        with _spoken(place):
            _migrate(store)
        undone.pop_all()
    return store


def _url(where: Path | str) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create(_DRIVERS["sqlite"], database=str(Path(where).absolute()))
    try:
        url = make_url(where)
        driver = _DRIVERS[url.get_backend_name()]
    except (ArgumentError, KeyError, ValueError) as error:
        said = "databasens adress" if isinstance(error, (ArgumentError, ValueError)) else f"databasen {error.args[0]}"
        raise StoreUnusableError(  # the address itself is not repeated: it may hold a password
            happened=Text(f"Okänt slag: {said}.", "The database's address cannot be understood."),
            safe=_AS_IT_WAS,
            next_step=Text(
                "Ange en fil, eller postgresql://användare@dator/databas.",
                "Give a file, or postgresql://user@host/database.",
            ),
        ) from None
    return url.set(drivername=driver)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, isolation_level="READ COMMITTED")
        event.listen(engine, "begin", _begin_postgresql)
    else:
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY})
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # pysqlite would begin transactions by itself, late and not before a change of the schema; see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    # A transaction that begins by reading and then writes fails if another wrote in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})


def _migrate(store: Store) -> None:
    """Apply what is missing, in one transaction; two programs that open at once do it one after the other."""
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    newest = scripts.get_current_head()
    with store.engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with store.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a table that is made anew is for a moment not there, and others refer to it
            _ = connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.execution_options(writing=True).begin():
            at = MigrationContext.configure(connection).get_current_revision()
            if at is not None and at not in {script.revision for script in scripts.walk_revisions()}:
                raise _newer(store.place, at)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"a migration left rows that refer to nothing: {broken[:3]}")
        connection.invalidate()  # so that nobody gets the one that does not check references


def _newer(place: str, revision: str) -> StoreUnusableError:
    return StoreUnusableError(
        happened=Text(
            f"Databasen {place} är gjord av en nyare Kanalarkiv (schema {revision}) än den här.",
            f"The database {place} was made by a newer Kanalarkiv (schema {revision}) than this one.",
        ),
        safe=_AS_IT_WAS,
        next_step=Text("Uppgradera Kanalarkiv på den här datorn.", "Upgrade Kanalarkiv on this computer."),
    )


_AS_IT_WAS = Text("Inget i den har ändrats.", "Nothing in it was changed.")


@contextmanager
def _spoken(place: str) -> Iterator[None]:
    """Say what a database refuses in words that a person can act on; faults of ours are left as they are."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        if "disk is full" in said or getattr(error.orig, "sqlstate", None) == "53100":
            raise DiskFullError(
                happened=Text(f"Disken med {place} är full.", f"The disk with {place} is full."),
                safe=_AS_IT_WAS,
                next_step=Text("Frigör utrymme och kör igen.", "Free some space and run again."),
            ) from error
        if (
            not isinstance(error, OperationalError)
            and "not a database" not in said
            and not error.connection_invalidated
        ):
            raise
        raise StoreUnusableError(
            happened=Text(f"Databasen {place} går inte att använda: {said}", f"Unusable database {place}: {said}"),
            safe=_AS_IT_WAS,
            next_step=Text(
                "Kontrollera att den finns, att du får skriva i den och att den svarar, och kör igen.",
                "See that it is there, that you may write in it and that it answers, and run again.",
            ),
        ) from error
