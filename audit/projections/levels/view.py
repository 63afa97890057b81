"""Every step of calls and chats that service levels are counted from, so that any earlier position can be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, Table, func, select

from audit.domain import call, conversation
from audit.domain.customer import TieCorrected
from audit.domain.fact import STAFF_ROLES
from audit.projections.columns import NO_SEQ, PLACE, microseconds, position_column, word
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from audit.domain.event import Event, Record
    from audit.projections.writer import Writer

IN, OUT, BOT = "in", "out", "bot"
"""A message of the customer's side, of our people, of a machine."""
_SILENT: Final = frozenset({"bot", "system"})
_KINDS: Final[dict[type[Event], str]] = {
    conversation.ConversationOpened: "opened",
    conversation.ConversationEnded: "closed",
    conversation.ConversationMissing: "missing",
    call.CallOffered: "offered",
    call.CallRungUnanswered: "rung",
    call.CallAnswered: "answered",
    call.CallHeld: "held",
    call.CallResumed: "resumed",
    call.CallTransferred: "transferred",
    call.CallAbandoned: "abandoned",
    call.CallEnded: "ended",
}
_CALLS: Final = frozenset({"offered", "rung", "answered", "held", "resumed", "transferred", "abandoned", "ended"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``at`` in microseconds since 1970. ``seconds`` is a wait or a talk as the source counts it."""

    position: int
    at: int
    seq: int
    source: str
    kind: str
    conversation: str | None
    customer: str | None
    actor: str | None
    queue: str | None
    channel: str | None
    direction: str | None
    purpose: str | None
    outcome: str | None
    seconds: int | None


class Levels:
    """Steps as they came in, without anybody's words: an erasure leaves them, for counts name nobody."""

    name: ClassVar[str] = "levels"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.steps = Table(
            f"level_steps{suffix}",
            self.metadata,
            position_column(),
            Column("at", BigInteger, nullable=False, index=True),
            Column("seq", BigInteger, nullable=False),
            word("source"),
            word("kind"),
            word("conversation", index=True),
            word("customer"),
            word("actor", index=True),
            word("queue"),
            word("channel"),
            word("direction"),
            word("purpose"),
            word("outcome"),
            Column("seconds", BigInteger),
        )
        self.moved = Table(
            f"level_moves{suffix}",
            self.metadata,
            position_column(),
            Column("step", PLACE, nullable=False, index=True),
            word("kind"),
            word("tie"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        kind = _KINDS.get(type(event))
        if kind is None and isinstance(event, conversation.MessagePosted):
            kind = _side(record, event)
        if kind is not None:
            db.insert(self.steps, _row(record, kind))
        elif isinstance(event, TieCorrected) and event.kind in {"conversation", "customer"}:
            right = record.stamp.tie(event.kind)
            if right is not None:
                row = {"position": record.position, "step": event.position, "kind": event.kind, "tie": right.hex}
                db.insert(self.moved, row)

    # -- asking --

    def between(self, db: Connection, begins: int | None, ends: int | None, *, upto: int) -> list[Step]:
        """Return all steps, up to a position, of every conversation that has one between two moments."""
        steps = self.steps.c
        query = select(self.steps).where(steps.position <= upto)
        if begins is None and ends is None:
            return self._moved(db, db.execute(query), upto)
        if begins is not None:
            query = query.where(steps.at >= begins)
        if ends is not None:
            query = query.where(steps.at < ends)
        places = query.with_only_columns(steps.conversation).where(steps.conversation.is_not(None))
        whole = select(self.steps).where(steps.conversation.in_(places), steps.position <= upto)
        # Not by the index of conversations: calls that name none may be many, and only those of the time are wanted.
        alone = query.where(func.coalesce(steps.conversation, "") == "")
        return self._moved(db, db.execute(whole.union_all(alone)), upto)

    def newest_at(self, db: Connection, *, upto: int, before: int) -> int | None:
        """Return when the newest step up to a position happened, none that claims to be of later than ``before``."""
        steps = self.steps.c
        query = select(steps.at).where(steps.position <= upto, steps.at <= before).order_by(steps.at.desc()).limit(1)
        found: int | None = db.scalar(query)
        return found

    def of(self, db: Connection, conversations: Iterable[str], *, upto: int) -> list[Step]:
        """Return all steps of these conversations (in hexadecimal)."""
        steps, rows = self.steps.c, list[Any]()
        for some in portions(sorted(set(conversations))):
            rows += db.execute(select(self.steps).where(steps.conversation.in_(some), steps.position <= upto)).all()
        return self._moved(db, rows, upto)

    def reach(self, db: Connection) -> tuple[int, int | None]:
        """Return how far the steps go: the position of the newest, and the moment of the latest; None of nothing."""
        positions = [select(func.max(table.c.position)).scalar_subquery() for table in (self.steps, self.moved)]
        row = db.execute(select(*positions, func.max(self.steps.c.at))).one()
        return max(row[0] or 0, row[1] or 0), row[2]

    def conversations_at(self, db: Connection, positions: Iterable[int]) -> dict[int, UUID]:
        """Return the conversation of each of these steps that has one, by its position."""
        found = list[Any]()
        for some in portions(sorted(set(positions))):
            found += db.execute(select(self.steps).where(self.steps.c.position.in_(some))).all()
        told = self._moved(db, found, self.reach(db)[0])
        return {step.position: UUID(hex=step.conversation) for step in told if step.conversation}

    def taken_part(self, db: Connection, staff: str, *, among: Iterable[str] | None = None) -> set[str]:
        """Return the conversations (in hexadecimal) in which somebody of the staff spoke or took the call.

        Of these alone, where some are named.
        """
        steps = self.steps.c
        query = select(steps.conversation).where(steps.actor == staff, steps.conversation.is_not(None)).distinct()
        if among is None:
            return set(db.scalars(query))
        found = set[str]()
        for some in portions(sorted(among)):
            found.update(db.scalars(query.where(steps.conversation.in_(some))))
        return found

    def newest_answered(self, db: Connection, most: int, *, by: str | None = None) -> list[UUID]:
        """Return the newest conversations in which our people spoke; of one of them, by their tie in hexadecimal."""
        steps = self.steps.c
        last = func.max(steps.at)
        query = select(steps.conversation).where(steps.kind == OUT, steps.conversation.is_not(None))
        if by is not None:
            query = query.where(steps.actor == by)
        query = query.group_by(steps.conversation).order_by(last.desc(), steps.conversation).limit(most)
        return [UUID(hex=place) for place in db.scalars(query)]

    def _moved(self, db: Connection, rows: Iterable[Any], upto: int) -> list[Step]:
        """Return steps with the ties that corrections gave them up to a position, by position."""
        moves: dict[int, dict[str, Any]] = {}
        found = [Step(*row) for row in rows]
        reach = [step.position for step in found] or [0]
        moved = select(self.moved).where(self.moved.c.position <= upto).order_by(self.moved.c.position)
        moved = moved.where(self.moved.c.step.between(min(reach), max(reach)))
        for move in db.execute(moved):
            moves.setdefault(move.step, {})[move.kind] = move.tie
        told = (replace(step, **moves[step.position]) if step.position in moves else step for step in found)
        return sorted(told, key=attrgetter("position"))


def _side(record: Record, event: conversation.MessagePosted) -> str:
    role = record.stamp.role
    if role not in STAFF_ROLES:
        return IN
    return BOT if role in _SILENT or event.automatic else OUT


def _row(record: Record, kind: str) -> dict[str, Any]:
    event, stamp = record.event, record.stamp
    place, customer = stamp.tie("conversation"), stamp.tie("customer")
    staff = stamp.actor if stamp.role in STAFF_ROLES else None
    seconds = getattr(event, "wait_seconds", None)
    return {
        "position": record.position,
        "at": microseconds(stamp.happened_at),
        "seq": NO_SEQ if stamp.seq is None else min(max(stamp.seq, NO_SEQ), 2**62),
        "source": stamp.source,
        "kind": kind,
        "conversation": place.hex if place else None,
        "customer": customer.hex if customer else None,
        "actor": staff.hex if staff else None,
        "queue": getattr(event, "queue", None) if kind != "transferred" else None,
        "channel": "phone" if kind in _CALLS else getattr(event, "channel", None),
        "direction": getattr(event, "direction", None),
        "purpose": getattr(event, "purpose", None),
        "outcome": getattr(event, "outcome", None) or getattr(event, "how", None) or getattr(event, "reason", None)
        if kind in {"closed", "ended", "transferred", "missing"}
        else None,
        "seconds": seconds if seconds is not None else getattr(event, "seconds", None),
    }
