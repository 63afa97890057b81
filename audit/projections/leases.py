"""Who follows: on a server with many processes one follower keeps each view, and the others stand by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import Column, DateTime, MetaData, Table, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from audit.projections.columns import WORD, word
from audit.projections.engine import is_postgresql

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.projections.views import Views

_LEASE: Final = timedelta(seconds=15)

_tables = MetaData()
_leases = Table(
    "view_leases",
    _tables,
    Column("view", WORD, primary_key=True),
    word("holder"),
    Column("until", DateTime(timezone=True), nullable=False),
)


class Leases:
    """The leases of one follower. They save work; that no record counts twice is the position's duty."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._shared = is_postgresql(views.engine)
        self._holder = uuid4().hex
        if self._shared:
            with views.engine.begin() as db:
                db.execute(text("SELECT pg_advisory_xact_lock(hashtext(current_schema()))"))
                _tables.create_all(db)

    def held(self, names: Collection[str]) -> set[str]:
        """Take or prolong the lease of each view that nobody else holds, and return those that are ours.

        The clock is the database's: those of the processes may differ.
        """
        if not self._shared:
            return set(names)
        until = func.now() + _LEASE
        free = or_(_leases.c.holder == self._holder, _leases.c.until < func.now())
        with self._views.engine.begin() as db:
            for name in sorted(names):
                there = insert(_leases).values(view=name, holder=self._holder, until=until).on_conflict_do_nothing()
                db.execute(there)
                db.execute(update(_leases).where(_leases.c.view == name, free).values(holder=self._holder, until=until))
            mine = select(_leases.c.view).where(_leases.c.holder == self._holder)
            return set(db.scalars(mine)) & set(names)

    def release(self) -> None:
        """Let another follower take over at once."""
        if self._shared:
            with self._views.engine.begin() as db:
                db.execute(update(_leases).where(_leases.c.holder == self._holder).values(until=func.now()))
