"""The last words of a run: verdict, counts, files with their sizes, where to look."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from delivery.journey import Step
from delivery.ledger import Delivered
from register.language import Language, Text, swedish_time
from register.model import DeliveryOutcome, Package, Period, Verdict


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to, in the terms of the person who asked for it.

    `look_at` are files worth opening, each with what it is. `losses` are the known losses, in words. `judge` is the
    program that gave the package its second opinion, with so many `warnings` and no error; None where there is none
    that knows such packages.
    """

    verdict: Verdict
    posts: int
    comments: int
    claimed_comments: int
    period: Period
    losses: tuple[Text, ...]
    look_at: tuple[tuple[Text, Path], ...]
    package: Package
    judge: str | None
    warnings: int
    delivered: Delivered
    is_test: bool


_LOSSES_SHOWN = 10


def tell(console: Console, outcome: Outcome, language: Language) -> None:
    """Print the summary of `outcome`."""

    def say(sv: str, en: str, style: str | None = None) -> None:
        console.print(inert(Text(sv, en).spoken(language)), style=style, markup=False, highlight=False, soft_wrap=True)

    verdict = outcome.verdict.label
    console.rule()
    say(
        f"Slutsats: {verdict.sv.upper()}",
        f"Verdict: {verdict.en.upper()}",
        style="bold green" if outcome.verdict is Verdict.COMPLETE else "bold yellow",
    )
    say(
        f"{outcome.posts} inlägg; {outcome.comments} kommentarer och svar av {outcome.claimed_comments} uppgivna.",
        f"{outcome.posts} posts; {outcome.comments} comments and replies of {outcome.claimed_comments} claimed.",
    )
    say(*_told(outcome.period))
    for loss in outcome.losses[:_LOSSES_SHOWN]:
        say(f"  – {loss.sv}", f"  – {loss.en}")
    more = len(outcome.losses) - _LOSSES_SHOWN
    if more > 0:
        say(f"  – och {more} till; alla står i intyget", f"  – and {more} more; the statement has them all")
    if outcome.judge is None:
        say(
            "Paketet är giltigt enligt Kanalarkivs egen prövning; commons-ip prövar inte den här sortens paket.",
            "The package is valid by Kanalarkiv's own judgement; commons-ip does not judge packages of this kind.",
        )
    else:
        say(
            f"Paketet är giltigt enligt {outcome.judge}: 0 fel, {outcome.warnings} varningar.",
            f"The package is valid by {outcome.judge}: 0 errors, {outcome.warnings} warnings.",
        )
    for line in _delivery(outcome.delivered):
        say(*line)
    for what, path in outcome.look_at:
        say(
            f"  {what.sv:24}{size_told(path.stat().st_size):>9}  {path}",
            f"  {what.en:24}{size_told(path.stat().st_size):>9}  {path}",
        )
    if outcome.is_test:
        say(
            "Paketet är märkt TEST: ingen arkivbildare är angiven. Skriv kanalarkiv.toml, så som README visar.",
            "The package is marked TEST: no records creator is given. Write kanalarkiv.toml, as the README shows.",
        )


def _told(period: Period) -> Text:
    begin = Text("hela historiken", "the whole history")
    if period.start is not None:
        begin = Text(f"från {swedish_time(period.start)}", f"from {swedish_time(period.start)}")
    end = swedish_time(period.end)
    return Text(f"Period: {begin.sv} till {end} (svensk tid).", f"Period: {begin.en} to {end} (Swedish time).")


def _delivery(delivered: Delivered) -> tuple[Text, Text]:
    """Return how far the package came, and what is still to come."""
    journey = delivered.journey
    place = next(each.place for each in journey.happenings if each.step is Step.SENT)
    if journey.arrival is not None:
        place = journey.arrival.place
    if delivered.outcome is DeliveryOutcome.ALREADY_DELIVERED:
        what = Text(
            f"E-arkivet har redan paketet: {place}. Inget skrevs.",
            f"The e-archive already has the package: {place}. Nothing was written.",
        )
    else:
        what = Text(
            f"Levererat till e-arkivet, återläst och jämfört: {place}",
            f"Delivered to the e-archive, read back and compared: {place}",
        )
    if journey.answer is None:
        return what, Text(
            "E-arkivet har inte svarat än: paketet är kontrollerat, inte mottaget.",
            "The e-archive has not answered yet: the package is checked, not received.",
        )
    state = journey.state.label
    return what, Text(f"E-arkivets svar: {state.sv}.", f"The e-archive's answer: {state.en}.")


def tell_delivery(console: Console, delivered: Delivered, language: Language) -> None:
    """Print what a delivery did."""
    digest = f"SHA-256 {delivered.journey.sha256}"
    for line in (*_delivery(delivered), Text(digest, digest)):
        console.print(inert(line.spoken(language)), markup=False, highlight=False, soft_wrap=True)


def inert(text: str) -> str:
    """Return `text` with everything that could steer a terminal, or the direction of its text, made visible."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def size_told(size: float) -> str:
    """Return a number of bytes as a person reads it."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
