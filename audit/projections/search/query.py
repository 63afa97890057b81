"""A query as a tree of our own: what the grammar reads, both engines compile and the oracle evaluates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.domain.errors import WrongUse

FIELDS: Final = (
    "customer",
    "conversation",
    "agent",
    "channel",
    "direction",
    "role",
    "kind",
    "ticket",
    "order",
    "language",
    "source",
)
LONGEST_PHRASE: Final = 100
"""Words in a phrase at most: long texts are stored in stretches that overlap by as much."""
FARTHEST: Final = 50
"""Words between the words of a ``"near"~n`` at most."""


class QueryError(WrongUse):
    """The query cannot be read: ``message`` says why and what to write, [start, end) where, in code points."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(f"{message} (characters {start + 1} to {max(end, start + 1)})")
        self.message = message
        self.start = start
        self.end = end


@dataclass(frozen=True)
class Word:
    """A bare word: found in all its forms, and as an identifier however it is written."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Exactly these words side by side."""

    text: str


@dataclass(frozen=True)
class Near:
    """All of these words, in any order, with at most ``distance`` words between the first and the last of them."""

    text: str
    distance: int


@dataclass(frozen=True)
class Prefix:
    """Any word that begins so."""

    text: str


@dataclass(frozen=True)
class Field:
    """Everything whose ``name`` is this value, case aside."""

    name: str
    value: str


@dataclass(frozen=True)
class DateRange:
    """What happened at or after ``first`` and before ``end``, in milliseconds since 1970; None is without limit."""

    first: int | None
    end: int | None


@dataclass(frozen=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    child: Node


Node = Word | Phrase | Near | Prefix | Field | DateRange | And | Or | Not
Term = Word | Phrase | Near | Prefix


def all_of(nodes: list[Node]) -> Node:
    """Return what asks for all of these."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.children if isinstance(node, And) else (node,)
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(nodes: list[Node]) -> Node:
    """Return what asks for any of these."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.children if isinstance(node, Or) else (node,)
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def terms(node: Node) -> list[Term]:
    """Return the words that make a hit, for marks and for relevance: those that are denied are not among them."""
    match node:
        case And(children=children) | Or(children=children):
            return [term for child in children for term in terms(child)]
        case Word() | Phrase() | Near() | Prefix():
            return [node]
        case _:
            return []
