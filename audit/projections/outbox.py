"""The outbox: letters by mail, whether they went, and what the mail server said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, select

from audit.domain import posting
from audit.domain.custody import ErasureExecuted
from audit.projections.columns import microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.projection import forget

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

WAITING: Final = "waiting"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter as it stands: ``outcome`` is waiting, accepted, refused, put-off or unknown.

    It is unknown too while somebody is handing it over. ``request`` and ``conversation`` say what it is about.
    """

    id: str | None
    stream: UUID
    event: int
    prepared_at: datetime
    what: str
    digest: str | None
    address: str | None
    subject: str | None
    request: UUID | None
    conversation: UUID | None
    outcome: str
    attempts: int
    answer: str | None
    settled: bool


class Outbox:
    """Letters and what became of them, in the order of the log."""

    name: ClassVar[str] = "outbox"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.letters = Table(
            f"outbox{suffix}",
            self.metadata,
            position_column(),
            word("letter", index=True),
            Column("at", BigInteger, nullable=False),
            word("what"),
            word("digest"),
            word("request", index=True),
            word("conversation", index=True),
            personal("written"),
            personal("address"),
            personal("subject"),
        )
        self.steps = Table(
            f"outbox_steps{suffix}",
            self.metadata,
            position_column(),
            word("letter", index=True),
            word("outcome"),
            Column("attempt", Integer),
            Column("settled", Boolean, nullable=False),
            personal("answer"),
        )

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case posting.LetterPrepared():
                self._prepare(db, record, record.event)
            case posting.LetterHandedOver(attempt=attempt):
                self._step(db, record, posting.UNKNOWN, attempt=attempt)
            case posting.LetterAnswered(outcome=outcome, answer=answer):
                self._step(db, record, outcome, answer=text_of(answer))
            case posting.LetterSettled(arrived=arrived, reason=reason):
                outcome = posting.ACCEPTED if arrived else posting.PUT_OFF
                self._step(db, record, outcome, answer=text_of(reason), settled=True)
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                pass

    def _prepare(self, db: Writer, record: Record, event: posting.LetterPrepared) -> None:
        stamp = record.stamp
        request, conversation = stamp.tie("request"), stamp.tie("conversation")
        row = {
            "position": record.position,
            "letter": record.stream.hex,
            "at": microseconds(stamp.recorded_at),
            "what": event.what,
            "digest": event.digest,
            "request": request.hex if request else None,
            "conversation": conversation.hex if conversation else None,
            "written": stamp.written("letter"),
            "address": text_of(event.address),
            "subject": text_of(event.subject),
        }
        db.insert(self.letters, row)

    def _step(
        self,
        db: Writer,
        record: Record,
        outcome: str,
        *,
        attempt: int | None = None,
        answer: str | None = None,
        settled: bool = False,
    ) -> None:
        row = {
            "position": record.position,
            "letter": record.stream.hex,
            "outcome": outcome,
            "attempt": attempt,
            "settled": settled,
            "answer": answer,
        }
        db.insert(self.steps, row)

    # -- asking --

    def all(self, db: Connection) -> list[Letter]:
        """Return every letter, the oldest first."""
        steps: dict[str, list[Any]] = {}
        for row in db.execute(select(self.steps).order_by(self.steps.c.position)):
            steps.setdefault(row.letter, []).append(row)
        rows = db.execute(select(self.letters).order_by(self.letters.c.position))
        return [_letter(row, steps.get(row.letter, [])) for row in rows]


def _letter(row: Any, steps: list[Any]) -> Letter:
    last = steps[-1] if steps else None
    return Letter(
        id=row.written,
        stream=UUID(hex=row.letter),
        event=row.position,
        prepared_at=moment_of(row.at),
        what=row.what,
        digest=row.digest,
        address=row.address,
        subject=row.subject,
        request=UUID(hex=row.request) if row.request else None,
        conversation=UUID(hex=row.conversation) if row.conversation else None,
        outcome=last.outcome if last else WAITING,
        attempts=max((one.attempt for one in steps if one.attempt is not None), default=0),
        answer=last.answer if last else None,
        settled=bool(last and last.settled),
    )
