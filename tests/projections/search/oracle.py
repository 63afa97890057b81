"""The truth about a query: every text looked at word by word, without an index and without the compilers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from audit.language import analysis as words
from audit.projections.search.query import (
    Amount,
    And,
    DateRange,
    Field,
    Fuzzy,
    Identifier,
    Near,
    Node,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Prefix,
    State,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.projections.search.query import Term


bare_word, beginning, phrase = cache(words.bare_word), cache(words.beginning), cache(words.phrase)


@dataclass(frozen=True)
class Spoken:
    """A text as the oracle sees it. ``fields`` are (field, value) in lower case, ``at`` is in milliseconds.

    ``amounts`` are (currency, ten-thousandths), ``states`` what became of the message.
    """

    position: int
    at: int
    analysis: words.Analysis
    fields: frozenset[tuple[str, str]]
    amounts: frozenset[tuple[str, int]] = frozenset()
    states: frozenset[str] = frozenset()


def matches(node: Node, spoken: Spoken) -> bool:
    match node:
        case And(children=children):
            return all(matches(child, spoken) for child in children)
        case Or(children=children):
            return any(matches(child, spoken) for child in children)
        case Not(child=child):
            return not matches(child, spoken)
        case Field() | DateRange() | Amount() | State():
            return known(node, spoken)
        case _:
            return says(node, spoken.analysis)


def known(node: Field | DateRange | Amount | State, spoken: Spoken) -> bool:
    match node:
        case Field(name=name, value=value):
            return (name, value.lower()) in spoken.fields
        case DateRange(first=first, end=end):
            return (first is None or spoken.at >= first) and (end is None or spoken.at < end)
        case State(name=name):
            return name in spoken.states
        case Amount(least=least, most=most, currency=currency):
            return any(
                (least is None or value >= least) and (most is None or value <= most) and currency in {None, code}
                for code, value in spoken.amounts
            )


def says(term: Term, analysis: words.Analysis) -> bool:
    tokens = analysis.exact
    match term:
        case Word(text=text) | Identifier(text=text):
            sought = bare_word(text)
            in_a_form = isinstance(term, Word) and any(key in sought.stems for key in analysis.stems)
            return (
                in_a_form
                or any(token in sought.exact for token in tokens)
                or any(key in sought.identifiers for key in analysis.identifiers)
                or any(stands(tokens_sought, tokens) for tokens_sought in sought.phrases)
            )
        case Phrase(text=text):
            return stands(phrase(text), tokens)
        case Near(text=text, distance=distance):
            wanted = {token for token in phrase(text) if token != "ǂ"}
            reach = distance + 2 if len(wanted) > 1 else 1
            return any(
                token in wanted and wanted <= set(tokens[start : start + reach]) for start, token in enumerate(tokens)
            )
        case Prefix(text=text):
            return any(token.startswith(beginning(text).beginnings) for token in tokens)
        case Fuzzy(text=text, edits=edits):
            return any(token != "ǂ" and is_near(text, token, edits) for token in tokens)
        case Pattern(text=text):
            return any(token != "ǂ" and has_form(text, token) for token in tokens)
        case OneOf():
            raise AssertionError("nobody writes this")


@cache
def is_near(one: str, other: str, edits: int) -> bool:
    """Say whether so many edits make one of the other: try each of them where the two first differ."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    if not one or not other:
        return len(one) + len(other) <= edits
    return edits > 0 and any(
        is_near(*rest, edits - 1) for rest in ((one[1:], other), (one, other[1:]), (one[1:], other[1:]))
    )


@cache
def has_form(form: str, word: str) -> bool:
    if not form:
        return not word
    if form[0] == "*":
        return has_form(form[1:], word) or (bool(word) and has_form(form, word[1:]))
    return bool(word) and form[0] in {"?", word[0]} and has_form(form[1:], word[1:])


def stands(sought: Sequence[str], tokens: Sequence[str]) -> bool:
    length = len(sought)
    return any(
        tokens[start] == sought[0] and list(tokens[start : start + length]) == list(sought)
        for start in range(len(tokens) - length + 1)
    )
