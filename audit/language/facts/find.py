"""The facts of a text: what every finder holds for one, weighed so that no two overlap."""

from __future__ import annotations

from bisect import bisect
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.language.facts.access import find_access
from audit.language.facts.addresses import find_addresses
from audit.language.facts.contacts import find_emails, find_phones
from audit.language.facts.dates import find_dates
from audit.language.facts.devices import find_devices
from audit.language.facts.fact import Fact, Found, Kind
from audit.language.facts.identifiers import find_identifiers
from audit.language.facts.money import find_money
from audit.language.facts.nothing import find_nothing
from audit.language.facts.persons import find_persons
from audit.language.facts.reading import Reading, composed
from audit.language.facts.times import find_times

if TYPE_CHECKING:
    from datetime import datetime

_FINDERS = (
    find_nothing,
    find_emails,
    find_phones,
    find_money,
    find_identifiers,
    find_addresses,
    find_access,
    find_devices,
    find_dates,
    find_times,
    find_persons,
)


def facts(
    text: str, *, language: str | None = None, at: datetime | None = None, region: str | None = None
) -> list[Fact]:
    """Return the facts a text names, from left to right, none overlapping another.

    ``language`` (ISO 639-1) narrows the reading where the text's writing allows it. ``at`` is when it was written: its
    own day is taken, so hand it in the writer's zone. ``region`` (ISO 3166) is where its numbers and days are read.
    """
    whole, origins = composed(text)
    reading = Reading(whole, language, at, region)
    found = _weighed([one for finder in _FINDERS for one in finder(reading)])
    return [_fact(text, one, one.kind, origins) for one in found if one.kind is not None]


def _fact(text: str, found: Found, kind: Kind, origins: list[int] | None) -> Fact:
    start, end = found.start, found.end
    if origins is not None:
        start, end = origins[start], origins[end]
    return Fact(kind, text[start:end], start, end, found.normal)


def _weighed(found: list[Found]) -> list[Found]:
    """Return what remains when of two that overlap the one of the higher rank, then the longer, is kept."""
    kept: list[Found] = []
    starts: list[int] = []
    for one in sorted(found, key=lambda one: (-one.rank, one.start - one.end, one.start)):
        place = bisect(starts, one.start)
        before = kept[place - 1].end if place else 0
        after = kept[place].start if place < len(kept) else one.end
        start, end = (max(one.start, before), min(one.end, after)) if one.can_shrink else (one.start, one.end)
        if before <= start < end <= after and (end - start) * 2 >= one.end - one.start:
            kept.insert(place, _shrunk(one, start, end))
            starts.insert(place, start)
    return kept


def _shrunk(found: Found, start: int, end: int) -> Found:
    return found if (start, end) == (found.start, found.end) else replace(found, start=start, end=end)
