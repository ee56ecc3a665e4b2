"""The last words of a run: verdict, counts, files with their sizes, where to look."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from register.language import Language, Text, swedish_time
from register.model import DeliveryOutcome, Package, Period, Receipt, Verdict


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
    receipt: Receipt
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
    say(*_delivery(outcome.receipt))
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


def _delivery(receipt: Receipt) -> Text:
    if receipt.outcome is DeliveryOutcome.ALREADY_DELIVERED:
        return Text(
            f"E-arkivet har redan paketet, oförändrat: {receipt.place}. Inget skrevs.",
            f"The e-archive already holds the package, unchanged: {receipt.place}. Nothing was written.",
        )
    return Text(
        f"Levererat till e-arkivet, återläst och jämfört: {receipt.place}",
        f"Delivered to the e-archive, read back and compared: {receipt.place}",
    )


def tell_delivery(console: Console, receipt: Receipt, language: Language) -> None:
    """Print what a delivery did."""
    for line in (_delivery(receipt), Text(f"SHA-256 {receipt.sha256}", f"SHA-256 {receipt.sha256}")):
        console.print(line.spoken(language), markup=False, highlight=False, soft_wrap=True)


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
