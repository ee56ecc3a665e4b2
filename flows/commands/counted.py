"""What `kanalarkiv status` shows, counted from the register."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from pydantic_core import to_jsonable_python

from flows.commands.asking import Place as Register
from flows.overview import overview
from flows.standing import Place


def counted(
    into: Path, database: str | None, settings: Path | None, *, at: datetime
) -> tuple[dict[str, Any], str | None]:
    """Return how it stands, as JSON has it, and the file it was read from; None where that is no file.

    Raises:
        BadInputError: there is no register there, or the settings cannot be used.
    """
    place = Place.at(into, settings)
    where = database or str(place.database)
    with Register(into=into, database=where).opened() as store, store.reading() as session:
        found = overview(session, at.astimezone(UTC), place.window)
        file = store.engine.url.database if store.engine.dialect.name == "sqlite" else None
    return cast("dict[str, Any]", to_jsonable_python(asdict(found))), file
