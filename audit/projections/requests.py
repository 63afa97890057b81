"""Requests for records: who asked for whose, by when they are answered, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, case, func, or_, select

from audit.domain import hand_over, record_request
from audit.domain.custody import ErasureExecuted
from audit.domain.request_release import Place
from audit.projections.columns import PLACE, microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.portions import portions
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection

    from audit.domain.event import Event, Record
    from audit.projections.writer import Writer

STAGES: Final[dict[type[Event], str]] = {
    record_request.RequestAcknowledged: "acknowledged",
    record_request.RequesterVerified: "verified",
    record_request.RequestEscalated: "escalated",
    record_request.RequestExtended: "extended",
    record_request.RecordCompiled: "compiled",
    record_request.ItemWithheld: "withheld",
    record_request.ItemRestored: "restored",
    record_request.RedactionChecked: "checked",
    record_request.RecordApproved: "approved",
    hand_over.LinkMade: "link",
    hand_over.LinkUsed: "collected",
    record_request.RecordDelivered: "delivered",
    record_request.RequestRefused: "refused",
    record_request.InternalReviewAsked: "review",
    record_request.StatementDisputed: "disputed",
}
_BESIDE: Final = frozenset({"verified", "escalated", "link", "collected", "disputed"})
"""Steps that leave a request where it stands."""
_SETTLED: Final = frozenset({"delivered", "refused"})
QUEUES: Final = ("waiting", "overdue", "answered", "all")
_WORDS: Final = ("reason", "note", "text", "evidence", "address")
_CODES: Final = ("ground", "how", "level", "reason")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event of a request: ``code`` is its reason, ground or way; ``words`` what was written with it.

    ``upto`` is the event it is about, or the position of a record that was made; ``part``, ``start`` and ``end`` say
    what of the event.
    """

    event: int
    kind: str
    at: datetime
    role: str
    actor: UUID | None
    due: date | None
    digest: str | None
    upto: int | None
    code: str | None
    words: str | None
    part: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it stands; ``tie`` is the customer whose record it is, ``written`` ids are None once erased."""

    id: str | None
    stream: UUID
    event: int
    asked_at: datetime
    tie: UUID | None
    customer: str | None
    representative: str | None
    scope: str
    channel: str | None
    language: str | None
    since: date | None
    until: date | None
    words: str | None
    steps: tuple[Step, ...]

    @property
    def stage(self) -> str:
        """Where it stands; a link that nobody used leaves it approved."""
        return next((one.kind for one in reversed(self.steps) if one.kind not in _BESIDE), "asked")

    @property
    def settled(self) -> bool:
        return self.stage in _SETTLED

    @property
    def due(self) -> date | None:
        return next((one.due for one in reversed(self.steps) if one.due is not None), None)

    @property
    def verified(self) -> bool:
        return any(one.kind == "verified" for one in self.steps)

    def last(self, kind: str) -> Step | None:
        """Return the newest step of that kind."""
        return next((one for one in reversed(self.steps) if one.kind == kind), None)


class Requests:
    """Every request with its steps, in the order of the log."""

    name: ClassVar[str] = "requests"
    version: ClassVar[int] = 2

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.asked = Table(
            f"requests{suffix}",
            self.metadata,
            position_column(),
            word("request", index=True),
            Column("at", BigInteger, nullable=False),
            word("tie", index=True),
            word("scope"),
            word("channel"),
            word("language"),
            word("since"),
            word("until"),
            personal("written"),
            personal("customer"),
            personal("representative"),
            personal("words"),
        )
        self.steps = Table(
            f"requests_steps{suffix}",
            self.metadata,
            position_column(),
            word("request", index=True),
            word("kind"),
            Column("at", BigInteger, nullable=False),
            word("role"),
            word("actor"),
            word("due"),
            word("digest"),
            Column("target", PLACE),
            Column("first", Integer),
            Column("last", Integer),
            word("part"),
            word("code"),
            personal("words"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        if isinstance(event, record_request.RecordRequested):
            self._ask(db, record, event)
        elif isinstance(event, ErasureExecuted):
            forget(db, self.metadata, event)
        elif kind := STAGES.get(type(event)):
            self._step(db, record, kind)

    def _ask(self, db: Writer, record: Record, event: record_request.RecordRequested) -> None:
        stamp = record.stamp
        customer = stamp.tie("customer")
        row = {
            "position": record.position,
            "request": record.stream.hex,
            "at": microseconds(stamp.recorded_at),
            "tie": customer.hex if customer else None,
            "scope": event.scope,
            "channel": event.channel,
            "language": event.language,
            "since": _iso(event.since),
            "until": _iso(event.until),
            "written": stamp.written("request"),
            "customer": stamp.written("customer"),
            "representative": stamp.written("representative"),
            "words": text_of(event.words),
        }
        db.insert(self.asked, row)

    def _step(self, db: Writer, record: Record, kind: str) -> None:
        """Links have streams of their own and are tied to their request."""
        event, stamp = record.event, record.stamp
        request = stamp.tie("request") or record.stream
        codes = (getattr(event, name, None) for name in _CODES)
        row = {
            "position": record.position,
            "request": request.hex,
            "kind": kind,
            "at": microseconds(stamp.recorded_at),
            "role": stamp.role,
            "actor": stamp.actor.hex if stamp.actor else None,
            "due": _iso(getattr(event, "due", None)),
            "digest": getattr(event, "digest", None),
            "target": getattr(event, "position", None),
            "first": getattr(event, "start", None),
            "last": getattr(event, "end", None),
            "part": getattr(event, "part", None),
            "code": next((code for code in codes if isinstance(code, str)), None),
            "words": _words(event),
        }
        db.insert(self.steps, row)

    # -- asking --

    def all(self, db: Connection) -> list[Request]:
        """Return every request, the newest first."""
        rows = db.execute(select(self.asked).order_by(self.asked.c.position.desc())).all()
        return self._with_steps(db, rows, select(self.steps))

    def get(self, db: Connection, request: UUID) -> Request | None:
        """Return one request, None where there is none."""
        rows = db.execute(select(self.asked).where(self.asked.c.request == request.hex)).all()
        found = self._with_steps(db, rows, select(self.steps).where(self.steps.c.request == request.hex))
        return found[0] if found else None

    def of(self, db: Connection, customers: Collection[UUID]) -> list[Request]:
        """Return the requests for the records of these customers, the newest first."""
        return self._those(db, self.asked.c.tie.in_([one.hex for one in customers]))

    def of_or_for_others(self, db: Connection, customers: Collection[UUID]) -> list[Request]:
        """Return those requests, and all that anybody made for somebody else, the newest first."""
        theirs = self.asked.c.tie.in_([one.hex for one in customers])
        return self._those(db, or_(theirs, self.asked.c.representative.is_not(None)))

    def pressing(
        self,
        db: Connection,
        queue: str,
        today: date,
        *,
        customers: Collection[UUID] | None = None,
        limit: int,
        after: int = 0,
    ) -> list[Request]:
        """Return requests of a queue by what presses, without the first ``after`` of them.

        First those nobody was told a day of, then by the day to answer, then what was answered, the newest first.
        """
        asked = self.asked.c
        settled, due = self._stage().in_(_SETTLED), self._due()
        wanted = {
            "waiting": (~settled,),
            "overdue": (~settled, due < today.isoformat()),
            "answered": (settled,),
            "all": (),
        }[queue]
        query = select(self.asked).where(*wanted)
        if customers is not None:
            query = query.where(asked.tie.in_([one.hex for one in customers]))
        by_day = case((settled, ""), else_=func.coalesce(due, ""))
        rows = db.execute(query.order_by(settled, by_day, asked.position.desc()).limit(limit).offset(after)).all()
        return self._with_their_steps(db, rows)

    def withheld(self, db: Connection, customers: Collection[UUID] | None = None) -> list[tuple[Place, str]]:
        """Return what requests for the records of these customers, or of all, withhold as they stand, and why."""
        columns = self.steps.c
        query = select(self.steps).where(columns.kind.in_(("withheld", "restored"))).order_by(columns.position)
        if customers is not None:
            theirs = select(self.asked.c.request).where(self.asked.c.tie.in_([one.hex for one in customers]))
            query = query.where(columns.request.in_(theirs))
        found: dict[Place, str] = {}
        for row in db.execute(query):
            place = Place(row.target, row.part, row.first, row.last)
            if row.kind == "withheld":
                found[place] = row.code or ""
            else:
                found.pop(place, None)
        return list(found.items())

    def _stage(self) -> ColumnElement[str]:
        """Return where a request stands, as ``Request.stage`` says it."""
        steps = self.steps.c
        mine = select(steps.kind).where(steps.request == self.asked.c.request, steps.kind.not_in(_BESIDE))
        return func.coalesce(mine.order_by(steps.position.desc()).limit(1).scalar_subquery(), "asked")

    def _due(self) -> ColumnElement[str]:
        steps = self.steps.c
        mine = select(steps.due).where(steps.request == self.asked.c.request, steps.due.is_not(None))
        return mine.order_by(steps.position.desc()).limit(1).scalar_subquery()

    def _those(self, db: Connection, wanted: ColumnElement[bool]) -> list[Request]:
        rows = db.execute(select(self.asked).where(wanted).order_by(self.asked.c.position.desc())).all()
        return self._with_their_steps(db, rows)

    def _with_their_steps(self, db: Connection, rows: Sequence[Any]) -> list[Request]:
        found: list[Request] = []
        for some in portions(rows):
            theirs = self.steps.c.request.in_([row.request for row in some])
            found += self._with_steps(db, some, select(self.steps).where(theirs))
        return found

    def _with_steps(self, db: Connection, rows: Sequence[Any], query: Any) -> list[Request]:
        steps: dict[str, list[Step]] = {}
        for row in db.execute(query.order_by(self.steps.c.position)):
            steps.setdefault(row.request, []).append(_step(row))
        return [_request(row, tuple(steps.get(row.request, ()))) for row in rows]


def _iso(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


def _words(event: Event) -> str | None:
    for name in _WORDS:
        part = getattr(event, name, None)
        if part is not None and not isinstance(part, str):
            return text_of(part)
    return None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _step(row: Any) -> Step:
    return Step(
        event=row.position,
        kind=row.kind,
        at=moment_of(row.at),
        role=row.role,
        actor=UUID(hex=row.actor) if row.actor else None,
        due=_day(row.due),
        digest=row.digest,
        upto=row.target,
        code=row.code,
        words=row.words,
        part=row.part,
        start=row.first,
        end=row.last,
    )


def _request(row: Any, steps: tuple[Step, ...]) -> Request:
    return Request(
        id=row.written,
        stream=UUID(hex=row.request),
        event=row.position,
        asked_at=moment_of(row.at),
        tie=UUID(hex=row.tie) if row.tie else None,
        customer=row.customer,
        representative=row.representative,
        scope=row.scope,
        channel=row.channel,
        language=row.language,
        since=_day(row.since),
        until=_day(row.until),
        words=row.words,
        steps=steps,
    )
