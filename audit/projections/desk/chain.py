"""The chain of facts: what was said in the conversation, written in the ticket, ordered, and reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.projections.desk.matching import Text, likeness, same, stands_in, wrong_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.projections.desk.saying import Saying, Told

CONVERSATION, TICKET, WORK_ORDER, RESULT = "conversation", "ticket", "work_order", "result"
STEPS: Final = (CONVERSATION, TICKET, WORK_ORDER, RESULT)
_IN_RESULTS: Final = frozenset({"identifier", "device", "address"})
"""What a technician writes down anew; a result need not repeat the rest, so only a wrong value of these is a fault."""


class Line(NamedTuple):
    """One text of a step: the event it stands in, who said it, and what it says."""

    event: int
    of_customer: bool
    saying: Saying


class Step(NamedTuple):
    """All that a step says; an absent step has no texts."""

    lines: tuple[Line, ...] = ()
    text: str = ""

    @property
    def facts(self) -> tuple[Told, ...]:
        return tuple(one for line in self.lines for one in line.saying.facts)


class Placed(NamedTuple):
    """A fact and the event in which it stands."""

    fact: Told
    event: int


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A fact that is missing, or ``wrong``, in a ``step``. ``arrived``: a later step has it all the same."""

    step: str
    fact: Placed
    wrong: Placed | None = None
    arrived: bool = False


def losses(conversation: Sequence[Line], ticket: Step, work_order: Step, result: Step) -> list[Lost]:
    """Return what got lost on the way, in the order of the steps; an absent step loses nothing."""
    said = holding(conversation)
    found: list[Lost] = []
    if ticket.lines:
        found += _missing(said, TICKET, ticket, (work_order,))
    if work_order.lines:
        written = _distinct([*_as_said(_placed(ticket), said), *_at_hand(said, ticket)])
        found += _missing(written, WORK_ORDER, work_order, ())
        found += _wrong_only(written, result)
    return found


def holding(lines: Sequence[Line]) -> list[Placed]:
    """Return what holds of all the customer's side said, or said yes to: each once, without what was put right."""
    held: list[Placed] = []
    asked: Line | None = None
    for line in lines:
        if not line.of_customer:
            asked = line if line.saying.asks else None
            continue
        if asked is not None and line.saying.agrees and not line.saying.turns:
            held = _with(held, asked, turns=False)
        held = _with(held, line, turns=line.saying.turns)
        asked = None
    return held


def _with(held: list[Placed], line: Line, *, turns: bool) -> list[Placed]:
    """Return what holds after one more line."""
    facts = line.saying.facts
    denied = [one for one in facts if one.denied]
    new = [
        one for one in facts if not one.denied and not any(same(one, each) for each in denied if each.kind == one.kind)
    ]
    kept = [one for one in held if not any(each.kind == one.fact.kind and same(each, one.fact) for each in denied)]
    for one in new:
        if any(each.fact.kind == one.kind and same(one, each.fact) for each in kept):
            continue
        if turns and len(kept) == len(held):
            kept = _without_likest(kept, one)
        kept.append(Placed(one, line.event))
    return kept


def _without_likest(kept: list[Placed], new: Told) -> list[Placed]:
    """Leave out what a correction replaces: of the kind the likest, of equals the one said last."""
    rivals = [place for place, one in enumerate(kept) if one.fact.kind == new.kind]
    if not rivals:
        return kept
    gone = max(rivals, key=lambda place: (likeness(kept[place].fact, new), place))
    return [one for place, one in enumerate(kept) if place != gone]


def _missing(facts: Sequence[Placed], step: str, here: Step, later: Iterable[Step]) -> list[Lost]:
    text = Text(here.text, here.facts)
    after = [Text(one.text, one.facts) for one in later if one.lines]
    known = [one.fact for one in facts]
    lost = []
    for one in facts:
        if stands_in(one.fact, text):
            continue
        wrong = wrong_value(one.fact, text, known)
        arrived = any(stands_in(one.fact, each) for each in after)
        lost.append(Lost(step=step, fact=one, wrong=_find(wrong, here), arrived=arrived))
    return _each_wrong_once(lost)


def _each_wrong_once(lost: list[Lost]) -> list[Lost]:
    """Name a wrong value beside the one fact it is likest to."""
    best: dict[Placed, int] = {}
    for place, one in enumerate(lost):
        if one.wrong is not None:
            rival = best.get(one.wrong)
            if rival is None or likeness(one.fact.fact, one.wrong.fact) > likeness(
                lost[rival].fact.fact, one.wrong.fact
            ):
                best[one.wrong] = place
    return [
        one if one.wrong is None or best[one.wrong] == place else replace(one, wrong=None)
        for place, one in enumerate(lost)
    ]


def _wrong_only(facts: Sequence[Placed], result: Step) -> list[Lost]:
    text = Text(result.text, result.facts)
    known = [one.fact for one in facts]
    lost = []
    for one in facts:
        if one.fact.kind in _IN_RESULTS and not stands_in(one.fact, text):
            wrong = wrong_value(one.fact, text, known)
            if wrong is not None:
                lost.append(Lost(step=RESULT, fact=one, wrong=_find(wrong, result)))
    return _each_wrong_once(lost)


def _placed(step: Step) -> list[Placed]:
    return [Placed(one, line.event) for line in step.lines for one in line.saying.facts if not one.denied]


def _as_said(written: Iterable[Placed], said: Sequence[Placed]) -> list[Placed]:
    """Return what a ticket holds, in the customer's words where they said the same: its clauses may run together."""
    found = []
    for one in written:
        own = next((each.fact for each in said if each.fact.kind == one.fact.kind and same(each.fact, one.fact)), None)
        found.append(one if own is None else one._replace(fact=own))
    return found


def _at_hand(said: Sequence[Placed], ticket: Step) -> list[Placed]:
    """Return what was said and stands in the ticket in words that are no fact of their own there."""
    text = Text(ticket.text, ticket.facts)
    return [one for one in said if stands_in(one.fact, text)]


def _distinct(facts: Iterable[Placed]) -> list[Placed]:
    kept: list[Placed] = []
    for one in facts:
        if not any(each.fact.kind == one.fact.kind and same(each.fact, one.fact) for each in kept):
            kept.append(one)
    return kept


def _find(fact: Told | None, step: Step) -> Placed | None:
    if fact is None:
        return None
    return next(Placed(fact, line.event) for line in step.lines if fact in line.saying.facts)
