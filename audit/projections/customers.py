"""The customers there are, how they are called and how they are reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, case, delete, exists, func, select, update

from audit.domain import call, conversation
from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import (
    AccountTied,
    ContactPointAdded,
    ContactPointRemoved,
    CustomerNamed,
    LanguagePreferred,
    TieCorrected,
)
from audit.domain.witnessed import Witnessed
from audit.language.folding import fold, without_diacritics
from audit.projections.columns import (
    PLACE,
    WORD,
    microseconds,
    moment_of,
    order_columns,
    order_values,
    personal,
    position_column,
    reading_order,
    text_of,
    word,
    zone_of,
)
from audit.projections.copies import text_in, words_of
from audit.projections.portions import portions
from audit.projections.projection import forget

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

    from audit.domain.event import Record
    from audit.projections.writer import Writer

_PARTS: Final = ("customer", "recipient", "representative")
"""Ties that make somebody a customer we know of."""
_CONTACTS: Final = frozenset({conversation.__name__, call.__name__})
_FEWEST_DIGITS: Final = 5
_LONGEST_ID: Final = 200
"""An index of PostgreSQL takes no more than some 2,700 bytes in an entry."""
_LAST: Final = "\U0010ffff"
_OF_LATE: Final = 1_000
"""So many contacts are looked through first: whoever is asked for was often in touch of late."""
_NEVER: Final = -(2**62)


@dataclass(frozen=True, kw_only=True)
class ContactPoint:
    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer as the sources know them; ``written`` is their id, None if erased. The newest name is first."""

    id: UUID
    written: str | None
    names: tuple[str, ...]
    contacts: tuple[ContactPoint, ...]
    accounts: tuple[str, ...]
    language: str | None
    messages: int
    conversations: int
    first_contact: datetime | None
    last_contact: datetime | None


class Talk(NamedTuple):
    """A conversation a customer took part in: from when to when, with how many messages."""

    id: UUID
    first: datetime
    last: datetime
    messages: int


