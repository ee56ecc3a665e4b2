"""The extract as JSON: the same bytes each time, in the run's folder and in the package."""

from pydantic import TypeAdapter

from register.extract.nouns import Extract

_type = TypeAdapter(Extract)


def written(extract: Extract) -> bytes:
    """Return an extract as JSON (UTF-8); times are UTC."""
    return _type.dump_json(extract, indent=1)


def read(content: bytes) -> Extract:
    """Return the extract that was written so.

    Raises:
        ValueError: it is none.
    """
    return _type.validate_json(content)
