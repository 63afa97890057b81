"""Erasures: what was asked, what became of it, and who came back after being forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, func, select

from audit.domain.custody import (
    ErasureAsked,
    ErasureExecuted,
    ErasureIdentified,
    ErasureNarrowed,
    ErasureReceipt,
    ErasureRefused,
    SpanErasureAsked,
)
from audit.domain.witnessed import Witnessed
from audit.projections.columns import PLACE, WORD, microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.portions import portions
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """One erasure: ``stage`` is asked, identified, refused, executed or receipted.

    ``cut`` is the stretch it is of, as event:part:start-end, where it is not of a person. ``identified`` is the code of
    how it is known who asks, and ``statement`` that in words; ``refused`` and ``refusal`` say the same of why not.
    ``kept`` are the retention classes that stay, ``returned`` counts items that came since.
    """

    id: str | None
    stream: UUID
    event: int
    asked_at: datetime
    customer: str | None
    ground: str
    reason: str | None
    stage: str
    keys: int
    returned: int
    cut: str | None = None
    identified: str | None = None
    statement: str | None = None
    refused: str | None = None
    refusal: str | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Somebody who was forgotten is in new items: the first of them, and how many there are."""

    customer: UUID
    first: int
    items: int


class Erasures:
    """Asked, refused, executed and receipted, and the alarm when new items speak of somebody who was forgotten."""

    name: ClassVar[str] = "erasures"
    version: ClassVar[int] = 3

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.asked = Table(
            f"erasures{suffix}",
            self.metadata,
            position_column(),
            word("erasure", index=True),
            Column("at", BigInteger, nullable=False),
            word("ground"),
            word("tie"),
            word("cut"),
            personal("written"),
            personal("customer"),
            personal("reason"),
        )
        self.steps = Table(
            f"erasures_steps{suffix}",
            self.metadata,
            position_column(),
            word("erasure", index=True),
            word("stage"),
            word("code"),
            Column("keys", Integer, nullable=False),
            personal("words"),
        )
        self.forgotten = Table(
            f"erasures_forgotten{suffix}",
            self.metadata,
            Column("customer", WORD, primary_key=True),
            Column("position", PLACE, primary_key=True, autoincrement=False),
        )
        self.returned = Table(
            f"erasures_returned{suffix}", self.metadata, position_column(), word("customer", index=True)
        )
        self._known: tuple[Writer | None, frozenset[str]] = (None, frozenset())

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case ErasureAsked(ground=ground, reason=reason):
                self._ask(db, record, ground, text_of(reason))
            case SpanErasureAsked(ground=ground, reason=reason):
                self._ask(db, record, ground, text_of(reason), cut=_spelled(record.event))
            case ErasureExecuted(keys=keys):
                self._step(db, record, "executed", keys=len(keys))
                self._forget(db, record)
                forget(db, self.metadata, record.event)
            case ErasureReceipt():
                self._step(db, record, "receipted")
            case Witnessed():
                self._watch(db, record)
            case _:
                self._tell_step(db, record)

    def _tell_step(self, db: Writer, record: Record) -> None:
        match record.event:
            case ErasureIdentified(how=how, statement=words):
                self._step(db, record, "identified", how, words=text_of(words))
            case ErasureRefused(ground=ground, reason=words):
                self._step(db, record, "refused", ground, words=text_of(words))
            case ErasureNarrowed(classes=classes):
                self._step(db, record, "narrowed", " ".join(classes))
            case _:
                pass

    def _ask(self, db: Writer, record: Record, ground: str, reason: str | None, *, cut: str | None = None) -> None:
        customer = record.stamp.tie("customer")
        row = {
            "position": record.position,
            "erasure": record.stream.hex,
            "at": microseconds(record.stamp.recorded_at),
            "ground": ground,
            "tie": customer.hex if customer else None,
            "cut": cut,
            "written": record.stamp.written("erasure"),
            "customer": record.stamp.written("customer"),
            "reason": reason,
        }
        db.insert(self.asked, row)

    def _step(
        self,
        db: Writer,
        record: Record,
        stage: str,
        code: str | None = None,
        *,
        keys: int = 0,
        words: str | None = None,
    ) -> None:
        row = {
            "position": record.position,
            "erasure": record.stream.hex,
            "stage": stage,
            "code": code,
            "keys": keys,
            "words": words,
        }
        db.insert(self.steps, row)

    def _forget(self, db: Writer, record: Record) -> None:
        for kind, tied in dict.fromkeys(record.stamp.ties):
            if kind == "customer":
                db.insert(self.forgotten, {"customer": tied.hex, "position": record.position})
        self._known = (None, frozenset())

    def _watch(self, db: Writer, record: Record) -> None:
        for customer in {tied.hex for kind, tied in record.stamp.ties if kind == "customer"} & self._gone(db):
            db.insert(self.returned, {"position": record.position, "customer": customer})
            return

    def _gone(self, db: Writer) -> frozenset[str]:
        """Return whoever was forgotten, asked for once in each transaction."""
        writer, known = self._known
        if writer is not db:
            known = frozenset(db.execute(select(self.forgotten.c.customer)).scalars())
            self._known = (db, known)
        return known

    # -- asking --

    def all(self, db: Connection) -> list[Erasure]:
        """Return every erasure, the newest first."""
        return self._erasures(db, db.execute(select(self.asked).order_by(self.asked.c.position.desc())).all())

    def newest(self, db: Connection, *, limit: int, before: int | None = None) -> list[Erasure]:
        """Return the erasures that were asked for last, before an event, the last one first."""
        position = self.asked.c.position
        query = select(self.asked).where(*([position < before] if before is not None else ()))
        return self._erasures(db, db.execute(query.order_by(position.desc()).limit(limit)).all())

    def _erasures(self, db: Connection, rows: Sequence[Any]) -> list[Erasure]:
        steps: dict[str, list[Any]] = {}
        for some in portions(rows):
            mine = self.steps.c.erasure.in_([row.erasure for row in some])
            for row in db.execute(select(self.steps).where(mine).order_by(self.steps.c.position)):
                steps.setdefault(row.erasure, []).append(row)
        back = {one.customer.hex: one.items for one in self.back(db)}
        return [_erasure(row, steps.get(row.erasure, []), back.get(row.tie, 0)) for row in rows]

    def gone(self, db: Connection) -> dict[UUID, int]:
        """Return everybody who was forgotten, with the last time that was."""
        forgotten = self.forgotten.c
        query = select(forgotten.customer, func.max(forgotten.position)).group_by(forgotten.customer)
        return {UUID(hex=customer): position for customer, position in db.execute(query)}

    def back(self, db: Connection) -> list[Returned]:
        """Return everybody who was forgotten and is spoken of in newer items."""
        returned = self.returned.c
        query = select(returned.customer, func.min(returned.position), func.count()).group_by(returned.customer)
        return sorted(
            (Returned(customer=UUID(hex=row[0]), first=row[1], items=row[2]) for row in db.execute(query)),
            key=lambda one: one.first,
        )


def _spelled(asked: SpanErasureAsked) -> str:
    return f"{asked.position}:{asked.part}:{asked.start}-{asked.end}"


def _code(steps: list[Any], stage: str) -> str | None:
    return next((step.code for step in steps if step.stage == stage), None)


def _words(steps: list[Any], stage: str) -> str | None:
    return next((step.words for step in steps if step.stage == stage), None)


def _erasure(row: Any, steps: list[Any], returned: int) -> Erasure:
    return Erasure(
        id=row.written,
        stream=UUID(hex=row.erasure),
        event=row.position,
        asked_at=moment_of(row.at),
        customer=row.customer,
        ground=row.ground,
        reason=row.reason,
        stage=steps[-1].stage if steps else "asked",
        keys=sum(step.keys for step in steps),
        returned=returned,
        cut=row.cut,
        identified=_code(steps, "identified"),
        statement=_words(steps, "identified"),
        refused=_code(steps, "refused"),
        refusal=_words(steps, "refused"),
        kept=tuple((_code(steps, "narrowed") or "").split()),
    )
