"""The truth about a query: every text looked at word by word, without an index and without the compilers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from audit.language import analysis as words
from audit.projections.search.query import And, DateRange, Field, Near, Node, Not, Or, Phrase, Prefix, Word

if TYPE_CHECKING:
    from collections.abc import Sequence


bare_word, beginning, phrase = cache(words.bare_word), cache(words.beginning), cache(words.phrase)


@dataclass(frozen=True)
class Spoken:
    """A text as the oracle sees it. ``fields`` are (field, value) in lower case, ``at`` is in milliseconds."""

    position: int
    at: int
    analysis: words.Analysis
    fields: frozenset[tuple[str, str]]


def matches(node: Node, spoken: Spoken) -> bool:
    match node:
        case And(children=children):
            return all(matches(child, spoken) for child in children)
        case Or(children=children):
            return any(matches(child, spoken) for child in children)
        case Not(child=child):
            return not matches(child, spoken)
        case Field(name=name, value=value):
            return (name, value.lower()) in spoken.fields
        case DateRange(first=first, end=end):
            return (first is None or spoken.at >= first) and (end is None or spoken.at < end)
        case Word() | Phrase() | Near() | Prefix():
            return says(node, spoken.analysis)


def says(term: Word | Phrase | Near | Prefix, analysis: words.Analysis) -> bool:
    tokens = analysis.exact
    match term:
        case Word(text=text):
            sought = bare_word(text)
            return (
                any(token in sought.exact for token in tokens)
                or any(key in sought.stems for key in analysis.stems)
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


def stands(sought: Sequence[str], tokens: Sequence[str]) -> bool:
    length = len(sought)
    return any(
        tokens[start] == sought[0] and list(tokens[start : start + length]) == list(sought)
        for start in range(len(tokens) - length + 1)
    )
