"""How long a server asks to be left alone: HTTP `Retry-After` (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds(value: str | None, *, now: datetime) -> float | None:
    """Return how many seconds from `now` (aware) the header `value` asks for; never less than 0.

    The value is a number of seconds, or an HTTP date in any of its three forms. None for no header and for anything
    else: what cannot be read is not a time that was asked for.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch("[0-9]+", value):
        return float(value)  # as a float: a number of a thousand digits is then "for ever", not an error
    try:
        until = parsedate_to_datetime(value)
        # asctime names no zone, and an HTTP date is always UTC
        return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())
    except (ValueError, OverflowError):
        return None
