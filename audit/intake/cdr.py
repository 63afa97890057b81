"""Asterisk's call detail records (cdr-csv, Master.csv): one row for each leg of a call."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Final

from audit.domain.call import CallAbandoned, CallAnswered, CallEnded, CallOffered
from audit.domain.errors import Unreadable
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item, StaffMember
from audit.domain.names import ItemName
from audit.intake.callers import outside_number
from audit.intake.interchange.line import ID_MAX, short
from audit.intake.lines import LINE_MAX
from audit.intake.source import Found, NotTaken, Refusal
from audit.intake.times import Moment, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo
    from pathlib import PurePath

    from audit.domain.witnessed import Witnessed
    from audit.intake.source import Delivered, Reading

NORMAL_VERSION: Final = 1
SOURCE: Final = "cdr"
COLUMNS: Final = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
    *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags"),
    *("uniqueid", "userfield", "peeraccount", "linkedid", "sequence"),
)
"""The columns of Master.csv in their order; those after amaflags may be absent."""
_LEAST: Final = COLUMNS.index("amaflags") + 1
_ANSWERED: Final = "ANSWERED"
_NO_ANSWER: Final = "NO ANSWER"
_DISPOSITIONS: Final = {
    _ANSWERED: None,
    _NO_ANSWER: None,
    "BUSY": "busy",
    "FAILED": "failed",
    "CONGESTION": "congestion",
}
_PARSED: Final = 20


class Cdr:
    """Reads a Master.csv. Its times have no zone: they are read in the zone that is given."""

    name: ClassVar[str] = "cdr"
    version: ClassVar[int] = 1

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        del path
        text = beginning.decode("utf-8", "replace")
        try:
            rows = [row for row, _ in zip(csv.reader(io.StringIO(text, newline="")), range(_PARSED), strict=False)]
        except csv.Error:
            return False
        return any(_is_ours(row) for row in rows)

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        csv.field_size_limit(LINE_MAX)
        with delivery.open() as file:
            # What is not UTF-8 shows as surrogates, which refuse their row and no other.
            text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text)
            try:
                for row in rows:
                    if row:
                        yield _one(f"line {rows.line_num}", row, delivery.reading)
            except csv.Error as error:
                raise Unreadable(f"Its rows cannot be told apart ({error}): check its quotation marks.") from None


def _is_ours(row: list[str]) -> bool:
    named = dict(zip(COLUMNS, row, strict=False))
    return (
        _LEAST <= len(row) <= len(COLUMNS) and named["disposition"] in _DISPOSITIONS and named["duration"].isdecimal()
    )


def _one(place: str, row: list[str], reading: Reading) -> Found | Refusal:
    raw = io.StringIO()
    csv.writer(raw).writerow(row)
    kept = raw.getvalue().encode("utf-8", "surrogateescape")
    try:
        return Found(place, _item(row, reading), 2 * len(kept))
    except NotTaken as amiss:
        return Refusal(place, f"{place}: {amiss}", kept)


def _item(row: list[str], reading: Reading) -> Item:
    if not _LEAST <= len(row) <= len(COLUMNS):
        raise NotTaken(f"it has {len(row)} columns where a call detail record has {_LEAST} to {len(COLUMNS)}")
    if any("\ud800" <= letter <= "\udfff" for cell in row for letter in cell):
        raise NotTaken("it is not UTF-8")
    leg = dict.fromkeys(COLUMNS, "") | {name: cell.strip() for name, cell in zip(COLUMNS, row, strict=False)}
    normal = "\n".join(row).encode()
    call = leg["linkedid"] or leg["uniqueid"]
    named = f"{leg['uniqueid'] or leg['start']}/{sha256(normal).hexdigest()[:32]}"
    short("uniqueid", named, ID_MAX)
    staff = _desk(leg)
    return Item(
        name=ItemName("call", SOURCE, named),
        normal=normal,
        normal_version=NORMAL_VERSION,
        facts=tuple(_facts(leg, short("linkedid", call, ID_MAX), reading)),
        staff=(StaffMember(id=staff),) if staff else (),
    )


def _facts(leg: Mapping[str, str], call: str | None, reading: Reading) -> Iterator[Fact]:
    """Yield what a leg tells: that it was offered, then answered and over, or given up."""
    if leg["disposition"] not in _DISPOSITIONS:
        raise NotTaken("its disposition is none of " + ", ".join(_DISPOSITIONS))
    direction, customer = _outside(leg, reading.our_addresses)
    ties = (*((("customer", customer),) if customer else ()), *((("conversation", call),) if call else ()))
    desk = _desk(leg)
    staff = ("staff", desk) if desk else None
    offered, ended = _at(leg, "start", reading.zone), _at(leg, "end", reading.zone)
    if ended.at < offered.at:
        raise NotTaken("end is before start")
    rest = Personal({name: cell for name, cell in leg.items() if cell})

    def fact(event: Witnessed, when: Moment, role: str, actor: tuple[str, str] | None) -> Fact:
        return Fact(event=event, at=when.at, role=role, actor=actor, zone_assumed=when.zone_assumed, ties=ties)

    caller = ("customer", customer) if customer and direction == "inbound" else None
    queue = _queue(leg)
    yield fact(
        CallOffered(queue=queue, direction=direction, extra=rest), offered, "customer" if caller else "system", caller
    )
    if leg["disposition"] == _ANSWERED and (desk or leg["lastapp"] != "Queue"):
        answered = _at(leg, "answer", reading.zone)
        if not offered.at <= answered.at <= ended.at:
            raise NotTaken("answer is not between start and end")
        # In a queue the record has the moment the switchboard took the call, not the agent: that is no waiting time.
        wait = None if queue else int((answered.at - offered.at).total_seconds())
        yield fact(CallAnswered(queue=queue, wait_seconds=wait), answered, "agent" if staff else "system", staff)
        talk = int((ended.at - answered.at).total_seconds())
        yield fact(CallEnded(outcome="completed", seconds=talk), ended, "agent" if staff else "system", staff)
    elif direction != "inbound" or _DISPOSITIONS[leg["disposition"]]:
        outcome = _DISPOSITIONS[leg["disposition"]] or "no-answer"
        yield fact(CallEnded(outcome=outcome), ended, "system", None)
    else:
        wait = int((ended.at - offered.at).total_seconds())
        yield fact(CallAbandoned(queue=queue, wait_seconds=wait), ended, "customer", caller)


def _outside(leg: Mapping[str, str], our_addresses: frozenset[str]) -> tuple[str, str | None]:
    """Return the direction of a leg, and the number of whoever is outside."""
    caller, called = outside_number(leg["src"], our_addresses), outside_number(leg["dst"], our_addresses)
    if caller:
        return "inbound", caller
    return ("outbound", called) if called else ("internal", None)


def _desk(leg: Mapping[str, str]) -> str | None:
    """Return the desk that was rung: the channel without the number that counts its uses."""
    channel = leg["dstchannel"].rpartition("-")[0] or leg["dstchannel"]
    return short("dstchannel", channel, ID_MAX)


def _queue(leg: Mapping[str, str]) -> str | None:
    return short("the queue", leg["lastdata"].split(",")[0], 200) if leg["lastapp"] == "Queue" else None


def _at(leg: Mapping[str, str], name: str, zone: tzinfo) -> Moment:
    try:
        return moment(leg[name], zone)
    except NotTaken as amiss:
        raise NotTaken(f"{name} {amiss}") from None
