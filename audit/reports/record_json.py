"""The record of a customer as JSON: the same model that is printed, for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from audit.reports.model import CustomerRecord

FORMAT: Final = "onrecord.customer-record"
VERSION: Final = 1


def record_json(record: CustomerRecord) -> bytes:
    """Return the record as JSON (UTF-8, RFC 8259), the same bytes for the same record.

    Words stand exactly as recorded; times are RFC 3339 with the offset the source gave.
    """
    document = {"format": FORMAT, "version": VERSION, "complete": record.complete, **asdict(record)}
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in the model")
