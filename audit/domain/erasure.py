"""An erasure: asked by one person, executed by another, refused while a hold or a duty to keep is in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never
from uuid import UUID

from audit.domain.custody import (
    ErasureAsked,
    ErasureExecuted,
    ErasureIdentified,
    ErasureNarrowed,
    ErasureReceipt,
    ErasureRefused,
    SpanErasureAsked,
)
from audit.domain.errors import NotFound, Refused
from audit.domain.spans import spans_of
from audit.domain.wording import require_code, require_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from audit.domain.event import Personal

ErasureEvent: TypeAlias = (
    ErasureAsked
    | SpanErasureAsked
    | ErasureIdentified
    | ErasureRefused
    | ErasureNarrowed
    | ErasureExecuted
    | ErasureReceipt
)

_ROOM: Final = 40_000
"""Bytes of keys and spans in one event: the stored state stays well below the archive's limit of 65,000."""

RESTORED: Final = "erased-before-restore"
"""The ground of an erasure that was executed once, before an older backup was restored."""
LIMIT: Final = "retention-limit"
"""The ground of an erasure that nobody asked for: the time of the words is over."""
NEEDS_NO_IDENTITY: Final = frozenset({LIMIT, "court-order", "authority-order", "unlawful-processing"})
"""Grounds on which nobody asks for themselves, so that there is nobody's identity to make sure of."""
STATED: Final = "stated"
"""The code where somebody wrote words instead, which are sealed beside it."""
VOUCHED: Final = "vouched-by-asker"
"""How an identity is known where whoever asked says nothing more: they answer for it themselves."""


class ErasureAlreadyAsked(Refused):
    """An erasure is asked once."""


class ErasureAlreadyRefused(Refused):
    """What was refused is asked anew, not executed."""


class ErasureAlreadyExecuted(Refused):
    """What is destroyed cannot be destroyed again, nor refused."""


class ErasureNotExecuted(Refused):
    """A receipt is given for what was done."""


class ErasureAlreadyReceipted(Refused):
    """A receipt is given once."""


class SecondPersonNeeded(Refused):
    """Nobody forgets a person alone."""


class IdentityNotVerified(Refused):
    """Nobody is forgotten on the word of somebody who may be anybody."""


class IdentityAlreadyVerified(Refused):
    """An identity is made sure of once."""


class StretchUnclear(Refused):
    """What is cut out of somebody else's words is a stretch with a beginning and an end."""


class LegalHoldInForce(Refused):
    """A hold outranks every erasure."""


class RetentionDutyRunning(Refused):
    """What the law makes us keep is kept to the day."""


class NothingLeftToErase(RetentionDutyRunning):
    """A part of an erasure that is empty is none."""


class Stage(Enum):
    ASKED = auto()
    REFUSED = auto()
    EXECUTED = auto()
    RECEIPTED = auto()


@dataclass(frozen=True)
class Erasure:
    stage: Stage
    ground: str
    identified: bool = False


@dataclass(frozen=True, kw_only=True)
class Obstacles:
    """What may stand in the way, as the views know it: how many holds cover it, and the last day of a duty to keep.

    ``narrowed`` is set where what a duty covers was left out of what is to go.
    """

    holds: int = 0
    kept_until: date | None = None
    narrowed: ErasureNarrowed | None = None


@dataclass(frozen=True, kw_only=True)
class Hands:
    """Who asked and who executes, by their directory ids; ``asked`` is the actor in the stamp of ErasureAsked."""

    asked: UUID | None
    executes: UUID


def evolve(erasure: Erasure | None, event: ErasureEvent) -> Erasure:
    """Return the erasure as it stands after the event. Decides nothing."""
    if isinstance(event, ErasureAsked | SpanErasureAsked):
        return Erasure(Stage.ASKED, event.ground)
    assert erasure is not None, "an erasure begins by being asked"
    match event:
        case ErasureIdentified():
            return replace(erasure, identified=True)
        case ErasureRefused():
            return replace(erasure, stage=Stage.REFUSED)
        case ErasureNarrowed():
            return erasure
        case ErasureExecuted():
            return replace(erasure, stage=Stage.EXECUTED)
        case ErasureReceipt():
            return replace(erasure, stage=Stage.RECEIPTED)
        case _:
            assert_never(event)


def ask(erasure: Erasure | None, *, ground: str, reason: Personal | None = None) -> ErasureAsked:
    """Record that somebody is to be forgotten. A hold does not keep anybody from asking."""
    _must_be_new(erasure)
    require_code(ground, "the ground")
    return ErasureAsked(ground=ground, reason=reason)


def ask_span(erasure: Erasure | None, *, span: SpanErasureAsked, length: int) -> SpanErasureAsked:
    """Record that a stretch of somebody else's words is to go; ``length`` is that of the part it lies in."""
    _must_be_new(erasure)
    require_code(span.ground, "the ground")
    if not 0 <= span.start < span.end <= length:
        raise StretchUnclear(f"The stretch does not lie within {span.part}, which has {length} characters: mend it.")
    return span


