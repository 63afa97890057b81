"""A query for SQLite: as much as possible in the words of FTS5, the rest as sets of row ids."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    and_,
    bindparam,
    column,
    literal_column,
    not_,
    or_,
    select,
    table,
)

from audit.language.analysis import beginning, phrase
from audit.projections.search.found import Found
from audit.projections.search.meta import meta_token
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
    Term,
    Word,
)
from audit.projections.search.sought import alternatives, condition, limits_of, near_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from audit.projections.search.index import Index

    Limits = Callable[[ColumnElement[int]], Sequence[ColumnElement[bool]]]


def matching(index: Index, query: Node, limits: Limits) -> Found:
    """Return what finds all texts that match.

    ``limits`` gives the conditions on the id which hold whatever is sought.
    """
    parts = query.children if isinstance(query, And) else (query,)
    found = [part for part in parts if not isinstance(part, Not) and _expression(part) is not None]
    if not found:
        key = index.messages.c.id
        conditions = [_condition(index, part, key) for part in parts]
        return Found(select(key.label("id")).where(index.messages.c.shown, *conditions, *limits(key)))
    denied = [part for part in parts if isinstance(part, Not) and _expression(part.child) is not None]
    rest = [part for part in parts if part not in found and part not in denied]
    words = _expression(And((*found, *denied)))
    assert words is not None
    dates = [part for part in rest if isinstance(part, DateRange)]
    # The plus keeps SQLite from looking rows up by these conditions instead of by the words, which it then could not.
    by_row = literal_column(f"+{index.fts}.rowid", Integer)
    others = [_condition(index, part, by_row) for part in rest if not isinstance(part, DateRange)] + [*limits(by_row)]
    ids, values = _by_words(index, dated=bool(dates)), {"words": words} | (limits_of(dates) if dates else {})
    return Found(ids.where(*others) if others else ids, values)


@lru_cache(maxsize=100)
def _by_words(index: Index, *, dated: bool) -> Select[tuple[int]]:
    """Return the selection of the ids of what has the words, said between two moments where these are given."""
    fts = table(index.fts, column("rowid", BigInteger))
    said = literal_column(index.fts).bool_op("MATCH")(bindparam("words", type_=String))
    first, end = bindparam("first", type_=BigInteger), bindparam("end", type_=BigInteger)
    between = [fts.c.rowid >= first, fts.c.rowid < end] if dated else []
    return select(fts.c.rowid.label("id")).where(said, *between)


def _condition(index: Index, node: Node, key: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition on the id of a text that it matches."""
    words = _expression(node)
    if words is not None:
        fts = table(index.fts, column("rowid"))
        return key.in_(select(fts.c.rowid).where(_matches(index, words)))
    match node:
        case And(children=children):
            return and_(*(_condition(index, child, key) for child in children))
        case Or(children=children):
            return or_(*(_condition(index, child, key) for child in children))
        case Not(child=child):
            return not_(_condition(index, child, key))
        case DateRange() | Amount() | State():
            return condition(index, key, node)
        case _:
            raise AssertionError(node)


def _matches(index: Index, words: str) -> ColumnElement[bool]:
    return literal_column(index.fts).bool_op("MATCH")(words)


def _expression(node: Node) -> str | None:
    """Return the node in the language of FTS5, or None where that cannot say it: NOT alone, and dates."""
    match node:
        case And(children=children):
            return _conjunction(children)
        case Or(children=children):
            parts = [_expression(child) for child in children]
            return None if None in parts else _any(part for part in parts if part is not None)
        case Not() | DateRange() | Amount() | State():
            return None
        case Field(name=name, value=value):
            return _in("meta", meta_token(name, value))
        case _:
            return _term(node)


def _conjunction(children: Sequence[Node]) -> str | None:
    wanted = [_expression(child) for child in children if not isinstance(child, Not)]
    denied = [_expression(child.child) for child in children if isinstance(child, Not)]
    if not wanted or None in wanted or None in denied:
        return None
    words = "(" + " AND ".join(str(part) for part in wanted) + ")"
    return f"({words} NOT {_any(str(part) for part in denied)})" if denied else words


def _term(term: Term) -> str:
    match term:
        case Word() | OneOf() | Identifier():
            sought = alternatives(term)
            exact = [_in("x", token) for token in sought.exact]
            stems = [_in("stem", f"s{key}") for key in sought.stems]
            wholes = [_in("stem", f"i{key}") for key in sought.identifiers]
            return _any([*exact, *stems, *wholes, *(_in("x", *tokens) for tokens in sought.phrases)])
        case Phrase(text=words):
            return _in("x", *phrase(words))
        case Near(text=words, distance=distance):
            side = " ".join(f'"{token}"' for token in near_words(words))
            return f"x : NEAR({side}, {distance})"
        case Prefix(text=letters):
            return _any(f'x : "{start}" *' for start in beginning(letters).beginnings)
        case Fuzzy() | Pattern():
            raise AssertionError("the vocabulary says first what these stand for")


def _in(name: str, *tokens: str) -> str:
    return f'{name} : "{" ".join(tokens)}"'


def _any(parts: Iterable[str]) -> str:
    return "(" + " OR ".join(parts) + ")"
