"""Time stamps by RFC 3161: that a digest existed at a time, said by somebody who is not us.

A time authority sees a digest and nothing else. What it answers is believed only if the answer is about our digest and
our nonce, and is signed by a certificate for time stamping that leads to a root pinned in the settings. Everybody can
verify it without us: `openssl ts -verify -digest … -in stamp.tsr -CAfile root.pem`.
"""

import base64
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, NoReturn
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, ObjectIdentifier, load_pem_x509_certificates
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from delivery.secrets import Secret
from register.language import Text

_SHA256 = "2.16.840.1.101.3.4.2.1"
_SHA256_DER = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier: SHA-256, no parameters
_LARGEST = 64 << 10  # bytes of an answer; a stamp with its chain is a tenth of it
_PATIENCE = 30  # seconds


class StampError(Exception):
    """No time stamp was obtained, or it is not to be believed. `said` tells why; it holds no secret."""

    def __init__(self, said: Text) -> None:
        """Keep why."""
        self.said = said
        super().__init__(said.en)


@dataclass(frozen=True, kw_only=True)
class TimeAuthority:
    """A time authority (*tidsstämplingstjänst*).

    `roots` are the pinned root certificates, PEM; `intermediates` what its answers do not bring along (an answer that
    brings several certificates must have them in DER's order, which not every authority keeps to). `policy` is the
    policy that its stamps must name, if any. `user` and `password` are for authorities that ask for them; they are sent
    by https, or on this computer, only.

    Raises:
        ValueError: the address is none that can be asked, a root is missing, or a password would be sent in clear.
    """

    name: str
    url: str
    roots: bytes
    intermediates: bytes = b""
    policy: str | None = None
    user: str | None = None
    password: Secret | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what could never be believed, or asked."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError(f"{self.name}: no address of a time authority")
        if not load_pem_x509_certificates(self.roots):
            raise ValueError(f"{self.name}: no root certificate")
        if self.password is not None and parts.scheme != "https" and not _on_this_computer(parts.hostname):
            raise ValueError(f"{self.name}: a password is sent by https only")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A time stamp that was verified. `token` is the whole answer (TimeStampResp, DER); `at` its time, UTC."""

    at: datetime
    serial: int
    policy: str
    token: bytes


def stamp(authority: TimeAuthority, digest: str, *, nonce: int) -> Stamp:
    """Have a digest time stamped, and verify the answer.

    Args:
        authority: Who is asked.
        digest: A SHA-256, lower-case hex.
        nonce: A number that nobody could foresee, of at most 64 bits and more than 0; the answer must repeat it.

    Raises:
        StampError: nothing answers, the authority refuses, or its answer is not to be believed.
    """
    return verify(authority, _asked(authority, request(digest, nonce=nonce)), digest, nonce=nonce)


def verify(authority: TimeAuthority, token: bytes, digest: str, *, nonce: int | None) -> Stamp:
    """Verify an answer: status, signature, chain to the pinned root, use of the certificate, policy, nonce, digest.

    Raises:
        StampError: it is not to be believed.
    """
    try:
        response = decode_timestamp_response(token)
        if response.status != 0:
            _refuse(f"status {response.status}: {'; '.join(response.status_string)}")
        builder = VerifierBuilder(
            roots=load_pem_x509_certificates(authority.roots),
            intermediates=_certificates(authority.intermediates),
            nonce=nonce,
            policy_id=None if authority.policy is None else ObjectIdentifier(authority.policy),
        )
        builder.build().verify(response, bytes.fromhex(digest))
        info = response.tst_info
    except VerificationError as error:
        raise StampError(Text(f"stämpeln går inte att lita på: {error}", f"the stamp is not valid: {error}")) from error
    except ValueError as error:
        raise StampError(Text(f"svaret är ingen tidsstämpel: {error}", f"the answer is no stamp: {error}")) from error
    if info.message_imprint.hash_algorithm != ObjectIdentifier(_SHA256):
        _refuse("imprint is not SHA-256")
    return Stamp(
        at=info.gen_time.astimezone(UTC), serial=info.serial_number, policy=info.policy.dotted_string, token=token
    )


def request(digest: str, *, nonce: int) -> bytes:
    """Return the request (TimeStampReq, RFC 3161 §2.4.1) for a digest, with the certificates asked for along.

    Raises:
        ValueError: the digest is no SHA-256, or the nonce is out of range.
    """
    imprint = bytes.fromhex(digest)
    if len(imprint) != 32 or not 0 < nonce < 1 << 64:
        raise ValueError("a SHA-256 and a nonce of 1 to 64 bits are needed")
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")  # with a leading zero bit: DER's integers have a sign
    return _der(
        0x30,
        b"\x02\x01\x01",  # version 1
        _der(0x30, _SHA256_DER, _der(0x04, imprint)),
        _der(0x02, number),
        b"\x01\x01\xff",  # certReq: true
    )


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes((tag, len(content))) + content  # nothing here is longer than 127 bytes


def _certificates(pem: bytes) -> list[Certificate]:
    return load_pem_x509_certificates(pem) if pem.strip() else []


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A time authority answers where it is asked, or not at all: what is sent may hold a password."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _asked(authority: TimeAuthority, query: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    if authority.password is not None:
        pair = base64.b64encode(f"{authority.user or ''}:{authority.password.reveal()}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    order = urllib.request.Request(authority.url, data=query, headers=headers, method="POST")  # noqa: S310 - see above
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(order, timeout=_PATIENCE) as answer:
            content: bytes = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise StampError(Text(f"{authority.name} svarade {error.code}", f"it answered {error.code}")) from None
    except OSError as error:  # URLError is one
        why = str(getattr(error, "reason", error))
        raise StampError(Text(f"{authority.name} svarar inte: {why}", f"it does not answer: {why}")) from None
    if len(content) > _LARGEST:
        _refuse(f"more than {_LARGEST} bytes")
    return content


def _refuse(why: str) -> NoReturn:
    raise StampError(Text(f"stämpeln går inte att använda: {why}", f"the stamp is unusable: {why}"))


def _on_this_computer(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
