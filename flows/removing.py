"""The two moments of a removal that touch the channel: one item is saved before it is removed, and looked for after.

1. The register is asked, as for any capture: the channel is open, the person has a mandate in force, the mode permits.
2. The address has to lie in the channel.
3. The item is saved in a folder of its own in the workspace, `borttagning/`; nothing disposes of what lies there.
4. The case begins: a row in the register, with the pictures' SHA-256 and a number in the year's collecting case.

Illegal child material is never captured: `report_crime` makes a case of two references, and starts no browser.
"""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.async_api import async_playwright
from sqlalchemy.orm import Session

from capture.artefacts import PROGRAM
from capture.items import Item
from capture.removal.absence import Sighting, Wanted, look_for
from capture.removal.saving import SavedItem, save_item
from capture.removal.visit import ALONE, WATCHED, Visitor
from capture.walk import Pace, load_profiles
from flows import opening, permitting, settings
from flows.clock import now
from flows.permitting import Leave, Wish
from flows.settings import Settings
from register import address
from register.capturing import Found
from register.case_words import CaseKind, Measure, ShownBefore
from register.errors import BadInputError, NotAllowedError
from register.language import Text, swedish_time
from register.removal import course, keeping
from register.removal.course import Said
from register.removal.keeping import FOLDER
from register.store.cases import RemovalCase
from register.store.opening import opened

