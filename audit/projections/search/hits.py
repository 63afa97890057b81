"""A hit: what a reader needs of a row, with the found words marked, where they stand, and in which version."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import select

from audit.language.analysis import Alternatives, Marking, beginning, phrase
from audit.projections.columns import moment_of
from audit.projections.portions import portions
from audit.projections.search.query import Fuzzy, Identifier, Near, OneOf, Pattern, Phrase, Prefix, Word, terms
from audit.projections.search.rows import places_of
from audit.projections.search.sought import alternatives, near_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from audit.projections.search.index import Index
    from audit.projections.search.listing import Listed
    from audit.projections.search.query import Node, Term

_WORDINGS: Final = frozenset({"message", "edit", "note"})


@dataclass(frozen=True, kw_only=True)
class Version:
    """Which wording of a message this is, and what became of the message at its source."""

    number: int
    count: int
    deleted: bool


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What matches: ``event`` is its position, ``marks`` the found words as [start, end) in code points.

    ``where`` names the places in which these stand, as „message“ or „attachment name“. ``original`` is the position of
    the event whose words this copy is. ``hits`` is how many there are in its conversation, where these are listed.
    """

    event: int
    kind: str
    topic: str
    at: datetime
    role: str
    channel: str | None
    author: str | None
    conversation: str | None
    conversation_id: UUID | None
    customer: str | None
    customer_id: UUID | None
    ticket: str | None
    text: str
    marks: tuple[tuple[int, int], ...]
    where: tuple[str, ...]
    version: Version | None = None
    original: int | None = None
    hits: int = 1


def hits_of(db: Connection, index: Index, listed: Listed, meant: Node, *, upto: int) -> Iterator[Hit]:
    """Yield the hits of a page."""
    marking = Marking(each for term in dict.fromkeys(terms(meant)) for each in _marked(term))
    versions = _versions(db, index, listed.rows, upto)
    for row in listed.rows:
        found = tuple(marking.of(row.text))
        yield Hit(
            event=row.position,
            kind=row.kind,
            topic=row.topic,
            at=moment_of(row.at, row.zone),
            role=row.role,
            channel=row.channel,
            author=row.author,
            conversation=row.conversation,
            conversation_id=_id(row.conversation_id),
            customer=row.customer,
            customer_id=_id(row.customer_id),
            ticket=row.ticket,
            text=row.text,
            marks=found,
            where=_where(row, found),
            version=versions.get(row.original or row.position),
            original=row.original,
            hits=listed.counts.get(row.conversation_id or "", 1),
        )


@lru_cache(maxsize=1_000)
def _id(written: str | None) -> UUID | None:
    """Return an id; hits have few different ones."""
    return UUID(hex=written) if written else None


def _where(row: Any, found: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Return the places in which words were found; those of the whole text where none is marked."""
    if row.parts is None:
        return (row.kind,)
    places = list(places_of(row))
    hit = [where for where, start, end in places if any(one < end and other > start for one, other in found)]
    return tuple(dict.fromkeys(hit or [where for where, _, _ in places]))


def _marked(term: Term) -> list[Alternatives | list[str]]:
    match term:
        case Phrase(text=words):
            return [phrase(words)]
        case Near(text=words):
            return [[token] for token in near_words(words)]
        case Prefix(text=letters):
            return [beginning(letters)]
        case Word() | OneOf() | Identifier():
            return [alternatives(term)]
        case Fuzzy() | Pattern():
            raise AssertionError("the vocabulary says first what these stand for")


def _versions(db: Connection, index: Index, rows: Iterable[Any], upto: int) -> dict[int, Version]:
    """Return the versions of messages by position, where a message has more than one or was deleted."""
    messages = index.messages.c
    items = sorted({row.item for row in rows if row.revised and row.kind in _WORDINGS})
    told: defaultdict[int, list[Any]] = defaultdict(list)
    for some in portions(items):
        columns = (messages.item, messages.position, messages.kind, messages.at)
        query = select(*columns).where(messages.item.in_(some), messages.original.is_(None), messages.position <= upto)
        for row in db.execute(query.order_by(messages.at, messages.position)):
            told[row.item].append(row)
    found = {}
    for mine in told.values():
        # A message stands before its edits, whatever the clocks of the source say.
        wordings = sorted((row for row in mine if row.kind in _WORDINGS), key=lambda row: row.kind == "edit")
        if len(mine) > 1:
            deleted = any(row.kind == "deletion" for row in mine)
            for number, row in enumerate(wordings, 1):
                found[row.position] = Version(number=number, count=len(wordings), deleted=deleted)
    return found
