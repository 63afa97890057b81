"""Stamping: who, when and about what is written on an event, and whose words it holds."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from audit.archive.keyring import KeyOf
from audit.archive.mapper import Draft
from audit.domain.directory import StaffSeen
from audit.domain.event import Event, Personal, Stamp, Ties, made
from audit.domain.fact import OWNING, Fact, Item, StaffMember
from audit.domain.names import ItemName, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from audit.domain.actor import Actor

HERE = "on-record"
"""The source of what is decided in this house."""


class Meant(NamedTuple):
    """An event that is stamped and waits for its key."""

    draft: Draft
    key: KeyOf


class Stamper:
    """Writes stamps. ``retention_of`` gives the retention class for a kind and a source."""

    def __init__(self, names: Names, retention_of: Callable[[str, str], str]) -> None:
        self._names = names
        self._retention_of = retention_of

    def streams(self, item: Item) -> list[UUID]:
        """Return the stream of each fact of an item, which its name and its place among equals give it."""
        if len(item.facts) == 1:
            return [self._names.witnessed(item.name, item.facts[0].event.TOPIC, 0)]
        ordinals: dict[str, int] = {}
        streams = []
        for fact in item.facts:
            topic = fact.event.TOPIC
            ordinal = ordinals[topic] = ordinals.get(topic, -1) + 1
            streams.append(self._names.witnessed(item.name, topic, ordinal))
        return streams

    def item(self, item: Item, streams: Sequence[UUID], recorded_at: datetime, batch: UUID | None) -> list[Meant]:
        """Return the events of an item, each on its stream."""
        retention = self._retention_of(item.name.kind, item.name.source)
        return [
            _meant(Draft(stream, 1, fact.event, self._witnessed(item, fact, recorded_at, batch)), retention)
            for stream, fact in zip(streams, item.facts, strict=True)
        ]

    def decided(self, stream: UUID, version: int, event: Event, by: Actor, tied: Tied) -> Meant:
        """Return an event our people decided, or the house noted, at ``tied.now``."""
        written = [[kind, known] for kind, known in tied.ties if isinstance(known, str)]
        stamp = Stamp(
            role=by.role,
            happened_at=tied.now,
            recorded_at=tied.now,
            source=HERE,
            actor=self._names.tie("staff", by.login),
            batch=tied.batch,
            ties=tuple(
                (kind, known if isinstance(known, UUID) else self._names.tie(kind, known)) for kind, known in tied.ties
            ),
            ids=Personal(written) if written else None,
        )
        return _meant(Draft(stream, version, event, stamp), self._retention_of(event.TOPIC, HERE))

    def _witnessed(self, item: Item, fact: Fact, recorded_at: datetime, batch: UUID | None) -> Stamp:
        tie = self._names.tie
        ties: Ties = tuple([(kind, tie(kind, written)) for kind, written in fact.ties])
        ids = [[kind, written] for kind, written in fact.ties]
        if fact.of is not None:
            first = FIRST_FACT.get(fact.of.kind, fact.of.kind)
            ties += (("of", self._names.witnessed(fact.of, first, 0)),)
            ids.append(["of", fact.of.id])
        ids.append(["item", item.name.id])
        return made(
            Stamp,
            role=fact.role,
            happened_at=fact.at,
            recorded_at=recorded_at,
            source=item.name.source,
            actor=tie(*fact.actor) if fact.actor else None,
            on_behalf_of=tie(*fact.on_behalf_of) if fact.on_behalf_of else None,
            zone_assumed=fact.zone_assumed,
            seq=fact.seq,
            batch=batch,
            ties=ties,
            ids=Personal(ids),
        )


class Tied(NamedTuple):
    """When something was decided, in which delivery if in one, and about what: ids as written, or ties."""

    now: datetime
    ties: Sequence[tuple[str, str | UUID]] = ()
    batch: UUID | None = None


FIRST_FACT = {
    "message": "message.posted",
    "ticket": "ticket.opened",
    "work_order": "work-order.issued",
    "conversation": "conversation.opened",
    "note": "note.written",
}
"""The topic of the fact that an item of each kind always tells, and that others point at with ``of``."""


def directory_item(source: str, member: StaffMember, spoken_of: Fact) -> Item:
    """Return the directory's entry for a name an item gives to one of the staff.

    Each spelling is an item, anew in each calendar month it is used in (UTC), and is dated with that month: so the same
    items give the same directory in whatever order they are brought.
    """
    name = member.name or ""
    month = month_of(spoken_of)
    return Item(
        name=ItemName("staff", source, member.id, f"{month:%Y-%m} {name}"),
        normal=f"{member.id}\0{name}\0{month:%Y-%m}".encode(),
        normal_version=1,
        facts=(Fact(event=StaffSeen(name=Personal(name)), at=month, ties=(("staff", member.id),)),),
    )


def month_of(spoken_of: Fact) -> datetime:
    """Return the beginning of the calendar month (UTC) a fact happened in."""
    return spoken_of.at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _meant(draft: Draft, retention: str) -> Meant:
    return Meant(draft, KeyOf(_owner(draft), retention, _month(draft.stamp)))


def _owner(draft: Draft) -> UUID:
    """Return whose words they are: the first owning tie, else the item itself (its stream)."""
    if draft.event.OWN_KEY:
        return draft.stream
    best, owner = len(OWNING), draft.stream
    for kind, tied in draft.stamp.ties:
        rank = _RANKS.get(kind, len(OWNING))
        if rank < best:
            best, owner = rank, tied
    return owner


_RANKS = {kind: rank for rank, kind in enumerate(OWNING)}


def _month(stamp: Stamp) -> str:
    """Return the calendar month of the words (UTC), never later than when they were recorded."""
    happened = min(stamp.happened_at, stamp.recorded_at).astimezone(UTC)
    return _written(happened.year, happened.month)


@lru_cache(maxsize=1_000)
def _written(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"
