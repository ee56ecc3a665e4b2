"""Reads what an e-archive returned: our own format as JSON or XML, or a bare `.ok` or `.err` (docs/kvitton.md).

A returned file is hostile input. It is read as UTF-8 up to a limit, without entities or anything fetched, and what is
no receipt is a stated finding: never a traceback, and never an answer.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Annotated, Literal, NoReturn, Self

from lxml import etree
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from delivery.transport import Returned
from register.faults import told
from register.language import Text

LARGEST = 64 << 10
"""The most bytes that a receipt may have."""

_NAMESPACE = "urn:kanalarkiv:receipt:1.0"
_DIGEST = re.compile(r"\b[0-9A-Fa-f]{64}\b")
_PATH = re.compile(r"[/\\\0]|^\.")


class Finding(StrEnum):
    """What a returned file came to."""

    TAKEN = "taken"  # it answered, and the ledger has the answer
    REPEATED = "repeated"  # the same answer once more
    CONTRADICTING = "contradicting"  # another answer than the one there is
    UNKNOWN_PACKAGE = "unknown-package"
    NOT_SENT = "not-sent"  # the package is known, and was never sent
    OTHER_CHECKSUM = "other-checksum"
    HOLDS_PATH = "holds-path"
    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    NO_RECEIPT = "no-receipt"  # a file of another kind


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a receipt says. `sha256` is lower-case hex; None where a bare `.ok` or a rejection does not give it.

    `packages` are the ids that may be meant: more than one only where a file's name may or may not hold an extension.
    """

    packages: tuple[str, ...]
    received: bool
    sha256: str | None
    reason: str | None
    details: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Why a file is no receipt."""

    finding: Finding
    said: Text


def read(returned: Returned) -> Answer | Unreadable:
    """Return what a file that the archive returned says, or why it is no receipt."""
    if returned.content is None or returned.size > LARGEST or len(returned.content) > LARGEST:
        return _unreadable(
            Finding.TOO_LARGE,
            f"{returned.size} byte är för stort för ett kvitto (högst {LARGEST})",
            f"{returned.size} bytes are too many for a receipt (at most {LARGEST})",
        )
    try:
        return _read(returned.name, returned.content)
    except UnicodeDecodeError as error:
        return _unreadable(Finding.MALFORMED, f"inte UTF-8 (byte {error.start})", f"not UTF-8 (byte {error.start})")
    except ValidationError as error:
        return _checked(error)
    except (ValueError, RecursionError, etree.XMLSyntaxError) as error:
        why = str(error) or type(error).__name__
        return _unreadable(Finding.MALFORMED, why, why)


def _read(name: str, content: bytes) -> Answer | Unreadable:
    match PurePosixPath(name).suffix.lower():
        case ".json":
            return _answer(_Receipt.model_validate(_from_json(content.decode("utf-8-sig"))))
        case ".xml":
            return _answer(_Receipt.model_validate(_from_xml(content.decode("utf-8-sig"))))
        case ".ok" | ".err":
            return _bare(inert(name), content.decode("utf-8-sig"))
        case _:
            return _unreadable(Finding.NO_RECEIPT, "inte .json, .xml, .ok eller .err", "not .json, .xml, .ok or .err")


def inert(text: str) -> str:
    """Return what somebody else wrote without what no terminal should act on and no database takes."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def digest(returned: Returned) -> str:
    """Return what tells this content of a name from another; of a file too large to be read, its size."""
    return f"size:{returned.size}" if returned.content is None else hashlib.sha256(returned.content).hexdigest()


def _without_path(value: str) -> str:
    if _PATH.search(value):
        raise _PathError
    return value


class _PathError(ValueError):
    """Where a name should be there is a path."""


_Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Receipt(BaseModel):
    """A receipt in our own format. Its JSON schema is published as docs/kvitto-1.0.schema.json."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Kanalarkiv receipt 1.0")

    version: Literal["1.0"]
    package: Annotated[_Line, AfterValidator(_without_path)]
    answer: Literal["received", "rejected"]
    sha256: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{64}$")] | None = None
    at: AwareDatetime | None = None
    archive: _Line | None = None
    officer: _Line | None = None
    archiveId: _Line | None = None  # noqa: N815 - as it is written in the file
    reason: Annotated[str, Field(max_length=10_000)] | None = None

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Self:
        if self.answer == "received" and self.sha256 is None:
            raise ValueError("sha256 saknas; krävs när answer är received")
        if self.answer == "rejected" and not (self.reason or "").strip():
            raise ValueError("reason saknas; krävs när answer är rejected")
        return self


def receipt_schema() -> str:
    """Return the JSON schema of a receipt, as it is published."""
    return json.dumps(_Receipt.model_json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _answer(receipt: _Receipt) -> Answer:
    details = {"officer": receipt.officer, "archive": receipt.archive, "archiveId": receipt.archiveId}
    details |= {"at": None if receipt.at is None else receipt.at.astimezone(UTC).isoformat()}
    return Answer(
        packages=(inert(receipt.package),),
        received=receipt.answer == "received",
        sha256=None if receipt.sha256 is None else receipt.sha256.lower(),
        reason=None if receipt.reason is None else inert(receipt.reason),
        details={name: inert(said) for name, said in details.items() if said is not None},
    )


def _bare(name: str, text: str) -> Answer | Unreadable:
    """Read a file whose name is its answer. An `.ok` may hold the checksum; an `.err` holds the reason."""
    stem, received = PurePosixPath(name).stem, name.lower().endswith(".ok")
    if _PATH.search(stem):
        return _unreadable(Finding.HOLDS_PATH, "filnamnet bär en sökväg", "the file's name holds a path")
    reason = text.strip()
    if not received and not reason:
        return _unreadable(
            Finding.MALFORMED,
            "avvisar utan att säga varför: skriv orsaken i filen, eller svara i Kanalarkiv",
            "rejects without saying why: write the reason in the file, or answer in Kanalarkiv",
        )
    sums = {found.lower() for found in _DIGEST.findall(text)} if received else set()
    if len(sums) > 1:
        return _unreadable(Finding.MALFORMED, "bär flera kontrollsummor", "holds several checksums")
    whole = PurePosixPath(stem)
    return Answer(
        packages=(stem, whole.stem) if whole.suffix.lower() in (".zip", ".tar") else (stem,),
        received=received,
        sha256=next(iter(sums), None),
        reason=None if received else inert(reason[:10_000]),
        details={},
    )


def _from_json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("samma nyckel två gånger")
    return said


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} är inte JSON")


def _from_xml(text: str) -> dict[str, object]:
    """Return the receipt's elements. Whatever declares a document type is refused before a parser sees it."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("bär en dokumenttyp (DOCTYPE)")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    root = etree.fromstring(text.encode("utf-8"), parser)
    schema = etree.XMLSchema(etree.fromstring(files("schemas").joinpath("kanalarkiv/receipt-1.0.xsd").read_bytes()))
    if not schema.validate(root):
        raise ValueError("; ".join(f"rad {fault.line}: {fault.message}" for fault in list(schema.error_log)[:3]))
    said: dict[str, object] = {str(child.tag).removeprefix(f"{{{_NAMESPACE}}}"): child.text or "" for child in root}
    return said | {"version": root.get("version")}


def _checked(error: ValidationError) -> Unreadable:
    if any(isinstance(each.get("ctx", {}).get("error"), _PathError) for each in error.errors(include_url=False)):
        return _unreadable(Finding.HOLDS_PATH, "paketets id bär en sökväg", "the package's id holds a path")
    said = told(error, _Receipt)
    return _unreadable(Finding.MALFORMED, said.sv, said.en)


def _unreadable(finding: Finding, sv: str, en: str) -> Unreadable:
    return Unreadable(finding=finding, said=Text(inert(sv[:1000]), inert(en[:1000])))
