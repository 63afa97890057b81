"""What our side commits to in a text: who, by when, how much, on which condition, and the words that say it.

The definition is that of promises in ``docs/promises.md``. Pure: the same text gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.language.commitments.details import amount, deadline, is_conditional
from audit.language.commitments.judge import committing
from audit.language.commitments.lexicon import lexicon
from audit.language.commitments.plain import Plain, plain
from audit.language.commitments.reading import Reading
from audit.language.commitments.sentences import sentences
from audit.language.commitments.tongue import tongues

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 20_000
"""Characters read of one message; a longer one is a document, and its sentences are read up to there."""


@dataclass(frozen=True)
class Span:
    """Where a committing sentence stands, in code points of the text as written, and what commits in it."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Commitment:
    """What a text commits to: ``who`` is agent, company, customer, third or none; time and sum as written."""

    promise: bool
    who: str
    deadline: str | None
    amount: str | None
    conditional: bool
    spans: tuple[Span, ...]


_NONE = Commitment(promise=False, who="none", deadline=None, amount=None, conditional=False, spans=())


def commitment(text: str, *, language: str | None = None) -> Commitment:
    """Return what one message commits our side to; of several promises the most definite one tells the rest.

    Whose word is only reported (the customer's, a third person's) is named in ``who``, and is no promise.
    """
    found = list(_found(text, language))
    ours = [each for each in found if each.promise]
    if not ours:
        return found[0] if found else _NONE
    chosen = max(ours, key=lambda each: (each.deadline is not None) + (each.amount is not None))
    spans = tuple(span for each in ours for span in each.spans)
    return Commitment(
        promise=True,
        who=chosen.who,
        deadline=chosen.deadline,
        amount=chosen.amount,
        conditional=chosen.conditional,
        spans=spans,
    )


def commitments(text: str, *, language: str | None = None) -> list[Commitment]:
    """Return one commitment for each sentence of a text that commits our side."""
    return [each for each in _found(text, language) if each.promise]


def _found(text: str, language: str | None) -> Iterator[Commitment]:
    read = plain(text[:_LONGEST])
    for name in tongues(read.text, language):
        found = list(_in_language(text, read, name))
        if found:
            yield from found
            return


def _in_language(text: str, read: Plain, language: str) -> Iterator[Commitment]:
    rules = lexicon(language)
    previous = ""
    for sentence in sentences(read.text, abbreviations=rules.abbreviations, chinese=language == "zh"):
        reading = Reading(rules, read.text, sentence, previous)
        previous = reading.text
        each = _commitment(text, read, reading)
        if each is not None:
            yield each


def _commitment(text: str, read: Plain, reading: Reading) -> Commitment | None:
    found = committing(reading)
    if found is None:
        return None
    first = reading.sentence.start
    written = _Written(text, read, first)
    span = Span(read.place(first), read.place(reading.sentence.end), found.reason)
    if found.who not in {"agent", "company"}:
        return Commitment(False, found.who, None, None, conditional=False, spans=())
    return Commitment(
        promise=True,
        who=found.who,
        deadline=written.words(deadline(reading, found.place)),
        amount=written.words(amount(reading, found.place)),
        conditional=is_conditional(reading, found.place),
        spans=(span,),
    )


@dataclass(frozen=True)
class _Written:
    """The words of a sentence as they were written."""

    text: str
    read: Plain
    first: int

    def words(self, span: tuple[int, int] | None) -> str | None:
        if span is None:
            return None
        start, end = (self.read.place(self.first + offset) for offset in span)
        return self.text[start:end].strip(" ,;")
