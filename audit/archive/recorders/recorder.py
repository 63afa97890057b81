"""What every recorder of the archive can do, and the rows it gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from audit.archive.recorders.errors import HeadDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

    from audit.archive.recorders.prepared import Item, Prepared
    from audit.archive.recorders.reading import Span


class Row(NamedTuple):
    """One stored event as it lies in the table: leaf ``position - 1`` of the tree.

    Reading believes the table: a row somebody tampered with may hold values of other types, and a stream that is no
    UUID any more comes as the nil UUID.
    """

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    sealed: bytes | None
    leaf_hash: bytes


class RawRow(NamedTuple):
    """What really lies in the table, of whatever type: for those who look for tampering."""

    position: object
    originator_id: object
    originator_version: object
    topic: object
    state: object
    sealed: object
    leaf_hash: object


class Head(NamedTuple):
    """How many events were appended, and how many erasures were counted."""

    size: int
    erasures: int


def counted(found: Sequence[tuple[Any, ...]]) -> Head:
    """Return the head from its rows. Raises HeadDamaged unless there is one row of numbers."""
    match found:
        case [(int(size), int(erasures))]:
            return Head(size, erasures)
        case _:
            raise HeadDamaged("the row that counts the events is gone or damaged")


class Extent(NamedTuple):
    """How many rows there are, and their lowest and highest position (None where there is no row)."""

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs of three numbers
    lowest: int | None
    highest: int | None


class Recorder(Protocol):
    """The store of events, the same on every engine; a state given or taken by the library's methods is framed.

    All methods may be called from several threads and several processes at once.
    """

    def create(self) -> None:
        """Make tables and triggers. Raises ArchiveExists where they are."""

    def exists(self) -> bool:
        """Say whether the tables are there."""

    def close(self) -> None:
        """Give back all connections; calls after that fail."""

    def reopening(self) -> Callable[[], Recorder]:
        """Return what opens the same archive in another process, to read it; it can be pickled."""

    def facts(self) -> dict[str, str]:
        """Return what is recorded about the archive as a whole, by name."""

    def record_fact(self, name: str, value: str) -> None:
        """Record one fact about the archive as a whole, in place of an earlier one of the name."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, erasures: int | None = None, erasing: bool = False, **kwargs: Any
    ) -> list[int]:
        """Store all events or none, and return their positions.

        Raises IntegrityError where a version of a stream is taken, TooMuchAtOnce above the caps, NotStorable, and
        KeysOutdated where ``erasures`` is given and is not what the head counts. With ``erasing`` the head counts one
        erasure more in the same transaction.
        """

    def insert_new(
        self, items: Sequence[Sequence[StoredEvent]], *, erasures: int | None = None
    ) -> list[list[int] | None]:
        """Store each item whose streams are all unknown, in one transaction; return positions, or None if known.

        A stream counts as known, too, when an earlier item of the call has it. Raises like insert_events.
        """

    def append(
        self,
        items: Sequence[Item],
        *,
        erasures: int | None = None,
        erasing: bool = False,
        absent_at: int | None = None,
    ) -> list[list[int] | None]:
        """Store items of both kinds, prepared, in one transaction. Raises like insert_events.

        ``absent_at`` is the size of the head before the caller saw that none of the streams is there: while the head
        has that size they are not looked up again.
        """

    def append_erasing(self, made: Callable[[Head], Sequence[Prepared]]) -> list[int]:
        """Store what ``made`` returns, and count an erasure, in one transaction.

        ``made`` is given the head and called under the lock on it: what it reads then is all there is before them.
        It may raise: then nothing is stored. Raises like insert_events.
        """

    def empty(self, positions: Iterable[int]) -> None:
        """Take the sealed boxes out of the rows at these positions, in one transaction: the one change allowed."""

    def scrub(self) -> bool:
        """Clear the files of boxes that were taken out; False when a reader was in the way."""

    def rows_of_topics(self, topics: Sequence[str], span: Span) -> list[Row]:
        """Return the rows of these topics in a span of positions."""

    def positions_of(self, topics: Sequence[str], span: Span) -> list[int]:
        """Return where in a span of positions there are rows of these topics, without reading what is in them."""

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events in the order of their versions."""

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in the order of their positions."""

    def max_notification_id(self) -> int | None:
        """Return the highest position, None in an empty archive."""

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Return an endless iterator over events after a position; it waits for those to come."""

    def rows(self, after: int, limit: int, upto: int | None = None) -> list[Row]:
        """Return at most ``limit`` rows after a position, up to and with another."""

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """Return the rows at these positions in the order of the log, leaving out those that are not there."""

    def stream(self, originator_id: UUID) -> list[Row]:
        """Return a stream's rows in the order of their versions."""

    def states(self, ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Return the state of version 1 of each of these streams that exists."""

    def raw_rows(self, after: int, limit: int) -> list[RawRow]:
        """Return like rows() what really lies there, without believing in any type."""

    def extent(self) -> Extent:
        """Count the rows and find their ends, all by looking at the rows."""

    def head(self) -> Head:
        """Return what the head says."""
