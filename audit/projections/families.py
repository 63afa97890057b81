"""Families: what belongs together and is handed over together, a message with its versions and attachments."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import or_, select

from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection

    from audit.projections.ties import Ties

_ITSELF: Final = "itself"
_OF: Final = "of"
_CONVERSATION: Final = "conversation"


class Family(NamedTuple):
    """The events of one family by position, the head's first; ``conversation`` is the head's tie in hexadecimal."""

    head: int
    members: tuple[int, ...]
    conversation: str | None


def families_of(db: Connection, ties: Ties, positions: Iterable[int], *, upto: int) -> list[Family]:
    """Return the family of each of these events, once, as tied at a position.

    Families of one conversation stand together, and conversations in the order in which the log first has them.
    """
    heads = _heads(db, ties, set(positions), upto)
    streams = _by_position(db, ties, heads, _ITSELF, upto)
    followers = _by_tie(db, ties, set(streams.values()), _OF, upto)
    conversations = _by_position(db, ties, heads, _CONVERSATION, upto)
    found = [
        Family(head, (head, *sorted(followers.get(streams.get(head, ""), set()) - {head})), conversations.get(head))
        for head in heads
    ]
    first: dict[str, int] = {}
    for family in sorted(found):
        first.setdefault(family.conversation or "", family.head)
    return sorted(
        found, key=lambda one: (first[one.conversation] if one.conversation else one.head, one.conversation or "", one)
    )


def _heads(db: Connection, ties: Ties, positions: set[int], upto: int) -> set[int]:
    """Return the events that these belong to: what they point at where it is there, else they themselves."""
    above = _by_position(db, ties, positions, _OF, upto)
    roots = _by_tie(db, ties, set(above.values()), _ITSELF, upto)
    return {min(roots.get(above.get(one, ""), {one})) for one in positions}


def _by_position(db: Connection, ties: Ties, positions: set[int], kind: str, upto: int) -> dict[int, str]:
    """Return for each of these events what it is tied to as that kind; the first in order where there are several."""
    table, found = ties.ties.c, dict[int, str]()
    for some in portions(sorted(positions)):
        query = select(table.position, table.tie).where(
            table.position.in_(some), table.kind == kind, _then(table, upto)
        )
        for position, tie in db.execute(query.order_by(table.position, table.tie.desc())):
            found[position] = tie
    return found


def _by_tie(db: Connection, ties: Ties, wanted: set[str], kind: str, upto: int) -> dict[str, set[int]]:
    """Return the events that are tied to each of these as that kind."""
    table, found = ties.ties.c, defaultdict[str, set[int]](set)
    for some in portions(sorted(wanted)):
        query = select(table.tie, table.position).where(table.tie.in_(some), table.kind == kind, _then(table, upto))
        for tie, position in db.execute(query):
            found[tie].add(position)
    return found


def _then(table: Any, upto: int) -> ColumnElement[bool]:
    standing: ColumnElement[bool] = (
        (table.position <= upto) & (table.since <= upto) & or_(table.until.is_(None), table.until > upto)
    )
    return standing
