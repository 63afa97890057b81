"""Who looked? Every viewing, search, export and refusal, and whose words it was about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    delete,
    func,
    literal,
    literal_column,
    select,
)

from audit.domain.access import AccessRefused, RecordExported, RecordViewed, SearchMade
from audit.domain.custody import ErasureExecuted
from audit.domain.spans import ranges_of
from audit.projections.columns import (
    PLACE,
    microseconds,
    moment_of,
    personal,
    position_column,
    text_of,
    word,
    zone_of,
)
from audit.projections.portions import portions
from audit.projections.projection import forget
from audit.projections.staff_names import StaffNames

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection

    from audit.domain.event import Record
    from audit.projections.writer import Writer

_ABOUT: Final = frozenset({"customer", "representative"})
_INDEXED: Final = 200
"""So many characters of an id stand in the index: one of PostgreSQL takes no more than some 2,700 bytes in an entry."""
_HOW: Final = {
    RecordViewed: "viewed",
    SearchMade: "searched",
    RecordExported: "exported",
    AccessRefused: "refused",
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody looked, or was turned away. ``how`` is viewed, searched, exported or refused; ``what`` was shown.

    ``who`` is the id of staff as written and ``name`` their name, where these are known; ``count`` is how much was
    shown. ``query`` are the words of a search.
    """

    event: int
    at: datetime
    how: str
    what: str
    who: str | None
    name: str | None
    role: str
    count: int
    why: str | None
    query: str | None


