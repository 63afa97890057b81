"""What stands in the way of an erasure as everything stands now: holds in force, and duties to keep."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.custody import ErasureAsked, ErasureIdentified, ErasureRefused, SpanErasureAsked
from audit.domain.erasure import Obstacles
from audit.domain.errors import WrongUse
from audit.projections.families import families_of
from audit.projections.holds import Hold, Holds
from audit.projections.retention import Retention
from audit.projections.search.find import Asked, everything
from audit.projections.ties import Ties
from audit.projections.whereabouts import TiesWhereabouts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from audit.archive.erasure.plan import Plan
    from audit.archive.erasure.stored_words import StoredWords
    from audit.bootstrap.house import House

_ASKING: Final = frozenset(kind.TOPIC for kind in (ErasureAsked, SpanErasureAsked, ErasureIdentified, ErasureRefused))


class Duty(NamedTuple):
    """What must be kept: these keys, these positions whose key lives on anyway, of these classes, until that day."""

    keys: frozenset[str]
    positions: frozenset[int]
    classes: tuple[str, ...]
    until: date


def obstacles_to(house: House, plan: Plan, today: date) -> Obstacles:
    """Return how many holds cover something of the plan, and the last day of a duty to keep any of it."""
    with house.views.reading(Holds) as (db, holds):
        in_force = holds.in_force(db)
    covering = sum(1 for hold in in_force if _covers(house, hold, plan))
    duty = duty_on(house, plan, today)
    return Obstacles(holds=covering, kept_until=duty.until if duty else None)


def duty_on(house: House, plan: Plan, today: date) -> Duty | None:
    """Return what of the plan a duty to keep covers today, None where nothing is.

    A key is destroyed or kept whole. What was written down to ask for the erasure is no reason to refuse it.
    """
    with house.views.reading(Retention) as (db, retention):
        classes = retention.all(db)
    ends: dict[str, date] = {}
    keys, positions = set[str](), set[int]()
    for one in plan.words:
        key = plan.key_of(one)
        name = key.retention if key is not None else ""
        if name not in classes or not classes[name].keep_days or one.topic in _ASKING:
            continue
        end = _days_after(one.day, classes[name].keep_days)
        if today <= end:
            ends[name] = max(end, ends.get(name, end))
            if one.key in plan.keys:
                keys.add(one.key)
            else:
                positions.add(one.position)
    if not ends:
        return None
    return Duty(frozenset(keys), frozenset(positions), tuple(sorted(ends)), max(ends.values()))


def _days_after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def held_among(house: House, words: Iterable[StoredWords]) -> set[int]:
    """Return the positions of those of these events that a hold in force covers."""
    with house.views.reading(Holds) as (db, holds):
        in_force = holds.in_force(db)
    held, found = list(words), set[int]()
    for hold in in_force:
        found |= _held(house, hold, held)
    return found


def covered_by(house: House, hold: Hold, hidden: Collection[int] = frozenset()) -> set[int] | None:
    """Return the positions of all events a hold covers, whatever their day; None where its query cannot be read.

    For somebody who is told how many, events ``hidden`` from them are left out, and what only belongs to such a one
    too: the count of a search would tell what stands in them.
    """
    found: set[int] = set()
    with house.views.reading(Ties) as (db, ties):
        where = TiesWhereabouts(db, ties, 0)
        for kind, tied in hold.covers:
            if kind == "customer":
                found |= where.closure(tied)
            else:
                found |= where.ever([tied])
    if hold.query is not None:
        try:
            asked = Asked(query=hold.query, kind="events", zone=house.settings.zone)
            matching, known_to = everything(house.views, asked, tie=house.archive.names.tie)
        except WrongUse:
            return None
        found.update(_with_families(house, [one for one in matching if one not in hidden], known_to))
    return found.difference(hidden)


def _with_families(house: House, matching: list[int], upto: int) -> Iterator[int]:
    """Yield what belongs to these too: whoever must keep a message must keep its versions and its files."""
    yield from matching
    with house.views.reading(Ties) as (db, ties):
        for family in families_of(db, ties, matching, upto=max(upto, house.views.as_of(db, Ties.name))):
            yield from family.members


def due_months(house: House, today: date) -> dict[str, str]:
    """Return, for each class with a limit, the last month whose words are all past it."""
    with house.views.reading(Retention) as (db, retention):
        classes = retention.all(db)
    months = {}
    for name, one in classes.items():
        if one.limit_days is not None:
            last = _last_full_month(today, one.limit_days)
            if last is not None:
                months[name] = last
    return months


def _covers(house: House, hold: Hold, plan: Plan) -> bool:
    persons = {tied for kind, tied in hold.covers if kind == "customer"}
    if hold.since is None and hold.until is None and not persons.isdisjoint(plan.customers):
        return True
    return bool(_held(house, hold, plan.words))


def _held(house: House, hold: Hold, words: Collection[StoredWords]) -> set[int]:
    covered = covered_by(house, hold)
    # What cannot be evaluated any more must not let anything go.
    return {one.position for one in words if hold.is_of(one.day) and (covered is None or one.position in covered)}


def _last_full_month(today: date, limit_days: int) -> str | None:
    """Return the newest month whose last day lies more than so many days back."""
    try:
        day = today - timedelta(days=limit_days + 1)
    except OverflowError:
        return None
    if day.day < monthrange(day.year, day.month)[1]:
        if (day.year, day.month) == (1, 1):
            return None
        day = day.replace(day=1) - timedelta(days=1)
    return f"{day.year:04}-{day.month:02}"