class Customers:
    """What sources tell about customers, row by row; what holds now is decided when it is read."""

    name: ClassVar[str] = "customers"
    version: ClassVar[int] = 3

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        # What a customer is called, reached by, and has: ``topic`` is name, account, language, or a kind of contact.
        self.details = Table(
            f"customers{suffix}",
            self.metadata,
            position_column(),
            *order_columns(),
            word("customer", index=True),
            word("topic"),
            word("kind"),
            personal("value"),
            personal("folded"),
            personal("digits"),
            Column("holds", Boolean, nullable=False),
            Column("original", PLACE, nullable=False, index=True),
        )
        self.events = Table(
            f"customers_events{suffix}",
            self.metadata,
            Column("customer", WORD, primary_key=True),
            Column("position", PLACE, primary_key=True, autoincrement=False),
            Column("at", PLACE, nullable=False),
            Column("zone", Integer, nullable=False),
            word("conversation"),
            Column("contact", Boolean, nullable=False),
            Column("message", Boolean, nullable=False),
            personal("written"),
            Column("folded", WORD, index=True, info={"personal": True, "blank": None}),
            word("part"),
            Column("original", PLACE, nullable=False, index=True),
        )
        # Looked through for a part of a name: less than half to read. One of PostgreSQL's would refuse long values.
        told, through = self.details.c, f"customers_through{suffix}"
        Index(through, told.topic, told.folded, told.digits, told.customer).ddl_if(dialect="sqlite")
        # Whose contact was the latest, and when one customer's was: neither by reading all there is.
        events, only = self.events.c, self.events.c.contact.is_(True)
        for name, columns in (("newest", (events.at, events.customer)), ("latest", (events.customer, events.at))):
            Index(f"customers_{name}{suffix}", *columns, sqlite_where=only, postgresql_where=only)

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        if isinstance(event, Witnessed):
            self._count(db, record)
        match event:
            case CustomerNamed(name=value):
                self._tell(db, record, "name", text_of(value))
            case AccountTied(account=value, kind=kind):
                self._tell(db, record, "account", text_of(value), kind=kind)
            case ContactPointAdded(kind=kind, value=value):
                self._tell(db, record, "contact", text_of(value), kind=kind)
            case ContactPointRemoved(kind=kind, value=value):
                self._tell(db, record, "contact", text_of(value), kind=kind, holds=False)
            case LanguagePreferred(language=language):
                self._tell(db, record, "language", None, kind=language)
            case ErasureExecuted():
                forget(db, self.metadata, event)
            case _:
                self._tell_anew(db, record)

    def _tell_anew(self, db: Writer, record: Record) -> None:
        match record.event:
            case TieCorrected():
                self._correct(db, record, record.event)
            case WordsResealed(position=original):
                self._stand_in(db, record, original, None)
            case _:
                pass

    def _count(self, db: Writer, record: Record) -> None:
        stamp, event = record.stamp, record.event
        place = stamp.tie("conversation")
        ids = stamp.ids.value if stamp.ids is not None and not stamp.ids.erased else [(None, None)] * len(stamp.ties)
        at, zone = microseconds(stamp.happened_at), zone_of(stamp.happened_at)
        seen: set[UUID] = set()
        for (kind, tied), (_, known) in zip(stamp.ties, ids, strict=False):
            if kind in _PARTS and tied not in seen:
                seen.add(tied)
                row = {
                    "customer": tied.hex,
                    "position": record.position,
                    "at": at,
                    "zone": zone,
                    "conversation": place.hex if place else None,
                    "contact": type(event).__module__ in _CONTACTS,
                    "message": isinstance(event, conversation.MessagePosted) and kind == "customer",
                    "written": known,
                    "folded": None if known is None else folded(known)[:_LONGEST_ID],
                    "part": kind,
                    "original": record.position,
                }
                db.insert(self.events, row)

    def _tell(
        self, db: Writer, record: Record, topic: str, value: str | None, *, kind: str | None = None, holds: bool = True
    ) -> None:
        customer = record.stamp.tie("customer")
        if customer:
            row = {
                "position": record.position,
                **order_values(record),
                "customer": customer.hex,
                "topic": topic,
                "kind": kind,
                "value": value,
                "folded": None if value is None else folded(value),
                "digits": None if value is None else _digits(value),
                "holds": holds,
                "original": record.position,
            }
            db.insert(self.details, row)

    def _correct(self, db: Writer, record: Record, event: TieCorrected) -> None:
        """From here on an event is another customer's; where its words were copied for them, the old ones go."""
        right = record.stamp.tie(event.kind)
        if event.kind not in _PARTS or right is None:
            return
        self._move(db, record, event, right)
        if event.kind != "customer":
            return
        if event.words is not None:
            self._stand_in(db, record, event.position, right)
        else:
            db.execute(update(self.details).where(self.details.c.original == event.position).values(customer=right.hex))

    def _move(self, db: Writer, record: Record, event: TieCorrected, right: UUID) -> None:
        """Count the event for the right customer; the id as written is from the correction, and goes with it."""
        wrong = (self.events.c.original == event.position) & (self.events.c.part == event.kind)
        known = record.stamp.written(event.kind)
        row = db.execute(select(self.events).where(wrong).limit(1)).mappings().first()
        db.execute(delete(self.events).where(wrong))
        if row is not None:
            said = {
                "customer": right.hex,
                "position": record.position,
                "written": known,
                "folded": None if known is None else folded(known)[:_LONGEST_ID],
            }
            db.insert(self.events, dict(row) | said)

    def _stand_in(self, db: Writer, record: Record, original: int, right: UUID | None) -> None:
        """Let a copy take the place of what is told about a customer."""
        here = self.details.c.original == original
        row = db.execute(select(self.details).where(here).order_by(self.details.c.position.desc())).mappings().first()
        if row is None:
            return
        db.execute(delete(self.details).where(here))
        value = text_in(words_of(record.event), "value", row["topic"], "name")
        again = {
            "position": record.position,
            "item": "",
            "value": value,
            "folded": None if value is None else folded(value),
            "digits": None if value is None else _digits(value),
        }
        db.insert(self.details, dict(row) | again | ({"customer": right.hex} if right else {}))

    # -- asking --

    def find(self, db: Connection, query: str = "", *, limit: int = 50, hidden: Collection[int] = ()) -> list[Customer]:
        """Return customers by a part of the name, contact point or account, or the beginning of the id.

        Case and diacritics do not matter, nor do the signs between the digits of a number. The latest contact is first.
        What events at ``hidden`` positions tell is neither found nor shown.
        """
        told = self._telling(db, hidden) if query.strip() else []
        chosen = self._of_late(db, query, told, limit) or self._of_all(db, query, told, limit)
        return self.get(db, [UUID(hex=one) for one in chosen], hidden=hidden)

    def get(self, db: Connection, ids: Sequence[UUID], *, hidden: Collection[int] = ()) -> list[Customer]:
        """Return what is known of these customers, in the order asked for; who is unknown is left out."""
        told: dict[str, list[Any]] = {}
        counted: dict[str, Any] = {}
        written: dict[str, str] = {}
        for some in portions(each.hex for each in ids):
            for row in db.execute(select(self.details).where(self.details.c.customer.in_(some))):
                if row.position not in hidden and row.original not in hidden:
                    told.setdefault(row.customer, []).append(row)
            counted |= {row.customer: row for row in db.execute(self._counts(some))}
            events = self.events.c
            known = select(events.customer, func.min(events.written)).where(events.customer.in_(some))
            written |= {row[0]: row[1] for row in db.execute(known.group_by(events.customer))}
        return [
            _customer(each, written.get(each.hex), told.get(each.hex, []), counted[each.hex])
            for each in ids
            if each.hex in counted
        ]

    def called(self, db: Connection, ids: Iterable[UUID], *, hidden: Collection[int] = ()) -> dict[UUID, str]:
        """Return the newest name of each of these customers, their id as written where no name is known."""
        wanted, details = list(dict.fromkeys(ids)), self.details.c
        names: dict[UUID, str] = {}
        for some in portions(one.hex for one in wanted):
            named = details.customer.in_(some) & (details.topic == "name") & details.value.is_not(None)
            for row in sorted(db.execute(select(self.details).where(named)), key=reading_order):
                if row.position not in hidden and row.original not in hidden:
                    names[UUID(hex=row.customer)] = row.value
        others = self.get(db, [one for one in wanted if one not in names], hidden=hidden)
        return names | {one.id: one.written for one in others if one.written}

    def conversations(self, db: Connection, ids: Sequence[UUID], *, limit: int = 200) -> list[Talk]:
        """Return the conversations these customers took part in, the latest first."""
        events = self.events.c
        first, last = func.min(events.at).label("first"), func.max(events.at).label("last")
        said = func.sum(case((events.message, 1), else_=0)).label("messages")
        mine = events.customer.in_([each.hex for each in ids]) & events.conversation.is_not(None)
        query = select(events.conversation, first, last, said).where(mine).group_by(events.conversation)
        newest = query.order_by(last.desc(), events.conversation).limit(limit)
        return [
            Talk(UUID(hex=row.conversation), moment_of(row.first, 0), moment_of(row.last, 0), int(row.messages))
            for row in db.execute(newest)
        ]

    def _of_late(self, db: Connection, query: str, hidden: Sequence[int], limit: int) -> list[str]:
        """Return whom a query names among those of the newest contacts; nobody where these may not be all to show."""
        events = self.events.c
        newest = select(events.customer, events.at, events.folded).where(events.contact.is_(True))
        late = newest.order_by(events.at.desc(), events.customer.desc()).limit(_OF_LATE).cte("late")
        latest, whose = func.max(late.c.at), late.c.customer
        known = select(whose, latest.label("at"), select(func.min(late.c.at)).scalar_subquery().label("last"))
        if query.strip():
            told = select(self.details.c.customer).where(self.details.c.customer.in_(select(whose)))
            by_id = select(whose).where(_begins(late.c.folded, query))
            known = known.where(whose.in_(told.where(self._told(query, hidden)).union(by_id)))
        rows = db.execute(known.group_by(whose).order_by(latest.desc(), whose).limit(limit)).all()
        # Whoever was in touch at the very moment where it was cut off may have come too late for it.
        return [row.customer for row in rows] if len(rows) == limit and rows[-1].at > rows[-1].last else []

    def _of_all(self, db: Connection, query: str, hidden: Sequence[int], limit: int) -> list[str]:
        """Return whom a query names, the latest contact first, those without a contact last."""
        events = self.events.c
        wanted = self._named(query, hidden) if query.strip() else select(events.customer).distinct()
        named = wanted.subquery()
        mine = (events.customer == named.c.customer) & events.contact.is_(True)
        latest = select(func.max(events.at)).where(mine).scalar_subquery()
        known = exists().where(events.customer == named.c.customer)
        newest = select(named.c.customer).where(known).order_by(func.coalesce(latest, _NEVER).desc(), named.c.customer)
        return list(db.scalars(newest.limit(limit)))

    def _telling(self, db: Connection, hidden: Collection[int]) -> list[int]:
        """Return those of the positions that tell something about customers: few, whatever else is withheld."""
        details, found = self.details.c, list[int]()
        for some in portions(sorted(hidden)):
            withheld = details.position.in_(some) | details.original.in_(some)
            found += db.scalars(select(details.position).where(withheld))
        return found

    def _named(self, query: str, hidden: Sequence[int]) -> Select[Any]:
        """Return the customers that a query names, by anything we know of them that is not hidden."""
        told = select(self.details.c.customer).where(self._told(query, hidden))
        by_id = select(self.events.c.customer).where(_begins(self.events.c.folded, query))
        return told.union(by_id)  # type: ignore[return-value]  # a union is selected from in the same way

    def _told(self, query: str, hidden: Sequence[int]) -> ColumnElement[bool]:
        details = self.details.c
        wanted, digits = folded(query), _digits(query)
        named = details.topic == "name"
        for part in wanted.split():
            named &= details.folded.contains(part, autoescape=True)
        told = named | ((details.topic != "name") & details.folded.contains(wanted, autoescape=True))
        if digits:
            told |= details.digits.contains(digits)
        return told & details.position.not_in(hidden) if hidden else told

    def _counts(self, customers: Sequence[str]) -> Select[Any]:
        events = self.events.c
        at = case((events.contact, events.at))
        place = case((events.contact, events.conversation))
        counts = select(
            events.customer,
            func.count(case((events.message, 1))).label("messages"),
            func.count(place.distinct()).label("conversations"),
            func.min(at).label("first"),
            func.max(at).label("last"),
        )
        return counts.where(events.customer.in_(customers)).group_by(events.customer)


