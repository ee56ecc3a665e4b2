"""A value that may be used but not seen.

It is not in any `repr`, message or traceback, cannot be written by pickle or JSON, nor copied, and has to be asked for
by name where it is used.
"""

from typing import Generic, NoReturn, TypeVar, final

_Value = TypeVar("_Value")


@final
class Secret(Generic[_Value]):
    """Holds a value and hides it."""

    __slots__ = ("__value",)

    def __init__(self, value: _Value) -> None:
        self.__value = value

    def revealed(self) -> _Value:
        """Return the value. What it returns must go straight to where it is used, and be kept nowhere."""
        return self.__value

    def __repr__(self) -> str:
        """Say that there is something, and nothing of what."""
        return "<hemligt>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError("a secret is not written and not copied")
