"""A person starts the walk, pauses it, takes over, is filmed, goes on and ends it; and answers what is in the way."""

import asyncio
from collections import deque
from datetime import UTC, datetime

import pytest

from capture.attendance import LONGEST_WAIT, Challenge
from capture.items import Cause
from capture.recording import Recording
from capture.recording.journal import read
from capture.session.attended import Attended, Word
from register.language import Text

SWITCH, END, FILM = Word.SWITCH, Word.END, Word.FILM
CAPTCHA = Challenge(sign=Text("en captcha", "a captcha"), url="https://x.se/prov", retry_after=None)


class Scripted:
    """A person who says what is written for them. Each question is answered by the next word."""

    def __init__(self, *words: Word) -> None:
        self.words = deque(words)
        self.told: list[str] = []
        self.calls = 0
        self.unasked: deque[Word] = deque()

    def tell(self, text: Text) -> None:
        self.told.append(text.sv)

    def call(self) -> None:
        self.calls += 1

    def said(self) -> Word | None:
        return self.unasked.popleft() if self.unasked else None

    async def says(self) -> Word:
        while not self.words:
            await asyncio.sleep(0.01)
        return self.words.popleft()

    def interrupts(self, *words: Word) -> None:
        self.unasked.extend(words)


@pytest.fixture
def page(headed):
    runner, browser = headed
    page = runner.run(browser.new_page())
    yield page
    runner.run(page.close())


@pytest.fixture
def run(headed):
    return headed[0].run


def test_the_walk_begins_when_the_person_says_so(run, page):
    person = Scripted(SWITCH)
    attended = Attended(person)
    assert run(attended.begins(page)) is True
    assert person.told[0].startswith("Webbläsaren är öppen.")
    assert run(attended.may_go_on(page)) is True
    assert len(person.told) == 1


def test_a_walk_that_is_not_begun_does_not_go_on(run, page):
    attended = Attended(Scripted(END))
    assert run(attended.begins(page)) is False
    assert run(attended.may_go_on(page)) is False
    assert run(attended.answer(page, CAPTCHA)) is False


def test_a_pause_lasts_until_the_person_goes_on(run, page):
    person = Scripted()
    attended = Attended(person)
    person.interrupts(SWITCH)

    async def paused():
        going = asyncio.ensure_future(attended.may_go_on(page))
        await asyncio.sleep(0.2)
        assert not going.done()
        person.words.append(SWITCH)
        return await going

    assert run(paused()) is True
    assert [told.split(".")[0] for told in person.told] == ["Pausat", "Fortsätter"]
    assert run(attended.may_go_on(page)) is True


@pytest.mark.parametrize(("unasked", "answers"), [([END], []), ([SWITCH], [END])], ids=["walking", "paused"])
def test_what_is_ended_stays_ended(run, page, unasked, answers):
    person = Scripted(*answers)
    attended = Attended(person)
    person.interrupts(*unasked)
    assert run(attended.may_go_on(page)) is False
    person.interrupts(SWITCH)
    assert run(attended.may_go_on(page)) is False
    assert run(attended.answer(page, CAPTCHA)) is False


def test_a_challenge_is_told_with_one_beep_and_waits_for_the_person(run, page):
    person = Scripted(SWITCH)
    assert run(Attended(person).answer(page, CAPTCHA)) is True
    assert person.told[0] == "Något står i vägen: en captcha (https://x.se/prov)"
    assert "inget spelas in" in person.told[1]
    assert person.calls == 1


def test_an_enter_from_before_is_no_answer(run, page):
    person = Scripted(END)
    person.interrupts(SWITCH, SWITCH)
    assert run(Attended(person).answer(page, CAPTCHA)) is False
    person = Scripted(SWITCH)
    person.interrupts(END)
    assert run(Attended(person).answer(page, CAPTCHA)) is False
    assert person.calls == 0


def _too_many(seconds: float) -> Challenge:
    return Challenge(sign=Text("429", "429"), url="https://x.se/", retry_after=seconds)


def test_the_time_that_a_server_asks_for_is_waited_for_whatever_the_person_says(run, page):
    waited = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(0.2)

    person = Scripted(SWITCH, SWITCH)
    assert run(Attended(person, sleep).answer(page, _too_many(90))) is True
    assert waited == [90]
    assert not person.words
    assert "90 sekunder" in person.told[1]


def test_the_person_can_end_such_a_wait(run, page):
    person = Scripted(END)
    assert run(Attended(person).answer(page, _too_many(LONGEST_WAIT))) is False


def test_a_server_that_asks_for_longer_than_is_reasonable_is_left_in_peace(run, page):
    person = Scripted()
    for seconds in (LONGEST_WAIT + 1, float("inf")):
        assert run(Attended(person).answer(page, _too_many(seconds))) is False
    assert person.told[-1] == "Servern ber om längre tid än vi väntar. Genomgången slutar här."


