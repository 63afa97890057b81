"""Making the row of a ticket anew from all that is known of it, in reading order."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import delete, or_, select

from audit.domain.fact import STAFF_ROLES
from audit.projections.columns import reading_order
from audit.projections.copies import standing
from audit.projections.desk.chain import RESULT, Line, Lost, Step, losses
from audit.projections.desk.marks import as_bits, first_of_each, marks
from audit.projections.desk.matching import packed
from audit.projections.desk.packing import pack
from audit.projections.desk.repetition import Turn, repetitions
from audit.projections.desk.saying import Saying, restored
from audit.projections.desk.standing import CourseTaken, course_taken, visits_made

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.projections.desk.marks import Mark
    from audit.projections.desk.view import Desk
    from audit.projections.writer import Writer

_ENDINGS: Final = frozenset({"ticket.resolved", "ticket.closed"})


class Wording(NamedTuple):
    """A ticket or work order as it reads: its current text with subject and fields, and the rows that make it up."""

    row: Any
    subject: str
    text: str
    fields: str

    @property
    def whole(self) -> str:
        return "\n".join(filter(None, (self.subject, self.text, self.fields)))


class Known(NamedTuple):
    """All rows about a ticket: its texts, those of its conversations and orders, and their courses."""

    texts: dict[str, list[Any]]
    talks: list[Any]
    orders: dict[str, list[Any]]
    course: list[Any]
    order_course: dict[str, list[Any]]
    ties: list[Any]
    dismissed: frozenset[tuple[str, str]]


class Remaking:
    """Makes rows of the desk anew."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, db: Writer, tickets: Iterable[str]) -> None:
        """Make the rows of these tickets anew; what was never seen as a ticket has none."""
        for ticket in sorted(set(tickets)):
            db.execute(delete(self._desk.tickets).where(self._desk.tickets.c.thing == ticket))
            known = self._known(db, ticket)
            if known.texts.get("ticket") or known.course:
                db.insert(self._desk.tickets, _row(ticket, known))

    def _known(self, db: Writer, ticket: str) -> Known:
        ties, texts, course = self._desk.ties, self._desk.texts, self._desk.course
        found = db.execute(select(ties).where(or_(ties.c.thing == ticket, ties.c.tie == ticket))).all()
        own = [row for row in found if row.thing == ticket]
        orders = {row.tie for row in own if row.kind == "work_order"} | {
            row.thing for row in found if row.of == "work_order" and row.kind == "ticket" and row.tie == ticket
        }
        talks = {row.tie for row in own if row.kind == "conversation"}
        things = sorted({ticket, *orders, *talks})
        rows = standing_rows(db.execute(select(texts).where(texts.c.thing.in_(things))).all())
        heads = [row.stream for row in rows if row.step == "message"]
        if heads:
            rows += self._revisions(db, heads, {row.position for row in rows})
        steps = db.execute(select(course).where(course.c.thing.in_([ticket, *sorted(orders)]))).all()
        steps = sorted(steps, key=reading_order)
        by_step: dict[str, list[Any]] = {}
        for row in sorted((row for row in rows if row.thing == ticket), key=reading_order):
            by_step.setdefault(row.step, []).append(row)
        return Known(
            texts=by_step,
            talks=sorted((row for row in rows if row.step in {"message", "edit", "deletion"}), key=reading_order),
            orders={
                one: sorted((row for row in rows if row.thing == one), key=reading_order) for one in sorted(orders)
            },
            course=[row for row in steps if row.thing == ticket],
            order_course={one: [row for row in steps if row.thing == one] for one in sorted(orders)},
            ties=sorted(own, key=lambda row: (row.kind, row.position, row.tie)),
            dismissed=self._dismissed(db, ticket),
        )

    def _revisions(self, db: Writer, heads: list[str], there: set[int]) -> list[Any]:
        """Return the edits that name nothing but their message."""
        texts = self._desk.texts
        found = db.execute(select(texts).where(texts.c.revises.in_(heads), texts.c.thing.is_(None))).all()
        return [row for row in standing_rows(found) if row.position not in there]

    def _dismissed(self, db: Writer, ticket: str) -> frozenset[tuple[str, str]]:
        table = self._desk.dismissals
        last: dict[tuple[str, str], bool] = {}
        for row in db.execute(select(table).where(table.c.thing == ticket).order_by(table.c.position)):
            if row.fact is not None:
                last[row.kind, row.fact] = not row.taken_back
        return frozenset(one for one, holds in last.items() if holds)


def key_of(fact: Any) -> str:
    """Return by what a dismissal names a fact."""
    key: str = fact.normal or fact.text
    return key


def _row(ticket: str, known: Known) -> dict[str, Any]:
    wordings = known.texts.get("ticket", [])
    current = wording(wordings, known.texts.get("field", []))
    lines = lines_of(known.talks)
    ended = _ended(known)
    before = [line for row, line in zip(heads_of(known.talks), lines, strict=True) if ended is None or row.at <= ended]
    orders = {one: rows for one, rows in known.orders.items() if not _cancelled(known.order_course[one])}
    lost = losses(before, _step(current, known.texts.get("field", [])), _order_step(orders), _results(orders))
    own = {packed(row.written) for row in known.ties if row.written}
    lost = [one for one in lost if not _is_spared(one, known.dismissed, own)]
    shown = _marks(current)
    taken = course_taken(known.course, wordings)
    visits = visits_made(known.order_course, known.orders)
    again = repetitions(Turn(row.thing or "", line) for row, line in zip(heads_of(known.talks), lines, strict=True))
    every = [*wordings, *known.course]
    details = {
        "marks": [[*mark, current.row.original if current else None] for mark in shown],
        "lost": [_lost(one) for one in lost],
        "repeated": [[one.fact.kind, one.fact.text, one.first, one.again, one.other_conversation] for one in again],
    }
    counts = Counter(one.fact.fact.kind for one in lost if one.step != RESULT and not one.arrived)
    return {
        "thing": ticket,
        "customer": _first(known.ties, "customer"),
        "author": current.row.actor if current else None,
        "team": taken.team,
        "category": _category(known.texts),
        "marks": as_bits(shown),
        "losses": pack(counts),
        "versions": len(wordings),
        **_of_course(taken),
        "orphan": not known.orders,
        "unclear": visits.unclear,
        "open_visit": visits.open,
        "repeated": len(again),
        "visits": visits.number,
        "first_at": min(row.at for row in every) if every else min(row.at for row in known.talks),
        "last_at": max(row.at for row in every) if every else max(row.at for row in known.talks),
        "details": json.dumps(details, ensure_ascii=False),
    }


