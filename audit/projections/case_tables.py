"""Tables for something that is opened, reworded, changed and closed: a part that tickets and work orders share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Integer, Table, and_, delete, exists, func, or_, select, update

from audit.domain.customer import TieCorrected
from audit.projections.columns import (
    PLACE,
    WORD,
    erased_column,
    is_erased,
    moment_of,
    order_columns,
    order_values,
    personal,
    position_column,
    reading_order,
    text_of,
    word,
)
from audit.projections.copies import copied, standing, text_in, words_of
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, MetaData

    from audit.domain.event import Personal, Record
    from audit.projections.writer import Writer


WORDS: Final = ("resolution", "reason", "text", "correction", "note")
"""The fields of a change that hold words beside what it set; the first there is."""
_NOTHING_SET: Final = ((None, None),)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A text as it stood from a moment on. ``commit`` names it in decisions; ``erased`` words are None."""

    event: int
    at: datetime
    role: str
    author: UUID | None
    subject: str | None
    text: str | None
    commit: str | None
    erased: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happened to it: ``topic`` is the event's, ``field`` and ``value`` what it set, ``text`` the words beside."""

    event: int
    topic: str
    at: datetime
    role: str
    actor: UUID | None
    field: str | None
    value: str | None
    text: str | None
    erased: bool


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that is known of one ticket or work order, in reading order."""

    id: UUID
    written: str | None
    wordings: tuple[Wording, ...]
    changes: tuple[Change, ...]
    ties: tuple[tuple[str, UUID, str | None], ...]

    @property
    def fields(self) -> dict[str, str | None]:
        """The fields as they stand: of every field its last value."""
        return {change.field: change.value for change in self.changes if change.field is not None}

    @property
    def text(self) -> str | None:
        return next((wording.text for wording in reversed(self.wordings) if wording.text is not None), None)

    @property
    def subject(self) -> str | None:
        return next((wording.subject for wording in reversed(self.wordings) if wording.subject is not None), None)

    @property
    def first_at(self) -> datetime:
        return min(self._moments())

    @property
    def last_at(self) -> datetime:
        return max(self._moments())

    def _moments(self) -> list[datetime]:
        return [wording.at for wording in self.wordings] + [change.at for change in self.changes]


class CaseTables:
    """Wordings, changes and ties of the things of one ``kind``."""

    def __init__(self, metadata: MetaData, name: str, suffix: str, kind: str) -> None:
        self._kind = kind
        self.wordings = Table(
            f"{name}_wordings{suffix}",
            metadata,
            position_column(),
            *order_columns(),
            word("thing", index=True),
            word("role"),
            word("actor"),
            personal("subject"),
            personal("text"),
            word("commit"),
            erased_column(),
            *_copy_columns(),
        )
        self.changes = Table(
            f"{name}_changes{suffix}",
            metadata,
            Column("position", PLACE, primary_key=True, autoincrement=False),
            Column("ordinal", Integer, primary_key=True, autoincrement=False),
            *order_columns(),
            word("thing", index=True),
            word("topic"),
            word("role"),
            word("actor"),
            word("field"),
            word("code"),
            personal("value"),
            personal("text"),
            erased_column(),
            *_copy_columns(),
        )
        self.ties = Table(
            f"{name}_ties{suffix}",
            metadata,
            Column("thing", WORD, primary_key=True),
            Column("kind", WORD, primary_key=True),
            Column("tie", WORD, primary_key=True, index=True),
            Column("position", PLACE, primary_key=True, autoincrement=False),
            personal("written"),
            Column("original", PLACE, nullable=False, index=True),
        )

    # -- writing --

    def tie(self, db: Writer, record: Record) -> None:
        """Note what the thing is tied to, itself included, with the ids as written."""
        thing = record.stamp.tie(self._kind)
        if thing is None:
            return
        ids = record.stamp.ids
        written = [known for _, known in ids.value] if ids is not None and not ids.erased else []
        for place, (kind, tied) in enumerate(record.stamp.ties):
            if (kind, tied) in record.stamp.ties[:place]:
                continue
            known = written[place] if place < len(written) else None
            db.insert(self.ties, _tie(thing.hex, (kind, tied), known, position=record.position))

    def reword(self, db: Writer, record: Record, text: Personal | None, subject: Personal | None = None) -> None:
        thing = record.stamp.tie(self._kind)
        if thing is not None and (text is not None or subject is not None):
            row = {
                **self._row(record, thing),
                "subject": text_of(subject),
                "text": text_of(text),
                "commit": text.commit if text is not None else None,
            }
            db.insert(self.wordings, row)

    def change(
        self,
        db: Writer,
        record: Record,
        fields: Mapping[str, str | Personal | None] | None = None,
        text: Personal | None = None,
    ) -> None:
        """Note a change: fields that are codes, fields that are words, and words beside them."""
        thing = record.stamp.tie(self._kind)
        if thing is None:
            return
        for ordinal, (field, value) in enumerate(fields.items() if fields else _NOTHING_SET):
            row = {
                **self._row(record, thing),
                "ordinal": ordinal,
                "topic": record.event.TOPIC,
                "field": field,
                "code": value if isinstance(value, str) else None,
                "value": None if isinstance(value, str) else as_text(value),
                "text": as_text(text),
            }
            db.insert(self.changes, row)

    def stand_in(self, db: Writer, record: Record) -> None:
        """Take notice of a copy of words that are here, and of what was tied to the wrong thing."""
        if isinstance(record.event, TieCorrected):
            self._move(db, record, record.event)
        original = copied(record.event)
        if original is not None:
            words, corrects = words_of(record.event), isinstance(record.event, TieCorrected)
            again = {"position": record.position, "corrects": corrects, "erased": is_erased(record), "item": ""}
            for row in self._of(db, self.wordings, original):
                said = {"subject": text_in(words, "subject"), "text": text_in(words, "text", "reason")}
                db.insert(self.wordings, row | again | said)
            for row in self._of(db, self.changes, original):
                value = None if row["code"] is not None else text_in(words, row["field"] or "value", "value")
                db.insert(self.changes, row | again | {"value": value, "text": text_in(words, *WORDS)})

    def _of(self, db: Writer, table: Table, original: int) -> list[dict[str, Any]]:
        """Return the rows of an event itself."""
        own = (table.c.original == original) & (table.c.position == original)
        return [dict(row) for row in db.execute(select(table).where(own)).mappings()]

    def _move(self, db: Writer, record: Record, event: TieCorrected) -> None:
        """From here on the event at that position is tied otherwise."""
        rights = [tied for kind, tied in record.stamp.ties if kind == event.kind]
        ties = self.ties.c
        here = ties.original == event.position
        things = sorted(set(db.execute(select(ties.thing).where(here)).scalars()))
        if not rights or not things:
            return
        if event.kind == self._kind:
            right = rights[0].hex
            for table in (self.wordings, self.changes):
                db.execute(update(table).where(table.c.original == event.position).values(thing=right))
            kept = [dict(row) for row in db.execute(select(self.ties).where(here)).mappings()]
            db.execute(delete(self.ties).where(here))
            for row in kept:
                if row["kind"] != event.kind:
                    db.insert(self.ties, row | {"thing": right})
            things = [right]
        db.execute(delete(self.ties).where(here, ties.kind == event.kind))
        written = record.stamp.written(event.kind)
        for thing in things:
            for tied in dict.fromkeys(rights):
                known = written if tied == rights[0] else None
                tie = _tie(thing, (event.kind, tied), known, position=record.position, original=event.position)
                db.insert(self.ties, tie)

    def _row(self, record: Record, thing: UUID) -> dict[str, Any]:
        actor = record.stamp.actor
        return {
            "position": record.position,
            **order_values(record),
            "thing": thing.hex,
            "role": record.stamp.role,
            "actor": actor.hex if actor else None,
            "erased": is_erased(record),
            "original": record.position,
            "corrects": False,
        }

    # -- asking --

    def tied_to(self, db: Connection, tie: UUID) -> list[UUID]:
        """Return the things that are tied to something else: a customer, a conversation, a ticket."""
        query = select(self.ties.c.thing).where(self.ties.c.tie == tie.hex).distinct().order_by(self.ties.c.thing)
        return [UUID(hex=thing) for thing in db.scalars(query)]

    def last(self, field: str, codes: Collection[str]) -> ColumnElement[bool]:
        """Return the condition that a field of a thing was set to one of these codes, and to no other one since."""
        this, later = self.changes.alias("this").c, self.changes.alias("later").c
        another = or_(later.code.is_(None), later.code.not_in(codes))
        other = (later.thing == this.thing, later.field == field, another, later.at > this.at)
        mine = (this.thing == self.wordings.c.thing, this.field == field, this.code.in_(codes))
        return exists().where(*mine, ~exists().where(*other))

    def reworded(self, db: Connection, where: Sequence[ColumnElement[bool]], *, first: int, limit: int) -> list[UUID]:
        """Return the things for which conditions hold, those opened or reworded last first."""
        this, later = self.wordings.c, self.wordings.alias("newer").c
        newer = or_(later.at > this.at, and_(later.at == this.at, later.position > this.position))
        once = ~exists().where(later.thing == this.thing, newer)
        query = select(this.thing).where(once, *where).order_by(this.at.desc(), this.position.desc())
        return [UUID(hex=thing) for thing in db.scalars(query.offset(first).limit(limit))]

    def newest(self, db: Connection, limit: int) -> list[UUID]:
        """Return the things that were opened or reworded last, the last one first."""
        wordings = self.wordings.c
        last = func.max(wordings.at)
        query = select(wordings.thing).group_by(wordings.thing).order_by(last.desc(), wordings.thing).limit(limit)
        return [UUID(hex=thing) for thing in db.scalars(query)]

    def read(self, db: Connection, things: Sequence[UUID]) -> list[Case]:
        """Return these things in the order asked for; what is unknown is left out."""
        wordings = self._by_thing(db, self.wordings, things)
        changes = self._by_thing(db, self.changes, things)
        ties = self._by_thing(db, self.ties, things)
        return [
            _case(thing, self._kind, wordings.get(thing.hex, []), changes.get(thing.hex, []), ties.get(thing.hex, []))
            for thing in things
            if thing.hex in wordings or thing.hex in changes
        ]

    def _by_thing(self, db: Connection, table: Table, things: Sequence[UUID]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for some in portions(thing.hex for thing in things):
            for row in db.execute(select(table).where(table.c.thing.in_(some))):
                found.setdefault(row.thing, []).append(row)
        return found


def _copy_columns() -> tuple[Column[Any], ...]:
    return (
        Column("original", PLACE, nullable=False, index=True),
        Column("corrects", Boolean, nullable=False),
    )


def _tie(
    thing: str, tie: tuple[str, UUID], written: str | None, *, position: int, original: int | None = None
) -> dict[str, Any]:
    kind, tied = tie
    return {
        "thing": thing,
        "kind": kind,
        "tie": tied.hex,
        "position": position,
        "written": written,
        "original": original or position,
    }


def _standing(rows: Sequence[Any], *also: str) -> list[Any]:
    """Return of each event, or each field it set, the row that stands."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        found.setdefault((row.original, *(getattr(row, name) for name in also)), []).append(row)
    return [standing(some) for some in found.values()]


