"""The drawing of what happened when: a lane for each part of the record; the same stands in a table below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.reports.model import Contact, CustomerRecord, Entry, Matter, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

WIDTH: Final = 500
_LANE: Final = 16
_TOP: Final = 4
_MARKS_MAX: Final = 400
"""More marks than points on paper tell no more."""
LANES: Final = ("promises", "contacts", "tickets", "work_orders", "calls")


@dataclass(frozen=True)
class Span:
    """One thing in its lane, from its first moment to its last."""

    first: Moment
    last: Moment


@dataclass(frozen=True)
class Lane:
    """A part of the record, and what lies in it."""

    part: str
    spans: tuple[Span, ...]

    @property
    def first(self) -> Moment:
        return min((one.first for one in self.spans), key=_at)

    @property
    def last(self) -> Moment:
        return max((one.last for one in self.spans), key=_at)


@dataclass(frozen=True)
class Bar:
    """A mark: a dot where all was at one moment, else a bar; measures are in the units of the drawing."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Drawing:
    """What is drawn: bars by lane, the height of it, the first and the last moment."""

    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    height: int
    first: Moment
    last: Moment

    def line(self, at: int) -> int:
        """Return where the line under a lane is."""
        return _TOP + (at + 1) * _LANE


def drawing(record: CustomerRecord) -> Drawing | None:
    """Return the drawing of a record, None where there is nothing to be drawn."""
    lanes = tuple(lane for part in LANES if (lane := _lane(part, getattr(record, part))).spans)
    if not lanes:
        return None
    first, last = min((one.first for one in lanes), key=_at), max((one.last for one in lanes), key=_at)
    length = max((last.at - first.at).total_seconds(), 1.0)
    bars: dict[Bar, None] = {}
    for at, lane in enumerate(lanes):
        for span in lane.spans:
            x = _scaled(span.first, first, length)
            bars[Bar(x, _TOP + at * _LANE + 4, max(round(_scaled(span.last, first, length) - x, 1), 2.5))] = None
    return Drawing(lanes, tuple(bars), _TOP + len(lanes) * _LANE + 2, first, last)


def _lane(part: str, things: Iterable[Contact | Matter]) -> Lane:
    return Lane(part, tuple(_span(one) for one in map(_entries, things) if one))


def _entries(thing: Contact | Matter) -> Sequence[Entry]:
    return [*getattr(thing, "entries", ()), *getattr(thing, "versions", ()), *getattr(thing, "course", ()),
            *getattr(thing, "charges", ())]  # fmt: skip


def _span(entries: Sequence[Entry]) -> Span:
    return Span(min((one.when for one in entries), key=_at), max((one.when for one in entries), key=_at))


def _scaled(moment: Moment, first: Moment, length: float) -> float:
    # As fine as it can be seen, so that thousands of contacts are no more than some hundred marks.
    step = WIDTH / _MARKS_MAX
    x = (moment.at - first.at).total_seconds() / length * (WIDTH - 4)
    return round(round(x / step) * step, 2)


def _at(moment: Moment) -> datetime:
    return moment.at
