"""Which elements of a good call a whole conversation has, each citing the lines that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from audit.language.elements.find import elements
from audit.language.elements.jargon import jargon, words_in
from audit.language.elements.lexicon import ELEMENTS, lexicon
from audit.language.elements.sentences import sentences
from audit.language.elements.taken_up import said_again
from audit.language.elements.which import lexicons_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CUSTOMER, REPRESENTATIVE = "customer", "representative"
_OUTSIDE: Final = frozenset({CUSTOMER, REPRESENTATIVE})
_SILENT: Final = frozenset({"bot", "system"})
JARGON_MOST: Final = 0
LONGEST_MEAN: Final = 25.0
"""Words in an agent's sentence on average, above which a conversation is not clear."""


class Verdict(StrEnum):
    """How an element stands in a conversation."""

    MET = "met"
    NOT_MET = "not met"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a conversation, in the order it was said; ``role`` as in the interchange format."""

    text: str
    role: str
    at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True)
class Cited:
    """The words an element rests on: the line by its number from nought, and the span in code points."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Mark:
    """How one element stands, by which lines, and why in one word where it does not apply."""

    verdict: Verdict
    lines: tuple[Cited, ...] = ()
    because: str | None = None


@dataclass(frozen=True)
class Measures:
    """What was counted on the way; None where there is nothing to count.

    ``turns_to_resolution`` counts the agent's lines up to the one that resolves, itself included.
    ``taken_up`` counts the agent's lines that say again what the customer had just said.
    """

    jargon: tuple[str, ...]
    mean_sentence: float | None
    turns_to_resolution: int | None
    seconds_to_resolution: float | None
    taken_up: int


@dataclass(frozen=True)
class Marks:
    """The seven marks of a conversation, and what was measured."""

    marks: Mapping[str, Mark]
    measures: Measures


def judged(lines: Sequence[Line]) -> Marks:
    """Judge a conversation by what its agents say; bots and systems do not speak for anybody.

    Empathy does not apply where the customer tells of no trouble, listening where the customer says nothing, and
    nothing applies where no agent speaks. Clarity asks for an explanation, no trade words and sentences of a
    readable length.
    """
    ours = [number for number, line in enumerate(lines) if line.role not in _OUTSIDE | _SILENT]
    theirs = [number for number, line in enumerate(lines) if line.role in _OUTSIDE]
    if not ours:
        nothing = Mark(Verdict.NOT_APPLICABLE, because="no-agent")
        return Marks(dict.fromkeys(ELEMENTS, nothing), Measures((), None, None, None, 0))
    found: dict[str, list[Cited]] = {name: [] for name in ELEMENTS}
    for number in ours:
        for element in elements(lines[number].text, language=lines[number].language):
            found[element.name].append(Cited(number, element.start, element.end))
    taken = list(_taken_up(lines))
    found["listening"] = sorted({cited.line: cited for cited in [*taken, *found["listening"]]}.values(), key=_place)
    measures = _measures(lines, ours, found["resolution"], len(taken))
    return Marks({name: _mark(name, found[name], _excused(lines, theirs), measures) for name in ELEMENTS}, measures)


def _mark(name: str, cited: Sequence[Cited], excused: Mapping[str, str], measures: Measures) -> Mark:
    if cited:
        unclear = name == "clarity" and _unclear(measures)
        return Mark(Verdict.NOT_MET if unclear else Verdict.MET, tuple(cited))
    if name in excused:
        return Mark(Verdict.NOT_APPLICABLE, because=excused[name])
    return Mark(Verdict.NOT_MET)


def _unclear(measures: Measures) -> bool:
    return len(measures.jargon) > JARGON_MOST or (measures.mean_sentence or 0.0) > LONGEST_MEAN


def _excused(lines: Sequence[Line], theirs: Sequence[int]) -> dict[str, str]:
    if not theirs:
        return {"listening": "customer-silent", "empathy": "customer-silent"}
    if any(_troubled(lines[number]) for number in theirs):
        return {}
    return {"empathy": "no-trouble-told"}


def _troubled(line: Line) -> bool:
    return any(
        lexicon(code).trouble.search(sentence.text)
        for code in lexicons_for(line.text, line.language)
        for sentence in sentences(line.text)
    )


def _taken_up(lines: Sequence[Line]) -> Iterator[Cited]:
    """Yield the agent's lines that say again something particular of what the customer said since the last one."""
    heard: list[Line] = []
    for number, line in enumerate(lines):
        if line.role in _OUTSIDE:
            heard.append(line)
        elif line.role not in _SILENT:
            again = said_again(line.text, [one.text for one in heard])
            if again is not None:
                yield Cited(number, *again)
            heard = []


def _measures(lines: Sequence[Line], ours: Sequence[int], resolving: Sequence[Cited], taken_up: int) -> Measures:
    lengths = [words_in(sentence.text) for number in ours for sentence in sentences(lines[number].text)]
    found = [word for number in ours for word in _jargon_of(lines[number])]
    first = resolving[0].line if resolving else None
    return Measures(
        jargon=tuple(dict.fromkeys(found)),
        mean_sentence=round(sum(lengths) / len(lengths), 1) if lengths else None,
        turns_to_resolution=ours.index(first) + 1 if first is not None else None,
        seconds_to_resolution=_seconds(lines, first),
        taken_up=taken_up,
    )


def _jargon_of(line: Line) -> Iterator[str]:
    for code in lexicons_for(line.text, line.language)[:1]:
        for sentence in sentences(line.text):
            if lexicon(code).explained.search(sentence.text) is None:
                yield from jargon(sentence.written, lexicon(code))


def _seconds(lines: Sequence[Line], resolved: int | None) -> float | None:
    """Return the time from the first line that has one to the line that resolves."""
    began = next((line.at for line in lines if line.at is not None), None)
    ended = lines[resolved].at if resolved is not None else None
    return (ended - began).total_seconds() if began is not None and ended is not None else None


def _place(cited: Cited) -> int:
    return cited.line
