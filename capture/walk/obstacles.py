"""What stands in a walk's way: a login, a proof, a server that is asked too often, somebody else's account."""

from collections.abc import Callable
from datetime import datetime

from capture.attendance import Challenge
from capture.session import retry_after
from capture.walk.look import Look
from capture.walk.traffic import Watch
from register.language import Text

STRIKES = 3  # the capture guideline's own number: after three, the walk ends and says so

Identity = Callable[[str | None], Text | None]
"""Given whom the page says is logged in (None: it says nothing), returns what is wrong, None where nothing is."""


def found(look: Look, watch: Watch, now: datetime) -> Challenge | None:
    """Return what stands in the way after a step, None where nothing does. `now` is UTC."""
    if watch.refusals:
        refusal = watch.refusals[-1]
        watch.refusals.clear()
        return Challenge(
            sign=Text(
                f"servern säger att besöken är för många (HTTP {refusal.status})",
                f"the server says that there are too many requests (HTTP {refusal.status})",
            ),
            url=refusal.url,
            retry_after=retry_after.seconds(refusal.retry_after, now=now),
        )
    return walled(look)


def walled(look: Look) -> Challenge | None:
    """Return the wall that a page is behind: instead of its posts, or in a dialog over them that cannot be closed."""
    shown = look.posts > 0 or look.post is not None
    sign = look.wall.said if shown else look.wall.sign
    if sign is None or (shown and (look.nag or look.cookie)):
        return None
    return Challenge(sign=sign_in_words(sign), url=look.url, retry_after=None)


def sign_in_words(sign: str) -> Text:
    """Return how a person is told of a wall's sign."""
    if sign == "password":
        return Text("ett lösenordsfält", "a password field")
    return Text(f"”{sign}”", f"“{sign}”")
