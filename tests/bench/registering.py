"""What the register takes at the size of a joint archive: 1,400 channels, 99,000 posts, 508,000 comments a half-year.

Everything is generated from a seed: 35 municipalities' förvaltningar with 40 channels each, their people, decisions,
mandates, a year's captures, a month's watches, comparisons, figures, cases and unexplained removals. Lists, findings
and duties are asked of SQLite and of PostgreSQL, in this process and as commands. The difference is of 5,000 items
against 5,000, and of all channels' records (quick: of a tenth of them) one after another.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from capture.records.difference import Fate, differ
from capture.records.figures import figures_of
from register.attention import findings
from register.calendar.halves import HalfYear
from register.duties import evaluated
from register.known import known
from register.store.captures import CaptureRow, WatchRow
from register.store.cases import RemovalCase
from register.store.changes import ComparisonRow, HalfYearFigures, UnexplainedRemoval
from register.store.channel_decisions import ChannelDecision
from register.store.channels import ChannelRecord
from register.store.custody import Custody
from register.store.guidelines import Acknowledgement, Guideline
from register.store.mandates import Mandate, Substitute
from register.store.opening import Store, opened
from register.store.organisation import Administration, Person, RoleHeld
from register.store.table import Table
from tests.bench.measure import say, target, timed
from tests.records.captures import OWN, URL, Said, post, read_back, walk_of, write
from tests.register import databases

_SEED = 20261123
_MUNICIPALITIES, _CHANNELS = 35, 40
_POSTS, _COMMENTS = 99_000, 508_000  # of a half-year
_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
_BEGAN = datetime(2024, 1, 2, tzinfo=UTC)
_LIST, _DIFFERENCE = 1.0, 5.0  # seconds: practice.md 7.4


def measure(folder: Path, *, quick: bool) -> None:
    """Print what each question takes, on both databases, and what the difference takes."""
    _differences(folder, quick=quick)
    _asked_of("SQLite", str(folder / "register.db"), folder)
    if not databases._FOUND:
        say("PostgreSQL is not installed here: not measured")
        return
    server = databases._start(databases._FOUND[-1].parent)
    try:
        _asked_of("PostgreSQL", server.url(), folder)
    finally:
        server.stop()


def _asked_of(kind: str, address: str, folder: Path) -> None:
    with opened(address) as store:
        say(f"{f'{kind}: filling the register (once)':<62} {timed(_fill, store):8.3f}")
        for name, work, at_most in (
            ("the channels", _channels, _LIST),
            ("findings", _findings, None),
            ("the 62 duties", _duties, None),
        ):
            taken, spent = _thrice(work, store)
            if at_most is not None:
                target(f"{kind}: {name}, seconds", taken, at_most=at_most)
            else:
                spread = f"{min(taken):.3f}–{max(taken):.3f}"
                say(f"{f'{kind}: {name}, seconds':<62} {statistics.median(taken):8.3f}  {spread:>15}")
            say(f"{'':<30}of these, of this process's own processor time: {spent:10.3f}")
    for words in (
        ("channels", "list"),
        ("register", "findings"),
        ("duties",),
        ("difference", "list"),
        ("figures", "--half", "2026-2"),
    ):
        _as_a_command(kind, address, words, folder)


def _thrice(work: Callable[[Store], int], store: Store) -> tuple[list[float], float]:
    """Return what the work took three times, and the median processor time of it: the machine may be busy."""
    taken, spent = [], []
    for _ in range(3):
        began = time.process_time()
        taken.append(timed(work, store))
        spent.append(time.process_time() - began)
    return taken, statistics.median(spent)


def _as_a_command(kind: str, address: str, words: tuple[str, ...], folder: Path) -> None:
    """Run a command as people do, and print its time from start to end and the most memory it took."""
    program = Path(sys.executable).with_name("kanalarkiv")
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, *words, "--json", "--into", folder, "--database", address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    taken = time.perf_counter() - began
    assert process.stderr is not None
    told = process.stderr.read().decode()
    process.stderr.close()
    what = f"{kind}: kanalarkiv {' '.join(words)}, from start to end"
    if process.returncode:
        say(f"{what:<62} failed with {process.returncode}: {told.strip().splitlines()[-1:]}")
        return
    spent = used.ru_utime + used.ru_stime
    say(f"{what:<62} {taken:8.3f}  {f'processor {spent:.1f} s':>17} {used.ru_maxrss / 1024:6.0f} MB")


def _channels(store: Store) -> int:
    with store.reading() as session:
        return len(known(session).holding(ChannelRecord, _AT))


def _findings(store: Store) -> int:
    with store.reading() as session:
        return len(findings(known(session, of=_AT), _AT))


def _duties(store: Store) -> int:
    with store.reading() as session:
        return len(evaluated(known(session, of=_AT), _AT))


def _differences(folder: Path, *, quick: bool) -> None:
    chance = random.Random(_SEED)
    before = _posts(chance, 500, 4_500)
    after = [_changed(chance, each) for each in before if chance.random() > 0.01]
    one, other = write(walk_of(before), folder / "a"), write(walk_of(after, started=_AT), folder / "b")
    found = differ(read_back(one), read_back(other))
    numbers = ", ".join(f"{fate.label.en} {len(found.of(fate))}" for fate in Fate)
    say(f"difference of 5,000 against {5_000 + len(found.of(Fate.NEW)) - len(found.of(Fate.VANISHED)):,}: {numbers}")
    taken = [timed(lambda: differ(read_back(one), read_back(other))) for _ in range(5)]
    target("difference of 5,000 items against 5,000, read from XML", taken, at_most=_DIFFERENCE)

    channels = _MUNICIPALITIES * _CHANNELS
    some = channels // 10 if quick else channels
    compared = counted = 0.0
    items = 0
    for number in range(some):
        posts = _posts(chance, _POSTS // channels, _COMMENTS // channels)
        walk = walk_of(posts)
        write(walk, folder / "c")
        write(walk_of([_changed(chance, each) for each in posts], started=_AT), folder / "d")
        items += len(walk.items)
        began = time.perf_counter()
        first, second = read_back(folder / "c"), read_back(folder / "d")
        differ(first, second)
        compared += time.perf_counter() - began
        counted += timed(figures_of, [("a", first), ("b", second)], HalfYear(2026, 1), at=_AT)
        if number == 0:
            say(f"a channel's record: {(folder / 'c' / 'uppgifter.xml').stat().st_size / 1e6:.2f} MB")
    say(f"{f'difference of {some:,} channels, {items:,} items, one after another':<62} {compared:8.3f}")
    say(f"{f'figures of {some:,} channels, from records that are read':<62} {counted:8.3f}")


def _posts(chance: random.Random, posts: int, comments: int) -> list[Said]:
    """Return posts with comments and replies, some of them questions, some of those answered."""
    made = []
    for number in range(posts):
        at = datetime(2026, 1, 2, 7, 3, 5, tzinfo=UTC) + timedelta(minutes=chance.randrange(250_000))
        of_this = comments * (number + 1) // posts - comments * number // posts
        made.append(post(f"p{number}", *_thread(chance, f"p{number}", of_this, at), at=at, text=_words(chance, 40)))
    return made


def _thread(chance: random.Random, name: str, number: int, at: datetime) -> Iterator[Said]:
    left, place = number, 0
    while left > 0:
        place += 1
        later = at + timedelta(minutes=chance.randrange(5_000))
        below = min(left - 1, chance.choice((0, 0, 0, 1, 2)))
        answers = [
            Said(f"{name}k{place}s{each}", _words(chance, 9), author=chance.choice((OWN, "Kim")), at=later)
            for each in range(below)
        ]
        text = _words(chance, 14) + chance.choice(("?", ".", "!"))
        yield Said(f"{name}k{place}", text, author=f"Person {chance.randrange(900)}", at=later, answers=answers)
        left -= 1 + below


def _changed(chance: random.Random, said: Said) -> Said:
    kept = [each for each in said.answers if chance.random() > 0.01]
    if kept and chance.random() < 0.05:
        kept[0] = replace(kept[0], text=f"{kept[0].text} (ändrat)")
    if chance.random() < 0.05:
        kept.append(Said(f"{said.name}ny", _words(chance, 10)))
    return replace(said, answers=kept)


def _words(chance: random.Random, number: int) -> str:
    return " ".join(
        chance.choice(("badhuset", "öppnar", "på", "lördag", "snön", "är", "borta", "tack", "skolan", "vägen"))
        for _ in range(number)
    )


def _fill(store: Store) -> None:
    chance = random.Random(_SEED)
    for make in (_people, _mandates, _happened, _found):
        with store.writing() as session:
            session.add_all(list(make(chance)))


def _said(entry: str) -> dict[str, object]:
    return {"entry": entry, "valid_from": _BEGAN, "recorded_at": _BEGAN, "recorded_by": "bench"}


def _all(make: Callable[[int, int, str], Iterator[Table]]) -> Iterator[Table]:
    for town in range(_MUNICIPALITIES):
        for number in range(_CHANNELS):
            yield from make(town, number, f"k{town}-{number}")


def _people(chance: random.Random) -> Iterator[Table]:
    yield Guideline(
        **_said("sociala-medier"), name="Riktlinje", edition="1", adopted_by="KF", adopted=date(2020, 5, 25)
    )
    for town in range(_MUNICIPALITIES):
        entry = f"f{town}"
        yield Administration(**_said(entry), name=f"Kommun {town}", email_domains=f"kommun{town}.se")
        for role in ("chef", "förvaltningschef"):
            yield RoleHeld(**_said(f"{role}-{town}"), role=role, person=f"p{town}-c", administration=entry)
        yield Person(**_said(f"p{town}-c"), name=f"Chef {town}", email=f"chef@kommun{town}.se")
        for number in range(_CHANNELS + 1):
            person = f"p{town}-{number}"
            yield Person(**_said(person), name=f"Person {person}", email=f"{person}@kommun{town}.se")
            if chance.random() < 0.9:
                yield Acknowledgement(
                    **_said(f"q{person}"),
                    person=person,
                    guideline="sociala-medier",
                    edition="1",
                    acknowledged=date(2024, 1, 2),
                )


def _mandates(chance: random.Random) -> Iterator[Table]:
    def of(town: int, number: int, channel: str) -> Iterator[Table]:
        yield ChannelRecord(
            **_said(channel),
            name=f"Kanal {channel}",
            platform="facebook",
            address=f"https://www.facebook.com/{channel}",
            administration=f"f{town}",
            status="aktiv" if chance.random() < 0.95 else "vilande",
            responsible=f"p{town}-{number}",
        )
        yield ChannelDecision(
            **_said(f"o{channel}"), kind="öppning", reference=f"KS {channel}", decided=date(2024, 1, 2),
            decided_by="Chefen", channel=channel, consulted="Kommunikationschefen", consulted_on=date(2024, 1, 1),
            consulted_outcome="tillstyrks",
        )  # fmt: skip
        for place in (number, number + 1):
            person = f"p{town}-{place}"
            yield Mandate(
                **_said(f"m{channel}-{place}"), person=person, channel=channel, capacity="administratör",
                decided_by=f"p{town}-c", decided=date(2024, 1, 2), as_employee=True,
            )  # fmt: skip
            yield ChannelDecision(
                **_said(f"u{channel}-{place}"), kind="utseende", reference=f"KS {channel}", decided=date(2024, 1, 2),
                decided_by="Chefen", channel=channel, person=person,
            )  # fmt: skip
        yield Substitute(
            **_said(f"e{channel}"), channel=channel, person=f"p{town}-{number + 1}", stands_in_for=f"p{town}-{number}"
        )
        yield Custody(
            **_said(f"i{channel}"), channel=channel, what="kontot", place="kassaskåpet", confirmed_by=f"p{town}-c",
            confirmed=date(2026, 9, 1),
        )  # fmt: skip

    return _all(of)


def _happened(chance: random.Random) -> Iterator[Table]:
    def of(town: int, number: int, channel: str) -> Iterator[Table]:
        person = f"p{town}-{number}"
        since = None
        for time_ in (datetime(2025, 11, 5, 8, tzinfo=UTC), datetime(2026, 5, 6, 8, tzinfo=UTC)):
            at = time_ + timedelta(minutes=chance.randrange(20_000))
            yield CaptureRow(
                run=f"{channel}-{at:%Y%m%d}", channel=channel, address=f"https://www.facebook.com/{channel}",
                mode="assisterad", person=person, started=at, ended=at + timedelta(minutes=20), period_start=since,
                period_end=at, verdict=chance.choice(("complete", "complete", "complete-with-explained-gaps")),
                posts=70, comments=363, latest_post=at, object_id=f"{channel}-{at:%Y%m%d}",
            )  # fmt: skip
            since = at - timedelta(days=1)
        for day in range(30):
            if chance.random() < 0.9:
                then = _AT - timedelta(days=day)
                yield WatchRow(channel=channel, day=then.date(), person=person, at=then)

    return _all(of)


def _found(chance: random.Random) -> Iterator[Table]:
    number = 0

    def of(town: int, place: int, channel: str) -> Iterator[Table]:
        nonlocal number
        at = datetime(2026, 6, 1, tzinfo=UTC)
        yield ComparisonRow(
            channel=channel, later=f"{channel}-b", earlier=f"{channel}-a", at=at, expected=433, new=20, edited=3,
            vanished=1, hidden=0, accounted=0, undecided=0, outside=0,
        )  # fmt: skip
        for half in ("2026-1", "2026-2"):
            yield HalfYearFigures(
                **_said(f"{channel} {half}"), channel=channel, half=half, until=at, posts=70, own_posts=70,
                comments=363, own_answers=60, questions=40, answered=38, timed=38, undated=0, at_least=True,
                rests_on=[{"run": f"{channel}-a", "verdict": "complete", "from": None, "to": at.isoformat()}],
                gaps=[{"sv": "kommentarer", "en": "comments"}],
                unanswered_list=[{"link": f"{URL}/{channel}", "asked": at.isoformat()}] * 2, median_seconds=7200,
                longest_seconds=90_000, oldest_unanswered=at,
            )  # fmt: skip
        if chance.random() < 0.3:
            number += 1
            yield UnexplainedRemoval(
                **_said(str(number)), channel=channel, what="försvunnen", kind="comment", key=f"{URL}/{channel}",
                own=False, along=0, text_sha256="0" * 64, earlier=f"{channel}-a", later=f"{channel}-b", seen=at,
                missed=at, permalink=f"{URL}/{channel}",
            )  # fmt: skip
        if chance.random() < 0.3:
            yield RemovalCase(
                **_said(f"ä{channel}"), channel=channel, kind="comment", permalink=f"{URL}/{channel}/x", author="Kim",
                text="Usch", published_shown="", saved=at, saved_by="Anna", saved_with="Kanalarkiv", pictures=[],
                removed=at,
            )  # fmt: skip

    return _all(of)
