"""What pyHanko says of a seal."""

from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import PdfSignatureStatus, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.pages.authority import AT, Authority


def status_of(path: Path, authority: Authority) -> PdfSignatureStatus:
    """Let pyHanko judge the only seal of a file, trusting one authority alone and asking nobody."""
    root = x509.Certificate.load(authority.certificate.public_bytes(Encoding.DER))
    trusted = ValidationContext(trust_roots=[root], moment=AT, allow_fetching=False)
    with path.open("rb") as file:
        (one,) = PdfFileReader(file).embedded_signatures
        assert one.sig_object["/SubFilter"] == SigSeedSubFilter.PADES.value
        return validate_pdf_signature(one, trusted)


def with_one_byte_changed(path: Path, after: bytes, into: Path) -> Path:
    """Write a copy of a file in which the byte is another that ends the last `after`."""
    content = bytearray(path.read_bytes())
    content[content.rindex(after) + len(after) - 1] ^= 1
    into.write_bytes(content)
    return into
