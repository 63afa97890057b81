"""Certificates that documents are sealed with: one from outside, or one the archive made under the key of its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from audit.domain.errors import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from audit.evidence.keys import SigningKey, VerifierKey

BITS: Final = 3072
"""RSA, because pyHanko marks a file with any other key as PDF 2.0, which PDF/A-3 is not."""
_LIFE: Final = timedelta(days=365 * 20)
_NAME_MAX: Final = 64
_BEFORE: Final = timedelta(days=1)
_USES: Final = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True)
class Credentials:
    """A private key and the certificates that speak for it, its own first. ``passphrase`` opens nothing any more."""

    key: PrivateKeyTypes
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]


def house_credentials(log_key: SigningKey, *, at: datetime) -> Credentials:
    """Make a key of its own for documents, with a certificate that the log's key signs.

    Whoever trusts the log's key can therefore tell that the archive sealed a document (RFC 8410, Ed25519); who runs the
    archive, no certificate of its own can say.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    issuer_key = ed25519.Ed25519PrivateKey.from_private_bytes(log_key.seed)
    issuer = _named(log_key.name, "log key of an On Record archive")
    root = _issued(issuer, issuer, issuer_key.public_key(), at, authority=True).sign(issuer_key, None)
    subject = _named(log_key.name, "seal of an On Record archive")
    own = _issued(subject, issuer, private.public_key(), at, authority=False)
    return Credentials(private, (own.sign(issuer_key, None), root))


def as_pem(credentials: Credentials) -> bytes:
    """Return key and certificates as PEM, to be kept where nobody else can read them."""
    key = credentials.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in credentials.chain)


def read_credentials(path: Path, passphrase: str | None) -> Credentials:
    """Read a key with its certificates from a PKCS 12 or a PEM file. Raises Unreadable with what to do."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read ({error.strerror}): name a file with a key that can.") from None
    secret = passphrase.encode() if passphrase else None
    try:
        key, chain = _pem(content, secret) if b"-----BEGIN" in content else _pkcs12(content, secret)
    except (ValueError, TypeError) as fault:
        raise Unreadable(
            f"{path} gives no key and certificate ({fault}): give a PKCS 12 or PEM file and its passphrase."
        ) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise Unreadable(f"{path} holds a key of a kind that signs no documents: take RSA, ECDSA or Ed25519.")
    mine = key.public_key()
    own = next((one for one in chain if one.public_key() == mine), None)
    if own is None:
        raise Unreadable(f"{path} holds no certificate for its key: put both into one file.")
    return Credentials(key, (own, *(one for one in chain if one != own)))


def speaks_for_log(certificate: x509.Certificate, log_key: VerifierKey) -> bool:
    """Return whether the log's key signed this certificate."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(log_key.public).verify(
            certificate.signature, certificate.tbs_certificate_bytes
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the certificate, in hexadecimal: what one compares."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _pem(content: bytes, secret: bytes | None) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    return serialization.load_pem_private_key(content, secret), x509.load_pem_x509_certificates(content)


def _pkcs12(content: bytes, secret: bytes | None) -> tuple[PrivateKeyTypes | None, list[x509.Certificate]]:
    key, own, others = pkcs12.load_key_and_certificates(content, secret)
    return key, [*([own] if own else []), *others]


def _named(origin: str, unit: str) -> x509.Name:
    name = x509.NameAttribute(x509.NameOID.COMMON_NAME, origin[:_NAME_MAX])
    return x509.Name([name, x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, unit)])


def _issued(
    subject: x509.Name,
    issuer: x509.Name,
    public: rsa.RSAPublicKey | ed25519.Ed25519PublicKey,
    at: datetime,
    *,
    authority: bool,
) -> x509.CertificateBuilder:
    at = at.astimezone(UTC)
    usage = dict.fromkeys(_USES, False)
    usage |= {"key_cert_sign": True} if authority else {"digital_signature": True, "content_commitment": True}
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BEFORE)
        .not_valid_after(at + _LIFE)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
