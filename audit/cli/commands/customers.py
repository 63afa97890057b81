"""``onrecord customers``: find somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.customers import Customers

if TYPE_CHECKING:
    from audit.projections.customers import Customer

Query = Annotated[str, typer.Argument(help="A name, an address, a number, an account or an id.", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")]


def customers(session: Session, query: Query = "", limit: Limit = 50) -> Answer:
    """Find customers by name, contact point, account or id."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        hidden = hiding_from_reader(house, by.role).positions
        with house.views.reading(Customers) as (db, view):
            found = view.find(db, query, limit=limit, hidden=hidden)
        shown = persons([one.written for one in found if one.written])
        viewed = RecordViewed(what="customers", count=len(found), position=position, why=purpose(by), persons=shown)
        house.archive.note(viewed, by)
        facts = {"position": position, "customers": [_facts(one) for one in found]}
        words = "\n".join(map(_line, found)) or "Nobody was found: try fewer words, or an id."
        return Answer(facts=facts, words=words)


def _facts(one: Customer) -> dict[str, Any]:
    return {
        "customer": one.written,
        "tie": str(one.id),
        "names": list(one.names),
        "contacts": [{"kind": contact.kind, "value": contact.value} for contact in one.contacts],
        "accounts": list(one.accounts),
        "language": one.language,
        "messages": one.messages,
        "conversations": one.conversations,
        "first_contact": one.first_contact.isoformat() if one.first_contact else None,
        "last_contact": one.last_contact.isoformat() if one.last_contact else None,
    }


def _line(one: Customer) -> str:
    parts = [one.written or "[erased]", one.names[0] if one.names else "", one.language or ""]
    parts += [contact.value for contact in one.contacts[:2]]
    return "  ".join(filter(None, parts)) + f"  ({one.messages} messages in {one.conversations} conversations)"
