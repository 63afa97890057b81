"""The tables of the desk: what every text says, what is tied to what, what was decided, and each ticket's standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table

from audit.projections.columns import (
    PLACE,
    WORD,
    erased_column,
    order_columns,
    personal,
    position_column,
    word,
)

if TYPE_CHECKING:
    from sqlalchemy import MetaData


def texts_table(metadata: MetaData, suffix: str) -> Table:
    """Make the table of all texts of conversations, tickets and work orders, copies included.

    ``saying`` is what a text says; of messages that alone is kept, the words are in the timeline.
    """
    name = f"desk_texts{suffix}"
    table = Table(
        name,
        metadata,
        position_column(),
        *order_columns(),
        word("step"),
        word("thing", index=True),
        word("customer", index=True),
        word("revises", index=True),
        word("role"),
        word("actor"),
        word("field"),
        word("code"),
        word("commit"),
        personal("subject"),
        personal("text"),
        personal("saying"),
        erased_column(),
        Column("original", PLACE, nullable=False, index=True),
        Column("corrects", Boolean, nullable=False),
    )
    # Orders without a ticket are sought among all orders: not among the messages, of which there are many more.
    only = table.c.step == "order"
    Index(f"{name}_orders", table.c.at, table.c.position, table.c.thing, sqlite_where=only, postgresql_where=only)
    return table


def ties_table(metadata: MetaData, suffix: str) -> Table:
    """Make the table of what tickets and work orders are tied to, with the ids as written."""
    return Table(
        f"desk_ties{suffix}",
        metadata,
        Column("thing", WORD, primary_key=True),
        Column("kind", WORD, primary_key=True),
        Column("tie", WORD, primary_key=True, index=True),
        Column("position", PLACE, primary_key=True, autoincrement=False),
        word("of"),
        personal("written"),
        Column("original", PLACE, nullable=False, index=True),
    )


def course_table(metadata: MetaData, suffix: str) -> Table:
    """Make the table of what was decided about tickets, and of what technicians said of work orders."""
    return Table(
        f"desk_course{suffix}",
        metadata,
        position_column(),
        *order_columns(),
        word("thing", index=True),
        word("topic"),
        word("role"),
        word("actor"),
        word("code"),
        word("commit"),
        word("channel"),
        word("other"),
        Column("due", BigInteger),
        personal("text"),
        personal("details"),
    )


def dismissals_table(metadata: MetaData, suffix: str) -> Table:
    return Table(
        f"desk_dismissals{suffix}",
        metadata,
        position_column(),
        word("thing", index=True),
        word("kind"),
        word("category"),
        word("reason"),
        Column("taken_back", Boolean, nullable=False),
        personal("fact"),
        personal("note"),
    )


def standings_table(metadata: MetaData, suffix: str) -> Table:
    """Make the table of how each ticket stands, made anew from the other tables whenever one of them changes.

    ``marks`` are the codes found, as bits; ``losses`` how many of each kind got lost, packed; ``details`` the lines.
    An erasure makes the rows anew as well, so nothing personal outlives it in ``details``.
    """
    name = f"desk_tickets{suffix}"
    table = Table(
        name,
        metadata,
        Column("thing", WORD, primary_key=True),
        word("customer", index=True),
        word("author", index=True),
        word("team"),
        word("category"),
        Column("marks", Integer, nullable=False),
        Column("losses", BigInteger, nullable=False),
        Column("versions", Integer, nullable=False),
        Column("bounces", Integer, nullable=False),
        Column("bounced", Boolean, nullable=False),
        word("read_back"),
        Column("escalated_unread", Boolean, nullable=False),
        Column("orphan", Boolean, nullable=False),
        Column("unclear", Boolean, nullable=False),
        Column("open_visit", Boolean, nullable=False),
        Column("repeated", Integer, nullable=False),
        Column("visits", Integer, nullable=False),
        word("repeat_of"),
        Column("first_at", BigInteger, nullable=False, index=True),
        Column("last_at", BigInteger, nullable=False),
        word("details"),
        # All that a score is made of, and by what most pages are narrowed down: the rows themselves are not read.
        Index(f"{name}_order", "category", "marks", "losses", "thing", "read_back", "team"),
    )
    for flag in ("bounced", "orphan", "unclear", "open_visit"):
        # Few tickets have one: what is asked for by it must not go through all of them.
        only, order = table.c[flag].is_(True), (table.c.category, table.c.marks, table.c.losses, table.c.thing)
        Index(f"{name}_{flag}", *order, sqlite_where=only, postgresql_where=only)
    return table
