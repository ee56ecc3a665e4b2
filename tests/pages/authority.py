"""A certificate authority of the tests' own, and keys it has certified."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PASSWORD = b"ett hemligt l\xc3\xb6sen"


class Authority:
    """Certifies keys for ten days around `AT`."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._certified("Provutfärdare", self.key.public_key(), days=20, authority=True)

    def certified(self, key: ec.EllipticCurvePrivateKey, *, days: int = 10, signs: bool = True) -> x509.Certificate:
        """Return a certificate that ends so many days after `AT`, before which it began."""
        return self._certified("Exempelköpings kommun", key.public_key(), days=days, signs=signs)

    def pkcs12(self, path: Path, *, days: int = 10, signs: bool = True) -> Path:
        """Write a new key with its certificates as PKCS#12 under `PASSWORD`."""
        key = ec.generate_private_key(ec.SECP256R1())
        own = self.certified(key, days=days, signs=signs)
        locked = BestAvailableEncryption(PASSWORD)
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"sigill", key, own, [self.certificate], locked))
        return path

    def _certified(
        self, name: str, key: ec.EllipticCurvePublicKey, *, days: int, authority: bool = False, signs: bool = True
    ) -> x509.Certificate:
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Provutfärdare")]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT - timedelta(days=40))
            .not_valid_after(AT + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=signs and not authority,
                    content_commitment=signs and not authority,
                    key_cert_sign=authority,
                    crl_sign=authority or not signs,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )


def pem(key: ec.EllipticCurvePrivateKey, path: Path, password: bytes | None = None) -> Path:
    """Write a key as PEM."""
    locked = NoEncryption() if password is None else BestAvailableEncryption(password)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return path
