"""The words that a removal case (*borttagsärende*) is told with, each of them one of a few."""

from enum import StrEnum


class CaseKind(StrEnum):
    """What a case is about; of a crime that may not be looked at nothing is kept but references."""

    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"
    CRIME = "brottsanmälan"


class Outcome(StrEnum):
    """What was decided. The attitude is tolerant: until something else is decided, it stays."""

    REMOVE = "tas bort"
    KEEP = "behålls"


class Measure(StrEnum):
    """What was done with it on the platform."""

    REMOVED = "borttagen"
    HIDDEN = "avpublicerad"


class ShownBefore(StrEnum):
    """How it stood when it was saved: for everybody to see, or unpublished already."""

    VISIBLE = "synlig"
    HIDDEN = "dold"


class CheckResult(StrEnum):
    """What was found where it had stood; that it cannot be told is an answer of its own."""

    ABSENT = "borta"
    STILL_THERE = "kvar"
    CANNOT_BE_TOLD = "går inte att avgöra"
