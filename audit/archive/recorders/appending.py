"""The way in: positions are handed out under the lock on the head, in the transaction that stores the rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from eventsourcing.persistence import NotSupportedError

from audit.archive.recorders.errors import ConnectionLost, KeysOutdated
from audit.archive.recorders.prepared import Item, Prepared, check_caps, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent

    from audit.archive.recorders.recorder import Head

Answer = list[list[int] | None]


class Writing(Protocol):
    """One open transaction of an engine."""

    def reserve(self, size: int, *, erasures: int = 0) -> Head:
        """Move the head by so much, take the lock on it until the end, and return the head as it is now."""

    def known(self, streams: Iterable[UUID]) -> set[UUID]:
        """Return those of the streams that have a row."""

    def store(self, first: int, rows: Sequence[Prepared]) -> None:
        """Store rows at positions that were just reserved, the first one given."""

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Return the leaf hashes at these positions, both ends included."""


class Meant(NamedTuple):
    """What a transaction was about to store, and what is answered once it has."""

    head: Head
    first: int
    rows: list[Prepared]
    answer: Answer

    def is_stored(self, writing: Writing) -> bool:
        """Say whether exactly these rows lie where they were meant to lie.

        After a try whose end was not heard: such rows would look like duplicates, and they are ours. Only once the lock
        is taken is it settled whether that try was committed.
        """
        writing.reserve(0)
        hashes = [row.leaf_hash for row in self.rows]
        return bool(hashes) and writing.leaf_hashes(self.first, self.first + len(hashes) - 1) == hashes


class Appending(ABC):
    """insert_events and insert_new, for any engine that can open a Writing."""

    tries: ClassVar[int] = 1

    @abstractmethod
    def writing(self) -> AbstractContextManager[Writing]:
        """Open a transaction that is committed at the end, or rolled back whole when anything is raised."""

    @abstractmethod
    def appended(self) -> None:
        """Hear that a transaction was committed."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, erasures: int | None = None, erasing: bool = False, **kwargs: Any
    ) -> list[int]:
        """Store all events or none, and return their positions."""
        if kwargs:
            raise NotSupportedError(f"This recorder keeps nothing beside events: leave out {', '.join(kwargs)}.")
        if not stored_events:
            return []
        positions = self.append([Item(prepared(stored_events), False)], erasures=erasures, erasing=erasing)[0]
        assert positions is not None
        return positions

    def insert_new(self, items: Sequence[Sequence[StoredEvent]], *, erasures: int | None = None) -> Answer:
        """Store each item whose streams are all unknown, in one transaction; return positions, or None if known."""
        return self.append([Item(prepared(item), True) for item in items], erasures=erasures)

    def append(
        self,
        items: Sequence[Item],
        *,
        erasures: int | None = None,
        erasing: bool = False,
        absent_at: int | None = None,
    ) -> Answer:
        """Store items of both kinds in one transaction; return positions, or None for what was known."""
        check_caps(sum(len(item.rows) for item in items), sum(item.size for item in items))
        meant: Meant | None = None
        for tried in count(1):
            try:
                with self.writing() as writing:
                    if meant is None or not meant.is_stored(writing):
                        meant = _planned(writing, items, erasing=erasing, absent_at=absent_at)
                        _check_keys(meant.head, erasures, erasing=erasing)
                        writing.store(meant.first, meant.rows)
                break
            except ConnectionLost:
                if tried == self.tries:
                    raise
        assert meant is not None
        self.appended()
        return meant.answer

    def append_erasing(self, made: Callable[[Head], Sequence[Prepared]]) -> list[int]:
        """Store what ``made`` returns, which is called once nobody else can append until the end."""
        with self.writing() as writing:
            rows = list(made(writing.reserve(0)))
            check_caps(len(rows), Item(rows, False).size)
            head = writing.reserve(len(rows), erasures=1)
            first = head.size - len(rows) + 1
            writing.store(first, rows)
        self.appended()
        return list(range(first, head.size + 1))


def _planned(writing: Writing, items: Sequence[Item], *, erasing: bool, absent_at: int | None) -> Meant:
    chosen = _chosen(writing, items, absent_at)
    rows = [row for item in chosen if item is not None for row in item.rows]
    head = writing.reserve(len(rows), erasures=int(erasing))
    first = head.size - len(rows) + 1
    positions = count(first)
    answer: Answer = [None if item is None else [next(positions) for _ in item.rows] for item in chosen]
    return Meant(head, first, rows, answer)


def _chosen(writing: Writing, items: Sequence[Item], absent_at: int | None) -> list[Item | None]:
    asked = {row.originator_id for item in items if item.only_if_new for row in item.rows}
    known: set[UUID] = set()
    if asked:
        head = writing.reserve(0)  # From here on nobody else makes a stream known.
        if head.size != absent_at:
            known = writing.known(asked)
    chosen: list[Item | None] = []
    for item in items:
        streams = {row.originator_id for row in item.rows}
        if item.only_if_new and not known.isdisjoint(streams):
            chosen.append(None)
        else:
            known |= streams
            chosen.append(item)
    return chosen


def _check_keys(head: Head, erasures: int | None, *, erasing: bool) -> None:
    counted = head.erasures - int(erasing)
    if erasures not in {None, counted}:
        raise KeysOutdated(
            f"The keys were taken at erasure {erasures} and the archive is at {counted}: take them and seal anew."
        )
