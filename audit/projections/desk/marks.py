"""The marks of a ticket's text: for each code of the rubric the line that shows it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.language.symptoms.find import signs
from audit.projections.desk.rubric import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.projections.desk.saying import Told

_BY_FACT: Final[Mapping[str, str]] = {
    "phone": "contact",
    "email": "contact",
    "address": "where",
    "access": "access",
    "identifier": "identifiers",
    "device": "identifiers",
    "date": "since",
}


class Mark(NamedTuple):
    """Where a text shows something; ``part`` is subject, text, or a field of the helpdesk's own."""

    code: str
    part: str
    start: int
    end: int
    text: str


def marks(part: str, text: str, facts: Iterable[Told]) -> list[Mark]:
    """Return the first mark of each code in a part of a ticket; a fact shows more than a word does."""
    found: dict[str, Mark] = {}
    for one in facts:
        code = _BY_FACT.get(one.kind)
        if code is not None and not one.denied:
            found.setdefault(code, Mark(code, part, one.start, one.end, one.text))
    for sign in signs(text):
        found.setdefault(sign.sign, Mark(sign.sign, part, sign.start, sign.end, sign.text))
    return [found[code] for code in CODES if code in found]


def first_of_each(found: Iterable[Mark]) -> list[Mark]:
    """Return of all parts' marks one of each code, in the order of the rubric."""
    first: dict[str, Mark] = {}
    for one in found:
        first.setdefault(one.code, one)
    return [first[code] for code in CODES if code in first]


def as_bits(found: Iterable[Mark]) -> int:
    """Return the codes that were found as one number."""
    return sum(1 << CODES.index(one.code) for one in found)


def from_bits(bits: int) -> frozenset[str]:
    return frozenset(code for place, code in enumerate(CODES) if bits & 1 << place)
