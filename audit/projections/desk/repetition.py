"""Repetition: how often a customer had to say the same facts again after staff could see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from audit.projections.desk.matching import same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.desk.chain import Line
    from audit.projections.desk.saying import Told


class Repeated(NamedTuple):
    """A fact said again: the events in which it was said first and again, and the two conversations."""

    fact: Told
    first: int
    again: int
    other_conversation: bool


class Turn(NamedTuple):
    """A line and the conversation it stands in."""

    conversation: str
    line: Line


def repetitions(turns: Iterable[Turn]) -> list[Repeated]:
    """Return every fact that had to be said again, in reading order.

    Said again counts once staff has answered since it was said, or in another conversation; not where staff had just
    named the very fact, so that the customer only says yes to it.
    """
    seen: list[tuple[Told, Turn]] = []
    unanswered: list[tuple[Told, Turn]] = []
    just_named: tuple[Told, ...] = ()
    found: list[Repeated] = []
    conversation = ""
    for turn in turns:
        if turn.conversation != conversation:
            conversation, just_named = turn.conversation, ()
            seen += unanswered
            unanswered = []
        if not turn.line.of_customer:
            seen += unanswered
            unanswered = []
            just_named = turn.line.saying.facts
            continue
        for one in turn.line.saying.facts:
            earlier = next((each for each in seen if each[0].kind == one.kind and same(each[0], one)), None)
            if earlier is None:
                unanswered.append((one, turn))
            elif not any(each.kind == one.kind and same(each, one) for each in just_named):
                at = earlier[1]
                found.append(Repeated(one, at.line.event, turn.line.event, at.conversation != turn.conversation))
    return found
