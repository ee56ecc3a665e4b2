"""A letter to one person about all that they are to be told of at once: Swedish, plain text.

Nothing a channel published is in it. What the register says of a channel is one line each, and cannot become a header,
a second line or an address to click that is not the channel's own: whatever is no printable character is shown as a
replacement character.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from register.language import Text
from register.store.channels import CaptureMode
from register.telling.notice import Notice, NoticeKind

_LONGEST = 120  # characters of a name; one that is longer is cut

_SUBJECTS = {
    NoticeKind.DUE: "Att dokumentera nu",
    NoticeKind.MONTH_LEFT: "En månad kvar av halvåret",
    NoticeKind.WEEK_LEFT: "En vecka kvar av halvåret",
    NoticeKind.OVERDUE: "Försenad dokumentation",
    NoticeKind.HINDERED: "En dokumentation gick inte att göra",
}
_GRAVEST_FIRST = (
    NoticeKind.OVERDUE,
    NoticeKind.HINDERED,
    NoticeKind.WEEK_LEFT,
    NoticeKind.MONTH_LEFT,
    NoticeKind.DUE,
)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter: one line of subject, and plain text."""

    subject: str
    body: str


def letter(notices: Sequence[Notice]) -> Letter:
    """Return the letter that tells one person all of `notices`, the gravest first.

    Raises:
        ValueError: there are none.
    """
    if not notices:
        raise ValueError("nothing to tell")
    ordered = sorted(notices, key=lambda each: (_GRAVEST_FIRST.index(each.kind), each.owed.channel.name))
    number = len({notice.owed.channel.entry for notice in notices})
    channels = "1 kanal" if number == 1 else f"{number} kanaler"
    lines = [f"Hej {inert(notices[0].person.name)},", ""]
    for kind in _GRAVEST_FIRST:
        of_kind = [notice for notice in ordered if notice.kind is kind]
        if of_kind:
            lines += [f"{_SUBJECTS[kind]}:", *(line for notice in of_kind for line in _told(notice)), ""]
    return Letter(
        subject=f"Kanalarkiv: {_SUBJECTS[ordered[0].kind].lower()} ({channels})", body="\n".join(lines + _END)
    )


def inert(said: str) -> str:
    """Return a text as one line that steers nothing."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _told(notice: Notice) -> list[str]:
    owed, channel = notice.owed, notice.owed.channel
    lines = [f"- {inert(channel.name)} ({inert(channel.entry)}): {owed.half.told.sv}, senast {owed.last}."]
    if notice.why is not None:
        lines += [f"    {inert(line)}" for line in notice.why.sv.splitlines()]
    elif channel.mode == CaptureMode.ASSISTED:
        lines.append("    Görs av dig vid skärmen: se nedan.")
    else:
        lines.append("    Görs automatiskt, men är inte gjord.")
    return lines


_END = [
    "Riktlinjen: varje kanal dokumenteras minst en gång varje halvår. En kanal som dokumenteras vid skärmen görs så:",
    "    kanalarkiv capture KANAL --attended --who DITT-KORTNAMN",
    "Så ligger det till: kanalarkiv status",
    "",
    "Det här är sagt en gång och upprepas inte. Brevet är skrivet av Kanalarkiv och går inte att svara på.",
]


def hindered_by(happened: Text, next_step: Text) -> Text:
    """Return what happened and what to do about it as one text of two lines."""
    return Text(f"{happened.sv}\n{next_step.sv}", f"{happened.en}\n{next_step.en}")
