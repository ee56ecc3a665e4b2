"""Times as the platform words them: "3 tim", "2 d", "14 mars"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def short(published: datetime, now: datetime) -> str:
    """Return what a visitor at `now` reads for `published` (both UTC); dates are those of Europe/Stockholm."""
    age = now - published
    if age < timedelta(hours=1):
        return f"{max(1, age // timedelta(minutes=1))} min"
    if age < timedelta(days=1):
        return f"{age // timedelta(hours=1)} tim"
    if age < timedelta(days=7):
        return f"{age.days} d"
    local = published.astimezone(_STOCKHOLM)
    date = f"{local.day} {_MONTHS[local.month - 1]}"
    return date if local.year == now.astimezone(_STOCKHOLM).year else f"{date} {local.year}"


def spoken(published: datetime, now: datetime) -> str:
    """Return the same for an accessible name: "för 3 tim sedan", "14 mars"."""
    text = short(published, now)
    return f"för {text} sedan" if text.endswith((" min", " tim", " d")) else text
