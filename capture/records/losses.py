"""What a walk missed, and what else there is to say of it, in words.

What the platform itself accounts for is explained. Everything else is a gap that somebody has to look into.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from capture.attendance import CutShort, Occasion, Stretch
from capture.items import LossReason, PostLedger, StopReason, Walk
from register.language import Text, swedish_time

_EXPLAINED = frozenset({LossReason.HIDDEN_BY_PLATFORM, LossReason.DELETED})
_WHOLE_FEED = frozenset({StopReason.END_MARKER, StopReason.EXHAUSTED})
_NOT_FILMED = Text("Inlägget saknas i inspelningen.", "The post is missing from the recording.")
_NOT_PAGED = Text("Inlägget saknas i sidorna.", "The post is missing from the pages.")


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Something known to be missing. `explained` says whether the platform itself accounts for it."""

    said: Text
    explained: bool
    post_key: str | None

    @property
    def told(self) -> Text:
        """The loss in words, with the post it concerns."""
        place = f" {self.post_key}" if self.post_key else ""
        return Text(self.said.sv + place, self.said.en + place)


def reached_its_end(walk: Walk) -> bool:
    """Say whether the walk saw all of the feed that it was to see: to the feed's end, or to its period's start."""
    of_a_period = walk.stop is StopReason.PERIOD_START and walk.since is not None
    return of_a_period or walk.stop in _WHOLE_FEED


def losses_of(walk: Walk, posts: int) -> Iterator[Loss]:
    """Return all that `walk`, with `posts` posts, is known to have missed."""
    if not reached_its_end(walk):
        yield _loss(
            f"Alla inlägg nåddes inte: {walk.stop.label.sv}. Hur många som saknas är inte känt.",
            f"Not every post was reached: {walk.stop.label.en}. How many are missing is not known.",
        )
    # What a channel says it has is its whole history: a period is a part of it.
    if walk.since is None and walk.claimed_posts is not None and walk.claimed_posts > posts:
        yield _loss(
            f"Kanalen uppger {walk.claimed_posts} inlägg; {posts} samlades in.",
            f"The channel claims {walk.claimed_posts} posts; {posts} were captured.",
        )
    for limit in walk.limits:
        yield _loss(f"Gränsen {limit} nåddes.", f"The limit {limit} was reached.")
    for address in walk.traffic.changing:
        yield _loss(
            f"Sidan skickade en förfrågan som kan ha ändrat något på kanalen: {address}. Genomgången avslutades.",
            f"The page sent a request that may have changed something on the channel: {address}. The walk was ended.",
        )
    for ledger in walk.ledgers:
        if ledger.missing or ledger.missing_reason is not None:
            yield _of_post(ledger)
    # Where neither the platform is known nor a number is stated, there is no evidence that anything is whole.
    silent = _silent(walk)
    if walk.by_semantics and silent:
        yield _loss(
            f"Plattformen är okänd och {silent} inlägg uppger inte hur många kommentarer de har: att alla är med går "
            "inte att visa.",
            f"The platform is unknown and {silent} posts do not say how many comments they have: that all are there "
            "cannot be shown.",
        )


def _silent(walk: Walk) -> int:
    """Return how many posts state no number of comments."""
    return sum(ledger.claimed is None for ledger in walk.ledgers)


def remarks_of(walk: Walk, posts: int) -> Iterator[Text]:
    """Return what a reader of the statement should know of `walk`, with `posts` posts, beside its losses."""
    yield from walk.remarks
    if not posts and reached_its_end(walk):
        yield Text("Inga nya inlägg under perioden.", "No new posts during the period.")
    yield from _interruptions(walk)
    deleted = sum(ledger.deleted for ledger in walk.ledgers)
    if deleted:
        yield Text(
            f"{deleted} kommentarer togs bort av någon annan medan genomgången pågick; de som hann ses finns med.",
            f"Somebody removed {deleted} comments while the walk was going on; those that were seen are kept.",
        )
    silent = _silent(walk)
    if silent and not walk.by_semantics:
        yield Text(
            f"{silent} inlägg uppger inte hur många kommentarer de har; där finns inget tal att jämföra med.",
            f"{silent} posts do not say how many comments they have; there is no number to compare with.",
        )
    if walk.claimed_posts is None:
        yield Text("Kanalen uppger inte hur många inlägg den har.", "The channel does not say how many posts it has.")
    elif walk.since is not None:
        yield Text(
            f"Kanalen uppger {walk.claimed_posts} inlägg i hela sin historik; perioden är en del av den.",
            f"The channel claims {walk.claimed_posts} posts in its whole history; the period is a part of it.",
        )
    yield from _method(walk)


