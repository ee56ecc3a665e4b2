"""Whether the page is seen by whom it is to be seen by: the right account, or nobody.

What the page says is read by the walk; here it is only compared. An archive must know through whose eyes a channel was
seen: an administrator is shown hidden comments that a citizen never sees.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from register.language import Text


class Identity(StrEnum):
    """What came of the comparison."""

    OK = "ok"
    WRONG_ACCOUNT = "wrong-account"
    NOT_LOGGED_IN = "not-logged-in"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """Who the page is to be seen by: `account` where that is known; with `login`, somebody; else nobody."""

    account: str | None = None
    login: bool = False


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The result, and it in words."""

    result: Identity
    said: Text


def compare(expected: Expectation, named: str | None, *, login_offered: bool) -> Compared:
    """Compare what the page says with what is expected.

    Args:
        expected: who is to be logged in.
        named: the account that the page says is logged in, None where it names none.
        login_offered: whether the page offers its visitor to log in.

    Returns:
        Never OK without a sign of it on the page: where it shows neither an account nor an offer to log in, and
        somebody is to be logged in, the result is UNKNOWN.
    """
    named = named if named is not None and _folded(named) else None
    if expected.account is None and not expected.login:
        return _nobody_expected(named)
    if named is None:
        return _nobody_named(login_offered=login_offered)
    if expected.account is None or _folded(expected.account) == _folded(named):
        return Compared(result=Identity.OK, said=Text(f"Inloggad som {named}.", f"Logged in as {named}."))
    return Compared(
        result=Identity.WRONG_ACCOUNT,
        said=Text(
            f"Inloggad som {named}, men det skulle vara {expected.account}.",
            f"Logged in as {named}, but it was to be {expected.account}.",
        ),
    )


def _nobody_expected(named: str | None) -> Compared:
    if named is None:
        return Compared(result=Identity.OK, said=Text("Sedd utan inloggning.", "Seen without a login."))
    return Compared(
        result=Identity.UNKNOWN,
        said=Text(
            f"Inloggad som {named}, och registret väntar ingen inloggning: ange konto och inloggning för kanalen.",
            f"Logged in as {named}, and the register expects no login: give konto and inloggning for the channel.",
        ),
    )


def _nobody_named(*, login_offered: bool) -> Compared:
    if login_offered:
        return Compared(
            result=Identity.NOT_LOGGED_IN,
            said=Text(
                "Ingen är inloggad: sidan erbjuder inloggning.", "Nobody is logged in: the page offers to log in."
            ),
        )
    return Compared(
        result=Identity.UNKNOWN,
        said=Text("Det går inte att se på sidan vem som är inloggad.", "The page does not show who is logged in."),
    )


def _folded(name: str) -> str:
    """Return a name as it is compared: no @ before it, no signs that cannot be seen, one case, single spaces."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join(visible.casefold().split()).removeprefix("@")
