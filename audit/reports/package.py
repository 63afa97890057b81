"""The package of a record: the paper, the same as data in every form, and the evidence, in one zip with a manifest."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from audit.reports.record_json import record_json
from audit.reports.record_rows import as_csv, as_ndjson
from audit.reports.record_vcon import as_vcons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from audit.reports.model import CustomerRecord

MANIFEST: Final = "manifest.json"
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_READ_ME: Final = """\
What is in here, for people and for programs.

record*.pdf      the record to read and to print; it says itself how it is checked
record.json      the same, whole and structured
record.ndjson    one JSON object a line for each event that is shown
record.csv       the same as a table; an apostrophe before a cell keeps it from being taken for a formula
vcon/            each conversation and call as a vCon (draft-ietf-vcon-vcon-core)
evidence.json    proves the words, offline, to anybody: see the pages "How to check this document"
manifest.json    the SHA-256 of every file

All of it answers a request for access (GDPR, article 15). The rows marked provided_by_customer are what the person has
provided, in a form that programs read (article 20). What is withheld is not in here; its numbers and the reasons are.
"""


def data_files(record: CustomerRecord, evidence: bytes, tie: Callable[[str, str], UUID]) -> dict[str, bytes]:
    """Return the record in every form of data, by file name."""
    return {
        "README.txt": _READ_ME.encode(),
        "record.json": record_json(record),
        "record.ndjson": as_ndjson(record),
        "record.csv": as_csv(record),
        "evidence.json": evidence,
        **dict(as_vcons(record, tie)),
    }


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the files in one zip, with a manifest of their digests: the same bytes for the same files."""
    told = {name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()}
    manifest = json.dumps({"format": "onrecord.record-package", "version": 1, "files": told}, indent=1).encode() + b"\n"
    whole = io.BytesIO()
    with ZipFile(whole, "w") as archive:
        for name, content in sorted({**files, MANIFEST: manifest}.items()):
            entry = ZipInfo(name, _NO_TIME)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return whole.getvalue()
