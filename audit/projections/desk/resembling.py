"""Which two things are probably about the same fault: the same person, words, place, device, and days apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import exists, literal_column, or_, select

from audit.language.folding import fold
from audit.language.stems import stored_keys
from audit.language.words import exact_words
from audit.projections.desk.asking import written_of
from audit.projections.desk.matching import same
from audit.projections.desk.remaking import saying_of, wording
from audit.projections.portions import portions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from audit.projections.desk.saying import Told
    from audit.projections.desk.view import Desk

_DAY: Final = 86_400_000_000
_POINTS: Final = {"person": 30, "place": 20, "device": 15, "identifier": 25, "words": 25, "time": 10, "category": 5}
_LIKELY: Final = 35
"""Fewer points than this are no suggestion."""
_SHOWN: Final = 5
_LOOKED_AT: Final = 300
_OWN_LOOKED_AT: Final = 100
_READ_THROUGH: Final = 1_000
"""So many tickets before one are read through for what it names: some weeks of a busy company."""
_SHARED_WORDS: Final = 0.2
_NEAR_DAYS: Final = 30
_SHORT: Final = 3
_SAME: Final = {"place": "address", "device": "device", "identifier": "identifier", "person": "phone"}


class Reason(NamedTuple):
    """What two things have in common, in a code and in the words that show it."""

    code: str
    points: int
    shown: str


@dataclass(frozen=True, kw_only=True)
class Likely:
    """A ticket or work order that may belong to another, with the reasons; ``score`` is 0 to 100.

    ``events`` are those whose words the reasons repeat.
    """

    id: UUID
    written: str | None
    score: int
    reasons: tuple[Reason, ...]
    events: tuple[int, ...]


class Seen(NamedTuple):
    """A ticket or work order as it is compared."""

    thing: str
    customer: str | None
    at: int
    category: str | None
    event: int
    facts: tuple[Told, ...]
    words: frozenset[str]


def likely_earlier(db: Connection, desk: Desk, ticket: UUID, persons: Collection[UUID]) -> list[Likely]:
    """Return the earlier tickets that this one may repeat, the likeliest first; ``persons`` are its customer's ids."""
    (mine,) = seen(db, desk, [ticket.hex]) or (None,)
    if mine is None:
        return []
    table = desk.tickets.c
    hexes = {one.hex for one in persons}
    query = select(table.thing).where(table.first_at < mine.at, table.thing != mine.thing)
    own = query.where(table.customer.in_(sorted(hexes))).order_by(table.first_at.desc()).limit(_OWN_LOOKED_AT)
    found = set(db.execute(own).scalars()) | _with_same_facts(db, desk, mine)
    others = [one for one in seen(db, desk, found - {mine.thing}) if one.at <= mine.at]
    return _likeliest(db, desk, mine, others, hexes)


def orders_without_ticket(db: Connection, desk: Desk, *, limit: int) -> list[str]:
    """Return work orders no ticket is known of, the newest first."""
    ties, texts = desk.ties.c, desk.texts.c
    tied = exists().where(ties.thing == texts.thing, ties.of == "work_order", ties.kind == "ticket")
    named = exists().where(ties.tie == texts.thing, ties.of == "ticket", ties.kind == "work_order")
    # The step stands in the statement itself, not beside it: only so the index of orders can be used.
    query = select(texts.thing).where(texts.step == literal_column("'order'"), texts.thing.is_not(None), ~tied, ~named)
    newest = db.execute(query.order_by(texts.at.desc(), texts.position.desc()).limit(limit * 4)).scalars()
    return list(dict.fromkeys(newest))[:limit]


def likely_tickets(db: Connection, desk: Desk, order: str) -> list[Likely]:
    """Return the tickets without work order that an order without ticket may belong to."""
    table = desk.tickets.c
    return _likely_other(db, desk, order, select(table.thing).where(table.orphan.is_(True)), table.first_at)


def likely_orders(db: Connection, desk: Desk, ticket: str) -> list[Likely]:
    """Return the orders without ticket that a ticket without order may have become."""
    orders = orders_without_ticket(db, desk, limit=_LOOKED_AT)
    (mine,) = seen(db, desk, [ticket]) or (None,)
    return [] if mine is None else _likeliest(db, desk, mine, seen(db, desk, orders), {mine.customer or ""})


def _likely_other(db: Connection, desk: Desk, thing: str, query: Any, at: Any) -> list[Likely]:
    (mine,) = seen(db, desk, [thing]) or (None,)
    if mine is None:
        return []
    near = query.where(at.between(mine.at - _NEAR_DAYS * _DAY, mine.at + _DAY)).order_by(at.desc()).limit(_LOOKED_AT)
    return _likeliest(db, desk, mine, seen(db, desk, set(db.execute(near).scalars())), {mine.customer or ""})


