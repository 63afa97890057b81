"""A log in memory that behaves like the archive, and short words to write events into it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from audit.domain.conversation import MessagePosted
from audit.domain.custody import ErasureExecuted
from audit.domain.event import ERASED, Damaged, Event, Personal, Record, Stamp
from audit.domain.names import ItemName, Names
from audit.domain.spans import spans_of
from audit.projections.customers import Customers
from audit.projections.deliveries import Deliveries
from audit.projections.directory import Directory
from audit.projections.engine import postgresql_engine, sqlite_engine
from audit.projections.follow import Follower
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline
from audit.projections.views import Views
from audit.projections.work_orders import WorkOrders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from audit.projections.projection import Projection

NAMES = Names(UUID("6b1f9f0e-4a35-4d6a-9d6f-0f6a3d0f8a11"))
PROJECTIONS: tuple[type[Projection], ...] = (
    Ties,
    Timeline,
    Customers,
    Tickets,
    WorkOrders,
    Deliveries,
    Directory,
)
MORNING = datetime(2026, 3, 1, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Head:
    size: int


class Log:
    """Records by position, as the archive gives them."""

    def __init__(self) -> None:
        self.records: list[Record | Damaged] = []
        self.reads = 0

    def head(self) -> Head:
        return Head(len(self.records))

    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        self.reads += 1
        end = len(self.records) if upto is None else min(upto, len(self.records))
        return self.records[after : min(after + limit, end)]

    def positions_of(self, topics: Sequence[str], after: int, upto: int) -> list[int]:
        told = (one for one in self.records[after:upto] if isinstance(one, Record))
        return [one.position for one in told if one.event.TOPIC in topics]

    def tell(  # noqa: PLR0913  # an event has that many sides
        self,
        event: Event,
        *ties: tuple[str, str],
        at: datetime | None = None,
        item: tuple[str, str] | None = None,
        of: tuple[str, str] | None = None,
        actor: tuple[str, str] | None = None,
        role: str = "customer",
        source: str = "chat",
        seq: int | None = None,
    ) -> int:
        """Append an event as a source tells it; return its position."""
        position = len(self.records) + 1
        kind, name = item or ("message", f"m{position}")
        tied = [(tie, NAMES.tie(tie, written)) for tie, written in ties]
        ids = [[tie, written] for tie, written in ties]
        if of:
            tied.append(("of", NAMES.witnessed(ItemName(of[0], source, of[1]), MessagePosted.TOPIC, 0)))
            ids.append(["of", of[1]])
        stamp = Stamp(
            role=role,
            happened_at=at or MORNING + timedelta(minutes=position),
            recorded_at=MORNING + timedelta(days=1),
            source=source,
            actor=NAMES.tie(*actor) if actor else None,
            seq=seq,
            ties=tuple(tied),
            ids=Personal([*ids, ["item", name]]),
        )
        stream = NAMES.witnessed(ItemName(kind, source, name), event.TOPIC, 0)
        self.records.append(Record(position=position, stream=stream, version=1, event=event, stamp=stamp))
        return position

    def say(self, text: str, *ties: tuple[str, str], **more: Any) -> int:
        """Append a message."""
        return self.tell(MessagePosted(text=Personal(text), channel="chat", direction="inbound"), *ties, **more)

    def erase(self, positions: Collection[int], *ties: tuple[str, str]) -> int:
        """Append the erasure of these positions; from now on they come without their words."""
        executed = ErasureExecuted(keys=("k",), spans=spans_of(positions), ground="asked")
        position = self.tell(
            executed, *ties, role="operator", source="on-record", item=("erasure", f"e{len(self.records)}")
        )
        for place in positions:
            record = self.records[place - 1]
            assert isinstance(record, Record)
            self.records[place - 1] = without_words(record)
        return position

    def reordered(self, order: Sequence[int]) -> Log:
        """Return the same records in another order of arrival."""
        other = Log()
        for position, place in enumerate(order, 1):
            record = self.records[place - 1]
            assert isinstance(record, Record)
            other.records.append(replace(record, position=position))
        return other


def without_words(record: Record) -> Record:
    """Return the record as it comes once its key is destroyed."""
    event = record.event
    gone = {name: Personal(ERASED) for name, value in vars(event).items() if isinstance(value, Personal)}
    assert {field.name for field in fields(event)} >= gone.keys()  # type: ignore[arg-type]  # every event is a dataclass
    erased: Event = replace(event, **gone)  # type: ignore[type-var]  # every event is a dataclass
    ids = Personal(ERASED) if record.stamp.ids is not None else None
    return replace(record, event=erased, stamp=replace(record.stamp, ids=ids))


@contextmanager
def opened(place: Path | str, projections: Sequence[type[Projection]] = PROJECTIONS) -> Iterator[Views]:
    """Open the views in a file, or in the database behind a URL."""
    engine = postgresql_engine(place, "archive") if isinstance(place, str) else sqlite_engine(place)
    views = Views(engine, projections)
    try:
        yield views
    finally:
        views.close()


@contextmanager
def followed(log: Log, place: Path | str, projections: Sequence[type[Projection]] = PROJECTIONS) -> Iterator[Views]:
    """Open the views and bring them up to date."""
    with opened(place, projections) as views:
        Follower(log, views).catch_up()
        yield views
