"""A seal on a finished file: PAdES baseline B-B (ETSI EN 319 142-1), invisible, with the authority's own key.

Nothing is fetched: no time stamp, no revocation lists. What is sealed is only added to, and nothing may touch it after.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, load_pem_private_key, pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from register.errors import BadInputError
from register.language import Text

_FIELD, _SPOKEN = "Sigill", "Elektroniskt sigill"
_DIGEST = "sha256"  # with SHA-384 pyHanko makes PDF 2.0 of a file, which no part of PDF/A up to the third may be
_LEAST_RSA = 2048  # bits

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True, eq=False)
class Seal:
    """A key ready to seal with. `at` is the time the seals state, `holder` whom the certificate names.

    `certificate_sha256` identifies the certificate, in lower-case hex. Two seals on the same file are never the same
    bytes.
    """

    at: datetime
    holder: str
    certificate_sha256: str
    _signer: SimpleSigner = field(repr=False)

    @classmethod
    def from_pkcs12(cls, path: Path, password: bytes | None, *, at: datetime) -> Self:
        """Take the key from a PKCS#12 file (.p12, .pfx), with its certificate and those above it.

        Args:
            path: the file.
            password: the file's, if it has one.
            at: aware; the time of sealing, at which the certificate must be in force.

        Raises:
            BadInputError: the file cannot be read, the password is wrong, it holds no key of a kind that seals, or the
                certificate is not the key's, is not in force or is not meant for signing.
        """
        content = _content(path)
        try:
            key, certificate, above = pkcs12.load_key_and_certificates(content, password)
        except (ValueError, TypeError) as fault:
            raise _locked(path) from fault
        if certificate is None:
            raise _unusable(path, Text("den innehåller inget certifikat", "it holds no certificate"))
        return cls._of(path, key, [certificate, *above], at)

    @classmethod
    def from_pem(cls, key: Path, certificate: Path, password: bytes | None, *, at: datetime) -> Self:
        """Take the key from a PEM file, and its certificate from another, in which those above it may follow.

        Args:
            key: the file with the key.
            certificate: the file with the certificates, the key's own first.
            password: the key's, if it has one.
            at: aware; the time of sealing, at which the certificate must be in force.

        Raises:
            BadInputError: as `from_pkcs12`.
        """
        try:
            certificates = x509.load_pem_x509_certificates(_content(certificate))
        except ValueError as fault:
            raise _unusable(
                certificate, Text("den innehåller inget certifikat", "it holds no certificate")
            ) from fault  # fmt: skip
        try:
            secret = load_pem_private_key(_content(key), password)
        except (ValueError, TypeError) as fault:
            raise _locked(key) from fault
        return cls._of(key, secret, certificates, at)

    @classmethod
    def _of(cls, path: Path, key: object, certificates: Sequence[x509.Certificate], at: datetime) -> Self:
        if not isinstance(key, _Key) or key.key_size < (_LEAST_RSA if isinstance(key, rsa.RSAPrivateKey) else 0):
            raise _unusable(
                path,
                Text(
                    f"den innehåller ingen nyckel som kan försegla (RSA, minst {_LEAST_RSA} bitar, eller EC)",
                    f"it holds no key that can seal (RSA, at least {_LEAST_RSA} bits, or EC)",
                ),
            )
        own = certificates[0]
        if own.public_key() != key.public_key():
            raise _unusable(
                path, Text("nyckeln hör inte till certifikatet", "the key does not belong to the certificate")
            )
        _require_in_force(path, own, at)
        _require_for_signing(path, own)
        # pyHanko takes its own kind of keys; an unlocked PKCS#12 in memory is what both know.
        opened = pkcs12.serialize_key_and_certificates(None, key, own, certificates[1:], NoEncryption())
        return cls(
            at=at,
            holder=own.subject.rfc4514_string(),
            certificate_sha256=own.fingerprint(hashes.SHA256()).hex(),
            _signer=SimpleSigner.load_pkcs12_data(opened, other_certs=[]),
        )

    @property
    def described(self) -> str:
        """Whose it is, and which certificate's, as a page says it."""
        return f"{self.holder} (certifikat med SHA-256 {self.certificate_sha256})"

    def apply(self, path: Path) -> None:
        """Seal a PDF where it lies. It is only added to: cut back to its former length it is what it was."""
        described = PdfSignatureMetadata(
            field_name=_FIELD, md_algorithm=_DIGEST, subfilter=SigSeedSubFilter.PADES, embed_validation_info=False
        )
        # PDF/A wants it printed and PDF/UA wants it hidden; outside the page it may be both.
        unseen = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
        place = SigFieldSpec(_FIELD, invis_sig_settings=unseen, readable_field_name=_SPOKEN)
        with path.open("rb+") as file:
            asyncio.run(self._sign(PdfSigner(described, self._signer, new_field_spec=place), _Addition(file)))

    async def _sign(self, signer: PdfSigner, file: IncrementalPdfFileWriter) -> None:
        session = signer.init_signing_session(file)
        session.system_time = self.at.astimezone(UTC)
        session.sig_field[pdf_name("/AP")] = _nothing(file)
        room = await session.estimate_signature_container_size(None, tight=False)
        unsigned = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
        digest, into = unsigned.digest_tbs_document(in_place=True)
        signed = await unsigned.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=session.system_time),
        )
        await signed.post_signature_processing(into)


class _Addition(IncrementalPdfFileWriter):
    """What is added to a file. What the file says of itself stays: it was judged by that."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Leave the version alone: each part of PDF/A has its own, and none knows 2.0."""

    def _update_meta(self) -> None:
        """Leave producer and time of change alone: pyHanko would put in its own, and the time now."""


def _nothing(file: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """Return an appearance that shows nothing: PDF/A-1 wants one of every field (ISO 19005-1, 6.9)."""
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(0)] * 4),  # type: ignore[no-untyped-call]  # pyHanko types it not
        },
        stream_data=b"",
    )
    return generic.DictionaryObject({pdf_name("/N"): file.add_object(form)})  # type: ignore[no-untyped-call]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise _unusable(path, Text("den går inte att läsa", "it cannot be read")) from fault


def _require_in_force(path: Path, certificate: x509.Certificate, at: datetime) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= at <= last:
        days = f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"
        raise _unusable(
            path,
            Text(
                f"certifikatet gäller {days} och alltså inte {at.astimezone(UTC):%Y-%m-%d}",
                f"the certificate is in force {days} and so not on {at.astimezone(UTC):%Y-%m-%d}",
            ),
        )


def _require_for_signing(path: Path, certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return  # then it may be used for anything (RFC 5280, 4.2.1.3)
    if not usage.digital_signature and not usage.content_commitment:
        raise _unusable(
            path, Text("certifikatet är inte avsett för underskrifter", "the certificate is not meant for signing")
        )


def _locked(path: Path) -> BadInputError:
    return _unusable(
        path,
        Text(
            "lösenordet är fel, eller så är filen skadad eller av ett annat slag",
            "the password is wrong, or the file is damaged or of another kind",
        ),
    )


def _unusable(path: Path, why: Text) -> BadInputError:
    return BadInputError(
        happened=Text(
            f"Det går inte att försegla med {path.name}: {why.sv}.", f"Cannot seal with {path.name}: {why.en}."
        ),
        safe=Text("Ingenting har förseglats eller ändrats.", "Nothing has been sealed or changed."),
        next_step=Text(
            "Rätta uppgifterna om sigillet, eller stäng av förseglingen.",
            "Correct what is said of the seal, or turn sealing off.",
        ),
    )
