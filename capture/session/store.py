"""Sessions on disk: one file a channel, encrypted with AES-256-GCM, mode 0600 in a folder of mode 0700.

What a session is of and when it was made can be read without the key, and cannot be altered without it being seen: it
is the *associated data* of the encryption. A file that is moved to another channel's name therefore does not open.
Sessions lie in the user's configuration folder, never in a workspace: nothing that packages or records comes near them.
"""

import base64
import binascii
import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from capture.session import key as keys
from capture.session.errors import SessionError
from capture.session.key import Key
from capture.session.secret import Secret
from register.address import canonical
from register.language import Text, swedish_time

if TYPE_CHECKING:
    from playwright.async_api import StorageState

_VERSION = 1
_NONCE_BYTES = 12  # what GCM is made for


@dataclass(frozen=True, kw_only=True)
class Label:
    """What can be told of a session: the channel's name and address, and when it was made (UTC)."""

    name: str
    address: str
    made: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session that has been opened; `state` is what Playwright's `storage_state` takes."""

    label: Label
    state: "Secret[StorageState]"


def folder() -> Path:
    """Return where the user's sessions are."""
    return keys.home() / "sessioner"


def keep(session: Session, key: Key) -> Path:
    """Encrypt a session and keep it in place of the channel's earlier one; return its file.

    Raises:
        OSError: it cannot be written.
    """
    address = canonical(session.label.address)
    head = {
        "version": _VERSION,
        "namn": session.label.name,
        "adress": address,
        "skapad": session.label.made.astimezone(UTC).isoformat(),
    }
    nonce = os.urandom(_NONCE_BYTES)
    plain = json.dumps(session.state.revealed()).encode()
    sealed = AESGCM(key.value.revealed()).encrypt(nonce, plain, _associated(head))
    body = {"nonce": base64.b64encode(nonce).decode(), "data": base64.b64encode(sealed).decode()}
    path = _file(address)
    keys.private_folder(path.parent)
    keys.write_private(path, json.dumps({**head, **body}, ensure_ascii=False, indent=1).encode())
    return path


def find(address: str) -> Label | None:
    """Return what can be told of the session for the channel at `address`; None where there is none."""
    path = _file(canonical(address))
    return _label(_read(path), path) if path.exists() else None


def kept() -> list[Label]:
    """Return what can be told of every session, by name."""
    found = [_label(_read(path), path) for path in sorted(folder().glob("*.json"))]
    return sorted(found, key=lambda label: label.name.casefold())


def open_for(address: str, key: Key | None) -> Session:
    """Decrypt the session of the channel at `address`.

    Raises:
        SessionError: there is none, the key is missing or another, or the file has been altered or can be read by
            others. No message and no chained error carries anything of what is inside.
    """
    path = _file(canonical(address))
    if not path.exists():
        raise _refused(
            Text(f"Ingen session finns för {address}.", f"There is no session for {address}."),
            Text("Logga in en gång: kanalarkiv login KANAL", "Log in once: kanalarkiv login CHANNEL"),
        )
    keys.see_private(path)
    if key is None:
        raise _refused(
            Text("Nyckeln till sessionen saknas.", "The key to the session is missing."),
            Text(
                f"Ange den i {keys.VARIABLE}, eller logga in på nytt.", f"Give it in {keys.VARIABLE}, or log in anew."
            ),
        )
    content = _read(path)
    label = _label(content, path)
    try:
        nonce, sealed = (base64.b64decode(str(content[part]), validate=True) for part in ("nonce", "data"))
        head = {part: content[part] for part in ("version", "namn", "adress", "skapad")}
        plain = AESGCM(key.value.revealed()).decrypt(nonce, sealed, _associated(head))
    except (InvalidTag, binascii.Error, KeyError, ValueError):
        raise _does_not_open(path, key) from None
    if label.address != canonical(address):
        raise _does_not_open(path, key)
    return Session(label=label, state=Secret(cast("StorageState", json.loads(plain))))


def forget(address: str) -> bool:
    """Remove the session of the channel at `address`; return whether there was one."""
    path = _file(canonical(address))
    found = path.exists()
    path.unlink(missing_ok=True)
    return found


def _file(address: str) -> Path:
    slug = re.sub("[^a-z0-9]+", "-", address.partition("://")[2].lower()).strip("-")[:40].strip("-")
    return folder() / f"{slug}-{sha256(address.encode()).hexdigest()[:12]}.json"


def _associated(head: dict[str, object]) -> bytes:
    return json.dumps(head, sort_keys=True, ensure_ascii=False).encode()


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise _damaged(path) from None
    if not isinstance(content, dict) or content.get("version") != _VERSION:
        raise _damaged(path)
    return content


def _label(content: dict[str, object], path: Path) -> Label:
    try:
        made = datetime.fromisoformat(str(content["skapad"])).astimezone(UTC)
        return Label(name=str(content["namn"]), address=str(content["adress"]), made=made)
    except (KeyError, ValueError):
        raise _damaged(path) from None


def told(label: Label) -> Text:
    """Return when a session was made, in words."""
    made = swedish_time(label.made)
    return Text(f"session från {made}", f"session of {made} (Swedish time)")


def _damaged(path: Path) -> SessionError:
    return _refused(
        Text(f"Sessionsfilen {path} är skadad.", f"The session file {path} is damaged."),
        Text("Ta bort den och logga in på nytt.", "Remove it and log in anew."),
    )


def _does_not_open(path: Path, key: Key) -> SessionError:
    return _refused(
        Text(
            f"Sessionen {path.name} går inte att öppna med nyckeln i {key.place.sv}: den gjordes med en annan, "
            "eller har ändrats.",
            f"The session {path.name} does not open with the key in {key.place.en}: it was made with another, "
            "or has been altered.",
        ),
        Text("Ange rätt nyckel, eller logga in på nytt.", "Give the right key, or log in anew."),
    )


def _refused(happened: Text, next_step: Text) -> SessionError:
    return SessionError(
        happened=happened,
        safe=Text("Kanalen har inte besökts.", "The channel has not been visited."),
        next_step=next_step,
    )