def as_text(value: Personal | None) -> str | None:
    """Return words as text, and anything else that JSON holds as its JSON."""
    if value is None or value.erased:
        return None
    if isinstance(value.value, str | bytes):
        return value.text
    return json.dumps(value.value, ensure_ascii=False, sort_keys=True)


def _case(thing: UUID, kind: str, wordings: Sequence[Any], changes: Sequence[Any], ties: Sequence[Any]) -> Case:
    known: dict[tuple[str, str], str | None] = {}
    for row in sorted(ties, key=lambda row: (row.kind, row.tie, row.position)):
        known[row.kind, row.tie] = known.get((row.kind, row.tie)) or row.written
    return Case(
        id=thing,
        written=known.pop((kind, thing.hex), None),
        wordings=tuple(_wording(row) for row in sorted(_standing(wordings), key=reading_order)),
        changes=tuple(
            _change(row)
            for row in sorted(_standing(changes, "ordinal"), key=lambda row: (*reading_order(row), row.ordinal))
        ),
        ties=tuple((tied, UUID(hex=tie), written) for (tied, tie), written in known.items()),
    )


def _wording(row: Any) -> Wording:
    return Wording(
        event=row.original,
        at=moment_of(row.at, row.zone),
        role=row.role,
        author=UUID(hex=row.actor) if row.actor else None,
        subject=row.subject,
        text=row.text,
        commit=row.commit,
        erased=row.erased,
    )


def _change(row: Any) -> Change:
    return Change(
        event=row.original,
        topic=row.topic,
        at=moment_of(row.at, row.zone),
        role=row.role,
        actor=UUID(hex=row.actor) if row.actor else None,
        field=row.field,
        value=row.code if row.code is not None else row.value,
        text=row.text,
        erased=row.erased,
    )
