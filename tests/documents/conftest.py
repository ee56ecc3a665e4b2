"""One press for all tests here, and the documents it made."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from capture.documents.cover import render_cover
from capture.documents.press import Made, Press
from capture.documents.removal import write_removal_sheet
from capture.documents.table import render_table
from capture.items import ItemKind
from capture.pages.seal import Seal
from register.errors import BadInputError, KanalarkivError
from register.language import Language
from tests.documents import situations
from tests.documents.situations import NOON
from tests.pages.authority import AT, PASSWORD, Authority

NOBODY_HAS = "\U0001fae9\U00016a40"
"""An emoji of Unicode 16 and a letter of Mro, which no font that we install has."""
PRIVATE = "\ue000\uf8ff"
HOSTILE = "</title><script>document.title='X'</script><img src=x onerror=alert(1)>\u202e\\000022}{%{{"
LONG = "Å" * 3000


@dataclass(frozen=True, kw_only=True)
class Printed:
    sheet: Made
    again: Made
    bare: Made
    tall: Made
    english: Made
    hostile: Made
    cover: Made
    undeclared: Made
    table: Made
    odd: Made
    private: Made
    sealed: Made
    authority: Authority
    refused: KanalarkivError


async def _print(folder: Path) -> Printed:
    async with Press() as press:

        async def table(name: str, oddity: str) -> Made:
            html = render_table(situations.case_list(60, oddity=oddity))
            return await press.make(html, folder / f"{name}.pdf", title="Borttagna kommentarer", created=NOON)

        async def cover(name: str, *, declared: bool) -> Made:
            html = render_cover(situations.cover(situations.channel(declared=declared), situations.walk(posts=12)))
            return await press.make(html, folder / f"{name}.pdf", title="Försättsblad", created=NOON)

        async def sheet(name: str, seal: Seal | None = None, **changes: object) -> Made:
            into = folder / f"{name}.pdf"
            return await write_removal_sheet(press, replace(case, **changes), into, created=NOON, seal=seal)

        case = situations.removal((situations.picture(folder / "kommentar.png", lines=6),))
        with pytest.raises(BadInputError) as caught:
            await sheet("ändrad", pictures=(replace(case.pictures[0], sha256="00" * 32),))
        bare = situations.bare(case)
        authority = Authority()
        seal = Seal.from_pkcs12(authority.pkcs12(folder / "sigill.p12"), PASSWORD, at=AT)
        return Printed(
            sheet=await sheet("blad"),
            again=await sheet("blad-igen"),
            bare=await write_removal_sheet(press, bare, folder / "tomt.pdf", created=NOON),
            tall=await sheet("högt", pictures=(situations.picture(folder / "hög.png", lines=70),)),
            english=await write_removal_sheet(
                press, bare, folder / "english.pdf", created=NOON, language=Language.ENGLISH
            ),
            hostile=await sheet("fientligt", author=HOSTILE, channel=HOSTILE, permalink="javascript:alert(1)",
                                text=f"{HOSTILE} {PRIVATE}\ud800 {LONG}", kind=ItemKind.POST),
            cover=await cover("försättsblad", declared=True),
            undeclared=await cover("ej-angiven", declared=False),
            table=await table("lista", ""),
            odd=await table("udda", NOBODY_HAS),
            private=await table("privat", PRIVATE),
            sealed=await sheet("förseglat", seal=seal),
            authority=authority,
            refused=caught.value,
        )  # fmt: skip


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return asyncio.run(_print(tmp_path_factory.mktemp("documents")))


@pytest.fixture
def pressed(tmp_path: Path) -> Callable[..., Made]:
    """Make a list of cases with a press of its own."""

    def make(rows: int, press: Press) -> Made:
        async def work() -> Made:
            html = render_table(situations.case_list(rows))
            async with press as opened:
                return await opened.make(html, tmp_path / "lista.pdf", title="Borttagna kommentarer", created=NOON)

        return asyncio.run(work())

    return make
