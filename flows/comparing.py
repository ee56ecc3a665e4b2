"""After a capture: what became of what earlier captures saw, and the figures of the half-year, into the register.

The record of a capture lies in its run's folder and in its package. Where neither is at hand any more (sent away and
disposed of) that capture is not compared, and that is said, in the register too.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from capture.records.difference import Change, Difference, Fate, Sight, require_comparable
from capture.records.matching import is_placeholder
from capture.records.questions import own_names
from capture.records.reading import Record
from flows import counting, rereading
from flows.progress import current
from flows.workspace import Run, Workspace
from register.changes import entering
from register.changes.entering import Compared, Entered, Gone
from register.errors import BadInputError
from register.language import Text
from register.store import opening
from register.store.captures import CaptureRow
from register.store.changes import Disappearance
from register.store.opening import Store

BY = "kanalarkiv"
_WHAT = {Fate.VANISHED: Disappearance.VANISHED, Fate.HIDDEN: Disappearance.HIDDEN}


def after_capture(run: Run, workspace: Workspace, database: str | Path, *, at: datetime) -> Entered | None:
    """Hold the capture of `run` against those before it, tell what came of that, and enter it in the register.

    Once more changes nothing. Where the capture is not in the register, it is only told.

    Args:
        run: A run whose artefacts are made, and that the register has been told of.
        workspace: Where the runs before it are.
        database: The register's.
        at: The moment that it is entered, UTC.

    Returns:
        What was entered, None if nothing was.

    Raises:
        DamagedRecordError: the run's own record is damaged.
        StoreUnusableError: the register cannot be written.
    """
    later = rereading.record_at(run.folder)
    with opening.opened(database) as store:
        channel = _channel_of(store, run.run_id)
        before = _before(run, workspace, store, channel, later)
        compared = _compared(run.run_id, later, before, channel)
        if compared is None:
            current().say(Text("Ingen tidigare insamling att jämföra med.", "No earlier capture to compare with."))
        entered = None
        if compared is not None and channel is not None:
            entered = entering.enter(store, compared, at=at, by=BY)
        if compared is not None:
            _tell(compared, entered)
        if channel is not None:
            counting.count(store, channel, [*before.captures, (run.run_id, later)], at=at)
    return entered


def count_anew(store: Store, workspace: Workspace, channel: str, *, at: datetime) -> int:
    """Count the figures of a channel's half-years from all captures at hand; return how many said something new."""
    with store.reading() as session:
        rows = session.scalars(select(CaptureRow).where(CaptureRow.channel == channel).order_by(CaptureRow.started))
        found = [(row.run, row.object_id) for row in rows]
    captures = rereading.read(workspace, found).captures
    return counting.count(store, channel, captures, at=at) if captures else 0


def _channel_of(store: Store, run_id: str) -> str | None:
    with store.reading() as session:
        row = session.get(CaptureRow, run_id)
        return row.channel if row is not None else None


def _before(run: Run, workspace: Workspace, store: Store, channel: str | None, later: Record) -> rereading.AtHand:
    """Read the captures before `run` that may have seen what it had to see, or what its half-years hold."""
    since = None if later.since is None else min(later.since, counting.halves(later)[0].start)
    there = {each.run_id: each for each in workspace.done(run.url) if each.started < run.started}
    wanted: dict[str, str | None] = {
        each.run_id: None for each in there.values() if since is None or each.entered_at > since
    }
    if channel is not None:
        with store.reading() as session:
            query = select(CaptureRow).where(CaptureRow.channel == channel, CaptureRow.started < run.started)
            for row in session.scalars(query):
                if since is None or row.ended > since:
                    wanted[row.run] = row.object_id
    return rereading.read(workspace, sorted(wanted.items()))


def _compared(run_id: str, later: Record, before: rereading.AtHand, channel: str | None) -> Compared | None:
    if not before.captures and before.missing is None:
        return None
    sight, names = Sight(), dict[datetime, str]()
    gone: list[Gone] = []
    missing = [before.missing] if before.missing is not None else []
    own = own_names(later.items.values(), later.name)
    compared: list[str] = []
    for name, record in before.captures:
        try:
            require_comparable(record, later)
        except BadInputError as error:
            missing.append(Text(f"insamlingen {name}: {error.happened.sv}", f"the capture {name}: {error.happened.en}"))
            continue
        own |= own_names(record.items.values(), record.name)
        names[record.ended] = name
        compared.append(name)
        gone += _gone(sight.take_in(record), names, name, own)
    last = sight.take_in(later)
    gone += _gone(last, names, run_id, own)
    return Compared(
        channel=channel or "",
        later=run_id,
        earlier=tuple(compared),
        expected=last.expected if last is not None else 0,
        new=_number(last, Fate.NEW),
        edited=_number(last, Fate.EDITED),
        vanished=_number(last, Fate.VANISHED),
        hidden=_number(last, Fate.HIDDEN),
        undecided=_number(last, Fate.UNDECIDED),
        outside=last.outside if last is not None else 0,
        missing=rereading.together(missing),
        gone=tuple(gone),
        there=frozenset(key for key, item in later.items.items() if not is_placeholder(item.text)),
    )


def _number(difference: Difference | None, fate: Fate) -> int:
    return len(difference.of(fate)) if difference is not None else 0


def _gone(difference: Difference | None, names: dict[datetime, str], later: str, own: frozenset[str]) -> Iterator[Gone]:
    """Yield what a difference shows as gone or hidden, each thread by its uppermost item."""
    if difference is None:
        return
    along = difference.along()
    for change in (*difference.of(Fate.VANISHED), *difference.of(Fate.HIDDEN)):
        if change.went_with is None and change.last_seen is not None:
            yield _as_gone(change, change.last_seen, names, later, own, along.get(change.item.key, 0), difference)


def _as_gone(  # noqa: PLR0913, PLR0917 - the parts of an entry
    change: Change,
    seen: datetime,
    names: dict[datetime, str],
    later: str,
    own: frozenset[str],
    along: int,
    difference: Difference,
) -> Gone:
    item = change.item
    above = [item.parent_key, item.post_key]
    return Gone(
        what=_WHAT[change.fate],
        kind=item.kind,
        key=item.key,
        permalink=item.permalink,
        above=tuple(dict.fromkeys(key for key in above if key is not None and key != item.key)),
        own=item.author in own,
        along=along,
        text_sha256=sha256(item.text.encode()).hexdigest(),
        published=item.published,
        earlier=names[seen],
        seen=seen,
        later=later,
        missed=difference.later_began,
    )


def _tell(compared: Compared, entered: Entered | None) -> None:
    told = current()
    told.say(
        Text(
            f"Mot {len(compared.earlier)} tidigare insamlingar: {compared.new} nya, {compared.edited} ändrade, "
            f"{compared.vanished} försvunna, {compared.hidden} dolda; {compared.undecided} kan inte avgöras.",
            f"Against {len(compared.earlier)} earlier captures: {compared.new} new, {compared.edited} edited, "
            f"{compared.vanished} vanished, {compared.hidden} hidden; {compared.undecided} cannot be decided.",
        )
    )
    if compared.missing is not None:
        missing = compared.missing
        told.say(Text(f"Inte jämfört: {missing.sv}.", f"Not compared: {missing.en}."))
    if entered is not None and entered.unexplained:
        numbers = ", ".join(entered.unexplained)
        told.say(
            Text(
                f"Oförklarat borttagna: {numbers}. Se kanalarkiv difference list.",
                f"Removed without explanation: {numbers}. See kanalarkiv difference list.",
            )
        )