def not_pictured(walk: Walk, *, filmed: AbstractSet[str], paged: AbstractSet[str]) -> tuple[Loss, ...]:
    """Hold the recording and the pages against the walk: what was seen must be on a frame, and every post on a page.

    `filmed` are the keys of the posts, comments and replies that the recording shows, `paged` those of the posts that
    the pages do.
    """
    unfilmed = Counter(item.post_key for item in walk.items if item.key not in filmed and item.key != item.post_key)
    return tuple(
        Loss(said=said, explained=False, post_key=ledger.post_key)
        for ledger in walk.ledgers
        for missing, said in (
            (ledger.post_key not in filmed, _NOT_FILMED),
            (ledger.post_key not in paged, _NOT_PAGED),
            (unfilmed[ledger.post_key], _not_filmed(unfilmed[ledger.post_key])),
        )
        if missing
    )


def _not_filmed(comments: int) -> Text:
    return Text(
        f"{comments} kommentarer lästes av men syns inte på någon bild i inspelningen.",
        f"{comments} comments were read but are on no frame of the recording.",
    )


def of_the_pages(  # noqa: PLR0913 - each is a number of its own
    *, unsteady: int, dropped: int, unplaced: int, refused: int, unpictured: int, embedded: int, misdrawn: int
) -> tuple[Text, ...]:
    """Return what is to be said of the pages.

    `unsteady` posts moved while they were pictured, `dropped` links lead nowhere, `unplaced` comments cannot be pointed
    out on any page, `refused` volumes are not the PDF/A they were to be. `unpictured` posts were too large for them. Of
    `embedded` frames and closed components the text could not be read, and `misdrawn` words are drawn as others.
    """
    said = (
        (
            refused,
            Text(
                f"{refused} volymer underkändes som PDF/A och kallas inte det; rapporten säger varför.",
                f"{refused} volumes were refused as PDF/A and are not called that; the report says why.",
            ),
        ),
        (
            unpictured,
            Text(
                f"{unpictured} inlägg var för stora att avbilda på sidorna, som säger det på deras plats.",
                f"{unpictured} posts were too large to be pictured on the pages, which say so in their place.",
            ),
        ),
        (
            embedded,
            Text(
                f"{embedded} inbäddade ramar och slutna komponenter syns på sidorna, men deras text kunde inte läsas.",
                f"{embedded} embedded frames and closed components are seen on the pages, but could not be read.",
            ),
        ),
        (
            misdrawn,
            Text(
                f"{misdrawn} ord är skrivna i typsnitt som ritar andra tecken än textens; på sidorna syns de, men i"
                " deras text står utbytestecken.",
                f"{misdrawn} words are in fonts that draw other characters than the text's; the pages show them, and"
                " hold replacement characters as their text.",
            ),
        ),
        (
            unplaced,
            Text(
                f"{unplaced} kommentarer går inte att peka ut på sidorna (PDF); de är i inspelningen och uppgifterna.",
                f"{unplaced} comments cannot be pointed out on the pages (PDF); they are in recording and record.",
            ),
        ),
        (
            unsteady,
            Text(
                f"{unsteady} inlägg rörde sig medan de avbildades på sidorna.",
                f"{unsteady} posts moved while they were pictured for the pages.",
            ),
        ),
        (
            dropped,
            Text(
                f"{dropped} länkar leder ingenstans på sidorna: de är inga webb- eller e-postadresser.",
                f"{dropped} links lead nowhere on the pages: they are no web or mail addresses.",
            ),
        ),
    )
    return tuple(text for count, text in said if count)


def of_the_filming(stretches: Sequence[Stretch]) -> tuple[Loss, ...]:
    """Return what was filmed in real time and is not all there; where nothing can be shown to be missing, nothing.

    A live video whose filming was broken off and then was made anew, with its post, is not missing.
    """
    whole = {stretch.post_key for stretch in stretches if stretch.ended is not None}
    told = ((stretch, _unfilmed(stretch)) for stretch in stretches)
    return tuple(
        Loss(said=said, explained=False, post_key=stretch.post_key)
        for stretch, said in told
        if said is not None
        and (stretch.ended is not None or stretch.occasion is Occasion.DRIVEN or stretch.post_key not in whole)
    )


def on_the_filming(stretches: Sequence[Stretch]) -> tuple[Text, ...]:
    """Return what is to be said of what was filmed in real time: how much, how closely, and what cut it short."""
    finished = [stretch for stretch in stretches if stretch.ended is not None]
    if not finished:
        return ()
    driven = sum(stretch.occasion is Occasion.DRIVEN for stretch in finished)
    rates = sorted(f"{stretch.states_per_second:.1f}" for stretch in finished)
    slowest = min(rates, key=float)
    skipped = sum(stretch.skipped for stretch in finished)
    seconds = sum(stretch.seconds for stretch in finished)
    summed_up = Text(
        f"{len(finished)} avsnitt ({seconds:.0f} s) filmades i realtid, utan ljud: {driven} medan en person körde, "
        f"{len(finished) - driven} för att inlägget har direktsänd video. Minst {slowest.replace('.', ',')} olika "
        f"bilder i sekunden; {skipped} lägen som sidan ritades i finns inte på bild.",
        f"{len(finished)} stretches ({seconds:.0f} s) were filmed in real time, without sound: {driven} while a person "
        f"drove, {len(finished) - driven} because the post holds live video. At least {slowest} different pictures a "
        f"second; {skipped} places that the page was drawn at are on no picture.",
    )
    return (summed_up, *(_cut_short(stretch, stretch.cut_short) for stretch in finished if stretch.cut_short))