_NOTHING = Text("Inget har samlats in och inget ärende är påbörjat.", "Nothing was captured, and no case was begun.")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what no database takes


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done: by `who`, in which `channel` (its entry, name or address), on the terms of which settings.

    `attended`: with a person at the screen whatever the register says.
    """

    channel: str
    who: str
    workspace: Path
    settings: Path | None = None
    attended: bool = False


@dataclass(frozen=True, kw_only=True)
class Save:
    """What is to be saved: its address; `hidden`: it is unpublished already; `own`: the municipality wrote it.

    `discovered` is when somebody found it (aware), None: now.
    """

    permalink: str
    hidden: bool = False
    own: bool = False
    discovered: datetime | None = None


async def save(order: Order, wanted: Save) -> RemovalCase:
    """Save an item and begin its case; see the module.

    Raises:
        NotAllowedError: the register does not let it be done.
        BadInputError: the address is not the channel's, or an open case has it already, or it was found in the future.
        KanalarkivError: the channel, the page or the browser did not allow it; see `capture.removal.saving`.
    """
    began = now()
    declared = settings.load(order.settings)
    leave, found = _leave(order, declared, began)
    _lies_in(found, wanted.permalink)
    if wanted.discovered is not None and wanted.discovered > began:
        raise _unusable(Text("Den tiden har inte kommit.", "That time has not come."))
    with opened(leave.database) as store, store.reading() as session:
        _not_saved_already(session, found, wanted.permalink)
    seen = opening.seat(leave.permit, declared, wanted.permalink)
    with _folder(order.workspace) as folder:
        async with async_playwright() as playwright, seen.open_page(playwright) as page:
            saved = await save_item(page, wanted.permalink, folder, _visitor(leave, seen, found))
        return _begun(saved, wanted, began, leave, order.workspace)


def _begun(saved: SavedItem, wanted: Save, began: datetime, leave: Leave, workspace: Path) -> RemovalCase:
    """Enter the case of what was saved."""
    found = _found(leave)
    with opened(leave.database) as store, store.writing() as session:
        _not_saved_already(session, found, saved.item.key)
        place = keeping.next_place(session, found.basis.channel, saved.saved)
        case = _case(saved, place, wanted, began, found, workspace)
        session.add(case)
    return case


async def look(order: Order, entry: str) -> RemovalCase:
    """Look for a case's item where it stood, and enter what came of it.

    Raises:
        NotAllowedError: the register does not let it be done.
        BadInputError: there is no such case, or it has no address.
        KanalarkivError: the browser was lost; nothing is entered then.
    """
    declared = settings.load(order.settings)
    at = now()
    leave, found = _leave(order, declared, at)
    with opened(leave.database) as store, store.reading() as session:
        case = keeping.case_of(session, entry, at)
    if case.kind == CaseKind.CRIME or case.item_key is None or case.post_key is None:
        raise _unusable(Text(f"Ärende {entry} har ingen adress att titta på.", f"{entry} has no address to look at."))
    wanted = Wanted(
        permalink=case.permalink,
        post_key=case.post_key,
        channel_url=found.address,
        author=case.author,
        text=case.text,
        hidden=case.measure == Measure.HIDDEN or case.shown == ShownBefore.HIDDEN,
    )
    seen = opening.seat(leave.permit, declared, case.permalink)
    async with async_playwright() as playwright, seen.open_page(playwright) as page:
        sighting = await look_for(page, wanted, _visitor(leave, seen, found))
    return _entered(leave, entry, sighting, by=found.basis.person)


def report_crime(order: Order, reference: str, police_report: str) -> RemovalCase:
    """Begin a case of what may not be looked at: two references, and nothing else. No browser is started.

    Raises:
        NotAllowedError: the register does not let the person act in the channel.
        BadInputError: a text is not fit to be kept.
    """
    at = now()
    leave, found = _leave(replace(order, attended=True), settings.load(order.settings), at)
    course.fit(crime_reference=reference, police_report=police_report)
    with opened(leave.database) as store, store.writing() as session:
        place = keeping.next_place(session, found.basis.channel, at)
        case = RemovalCase(
            entry=place.entry,
            valid_from=at,
            recorded_at=at,
            recorded_by=found.basis.person,
            channel=found.basis.channel,
            kind=CaseKind.CRIME.value,
            permalink="",
            author="",
            text="",
            published_shown="",
            saved=at,
            saved_by=found.basis.person,
            saved_with="",
            pictures=[],
            discovered=at,
            crime_reference=reference,
            police_report=police_report,
            number=place.number,
            collecting_case=place.collecting_case,
        )
        session.add(case)
    return case


def _entered(leave: Leave, entry: str, sighting: Sighting, *, by: str) -> RemovalCase:
    said = Text(_keepable(sighting.said.sv), _keepable(sighting.said.en))
    with opened(leave.database) as store, store.writing() as session:
        case = keeping.case_of(session, entry, sighting.at)
        case = course.looked(case, sighting.result, said, sighting.at, Said(by=by, at=now()))
        session.add(case)
    return case


def _leave(order: Order, declared: Settings | None, at: datetime) -> tuple[Leave, Found]:
    """Ask the register; a case belongs to a channel that stands in it, and to a person with a mandate there."""
    wish = Wish(channel=order.channel, who=order.who, attended=order.attended, workspace=order.workspace)
    leave = permitting.permitted(declared, wish, at=at)
    return leave, _found(leave)


def _found(leave: Leave) -> Found:
    if not isinstance(leave.register, Found):
        raise NotAllowedError(
            happened=Text(
                f"{leave.url} finns inte i kanalregistret, eller så finns inget register.",
                f"{leave.url} is not in the register of channels, or there is no register.",
            ),
            safe=_NOTHING,
            next_step=Text(
                "Ett borttagningsärende hör till en kanal i registret: kanalarkiv register import.",
                "A case of removal belongs to a channel in the register: kanalarkiv register import.",
            ),
        )
    return leave.register


def _visitor(leave: Leave, seen: opening.Seat, found: Found) -> Visitor:
    entry = leave.permit.entry
    known = {profile.name for profile in load_profiles()}
    named = _platform(found)
    return Visitor(
        clock=now,
        platform=named if named in known else None,
        attendant=seen.attendant,
        identity=opening.who_is_to_be_logged_in(leave.permit),
        pace=Pace(least=entry.pace[0], most=entry.pace[1]) if entry is not None and entry.pace is not None else None,
        seconds=WATCHED if leave.permit.attended else ALONE,
        unknown=seen.unknown,
    )


def _lies_in(found: Found, permalink: str) -> None:
    """See that an address is the channel's: below it, or on its server and of a form that its platform gives items.

    Raises:
        BadInputError: it is not.
    """
    try:
        if address.covers(found.address, permalink):
            return
        own, asked = urlsplit(address.canonical(found.address)), urlsplit(address.canonical(permalink))
    except ValueError:
        raise _unusable(Text(f"{permalink} är ingen webbadress.", f"{permalink} is no web address.")) from None
    whole = f"{asked.path}?{asked.query}" if asked.query else asked.path
    if own.netloc == asked.netloc and any(re.search(form, whole) for form in _forms(found)):
        return
    raise NotAllowedError(
        happened=Text(
            f"{permalink} hör inte till kanalen {found.address}.", f"{permalink} is not of the channel {found.address}."
        ),
        safe=_NOTHING,
        next_step=Text(
            "Kopiera adressen från tiden vid inlägget eller kommentaren, i kanalen.",
            "Copy the address from the time beside the post or comment, in the channel.",
        ),
    )


def _forms(found: Found) -> Iterable[str]:
    named = _platform(found)
    return (form for profile in load_profiles() if profile.name == named for form in profile.keys)


def _platform(found: Found) -> str:
    said = found.extract.channel
    return said.platform.casefold() if said is not None else ""


def _not_saved_already(session: Session, found: Found, permalink: str) -> None:
    """See that no case about the same is open.

    Raises:
        BadInputError: one is; it says which.
    """
    for case in keeping.cases(session, at=now(), channel=found.basis.channel):
        if case.closed or course.state(case) is course.State.KEPT or case.permalink != permalink:
            continue
        raise BadInputError(
            happened=Text(
                f"Det är sparat redan: ärende {case.entry}, {swedish_time(case.saved)}.",
                f"It is saved already: case {case.entry}, {swedish_time(case.saved)}.",
            ),
            safe=_NOTHING,
            next_step=Text(
                f"Gå vidare i det: kanalarkiv removal show {case.entry}",
                f"Go on in it: kanalarkiv removal show {case.entry}",
            ),
        )


@contextmanager
def _folder(workspace: Path) -> Iterator[Path]:
    """Give a folder for a case's pictures; where no case came of it nothing of a stranger is left in it."""
    folder = workspace / FOLDER / uuid4().hex[:12]
    folder.mkdir(parents=True)
    with ExitStack() as undone:
        undone.callback(shutil.rmtree, folder)
        yield folder
        undone.pop_all()


