"""A scorecard: what each element counts for, read from settings, and the score of a conversation with its reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.language.elements.conversation import Verdict
from audit.language.elements.lexicon import ELEMENTS

if TYPE_CHECKING:
    from audit.language.elements.conversation import Marks


class ScorecardUnreadableError(ValueError):
    """A scorecard cannot be used; the message names what to change."""


@dataclass(frozen=True)
class Scorecard:
    """The weight of each element, and those whose absence fails a conversation whatever its sum."""

    name: str
    weights: Mapping[str, int]
    required: frozenset[str]


@dataclass(frozen=True)
class Score:
    """Points out of those that could be had; what does not apply counts on neither side."""

    points: int
    out_of: int
    failed: tuple[str, ...]
    reasons: Mapping[str, str]


def read_scorecard(text: str) -> Scorecard:
    """Read ``name``, ``required = [...]`` and ``[weights]`` from TOML.

    Raises ScorecardUnreadableError for anything else.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScorecardUnreadableError(f"The scorecard is not TOML ({error}): correct it there.") from None
    weights, required = table.get("weights"), table.get("required", [])
    if not isinstance(weights, dict) or not weights or not isinstance(required, list):
        raise ScorecardUnreadableError("A scorecard has a table [weights], and required as a list of elements.")
    if unknown := {str(name) for name in (*weights, *required)} - set(ELEMENTS):
        raise ScorecardUnreadableError(f"{', '.join(sorted(unknown))}: the elements are {', '.join(ELEMENTS)}.")
    if not all(type(weight) is int and weight >= 0 for weight in weights.values()):
        raise ScorecardUnreadableError("A weight is a whole number from 0 on.")
    return Scorecard(str(table.get("name", "")), weights, frozenset(required))


def scored(marks: Marks, card: Scorecard) -> Score:
    """Return the score of a judged conversation, with a reason for each element the card weighs or requires."""
    points = out_of = 0
    failed: list[str] = []
    reasons: dict[str, str] = {}
    for name in (one for one in ELEMENTS if one in card.weights or one in card.required):
        mark, weight = marks.marks[name], card.weights.get(name, 0)
        reasons[name] = mark.because or mark.verdict.value
        if mark.verdict is Verdict.NOT_APPLICABLE:
            continue
        out_of += weight
        if mark.verdict is Verdict.MET:
            points += weight
        elif name in card.required:
            failed.append(name)
    return Score(points, out_of, tuple(failed), reasons)
