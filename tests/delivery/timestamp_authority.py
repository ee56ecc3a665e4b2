"""A real time authority: `openssl ts` behind a small HTTP server, with a chain of its own."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""
_Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


@dataclass
class Authority:
    """Its folder, root and intermediate certificate (PEM). `answers` is what a bad authority does instead.

    It sends its own certificate along, not the intermediate one: openssl would write the two in an order that DER does
    not allow, and our reader is strict.
    """

    folder: Path
    root: bytes
    chain: bytes
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    answers: Callable[[bytes, "Authority"], tuple[int, bytes]] | None = None

    def reply(self, query: bytes) -> bytes:
        """Return the answer of `openssl ts` to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "query.tsq"]
        done = subprocess.run([*command, "-out", "reply.tsr"], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return (self.folder / "reply.tsr").read_bytes()


def make(folder: Path, *, usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING) -> Authority:
    """Make an authority with a root, an intermediate and a certificate for `usage`."""
    folder.mkdir()
    root = _certificate("rot", None, ca=True)
    middle = _certificate("mellan", root, ca=True)
    signer, key = _certificate("tidsstämpel", middle, ca=False, usage=usage)
    (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "signer.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "chain.pem").write_bytes(middle[0].public_bytes(Encoding.PEM))
    (folder / "root.pem").write_bytes(root[0].public_bytes(Encoding.PEM))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
    return Authority(folder=folder, root=root[0].public_bytes(Encoding.PEM), chain=middle[0].public_bytes(Encoding.PEM))


def _certificate(name: str, issuer: _Pair | None, *, ca: bool, usage: x509.ObjectIdentifier | None = None) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2050, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None:
        of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer[1].public_key())
        builder = builder.add_extension(of_issuer, critical=False)
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(key if issuer is None else issuer[1], hashes.SHA256()), key


@contextmanager
def served(authority: Authority) -> Iterator[Authority]:
    """Let it answer on a port of this computer, for as long as the block lasts."""

    class _Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(dict(self.headers))
            status, answer = (authority.answers or _honest)(query, authority)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Location", authority.url)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), _Desk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        authority.url = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def _honest(query: bytes, authority: Authority) -> tuple[int, bytes]:
    return 200, authority.reply(query)
