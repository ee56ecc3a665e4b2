"""Why a walk cannot go on, in words that help: each function gives an error to raise."""

from collections.abc import Sequence

from playwright.async_api import Error as PlaywrightError

from register.errors import (
    BadInputError,
    BrowserLostError,
    ChallengedError,
    ChannelTouchedError,
    ChannelUnreachableError,
    NoPostsError,
)
from register.language import Text

_SAFE = Text(
    "Kanalen har bara lästs: inget på den har ändrats, och det som redan hade sparats ligger kvar.",
    "The channel has only been read: nothing on it was changed, and what had been saved is still there.",
)
_REASONS = {
    "ERR_CONNECTION_REFUSED": Text("servern tar inte emot anslutningar", "the server refuses connections"),
    "ERR_NAME_NOT_RESOLVED": Text("adressens servernamn finns inte", "the server's name does not exist"),
    "ERR_INTERNET_DISCONNECTED": Text("datorn saknar nätförbindelse", "this computer has no network"),
    "ERR_CERT": Text("serverns certifikat godtas inte", "the server's certificate is not accepted"),
    "ERR_TOO_MANY_REDIRECTS": Text("servern skickar runt i en cirkel", "the server redirects in circles"),
    "ERR_ABORTED": Text("adressen ger en fil i stället för en sida", "the address gives a file, not a page"),
    "ERR_EMPTY_RESPONSE": Text("servern svarade inget", "the server answered nothing"),
    "Timeout": Text("servern svarade inte i tid", "the server did not answer in time"),
}
_STATUSES = {
    401: Text("sidan kräver inloggning", "the page demands a login"),
    403: Text("servern nekar åtkomst", "the server denies access"),
    404: Text("sidan finns inte", "there is no such page"),
    410: Text("sidan är borttagen", "the page has been removed"),
}
_CHECK_ADDRESS = Text(
    "Öppna adressen i en vanlig webbläsare. Rätta den om den är fel, annars försök igen senare.",
    "Open the address in an ordinary browser. Correct it if it is wrong; otherwise try again later.",
)


def unreachable(url: str, error: PlaywrightError) -> ChannelUnreachableError:
    """Return the error for a page that never came."""
    reason = next((text for sign, text in _REASONS.items() if sign in error.message), None)
    first_line = error.message.splitlines()[0]
    reason = reason or Text(first_line, first_line)
    return ChannelUnreachableError(
        happened=Text(f"Kanalen {url} kunde inte nås: {reason.sv}.", f"{url} could not be reached: {reason.en}."),
        safe=_SAFE,
        next_step=_CHECK_ADDRESS,
    )


def refused(url: str, status: int) -> ChannelUnreachableError | ChallengedError:
    """Return the error for a page that came with the HTTP status `status` (400 or more)."""
    if status == 429:
        return challenged(url, Text("servern säger att besöken är för många (429)", "too many requests (429)"))
    fault = Text("servern har ett fel", "the server is at fault") if status >= 500 else None
    reason = _STATUSES.get(status) or fault or Text("servern avvisar frågan", "the server rejects the request")
    if status == 401:
        return challenged(url, reason)
    return ChannelUnreachableError(
        happened=Text(
            f"Kanalen {url} kunde inte visas: {reason.sv} (HTTP {status}).",
            f"{url} could not be shown: {reason.en} (HTTP {status}).",
        ),
        safe=_SAFE,
        next_step=_CHECK_ADDRESS,
    )


def challenged(url: str, sign: Text) -> ChallengedError:
    """Return the error for a page that asks for a login or a proof; `sign` is what it was known by."""
    return ChallengedError(
        happened=Text(
            f"Kanalen {url} visas inte utan inloggning eller kontroll ({sign.sv}).",
            f"{url} is not shown without a login or a check ({sign.en}).",
        ),
        safe=_SAFE,
        next_step=Text(
            "En människa behöver logga in eller svara på kontrollen; programmet gör det aldrig. Försök sedan igen.",
            "A person has to log in or answer the check; the program never does. Then try again.",
        ),
    )


def no_posts(url: str) -> NoPostsError:
    """Return the error for a page without posts."""
    return NoPostsError(
        happened=Text(f"Sidan {url} visar inga inlägg.", f"The page {url} shows no posts."),
        safe=_SAFE,
        next_step=Text(
            "Kontrollera i en vanlig webbläsare att adressen är kanalens flöde. Ett tomt resultat lämnas aldrig.",
            "Check in an ordinary browser that the address is the channel's feed. An empty result is never an answer.",
        ),
    )


def no_such_platform(name: str, known: Sequence[str]) -> BadInputError:
    """Return the error for a platform without a profile."""
    listed = ", ".join(known)
    return BadInputError(
        happened=Text(f"Plattformen {name} har ingen profil.", f"The platform {name} has no profile."),
        safe=Text("Inget har besökts.", "Nothing was visited."),
        next_step=Text(
            f"Välj en av {listed}, eller ange ingen: då läses sidan efter roller och namn.",
            f"Choose one of {listed}, or give none: the page is then read by roles and names.",
        ),
    )


def browser_lost(error: PlaywrightError) -> BrowserLostError:
    """Return the error for a browser or page that ended before the walk did."""
    detail = error.message.splitlines()[0]
    return _lost(Text(f"Webbläsaren avslutades: {detail}", f"The browser ended: {detail}"))


def browser_hangs(seconds: float) -> BrowserLostError:
    """Return the error for a page that answers nothing any more."""
    return _lost(
        Text(f"Sidan svarade inte på {seconds:.0f} sekunder.", f"The page did not answer for {seconds:.0f} seconds.")
    )


def restless(url: str, times: int) -> ChannelUnreachableError:
    """Return the error for a page that keeps leaving or reloading itself."""
    return ChannelUnreachableError(
        happened=Text(f"Sidan {url} lämnade sig själv {times} gånger.", f"The page {url} left itself {times} times."),
        safe=_SAFE,
        next_step=_CHECK_ADDRESS,
    )


def touched(url: str, requests: Sequence[str]) -> ChannelTouchedError:
    """Return the error for a walk during which something was sent that changes the channel."""
    said = ", ".join(requests[:5])
    return ChannelTouchedError(
        happened=Text(
            f"Webbläsaren skickade något som kan ha ändrat kanalen {url}: {said}.",
            f"The browser sent something that may have changed {url}: {said}.",
        ),
        safe=Text(
            "Genomgången stoppades genast. Det som redan hade sparats ligger kvar.",
            "The walk was stopped at once. What had been saved is still there.",
        ),
        next_step=Text(
            "Titta på kanalen: ta bort en oavsiktlig gillning, följning eller liknande. Skicka adressen ovan till den "
            "som sköter Kanalarkiv innan kanalen samlas in igen.",
            "Look at the channel: undo a like, a follow or the like. Send the address above to whoever looks after "
            "Kanalarkiv before the channel is captured again.",
        ),
    )


def _lost(happened: Text) -> BrowserLostError:
    return BrowserLostError(
        happened=happened,
        safe=_SAFE,
        next_step=Text(
            "Kör om. Händer det igen: stäng andra program, så att minnet räcker.",
            "Run again. If it happens again: close other programs, so that there is memory enough.",
        ),
    )


def is_lost(error: PlaywrightError) -> bool:
    """Say whether `error` means that the page or the browser is gone."""
    return any(sign in error.message for sign in ("has been closed", "crashed", "Target closed", "Connection closed"))
