"""What a query means in one index: names become ids, and words that stand for many become those words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from audit.language.folding import fold
from audit.projections.search.index import Index
from audit.projections.search.query import And, Field, Fuzzy, Node, Not, Or, Pattern, State

Tie = Callable[[str, str], UUID]
_TIES: Final = {
    "customer": "customer",
    "conversation": "conversation",
    "ticket": "ticket",
    "order": "work_order",
    "promise": "promise",
}


@dataclass(frozen=True)
class Resolving:
    """An index to resolve against. ``upto`` is the position that what happened later is not known at."""

    db: Connection
    index: Index
    tie: Tie | None
    upto: int | None

    def resolved(self, node: Node) -> Node:
        """Return the node with ids for names. Raises QueryError where a word stands for too many."""
        match node:
            case And(children=children) | Or(children=children):
                return type(node)(tuple(map(self.resolved, children)))
            case Not(child=child):
                return Not(self.resolved(child))
            case Fuzzy() | Pattern():
                return self.index.vocabulary.meant(self.db, node)
            case State():
                return replace(node, upto=self.upto)
            case Field():
                return self._field(node)
            case _:
                return node

    def _field(self, field: Field) -> Node:
        name, value = field.name, field.value
        if name == "agent":
            ids = [*self.index.staff.called(self.db, value), *self._ties("staff", value), value]
            return Or(tuple(Field("agent", each) for each in dict.fromkeys(ids)))
        if name == "author":
            staff = tuple(Field("agent", each) for each in self._staff_with_name(value))
            return Or((field, *staff)) if staff else field
        if name in _TIES and self.tie is not None:
            tied = dict.fromkeys([*self._ties(_TIES[name], value), *_as_id(value)])
            return Or((field, *(Field("tie", each) for each in tied)))
        return field

    def _ties(self, kind: str, value: str) -> list[str]:
        """Return the ids that may be meant: case counts in them, and a searcher may have typed another."""
        spellings = dict.fromkeys((value, value.lower(), value.upper()))
        return [self.tie(kind, spelling).hex for spelling in spellings] if self.tie else []

    def _staff_with_name(self, value: str) -> list[str]:
        """Return the ids of staff whose whole name this is, or one word of it."""
        wanted = _plain(value)
        table = self.index.staff.table.c
        rows = self.db.execute(select(table.staff, table.name).where(table.name.is_not(None)).distinct())
        return sorted({row.staff for row in rows if wanted in {_plain(row.name), *_plain(row.name).split()}})


def _plain(name: str) -> str:
    return " ".join(fold(name).text.split())


def _as_id(value: str) -> list[str]:
    try:
        return [UUID(value).hex]
    except ValueError:
        return []
