"""The way out: the library's reading methods, on rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from audit.archive.frame import frame
from audit.archive.recorders.prepared import VERSION_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.archive.recorders.recorder import Head, Row

POSITION_MAX = 2**63 - 1
ROWS_MAX = 2**31 - 1


class Span(NamedTuple):
    """Which numbers are meant, after one and up to another, and at most how many of them."""

    after: int
    upto: int
    limit: int


class Reading(ABC):
    """select_events, select_notifications and the like, for any engine that can read rows."""

    @abstractmethod
    def rows(self, after: int, limit: int, upto: int | None = None) -> list[Row]:
        """Return at most ``limit`` rows after a position, up to and with another."""

    @abstractmethod
    def rows_of_topics(self, topics: Sequence[str], span: Span) -> list[Row]:
        """Return the rows of these topics in a span of positions."""

    @abstractmethod
    def positions_of(self, topics: Sequence[str], span: Span) -> list[int]:
        """Return where in a span of positions there are rows of these topics, without reading what is in them."""

    @abstractmethod
    def versions(self, originator_id: UUID, span: Span, *, desc: bool = False) -> list[Row]:
        """Return a stream's rows in a span of versions, the last one first with ``desc``."""

    @abstractmethod
    def head(self) -> Head:
        """Return what the head says."""

    def stream(self, originator_id: UUID) -> list[Row]:
        """Return a stream's rows in the order of their versions."""
        return self.versions(originator_id, Span(-1, VERSION_MAX, ROWS_MAX))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Return a stream's events in the order of their versions."""
        stream = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        span = Span(_given(gt, -1), _given(lte, VERSION_MAX), _given(limit, ROWS_MAX))
        return [
            StoredEvent(row.originator_id, row.originator_version, row.topic, frame(row.state, row.sealed))
            for row in self.versions(stream, span, desc=desc)
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Return events in the order of their positions."""
        after = 0 if start is None else start - inclusive_of_start
        if topics:
            found = self.rows_of_topics(topics, Span(after, _given(stop, POSITION_MAX), limit))
        else:
            found = self.rows(after, limit, stop)
        return [_notification(row) for row in found]

    # Any, for the library promises an int on one engine and an int or None on the other, and means the latter.
    def max_notification_id(self) -> Any:
        """Return the highest position, None in an empty archive."""
        return self.head().size or None


def _given(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number


def _notification(row: Row) -> Notification:
    return Notification(
        id=row.position,
        originator_id=row.originator_id,
        originator_version=row.originator_version,
        topic=row.topic,
        state=frame(row.state, row.sealed),
    )