def _with_same_facts(db: Connection, desk: Desk, mine: Seen) -> set[str]:
    """Return tickets that name the same phone, address or identifier, whoever opened them: of the newest before it."""
    texts, table = desk.texts.c, desk.tickets.c
    sought = [one.normal or one.text for one in mine.facts if one.kind in {"phone", "address", "identifier"}][:_SHOWN]
    if not sought:
        return set()
    named = or_(*(texts.saying.contains(one, autoescape=True) for one in sought))
    newest = select(table.thing).where(table.first_at < mine.at).order_by(table.first_at.desc()).limit(_READ_THROUGH)
    query = select(texts.thing).where(texts.thing.in_(newest), texts.step == "ticket", named).distinct()
    return set(db.scalars(query.order_by(texts.thing).limit(_OWN_LOOKED_AT)))


def seen(db: Connection, desk: Desk, things: Iterable[str]) -> list[Seen]:
    """Return tickets and work orders as they read now."""
    rows: dict[str, list[Any]] = {}
    customers, categories = dict[str, str](), dict[str, str | None]()
    for some in portions(sorted(set(things))):
        texts, ties, tickets = desk.texts.c, desk.ties.c, desk.tickets.c
        steps = texts.step.in_(["ticket", "order"])
        for row in db.execute(
            select(desk.texts).where(texts.thing.in_(some), steps).order_by(texts.at, texts.position)
        ):
            rows.setdefault(row.thing, []).append(row)
        owners = (
            select(ties.thing, ties.tie)
            .where(ties.thing.in_(some), ties.kind == "customer")
            .order_by(ties.position.desc())
        )
        customers |= {row.thing: row.tie for row in db.execute(owners)}
        coded = select(tickets.thing, tickets.category).where(tickets.thing.in_(some))
        categories |= {row.thing: row.category for row in db.execute(coded)}
    found = []
    for thing, told in rows.items():
        now = wording(told)
        if now is not None:
            facts = saying_of(now.row).facts
            at, event = told[0].at, now.row.original
            found.append(Seen(thing, customers.get(thing), at, categories.get(thing), event, facts, _words(now.whole)))
    return found


def _likeliest(
    db: Connection, desk: Desk, mine: Seen, others: Iterable[Seen], persons: Collection[str]
) -> list[Likely]:
    scored = [(one, compared(mine, one, persons)) for one in others if one.thing != mine.thing]
    likely = [(sum(each.points for each in reasons), one.at, one.thing, one.event, reasons) for one, reasons in scored]
    best = sorted((one for one in likely if one[0] >= _LIKELY), key=lambda one: (-one[0], -one[1], one[2]))[:_SHOWN]
    written = written_of(db, desk, [one[2] for one in best])
    return [
        Likely(
            id=UUID(hex=thing),
            written=written.get(thing),
            score=min(100, score),
            reasons=tuple(reasons),
            events=(mine.event, event),
        )
        for score, _, thing, event, reasons in best
    ]


def compared(one: Seen, other: Seen, persons: Collection[str]) -> list[Reason]:
    """Return what two things have in common."""
    reasons = []
    if other.customer is not None and other.customer in {*persons, one.customer}:
        reasons.append(Reason("person", _POINTS["person"], "the same customer"))
    for code, kind in _SAME.items():
        shared = next((each.text for each in one.facts if each.kind == kind and _named_by(each, other)), None)
        if shared is not None and code not in {reason.code for reason in reasons}:
            reasons.append(Reason(code, _POINTS[code], shared))
    common = one.words & other.words
    share = len(common) / min(len(one.words), len(other.words)) if one.words and other.words else 0.0
    if share >= _SHARED_WORDS:
        said = ", ".join(sorted(word.partition("l")[2] or word for word in common)[:_SHOWN])
        reasons.append(Reason("words", round(_POINTS["words"] * min(1.0, share * 1.5)), said))
    days = abs(one.at - other.at) / _DAY
    if days <= _NEAR_DAYS:
        reasons.append(
            Reason("time", round(_POINTS["time"] * (1 - days / (_NEAR_DAYS + 1))), f"{round(days)} days apart")
        )
    if one.category is not None and one.category == other.category:
        reasons.append(Reason("category", _POINTS["category"], one.category))
    return reasons


def _named_by(fact: Told, other: Seen) -> bool:
    return any(each.kind == fact.kind and same(fact, each) for each in other.facts)


def _words(text: str) -> frozenset[str]:
    """Return one key for each word that says something."""
    told = (word for word in exact_words(fold(text)) if len(word) > _SHORT or not word.isascii())
    return frozenset(chain.from_iterable(stored_keys(word)[:1] for word in told if not word.isdigit()))
