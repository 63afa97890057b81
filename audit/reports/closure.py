"""The customer's events put in reading order, with what later events corrected in them already applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from audit.domain.catalogue import EVENTS
from audit.domain.conversation import AttachmentKept, MessageDeletedAtSource, MessageEditedAtSource
from audit.domain.custody import WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.event import Damaged, Event, Personal, Record, Stamp
from audit.projections.copies import bytes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_RANKS: Final = {topic: rank for rank, topic in enumerate(EVENTS)}
_FOLLOWING: Final = (MessageEditedAtSource, MessageDeletedAtSource, AttachmentKept)
"""Events that belong to the words in their tie ``of`` and share their place, their period and their secrecy."""


class Corrected(NamedTuple):
    """A record as it stands after corrections; ``taken_away`` when it turned out to be about somebody else."""

    record: Record
    taken_away: bool = False


@dataclass(frozen=True, kw_only=True)
class Closure:
    """``records`` in the order people read them, ``damaged`` and ``missing`` by number."""

    records: tuple[Corrected, ...]
    damaged: tuple[int, ...]
    missing: tuple[int, ...]
    by_stream: Mapping[UUID, Record]

    def root(self, record: Record) -> Record:
        """Return the words a record belongs to: those it edits, deletes or accompanies, else itself."""
        seen = {record.stream}
        while isinstance(record.event, _FOLLOWING):
            of = record.stamp.tie("of")
            above = self.by_stream.get(of) if of else None
            if above is None or above.stream in seen:
                break
            seen.add(above.stream)
            record = above
        return record


def close(records: Sequence[Record | Damaged], customers: frozenset[UUID]) -> Closure:
    """Return what was handed in, each event once, whatever order it came in."""
    known = {one.position: one for one in records if isinstance(one, Record)}
    damaged = {one.position for one in records if isinstance(one, Damaged)} - known.keys()
    missing: set[int] = set()
    moved: set[int] = set()
    for position in sorted(known):
        event, stamp = known[position].event, known[position].stamp
        if not isinstance(event, TieCorrected | WordsResealed):
            continue
        target = known.get(event.position)
        if target is None:
            missing |= {event.position} if concerns(stamp, customers) and event.position not in damaged else set()
        elif isinstance(event, WordsResealed):
            known[event.position] = replace(target, event=_reread(target.event, event.words))
        else:
            known[event.position] = _moved(target, event, stamp)
            moved |= {event.position} if event.kind == "customer" else set()
    ordered = sorted(known.values(), key=reading_order)
    return Closure(
        records=tuple(Corrected(one, one.position in moved and not concerns(one.stamp, customers)) for one in ordered),
        damaged=tuple(sorted(damaged)),
        missing=tuple(sorted(missing)),
        by_stream={one.stream: one for one in reversed(ordered)},
    )


def reading_order(record: Record) -> tuple[Any, ...]:
    """Return what people read by: when it happened, the source and its own order; never the order of import.

    Facts of one item that happened at once stand as the catalogue lists them: a call is offered, answered, ended.
    """
    stamp = record.stamp
    place = (stamp.seq is None, stamp.seq or 0)
    item = stamp.written("item") or ""
    return (
        stamp.happened_at,
        stamp.source,
        place,
        item,
        _RANKS.get(record.event.TOPIC, 0),
        record.stream,
        record.version,
    )


def concerns(stamp: Stamp, customers: frozenset[UUID]) -> bool:
    """Return whether an event is tied to one of these customers, or to no customer at all."""
    tied = {tied for kind, tied in stamp.ties if kind == "customer"}
    return not tied or not tied.isdisjoint(customers)


def personal_parts(event: Event) -> Iterator[tuple[str, Personal]]:
    """Return the personal parts an event has, by field."""
    for one in fields(event):  # type: ignore[arg-type]  # every event class is a dataclass; a test of the house says so
        value = getattr(event, one.name)
        if isinstance(value, Personal):
            yield one.name, value


def _reread(event: Event, copy: Personal) -> Event:
    """Return the event with its erased words replaced by the copy that was sealed under their owner's own key."""
    words = _object(copy)
    again = {
        name: _again(words[name], part)
        for name, part in personal_parts(event)
        if part.erased and isinstance(words.get(name), str | dict | list)
    }
    return _with(event, again)


def _again(words: object, part: Personal) -> Personal:
    """Return words of a copy in the place of the part that they are a copy of."""
    kept = bytes_in(words)
    return Personal(words if kept is None else kept, part.commit)


def _moved(target: Record, event: TieCorrected, stamp: Stamp) -> Record:
    """Return the record tied to the right thing, with the words that were sealed anew for it."""
    right = stamp.tie(event.kind)
    if right is None:
        return target
    ties = ((event.kind, right), *((kind, tied) for kind, tied in target.stamp.ties if kind != event.kind))
    written = stamp.written(event.kind)
    others = [[kind, known] for kind, known in _written(target.stamp) if kind != event.kind]
    corrected = replace(
        target.stamp, ties=ties, ids=Personal([[event.kind, written], *others]) if written is not None else None
    )
    words = _object(event.words) if event.words else {}
    again = {name: _again(words[name], part) for name, part in personal_parts(target.event) if name in words}
    return replace(target, event=_with(target.event, again), stamp=corrected)


def _with(event: Event, parts: Mapping[str, Personal]) -> Event:
    changed: Event = replace(event, **parts)  # type: ignore[type-var]  # every event class is a dataclass
    return changed


def _written(stamp: Stamp) -> Iterable[tuple[str, str]]:
    if stamp.ids is None or stamp.ids.erased:
        return ()
    return ((str(kind), str(known)) for kind, known in stamp.ids.value)


def written_ids(stamp: Stamp, kind: str) -> tuple[str, ...]:
    """Return every id of that kind as it was written, none where they are erased."""
    return tuple(known for name, known in _written(stamp) if name == kind)


def _object(words: Personal) -> dict[str, Any]:
    """Return what a personal JSON object says, given as an object or as its text; nothing when it cannot be read."""
    value = words.value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}