def _of_post(ledger: PostLedger) -> Loss:
    reason = ledger.missing_reason
    because = Text("orsaken är inte känd", "the reason is not known") if reason is None else reason.label
    missing = Text("Ett okänt antal kommentarer saknas", "An unknown number of comments is missing")
    if ledger.missing:
        missing = Text(
            f"{ledger.missing} av {ledger.claimed} kommentarer saknas",
            f"{ledger.missing} of {ledger.claimed} comments are missing",
        )
    kept = Text("", "")
    if reason is LossReason.DELETED:
        kept = Text(
            f" De {ledger.captured} som hann ses finns med.", f" The {ledger.captured} that were seen are kept."
        )
    return Loss(
        said=Text(f"{missing.sv}: {because.sv}.{kept.sv}", f"{missing.en}: {because.en}.{kept.en}"),
        explained=reason in _EXPLAINED,
        post_key=ledger.post_key,
    )


def _unfilmed(stretch: Stretch) -> Text | None:
    """Return why something of `stretch` may be missing, None where nothing is."""
    began = swedish_time(stretch.began)
    why: Text | None = None
    if stretch.ended is None:
        why = Text("bröts av", "was broken off")
    elif stretch.states == 0 and stretch.cut_short is not CutShort.LOGIN:
        why = Text("gav ingen bild", "gave no picture")
    elif not stretch.watched:
        why = Text(
            "kan ha missat något: sidan lät sig inte övervakas", "may have missed something: the page was not watched"
        )
    elif stretch.unseen:
        why = Text(
            f"missade något: innehållet flyttades {stretch.moved:.0f} bildpunkter mellan två bilder, och mer än "
            f"{stretch.allowed:.0f} kan ha passerat osett",
            f"missed something: content moved {stretch.moved:.0f} pixels between two pictures, and beyond "
            f"{stretch.allowed:.0f} it may have passed unseen",
        )
    if why is None:
        return None
    return Text(
        f"Filmningen som började {began} (svensk tid) {why.sv}.",
        f"The filming that began {began} (Swedish time) {why.en}.",
    )


def _cut_short(stretch: Stretch, why: CutShort) -> Text:
    began = swedish_time(stretch.began)
    return Text(
        f"Filmningen som började {began} (svensk tid) slutade tidigare än den skulle: {why.label.sv}.",
        f"The filming that began {began} (Swedish time) ended earlier than it was to: {why.label.en}.",
    )


def _interruptions(walk: Walk) -> Iterator[Text]:
    if walk.resumed:
        times = ", ".join(map(swedish_time, walk.resumed))
        yield Text(
            f"Genomgången bröts av och återupptogs {times} (svensk tid). Inlägg som redan var genomgångna togs inte "
            "om.",
            f"The walk was broken off and taken up again {times} (Swedish time). Posts already walked were not walked "
            "again.",
        )
    for pause in walk.pauses:
        began = swedish_time(pause.began)
        ended = Text("utan att gå vidare", "and never went on")
        if pause.ended is not None:
            ended = Text(f"till {swedish_time(pause.ended)}", f"to {swedish_time(pause.ended)}")
        yield Text(
            f"Genomgången stod stilla från {began} {ended.sv} (svensk tid), och inget annat spelades in då: "
            f"{pause.why.sv}.",
            f"The walk stood still from {began} {ended.en} (Swedish time), and nothing else was recorded then: "
            f"{pause.why.en}.",
        )


def _method(walk: Walk) -> Iterator[Text]:
    if walk.by_semantics:
        yield Text(
            "Plattformen har ingen egen profil: sidan lästes enbart efter roller, namn och upprepad struktur.",
            "The platform has no profile of its own: the page was read by roles, names and repeated structure alone.",
        )
    if walk.unmatched_controls:
        names = ", ".join(f"”{name}”" for name in walk.unmatched_controls)
        yield Text(
            f"Knappar som kan dölja mer men som programmet inte känner igen, och därför inte tryckte på: {names}.",
            f"Controls that may hide more, unknown to the program and therefore not clicked: {names}.",
        )
    if walk.traffic.unknown:
        sent = ", ".join(walk.traffic.unknown)
        yield Text(
            f"Sidan skickade förfrågningar som inte bara hämtar, och vars verkan programmet inte känner: {sent}.",
            f"The page sent requests that do more than fetch, whose effect the program does not know: {sent}.",
        )


def _loss(sv: str, en: str) -> Loss:
    return Loss(said=Text(sv, en), explained=False, post_key=None)
