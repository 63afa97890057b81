"""``onrecord prices``: what customers were told things cost, beside what they were charged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import LISTED, persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.prices import QUOTED, SAID, Prices
from audit.projections.prices_compared import AS_QUOTED, compared
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from audit.bootstrap.withheld import Hiding
    from audit.projections.prices import Price
    from audit.projections.prices_compared import Compared

Whose = Annotated[str | None, typer.Option("--customer", help="What one customer was told and charged.")]
All = Annotated[bool, typer.Option("--all", help="Charges that are as they were quoted, too.")]


def prices(session: Session, customer: Whose = None, everything: All = False) -> Answer:
    """List charges that differ from every price the customer was told, or that nobody told them of."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        hiding = hiding_from_reader(house, by.role)
        whom = None
        if customer is not None:
            with house.views.reading(Ties) as (db, ties):
                whom = ties.same_person(db, house.archive.names.tie("customer", customer))
        with house.views.reading(Prices) as (db, view):
            found = [one for one in view.all(db, whom) if one.kind not in {QUOTED, SAID} or not hiding.of(one.event)]
        listed = [one for one in compared(found) if everything or one.verdict != AS_QUOTED]
        whose = sorted({one.charge.customer for one in listed if one.charge.customer is not None}, key=str)
        many = len(whose) > LISTED
        viewed = RecordViewed(
            what="prices",
            count=len(listed),
            position=position,
            why=purpose(by),
            persons=persons([str(one) for one in whose]) if many else None,
        )
        house.archive.note(viewed, by, ties=[] if many else [("customer", one) for one in whose])
    facts = {"position": position, "withheld": len(hiding.positions), "prices": [_facts(one, hiding) for one in listed]}
    return Answer(facts=facts, words="\n".join(map(_line, listed)) or "No charge differs from what was told.")


def _facts(one: Compared, hiding: Hiding) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "expected": one.expected,
        "difference": one.difference,
        "quoted_in": one.quoted_in,
        "charge": _price(one.charge, hiding),
        "quotes": [_price(quote, hiding) for quote in one.quotes],
    }


def _price(one: Price, hiding: Hiding) -> dict[str, Any]:
    return {
        "event": one.event,
        "kind": one.kind,
        "at": one.at.isoformat(),
        "customer": one.customer_written,
        "amount": one.amount,
        "currency": one.currency,
        "basis": one.basis,
        "text": None if hiding.of(one.event) else one.text,
    }


def _line(one: Compared) -> str:
    charge = one.charge
    told = ", ".join(f"#{quote.event} {quote.amount} {quote.currency}" for quote in one.quotes) or "nothing"
    more = f" ({one.difference} more)" if one.difference and not one.difference.startswith("-") else ""
    return (
        f"#{charge.event} {charge.customer_written or 'customer erased'} charged {charge.amount} {charge.currency}"
        f" {charge.basis}: {one.verdict}{more}; told: {told}"
    )
