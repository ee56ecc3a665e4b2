"""The key that sessions are encrypted with: 32 bytes, and never shown.

It comes from, in this order:

1. the environment variable KANALARKIV_NYCKEL (base64), for a container or a secret store that fills the environment;
2. the systemd credential `kanalarkiv-nyckel` (`LoadCredentialEncrypted=`): the best place on a server, since it is
   bound to the machine and no other service can read it;
3. the file `nyckel` in the user's configuration folder, mode 0600, made at the first login. It keeps a copied session
   or a backup of the sessions alone unreadable, but not from whoever can read all of the user's files.

Decided 2026-11-22: not the operating system's keyring. A server has none running, on Linux it needs D-Bus, and it would
bring four packages for a key that a file of mode 0600 protects as well against other users. It can be added as a fourth
place when a desktop installation asks for it.
"""

import base64
import binascii
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from capture.session.errors import SessionError
from capture.session.secret import Secret
from register.language import Text

VARIABLE = "KANALARKIV_NYCKEL"
CREDENTIAL = "kanalarkiv-nyckel"
_BYTES = 32
_withdrawn: list[Secret[str]] = []


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key, and where it was found."""

    value: Secret[bytes]
    place: Text


def withdraw() -> None:
    """Take the key out of the environment and hold it here.

    Call it first of all: the browser, ffmpeg, Java and Prefect's server inherit the environment.
    """
    value = os.environ.pop(VARIABLE, None)
    if value is not None:
        _withdrawn[:] = [Secret(value)]


def find() -> Key | None:
    """Return the key from wherever it is; None where there is none yet.

    Raises:
        SessionError: what is there is no key, or others can read it.
    """
    withdraw()
    if _withdrawn:
        place = Text(f"miljövariabeln {VARIABLE}", f"the environment variable {VARIABLE}")
        return Key(value=_decoded(_withdrawn[0].revealed(), place), place=place)
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", os.devnull)) / CREDENTIAL
    if credential.is_file():
        return _in_file(credential, Text(f"systemd-referensen {CREDENTIAL}", f"the systemd credential {CREDENTIAL}"))
    if key_file().exists():
        see_private(key_file())
        return _in_file(key_file(), Text(str(key_file()), str(key_file())))
    return None


def find_or_make() -> Key:
    """Return the key, having made the file with one where there was none.

    Raises:
        SessionError: as `find`.
        OSError: the file cannot be written.
    """
    found = find()
    if found is not None:
        return found
    private_folder(key_file().parent)
    write_private(key_file(), base64.b64encode(secrets.token_bytes(_BYTES)) + b"\n")
    made = find()
    assert made is not None  # noqa: S101 - it was written on the line above
    return made


def home() -> Path:
    """Return the user's configuration folder for Kanalarkiv; XDG_CONFIG_HOME decides on every system that sets it."""
    chosen = os.environ.get("XDG_CONFIG_HOME")
    if chosen:
        return Path(chosen) / "kanalarkiv"
    if sys.platform == "win32":
        return Path(os.environ["APPDATA"]) / "kanalarkiv"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "kanalarkiv"
    return Path.home() / ".config" / "kanalarkiv"


def key_file() -> Path:
    """Return where the key file is, or would be."""
    return home() / "nyckel"


def private_folder(folder: Path) -> None:
    """Make `folder`, mode 0700; one that is there already is closed to others."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, from its first byte on, and that is always whole."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def see_private(path: Path) -> None:
    """See that only the owner can read `path`; on Windows, where modes say nothing, the user's folder sees to that.

    Raises:
        SessionError: others can.
    """
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SessionError(
            happened=Text(f"Filen {path} kan läsas av andra än dig.", f"Others than you can read the file {path}."),
            safe=Text("Den har inte använts.", "It was not used."),
            next_step=Text(
                f"Kör chmod 600 {path}. Kan någon ha läst den: kanalarkiv session forget, och logga in på nytt.",
                f"Run chmod 600 {path}. If somebody may have read it: kanalarkiv session forget, and log in anew.",
            ),
        )


def _in_file(path: Path, place: Text) -> Key:
    try:
        content = path.read_text(encoding="ascii")
    except UnicodeDecodeError:
        raise _no_key(place) from None  # the error would carry the bytes
    return Key(value=_decoded(content, place), place=place)


def _decoded(text: str, place: Text) -> Secret[bytes]:
    try:
        value = base64.b64decode(text.strip().translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        raise _no_key(place) from None
    if len(value) != _BYTES:
        raise _no_key(place)
    return Secret(value)


def _no_key(place: Text) -> SessionError:
    return SessionError(
        happened=Text(
            f"Det som ligger i {place.sv} är ingen nyckel (32 byte i base64).",
            f"What is in {place.en} is no key (32 bytes in base64).",
        ),
        safe=Text("Inga sessioner har öppnats eller ändrats.", "No session was opened or changed."),
        next_step=Text(
            "Lägg dit nyckeln som sessionerna gjordes med. En ny görs med: openssl rand -base64 32",
            "Put the key there that the sessions were made with. A new one: openssl rand -base64 32",
        ),
    )
