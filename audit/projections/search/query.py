"""A query as a tree of our own: what the grammar reads, both engines compile and the oracle evaluates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from audit.domain.errors import WrongUse

FIELDS: Final = (
    "customer",
    "conversation",
    "agent",
    "author",
    "channel",
    "direction",
    "role",
    "kind",
    "ticket",
    "order",
    "promise",
    "language",
    "source",
)
"""Fields that take a value as it is."""
STATES: Final = {"is": ("edited", "deleted"), "has": ("attachment",)}
"""Fields that take one of a few words."""
LONGEST_PHRASE: Final = 100
"""Words in a phrase at most: long texts are stored in stretches that overlap by as much."""
FARTHEST: Final = 50
"""Words between the words of a ``"near"~n`` at most."""
MOST_EDITS: Final = 2
MOST_WORDS: Final = 1_000
"""Words that a fuzzy word or a pattern may stand for at most."""
_BRIEF: Final = 40
Place = tuple[int, int]


class QueryError(WrongUse):
    """The query cannot be read: ``message`` says why and what to write, [start, end) where, in code points."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(f"{message} (characters {start + 1} to {max(end, start + 1)})")
        self.message = message
        self.start = start
        self.end = end


def brief(text: str) -> str:
    """Return what was typed, no more of it than a sentence bears."""
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


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
class Fuzzy:
    """Any word that becomes this one by at most so many edits: a letter put in, left out or replaced."""

    text: str
    edits: int
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class Pattern:
    """Any word of this form: ``?`` is one letter, ``*`` any number of them."""

    text: str
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class OneOf:
    """Any of these exact words: what a fuzzy word or a pattern stands for in one index."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Identifier:
    """A number, address or phone in whatever spelling; whole, never a part of another."""

    text: str


@dataclass(frozen=True)
class Amount:
    """A sum of money from ``least`` to ``most``, both included, in ten-thousandths; None is without limit."""

    least: int | None
    most: int | None
    currency: str | None = None


@dataclass(frozen=True)
class State:
    """What became of a message: it was ``edited`` or ``deleted`` at the source, or has an ``attachment``.

    ``upto`` is the position up to which such news counts; None is without limit.
    """

    name: str
    upto: int | None = None


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


Term = Word | Phrase | Near | Prefix | Fuzzy | Pattern | OneOf | Identifier
Node = Term | Field | Amount | State | DateRange | And | Or | Not


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
        case Not() | Field() | Amount() | State() | DateRange():
            return []
        case _:
            return [node]
