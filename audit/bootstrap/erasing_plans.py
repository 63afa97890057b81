"""What an erasure would take as everything stands now: of a person, of a stretch, of what is over."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.naming import Naming, naming_events
from audit.archive.erasure.plan import Plan, plan_keys, plan_person, plan_stretch
from audit.archive.erasure.resealing import Stretch, said_in
from audit.archive.erasure.residue import WORDS_MAX
from audit.bootstrap.obstacles import due_months, duty_on, held_among
from audit.domain.custody import ErasureNarrowed
from audit.domain.errors import NotFound
from audit.domain.event import Record
from audit.language.stems import is_in_a_dictionary
from audit.projections.customers import Customers, folded
from audit.projections.holds import Holds
from audit.projections.ties import Ties
from audit.projections.whereabouts import TiesWhereabouts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date
    from uuid import UUID

    from audit.bootstrap.house import House

_PAGE: Final = 500


class Narrowed(NamedTuple):
    """A plan without what a duty keeps, what that is, and the words that what stays holds as well."""

    plan: Plan
    kept: ErasureNarrowed
    still_said: frozenset[str]


class Due(NamedTuple):
    """How much of one retention class and one calendar month (``2026-03``) would go."""

    retention: str
    month: str
    keys: int
    events: int


def due_by_month(plan: Plan) -> list[Due]:
    """Return what a plan takes, by class and month."""
    keys = Counter((key.retention, key.month) for key in plan.keys.values())
    events = Counter((plan.keys[one.key].retention, plan.keys[one.key].month) for one in plan.words)
    return [Due(*which, keys=count, events=events[which]) for which, count in sorted(keys.items())]


def plan_erasure(house: House, customer: UUID) -> tuple[Plan, Naming]:
    """Plan to forget a person as everything stands now; the naming tells what names them."""
    parts, learnt = house.parts, list[Naming]()

    with whereabouts(house) as where:
        customers = where.person(customer)
        spared = _events_of_holds(house)

        def named_in(positions: Collection[int]) -> Collection[int]:
            naming = Naming(records_at(house, sorted(positions)), customers)
            naming.know_by({word for word in naming.single_words() if _is_theirs_alone(house, word, customers)})
            learnt.append(naming)
            return set(naming_events(parts, learnt[0], customers, where.position)) - spared

        plan = plan_person(parts, where, customer, named_in=named_in)
    return plan, learnt[0]


def _is_theirs_alone(house: House, word: str, customers: Collection[UUID]) -> bool:
    """Say whether one word of a name tells the person: no dictionary lists it, and no other customer has it."""
    if is_in_a_dictionary(folded(word)):
        return False
    with house.views.reading(Customers) as (db, view):
        return all(one.id in customers for one in view.find(db, word))


def plan_disposal(house: House, today: date) -> Plan:
    """Plan to destroy what is over: the words of each class past its limit, but for what a hold covers."""
    head = house.archive.head().size
    house.follower.catch_up()
    due = KeyCare(house.keyring).of_classes(due_months(house, today))
    plan = plan_keys(house.parts, due, head)
    spared = held_among(house, plan.words) | _events_of_holds(house)
    kept = {one.key for one in plan.words if one.position in spared}
    keys = {name: key for name, key in due.items() if name not in kept}
    words = tuple(one for one in plan.words if one.key in keys)
    return Plan(customers=frozenset(), at=head, keys=keys, words=words)


def plan_cut(house: House, stretch: Stretch) -> Plan:
    """Plan to take a stretch out of the words of one event."""
    head = house.archive.head().size
    house.follower.catch_up(head)
    return plan_stretch(house.parts, stretch.position, head)


def without_duties(house: House, plan: Plan, today: date) -> Narrowed | None:
    """Return what may go although a duty to keep covers some of it; None where no duty runs."""
    duty = duty_on(house, plan, today)
    if duty is None:
        return None
    rest = plan.without(duty.keys, duty.positions)
    kept = sorted(plan.positions - rest.positions)
    narrowed = ErasureNarrowed(classes=duty.classes, until=duty.until, keys=len(duty.keys), events=len(kept))
    still = Naming(records_at(house, kept), plan.customers)
    return Narrowed(rest, narrowed, frozenset(still.ids | still.names | still.words))


def words_of(house: House, stretch: Stretch) -> str:
    """Return what stands in a part of an event. Raises NotFound where there are no such words."""
    found = next(records_at(house, [stretch.position]), None)
    said = said_in(found) if found is not None else {}
    text = said.get(stretch.part)
    if not isinstance(text, str):
        named = ", ".join(sorted(name for name, value in said.items() if isinstance(value, str))) or "none"
        raise NotFound(f"Event {stretch.position} has no text in {stretch.part}: the parts with text are {named}.")
    return text


def telling(words: Sequence[str], still_said: Collection[str] = ()) -> list[str]:
    """Return the words to look for afterwards, without those that what stays holds as well."""
    return [word for word in words if word not in still_said][:WORDS_MAX]


@contextmanager
def whereabouts(house: House) -> Iterator[TiesWhereabouts]:
    """Give what the views know; the position is one that all of them have reached."""
    head = house.archive.head().size
    house.follower.catch_up(head)
    with house.views.reading(Ties) as (db, ties):
        yield TiesWhereabouts(db, ties, head)


def records_at(house: House, positions: Sequence[int]) -> Iterator[Record]:
    """Yield the readable events at these positions."""
    for start in range(0, len(positions), _PAGE):
        for record in house.archive.read_at(positions[start : start + _PAGE]):
            if isinstance(record, Record):
                yield record


def _events_of_holds(house: House) -> set[int]:
    with house.views.reading(Holds) as (db, holds):
        return {hold.event for hold in holds.in_force(db)}
