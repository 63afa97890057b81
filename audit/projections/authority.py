"""Authority: who may act for whom, in what scope and until when, on what evidence, and what was done under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, Table, select

from audit.domain.custody import ErasureExecuted
from audit.domain.customer import RepresentativeAuthorised, RepresentativeRevoked
from audit.projections.columns import microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection

    from audit.domain.event import Personal, Record
    from audit.projections.writer import Writer

IN_FORCE, EXPIRED, REVOKED, REPLACED = "in-force", "expired", "revoked", "replaced"


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something done by or for the representative in the customer's matters."""

    event: int
    topic: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Given:
    """An authority that was given once, by the event ``event``.

    ``until`` is the last day it holds, None until revoked. ``ended_at`` is when it was revoked, or replaced by the
    event ``ended_by``. ``evidence`` describes what was kept, or is what was said.
    """

    event: int
    stream: UUID
    given_at: datetime
    given_by: UUID | None
    role: str
    customer: UUID
    representative: UUID
    customer_written: str | None
    representative_written: str | None
    scope: str
    until: date | None
    evidence: str | None
    ended_at: datetime | None
    ended_by: int | None
    ended: str | None
    reason: str | None

    def state(self, at: datetime) -> str:
        """Say whether it was in force at a moment, by the day in that moment's zone."""
        if self.ended_at is not None and self.ended_at <= at:
            return self.ended or REVOKED
        return EXPIRED if self.until is not None and at.date() > self.until else IN_FORCE


class Authority:
    """Every authority that was given or taken back, row by row, and every act that is tied to both persons."""

    name: ClassVar[str] = "authority"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.steps = Table(
            f"authority{suffix}",
            self.metadata,
            position_column(),
            word("representation", index=True),
            word("kind"),
            Column("at", BigInteger, nullable=False),
            word("role"),
            word("actor"),
            word("customer", index=True),
            word("representative", index=True),
            word("scope"),
            word("until"),
            personal("customer_written"),
            personal("representative_written"),
            personal("evidence"),
            personal("reason"),
        )
        self.acts = Table(
            f"authority_acts{suffix}",
            self.metadata,
            position_column(),
            word("customer", index=True),
            word("representative"),
            word("topic"),
            Column("at", BigInteger, nullable=False),
        )

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case RepresentativeAuthorised(scope=scope, until=until, evidence=evidence):
                day = until.isoformat() if until else None
                self._step(db, record, "given", scope=scope, until=day, evidence=described(evidence))
            case RepresentativeRevoked(reason=reason):
                self._step(db, record, "revoked", reason=text_of(reason))
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                self._act(db, record)

    def _step(self, db: Writer, record: Record, kind: str, **values: str | None) -> None:
        stamp = record.stamp
        customer, representative = stamp.tie("customer"), stamp.tie("representative")
        if customer is None or representative is None:
            return
        row = {
            "position": record.position,
            "representation": record.stream.hex,
            "kind": kind,
            "at": microseconds(stamp.recorded_at),
            "role": stamp.role,
            "actor": stamp.actor.hex if stamp.actor else None,
            "customer": customer.hex,
            "representative": representative.hex,
            "customer_written": stamp.written("customer"),
            "representative_written": stamp.written("representative"),
            **dict.fromkeys(("scope", "until", "evidence", "reason")),
        }
        db.insert(self.steps, {**row, **values})

    def _act(self, db: Writer, record: Record) -> None:
        customer, representative = record.stamp.tie("customer"), record.stamp.tie("representative")
        if customer is not None and representative is not None and customer != representative:
            row = {
                "position": record.position,
                "customer": customer.hex,
                "representative": representative.hex,
                "topic": record.event.TOPIC,
                "at": microseconds(record.stamp.happened_at),
            }
            db.insert(self.acts, row)

    # -- asking --

    def all(self, db: Connection, customer: UUID | None = None) -> list[Given]:
        """Return every authority that was given, to act for this customer or for anybody, the oldest first."""
        return self._given(db, () if customer is None else (self.steps.c.customer == customer.hex,))

    def given_to(self, db: Connection, representatives: Collection[UUID]) -> list[Given]:
        """Return every authority that was given to any of these, the oldest first."""
        return self._given(db, (self.steps.c.representative.in_([one.hex for one in representatives]),))

    def _given(self, db: Connection, wanted: Sequence[ColumnElement[bool]]) -> list[Given]:
        rows = db.execute(select(self.steps).where(*wanted).order_by(self.steps.c.position))
        history: dict[str, list[Any]] = {}
        for row in rows:
            history.setdefault(row.representation, []).append(row)
        given = [
            _given(row, next(iter(some[n + 1 :]), None))
            for some in history.values()
            for n, row in enumerate(some)
            if row.kind == "given"
        ]
        return sorted(given, key=lambda one: one.event)

    def newest(self, db: Connection, customer: UUID, representative: UUID, at: datetime) -> Given | None:
        """Return the authority these two last had before a moment, whether it was in force then or not."""
        before = [one for one in self.all(db, customer) if one.representative == representative and one.given_at <= at]
        return before[-1] if before else None

    def acts_of(self, db: Connection, one: Given) -> list[Act]:
        """Return what was done for the customer by that representative, whether under this authority or not."""
        acts = self.acts.c
        query = select(self.acts).where(
            acts.customer == one.customer.hex, acts.representative == one.representative.hex
        )
        found = db.execute(query.order_by(acts.position))
        return [Act(event=row.position, topic=row.topic, at=moment_of(row.at)) for row in found]


def described(evidence: Personal | None) -> str | None:
    """Return what was said as evidence, or of a file its length and its digest: its bytes stay in the event."""
    if evidence is None or evidence.erased:
        return None
    if isinstance(evidence.value, bytes):
        return f"{len(evidence.value)} bytes, SHA-256 {sha256(evidence.value).hexdigest()}"
    return evidence.text


def _given(row: Any, after: Any) -> Given:
    return Given(
        event=row.position,
        stream=UUID(hex=row.representation),
        given_at=moment_of(row.at),
        given_by=UUID(hex=row.actor) if row.actor else None,
        role=row.role,
        customer=UUID(hex=row.customer),
        representative=UUID(hex=row.representative),
        customer_written=row.customer_written,
        representative_written=row.representative_written,
        scope=row.scope,
        until=date.fromisoformat(row.until) if row.until else None,
        evidence=row.evidence,
        ended_at=moment_of(after.at) if after is not None else None,
        ended_by=after.position if after is not None else None,
        ended=None if after is None else REVOKED if after.kind == "revoked" else REPLACED,
        reason=after.reason if after is not None else None,
    )


def in_force(given: Sequence[Given], at: datetime) -> list[Given]:
    """Return those that were in force at a moment."""
    return [one for one in given if one.given_at <= at and one.state(at) == IN_FORCE]
