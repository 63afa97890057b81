"""A production: documents handed over under numbers that name them for ever, and no two documents alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from audit.domain.errors import Refused
from audit.domain.event import Event, Personal


@dataclass(frozen=True, kw_only=True)
class ProductionNumbered(Event):
    """The numbers ``first`` to ``last`` of a prefix stand for these documents from now on.

    ``digest`` is the SHA-256, in hexadecimal, of the list of what they stand for, ``position`` the event up to which
    was searched; the prefix is in the id of the stream.
    """

    TOPIC = "production.numbered"
    OWN_KEY = True
    first: int
    last: int
    digest: str
    position: int
    query: Personal


ProductionEvent: TypeAlias = ProductionNumbered

LAST_NUMBER: Final = 99_999_999
_PREFIX: Final = re.compile(r"[A-Z][A-Z0-9]{0,11}")


class PrefixUnclear(Refused):
    """A prefix stands on every document and in every file name."""


class NumbersExhausted(Refused):
    """Numbers have so many digits and no more."""


class NothingToNumber(Refused):
    """A production holds at least one document."""


@dataclass(frozen=True)
class Numbering:
    """The last number that was given, and which documents have which: the first number by digest and count."""

    last: int = 0
    given: Mapping[tuple[str, int], int] = field(default_factory=dict)


def evolve(numbering: Numbering | None, event: ProductionEvent) -> Numbering:
    """Return the numbering as it stands after the event. Decides nothing."""
    before = numbering or Numbering()
    known = (event.digest, event.last - event.first + 1)
    return Numbering(max(before.last, event.last), {**before.given, known: event.first})


def require_prefix(prefix: str) -> None:
    """Raise PrefixUnclear unless a prefix is safe in file names and load files of every kind."""
    if not _PREFIX.fullmatch(prefix):
        raise PrefixUnclear(f"{prefix!r} is no prefix: take up to 12 capital letters and digits, like REC or CASE7.")


def first_number(numbering: Numbering | None, *, digest: str, count: int) -> int:
    """Return the number the first of these documents has, or would have."""
    state = numbering or Numbering()
    return state.given.get((digest, count), state.last + 1)


def number(
    numbering: Numbering | None, *, digest: str, count: int, position: int, query: Personal
) -> tuple[ProductionNumbered, ...]:
    """Give numbers to documents, behind the last of the prefix; the same documents keep those they have."""
    if count < 1:
        raise NothingToNumber("Nothing was found that could be handed over: ask for something else.")
    state = numbering or Numbering()
    if (digest, count) in state.given:
        return ()
    last = state.last + count
    if last > LAST_NUMBER:
        raise NumbersExhausted(f"The numbers of this prefix end at {LAST_NUMBER}: take another prefix.")
    return (ProductionNumbered(first=state.last + 1, last=last, digest=digest, position=position, query=query),)
