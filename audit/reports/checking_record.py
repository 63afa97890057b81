"""Checking a printed record as a stranger does: its signatures, its evidence, its data, and its pages against both."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from audit.domain.errors import AuditError, Unavailable, Unreadable
from audit.evidence.bundle import Proven, trusting_itself, verify_bundle
from audit.evidence.bundle_form import Bundle
from audit.evidence.errors import NotProven
from audit.reports.additions import must_be_signatures
from audit.reports.bundling import attached
from audit.reports.comparing_words import compared_with_evidence, unsaid_on_paper
from audit.reports.fonts import engine
from audit.reports.model import CustomerRecord
from audit.reports.pdf import DATA, EVIDENCE, render
from audit.reports.press import HOUSE_FONTS
from audit.reports.record_json import read_edition
from audit.reports.signatures import Signed, signatures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509

    from audit.evidence.policy import Policy

PDF: Final = b"%PDF-"
_SPACE: Final = re.compile(r"\s+")


@dataclass
class CheckedRecord:
    """What a printed record proves, and what is amiss with it."""

    findings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    signatures: list[Signed] = field(default_factory=list)
    proven: list[Proven] = field(default_factory=list)
    log_key: str = ""
    record: CustomerRecord | None = None
    unproven: list[int] = field(default_factory=list)
    same_bytes: bool = False


def check_record(pdf: bytes, policy: Policy | None, *, stamp_roots: Sequence[x509.Certificate] = ()) -> CheckedRecord:
    """Return what a printed record or slip proves under a policy, or under the key it names itself.

    Raises Unreadable for a file that is no PDF of ours at all.
    """
    files = _attached(pdf)
    if EVIDENCE not in files:
        raise Unreadable("The file has no evidence attached: give a PDF that On Record made, as it was handed out.")
    checked = CheckedRecord()
    try:
        checked.signatures = signatures_of(pdf, stamp_roots=stamp_roots)
    except NotProven as reason:
        checked.findings.append(str(reason))
    try:
        bundle = Bundle.parse(files[EVIDENCE])
        checked.log_key = bundle.log_key
        checked.proven = verify_bundle(bundle, policy or trusting_itself(bundle))
    except NotProven as reason:
        checked.findings.append(f"The evidence does not hold: {reason}")
        return checked
    if DATA in files:
        _check_data(pdf, files, checked)
    else:
        checked.findings += unsaid_on_paper(text_of(pdf), checked.proven)
    return checked


def text_of(pdf: bytes) -> str:
    """Return the text of all pages without any white space, as far as it can be read."""
    try:
        pages = [one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages]
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as fault:
        raise NotProven(f"The pages cannot be read ({fault}): they are not as they were made.") from fault
    return _SPACE.sub("", "".join(pages))


def _attached(pdf: bytes) -> Mapping[str, bytes]:
    if not pdf.startswith(PDF):
        raise Unreadable("The file is no PDF: give the file that onrecord record wrote.")
    try:
        return {name: contents[0] for name, contents in PdfReader(io.BytesIO(pdf)).attachments.items() if contents}
    except Exception as fault:  # hostile bytes end in the library in any way, and each means this
        raise Unreadable(f"The file is damaged, or no PDF that can be read ({fault}): take it once more.") from fault


def _check_data(pdf: bytes, files: Mapping[str, bytes], checked: CheckedRecord) -> None:
    """Compare the data with the evidence, then make the pages anew from the data and compare them."""
    try:
        record, edition, tools = read_edition(files[DATA])
    except Unreadable as fault:
        checked.findings.append(str(fault))
        return
    checked.record = record
    compared = compared_with_evidence(record, checked.proven, whole=edition.volume.count == 1)
    checked.findings += compared.findings
    checked.unproven = compared.unproven
    try:
        again = render(record, attachments=[attached(files[EVIDENCE])], edition=replace(edition, proof=None))
    except Unavailable as fault:
        checked.remarks.append(f"The pages were not made anew ({fault}) and only the words were looked for.")
        checked.findings += unsaid_on_paper(text_of(pdf), checked.proven)
        return
    except AuditError as fault:
        checked.findings.append(f"The pages cannot be made from the attached data: {fault}")
        return
    checked.findings += _pages(pdf, again.pdf, checked, same_tools=dict(engine(HOUSE_FONTS)) == dict(tools))


def _pages(pdf: bytes, again: bytes, checked: CheckedRecord, *, same_tools: bool) -> list[str]:
    if pdf.startswith(again):
        checked.same_bytes = True
        try:
            must_be_signatures(PdfFileReader(io.BytesIO(pdf), strict=False), 0)
        except NotProven as reason:
            return [str(reason)]
        except Exception as fault:  # noqa: BLE001  # hostile bytes end in the library in any way, and each means this
            return [f"What was added to the file cannot be read ({fault})."]
        return []
    if same_tools:
        return [_first_difference(pdf, again)]
    checked.remarks.append(
        "The file was made with other versions of its tools than are here, so its words were compared, not its bytes."
    )
    try:
        return unsaid_on_paper(text_of(pdf), checked.proven)
    except NotProven as reason:
        return [str(reason)]


def _first_difference(pdf: bytes, again: bytes) -> str:
    try:
        ours, theirs = ([one.extract_text() for one in PdfReader(io.BytesIO(each)).pages] for each in (again, pdf))
    except Exception:  # noqa: BLE001  # hostile bytes end in the library in any way, and each means this
        return "The pages cannot be read: they are not as they were made."
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if one != other:
            return f"Page {number} does not say what the attached data say: {_around(one, other)}"
    if len(ours) != len(theirs):
        return f"The file has {len(theirs)} pages, and the attached data make {len(ours)}."
    return "The file is not the one that the attached data make, though its words are: something unseen was changed."


def _around(one: str, other: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    shown = slice(max(0, at - 20), at + 20)
    return f"{other[shown]!r} stands where {one[shown]!r} should."
