"""What both compilers must mean alike: stretches of time as ids, and what the terms of a query seek."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, select

from audit.language.analysis import Alternatives, bare_word, phrase
from audit.language.words import GAP
from audit.projections.search.query import Amount, DateRange, Identifier, OneOf, State, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select

    from audit.projections.search.index import Index

_LOW_BITS: Final = 20
_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1


def ids_between(key: ColumnElement[int], dates: DateRange) -> ColumnElement[bool]:
    """Return the condition that a text was said in that time: its id begins with the moment."""
    limits = []
    if dates.first is not None:
        limits.append(key >= _id_at(dates.first))
    if dates.end is not None:
        limits.append(key < _id_at(dates.end))
    return and_(*limits)


def limits_of(dates: Iterable[DateRange]) -> dict[str, int]:
    """Return the first id of the time that all of these have in common, and the id it ends before."""
    ranges = list(dates)
    return {
        "first": max((_id_at(one.first) for one in ranges if one.first is not None), default=_LEAST),
        "end": min((_id_at(one.end) for one in ranges if one.end is not None), default=_MOST),
    }


def _id_at(moment: int) -> int:
    return max(_LEAST, min(moment << _LOW_BITS, _MOST))


def condition(index: Index, key: ColumnElement[int], node: DateRange | Amount | State) -> ColumnElement[bool]:
    """Return the condition on the id of a row that it is of that time, names that sum, or has come to that."""
    match node:
        case DateRange():
            return ids_between(key, node)
        case Amount():
            return key.in_(_ids_with_amount(index, node))
        case State():
            return key.in_(_ids_in_state(index, node))


def _ids_with_amount(index: Index, asked: Amount) -> Select[tuple[int]]:
    """Return the selection of the ids of what names such a sum of money."""
    amounts = index.amounts.c
    limits = []
    if asked.least is not None:
        limits.append(amounts.value >= asked.least)
    if asked.most is not None:
        limits.append(amounts.value <= asked.most)
    if asked.currency is not None:
        limits.append(amounts.currency == asked.currency)
    return select(amounts.id).where(*limits)


def _ids_in_state(index: Index, state: State) -> Select[tuple[int]]:
    """Return the selection of the ids of all versions of what was edited, deleted, or came with an attachment."""
    messages, revisions = index.messages.c, index.revisions.c
    told = select(revisions.item).where(revisions.what == state.name)
    if state.upto is not None:
        told = told.where(revisions.position <= state.upto)
    return select(messages.id).where(messages.item.in_(told))


def near_words(words: str) -> list[str]:
    """Return the different words that must stand near each other."""
    return [token for token in dict.fromkeys(phrase(words)) if token != GAP]


@lru_cache(maxsize=1_000)
def alternatives(term: Word | OneOf | Identifier) -> Alternatives:
    """Return what finds the term."""
    match term:
        case OneOf(words=words):
            return Alternatives(exact=words)
        case Identifier(text=text):
            return identified(text)
        case Word(text=text):
            return bare_word(text)


def identified(text: str) -> Alternatives:
    """Return what finds an identifier; nothing where the text is none. Its forms and its parts do not count."""
    if "@" not in text and not any(letter.isdigit() for letter in text):
        return Alternatives()
    return replace(bare_word(text), stems=())
