"""``onrecord verify --record``: what a printed record proves, to somebody who may have no archive at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.cli.commands.verify_bundle import trusted_from
from audit.cli.session import Answer
from audit.evidence.keys import VerifierKey
from audit.reports.certificates import fingerprint, speaks_for_log
from audit.reports.checking_record import check_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from audit.evidence.policy import Policy
    from audit.reports.checking_record import CheckedRecord
    from audit.reports.signatures import Signed

_TAMPERED = 1
_UNANCHORED = 2
_LISTED = 20


def check_paper(
    pdf: bytes, policy: Policy | None, log_keys: Sequence[str], roots: Sequence[x509.Certificate]
) -> Answer:
    """Return what a printed record or slip proves under a policy and keys from outside.

    Raises Unreadable for a file that is none, and for keys that cannot be read.
    """
    trusted = trusted_from(policy, log_keys)
    checked = check_record(pdf, trusted, stamp_roots=roots)
    keys = [VerifierKey.parse(one.strip()) for one in log_keys]
    signatures = [_told(one, keys) for one in checked.signatures]
    vouched = any(one["by_log_key"] for one in signatures)
    anchored = trusted is not None
    status = (
        "tampered" if checked.findings else "proven" if anchored and _all_proven(checked, vouched) else "unanchored"
    )
    facts: dict[str, Any] = {
        "status": status,
        "findings": [{"position": None, "what": one} for one in checked.findings],
        "signatures": signatures,
        "log_key": checked.log_key,
        "events": len(checked.proven),
        "unproven": checked.unproven,
        "complete": checked.record.complete if checked.record else None,
        "same_bytes": checked.same_bytes,
        "remarks": [*checked.remarks, *_remarks(checked, signatures, vouched=vouched)],
    }
    code = {"tampered": _TAMPERED, "proven": 0, "unanchored": _UNANCHORED}[status]
    return Answer(facts=facts, words="\n".join(_words(checked, facts, anchored=anchored)), code=code)


def _all_proven(checked: CheckedRecord, vouched: bool) -> bool:
    """Return whether every word is proven: by the evidence, or by the seal of an archive whose key is trusted."""
    return vouched or not checked.unproven


def _told(one: Signed, keys: Sequence[VerifierKey]) -> dict[str, Any]:
    return {
        "field": one.field,
        "subject": one.certificate.subject.rfc4514_string(),
        "issuer": one.certificate.issuer.rfc4514_string(),
        "certificate_sha256": fingerprint(one.certificate),
        "by_log_key": any(speaks_for_log(one.certificate, key) for key in keys),
        "claimed_at": one.claimed_at.isoformat() if one.claimed_at else None,
        "attested_at": one.attested_at.isoformat() if one.attested_at else None,
    }


def _remarks(checked: CheckedRecord, signatures: list[dict[str, Any]], *, vouched: bool) -> list[str]:
    remarks = []
    if not signatures and not checked.findings:
        remarks.append("The file is not signed: what is proven rests on its evidence alone.")
    if signatures and not vouched:
        remarks.append(
            "The certificate of the signature was not compared with anything: ask whose it is by another way, and "
            "compare its SHA-256."
        )
    if checked.unproven:
        numbers = ", ".join(map(str, checked.unproven[:_LISTED])) + (" …" if len(checked.unproven) > _LISTED else "")
        by = "vouched for by the seal alone" if vouched else "without proof"
        remarks.append(f"Words of events {numbers} are printed {by}: withheld in part, or sealed anew since.")
    return remarks


def _words(checked: CheckedRecord, facts: dict[str, Any], *, anchored: bool) -> list[str]:
    if checked.findings:
        return [f"TAMPERED: {checked.findings[0]}", *checked.findings[1:]]
    said = [
        f"{one['field']}: signed by {one['subject']}, certificate SHA-256 {one['certificate_sha256']}"
        + (", issued by the log's key." if one["by_log_key"] else ".")
        for one in facts["signatures"]
    ]
    said.append(f"{facts['events']} events in the evidence, which holds; the pages say what it opens.")
    said += facts["remarks"]
    if facts["status"] == "proven":
        return [*said, "PROVEN: these words were in the archive when its checkpoint was signed."]
    if anchored:
        return [*said, "UNANCHORED in part: see above."]
    return [
        *said,
        (
            "UNANCHORED: the file is whole, but who signed it is only what it says itself: ask for the log's key by "
            f"another way and give it with --log-key. It names {checked.log_key}"
        ),
    ]
