"""What both compilers must mean alike: stretches of time as ids, and which words must be near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_

from audit.language.analysis import phrase
from audit.language.words import GAP

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from audit.projections.search.query import DateRange

_LOW_BITS: Final = 20


def ids_between(key: ColumnElement[int], dates: DateRange) -> ColumnElement[bool]:
    """Return the condition that a text was said in that time: its id begins with the moment."""
    limits = []
    if dates.first is not None:
        limits.append(key >= dates.first << _LOW_BITS)
    if dates.end is not None:
        limits.append(key < dates.end << _LOW_BITS)
    return and_(*limits)


def near_words(words: str) -> list[str]:
    """Return the different words that must stand near each other."""
    return [token for token in dict.fromkeys(phrase(words)) if token != GAP]
