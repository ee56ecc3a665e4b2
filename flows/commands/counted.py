"""What `kanalarkiv status` shows, counted from the register."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, cast

from pydantic_core import to_jsonable_python

from flows.commands.asking import Place as Register
from flows.overview import overview
from flows.standing import Place


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Which register is counted; `file` is where it lies, None where it is no file."""

    register: Register
    place: Place
    file: str | None

    @classmethod
    def of(cls, into: Path, database: str | None, settings: Path | None) -> Self:
        """Return the register of a workspace, unless the settings or `database` name another.

        Raises:
            BadInputError: the settings cannot be used.
        """
        place = Place.at(into, settings)
        where = database or str(place.database)
        file = None if "://" in where and not where.startswith(_FILE) else where.removeprefix(_FILE)
        return cls(register=Register(into=into, database=where), place=place, file=file)

    def counted(self, *, at: datetime) -> dict[str, Any]:
        """Return how it stands at a moment, as JSON has it.

        Raises:
            BadInputError: there is no register there.
        """
        with self.register.opened() as store, store.reading() as session:
            found = overview(session, at.astimezone(UTC), self.place.window)
        return cast("dict[str, Any]", to_jsonable_python(asdict(found)))


_FILE = "sqlite:///"
