"""The last words of a run: verdict, counts, files with their sizes, where to look."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from register.language import Language, Text
from register.model import DeliveryOutcome, Receipt, Verdict


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to, in the terms of the person who asked for it.

    `look_at` are files worth opening, each with what it is. `losses` are the known losses, in words.
    """

    verdict: Verdict
    posts: int
    comments: int
    claimed_comments: int
    losses: tuple[Text, ...]
    look_at: tuple[tuple[Text, Path], ...]
    receipt: Receipt
    second_opinion: Text
    is_test: bool


_LOSSES_SHOWN = 10


def tell(console: Console, outcome: Outcome, language: Language) -> None:
    """Print the summary of `outcome`. Everything printed is plain text: nothing from a channel is markup."""

    def say(sv: str, en: str) -> None:
        console.print(Text(sv, en).spoken(language), markup=False, highlight=False, soft_wrap=True)

    say("", "")
    console.rule()
    console.print(
        Text("Slutsats: ", "Verdict: ").spoken(language) + outcome.verdict.label.spoken(language).upper(),
        style="bold green" if outcome.verdict is Verdict.COMPLETE else "bold yellow",
        markup=False,
        highlight=False,
    )
    say(
        f"{outcome.posts} inlägg; {outcome.comments} kommentarer och svar, av {outcome.claimed_comments} som kanalen uppger.",
        f"{outcome.posts} posts; {outcome.comments} comments and replies, of {outcome.claimed_comments} claimed.",
    )
    for loss in outcome.losses[:_LOSSES_SHOWN]:
        say(f"  – {loss.sv}", f"  – {loss.en}")
    if len(outcome.losses) > _LOSSES_SHOWN:
        more = len(outcome.losses) - _LOSSES_SHOWN
        say(f"  … och {more} till; alla står i intyget.", f"  … and {more} more; the statement has them all.")
    console.print(outcome.second_opinion.spoken(language), markup=False, highlight=False)
    _tell_delivery(outcome, say=say)
    table = Table(box=None, pad_edge=False, show_header=False)
    for what, path in outcome.look_at:
        table.add_row(what.spoken(language), _size(path), str(path))
    console.print(table, soft_wrap=True)
    if outcome.is_test:
        say(
            "Paketet är märkt TEST: ingen arkivbildare är angiven. Skriv kanalarkiv.toml (se README) för en riktig leverans.",
            "The package is marked TEST: no records creator is given. Write kanalarkiv.toml (see README) to deliver in earnest.",
        )


def _tell_delivery(outcome: Outcome, *, say: "Say") -> None:
    receipt = outcome.receipt
    if receipt.outcome is DeliveryOutcome.ALREADY_DELIVERED:
        say(
            "Paketet fanns redan i e-arkivet, oförändrat; inget skrevs.",
            "The e-archive already held the package, unchanged; nothing was written.",
        )
    else:
        say(
            f"Levererat till e-arkivet, återläst och jämfört: SHA-256 {receipt.sha256}.",
            f"Delivered to the e-archive, read back and compared: SHA-256 {receipt.sha256}.",
        )


def _size(path: Path) -> str:
    size = float(path.stat().st_size)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
