"""From the library's stored events to rows without a position: checked, within the caps, hashed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar
from uuid import UUID

from audit.archive.frame import unframe
from audit.archive.recorders.errors import NotStorable, TooMuchAtOnce
from audit.evidence.leaf import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eventsourcing.persistence import StoredEvent

EVENTS_MAX = 20_000
BYTES_MAX = 4_000_000
STATE_BYTES_MAX = 64_999
VERSION_MAX = 2**63 - 1

_Piece = TypeVar("_Piece")


class Prepared(NamedTuple):
    """A row that still waits for its position."""

    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    sealed: bytes | None
    leaf_hash: bytes


class Item(NamedTuple):
    """What is stored together: always, or only if all its streams are new."""

    rows: list[Prepared]
    only_if_new: bool

    @property
    def size(self) -> int:
        """How many bytes it counts for against the cap."""
        return sum(len(row.state) + len(row.sealed or b"") + len(row.topic) for row in self.rows)


def prepared(stored_events: Iterable[StoredEvent]) -> list[Prepared]:
    """Return the rows of these events; raises NotStorable."""
    return [_prepared(event) for event in stored_events]


def prepared_row(stream: UUID | str, version: int, topic: str, state: bytes, sealed: bytes | None) -> Prepared:
    """Return the row of one event; raises NotStorable."""
    if not isinstance(stream, UUID):
        raise NotStorable(f"The stream {stream!r} has no UUID: name it by one.")
    if not 0 <= version <= VERSION_MAX:
        raise NotStorable(f"Version {version} of stream {stream} cannot be stored: count from 1.")
    if "\x00" in topic:
        raise NotStorable(f"The topic {topic!r} holds a zero character: choose another.")
    if len(state) > STATE_BYTES_MAX:
        raise NotStorable(
            f"The state of {topic} in stream {stream} has {len(state)} bytes and may have {STATE_BYTES_MAX}: "
            "keep long texts in the sealed box or as originals."
        )
    try:
        leaf = leaf_hash(stream, version, topic, state)
    except ValueError as error:
        raise NotStorable(f"{topic!r} in stream {stream} cannot be stored: {error}") from error
    return Prepared(stream, version, topic, state, sealed, leaf)


def weight(stored_events: Iterable[StoredEvent]) -> int:
    """Return how many bytes these events count for against the cap."""
    return sum(len(event.state) + len(event.topic) for event in stored_events)


def check_caps(count: int, size: int) -> None:
    """Raise TooMuchAtOnce unless one call may take so many events and bytes."""
    if count > EVENTS_MAX or size > BYTES_MAX:
        raise TooMuchAtOnce(
            f"{count} events of {size} bytes are too much at once: "
            f"cut them with portions() into calls of at most {EVENTS_MAX} events and {BYTES_MAX} bytes."
        )


def portions(stored_events: Iterable[StoredEvent]) -> Iterator[list[StoredEvent]]:
    """Cut a sequence of events into calls of insert_events that keep the caps."""
    return _cut((event, 1, weight((event,))) for event in stored_events)


def item_portions(items: Iterable[Sequence[StoredEvent]]) -> Iterator[list[Sequence[StoredEvent]]]:
    """Cut a sequence of items into calls of insert_new that keep the caps; raises TooMuchAtOnce for one too large."""
    return _cut((item, len(item), weight(item)) for item in items)


def prepared_portions(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut a sequence of items into calls of append that keep the caps; raises TooMuchAtOnce for one too large."""
    return _cut((item, len(item.rows), item.size) for item in items)


def _cut(weighed: Iterable[tuple[_Piece, int, int]]) -> Iterator[list[_Piece]]:
    """Cut pieces, each with its count of events and its bytes, into lists that keep the caps."""
    portion: list[_Piece] = []
    count = size = 0
    for piece, events, heavy in weighed:
        check_caps(events, heavy)
        if portion and (count + events > EVENTS_MAX or size + heavy > BYTES_MAX):
            yield portion
            portion, count, size = [], 0, 0
        portion.append(piece)
        count, size = count + events, size + heavy
    if portion:
        yield portion


def _prepared(event: StoredEvent) -> Prepared:
    stream, version, topic = event.originator_id, event.originator_version, event.topic
    try:
        state, sealed = unframe(event.state)
    except ValueError as error:
        raise NotStorable(f"{topic!r} in stream {stream} cannot be stored: {error}") from error
    return prepared_row(stream, version, topic, state, sealed)
