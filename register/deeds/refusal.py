"""How the register says that it does not take something down."""

from collections.abc import Iterator
from contextlib import contextmanager

from register.errors import BadInputError, NotAllowedError
from register.language import Text
from register.store.wording import RefusedError

NOTHING = Text("Inget har ändrats.", "Nothing was changed.")


def unusable(happened: Text, next_step: Text | None = None) -> BadInputError:
    """Return the error that what was said cannot be taken down as it stands."""
    return BadInputError(
        happened=happened, safe=NOTHING, next_step=next_step or Text("Rätta och kör igen.", "Correct it and run again.")
    )


def forbidden(happened: Text, next_step: Text) -> NotAllowedError:
    """Return the error that whoever says it may not."""
    return NotAllowedError(happened=happened, safe=NOTHING, next_step=next_step)


@contextmanager
def worded() -> Iterator[None]:
    """Say what a table refuses in words that a person can act on.

    Raises:
        BadInputError: a statement was refused.
    """
    try:
        yield
    except RefusedError as refused:
        raise unusable(
            Text(f"{refused.field}: {refused.wrong.sv}.", f"{refused.field}: {refused.wrong.en}."), refused.remedy
        ) from refused
