"""Whereabouts: which events are a person's, and whose else they are, as an erasure asks the view of ties."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from audit.projections.portions import portions
from audit.projections.ties import NAMING_A_CUSTOMER, Ties

if TYPE_CHECKING:
    from collections.abc import Iterable


_ITSELF: Final = "itself"
_LEADING_ON: Final = frozenset({"conversation", "ticket", "work_order", "promise", "request", _ITSELF})


@dataclass(frozen=True)
class TiesWhereabouts:
    """What the view of ties knew when the head was at ``position``; it may know more."""

    db: Connection
    ties: Ties
    position: int
    _customers_at: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def person(self, customer: UUID) -> frozenset[UUID]:
        """Return the customer and everybody who is the same person."""
        return frozenset(self.ties.same_person(self.db, customer))

    def closure(self, customer: UUID) -> frozenset[int]:
        """Return the positions of the person's events, as they are tied now."""
        return frozenset(self.ties.closure(self.db, customer))

    def ever(self, ids: Iterable[UUID]) -> set[int]:
        """Return the positions of all events that are or were tied to any of these, as whatever."""
        table, found = self.ties.ties.c, set[int]()
        for some in portions(sorted(each.hex for each in ids)):
            found.update(self.db.scalars(select(table.position).where(table.tie.in_(some))))
        return found

    def sharers(self, position: int, besides: frozenset[UUID]) -> list[UUID]:
        """Return a customer for each other person whose event this is too."""
        rows = self._tied({position})
        named = _naming(rows)
        others = {UUID(hex=one) for one in named or self._customers_through(_pointing(rows))} - besides
        chosen: list[UUID] = []
        for other in sorted(others):
            if all(other not in self.person(one) for one in chosen):
                chosen.append(other)
        return chosen

    def _customers_through(self, ids: frozenset[str]) -> frozenset[str]:
        """Return whose events lead to these conversations, tickets or messages, directly or through others."""
        if ids not in self._customers_at:
            found, followed, fresh = set[str](), set[str](), set(ids)
            while fresh:
                followed |= fresh
                by_position: dict[int, list[Any]] = {}
                for row in self._tied(self._leading_to(fresh)):
                    by_position.setdefault(row.position, []).append(row)
                fresh = set()
                for rows in by_position.values():
                    named = _naming(rows)
                    found |= named
                    fresh |= set() if named else _pointing(rows) - followed
            self._customers_at[ids] = frozenset(found)
        return self._customers_at[ids]

    def _leading_to(self, ids: Iterable[str]) -> set[int]:
        table, found = self.ties.ties.c, set[int]()
        for some in portions(sorted(ids)):
            leading = table.tie.in_(some) & table.kind.in_(_LEADING_ON) & table.until.is_(None)
            found.update(self.db.scalars(select(table.position).where(leading)))
        return found

    def _tied(self, positions: Iterable[int]) -> list[Any]:
        """Return the ties of these events as they stand."""
        table, rows = self.ties.ties, list[Any]()
        for some in portions(sorted(positions)):
            rows += self.db.execute(select(table).where(table.c.position.in_(some), table.c.until.is_(None)))
        return rows


def _naming(rows: Iterable[Any]) -> set[str]:
    return {row.tie for row in rows if row.kind in NAMING_A_CUSTOMER}


def _pointing(rows: Iterable[Any]) -> frozenset[str]:
    return frozenset(row.tie for row in rows if row.kind != _ITSELF)
