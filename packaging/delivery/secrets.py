"""Where a secret comes from, never what it is: an environment variable, the keyring or a Prefect Secret block.

`kanalarkiv.toml` names the place: `miljo:KANALARKIV_S3_NYCKEL`, `nyckelring:kanalarkiv/s3` or `prefect:s3-nyckel`. It
is read when it is used, and is written nowhere: not in a log, an error, a traceback or a `repr`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, Self

from register.errors import BadInputError
from register.language import Text


class Keeper(StrEnum):
    """Who keeps the secret."""

    ENVIRONMENT = "miljo"
    KEYRING = "nyckelring"
    PREFECT = "prefect"


@dataclass(frozen=True)
class SecretName:
    """A secret's place. `name` is a variable's name, `service/user` in the keyring, or a block's name."""

    keeper: Keeper
    name: str

    @classmethod
    def parse(cls, said: str) -> Self:
        """Read a place as `kanalarkiv.toml` gives it.

        Raises:
            ValueError: it is none. The text is not repeated in the error, for it may be the secret itself.
        """
        keeper, colon, name = said.partition(":")
        is_known = colon == ":" and keeper in tuple(Keeper)
        if not is_known or not name.strip() or (keeper == Keeper.KEYRING and not all(name.partition("/"))):
            raise ValueError
        return cls(Keeper(keeper), name)

    def __str__(self) -> str:
        """Return the place as it is written in `kanalarkiv.toml`."""
        return f"{self.keeper}:{self.name}"


class Secret:
    """A secret that shows where it came from and nothing else; it cannot be pickled."""

    __slots__ = ("_name", "_value")

    def __init__(self, name: SecretName, value: str) -> None:
        self._name = name
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself. Keep it in no variable that outlives the call it is for."""
        return self._value

    def __repr__(self) -> str:
        """Return where it came from."""
        return f"Secret({self._name})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be written down.

        Raises:
            TypeError: always.
        """
        raise TypeError("a secret is not written down")


Block = Callable[[str], str]
"""Fetches a Prefect Secret block by its name, and raises LookupError where there is none; only `flows` can."""


def fetch(name: SecretName, *, block: Block) -> Secret:
    """Fetch a secret from its place.

    Raises:
        BadInputError: there is none in that place, or it is empty.
    """
    found = _found(name, block)
    if not found:
        raise _missing(name)
    return Secret(name, found)


def _found(name: SecretName, block: Block) -> str | None:
    match name.keeper:
        case Keeper.ENVIRONMENT:
            return os.environ.get(name.name)
        case Keeper.KEYRING:
            return _from_keyring(name)
        case Keeper.PREFECT:
            try:
                return block(name.name)
            except LookupError as error:
                raise _missing(name) from error


def _from_keyring(name: SecretName) -> str | None:
    import keyring  # noqa: PLC0415 - it looks for the desktop's services when imported, which costs; most never use it
    from keyring.errors import KeyringError  # noqa: PLC0415

    service, _, user = name.name.partition("/")
    try:
        return keyring.get_password(service, user)
    except KeyringError as error:
        raise _missing(name) from error


def _missing(name: SecretName) -> BadInputError:
    return BadInputError(
        happened=Text(f"Hemligheten {name} finns inte eller är tom.", f"The secret {name} is missing or empty."),
        safe=Text("Inget har levererats.", "Nothing was delivered."),
        next_step=Text(
            "Lägg den där (en miljövariabel, nyckelringen eller ett Secret-block i Prefect) och kör igen.",
            "Put it there (an environment variable, the keyring or a Secret block in Prefect) and run again.",
        ),
    )