def _case(
    saved: SavedItem, place: keeping.Place, wanted: Save, began: datetime, found: Found, workspace: Path
) -> RemovalCase:
    item = saved.item
    replaced: list[str] = []

    def kept(text: str) -> str:
        fit = _keepable(text)
        if fit != text:
            replaced.append(text)
        return fit

    thread = [*_context(saved.above, "above", kept), *_context(saved.below, "below", kept)]
    case = RemovalCase(
        entry=place.entry,
        valid_from=saved.saved,
        recorded_at=saved.saved,
        recorded_by=found.basis.person,
        channel=found.basis.channel,
        kind=item.kind.value,
        permalink=kept(item.key),
        author=kept(item.author),
        text=kept(item.text),
        published_shown=kept(item.published_shown),
        saved=saved.saved,
        saved_by=found.basis.person,
        saved_with=", ".join(filter(None, (PROGRAM, saved.browser, saved.profile))),
        pictures=[
            {
                "path": one.path.relative_to(workspace).as_posix(),
                "sha256": one.sha256,
                "taken": one.taken.isoformat(),
                "alt": one.alt,
            }
            for one in saved.pictures
        ],
        published=item.published,
        answered=next((one for one in reversed(thread) if one["where"] == "above"), None),
        discovered=wanted.discovered or began,
        number=place.number,
        collecting_case=place.collecting_case,
        shown=(ShownBefore.HIDDEN if wanted.hidden else ShownBefore.VISIBLE).value,
        own=wanted.own,
        item_key=kept(item.key),
        post_key=kept(item.post_key),
        thread=thread,
    )
    remarks = [remark.sv for remark in saved.remarks]
    if replaced:
        remarks.append("tecken som ingen databas tar emot är ersatta med U+FFFD")
    case.remarks = "\n".join(_keepable(remark) for remark in remarks) or None
    return case


def _context(items: Iterable[Item], where: str, kept: Callable[[str], str]) -> list[dict[str, str | None]]:
    return [
        {
            "where": where,
            "kind": one.kind.value,
            "key": kept(one.key),
            "author": kept(one.author),
            "text": kept(one.text),
            "published": None if one.published is None else one.published.isoformat(),
            "published_shown": kept(one.published_shown),
        }
        for one in items
    ]


def _keepable(text: str) -> str:
    return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _unusable(happened: Text) -> BadInputError:
    return BadInputError(
        happened=happened, safe=_NOTHING, next_step=Text("Rätta och kör igen.", "Correct it and run again.")
    )