def identify(erasure: Erasure | None, *, how: str, statement: Personal | None = None) -> ErasureIdentified:
    """Record how it was made sure who asks."""
    if _asked(erasure).identified:
        raise IdentityAlreadyVerified("The identity is on record already: execute or refuse the erasure.")
    require_code(how, "how the identity was made sure of")
    return ErasureIdentified(how=how, statement=statement)


def refuse(erasure: Erasure | None, *, ground: str, reason: Personal) -> ErasureRefused:
    """Record that they are not forgotten, and why."""
    _asked(erasure)
    require_code(ground, "the ground")
    require_words(reason, "the reason")
    return ErasureRefused(ground=ground, reason=reason)


def execute(
    erasure: Erasure | None,
    *,
    hands: Hands,
    today: date,
    obstacles: Obstacles,
    keys: Collection[str],
    positions: Collection[int],
) -> tuple[ErasureNarrowed | ErasureExecuted, ...]:
    """Return the authority to destroy these keys and the words at these positions: several events when it is long.

    They are recorded together or not at all; all but the last say that they continue. What is kept is named first.
    """
    asked = _asked(erasure)
    _must_be_two(hands)
    if not asked.identified and asked.ground not in NEEDS_NO_IDENTITY:
        raise IdentityNotVerified(
            "Nobody has made sure who asks: do that with onrecord erase --identify ID --how TEXT, then execute it."
        )
    _must_be_free(obstacles, today)
    if obstacles.narrowed is not None and not (keys or positions):
        raise NothingLeftToErase(f"All of it must be kept until {obstacles.narrowed.until}: wait until then.")
    portions = list(_portions(sorted(set(keys)), spans_of(positions)))
    last = len(portions) - 1
    narrowed = () if obstacles.narrowed is None else (obstacles.narrowed,)
    return (
        *narrowed,
        *(
            ErasureExecuted(keys=some, spans=spans, ground=asked.ground, continues=place < last)
            for place, (some, spans) in enumerate(portions)
        ),
    )


def authorise_again(*, keys: Collection[str], positions: Collection[int]) -> tuple[ErasureExecuted, ...]:
    """Return the authority for what was erased already, where an older backup does not know of it."""
    portions = list(_portions(sorted(set(keys)), spans_of(positions)))
    return tuple(
        ErasureExecuted(keys=some, spans=spans, ground=RESTORED, continues=place < len(portions) - 1)
        for place, (some, spans) in enumerate(portions)
    )


def give_receipt(erasure: Erasure | None, *, receipt: ErasureReceipt) -> ErasureReceipt:
    """Record that everything the authority names is gone."""
    current = _known(erasure)
    if current.stage is Stage.RECEIPTED:
        raise ErasureAlreadyReceipted("This erasure has its receipt: there is nothing more to do.")
    if current.stage is not Stage.EXECUTED:
        raise ErasureNotExecuted("This erasure was not executed: execute it first.")
    return receipt


def _portions(keys: Iterable[str], spans: Iterable[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield keys and spans so many at a time that each portion fits into one event; at least one portion."""
    portion: tuple[list[str], list[str]] = ([], [])
    room = _ROOM
    for kind, word in [*((0, key) for key in keys), *((1, span) for span in spans)]:
        taken = len(word.encode()) + len('"",')
        if taken > room:
            yield tuple(portion[0]), tuple(portion[1])
            portion, room = ([], []), _ROOM
        portion[kind].append(word)
        room -= taken
    yield tuple(portion[0]), tuple(portion[1])


def _must_be_two(hands: Hands) -> None:
    if hands.asked is None or hands.asked == hands.executes:
        raise SecondPersonNeeded("Who asked for an erasure does not execute it: let a second person do that.")


def _must_be_free(obstacles: Obstacles, today: date) -> None:
    if obstacles.holds:
        raise LegalHoldInForce("A legal hold covers this person: have it released first.")
    if obstacles.kept_until is not None and today <= obstacles.kept_until:
        raise RetentionDutyRunning(f"This must be kept until {obstacles.kept_until}: wait until then.")


def _must_be_new(erasure: Erasure | None) -> None:
    if erasure is not None:
        raise ErasureAlreadyAsked("This erasure is on record already: execute or refuse it.")


def _known(erasure: Erasure | None) -> Erasure:
    if erasure is None:
        raise NotFound("There is no such erasure: ask for it first.")
    return erasure


def _asked(erasure: Erasure | None) -> Erasure:
    current = _known(erasure)
    if current.stage is Stage.REFUSED:
        raise ErasureAlreadyRefused("This erasure was refused: ask for a new one.")
    if current.stage is not Stage.ASKED:
        raise ErasureAlreadyExecuted("This erasure was executed: what it names cannot be read any more.")
    return current
