"""Asterisk's queue_log: one line for each thing that happens in a queue, fields parted by bars."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Final

from audit.domain.errors import Unreadable
from audit.domain.fact import Item
from audit.domain.names import ItemName
from audit.intake.interchange.line import ID_MAX, short
from audit.intake.lines import LINE_MAX, RawLine, lines
from audit.intake.queue_log_events import EVENTS, Entry, facts_of
from audit.intake.source import Found, NotTaken, Refusal
from audit.intake.times import Moment, in_range, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from pathlib import PurePath

    from audit.intake.source import Delivered

NORMAL_VERSION: Final = 1
SOURCE: Final = "queue_log"
_LOOKED_AT: Final = 20
_SECONDS: Final = re.compile(r"\d{1,11}(?:\.\d{1,9})?", re.ASCII)
_OURS: Final = re.compile(
    rb"[0-9][0-9 .:T+Z-]{0,40}\|[^|\r\n]{1,200}\|[^|\r\n]{0,200}\|[^|\r\n]{0,200}\|[A-Z]{2,30}(\||\r?$)"
)
_FIELDS: Final = 5
"""Time, call, queue, agent, event; what comes after depends on the event."""


class QueueLog:
    """Reads a queue_log. Each line is an item; a line that says the same as an earlier one is that item again."""

    name: ClassVar[str] = "queue_log"
    version: ClassVar[int] = 1

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        del path
        first = [line for line in beginning.removeprefix(b"\xef\xbb\xbf").split(b"\n", _LOOKED_AT)[:_LOOKED_AT] if line]
        return any(_OURS.match(line) for line in first)

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        with delivery.open() as file:
            for line in lines(file):
                if line.number == 1 and b"\0" in line.content:
                    raise Unreadable("It is no queue_log: it holds bytes that are no text.")
                if line.too_long or line.content.strip(b" \t\r"):
                    yield _one(line, delivery)


def _one(line: RawLine, delivery: Delivered) -> Found | Refusal:
    place = f"line {line.number}"
    try:
        return Found(place, _item(line, delivery), 2 * line.length)
    except NotTaken as amiss:
        said = f"the file ends in the middle of it, or {amiss}" if not line.ended else str(amiss)
        return Refusal(place, f"{place}: {said}", line.content)


def _item(line: RawLine, delivery: Delivered) -> Item:
    if line.too_long:
        raise NotTaken(f"it is {line.length} bytes long, more than {LINE_MAX}; only its beginning is kept")
    entry, assumed = _entry(_text(line), delivery.reading.zone, line.number)
    facts, staff = facts_of(entry, delivery.reading.our_addresses, zone_assumed=assumed)
    normal = "|".join(entry.fields).encode()
    named = f"{entry.call}/{entry.event}/{sha256(normal).hexdigest()[:32]}"
    return Item(
        name=ItemName("call", SOURCE, named), normal=normal, normal_version=NORMAL_VERSION, facts=facts, staff=staff
    )


def _text(line: RawLine) -> str:
    try:
        return line.content.decode().rstrip("\r")
    except UnicodeDecodeError as error:
        raise NotTaken(f"it is not UTF-8 (at byte {error.start + 1})") from None


def _entry(text: str, zone: tzinfo, number: int) -> tuple[Entry, bool]:
    fields = text.split("|")
    if len(fields) < _FIELDS:
        raise NotTaken("it has fewer than the five fields time, call, queue, agent and event")
    when, call, queue, agent, event = (field.strip() for field in fields[:_FIELDS])
    known = EVENTS.get(event)
    if known is None:
        raise NotTaken("its event is none that Asterisk's queues write")
    given = tuple(field.strip() for field in fields[_FIELDS:])
    if len([field for field in given if field]) < known.least:
        raise NotTaken(f"{event} takes at least {known.least} particulars")
    found = _moment(when, zone)
    entry = Entry(
        at=found.at,
        call=short("the call", call, ID_MAX) or "NONE",
        queue=short("the queue", queue, 200),
        agent=short("the agent", agent, 200),
        event=event,
        given=given,
        fields=(when, call, queue, agent, event, *given),
        seq=number,
    )
    return entry, found.zone_assumed


def _moment(written: str, zone: tzinfo) -> Moment:
    """Return a time as the log writes it: seconds since 1970, or a date where the log goes through a database."""
    if _SECONDS.fullmatch(written):
        whole, _, fraction = written.partition(".")
        try:
            at = datetime.fromtimestamp(int(whole), UTC).replace(microsecond=int(f"{fraction:0<6}"[:6]))
        except (ValueError, OverflowError, OSError):
            raise NotTaken("its time does not exist") from None
        return in_range(Moment(at))
    try:
        return moment(written, zone)
    except NotTaken as amiss:
        raise NotTaken(f"its time {amiss}, nor seconds since 1970") from None
