"""A real mail server on the loopback, which takes letters or turns them away as a test wants."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from socket import socket
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from audit.reports.post.smtp import NO_TLS, STARTTLS, Relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "a long secret of the relay"


@dataclass
class Post:
    """What came in, and what the server answers: to an address, and to a whole letter."""

    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    to_address: str = "250 OK"
    to_letter: str | None = "250 2.0.0 queued as 7"
    """None drops the connection after the letter, without an answer."""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd looks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.to_address.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return self.to_address

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd looks for this name
        self.letters.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        self.options += envelope.mail_options
        if self.to_letter is None:
            server.transport.abort()
            await asyncio.sleep(0)
            return "250 nobody hears this"
        return self.to_letter

    def authenticate(self, *given: Any) -> AuthResult:
        login = given[-1]
        assert isinstance(login, LoginPassword)
        self.logins.append(login.login.decode())
        return AuthResult(success=login.password.decode() == PASSWORD, handled=False)


@contextmanager
def served(post: Post, *, tls: ssl.SSLContext | None = None) -> Iterator[Relay]:
    """Run the server for a while; with ``tls`` it demands STARTTLS and a login."""
    more: dict[str, Any] = {"enable_SMTPUTF8": True}
    if tls is not None:
        more |= {
            "tls_context": tls,
            "require_starttls": True,
            "authenticator": post.authenticate,
            "auth_required": True,
        }
    port = _free_port()
    controller = Controller(post, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield Relay(
            host="127.0.0.1",
            port=port,
            sender="post@example.com",
            security=NO_TLS if tls is None else STARTTLS,
            seconds=20,
        )
    finally:
        controller.stop()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def trusted(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate of our own for 127.0.0.1; return what a server needs, and the file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "relay.pem", folder / "relay.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