@pytest.fixture
def filmed(run, page, tmp_path):
    """A person, the attendant that asks them, and the recording that films what they do."""
    run(page.set_content("<form><input name=konto><input type=password></form><p style='height:9000px'>Kanalen"))
    recording = Recording(tmp_path, clock=lambda: datetime.now(UTC))
    person = Scripted()
    attended = Attended(person)
    attended.equip(recording)
    yield person, attended, tmp_path
    run(recording.close())


async def _drives(page, person, folder, *words, by=100):
    """Turn the wheel once, see that there is a picture of it, and say the words."""
    async with asyncio.timeout(30):
        while not _frames(folder):
            await asyncio.sleep(0.02)
        before = len(_frames(folder))
        await page.mouse.wheel(0, by)
        while len(_frames(folder)) == before:
            await asyncio.sleep(0.02)
    person.words.extend(words)


def _frames(folder):
    journal = (folder / "frames.jsonl").read_bytes()
    return read(folder).frames if b'"kind":"frame"' in journal else ()


@pytest.mark.parametrize(
    ("words", "told", "goes_on"),
    [
        ((SWITCH,), ["Filmar", "Filmat:", "Fortsätter."], True),
        ((FILM, SWITCH), ["Filmar", "Filmat:", "Pausat.", "Fortsätter."], True),
        ((END,), ["Filmar", "Filmat:"], False),
        ((FILM, END), ["Filmar", "Filmat:", "Pausat."], False),
    ],
)
def test_what_a_person_drives_is_filmed_until_they_say_so(run, page, filmed, words, told, goes_on):
    person, attended, folder = filmed
    person.interrupts(FILM)

    async def together():
        going = asyncio.ensure_future(attended.may_go_on(page))
        await _drives(page, person, folder, *words)
        return await going

    assert run(together()) is goes_on
    assert [one.split(" ")[0] for one in person.told] == told
    (stretch,) = read(folder).stretches
    assert (stretch.states > 1, stretch.unseen, stretch.moved) == (True, False, 100)
    assert {frame.cause for frame in read(folder).frames} == {Cause.FILMED}


def test_a_pause_can_become_film(run, page, filmed):
    person, attended, folder = filmed
    person.interrupts(SWITCH)
    person.words.append(FILM)

    async def together():
        going = asyncio.ensure_future(attended.may_go_on(page))
        await _drives(page, person, folder, SWITCH)
        return await going

    assert run(together()) is True
    assert [one.split(" ")[0] for one in person.told] == ["Pausat.", "Filmar", "Filmat:", "Fortsätter."]


def test_film_that_a_login_ends_becomes_a_pause_and_says_why(run, page, filmed):
    person, attended, folder = filmed
    person.interrupts(FILM)

    async def together():
        going = asyncio.ensure_future(attended.may_go_on(page))
        await asyncio.sleep(0)
        await page.focus("[name=konto]")
        async with asyncio.timeout(30):
            while not person.told[-1].startswith("Pausat"):
                await asyncio.sleep(0.02)
        person.words.append(SWITCH)
        return await going

    assert run(together()) is True
    assert "Filmningen slutade: sidan bad om inloggning, och den filmas inte." in person.told[1]
    assert b'"cut_short":"login"' in (folder / "frames.jsonl").read_bytes()


def test_a_person_hears_at_once_that_content_passed_unseen(run, page, filmed):
    person, attended, folder = filmed
    person.interrupts(FILM)

    async def together():
        going = asyncio.ensure_future(attended.may_go_on(page))
        await _drives(page, person, folder, SWITCH, by=5000)
        return await going

    assert run(together()) is True
    assert "Innehåll kan ha passerat osett: intyget kommer att säga ofullständig." in person.told[1]


def test_nothing_is_filmed_before_the_walk_nor_where_something_is_in_the_way(run, page, filmed):
    person, attended, folder = filmed
    person.words.extend((FILM, SWITCH))
    assert run(attended.begins(page)) is True
    person.words.extend((FILM, FILM, SWITCH))
    person.interrupts(FILM)
    assert run(attended.answer(page, CAPTCHA)) is True
    refused = "Nu filmas inget: det som skrivs vid en inloggning spelas aldrig in."
    assert [told for told in person.told if "film" in told.casefold()][1:] == [refused] * 3
    assert (folder / "frames.jsonl").read_bytes() == b""


def test_where_there_is_nothing_to_film_with_film_is_a_pause(run, page):
    person = Scripted(SWITCH)
    person.interrupts(FILM)
    assert run(Attended(person).may_go_on(page)) is True
    assert [told.split(" ")[0] for told in person.told] == ["Här", "Pausat.", "Fortsätter."]
