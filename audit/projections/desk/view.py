"""Which tickets would make a visit fail? Each with its marks, what got lost, and what was decided about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import MetaData, bindparam, delete, select, update

from audit.domain import conversation, lost_fact, ticket, work_order
from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.event import Personal
from audit.domain.spans import ranges_of
from audit.projections.columns import is_erased, microseconds, moment_of, order_values, text_of
from audit.projections.copies import copied, text_in, words_of
from audit.projections.desk import saying, tables
from audit.projections.desk.remaking import Remaking
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.domain.event import Event, Record
    from audit.projections.writer import Writer

MESSAGE, EDIT, DELETION = "message", "edit", "deletion"
TICKET, FIELD, ORDER, ORDER_FIELD, FINDING = "ticket", "field", "order", "order-field", "finding"
_OF_CONVERSATION: Final = frozenset({MESSAGE, EDIT, DELETION})
_THING: Final = {
    MESSAGE: "conversation",
    EDIT: "conversation",
    DELETION: "conversation",
    TICKET: "ticket",
    FIELD: "ticket",
    ORDER: "work_order",
    ORDER_FIELD: "work_order",
    FINDING: "work_order",
}
_TIED: Final = ("customer", "conversation", "ticket", "work_order", "staff")
_STEPS: Final[dict[type[Event], str]] = {
    conversation.MessagePosted: MESSAGE,
    conversation.MessageEditedAtSource: EDIT,
    conversation.MessageDeletedAtSource: DELETION,
    ticket.TicketOpened: TICKET,
    ticket.TicketReworded: TICKET,
    ticket.TicketFieldChanged: FIELD,
    work_order.WorkOrderIssued: ORDER,
    work_order.WorkOrderReworded: ORDER,
    work_order.WorkOrderFieldChanged: ORDER_FIELD,
    work_order.WorkOrderFinished: FINDING,
}
_WORDS: Final = {FINDING: "findings", FIELD: "value", ORDER_FIELD: "value"}
"""The part with the words of a step, where it is not ``text``."""
_COURSE: Final[dict[type[Event], tuple[str, str]]] = {
    ticket.TicketReadBack: ("answer", "correction"),
    ticket.TicketBounced: ("codes", "note"),
    ticket.TicketAccepted: ("", "note"),
    ticket.TicketEscalated: ("level", "reason"),
    ticket.TicketJudgedRepeat: ("", "reason"),
    ticket.TicketJudgedNew: ("", "reason"),
    ticket.TicketAssigned: ("team", ""),
    ticket.TicketResolved: ("", "resolution"),
    ticket.TicketReopened: ("", "reason"),
    ticket.TicketClosed: ("", "reason"),
    work_order.WorkOrderReportedUnclear: ("", "reason"),
    work_order.WorkOrderSigned: ("", "signed_by"),
    work_order.VisitStarted: ("", ""),
    work_order.FollowUpMade: ("outcome", "text"),
    work_order.WorkOrderCancelled: ("", "reason"),
}
"""The field with the code and the part with the words, of each event that is a step in a course."""


class Desk:
    """Tickets beside the conversations they come from and the work orders made of them.

    A ticket's row depends on the rows of the other tables alone, in reading order: it is the same in whatever order
    things arrived. What is needed of it, and how much that weighs, is settled when it is read, by the rubric.
    """

    name: ClassVar[str] = "desk"
    version: ClassVar[int] = 4

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.texts = tables.texts_table(self.metadata, suffix)
        self.ties = tables.ties_table(self.metadata, suffix)
        self.course = tables.course_table(self.metadata, suffix)
        self.dismissals = tables.dismissals_table(self.metadata, suffix)
        self.tickets = tables.standings_table(self.metadata, suffix)
        self._remaking = Remaking(self)
        # Asked of every message: a statement made once costs a third.
        ties = self.ties.c
        self._tied_to = select(ties.thing).where(ties.tie == bindparam("sought"), ties.of == "ticket").distinct()

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        match event:
            case ErasureExecuted():
                self._forget(db, event)
            case WordsResealed() | TieCorrected():
                self._stand_in(db, record)
            case lost_fact.LossDismissed() | lost_fact.LossReinstated():
                self._dismiss(db, record, event)
            case _:
                self._tell(db, record)

    def _tell(self, db: Writer, record: Record) -> None:
        step, course = _STEPS.get(type(record.event)), _COURSE.get(type(record.event))
        if step is None and course is None:
            return
        self._tie(db, record)
        if step is not None:
            self._say(db, record, step)
        elif course is not None:
            self._go_on(db, record, *course)
        self._remaking.of(db, self._concerned(db, record))

    def _tie(self, db: Writer, record: Record) -> None:
        """Note what the ticket and the work order of an event are tied to, themselves included."""
        for of in ("ticket", "work_order"):
            thing = record.stamp.tie(of)
            if thing is None:
                continue
            for kind, tied in dict.fromkeys(record.stamp.ties):
                if kind in _TIED:
                    written = record.stamp.written(kind) if tied == record.stamp.tie(kind) else None
                    row = {"thing": thing.hex, "kind": kind, "tie": tied.hex, "position": record.position, "of": of}
                    db.insert(self.ties, {**row, "written": written, "original": record.position})

    def _say(self, db: Writer, record: Record, step: str) -> None:
        stamp, event = record.stamp, record.event
        thing = stamp.tie(_THING[step]) or (stamp.tie("ticket") if step in _OF_CONVERSATION else None)
        of, customer = stamp.tie("of"), stamp.tie("customer")
        row = {
            "position": record.position,
            **order_values(record),
            "step": step,
            "thing": thing.hex if thing else None,
            "customer": customer.hex if customer else None,
            "revises": of.hex if of else None,
            "role": stamp.role,
            "actor": stamp.actor.hex if stamp.actor else None,
            "field": getattr(event, "field", None),
            "code": getattr(event, "category", None) if step == TICKET else None,
            "original": record.position,
            "corrects": False,
            **_words(record, step, _parts(event)),
        }
        db.insert(self.texts, row)

    def _go_on(self, db: Writer, record: Record, code: str, words: str) -> None:
        stamp, event = record.stamp, record.event
        thing = stamp.tie("work_order") if type(event).__module__ == work_order.__name__ else stamp.tie("ticket")
        if thing is None:
            return
        other = stamp.tie("staff") if isinstance(event, ticket.TicketAssigned) else stamp.tie("of")
        value = getattr(event, code) if code else None
        due = getattr(event, "due", None)
        row = {
            "position": record.position,
            **order_values(record),
            "thing": thing.hex,
            "topic": event.TOPIC,
            "role": stamp.role,
            "actor": stamp.actor.hex if stamp.actor else None,
            "code": " ".join(value) if isinstance(value, tuple) else value,
            "commit": getattr(event, "commit", None),
            "channel": getattr(event, "channel", None),
            "other": other.hex if other else None,
            "due": microseconds(due) if due else None,
            "text": text_of(getattr(event, words)) if words else None,
            "details": _json_of(getattr(event, "sentences", None)),
        }
        db.insert(self.course, row)

    def _dismiss(self, db: Writer, record: Record, event: lost_fact.LossDismissed | lost_fact.LossReinstated) -> None:
        thing = record.stamp.tie("ticket")
        if thing is None:
            return
        row = {
            "position": record.position,
            "thing": thing.hex,
            "kind": event.kind,
            "category": getattr(event, "category", None),
            "reason": getattr(event, "reason", None),
            "taken_back": isinstance(event, lost_fact.LossReinstated),
            "fact": text_of(event.fact),
            "note": text_of(event.note),
        }
        db.insert(self.dismissals, row)
        self._remaking.of(db, {thing.hex})

    # -- words that were sealed anew, tied otherwise, or erased --

    def _stand_in(self, db: Writer, record: Record) -> None:
        event = record.event
        touched = set[str]()
        if isinstance(event, TieCorrected):
            touched |= self._tickets_at(db, event.position)
            self._move(db, record, event)
        original = copied(event)
        if original is not None:
            own = (self.texts.c.original == original) & (self.texts.c.position == original)
            for found in db.execute(select(self.texts).where(own)).mappings().all():
                row = dict(found)
                parts = _copied_parts(words_of(event), row["step"], row["field"])
                again = {"position": record.position, "item": "", "corrects": isinstance(event, TieCorrected)}
                at = moment_of(row["at"], row["zone"])
                said = {**_said(parts, row["step"], at=at), "erased": is_erased(record)}
                db.insert(self.texts, {**row, **again, **said})
        position = getattr(event, "position", None)
        if position is not None:
            self._remaking.of(db, touched | self._tickets_at(db, position))

    def _move(self, db: Writer, record: Record, event: TieCorrected) -> None:
        """From here on the event at that position is tied otherwise."""
        rights = [tied.hex for kind, tied in record.stamp.ties if kind == event.kind]
        if not rights:
            return
        here, ties = self.ties.c.original == event.position, self.ties
        rows = [dict(row) for row in db.execute(select(ties).where(here)).mappings()]
        moved = {(rights[0] if row["of"] == event.kind else row["thing"], row["of"]) for row in rows}
        kept = [
            row | {"thing": rights[0]} if row["of"] == event.kind else row for row in rows if row["kind"] != event.kind
        ]
        db.execute(delete(ties).where(here))
        for row in kept:
            db.insert(ties, row)
        for thing, of in sorted(moved):
            for right in dict.fromkeys(rights):
                row = {"thing": thing, "kind": event.kind, "tie": right, "position": record.position, "of": of}
                db.insert(ties, {**row, "written": record.stamp.written(event.kind), "original": event.position})
        steps = [step for step, kind in _THING.items() if kind == event.kind]
        texts = self.texts
        db.execute(
            update(texts).where(texts.c.original == event.position, texts.c.step.in_(steps)).values(thing=rights[0])
        )
        if event.kind == "customer":
            db.execute(update(texts).where(texts.c.original == event.position).values(customer=rights[0]))
        if event.kind in {"ticket", "work_order"}:
            db.execute(update(self.course).where(self.course.c.position == event.position).values(thing=rights[0]))

    def _forget(self, db: Writer, event: ErasureExecuted) -> None:
        touched = set[str]()
        for table in (self.texts, self.course, self.dismissals):
            for span in ranges_of(event.spans):
                hit = table.c.position.between(span.start, span.stop - 1)
                touched.update(filter(None, db.execute(select(table.c.thing).where(hit).distinct()).scalars()))
        forget(db, self.metadata, event)
        self._remaking.of(db, self._tickets_of(db, touched))

    # -- whose tickets --

    def _concerned(self, db: Writer, record: Record) -> set[str]:
        """Return the tickets an event may have changed: its own; of a message or a work order those tied to it."""
        step, stamp = _STEPS.get(type(record.event), ""), record.stamp
        found = {tied.hex for kind, tied in stamp.ties if kind == "ticket"}
        of = stamp.tie("of")
        if step in _OF_CONVERSATION:
            things = {tied.hex for kind, tied in stamp.ties if kind == "conversation"}
            if of is not None and step != MESSAGE:
                above = select(self.texts.c.thing).where(self.texts.c.stream == of.hex)
                things.update(filter(None, db.execute(above).scalars()))
            for thing in things:
                found.update(db.execute(self._tied_to, {"sought": thing}).scalars())
        elif type(record.event).__module__ == work_order.__name__:
            found |= self._tickets_of(db, [tied.hex for kind, tied in stamp.ties if kind == "work_order"])
        return found

    def _tickets_at(self, db: Writer, position: int) -> set[str]:
        texts = select(self.texts.c.thing).where(self.texts.c.original == position)
        ties = select(self.ties.c.thing).where(self.ties.c.original == position)
        course = select(self.course.c.thing).where(self.course.c.position == position)
        things = {thing for query in (texts, ties, course) for thing in db.execute(query).scalars() if thing}
        return self._tickets_of(db, things)

    def _tickets_of(self, db: Writer, things: Iterable[str]) -> set[str]:
        """Return the tickets among these things, and those tied to them from either side."""
        wanted = sorted(set(things))
        if not wanted:
            return set()
        ties = self.ties.c
        own = select(ties.thing).where(ties.tie.in_(wanted), ties.of == "ticket")
        other = select(ties.tie).where(ties.thing.in_(wanted), ties.kind == "ticket")
        return {*db.execute(own.distinct()).scalars(), *db.execute(other.distinct()).scalars()}


def _parts(event: Event) -> dict[str, Any]:
    return {name: value for name, value in vars(event).items() if isinstance(value, Personal)}


def _words(record: Record, step: str, parts: dict[str, Any]) -> dict[str, Any]:
    plain = {name: _plain(part) for name, part in parts.items()}
    said = _said(plain, step, at=record.stamp.happened_at, language=getattr(record.event, "language", None))
    text = getattr(record.event, "text", None)
    return {**said, "commit": text.commit if text is not None else None, "erased": is_erased(record)}


def _said(parts: dict[str, str | None], step: str, *, at: Any, language: str | None = None) -> dict[str, Any]:
    """Return the columns with words of a step, from its parts as text."""
    subject, text = parts.get("subject"), parts.get(_WORDS.get(step, "text"))
    if step == DELETION:
        return {"subject": None, "text": None, "saying": None}
    if step in _OF_CONVERSATION:
        return {"subject": None, "text": None, "saying": saying.stored(saying.read(text, at=at, language=language))}
    if step in {TICKET, ORDER}:
        fields = parts.get("fields")
        whole = "\n".join(filter(None, (subject, text, _of_fields(fields))))
        return {"subject": subject, "text": text, "saying": _kept(whole, fields, at)}
    return {"subject": None, "text": text, "saying": saying.stored(saying.read(text, at=at))}


def _kept(whole: str, fields: str | None, at: Any) -> str | None:
    """Return what a wording says, and beside it the values of the helpdesk's own fields, which are words of it too."""
    if not whole:
        return None
    return json.dumps([saying.stored(saying.read(whole, at=at)), _of_fields(fields)], ensure_ascii=False)


def _of_fields(fields: str | None) -> str | None:
    """Return the values of a JSON object, one a line."""
    try:
        read = json.loads(fields) if fields else None
    except ValueError:
        return fields
    return "\n".join(_values(read)) or None


def _values(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _values(one)]
    if isinstance(value, list):
        return [text for one in value for text in _values(one)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def _copied_parts(words: dict[str, Any], step: str, field: str | None) -> dict[str, str | None]:
    named = _WORDS.get(step, "text")
    return {
        "subject": text_in(words, "subject"),
        "fields": text_in(words, "fields"),
        named: text_in(words, named, field or named, "text"),
    }


def _plain(part: Personal | None) -> str | None:
    if part is None or part.erased:
        return None
    return part.text if isinstance(part.value, str) else _json_of(part)


def _json_of(part: Personal | None) -> str | None:
    if part is None or part.erased or isinstance(part.value, bytes):
        return None
    return part.value if isinstance(part.value, str) else json.dumps(part.value, ensure_ascii=False, sort_keys=True)
