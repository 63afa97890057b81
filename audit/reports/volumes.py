"""Volumes: a record that is too long for one file, parted where a reader would part it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from audit.reports.model import Contact, CustomerRecord, Entry, Matter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGES_MAX: Final = 250
PARTED: Final = ("promises", "contacts", "tickets", "work_orders", "calls", "others")
"""The parts whose things are shared out, in the order in which they are printed."""
_PAGE: Final = 247.0
_LINE: Final = 4.86
_SMALL: Final = 4.4
_ROW: Final = 168.0
_NARROW, _WIDE = 1.84, 3.36
_FIRST_WIDE: Final = 0x2E80
_ENTRY: Final = 7.9
_THING: Final = 24.0
_FRONT: Final = 5 * _PAGE
_NUMBERS_IN_A_LINE: Final = 14

Thing = Contact | Matter | Entry


@dataclass
class Part:
    """What stands in one volume: things by part, how many of each part came before, and which begin earlier."""

    things: dict[str, list[Thing]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    continued: set[str] = field(default_factory=set)


def estimated_pages(record: CustomerRecord) -> float:
    """Return about how many pages a record takes."""
    whole = sum(_height(thing) for name in PARTED for thing in getattr(record, name))
    return (_front(record) + whole + _back(record)) / _PAGE


def parted(record: CustomerRecord, pages: float) -> list[Part]:
    """Share the things of a record out to volumes of about so many pages; a long contact goes on in the next one."""
    room = pages * _PAGE
    sharing = _Sharing(room, _front(record))
    for name in PARTED:
        for index, thing in enumerate(getattr(record, name)):
            sharing.add(name, index, thing)
    sharing.leave(_back(record))
    return sharing.volumes


def within(record: CustomerRecord, part: Part, *, first: bool, last: bool) -> CustomerRecord:
    """Return the record with no more in it than stands in one volume."""
    kept = {name: tuple(part.things.get(name, ())) for name in PARTED}
    absent = {} if first else {"particulars": (), "requests": ()}
    if not last:
        absent |= dict.fromkeys(
            ("withheld", "withheld_parts", "counted", "erased", "outside", "unreadable", "missing"), ()
        )
    return replace(record, **kept, **absent)  # type: ignore[arg-type]  # each member is of the kind of its field


def numbers_in(record: CustomerRecord) -> frozenset[int]:
    """Return the numbers of all events that are printed in it."""
    things = (thing for name in ("particulars", "requests", *PARTED) for thing in getattr(record, name))
    return frozenset(one.number for thing in things for entry in _entries(thing) for one in _with_below(entry))


class _Sharing:
    def __init__(self, room: float, front: float) -> None:
        self._room = room
        self._left = room - front
        self.volumes = [Part()]

    def add(self, name: str, index: int, thing: Thing) -> None:
        height = _height(thing)
        while height > self._left and isinstance(thing, Contact) and height > self._room / 2:
            piece, thing = self._cut(thing)
            if piece.entries:
                self._put(name, index, piece)
            self._turn(name, index, continued=bool(piece.entries))
            height = _height(thing)
        if height > self._left and self.volumes[-1].things:
            self._turn(name, index, continued=False)
        self._put(name, index, thing)
        self._left -= height

    def leave(self, height: float) -> None:
        """Leave room at the end; where there is none, what comes there has a volume of its own."""
        if height > self._left and self.volumes[-1].things:
            self.volumes.append(Part())

    def _cut(self, contact: Contact) -> tuple[Contact, Contact]:
        taken, height = 0, _THING
        for entry in contact.entries[:-1]:
            height += _height(entry)
            if height > self._left:
                break
            taken += 1
        return replace(contact, entries=contact.entries[:taken]), replace(contact, entries=contact.entries[taken:])

    def _put(self, name: str, index: int, thing: Thing) -> None:
        self.volumes[-1].starts.setdefault(name, index)
        self.volumes[-1].things.setdefault(name, []).append(thing)

    def _turn(self, name: str, index: int, *, continued: bool) -> None:
        """Begin the next volume."""
        self.volumes.append(Part(starts={name: index}, continued={name} if continued else set()))
        self._left = self._room - _PAGE


def _front(record: CustomerRecord) -> float:
    first: tuple[Thing, ...] = (*record.particulars, *record.requests)
    return _FRONT + sum(map(_height, first))


def _back(record: CustomerRecord) -> float:
    listed = (*record.withheld, *record.withheld_parts, *record.counted)
    numbers = sum(len(one.numbers) for one in listed) + len(record.erased) + len(record.outside)
    return _PAGE + _SMALL * (numbers / _NUMBERS_IN_A_LINE + 2 * len(listed))


def _height(thing: Thing) -> float:
    """Return about how high a thing stands on paper, in millimetres, its line in the contents with it."""
    if isinstance(thing, Entry):
        details = _SMALL * (len(thing.details) + 1) / 2 if thing.details else 0.0
        words = sum(_words(one.text or "") for one in thing.words)
        return _ENTRY + words + details + sum(_height(one) for one in (*thing.versions, *thing.attachments))
    return _THING + sum(_height(one) for one in _entries(thing))


def _words(text: str) -> float:
    lines = 0
    for line in text.split("\n"):
        width = len(line) * _NARROW
        if not line.isascii():
            width += sum(ord(sign) >= _FIRST_WIDE for sign in line) * (_WIDE - _NARROW)
        lines += max(1, -int(-width // _ROW))
    return lines * _LINE


def _entries(thing: Thing) -> Iterable[Entry]:
    if isinstance(thing, Entry):
        return (thing,)
    return thing.entries if isinstance(thing, Contact) else (*thing.versions, *thing.course, *thing.charges)


def _with_below(entry: Entry) -> Iterator[Entry]:
    yield entry
    for below in (*entry.versions, *entry.attachments):
        yield from _with_below(below)