def folded(text: str) -> str:
    """Return a text as it is compared: case, width and diacritics aside."""
    return " ".join(without_diacritics(part) for part in fold(text).text.split())


def _begins(column: ColumnElement[Any], query: str) -> ColumnElement[bool]:
    wanted = folded(query)
    return (column >= wanted) & (column < wanted + _LAST)


def _digits(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= _FEWEST_DIGITS else None


def _customer(customer: UUID, written: str | None, told: Sequence[Any], counts: Any) -> Customer:
    known = [row for row in sorted(told, key=reading_order) if row.value is not None]
    languages = [row for row in sorted(told, key=reading_order) if row.topic == "language"]
    points: dict[tuple[str, str], bool] = {}
    for row in known:
        if row.topic == "contact":
            points[row.kind, row.value] = row.holds
    return Customer(
        id=customer,
        written=written,
        names=tuple(dict.fromkeys(row.value for row in reversed(known) if row.topic == "name")),
        contacts=tuple(ContactPoint(kind=kind, value=value) for (kind, value), holds in points.items() if holds),
        accounts=tuple(dict.fromkeys(row.value for row in known if row.topic == "account")),
        language=languages[-1].kind if languages else None,
        messages=counts.messages,
        conversations=counts.conversations,
        first_contact=None if counts.first is None else moment_of(counts.first),
        last_contact=None if counts.last is None else moment_of(counts.last),
    )
