"""Numbers as telephone systems write them: which of them belongs to somebody outside."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"(?:tel:|sip:)?(\+?[0-9][0-9 ().-]{5,28}[0-9])(?:@.{1,200})?", re.ASCII)
_LEAST_DIGITS: Final = 6
"""Shorter numbers are desks of the company's own."""


def outside_number(written: str | None, our_addresses: frozenset[str]) -> str | None:
    """Return the number of somebody outside, its digits and a leading + alone; None for a desk, or for no number."""
    found = _NUMBER.fullmatch(written.strip()) if written else None
    if found is None:
        return None
    number = re.sub(r"[^0-9+]", "", found[1])
    if len(number.lstrip("+")) < _LEAST_DIGITS or number in our_addresses:
        return None
    return number
