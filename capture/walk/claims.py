"""Numbers as platforms write them: "25", "1 024", "1,2 tn", "1.2K"."""

import re
from dataclasses import dataclass

_MULTIPLES = {"": 1, "tn": 1_000, "k": 1_000, "mn": 1_000_000, "m": 1_000_000}
_WRITTEN = re.compile(r"(\d[\d\s.,]*?)\s*(tn|k|mn|m)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A number that a page states. `at_least` is less than `number` where it was rounded ("1,2 tn")."""

    number: int
    at_least: int

    @property
    def rounded(self) -> bool:
        """Whether the page gave fewer digits than the number has."""
        return self.at_least != self.number


def parse(written: str) -> Claim:
    """Return what `written` stands for.

    A rounded number is claimed from half a step below: "1,2 tn" stands for 1150 or more, however it was rounded.

    Raises:
        ValueError: No number is written there.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if not found:
        raise ValueError(f"Not a number: {written!r}")
    digits, suffix = re.sub(r"\s", "", found[1]).rstrip(".,"), (found[2] or "").lower()
    multiple = _MULTIPLES[suffix]
    if multiple == 1:  # points and commas only group thousands: nobody has half a comment
        number = int(re.sub(r"[.,]", "", digits))
        return Claim(number=number, at_least=number)
    whole, _, decimals = digits.replace(",", ".").partition(".")
    decimals = re.sub(r"\D", "", decimals)[: len(str(multiple)) - 1]
    step = multiple // 10 ** len(decimals)
    number = int(whole + decimals) * step
    return Claim(number=number, at_least=number - step // 2)
