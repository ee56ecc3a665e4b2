"""Tables as documents that can be filed: PDF/A, judged before it is given its name."""

import asyncio
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from capture.documents.press import Press
from capture.documents.table import TableDocument, render_table
from flows.commands.published import write
from flows.commands.telling import say
from register.errors import BadInputError
from register.language import Text


def file_table(document: TableDocument, out: Path, *, made: datetime) -> None:
    """Write a document as PDF/A-2a, and say so.

    Args:
        document: What is written.
        out: The PDF to write; one of that name is replaced when the new one is finished.
        made: When it is made, UTC.

    Raises:
        BadInputError: `out` cannot be written, or is not called `.pdf`.
        NotPdfAError: the judges refuse it; nothing is written.
        MissingProgramError: there is no Chromium or no Java.
    """
    if out.suffix.lower() != ".pdf" or not out.absolute().parent.is_dir():
        raise BadInputError(
            happened=Text(f"{out} går inte att skriva.", f"{out} cannot be written."),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text(
                "Ange en fil som slutar på .pdf, i en mapp som finns.",
                "Give a file that ends in .pdf, in a folder that is there.",
            ),
        )
    content, digest = asyncio.run(_pressed(document, made))
    write(out, content)
    rows = len(document.table.rows)
    say(
        Text(
            f"{rows} rader i {out}, prövad som PDF/A. SHA-256 {digest}",
            f"{rows} rows in {out}, judged as PDF/A. SHA-256 {digest}",
        )
    )


async def _pressed(document: TableDocument, made: datetime) -> tuple[bytes, str]:
    with TemporaryDirectory() as folder:
        async with Press() as press:
            pressed = await press.make(
                render_table(document), Path(folder) / "tabell.pdf", title=document.title.sv, created=made
            )
        return pressed.pdf.read_bytes(), pressed.sha256
