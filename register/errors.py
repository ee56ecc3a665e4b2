"""Everything that can go wrong in a way a person must act on, and the exit code that says so.

KanalarkivError
 +-- BadInputError                2   the command was called with something unusable
 +-- ChannelUnreachableError      4   nothing answered at the URL
 +-- ChallengedError              5   a login wall, checkpoint or captcha stands in the way
 +-- NoPostsError                 6   the page answered, and shows no post
 +-- MissingProgramError
 |    +-- BrowserMissingError     7
 |    +-- FfmpegMissingError      8
 |    +-- JavaMissingError        9
 +-- DiskFullError               10
 +-- FolderBlockedError          11   a file where a folder should be, or no right to write
 +-- NotPdfAError                12   a page did not become valid PDF/A
 +-- PackageInvalidError         13
 +-- DeliveryConflictError       14   the archive holds other content under the same name
 +-- RecordingError              15
 +-- AnotherRunError             16   a run already works in this folder
 +-- BrowserLostError            17   the browser died during the walk
 +-- NotAllowedError             18   the channel is not in the register, or the permission that its mode demands is not
 +-- ChannelTouchedError         19   something was sent that may have changed the channel
 +-- ArchiveUnreachableError     20   the e-archive does not answer
 +-- ArchiveRefusedError         21   the e-archive refuses us
 +-- ArrivedDamagedError         22   what arrived is not what was sent

An error never logs and never exits: `flows.cli` alone turns it into words and an exit code.
Exit code 0 is a complete capture (also one whose gaps are explained), 3 an incomplete one (a result, not an
error), 1 a fault in the program itself, 130 an interruption.
"""

from enum import IntEnum

from register.language import Language, Text


class ExitCode(IntEnum):
    """What the command tells the shell; documented in the README and the same everywhere."""

    OK = 0
    PROGRAM_FAULT = 1
    BAD_INPUT = 2
    INCOMPLETE = 3
    CHANNEL_UNREACHABLE = 4
    CHALLENGED = 5
    NO_POSTS = 6
    BROWSER_MISSING = 7
    FFMPEG_MISSING = 8
    JAVA_MISSING = 9
    DISK_FULL = 10
    FOLDER_BLOCKED = 11
    NOT_PDFA = 12
    PACKAGE_INVALID = 13
    DELIVERY_CONFLICT = 14
    RECORDING_FAILED = 15
    ANOTHER_RUN = 16
    BROWSER_LOST = 17
    NOT_ALLOWED = 18
    CHANNEL_TOUCHED = 19
    ARCHIVE_UNREACHABLE = 20
    ARCHIVE_REFUSED = 21
    ARRIVED_DAMAGED = 22
    INTERRUPTED = 130


class KanalarkivError(Exception):
    """A fault said in three parts: what happened, what is safe, and what to do next."""

    exit_code = ExitCode.PROGRAM_FAULT

    def __init__(self, *, happened: Text, safe: Text, next_step: Text) -> None:
        """Keep the three parts; `str()` gives them in Swedish on one line each."""
        self.happened = happened
        self.safe = safe
        self.next_step = next_step
        super().__init__(self.spoken(Language.SWEDISH))

    def spoken(self, language: Language) -> str:
        """Return the three parts in `language`, one line each."""
        return "\n".join(part.spoken(language) for part in (self.happened, self.safe, self.next_step))


class BadInputError(KanalarkivError):
    """The command, or a file it was given, cannot be used as it stands."""

    exit_code = ExitCode.BAD_INPUT


class ChannelUnreachableError(KanalarkivError):
    """Nothing usable answered at the channel's URL."""

    exit_code = ExitCode.CHANNEL_UNREACHABLE


class ChallengedError(KanalarkivError):
    """The platform asks for a login or a proof; a person has to answer, never the program."""

    exit_code = ExitCode.CHALLENGED


class NoPostsError(KanalarkivError):
    """A living channel that shows no post is an error, never an empty success."""

    exit_code = ExitCode.NO_POSTS


class MissingProgramError(KanalarkivError):
    """A program that the work needs was not found."""


class BrowserMissingError(MissingProgramError):
    """No Chromium was found."""

    exit_code = ExitCode.BROWSER_MISSING


class FfmpegMissingError(MissingProgramError):
    """No ffmpeg was found."""

    exit_code = ExitCode.FFMPEG_MISSING


class JavaMissingError(MissingProgramError):
    """No Java runtime was found for the validators."""

    exit_code = ExitCode.JAVA_MISSING


class DiskFullError(KanalarkivError):
    """The disk filled; what was finished before is kept."""

    exit_code = ExitCode.DISK_FULL


class FolderBlockedError(KanalarkivError):
    """A folder that is to be written in cannot be."""

    exit_code = ExitCode.FOLDER_BLOCKED


class NotPdfAError(KanalarkivError):
    """A document failed its PDF/A validation and is therefore not called PDF/A."""

    exit_code = ExitCode.NOT_PDFA


class PackageInvalidError(KanalarkivError):
    """A package breaks a rule of its specification; no such package is left under its final name."""

    exit_code = ExitCode.PACKAGE_INVALID


class DeliveryConflictError(KanalarkivError):
    """The e-archive already holds something else under the package's name; it was not touched."""

    exit_code = ExitCode.DELIVERY_CONFLICT


class RecordingError(KanalarkivError):
    """ffmpeg could not make the recording from the captured frames."""

    exit_code = ExitCode.RECORDING_FAILED


class AnotherRunError(KanalarkivError):
    """Another run works in the same folder."""

    exit_code = ExitCode.ANOTHER_RUN


class BrowserLostError(KanalarkivError):
    """The browser ended before the walk did."""

    exit_code = ExitCode.BROWSER_LOST


class NotAllowedError(KanalarkivError):
    """The channel is not in the register, or its mode demands a permission decision that is not on record."""

    exit_code = ExitCode.NOT_ALLOWED


class ChannelTouchedError(KanalarkivError):
    """Something was sent that may have changed the channel; the walk stopped at once."""

    exit_code = ExitCode.CHANNEL_TOUCHED


class ArchiveUnreachableError(KanalarkivError):
    """Nothing answers where the e-archive should be, or it stopped answering; the delivery can be gone on with."""

    exit_code = ExitCode.ARCHIVE_UNREACHABLE


class ArchiveRefusedError(KanalarkivError):
    """The e-archive will not have us: credentials, an unknown host key, a missing bucket, no right to write."""

    exit_code = ExitCode.ARCHIVE_REFUSED


class ArrivedDamagedError(KanalarkivError):
    """What was read back from the e-archive is not what was sent."""

    exit_code = ExitCode.ARRIVED_DAMAGED
