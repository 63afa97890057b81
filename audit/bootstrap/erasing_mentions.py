"""Where somebody who is to be forgotten is named in the words of others: for a person to decide about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.erasure.naming import Naming
from audit.archive.erasure.resealing import said_in
from audit.bootstrap.erasing_plans import records_at, whereabouts
from audit.domain.errors import WrongUse
from audit.projections.search.find import Asked, everything

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.bootstrap.house import House

_MOST: Final = 1_000
_NAMES_MOST: Final = 50
_WORDS: Final = re.compile(r"\w+")


class Mention(NamedTuple):
    """Where a third person stands in somebody's words: [start, end) in code points of a part of an event."""

    event: int
    part: str
    start: int
    end: int
    text: str


class Mentions(NamedTuple):
    """What was found, and whether that is all: the list ends after a thousand."""

    found: list[Mention]
    complete: bool


def mentions_of(house: House, customer: str) -> Mentions:
    """Return where the names, addresses and ids of a customer stand in the words of others.

    What is in the index is looked through: messages, notes, tickets, work orders. A name of one word is a name of many,
    so that what is found is for a person to judge.
    """
    with whereabouts(house) as where:
        tied = house.archive.names.tie("customer", customer)
        customers, own = where.person(tied), where.closure(tied)
    naming = Naming(records_at(house, sorted(own)), customers)
    if not naming.ids and not naming.names:
        return Mentions([], complete=True)
    positions, complete = set[int](), True
    for word in sorted(naming.ids | naming.names, key=len, reverse=True)[:_NAMES_MOST]:
        positions.update(_holding(house, word))
    found = list[Mention]()
    for mention in _in(house, sorted(positions - own), naming):
        if len(found) == _MOST:
            complete = False
            break
        found.append(mention)
    return Mentions(found, complete and len(naming.ids | naming.names) <= _NAMES_MOST)


def _holding(house: House, word: str) -> list[int]:
    """Return the positions of the texts that hold a word or some words together."""
    spelled = " ".join(_WORDS.findall(word))
    for query in (f'"{word.replace(chr(34), " ")}"', f'"{spelled}"'):
        try:
            found, _ = everything(house.views, Asked(query=query, zone=house.settings.zone))
        except WrongUse:
            continue
        if found:
            return found
    return []


def _in(house: House, positions: list[int], naming: Naming) -> Iterator[Mention]:
    for record in records_at(house, positions):
        if record.event.OWN_KEY:
            continue
        for part, value in sorted(said_in(record).items()):
            # Who wrote it is called so: that is a namesake, and nobody who is spoken of.
            if isinstance(value, str) and part != "author":
                for start, end in naming.cuts(value):
                    yield Mention(record.position, part, start, end, value)
