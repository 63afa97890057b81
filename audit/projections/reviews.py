"""Reviews: which elements of a good call people marked, what was disputed, and what samples were drawn for it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, func, select

from audit.domain.agreement import kappa
from audit.domain.custody import ErasureExecuted
from audit.domain.review import (
    ELEMENTS,
    OVERTURNED,
    ConversationReviewed,
    ReviewDisputeAnswered,
    ReviewDisputed,
    SampleDrawn,
)
from audit.projections.columns import microseconds, moment_of, personal, position_column, text_of, word
from audit.projections.portions import portions
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

FEW: Final = 30
"""With fewer conversations than that, two reviewers' agreement may be chance."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A dispute, or the answer to it; ``text`` is the reason, None where it is erased."""

    event: int
    kind: str
    at: datetime
    by: UUID | None
    outcome: str | None
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Review:
    """What one person marked in a conversation; ``lines`` are {element, position, start, end, text}."""

    event: int
    id: str | None
    stream: UUID
    conversation: UUID
    by: UUID | None
    at: datetime
    rubric: int
    as_of: int
    met: tuple[str, ...]
    absent: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]
    note: str | None
    steps: tuple[Step, ...]

    @property
    def disputed(self) -> bool:
        """Whether there is a dispute that nobody has answered yet."""
        return bool(self.steps) and self.steps[-1].kind == "disputed"

    @property
    def counts(self) -> bool:
        """Whether it still counts: an overturned review does not."""
        return not any(step.outcome == OVERTURNED for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample that was drawn: anybody can draw it again by its seed."""

    event: int
    at: datetime
    by: UUID | None
    population: int
    drawn: tuple[int, ...]
    seed: str
    as_of: int


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How two reviewers agree about an element over ``n`` conversations; ``kappa`` None where it is not defined."""

    element: str
    n: int
    same: int
    kappa: Fraction | None

    @property
    def few(self) -> bool:
        return self.n < FEW


class Reviews:
    """Reviews of conversations beside each other: nobody's marks stand in the place of another's."""

    name: ClassVar[str] = "reviews"
    version: ClassVar[int] = 1

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.reviews = Table(
            f"reviews{suffix}",
            self.metadata,
            position_column(),
            word("stream", index=True),
            personal("written"),
            word("conversation", index=True),
            word("actor", index=True),
            Column("at", BigInteger, nullable=False),
            Column("as_of", BigInteger, nullable=False),
            Column("rubric", Integer, nullable=False),
            word("met"),
            word("absent"),
            personal("lines"),
            personal("note"),
        )
        self.steps = Table(
            f"review_steps{suffix}",
            self.metadata,
            position_column(),
            word("stream", index=True),
            word("kind"),
            word("actor"),
            Column("at", BigInteger, nullable=False),
            word("outcome"),
            personal("text"),
        )
        self.samples = Table(
            f"review_samples{suffix}",
            self.metadata,
            position_column(),
            Column("at", BigInteger, nullable=False),
            word("actor"),
            Column("population", BigInteger, nullable=False),
            word("drawn"),
            word("seed"),
            Column("as_of", BigInteger, nullable=False),
            Column("of_conversations", Boolean, nullable=False),
        )

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case ConversationReviewed():
                self._review(db, record, record.event)
            case ReviewDisputed(reason=reason):
                self._step(db, record, "disputed", None, text_of(reason))
            case ReviewDisputeAnswered(outcome=outcome, reason=reason):
                self._step(db, record, "answered", outcome, text_of(reason))
            case SampleDrawn():
                self._sample(db, record, record.event)
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
            case _:
                pass

    def _review(self, db: Writer, record: Record, event: ConversationReviewed) -> None:
        place = record.stamp.tie("conversation")
        if place is None:
            return
        lines = None if event.lines is None or event.lines.erased else json.dumps(event.lines.value, ensure_ascii=False)
        row = {
            "position": record.position,
            "stream": record.stream.hex,
            "written": record.stamp.written("review"),
            "conversation": place.hex,
            "actor": record.stamp.actor.hex if record.stamp.actor else None,
            "at": microseconds(record.stamp.recorded_at),
            "as_of": event.as_of,
            "rubric": event.rubric,
            "met": ",".join(event.met),
            "absent": ",".join(event.absent),
            "lines": lines,
            "note": text_of(event.note),
        }
        db.insert(self.reviews, row)

    def _step(self, db: Writer, record: Record, kind: str, outcome: str | None, text: str | None) -> None:
        row = {
            "position": record.position,
            "stream": record.stream.hex,
            "kind": kind,
            "actor": record.stamp.actor.hex if record.stamp.actor else None,
            "at": microseconds(record.stamp.recorded_at),
            "outcome": outcome,
            "text": text,
        }
        db.insert(self.steps, row)

    def _sample(self, db: Writer, record: Record, event: SampleDrawn) -> None:
        row = {
            "position": record.position,
            "at": microseconds(record.stamp.recorded_at),
            "actor": record.stamp.actor.hex if record.stamp.actor else None,
            "population": event.population,
            "drawn": ",".join(map(str, event.drawn)),
            "seed": event.seed,
            "as_of": event.as_of,
            "of_conversations": event.query is None,
        }
        db.insert(self.samples, row)

    # -- asking --

    def of(self, db: Connection, conversation: UUID) -> list[Review]:
        """Return the reviews of a conversation, the oldest first."""
        rows = db.execute(select(self.reviews).where(self.reviews.c.conversation == conversation.hex)).all()
        return self._with_steps(db, rows)

    def one(self, db: Connection, stream: UUID) -> Review | None:
        """Return a review by the stream of its decisions."""
        rows = db.execute(select(self.reviews).where(self.reviews.c.stream == stream.hex)).all()
        return next(iter(self._with_steps(db, rows)), None)

    def all(self, db: Connection) -> list[Review]:
        """Return every review, the oldest first."""
        return self._with_steps(db, db.execute(select(self.reviews)).all())

    def places(self, db: Connection) -> list[tuple[int, str]]:
        """Return the position of every review and its conversation (in hexadecimal), the oldest first."""
        reviews = self.reviews.c
        rows = db.execute(select(reviews.position, reviews.conversation).order_by(reviews.position))
        return [(position, conversation) for position, conversation in rows]

    def count(self, db: Connection) -> int:
        """Return how many reviews there are."""
        return db.scalar(select(func.count()).select_from(self.reviews)) or 0

    def newest(self, db: Connection, *, limit: int) -> list[Review]:
        """Return the newest reviews, the oldest of them first."""
        query = select(self.reviews).order_by(self.reviews.c.position.desc()).limit(limit)
        return self._with_steps(db, db.execute(query).all())

    def at(self, db: Connection, positions: Iterable[int]) -> list[Review]:
        """Return the reviews at these positions, the oldest first."""
        rows: list[Any] = []
        for some in portions(sorted(positions)):
            rows += db.execute(select(self.reviews).where(self.reviews.c.position.in_(some)))
        return self._with_steps(db, rows)

    def by(self, db: Connection, reviewers: Iterable[UUID]) -> list[Review]:
        """Return every review of these people, the oldest first."""
        theirs = self.reviews.c.actor.in_([one.hex for one in reviewers])
        return self._with_steps(db, db.execute(select(self.reviews).where(theirs)).all())

    def drawn(self, db: Connection, *, limit: int | None = None) -> list[Sample]:
        """Return the samples of conversations that were drawn for review, the newest first."""
        samples = self.samples
        query = select(samples).where(samples.c.of_conversations).order_by(samples.c.position.desc()).limit(limit)
        return [
            Sample(
                event=row.position,
                at=moment_of(row.at),
                by=UUID(hex=row.actor) if row.actor else None,
                population=row.population,
                drawn=tuple(map(int, filter(None, row.drawn.split(",")))),
                seed=row.seed,
                as_of=row.as_of,
            )
            for row in db.execute(query)
        ]

    def _with_steps(self, db: Connection, rows: Sequence[Any]) -> list[Review]:
        steps: dict[str, list[Step]] = defaultdict(list)
        for some in portions(sorted({row.stream for row in rows})):
            query = select(self.steps).where(self.steps.c.stream.in_(some)).order_by(self.steps.c.position)
            for row in db.execute(query):
                steps[row.stream].append(_step(row))
        return [_review(row, tuple(steps[row.stream])) for row in sorted(rows, key=lambda row: row.position)]


def agreements(reviews: Iterable[Review], one: UUID, other: UUID) -> list[Agreement]:
    """Return how two reviewers agree about each element, over the conversations both have reviewed.

    Of several reviews of one conversation by the same person the newest counts; overturned ones do not.
    """
    mine: dict[UUID, dict[UUID, Review]] = {one: {}, other: {}}
    for review in reviews:
        if review.by in mine and review.counts:
            mine[review.by][review.conversation] = review
    both = sorted(mine[one].keys() & mine[other].keys(), key=lambda place: place.hex)
    return [
        _agreement(element, [mine[one][place] for place in both], [mine[other][place] for place in both])
        for element in ELEMENTS
    ]


def _agreement(element: str, first: Sequence[Review], second: Sequence[Review]) -> Agreement:
    pairs = [(element in left.met, element in right.met) for left, right in zip(first, second, strict=True)]
    found = kappa([left for left, _ in pairs], [right for _, right in pairs]) if pairs else None
    return Agreement(element=element, n=len(pairs), same=sum(left == right for left, right in pairs), kappa=found)


def _step(row: Any) -> Step:
    by = UUID(hex=row.actor) if row.actor else None
    return Step(event=row.position, kind=row.kind, at=moment_of(row.at), by=by, outcome=row.outcome, text=row.text)


def _review(row: Any, steps: tuple[Step, ...]) -> Review:
    return Review(
        event=row.position,
        id=row.written,
        stream=UUID(hex=row.stream),
        conversation=UUID(hex=row.conversation),
        by=UUID(hex=row.actor) if row.actor else None,
        at=moment_of(row.at),
        rubric=row.rubric,
        as_of=row.as_of,
        met=tuple(filter(None, row.met.split(","))),
        absent=tuple(filter(None, row.absent.split(","))),
        lines=tuple(json.loads(row.lines)) if row.lines else (),
        note=row.note,
        steps=steps,
    )
