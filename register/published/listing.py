"""The list of channels that the municipality publishes: those that are active, each with its link."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from itertools import groupby

from register.known import Known
from register.language import SWEDEN
from register.sheets.csv_files import defused
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.organisation import Administration


class Format(StrEnum):
    """What the list is written as."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A channel as the public meets it; `administration` is the förvaltning's whole name, `entry` is the register's."""

    entry: str
    name: str
    platform: str
    address: str
    administration: str
    purpose: str | None

    @property
    def link(self) -> str:
        """What its link says: it is to be understood where it stands alone (WCAG 2.4.4)."""
        if self.platform.casefold() in self.name.casefold():
            return self.name
        return f"{self.name} ({self.platform})"


def listed(register: Known, at: datetime) -> tuple[Listed, ...]:
    """Return the channels that are active at a moment, by platform and name."""
    found = []
    for record in register.holding(ChannelRecord, at, status=ChannelStatus.ACTIVE.value):
        administration = register.one(Administration, record.administration, at)
        found.append(
            Listed(
                entry=record.entry,
                name=record.name,
                platform=record.platform,
                address=record.address,
                administration=administration.name if administration is not None else record.administration,
                purpose=record.purpose,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.platform.casefold(), each.name.casefold(), each.entry)))


def written(channels: Sequence[Listed], form: Format, *, at: datetime) -> bytes:
    """Return the list as a file in UTF-8; `at` (aware) is the moment that it holds of."""
    if form is Format.HTML:
        return _as_html(channels, at).encode("utf-8")
    return _as_json(channels, at) if form is Format.JSON else _as_csv(channels)


def _as_html(channels: Sequence[Listed], at: datetime) -> str:
    """Return a section to put into a page whose own heading is of level 1; it brings no style, script or picture."""
    day = f"{at.astimezone(SWEDEN):%Y-%m-%d}"
    lines = [
        '<section class="kanalarkiv-kanaler" lang="sv" aria-labelledby="kanalarkiv-kanaler">',
        '<h2 id="kanalarkiv-kanaler">Våra kanaler i sociala medier</h2>',
        f'<p>Listan gäller <time datetime="{day}">{day}</time>. Antal kanaler: {len(channels)}.</p>',
    ]
    for platform, group in groupby(channels, key=lambda each: each.platform.casefold()):
        of_platform = list(group)
        heading = of_platform[0].platform if of_platform[0].platform != platform else platform.capitalize()
        lines += [f"<h3>{escape(heading)}</h3>", "<ul>"]
        lines += [
            f'<li><a href="{escape(each.address)}">{escape(each.link)}</a>, {escape(each.administration)}</li>'
            for each in of_platform
        ]
        lines.append("</ul>")
    return "\n".join([*lines, "</section>", ""])


def _as_json(channels: Sequence[Listed], at: datetime) -> bytes:
    said = {"gäller": at.isoformat(), "kanaler": [dict(zip(_HEADINGS, _cells(each), strict=True)) for each in channels]}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _as_csv(channels: Sequence[Listed]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows([defused(cell or "") for cell in _cells(each)] for each in channels)
    return text.getvalue().encode("utf-8-sig")


_HEADINGS = ("namn", "plattform", "adress", "förvaltning", "syfte")


def _cells(each: Listed) -> tuple[str | None, ...]:
    return (each.name, each.platform, each.address, each.administration, each.purpose)
