"""The person at the terminal: by a pipe, by a real terminal, and when nobody is there."""

import asyncio
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from capture.attendance import Occasion
from capture.programs.chromium import Brand
from capture.recording import Recording
from capture.recording.journal import read
from capture.session.attended import Attended, Word
from capture.session.own_browser import OwnBrowser, opened
from flows import attended, settings
from flows.attended import Terminal
from tests.session import surroundings

SWITCH, END, FILM = Word.SWITCH, Word.END, Word.FILM


class _Paper:
    """What a person has been told, and how often they were called."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.calls = 0

    def tell(self, text) -> None:
        self.told.append(text.sv)

    def call(self) -> None:
        self.calls += 1

    def at(self, lines: int | None, *, walks: bool = False) -> Terminal:
        return Terminal(lines, tell=self.tell, call=self.call, walks=walks)


@pytest.fixture
def paper():
    return _Paper()


def _words(person: Terminal, count: int) -> list[Word]:
    async def listen() -> list[Word]:
        return [await asyncio.wait_for(person.says(), timeout=300) for _ in range(count)]

    return asyncio.run(listen())


def test_enter_and_p_switch_and_q_ends(paper):
    lines, hand = os.pipe()
    person = paper.at(lines)
    os.write(hand, b"\np\n P \r\n")
    assert _words(person, 3) == [SWITCH] * 3
    os.write(hand, b"q")
    assert person.said() is None
    os.write(hand, b"\n")
    assert _words(person, 1) == [END]
    os.close(hand)


def test_a_line_that_means_nothing_is_answered_with_what_does(paper):
    lines, hand = os.pipe()
    person = paper.at(lines)
    os.write(hand, "hjälp\nå\xff\n\n".encode("latin-1"))
    assert _words(person, 1) == [SWITCH]
    assert paper.told == ["Enter pausar och fortsätter, q avslutar."] * 2
    os.close(hand)


@pytest.mark.parametrize(
    ("walks", "word", "told"),
    [
        (True, FILM, "Enter pausar och fortsätter, f filmar, q avslutar."),
        (False, END, "Enter pausar och fortsätter, q avslutar."),
    ],
)
def test_f_films_in_a_walk_and_means_nothing_at_a_login(paper, walks, word, told):
    lines, hand = os.pipe()
    person = paper.at(lines, walks=walks)
    os.write(hand, b"x\nf\nq\n")
    assert _words(person, 1) == [word]
    assert set(paper.told) == {told}
    os.close(hand)


@pytest.mark.parametrize("where", ["ended-pipe", "nothing", "null"])
def test_where_nobody_is_the_walk_does_not_hang_but_ends(paper, where):
    lines, hand = os.pipe()
    os.close(hand)
    there = {"ended-pipe": lines, "nothing": None, "null": os.open(os.devnull, os.O_RDONLY)}[where]
    assert _words(paper.at(there), 1) == [END]


def test_a_terminal_is_a_person_until_it_is_closed(paper):
    hand, lines = pty.openpty()
    person = paper.at(lines)
    os.write(hand, b"\n")
    assert _words(person, 1) == [SWITCH]
    os.write(hand, b"\x04")  # Ctrl-D
    assert _words(person, 1) == [END]
    os.close(hand)
    os.close(lines)


def test_a_program_ends_while_its_person_is_silent():
    """A thread that waits for a terminal must neither hold the program nor bring it down when it ends."""
    code = (
        "from flows.attended import terminal\n"
        "person = terminal(print)\n"
        "assert person.said() is None\n"
        "import time; time.sleep(0.2)\n"
    )
    hand, lines = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", code], stdin=lines, capture_output=True, text=True, timeout=600, check=False
    )
    os.close(hand)
    os.close(lines)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


class _Walk:
    """A loop of steps in place of the walk: what is tried is the person, the terminal and the browser that is shown."""

    def __init__(self, attendant: Attended) -> None:
        self.attendant = attendant
        self.steps = 0

    async def go(self, page) -> None:
        assert await self.attendant.begins(page)
        while await self.attendant.may_go_on(page):
            await page.evaluate("scrollBy(0, 10)")
            self.steps += 1
            await asyncio.sleep(0.02)


async def _until(so) -> None:
    async with asyncio.timeout(30):
        while not so():
            await asyncio.sleep(0.02)


def test_a_walk_in_ones_own_browser_is_watched_paused_taken_over_filmed_and_ended(paper, tmp_path, monkeypatch):
    hand, lines = pty.openpty()
    recording = Recording(tmp_path / "inspelning", clock=lambda: datetime.now(UTC))
    walk = _Walk(Attended(paper.at(lines, walks=True)))
    walk.attendant.equip(recording)

    async def person(page) -> None:
        await _until(lambda: paper.told and "Enter börjar" in paper.told[0])
        os.write(hand, b"\n")
        await _until(lambda: walk.steps >= 3)
        os.write(hand, b"p\n")
        await _until(lambda: paper.told[-1].startswith("Pausat"))
        before = walk.steps
        await page.evaluate("document.title = 'övertagen'")
        await asyncio.sleep(0.5)
        assert walk.steps == before
        os.write(hand, b"f\n")
        await _until(lambda: b'"filmed"' in (tmp_path / "inspelning" / "frames.jsonl").read_bytes())
        assert walk.steps == before
        os.write(hand, b"\n")
        await _until(lambda: walk.steps >= before + 3)
        os.write(hand, b"q\n")

    async def together() -> str:
        own = OwnBrowser(brand=Brand.CHROMIUM, profile=tmp_path / "profil")
        async with async_playwright() as playwright, opened(playwright, own, size=(800, 600)) as context:
            page = context.pages[0]
            async with recording:
                await asyncio.gather(walk.go(page), person(page))
            return await page.title()

    with surroundings.screen() as display:
        monkeypatch.setenv("DISPLAY", display)
        assert asyncio.run(together()) == "övertagen"
    assert [told.split(" ")[0] for told in paper.told] == ["Webbläsaren", "Pausat.", "Filmar", "Filmat:", "Fortsätter."]
    (stretch,) = read(tmp_path / "inspelning").stretches
    assert (stretch.occasion, stretch.states, stretch.unseen) == (Occasion.DRIVEN, 1, False)
    os.close(hand)
    os.close(lines)


def test_which_browser_the_settings_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert attended.own_browser(None) == OwnBrowser()
    shown = settings.__doc__[settings.__doc__.index("    [arkivbildare]") : settings.__doc__.index("Without the file")]
    path = tmp_path / "kanalarkiv.toml"
    path.write_text(shown.replace('"/home/anna/kanalarkiv-profil"', '"~/profil"'), encoding="utf-8")
    assert attended.own_browser(settings.load(path)) == OwnBrowser(
        brand=Brand.EDGE, profile=Path(tmp_path / "profil"), endpoint="http://127.0.0.1:9222"
    )


def test_the_beep_is_only_for_a_terminal(capsys):
    attended.terminal(print).call()
    assert capsys.readouterr().err == ""
    code = "from flows.attended import terminal; terminal(print).call()"
    hand, lines = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stderr=lines, timeout=600, check=True)
    assert os.read(hand, 100) == b"\a"
    os.close(hand)
    os.close(lines)
