"""``onrecord looked``: who looked at somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import NotFound
from audit.projections.customers import Customers
from audit.projections.search.looks import Looks
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from datetime import tzinfo
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.projections.search.looks import Look

Customer = Annotated[str, typer.Argument(help="The id of a customer.", show_default=False)]


def looked(session: Session, customer: Customer) -> Answer:
    """Show who looked at, searched for, printed or exported a customer, when and why; asking goes on record too."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        same, written = _same(house, customer)
        with house.views.reading(Looks) as (db, view):
            looks = view.at(db, same, written)
        viewed = RecordViewed(
            what="looks", count=len(looks), position=position, why=purpose(by), persons=persons({customer})
        )
        house.archive.note(viewed, by, ties=[("customer", customer)])
        hiding = hiding_from_reader(house, by.role)
        looks = [
            replace(one, why=shown_words(one.why, one.event, hiding), query=shown_words(one.query, one.event, hiding))
            for one in looks
        ]
        facts = {"customer": customer, "position": position, "looks": [_facts(one) for one in looks]}
        words = "\n".join(_line(one, session.settings.zone) for one in looks)
        return Answer(facts=facts, words=words or "Nobody has looked.")


def _same(house: House, customer: str) -> tuple[set[UUID], set[str]]:
    """Return the ids of the customer and of all that are the same person, and these ids as written."""
    with house.views.reading(Ties) as (db, ties):
        same = ties.same_person(db, house.archive.names.tie("customer", customer))
    with house.views.reading(Customers) as (db, customers):
        known = customers.get(db, sorted(same, key=str))
    if not known:
        raise NotFound(f"There is no customer {customer}: find one with onrecord customers.")
    return same, {customer, *(one.written for one in known if one.written)}


def _facts(one: Look) -> dict[str, Any]:
    return {
        "event": one.event,
        "at": one.at.isoformat(),
        "how": one.how,
        "what": one.what,
        "who": one.who,
        "name": one.name,
        "role": one.role,
        "count": one.count,
        "why": one.why,
        "query": one.query,
    }


def _line(one: Look, zone: tzinfo) -> str:
    who = " ".join(filter(None, (one.name, one.who))) or "somebody"
    what = f"{one.how} {one.what}" if one.how != "searched" else f"searched for {one.query or '[erased]'}"
    why = f", because: {one.why}" if one.why else ""
    return f"#{one.event} {one.at.astimezone(zone):%Y-%m-%d %H:%M} {who} ({one.role}) {what}{why}"
