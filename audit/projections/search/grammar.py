"""Reading a query: Whoosh's grammar makes the tree, and whatever it would bend silently is refused with its place.

This file alone knows Whoosh. The tagged text is checked token by token first, because the tree that comes after has
forgotten where brackets, operators and quotes stood.
"""

from __future__ import annotations

import re
from datetime import UTC
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from whoosh.qparser import plugins, syntax
from whoosh.qparser.default import QueryParser

from audit.projections.search import leaves
from audit.projections.search.leaves import AMOUNT, AT, COMPARED, IDENTIFIER, Calendar, Range, Written
from audit.projections.search.query import FARTHEST, FIELDS, STATES, Node, Not, QueryError, all_of, any_of, brief
from audit.projections.search.signs import SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

ALL_FIELDS: Final = (*FIELDS, *STATES, AMOUNT, IDENTIFIER, AT)
_HALVES: Final = re.compile("[\ud800-\udfff]")
"""Surrogates without their partner, which no database takes."""
_LONGEST_QUERY: Final = 10_000
_MOST_TERMS: Final = 200
_DEEPEST: Final = 20
_OPERATORS: Final = frozenset({"AND", "OR", "NOT", "ANDNOT"})
_NOT_OFFERED: Final = frozenset({"ANDMAYBE", "REQUIRE"})
_KNOWN_ELSEWHERE: Final = {
    "date": AT,
    "time": AT,
    "work_order": "order",
    "chat": "conversation",
    "lang": "language",
    "phone": IDENTIFIER,
    "email": IDENTIFIER,
    "number": IDENTIFIER,
    "sum": AMOUNT,
    "price": AMOUNT,
    "from": "author",
    "user": "agent",
    "staff": "agent",
}
_OPEN, _CLOSE = plugins.GroupPlugin.OpenBracket, plugins.GroupPlugin.CloseBracket
_PHRASE = plugins.PhrasePlugin.PhraseNode
_LEAVES: Final = (syntax.WordNode, _PHRASE, syntax.RangeNode)


def parse(query: str, zone: tzinfo = UTC, now: datetime | None = None) -> Node:
    """Read a query. Raises QueryError with the place and the remedy.

    ``zone`` is for the dates in it, ``now`` for those counted from today; without it these are refused.
    """
    if len(query) > _LONGEST_QUERY:
        raise QueryError(
            f"The query is longer than {_LONGEST_QUERY} characters: shorten it", _LONGEST_QUERY, len(query)
        )
    if broken := _HALVES.search(query):
        raise QueryError("This is half a character: type it anew", *broken.span())
    parser = _parser()
    tagged = parser.tag(query)
    tokens = [node for node in tagged if not node.is_ws()]
    if not tokens:
        raise QueryError("The query is empty: write a word to search for", 0, len(query))
    _Checked(query).check(tokens)
    reader = _Reader(query, Calendar(zone, now))
    tree = reader.read(parser.filterize(tagged))
    leaves = sum(isinstance(node, _LEAVES) for node in tokens)
    if reader.leaves != leaves:
        raise QueryError("The query cannot be read: put brackets around what belongs together", 0, len(query))
    return tree


class _Parser(QueryParser):
    """Whoosh's parser, which else would put its taggers and filters in order anew for every query."""

    @cache  # noqa: B019  # there is one parser, and it stays
    def taggers(self) -> Any:
        return super().taggers()  # type: ignore[no-untyped-call]  # it ships half of its types

    @cache  # noqa: B019  # as above
    def filters(self) -> Any:
        return super().filters()  # type: ignore[no-untyped-call]  # as above


@cache
def _parser() -> Any:
    """Return the parser: it keeps nothing of what it reads."""
    kinds: Any = plugins
    parser = _Parser(
        None,
        None,
        plugins=[
            kinds.FieldsPlugin(),
            kinds.PhrasePlugin(),
            kinds.RangePlugin(),
            kinds.GroupPlugin(),
            kinds.OperatorsPlugin(AndMaybe=None, Require=None),
        ],
    )
    assert parser.fieldname is None, "what names no field is a word"
    return parser


