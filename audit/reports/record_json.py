"""The record of a customer as JSON: the same model that is printed, for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from audit.domain.errors import Unreadable
from audit.reports.edition import Edition
from audit.reports.fonts import engine
from audit.reports.model import CustomerRecord
from audit.reports.press import HOUSE_FONTS

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "onrecord.customer-record"
VERSION: Final = 1
_EDITION: Final = "edition"


def record_json(record: CustomerRecord) -> bytes:
    """Return the record as JSON (UTF-8, RFC 8259), the same bytes for the same record.

    Words stand exactly as recorded; times are RFC 3339 with the offset the source gave.
    """
    return _written(_members(record), indent=1)


def edition_json(record: CustomerRecord, edition: Edition) -> bytes:
    """Return what a printed record is made from: the record, and the edition without its proof, which is another file.

    With it stands what else the bytes depend on, so that whoever makes it again knows whether they have the same.
    """
    told = asdict(edition)
    del told["proof"]
    return _written(_members(record) | {_EDITION: told, "engine": dict(engine(HOUSE_FONTS))}, indent=None)


def read_edition(content: bytes) -> tuple[CustomerRecord, Edition, Mapping[str, str]]:
    """Read what ``edition_json`` wrote. Raises Unreadable."""
    try:
        members = json.loads(content)
        if members["format"] != FORMAT or members["version"] != VERSION:
            raise Unreadable(f"The record is of the form {members['format']} {members['version']}: use what made it.")
        record = msgspec.convert(members, CustomerRecord, strict=False)
        edition = msgspec.convert(members[_EDITION], Edition, strict=False)
        return record, edition, msgspec.convert(members["engine"], dict[str, str])
    except (msgspec.ValidationError, ValueError, TypeError, KeyError, RecursionError) as fault:
        raise Unreadable(f"The attached record.json is not as it was made ({fault}).") from fault


def _members(record: CustomerRecord) -> dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "complete": record.complete, **asdict(record)}


def _written(document: dict[str, Any], *, indent: int | None) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=indent, default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in the model")
