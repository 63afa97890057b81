"""A time-stamping authority on this machine: OpenSSL's own responder behind a small server, with a CA made for it."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/root.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """Keys and certificates of an authority in a folder of its own."""

    def __init__(self, folder: Path, *, expired: bool = False) -> None:
        folder.mkdir()
        self.folder = folder
        self.root = folder / "root.pem"
        now = datetime.now(UTC)
        key, ca = _ca("Root of Time", now)
        signer_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        until = now - timedelta(days=1) if expired else now + timedelta(days=30)
        signer = (
            _certificate("Stamps of Time", ca.subject, signer_key.public_key(), now - timedelta(days=60), until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.root.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.key").write_bytes(_pem(signer_key))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))

    def answer(self, request: bytes) -> bytes:
        """Return what OpenSSL answers to a request."""
        query, response = self.folder / "query.tsq", self.folder / "response.tsr"
        query.write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", str(self.folder / "tsa.cnf"), "-queryfile", str(query)]
        subprocess.run([*command, "-out", str(response)], check=True, capture_output=True, timeout=60)  # noqa: S603  # our own words
        return response.read_bytes()

    def attests(self, content: Path, response: Path) -> bool:
        """Return whether OpenSSL finds a time-stamp good: with other eyes than ours."""
        command = ["openssl", "ts", "-verify", "-data", str(content), "-in", str(response), "-CAfile", str(self.root)]
        return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0  # noqa: S603  # our own words


@dataclass
class Counter:
    """Where an authority takes requests, and how many it was sent."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def answering(answer: Callable[[bytes], bytes], *, status: int = 200) -> Iterator[Counter]:
    """Serve whatever answers a request, on loopback."""
    counter = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            counter.requests.append(request)
            content = answer(request)
            with suppress(OSError):  # Who asked may have gone away.
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        counter.url = f"http://127.0.0.1:{server.server_address[1]}/tsa?kind=any"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield counter
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dallying() -> Iterator[str]:
    """Serve an authority that takes a request and says nothing until it is over."""
    over = Event()

    def wait(_: bytes) -> bytes:
        over.wait(30)
        return b""

    with answering(wait) as counter:
        try:
            yield counter.url
        finally:
            over.set()


def _ca(name: str, now: datetime) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _certificate(name, subject, key.public_key(), now - timedelta(days=90), now + timedelta(days=90))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return key, made.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def _certificate(
    name: str, issuer: x509.Name, key: rsa.RSAPublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def web_server_files(folder: Path) -> tuple[Path, Path, Path]:
    """Write a CA, and the certificate and key of a server on this machine under it; return their files."""
    now = datetime.now(UTC)
    key, ca = _ca("Root of the Web", now)
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = (
        _certificate("localhost", ca.subject, own.public_key(), now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "web-ca.pem", folder / "web.pem", folder / "web.key"
    files[0].write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[2].write_bytes(_pem(own))
    return files
