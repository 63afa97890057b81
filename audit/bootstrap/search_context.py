"""The lines of a conversation around a hit of a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from audit.projections.customers import Customers
from audit.projections.ties import NAMING_A_CUSTOMER, Ties
from audit.projections.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from audit.projections.search.hits import Hit
    from audit.projections.timeline import Entry
    from audit.projections.views import Views


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line beside a hit, or the hit itself."""

    event: int
    at: datetime
    role: str
    text: str
    is_hit: bool


def lines_around(
    views: Views, hits: Sequence[Hit], count: int, *, shown: Callable[[list[Entry]], list[Entry]]
) -> dict[int, list[Line]]:
    """Return, for each hit in a conversation, so many lines before it, its own, and so many after it.

    ``shown`` takes out what is withheld from who asks.
    """
    if not count:
        return {}
    transcripts: dict[UUID, list[Entry]] = {}
    found: dict[int, list[Line]] = {}
    with views.reading(Timeline) as (db, timeline):
        for hit in hits:
            if hit.conversation_id is None:
                continue
            if hit.conversation_id not in transcripts:
                transcripts[hit.conversation_id] = shown(timeline.read(db, hit.conversation_id))
            found[hit.event] = _around(transcripts[hit.conversation_id], hit, count)
    return found


def customers_in(views: Views, around: Iterable[Iterable[Line]]) -> set[str]:
    """Return the ids of the customers whose lines these are."""
    events = {line.event for lines in around for line in lines}
    with views.reading(Ties) as (db, ties):
        whose = {tied for event in events for kind, tied in ties.of(db, event) if kind in NAMING_A_CUSTOMER}
    with views.reading(Customers) as (db, customers):
        return {one.written for one in customers.get(db, sorted(whose, key=str)) if one.written}


def _around(entries: Sequence[Entry], hit: Hit, count: int) -> list[Line]:
    mine = hit.original or hit.event
    place = next(
        (at for at, one in enumerate(entries) if mine in {one.event, *(version.event for version in one.versions)}),
        None,
    )
    if place is None:
        return []
    near = entries[max(0, place - count) : place + count + 1]
    return [
        Line(event=one.event, at=one.at, role=one.role, text=_said(one), is_hit=one is entries[place]) for one in near
    ]


def _said(entry: Entry) -> str:
    if entry.erased:
        return "[erased]"
    return entry.text or f"[{' '.join(filter(None, (entry.kind, entry.code)))}]"
