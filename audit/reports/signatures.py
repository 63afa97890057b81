"""The signatures of a document as a stranger reads them: whether they hold, whose they are, what came after them."""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from asn1crypto import x509 as asn1  # type: ignore[import-untyped]  # it comes without types
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from audit.evidence.errors import NotProven
from audit.reports.additions import must_be_signatures, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature that holds. ``attested_at`` is what a time-stamp says that a trusted authority stands behind."""

    field: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    claimed_at: datetime | None
    attested_at: datetime | None


def signatures_of(pdf: bytes, *, stamp_roots: Sequence[x509.Certificate] = ()) -> list[Signed]:
    """Return the signatures of a document, the oldest first.

    Raises NotProven where one does not hold, where anything was changed after it but to add another, or where the
    newest leaves a part of the file out. The certificates are trusted as they stand: whose they are is for others.
    """
    with _quiet():
        try:
            reader = PdfFileReader(io.BytesIO(pdf), strict=False)
            found = [_checked(one, reader, stamp_roots) for one in reader.embedded_signatures]
        except NotProven:
            raise
        except Exception as fault:  # hostile bytes end in the library in any way, and each means this
            raise NotProven(f"The signatures of the file cannot be read ({fault}).") from fault
    return found


def _checked(embedded: Any, reader: PdfFileReader, stamp_roots: Sequence[x509.Certificate]) -> Signed:
    own = embedded.signer_cert
    trusting = ValidationContext(trust_roots=[own], allow_fetching=False)
    stamps = ValidationContext(trust_roots=[_other(one) for one in stamp_roots], allow_fetching=False)
    status: Any = validate_pdf_signature(
        embedded, signer_validation_context=trusting, ts_validation_context=stamps, skip_diff=True
    )
    name = embedded.field_name
    if not (status.intact and status.valid):
        raise NotProven(f"The signature {name} does not hold: the file was changed after it was signed.")
    is_newest = embedded.signed_revision == revisions(reader) - 1
    if status.coverage.name != "ENTIRE_FILE" and (is_newest or status.coverage.name != "ENTIRE_REVISION"):
        raise NotProven(f"The signature {name} does not cover the whole file: something was added to it.")
    must_be_signatures(reader, embedded.signed_revision)
    stamped = status.timestamp_validity
    return Signed(
        field=name,
        certificate=_ours(own),
        chain=tuple(_ours(one) for one in embedded.other_embedded_certs),
        claimed_at=status.signer_reported_dt,
        attested_at=stamped.timestamp if stamped is not None and stamped.trusted and stamped.intact else None,
    )


def _ours(certificate: asn1.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())


def _other(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from printing what it finds: it is raised, once."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)
