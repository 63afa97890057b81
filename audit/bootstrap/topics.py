"""Topics: what customers ask about most, by the terms of their first messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.domain.conversation import MessagePosted
from audit.domain.event import Record
from audit.language.topics.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding

MOST: Final = 5_000
"""So many conversations are read, the newest; the answer says how many."""
PERSONS_LEAST: Final = 3
"""A term of fewer customers than that could be somebody's name: it is not told."""
_PORTION: Final = 500


@dataclass(frozen=True, slots=True)
class Topic:
    """A term, as it was written most often, and in how many conversations of how many customers."""

    term: str
    conversations: int
    customers: int


def topics(house: House, firsts: Mapping[str, Sequence[int]], hiding: Hiding, *, top: int) -> list[Topic]:
    """Return the terms most conversations have among their first messages, those withheld left out."""
    where = {position: place for place, said in firsts.items() for position in said if not hiding.of(position)}
    written: dict[str, Counter[str]] = defaultdict(Counter)
    conversations: dict[str, set[str]] = defaultdict(set)
    customers: dict[str, set[str]] = defaultdict(set)
    for position, customer, text in _texts(house, sorted(where)):
        for key, word in terms(text).items():
            written[key][word] += 1
            conversations[key].add(where[position])
            customers[key].add(customer)
    found = [
        Topic(max(sorted(written[key]), key=written[key].__getitem__), len(places), len(customers[key]))
        for key, places in conversations.items()
        if len(customers[key]) >= PERSONS_LEAST
    ]
    return sorted(found, key=lambda one: (-one.conversations, -one.customers, one.term))[:top]


def _texts(house: House, positions: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    for begin in range(0, len(positions), _PORTION):
        yield from _read(house.archive.read_at(positions[begin : begin + _PORTION]))


def _read(records: Iterable[object]) -> Iterator[tuple[int, str, str]]:
    for record in records:
        if isinstance(record, Record) and isinstance(record.event, MessagePosted) and record.event.text.text:
            customer = record.stamp.tie("customer") or record.stamp.actor
            yield record.position, str(customer), record.event.text.text
