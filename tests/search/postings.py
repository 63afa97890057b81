"""The truth about a query in many texts: each word looked up in a list of who says it, then the text itself read.

It narrows what ``tests.projections.search.oracle`` has to read, and shares nothing with the engines either.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from audit.language.words import GAP
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
    Or,
    Pattern,
    Phrase,
    Prefix,
    State,
    Word,
)
from tests.projections.search.oracle import bare_word, beginning, has_form, is_near, known, phrase, says

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.search.query import Term
    from tests.projections.search.oracle import Spoken


class Postings:
    """All texts, with the places of each word, stem and identifier among them."""

    def __init__(self, texts: list[Spoken]) -> None:
        self.texts = texts
        self._all = frozenset(range(len(texts)))
        self._meant: dict[Fuzzy | Pattern, list[str]] = {}
        self._exact = defaultdict[str, set[int]](set)
        self._keys = defaultdict[str, set[int]](set)
        for place, text in enumerate(texts):
            for token in text.analysis.exact:
                self._exact[token].add(place)
            for key in (*text.analysis.stems, *text.analysis.identifiers):
                self._keys[key].add(place)

    @cached_property
    def vocabulary(self) -> list[str]:
        return [word for word in self._exact if word != GAP]

    def found(self, node: Node) -> list[Spoken]:
        """Return the texts that match."""
        return [self.texts[place] for place in sorted(self._places(node))]

    def meant(self, node: Fuzzy | Pattern) -> list[str]:
        """Return the words that a word with signs stands for."""
        if node not in self._meant:
            if isinstance(node, Fuzzy):
                sizes = range(len(node.text) - node.edits, len(node.text) + node.edits + 1)
                found = [
                    word for word in self.vocabulary if len(word) in sizes and is_near(node.text, word, node.edits)
                ]
            else:
                begins = re.split("[?*]", node.text)[0]
                found = [word for word in self.vocabulary if word.startswith(begins) and has_form(node.text, word)]
            self._meant = {node: found}
            # What the two remember of a whole vocabulary is more than fits.
            is_near.cache_clear()
            has_form.cache_clear()
        return self._meant[node]

    def _places(self, node: Node) -> frozenset[int]:
        match node:
            case And(children=children):
                return frozenset.intersection(*map(self._places, children))
            case Or(children=children):
                return frozenset.union(*map(self._places, children))
            case Not(child=child):
                return self._all - self._places(child)
            case Field() | DateRange() | Amount() | State():
                return frozenset(place for place in self._all if known(node, self.texts[place]))
            case _:
                return frozenset(place for place in self._near(node) if says(node, self.texts[place].analysis))

    def _near(self, term: Term) -> Iterable[int]:
        """Return the texts that may say it: all that say any word of what is sought, for several words the first."""
        match term:
            case Word(text=text) | Identifier(text=text):
                sought = bare_word(text)
                firsts = [one[0] for one in sought.phrases if one]
                keys = self._any(self._keys, [*sought.stems, *sought.identifiers])
                return self._any(self._exact, [*sought.exact, *firsts]) | keys
            case Phrase(text=text):
                return self._any(self._exact, phrase(text)[:1])
            case Near(text=text):
                return self._any(self._exact, [token for token in phrase(text) if token != GAP][:1])
            case Prefix(text=text):
                begins = beginning(text).beginnings
                return self._any(self._exact, [word for word in self._exact if word.startswith(begins)])
            case Fuzzy() | Pattern():
                return self._any(self._exact, self.meant(term))
            case _:
                return self._all

    @staticmethod
    def _any(lists: dict[str, set[int]], words: Iterable[str]) -> set[int]:
        return set().union(*(lists.get(word, ()) for word in words))
