"""From an event to what is shown of it: its words, its details, who and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.domain.event import Event, Personal, Record, Stamp
from audit.domain.fact import STAFF_ROLES
from audit.reports.closure import written_ids
from audit.reports.model import Detail, Entry, Moment, Words
from audit.reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator


UNSAID: Final = frozenset({
    "author", "currency", "start", "end", "as_of", "rubric", "seed", "population", "drawn",
})  # fmt: skip
"""Fields that are said elsewhere in an entry, or that serve machines."""
_STRUCTURED: Final = frozenset({"extra", "fields", "parts", "lines", "sentences", "persons"})
_KEPT: Final = frozenset({"html", "raw", "content"})
"""Parts of which only the size is said."""
_HEADING: Final = ("subject", "title")
"""Words that stand above the others."""
_TIED: Final = ("staff", "technician", "recipient", "representative", "linked")


@dataclass(frozen=True)
class Cut:
    """A stretch [start, end) of a part, in code points, that is withheld for a reason."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """What is withheld within an event that is shown: whole parts, and stretches of parts."""

    parts: Mapping[str, str] = field(default_factory=dict)
    stretches: Mapping[str, tuple[Cut, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is needed to show an event: language, zone, names of the staff, and where each committed text stands."""

    wording: Wording
    zone: ZoneInfo
    staff: Mapping[UUID, str]
    positions: Mapping[str, int]

    def entry(self, record: Record, cuts: Cuts) -> Entry:
        event, stamp = record.event, record.stamp
        return Entry(
            number=record.position,
            kind=event.TOPIC,
            when=self.moment(stamp),
            role=stamp.role,
            name=self._name(event, stamp, cuts),
            for_customer=stamp.on_behalf_of is not None,
            words=tuple(self._words(event, cuts)),
            details=(*self._details(event, cuts), *self._tied(record)),
            source=stamp.source,
        )

    def moment(self, stamp: Stamp) -> Moment:
        printed = self.wording.moment(stamp.happened_at, self.zone, stamp.zone_assumed)
        return Moment(
            at=stamp.happened_at, recorded=stamp.recorded_at, printed=printed, zone_assumed=stamp.zone_assumed
        )

    def _name(self, event: Event, stamp: Stamp, cuts: Cuts) -> str | None:
        if stamp.role in STAFF_ROLES or stamp.actor in self.staff:
            return self.staff.get(stamp.actor) if stamp.actor else None
        author = getattr(event, "author", None)
        hidden = "author" in cuts.parts or "author" in cuts.stretches
        return author.text if isinstance(author, Personal) and not hidden else None

    def _words(self, event: Event, cuts: Cuts) -> Iterator[Words]:
        spoken = getattr(event, "language", None) if hasattr(event, "text") else None
        for name, value, _ in sorted(_said(event), key=lambda one: one[0] not in _HEADING):
            if not isinstance(value, Personal) or name in cuts.parts or only_size(name, value):
                continue
            text = None if value.erased else self._uncut(said_text(name, value), cuts.stretches.get(name, ()))
            yield Words(field=name, text=text, language=spoken)

    def _uncut(self, text: str, stretches: tuple[Cut, ...]) -> str:
        """Return the text with each withheld stretch replaced by the reason: the words are not in the result."""
        pieces: list[str] = []
        at = 0
        for cut in sorted(stretches, key=lambda one: (one.start, one.end)):
            if cut.end <= at:
                continue
            said = f"[{self.wording.say('words_withheld', reason=self.wording.code('reason', cut.reason))}]"
            again = cut.start <= at and pieces[-1:] == [said]
            pieces += [] if again else [text[at : max(at, cut.start)], said]
            at = cut.end
        return "".join([*pieces, text[at:]])

    def _details(self, event: Event, cuts: Cuts) -> Iterator[Detail]:
        for name, value, default in _said(event):
            if name in cuts.parts:
                continue
            if isinstance(value, Personal):
                if only_size(name, value) and not value.erased:
                    size = len(value.value if isinstance(value.value, bytes) else said_text(name, value).encode())
                    yield Detail(field=name, value=str(size), printed=self._kept(size))
            elif value != default and not (name == "language" and hasattr(event, "text")):
                yield from self._detail(event, name, value)

    def _detail(self, event: Event, name: str, value: Any) -> Iterator[Detail]:
        if name == "commit":
            if (position := self.positions.get(str(value))) is not None:
                yield Detail(field=name, value=str(position), printed=self._event(position))
            return
        printed = self._printed(name, value)
        if name == "amount" and (currency := getattr(event, "currency", None)):
            value, printed = f"{value} {currency}", f"{printed}\u00a0{currency}"
        yield Detail(field=name, value=_plain(value), printed=printed)

    def _printed(self, name: str, value: Any) -> str:
        match value:
            case bool():
                return self.wording.say("yes" if value else "no")
            case datetime():
                return self.wording.moment(value, self.zone)
            case date():
                return self.wording.date(value)
            case int():
                return self._event(value) if name == "position" else self.wording.number(value)
            case tuple():
                return ", ".join(self.wording.code(name, str(one)) for one in value)
            case _:
                return self.wording.amount(value) if name == "amount" else self._code(name, str(value))

    def _code(self, name: str, value: str) -> str:
        if name == "field":
            return self.wording.field(value.lower()) if value.islower() else value
        return self.wording.code("role" if name in {"part", "who"} else name, value)

    def _tied(self, record: Record) -> Iterator[Detail]:
        for kind in _TIED:
            for said in self._party(record.stamp, kind):
                yield Detail(field=kind, value=said, printed=said)
        if record.event.TOPIC in {"ticket.tied", "ticket.judged-repeat"}:
            for written in written_ids(record.stamp, "of"):
                yield Detail(field="of_ticket", value=written, printed=written)

    def _party(self, stamp: Stamp, kind: str) -> tuple[str, ...]:
        """Return who plays that part: staff by the name in the directory, others by their ids as written."""
        if kind in {"staff", "technician"}:
            return tuple(self.staff[tied] for name, tied in stamp.ties if name == kind and tied in self.staff)
        return written_ids(stamp, kind)

    def _kept(self, size: int) -> str:
        return self.wording.say("kept_bytes", count=self.wording.number(size))

    def _event(self, position: int) -> str:
        return self.wording.say("about_event", number=position)


def _said(event: Event) -> Iterator[tuple[str, Any, Any]]:
    """Return name, value and default of each field that is said."""
    for one in fields(event):  # type: ignore[arg-type]  # every event class is a dataclass; a test of the house says so
        value = getattr(event, one.name)
        if one.name not in UNSAID and value is not None:
            yield one.name, value, None if one.default is MISSING else one.default


def only_size(name: str, value: Personal) -> bool:
    """Return whether no more than the size of a part is said."""
    return name in _KEPT or isinstance(value.value, bytes)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def said_text(name: str, words: Personal) -> str:
    """Return words as text; what is structured as one line for each member."""
    value = words.value
    if isinstance(value, str) and name in _STRUCTURED:
        try:
            value = json.loads(value)
        except ValueError:
            return str(words.value)
    return value if isinstance(value, str) else _lines(value)


def _lines(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_inline(member)}" for key, member in value.items())
    return "\n".join(map(_inline, value)) if isinstance(value, list) else _inline(value)


def _inline(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