class _Checked:
    """Checks what the tagger found, in the order of the text."""

    def __init__(self, query: str) -> None:
        self._query = query

    def check(self, tokens: Sequence[Any]) -> None:
        self._check_brackets(tokens)
        for before, node in pairwise([None, *tokens]):
            if isinstance(node, syntax.WordNode):
                self._check_word(node, before)
            elif isinstance(node, syntax.FieldnameNode):
                self._check_field(node)
        for before, after in pairwise([None, *tokens, None]):
            self._check_neighbours(before, after)
        if sum(isinstance(node, _LEAVES) for node in tokens) > _MOST_TERMS:
            raise QueryError(f"The query has more than {_MOST_TERMS} words: split it", 0, len(self._query))

    def _check_brackets(self, tokens: Sequence[Any]) -> None:
        opened: list[Any] = []
        for node in tokens:
            if isinstance(node, _OPEN):
                opened.append(node)
                if len(opened) > _DEEPEST:
                    raise _wrong(node, f"Brackets go no deeper than {_DEEPEST}: simplify the query")
            elif isinstance(node, _CLOSE):
                if not opened:
                    raise _wrong(node, "This bracket was never opened: open it, or quote it")
                opened.pop()
        if opened:
            raise _wrong(opened[-1], "This bracket is never closed: close it, or quote it")

    def _check_word(self, node: Any, before: Any) -> None:
        text, start = node.text, node.startchar
        if isinstance(before, syntax.FieldnameNode) and before.fieldname in COMPARED:
            text = text.lstrip("<>=-")
            start = node.endchar - len(text)
        if text in _NOT_OFFERED:
            raise _wrong(node, f'{text} is not offered: use AND, OR and NOT, or write "{text}" for the word')
        if text in _OPERATORS:
            raise _wrong(
                node, f'{text} needs something to search for beside it; to search for the word, write "{text}"'
            )
        for sign, remedy in SIGNS:
            if found := sign.search(text):
                raise QueryError(remedy, start + found.start(), start + max(found.end(), found.start() + 1))

    def _check_field(self, node: Any) -> None:
        name = node.fieldname
        if name not in ALL_FIELDS:
            near = _KNOWN_ELSEWHERE.get(name.lower()) or next(
                iter(get_close_matches(name.lower(), ALL_FIELDS, 1)), None
            )
            meant = f"did you mean {near}:? Else" if near else f"there are {', '.join(ALL_FIELDS)}. Else"
            raise _wrong(node, f"There is no field {brief(name)}: {meant} quote the words with the colon")
        following = self._query[node.endchar : node.endchar + 1]
        if not following or following.isspace() or following == ")":
            raise _wrong(node, f"The field {brief(name)} has no value: write it right after the colon")

    def _check_neighbours(self, before: Any, after: Any) -> None:
        """Refuse tokens that touch, and operators without something to work on: they would be read otherwise."""
        if isinstance(before, syntax.PrefixOperator) and isinstance(after, syntax.PrefixOperator):
            raise _wrong(after, "NOT NOT says nothing: leave out both")
        if isinstance(before, syntax.Operator) and not _begins(after):
            raise _wrong(before, f"{self._written(before)} needs something to search for after it")
        if _is_infix(after) and not _ends(before):
            raise _wrong(after, f"{self._written(after)} needs something to search for before it")
        if isinstance(before, _OPEN) and isinstance(after, _CLOSE):
            raise _wrong(before, "There is nothing between these brackets: leave them out, or quote them")
        if before is None or after is None or before.endchar != after.startchar:
            return
        touching = isinstance(before, (syntax.FieldnameNode, _OPEN)) or isinstance(after, _CLOSE)
        if not touching:
            self._refuse_touching(before, after)
        elif isinstance(before, syntax.FieldnameNode) and isinstance(after, syntax.FieldnameNode):
            raise _wrong(after, "A field cannot be the value of a field: quote the value")

    def _refuse_touching(self, before: Any, after: Any) -> None:
        if isinstance(before, syntax.WordNode) and isinstance(after, _PHRASE) and before.text == "r":
            raise _wrong(
                before, "Regular expressions cannot be searched for: write words, or the beginning of one: ref*"
            )
        if isinstance(after, syntax.FieldnameNode):
            raise _wrong(after, "A colon inside a word makes a field of it: quote the whole")
        if self._query[after.startchar : after.endchar].startswith("~"):
            raise _wrong(after, f'The number after ~ goes from 1 to {FARTHEST}, as in "late delivery"~3')
        raise _wrong(after, "These two touch each other: put a space between them, or quote the whole")

    def _written(self, node: Any) -> str:
        return self._query[node.startchar : node.endchar]


class _Reader:
    """Makes our tree of Whoosh's, and counts the leaves so that none gets lost."""

    def __init__(self, query: str, calendar: Calendar) -> None:
        self._query = query
        self._calendar = calendar
        self.leaves = 0

    def read(self, node: Any) -> Node:
        if isinstance(node, syntax.NotGroup):
            return Not(self._children(node)[0])
        if isinstance(node, syntax.AndNotGroup):
            wanted, *unwanted = self._children(node)
            return all_of([wanted, *(Not(each) for each in unwanted)])
        if isinstance(node, syntax.OrGroup):
            return any_of(self._children(node))
        if isinstance(node, syntax.AndGroup):
            return all_of(self._children(node))
        self.leaves += 1
        return self._leaf(node)

    def _children(self, group: Any) -> list[Node]:
        children = [self.read(child) for child in group]
        if not children:
            raise QueryError("The query cannot be read: put brackets around what belongs together", 0, len(self._query))
        return children

    def _leaf(self, node: Any) -> Node:
        field, place = node.fieldname, (node.startchar, node.endchar)
        if isinstance(node, syntax.RangeNode):
            if field not in COMPARED:
                raise _wrong(node, "A range is for dates and amounts only, as in at:[2026-01 to 2026-03]")
            limits = Range(node.start, node.end, node.startexcl, node.endexcl)
            return leaves.between(field, Written(self._query[slice(*place)], place), limits, self._calendar)
        is_quoted = isinstance(node, _PHRASE)
        written = Written(node.text, place, is_quoted)
        closed = self._query[: node.endchar].endswith('"')
        if field is not None:
            if is_quoted and not closed:
                raise _wrong(node, "A distance is for words, not for a field: leave out the ~")
            return leaves.value(field, written, self._calendar)
        return leaves.quoted(written, None if closed else node.slop) if is_quoted else leaves.word(written)


def _begins(node: Any) -> bool:
    """Say whether something to search for begins with this token."""
    if isinstance(node, syntax.PrefixOperator):
        return True
    return isinstance(node, (*_LEAVES, syntax.FieldnameNode, _OPEN))


def _ends(node: Any) -> bool:
    return isinstance(node, (*_LEAVES, _CLOSE))


def _is_infix(node: Any) -> bool:
    return isinstance(node, syntax.InfixOperator) and not isinstance(node, syntax.PrefixOperator)


def _wrong(node: Any, message: str) -> QueryError:
    return QueryError(message, node.startchar, node.endchar)