class Looks:
    """Looks by position, and beside them the customers they were about: by tie, or listed by id."""

    name: ClassVar[str] = "looks"
    version: ClassVar[int] = 2

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.looks = Table(
            f"looks{suffix}",
            self.metadata,
            position_column(),
            Column("at", BigInteger, nullable=False),
            Column("zone", Integer, nullable=False),
            Column("shown", BigInteger, nullable=False),
            *(word(name) for name in ("how", "what", "actor", "role")),
            personal("why"),
            personal("query"),
        )
        self.tied = Table(
            f"looks_tied{suffix}",
            self.metadata,
            Column("position", PLACE, primary_key=True, autoincrement=False),
            Column("number", Integer, primary_key=True, autoincrement=False),
            word("customer", index=True),
        )
        self.listed = Table(
            f"looks_listed{suffix}",
            self.metadata,
            Column("position", PLACE, primary_key=True, autoincrement=False),
            Column("number", Integer, primary_key=True, autoincrement=False),
            personal("customer"),
        )
        Index(f"looks_listed_beginning{suffix}", _beginning(self.listed.c.customer))
        for name in ("actor", "how", "at"):
            Index(f"looks_{name}{suffix}", self.looks.c[name], self.looks.c.position)
        self.staff = StaffNames(self.metadata, f"looks_staff{suffix}")

    def apply(self, db: Writer, record: Record) -> None:
        match record.event:
            case RecordViewed() | SearchMade() | RecordExported() | AccessRefused():
                self._look(db, record, record.event)
            case ErasureExecuted():
                forget(db, self.metadata, record.event)
                for span in ranges_of(record.event.spans):
                    here = self.listed.c.position.between(literal(span.start), literal(span.stop - 1))
                    db.execute(delete(self.listed).where(here))
            case _:
                self.staff.apply(db, record)

    def _look(
        self, db: Writer, record: Record, event: RecordViewed | SearchMade | RecordExported | AccessRefused
    ) -> None:
        stamp, position = record.stamp, record.position
        row = {
            "position": position,
            "at": microseconds(stamp.happened_at),
            "zone": zone_of(stamp.happened_at),
            "shown": getattr(event, "count", 0),
            "how": _HOW[type(event)],
            "what": getattr(event, "what", "search"),
            "actor": stamp.actor.hex if stamp.actor else None,
            "role": stamp.role,
            "why": text_of(event.why),
            "query": text_of(event.query) if isinstance(event, SearchMade) else None,
        }
        db.insert(self.looks, row)
        about = dict.fromkeys(tied.hex for kind, tied in stamp.ties if kind in _ABOUT)
        for number, tied in enumerate(about):
            db.insert(self.tied, {"position": position, "number": number, "customer": tied})
        persons = getattr(event, "persons", None)
        listed = persons.value if persons is not None and isinstance(persons.value, list) else []
        for number, customer in enumerate(dict.fromkeys(map(str, listed))):
            db.insert(self.listed, {"position": position, "number": number, "customer": customer})

    # -- asking --

    def at(self, db: Connection, customers: Collection[UUID], written: Collection[str]) -> list[Look]:
        """Return who looked at any of these customers, the latest first; ``written`` are their ids as written."""
        return self.told(db, self.places_at(db, customers, written))

    def places_at(self, db: Connection, customers: Collection[UUID], written: Collection[str]) -> list[int]:
        """Return the positions of all looks at any of these customers, the latest first.

        Lists of persons hold ids as written or, where these were not at hand, ties: both are theirs.
        """
        found: set[int] = set()
        for some in portions(sorted(each.hex for each in customers)):
            found.update(db.scalars(select(self.tied.c.position).where(self.tied.c.customer.in_(some))))
        for some in portions(sorted({*written, *map(str, customers)})):
            begin = _beginning(self.listed.c.customer).in_([each[:_INDEXED] for each in some])
            theirs = begin & self.listed.c.customer.in_(some)
            found.update(db.scalars(select(self.listed.c.position).where(theirs)))
        return sorted(found, reverse=True)

    def told(self, db: Connection, positions: Sequence[int]) -> list[Look]:
        """Return the looks at these positions, the latest first."""
        rows: list[Any] = []
        for places in portions(positions):
            rows += db.execute(select(self.looks).where(self.looks.c.position.in_(places)))
        return self._told(db, sorted(rows, key=lambda row: row.position, reverse=True))

    def are_at_least(self, db: Connection, many: int) -> bool:
        """Say whether there were so many looks, whoever made them."""
        query = select(self.looks.c.position).order_by(self.looks.c.position.desc()).offset(many - 1).limit(1)
        return db.scalar(query) is not None

    def newest(
        self,
        db: Connection,
        *,
        actor: UUID | None = None,
        how: str | None = None,
        between: tuple[datetime, datetime] | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Look]:
        """Return the latest looks, the last one first: of one user, in one way, in a time, before an event."""
        looks = self.looks.c
        wanted = [
            *([looks.actor == actor.hex] if actor else ()),
            *([looks.how == how] if how else ()),
            *([looks.at >= microseconds(between[0]), looks.at < microseconds(between[1])] if between else ()),
            *([looks.position < before] if before is not None else ()),
        ]
        query = select(self.looks).where(*wanted).order_by(looks.position.desc()).limit(limit)
        return self._told(db, list(db.execute(query)))

    def _told(self, db: Connection, rows: list[Any]) -> list[Look]:
        actors = sorted({row.actor for row in rows if row.actor})
        names = self.staff.of(db, actors)
        logins: dict[str, str] = {}
        staff = self.staff.table.c
        for some in portions(actors):
            known = select(staff.staff, staff.written).where(staff.staff.in_(some), staff.written.is_not(None))
            logins |= {row.staff: row.written for row in db.execute(known.order_by(staff.position))}
        return [
            Look(
                event=row.position,
                at=moment_of(row.at, row.zone),
                how=row.how,
                what=row.what,
                who=logins.get(row.actor),
                name=names.get(row.actor),
                role=row.role,
                count=row.shown,
                why=row.why,
                query=row.query,
            )
            for row in rows
        ]


def _beginning(customer: Column[Any]) -> ColumnElement[str]:
    """Return the beginning of an id: written into the statement, as only so an index of it is used."""
    return func.substr(customer, literal_column("1"), literal_column(str(_INDEXED)))
