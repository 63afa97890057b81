"""A query for PostgreSQL: one ``tsquery`` where that can say it, else conditions on the vectors."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from audit.language.analysis import beginning, phrase
from audit.projections.search.found import Found
from audit.projections.search.meta import meta_token
from audit.projections.search.query import (
    Amount,
    And,
    DateRange,
    Field,
    Identifier,
    Near,
    Node,
    Not,
    OneOf,
    Or,
    Phrase,
    Prefix,
    State,
    Term,
    Word,
)
from audit.projections.search.sought import alternatives, condition, limits_of, near_words
from audit.projections.search.vectors import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from audit.projections.search.index import Index

    Limits = Callable[[ColumnElement[int]], Sequence[ColumnElement[bool]]]


def matching(index: Index, query: Node, limits: Limits) -> Found:
    """Return what finds all texts that match.

    ``limits`` gives the conditions on the id which hold whatever is sought.
    """
    key = index.vectors.words.c.id
    parts = query.children if isinstance(query, And) else (query,)
    dates = [part for part in parts if isinstance(part, DateRange)]
    rest = tuple(part for part in parts if not isinstance(part, DateRange))
    said, others = (_tsquery(And(rest)) if rest else None), [*limits(key)]
    if said is None:
        return Found(select(key).where(_condition(index, query), *others))
    ids, values = _by_words(index, dated=bool(dates)), {"words": said} | (limits_of(dates) if dates else {})
    return Found(ids.where(*others) if others else ids, values)


@lru_cache(maxsize=100)
def _by_words(index: Index, *, dated: bool) -> Select[tuple[int]]:
    """Return the selection of the ids of what has the words, said between two moments where these are given."""
    words = index.vectors.words.c
    said = words.words.bool_op("@@")(cast(bindparam("words", type_=String), TSQUERY))
    first, end = bindparam("first", type_=BigInteger), bindparam("end", type_=BigInteger)
    between = [words.id >= first, words.id < end] if dated else []
    return select(words.id).where(said, *between)


def _condition(index: Index, node: Node) -> ColumnElement[bool]:
    said = _tsquery(node)
    if said is not None:
        return holds(index.vectors.words.c.words, said)
    match node:
        case And(children=children):
            return and_(*(_condition(index, child) for child in _gathered(children)))
        case Or(children=children):
            return or_(*(_condition(index, child) for child in children))
        case Not(child=child):
            return not_(_condition(index, child))
        case DateRange() | Amount() | State():
            return condition(index, index.vectors.words.c.id, node)
        case _:
            return _term(index, node)


def _term(index: Index, term: Term | Field) -> ColumnElement[bool]:
    """Return the condition for words that must stand in their places."""
    match term:
        case Word() | OneOf() | Identifier():
            sought = alternatives(term)
            others = _alternatives(sought.exact, sought.stems, sought.identifiers)
            in_any_form = [holds(index.vectors.words.c.words, others)] if others else []
            return or_(*in_any_form, *(_side_by_side(index, tokens) for tokens in sought.phrases))
        case Near():
            return _near(index, term)
        case _:
            assert isinstance(term, Phrase), "a tsquery says everything else"
            return _side_by_side(index, phrase(term.text))


def _gathered(children: Sequence[Node]) -> list[Node]:
    """Put together what one tsquery can say, so that the index is asked once for all of it."""
    together = tuple(child for child in children if _tsquery(child) is not None)
    apart = [child for child in children if _tsquery(child) is None]
    return [And(together), *apart] if together else apart


def _tsquery(node: Node) -> str | None:
    """Return the node as a tsquery, or None where that cannot say it: dates, and words side by side."""
    match node:
        case And(children=children):
            return _joined(children, " & ")
        case Or(children=children):
            return _joined(children, " | ")
        case Not(child=child):
            denied = _tsquery(child)
            return None if denied is None else f"!{denied}"
        case DateRange() | Amount() | State():
            return None
        case _:
            return _said(node)


def _said(term: Term | Field) -> str | None:
    match term:
        case Field(name=name, value=value):
            return f"'m{meta_token(name, value)}'"
        case Prefix(text=letters):
            return _any(f"'x{start}':*" for start in beginning(letters).beginnings)
        case Word() | OneOf() | Identifier():
            sought = alternatives(term)
            return None if sought.phrases else _alternatives(sought.exact, sought.stems, sought.identifiers)
        case Phrase(text=words) if len(tokens := phrase(words)) == 1:
            return f"'x{tokens[0]}'"
        case _:
            return None


def _joined(children: Sequence[Node], operator: str) -> str | None:
    parts = [_tsquery(child) for child in children]
    return None if None in parts else "(" + operator.join(part for part in parts if part is not None) + ")"


def _alternatives(exact: Iterable[str], stems: Iterable[str], identifiers: Iterable[str]) -> str | None:
    parts = [f"'x{token}'" for token in exact]
    parts += [f"'s{key}'" for key in stems] + [f"'i{key}'" for key in identifiers]
    return _any(parts) if parts else None


def _any(parts: Iterable[str]) -> str:
    return "(" + " | ".join(parts) + ")"


def _in_place(
    index: Index, tokens: Sequence[str], placed: Callable[[ColumnElement[Any]], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition that the words stand as they should: in the vector, or in a stretch of a long text.

    That all of them are there at all is asked first: the index can answer it.
    """
    words, parts = index.vectors.words, index.vectors.parts
    all_there = holds(words.c.words, " & ".join(f"'x{token}'" for token in dict.fromkeys(tokens)))
    in_a_stretch = exists().where(parts.c.id == words.c.id, placed(parts.c.places))
    return and_(all_there, or_(placed(words.c.words), in_a_stretch))


def _side_by_side(index: Index, tokens: Sequence[str]) -> ColumnElement[bool]:
    said = " <-> ".join(f"'x{token}'" for token in tokens)
    return _in_place(index, tokens, lambda vector: holds(vector, said))


def _near(index: Index, near: Near) -> ColumnElement[bool]:
    """Return the condition that there is a stretch of words which holds all of them, short enough."""
    tokens = near_words(near.text)

    def placed(vector: ColumnElement[Any]) -> ColumnElement[bool]:
        lexemes = func.unnest(vector).table_valued("lexeme", "positions", "weights").render_derived()
        wanted = [f"x{token}" for token in tokens]
        place = func.unnest(lexemes.c.positions).label("place")
        places = (
            select(lexemes.c.lexeme, place)
            .where(lexemes.c.lexeme == func.any(bindparam(None, wanted, ARRAY(String))))
            .correlate(vector.table)
        )
        first, other = places.subquery(), places.subquery()
        last = first.c.place + literal_column(str(_reach(len(tokens), near.distance)))
        within = select(func.count(other.c.lexeme.distinct())).where(other.c.place.between(first.c.place, last))
        return exists(select(first.c.place).where(within.scalar_subquery() == len(tokens)))

    return _in_place(index, tokens, placed)


def _reach(words: int, distance: int) -> int:
    """Return how far after the first word the last may stand, at most ``distance`` words being between the two."""
    return distance + 1 if words > 1 else 0
