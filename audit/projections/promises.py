"""Promises: what was found, confirmed, kept, broken, extended, withdrawn or disputed, and on which line it rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, func, select

from audit.domain import promise
from audit.domain.custody import ErasureExecuted
from audit.domain.event import Personal
from audit.projections.columns import PLACE, microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.portions import portions
from audit.projections.projection import forget
from audit.projections.promises_quoting import hidden_in_line, hidden_in_wording
from audit.projections.promises_standing import Stand, Standings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from audit.domain.event import Event, Record
    from audit.projections.withholdings import Hidden
    from audit.projections.writer import Writer

KINDS: Final[dict[type[Event], str]] = {
    promise.PromiseSuggested: "suggested",
    promise.PromiseMade: "open",
    promise.PromiseDismissed: "dismissed",
    promise.PromiseExtended: "extended",
    promise.PromiseKept: "kept",
    promise.PromiseBroken: "broken",
    promise.PromiseWithdrawn: "withdrawn",
    promise.PromiseDisputed: "disputed",
}
"""How each event is called in the ledger; most of them are the state in which they leave the promise."""
WORDS: Final = ("line", "wording", "reason", "words")
"""The parts of these events that hold words, of which each event has one; ``note`` stands beside them."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event of a promise: ``words`` is the line, the wording, the reason or what the customer said."""

    event: int
    kind: str
    at: datetime
    role: str
    actor: UUID | None
    due: date | None
    code: str | None
    words: str | None
    part: str | None
    note: str | None
    shown_by: int | None


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A promise as it stands.

    ``status`` is suggested, dismissed, open, kept, broken or withdrawn; ``disputed`` goes beside any of these.
    ``quoted`` is the position of the text it rests on, [``start``, ``end``) the line in it. What is erased is None.
    """

    id: str | None
    stream: UUID
    status: str
    disputed: bool
    customer: UUID | None
    customer_written: str | None
    conversation: UUID | None
    ticket: UUID | None
    work_order: UUID | None
    quoted: int | None
    start: int | None
    end: int | None
    who: str | None
    conditional: bool
    deadline: str | None
    amount_words: str | None
    amount: str | None
    currency: str | None
    due: date | None
    language: str | None
    steps: tuple[Step, ...]

    @property
    def first(self) -> int:
        return self.steps[0].event

    @property
    def kept_by(self) -> int | None:
        """Return the event that shows it was kept, by the last who said so."""
        return next((one.shown_by for one in reversed(self.steps) if one.kind == "kept"), None)

    @property
    def confirmed(self) -> bool:
        return self.status not in {"suggested", "dismissed"}


class Promises:
    """The events of all promises, one row each, and beside them how each promise stands."""

    name: ClassVar[str] = "promises"
    version: ClassVar[int] = 2

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.steps = Table(
            f"promises{suffix}",
            self.metadata,
            position_column(),
            word("promise", index=True),
            word("kind"),
            Column("at", BigInteger, nullable=False),
            word("role"),
            word("actor"),
            word("customer", index=True),
            word("conversation"),
            word("ticket"),
            word("work_order"),
            Column("quoted", PLACE, index=True),
            Column("start", Integer),
            Column("end", Integer),
            word("who"),
            Column("conditional", Boolean, nullable=False),
            word("due"),
            word("amount"),
            word("currency"),
            word("code"),
            word("language"),
            word("part"),
            Column("shown_by", PLACE),
            personal("written"),
            personal("customer_written"),
            personal("words"),
            personal("note"),
            personal("deadline"),
            personal("amount_words"),
        )
        self.standings = Standings(self.metadata, f"promise_standings{suffix}")

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        if isinstance(event, ErasureExecuted):
            forget(db, self.metadata, event)
        elif type(event) in KINDS:
            row = {**_stamped(record), **_clear(event), **_said(event)}
            db.insert(self.steps, row)
            self.standings.step(db, row)

    # -- asking --

    def all(self, db: Connection, *, upto: int | None = None) -> list[Promised]:
        """Return every promise as it stood at a position, in the order in which they were found or made."""
        query = select(self.steps).order_by(self.steps.c.position)
        rows = db.execute(query if upto is None else query.where(self.steps.c.position <= upto))
        return _promised(rows)

    def of(self, db: Connection, customers: Collection[UUID]) -> list[Promised]:
        """Return the promises to these customers as they stand, in the order in which they were found or made."""
        theirs = select(self.steps.c.promise).where(self.steps.c.customer.in_([one.hex for one in customers]))
        query = select(self.steps).where(self.steps.c.promise.in_(theirs)).order_by(self.steps.c.position)
        return [one for one in _promised(db.execute(query)) if one.customer in customers]

    def these(self, db: Connection, promises: Collection[str]) -> list[Promised]:
        """Return promises by their streams (in hexadecimal), in the order in which these are given."""
        found: dict[str, Promised] = {}
        for some in portions(promises):
            query = select(self.steps).where(self.steps.c.promise.in_(some)).order_by(self.steps.c.position)
            found |= {one.stream.hex: one for one in _promised(db.execute(query))}
        return [found[one] for one in promises]

    def one(self, db: Connection, stream: UUID, *, upto: int | None = None) -> Promised | None:
        """Return one promise as it stood at a position, None where there was none."""
        query = select(self.steps).where(self.steps.c.promise == stream.hex).order_by(self.steps.c.position)
        rows = db.execute(query if upto is None else query.where(self.steps.c.position <= upto))
        return next(iter(_promised(rows)), None)

    def read_to(self, db: Connection) -> int:
        """Return the last text in which something was found: all before it were read, as texts are read in order."""
        suggested = self.steps.c.kind == KINDS[promise.PromiseSuggested]
        return db.scalar(select(func.max(self.steps.c.quoted)).where(suggested)) or 0

    def quoting(self, db: Connection, found: Mapping[int, Sequence[Hidden]]) -> dict[int, list[Hidden]]:
        """Return what is withheld of promises, by the positions of their events, for what is withheld of texts."""
        hidden: dict[int, list[Hidden]] = {}
        for some in portions(sorted(found)):
            rows = list(db.execute(select(self.steps).where(self.steps.c.quoted.in_(some))))
            lines = {row.promise: (row.start, row.end) for row in rows if row.start is not None}
            for row in rows:
                start, end = lines.get(row.promise, (None, None))
                of_text = found[row.quoted]
                hides = (
                    hidden_in_line(of_text, row.start, row.end)
                    if row.start is not None
                    else hidden_in_wording(of_text, start, end)
                )
                if hides:
                    hidden[row.position] = hides
        return hidden


def _stamped(record: Record) -> dict[str, Any]:
    stamp = record.stamp
    ties = {kind: stamp.tie(kind) for kind in ("customer", "conversation", "ticket", "work_order")}
    return {
        "position": record.position,
        "promise": record.stream.hex,
        "kind": KINDS[type(record.event)],
        "at": microseconds(stamp.recorded_at),
        "role": stamp.role,
        "actor": stamp.actor.hex if stamp.actor else None,
        "written": stamp.written("promise"),
        "customer_written": stamp.written("customer"),
        **{kind: tied.hex if tied else None for kind, tied in ties.items()},
    }


def _clear(event: Event) -> dict[str, Any]:
    """Return what stands in clear; the positions that each kind of event names have a column of their own."""
    suggested, kept = isinstance(event, promise.PromiseSuggested), isinstance(event, promise.PromiseKept)
    due = getattr(event, "due", None)
    reason = getattr(event, "reason", None)
    return {
        "quoted": None if kept else getattr(event, "position", None),
        "shown_by": event.position if isinstance(event, promise.PromiseKept) else None,
        "start": getattr(event, "start", None),
        "end": getattr(event, "end", None),
        "who": getattr(event, "who", None),
        "conditional": bool(getattr(event, "conditional", False)),
        "due": due.isoformat() if due else None,
        "amount": None if suggested else getattr(event, "amount", None),
        "currency": getattr(event, "currency", None),
        "code": reason if isinstance(reason, str) else None,
        "language": getattr(event, "language", None),
    }


def _said(event: Event) -> dict[str, str | None]:
    # A reason may be a code, which stands in clear.
    words = {name: part for name in WORDS if isinstance(part := getattr(event, name, None), Personal)}
    part = next(iter(words), None)
    return {
        "part": part,
        "words": text_of(words[part]) if part is not None else None,
        "note": text_of(getattr(event, "note", None)),
        "deadline": text_of(getattr(event, "deadline", None)),
        "amount_words": text_of(event.amount) if isinstance(event, promise.PromiseSuggested) else None,
    }


def _promised(rows: Any) -> list[Promised]:
    history: dict[str, list[Any]] = {}
    for row in rows:
        history.setdefault(row.promise, []).append(row)
    return [_folded(some) for some in history.values()]


def _folded(rows: Sequence[Any]) -> Promised:
    """Return a promise from its rows in order; what a confirmation says counts more than what was suggested."""
    stand = Stand()
    for row in rows:
        stand = stand.after(row.kind, row.due)
    newest = _newest(rows)
    return Promised(
        id=newest("written"),
        stream=UUID(hex=rows[0].promise),
        status=stand.status,
        disputed=stand.disputed,
        customer=_tie(newest("customer")),
        customer_written=newest("customer_written"),
        conversation=_tie(newest("conversation")),
        ticket=_tie(newest("ticket")),
        work_order=_tie(newest("work_order")),
        quoted=newest("quoted"),
        start=newest("start"),
        end=newest("end"),
        who=newest("who"),
        conditional=next((row.conditional for row in reversed(rows) if row.kind in {"open", "suggested"}), False),
        deadline=newest("deadline"),
        amount_words=newest("amount_words"),
        amount=newest("amount"),
        currency=newest("currency"),
        due=date.fromisoformat(stand.due) if stand.due else None,
        language=newest("language"),
        steps=tuple(_step(row) for row in rows),
    )


def _newest(rows: Sequence[Any]) -> Any:
    return lambda name: next((value for row in reversed(rows) if (value := getattr(row, name)) is not None), None)


def _tie(written: str | None) -> UUID | None:
    return UUID(hex=written) if written else None


def _step(row: Any) -> Step:
    return Step(
        event=row.position,
        kind=row.kind,
        at=moment_of(row.at),
        role=row.role,
        actor=_tie(row.actor),
        due=date.fromisoformat(row.due) if row.due else None,
        code=row.code,
        words=row.words,
        part=row.part,
        note=row.note,
        shown_by=row.shown_by,
    )
