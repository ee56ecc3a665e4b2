"""Recognises the files' formats (PRONOM keys, by Siegfried) beside the writing, in a process of its own.

A key counts if the content shows it, or, for formats that have no signature, if the name's ending agrees with the
media type that the file was made as. What is not recognised gets no key: a guess would be worse.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import BaseModel, TypeAdapter, ValidationError

from register.language import Text
from register.model import Artefact


class IdentificationError(Exception):
    """The program that recognises formats did not answer for every file; `text` says how it ended."""

    def __init__(self, why: Text) -> None:
        self.text = why
        super().__init__(why.en)


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What was recognised: the `key` of each file, in order, and by which program with which signatures."""

    keys: tuple[str | None, ...]
    version: str
    signatures: str


class _About(BaseModel):
    version: str
    signatures: str


_answer = TypeAdapter(tuple[str, str, str] | None)


@contextmanager
def recognising(artefacts: Sequence[Artefact]) -> Iterator["Future[Recognised]"]:
    """Recognise the formats of `artefacts` while the block does something else.

    What it gives raises IdentificationError when asked for its result, if not every file was answered for.
    """
    with tempfile.TemporaryFile() as paths:
        for artefact in artefacts:
            paths.write(json.dumps(str(Path(artefact.path).absolute())).encode() + b"\n")
        paths.seek(0)
        command = [sys.executable, "-I", "-m", "sip.pronom"]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(command, stdin=paths, stdout=subprocess.PIPE, stderr=said) as program,
            ThreadPoolExecutor(max_workers=1) as beside,
        ):
            try:
                yield beside.submit(_listen, program, artefacts, said)
            finally:
                program.kill()  # by then it has ended, unless the block broke off


def _listen(program: "subprocess.Popen[bytes]", artefacts: Sequence[Artefact], said: IO[bytes]) -> Recognised:
    if program.stdout is None:
        raise AssertionError("the program was started without a pipe")
    lines = iter(program.stdout)
    known: dict[str, str] = {}  # each key once, however many files have it
    keys: list[str | None] = []
    try:
        about = _About.model_validate_json(next(lines, b""))
        for artefact, line in zip(artefacts, lines, strict=True):
            key = _certain(_answer.validate_json(line), artefact.media_type)
            keys.append(None if key is None else known.setdefault(key, key))
    except (ValidationError, ValueError) as error:
        raise _unanswered(program, said) from error
    return Recognised(keys=tuple(keys), version=about.version, signatures=about.signatures)


def _certain(answer: tuple[str, str, str] | None, media_type: str) -> str | None:
    if answer is None:
        return None
    key, mime, shown_by = answer
    return key if shown_by == "content" or mime == media_type.partition(";")[0].strip().lower() else None


def _unanswered(program: "subprocess.Popen[bytes]", said: IO[bytes]) -> IdentificationError:
    code = program.wait()
    said.seek(0)
    last = said.read()[-300:].decode("utf-8", "replace").strip()
    return IdentificationError(
        Text(
            f"Formatigenkänningen (Siegfried) svarade inte för alla filer (slutkod {code}): {last}",
            f"The recognition of formats (Siegfried) did not answer for every file (exit code {code}): {last}",
        )
    )
