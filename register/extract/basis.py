"""What a capture rests on, as the register numbers it."""

from dataclasses import dataclass

from register.store.channels import CaptureMode


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a capture rests on: the entries of channel and person, and the versions of the statements in force.

    `guideline` is the edition that held, None where the register has none.
    """

    channel: str
    mode: CaptureMode
    person: str
    mandate: int
    opening: int
    permission: int | None
    guideline: str | None
