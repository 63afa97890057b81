"""Signing a document (PAdES, ETSI EN 319 142-1) by adding to it: the bytes it had stay its beginning, as they were."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from asn1crypto import keys, tsp  # type: ignore[import-untyped]  # it comes without types
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from audit.domain.errors import Unavailable
from audit.reports.certificates import Credentials
from audit.reports.signature_fields import COUNTERSIGNATURE, SEAL

Attest = Callable[[bytes], bytes]
"""Takes the DER of a time-stamp request, and returns that of an answer shown to be good (RFC 3161)."""
_RESERVED: Final = 24_576
"""Bytes kept free for a signature: one with a time-stamp and its certificates takes 18 kB."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Whose signatures a document gets: the archive's seal, a supervisor's beside it, a time-stamp on the last."""

    seal: Credentials
    countersignature: Credentials | None = None
    attest: Attest | None = None


def sign(pdf: bytes, signing: Signing) -> bytes:
    """Return the document with its signatures in the fields made for them. Raises Unavailable."""
    signed = _signed(pdf, SEAL, signing.seal, None if signing.countersignature else signing.attest)
    if signing.countersignature is not None:
        signed = _signed(signed, COUNTERSIGNATURE, signing.countersignature, signing.attest)
    return signed


def _signed(pdf: bytes, field: str, credentials: Credentials, attest: Attest | None) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    # The maintainer's own way to leave Producer and XMP as the page's engine wrote them, which must agree (PDF/A, 6.6).
    cast("Any", writer)._update_meta = lambda: None  # noqa: SLF001  # there is no public switch
    is_edwards = isinstance(credentials.key, ed25519.Ed25519PrivateKey)
    asked = PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha512" if is_edwards else "sha256",
    )
    stamper = None if attest is None else _Attested(attest)
    try:
        signer = PdfSigner(asked, _signer(credentials), timestamper=stamper)
        out = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=_RESERVED)
    except (SigningError, PdfError) as fault:
        raise Unavailable(
            f"The document could not be signed ({fault}): look at the key, or print --unsigned."
        ) from fault
    return bytes(out.getbuffer())


def _signer(credentials: Credentials) -> SimpleSigner:
    own, *others = [asn1.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in credentials.chain]
    store = cast("Any", SimpleCertificateStore)()  # it comes without types
    store.register_multiple([own, *others])
    key = credentials.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(signing_cert=own, signing_key=keys.PrivateKeyInfo.load(key), cert_registry=store)


class _Attested(TimeStamper):
    """Asks for a time-stamp by the way the house has for its checkpoints."""

    def __init__(self, attest: Attest) -> None:
        cast("Any", super()).__init__()  # it comes without types
        self._attest = attest

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._attest(req.dump()))
