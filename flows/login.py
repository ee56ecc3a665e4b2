"""Sessions and the channels of the settings, from the command line: log in once, see what there is, forget it.

Nothing here is a flow: no Prefect sees a session, not even as a parameter.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from playwright.async_api import async_playwright

from capture.programs import chromium
from capture.session import key, store
from capture.session.attended import Person, Word
from capture.session.entry import ChannelEntry, Mode
from capture.session.errors import SessionError
from capture.session.login import made_by_hand
from capture.session.permit import Permit
from flows.settings import FILE_NAME, Settings
from register.language import Text

Say = Callable[[Text], None]


async def log_in(entry: ChannelEntry, person: Person, *, clock: Callable[[], datetime]) -> Path:
    """Let the person log in to a channel of the register in a browser that they see, and keep the session.

    Args:
        entry: the channel.
        person: whoever logs in.
        clock: gives the time, UTC.

    Returns:
        The session's file.

    Raises:
        NoDisplayError: there is no screen.
        SessionError: the person gave it up, or there is nothing to keep.
        KanalarkivError: the browser, the channel or the key was not there.
    """
    chromium.require_display()
    had_a_key = key.find() is not None
    found = key.find_or_make()
    if not had_a_key:
        person.tell(
            Text(
                f"En nyckel till sessionerna har gjorts: {found.place.sv}. Den som har både den och sessionen är "
                "inloggad som kontot.",
                f"A key to the sessions was made: {found.place.en}. Whoever has both it and the session is logged in "
                "as the account.",
            )
        )

    async def done() -> bool:
        person.tell(_LOG_IN)
        return await person.says() is Word.SWITCH

    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright, headless=False)
        try:
            state = await made_by_hand(browser, entry.address, done=done)
        finally:
            await browser.close()
    label = store.Label(name=entry.name, address=entry.address, made=clock())
    return store.keep(store.Session(label=label, state=state), found)


def session_for(permit: Permit) -> store.Session | None:
    """Return the session that a capture is to be made with; None where it is made without one.

    Raises:
        SessionError: one is needed, and there is none that opens.
    """
    if permit.entry is None or not permit.needs_session:
        return None
    return store.open_for(permit.entry.address, key.find())


def tell_kept(path: Path, entry: ChannelEntry, say: Say) -> None:
    """Say that a session was kept and where, and whether the settings have any use for it."""
    say(
        Text(
            f"Sessionen för {entry.name} är sparad, krypterad: {path}",
            f"The session for {entry.name} is kept, encrypted: {path}",
        )
    )
    if entry.mode is Mode.ASSISTED or not entry.login:
        say(
            Text(
                "Den används först när kanalarkiv.toml säger inloggning = true för kanalen, och den dokumenteras "
                "automatiskt (läget i registret; utan register: lage = automatisk).",
                "It is used only when kanalarkiv.toml says inloggning = true for the channel, and it is captured "
                "automatically (its mode in the register; without one: lage = automatisk).",
            )
        )


def tell_sessions(say: Say) -> None:
    """Say which sessions there are, and when they were made."""
    labels = store.kept()
    for label in labels:
        told = store.told(label)
        say(Text(f"{label.name}  {told.sv}  {label.address}", f"{label.name}  {told.en}  {label.address}"))
    if not labels:
        say(Text("Inga sessioner finns.", "There are no sessions."))


def forget(word: str, say: Say) -> None:
    """Remove the session that `word` names: the channel's name when it was made, or its address.

    Raises:
        SessionError: there is none.
    """
    for label in store.kept():
        if word.casefold() == label.name.casefold() or word.rstrip("/") == label.address.rstrip("/"):
            store.forget(label.address)
            say(
                Text(
                    f"Sessionen för {label.name} är borttagen här. Logga även ut den på plattformen.",
                    f"The session for {label.name} is removed here. Log it out on the platform, too.",
                )
            )
            return
    raise SessionError(
        happened=Text(f"Ingen session finns för {word}.", f"There is no session for {word}."),
        safe=Text("Inget har ändrats.", "Nothing was changed."),
        next_step=Text("kanalarkiv session list visar dem som finns.", "kanalarkiv session list shows what there is."),
    )


def tell_channels(declared: Settings | None, say: Say, *, today: date) -> None:
    """Say which channels the settings have: mode, decision and session of each."""
    for entry in declared.kanal if declared else ():
        terms, session = _terms(entry, today), _session(entry)
        say(Text(f"{entry.name}  ({entry.platform})", f"{entry.name}  ({entry.platform})"))
        say(Text(f"    {entry.address}", f"    {entry.address}"))
        say(Text(f"    {terms.sv}; {session.sv}", f"    {terms.en}; {session.en}"))
    if not declared or not declared.kanal:
        say(
            Text(
                f"Kanalregistret är tomt: inga [[kanal]] i {FILE_NAME}.",
                f"The register of channels is empty: no [[kanal]] in {FILE_NAME}.",
            )
        )


def _terms(entry: ChannelEntry, today: date) -> Text:
    if entry.mode is Mode.ASSISTED:
        return Text("assisterad", "assisted")
    reason = entry.refusal(today)
    if reason is not None:
        return Text(f"automatisk, FÅR INTE: {reason.sv}", f"automatic, MAY NOT: {reason.en}")
    assert entry.permission is not None  # noqa: S101 - without one there is a reason
    said = f"{entry.permission.diary_number}, {entry.permission.decided_by} {entry.permission.decided}"
    return Text(f"automatisk enligt {said}", f"automatic by {said}")


def _session(entry: ChannelEntry) -> Text:
    if not entry.login:
        return Text("utan inloggning", "without a login")
    label = store.find(entry.address)
    if label is not None:
        return store.told(label)
    if entry.mode is Mode.ASSISTED:
        return Text("inloggning i egen webbläsare", "login in one's own browser")
    return Text("SESSION SAKNAS: kanalarkiv login", "NO SESSION: kanalarkiv login")


_LOG_IN = Text(
    "Logga in i webbläsaren, tills kanalen visas som den ska. Enter när det är gjort (eller stäng fönstret); "
    "q och Enter avbryter. Lösenordet sparas inte.",
    "Log in in the browser, until the channel is shown as it should be. Enter when it is done (or close the window); "
    "q and Enter gives up. The password is not kept.",
)