def _is_spared(one: Lost, dismissed: frozenset[tuple[str, str]], own: set[str]) -> bool:
    """Say whether a loss was dismissed, or is only the number of the ticket itself or of what it is tied to."""
    fact = one.fact.fact
    return (fact.kind, key_of(fact)) in dismissed or (fact.kind == "identifier" and packed(fact.text) in own)


def _ended(known: Known) -> int | None:
    """Return when the fault was dealt with: what is said later is no longer for the technician of that visit."""
    last = max((row.at for row in known.texts.get("ticket", [])), default=0)
    closed = [row.at for row in known.course if row.topic in _ENDINGS]
    found = [row.at for order in known.orders.values() for row in order if row.step == "finding"]
    return max(min([*closed, *found]), last) if closed or found else None


def _of_course(taken: CourseTaken) -> dict[str, Any]:
    return {
        "bounces": taken.bounces,
        "bounced": taken.bounced,
        "read_back": taken.read_back,
        "escalated_unread": taken.escalated_unread,
        "repeat_of": taken.repeat_of,
    }


def wording(rows: Sequence[Any], fields: Sequence[Any] = ()) -> Wording | None:
    """Return how something reads now: its last text, its last subject, and its fields as they stand."""
    with_text = [row for row in rows if row.text is not None] or list(rows)
    if not with_text:
        return None
    subject = next((row.subject for row in reversed(rows) if row.subject is not None), "")
    own = next((kept for row in reversed(rows) if (kept := _fields_of(row))), "")
    changed = {row.field: row.text or "" for row in fields}
    return Wording(with_text[-1], subject, with_text[-1].text or "", "\n".join(filter(None, (own, *changed.values()))))


def _fields_of(row: Any) -> str:
    return (json.loads(row.saying)[1] or "") if row.saying else ""


def saying_of(row: Any) -> Saying:
    """Return what the row of a wording says."""
    return restored(json.loads(row.saying)[0]) if row.saying else Saying()


def _step(current: Wording | None, fields: Sequence[Any]) -> Step:
    if current is None:
        return Step()
    last = {row.field: row for row in fields}
    lines = [Line(current.row.original, False, saying_of(current.row))]
    lines += [Line(row.original, False, restored(row.saying)) for row in last.values() if row.saying]
    return Step(tuple(lines), current.whole)


def _order_step(orders: dict[str, list[Any]]) -> Step:
    steps = []
    for rows in orders.values():
        fields = [row for row in rows if row.step == "order-field"]
        steps.append(_step(wording([row for row in rows if row.step == "order"], fields), fields))
    return Step(tuple(line for one in steps for line in one.lines), "\n".join(one.text for one in steps))


def _results(orders: dict[str, list[Any]]) -> Step:
    rows = [row for order in orders.values() for row in order if row.step == "finding" and row.text]
    lines = tuple(Line(row.original, False, restored(row.saying)) for row in rows)
    return Step(lines, "\n".join(row.text for row in rows))


def heads_of(talks: Sequence[Any]) -> list[Any]:
    """Return the messages that were not deleted at the source."""
    gone = {row.revises for row in talks if row.step == "deletion"}
    return [row for row in talks if row.step == "message" and row.stream not in gone]


def lines_of(talks: Sequence[Any]) -> list[Line]:
    """Return what was said, every message in its last version."""
    edits = {row.revises: row for row in talks if row.step == "edit"}
    lines = []
    for row in heads_of(talks):
        last = edits.get(row.stream, row)
        lines.append(Line(last.original, row.role not in STAFF_ROLES, restored(last.saying)))
    return lines


def _marks(current: Wording | None) -> list[Mark]:
    if current is None or not current.whole:
        return []
    return first_of_each(marks("text", current.whole, saying_of(current.row).facts))


def _lost(one: Lost) -> dict[str, Any]:
    fact, event = one.fact
    return {
        "kind": fact.kind,
        "text": fact.text,
        "key": key_of(fact),
        "line": fact.line,
        "event": event,
        "step": one.step,
        "wrong": None
        if one.wrong is None
        else {"text": one.wrong.fact.text, "event": one.wrong.event, "line": one.wrong.fact.line},
        "arrived": one.arrived,
    }


def _category(texts: dict[str, list[Any]]) -> str | None:
    opened = next((row.code for row in reversed(texts.get("ticket", [])) if row.code), None)
    changed = next((row.text for row in reversed(texts.get("field", [])) if row.field == "category" and row.text), None)
    return changed or opened


def _cancelled(course: Sequence[Any]) -> bool:
    return any(row.topic == "work-order.cancelled" for row in course)


def _first(ties: Sequence[Any], kind: str) -> str | None:
    return next((row.tie for row in ties if row.kind == kind), None)


def standing_rows(rows: Iterable[Any]) -> list[Any]:
    """Return of each event the row that stands."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.original, []).append(row)
    return [standing(some) for some in found.values()]
