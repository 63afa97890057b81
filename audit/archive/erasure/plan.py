"""The plan of an erasure: which keys are destroyed, and which events lose their words with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from audit.archive.erasure import stored_words
from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.stored_words import StoredWords
from audit.archive.keyring import KeyOf
from audit.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from audit.archive.archive import Parts


class Whereabouts(Protocol):
    """What the view of ties knows at a position of the log."""

    @property
    def position(self) -> int: ...

    def person(self, customer: UUID) -> frozenset[UUID]:
        """Return the customer and everybody who is the same person."""

    def closure(self, customer: UUID) -> frozenset[int]:
        """Return the positions of the person's events, as they are tied now."""

    def ever(self, ids: Iterable[UUID]) -> set[int]:
        """Return the positions of all events that are or were tied to any of these, as whatever."""

    def sharers(self, position: int, besides: frozenset[UUID]) -> list[UUID]:
        """Return a customer for each other person whose event this is too."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be destroyed, as the archive stood at the position ``at``.

    ``bare`` positions lose their words though their key, one of ``living``, lives on: a corrected tie says that they
    are the person's, or a stretch of them goes. ``shared`` are the events whose words others keep a copy of, each with
    those others; ``kept`` counts the events that name the person but hold the words of somebody else.
    """

    customers: frozenset[UUID]
    at: int
    keys: dict[str, KeyOf]
    words: tuple[StoredWords, ...]
    bare: frozenset[int] = frozenset()
    living: dict[str, KeyOf] = field(default_factory=dict)
    shared: dict[int, list[UUID]] = field(default_factory=dict)
    kept: int = 0

    @property
    def positions(self) -> frozenset[int]:
        return frozenset(one.position for one in self.words)

    @property
    def owners(self) -> frozenset[UUID]:
        """Return all whose keys go: the person, and the cases whose words are theirs."""
        return self.customers | {one.owner for one in self.keys.values()}

    def key_of(self, one: StoredWords) -> KeyOf | None:
        """Return whose key these words are sealed under."""
        return self.keys.get(one.key) or self.living.get(one.key)

    def without(self, keys: Collection[str], positions: Collection[int]) -> Plan:
        """Return the plan without these keys, all that is sealed under them, and these bare positions."""
        words = tuple(one for one in self.words if one.key not in keys and one.position not in positions)
        left = {one.position for one in words}
        return replace(
            self,
            keys={name: key for name, key in self.keys.items() if name not in keys},
            words=words,
            bare=self.bare & left,
            shared={position: others for position, others in self.shared.items() if position in left},
        )


def plan_person(
    parts: Parts, where: Whereabouts, customer: UUID, *, named_in: Callable[[Collection[int]], Collection[int]]
) -> Plan:
    """Plan to forget a person: everything under their keys, and what else is theirs alone.

    ``named_in`` returns, for the positions of the person's own words, those events with a key of their own that name
    the person: searches, lists, refused items.
    """
    sorting = _Sorting(parts, where, customer)
    naming = set(named_in([one.position for one in sorting.theirs])) - {one.position for one in sorting.theirs}
    sorting.add(stored_words.at(parts.recorder, naming))
    return sorting.plan()


def plan_keys(parts: Parts, keys: dict[str, KeyOf], at: int) -> Plan:
    """Plan to destroy keys whoever they belong to: for words whose time is over."""
    words = tuple(one for one in stored_words.all_of(parts.recorder, at) if one.key in keys)
    return Plan(customers=frozenset(), at=at, keys=keys, words=words)


def plan_stretch(parts: Parts, position: int, at: int) -> Plan:
    """Plan to take the words of one event, of which a copy without a stretch is kept. Raises NotFound where none are.

    Their key lives on: it opens the copy, and what else its owner said.
    """
    words = tuple(stored_words.at(parts.recorder, [position]))
    living = KeyCare(parts.keyring).of({one.key for one in words})
    if not living or not words[0].length:
        raise NotFound(f"There are no words left in event {position}: nothing can be taken out of it.")
    return Plan(customers=frozenset(), at=at, keys={}, words=words, bare=frozenset({position}), living=living)


class _Sorting:
    """Sorts the events of a person by whose words they hold."""

    def __init__(self, parts: Parts, where: Whereabouts, customer: UUID) -> None:
        self._where = where
        self._care = KeyCare(parts.keyring)
        self._recorder = parts.recorder
        self.customers = where.person(customer)
        self._standing = where.closure(customer)
        self._keys = self._care.owned_by(self.customers)
        self._bare: set[int] = set()
        self._living: dict[str, KeyOf] = {}
        self._kept = 0
        self.theirs: list[StoredWords] = []
        found = list(stored_words.at(self._recorder, self._standing | where.ever(self.customers)))
        owners = self._care.of({one.key for one in found})
        for one in found:
            if one.key in owners:
                self._sort(one, owners[one.key])

    def _sort(self, one: StoredWords, key: KeyOf) -> None:
        named = one.names()
        if key.owner in self.customers:
            self.theirs.append(one)
        elif named and named.isdisjoint(self.customers):
            if one.position in self._standing:
                self._bare.add(one.position)
                self._living[one.key] = key
                self.theirs.append(one)
        elif key.owner in named:
            self._kept += 1
        elif one.position in self._standing:
            self._keys[one.key] = key
            self.theirs.append(one)

    def add(self, words: Iterable[StoredWords]) -> None:
        """Add events that have a key of their own."""
        found = list(words)
        owners = self._care.of({one.key for one in found})
        self._keys |= owners
        self.theirs += [one for one in found if one.key in owners]

    def plan(self) -> Plan:
        cases = {key.owner for key in self._keys.values()} - self.customers
        beside = self._where.ever(cases) - {one.position for one in self.theirs}
        also = [one for one in stored_words.at(self._recorder, beside) if one.key in self._keys]
        words = sorted([*self.theirs, *also], key=lambda one: one.position)
        return Plan(
            customers=self.customers,
            at=self._where.position,
            keys=self._keys,
            words=tuple(words),
            bare=frozenset(self._bare),
            living=self._living,
            shared=self._shared(words),
            kept=self._kept,
        )

    def _shared(self, words: Iterable[StoredWords]) -> dict[int, list[UUID]]:
        shared = {}
        for one in words:
            key = self._keys.get(one.key)
            if key is not None and key.owner not in self.customers and not one.own_key:
                others = self._where.sharers(one.position, self.customers)
                if others:
                    shared[one.position] = others
        return shared
