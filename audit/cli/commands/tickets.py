"""``onrecord tickets``: the desk, the tickets that would make a visit fail first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.desk import READERS, admit
from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.commands.ticket_shown import ticket_facts, ticket_line
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse
from audit.projections.desk.asking import PAGE, Asked, Place, page_of
from audit.projections.desk.resembling import likely_orders, likely_tickets, orders_without_ticket
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.bootstrap.withheld import Hiding
    from audit.projections.desk.asking import Page
    from audit.projections.desk.resembling import Likely, Reason

Weak = Annotated[bool, typer.Option("--weak", help="Only tickets below the rubric's weak_below.")]
Bounced = Annotated[bool, typer.Option("--bounced", help="Only tickets that were sent back and not accepted since.")]
Unread = Annotated[bool, typer.Option("--unread-back", help="Only tickets whose text the customer has not confirmed.")]
Orphans = Annotated[bool, typer.Option("--orphans", help="Tickets without work order, and work orders without ticket.")]
Unclear = Annotated[bool, typer.Option("--unclear", help="Only tickets whose work order was reported unclear.")]
OpenVisits = Annotated[bool, typer.Option("--open-visits", help="Only tickets with a visit that nobody followed up.")]
Agent = Annotated[str | None, typer.Option("--agent", help="Only tickets whose text this agent wrote.")]
Team = Annotated[str | None, typer.Option("--team", help="Only tickets of this team.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many on a page.")]
After = Annotated[str | None, typer.Option("--after", help="Where the page before ended, as it said.")]


def tickets(  # noqa: PLR0913  # one parameter for each option
    session: Session,
    *,
    weak: Weak = False,
    bounced: Bounced = False,
    unread_back: Unread = False,
    orphans: Orphans = False,
    unclear: Unclear = False,
    open_visits: OpenVisits = False,
    agent: Agent = None,
    team: Team = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Answer:
    """List tickets, the worst first, each with its score, what is missing, and what got lost on the way."""
    with session.house() as house:
        by = session.actor(house)
        admit(house, by, READERS, "look at the desk")
        asked = Asked(
            rubric=rubric(session.settings.rubric),
            weak=weak,
            bounced=bounced,
            unread=unread_back,
            orphans=orphans,
            unclear=unclear,
            open_visits=open_visits,
            author=house.archive.names.tie("staff", agent) if agent else None,
            team=team,
            limit=limit,
            after=_place(after),
        )
        position = session.caught_up(house)
        with house.views.reading(Desk) as (db, desk):
            page = page_of(db, desk, asked)
        hiding = hiding_from_reader(house, by.role)
        lonely = _orphans(house, page, limit, hiding) if orphans else {}
        whose = persons({str(one.customer) for one in page.tickets if one.customer is not None})
        viewed = RecordViewed(
            what="tickets", count=len(page.tickets), position=position, why=purpose(by), persons=whose
        )
        house.archive.note(viewed, by)
        with house.views.reading(Directory) as (db, directory):
            names = directory.names(db)
    following = f"{page.next.score}:{page.next.thing}" if page.next else None
    listed = [ticket_facts(one, names, hiding) for one in page.tickets]
    facts: dict[str, Any] = {"position": position, "total": page.total, "next": following, "tickets": listed, **lonely}
    lines = [ticket_line(one) for one in listed]
    lines += [_order_line(one) for one in lonely.get("work_orders", ())]
    lines += [f"{page.total} tickets in all" + (f"; go on with --after {following}" if following else "")]
    return Answer(facts=facts, words="\n".join(lines))


def _orphans(house: House, page: Page, limit: int, hiding: Hiding) -> dict[str, Any]:
    """Return the work orders without ticket, and for each of both sides what it may belong to."""
    with house.views.reading(Desk) as (db, desk):
        orders = orders_without_ticket(db, desk, limit=limit)
        named = {order: likely_tickets(db, desk, order) for order in orders}
        mine = {one.id: likely_orders(db, desk, one.id.hex) for one in page.tickets} if orders else {}
    return {
        "work_orders": [
            {"work_order": order, "likely": likely_facts(likely, hiding)} for order, likely in named.items()
        ],
        "likely_orders": [
            {"ticket": str(one), "likely": likely_facts(found, hiding)} for one, found in mine.items() if found
        ],
    }


def likely_facts(likely: list[Likely], hiding: Hiding) -> list[dict[str, Any]]:
    """Return suggestions as JSON, each with its reasons, and nothing that is withheld."""
    return [
        {
            "id": one.written or str(one.id),
            "score": one.score,
            "reasons": [
                {"code": why.code, "points": why.points, "shown": _why(why, one, hiding)} for why in one.reasons
            ],
        }
        for one in likely
    ]


def _why(why: Reason, one: Likely, hiding: Hiding) -> str:
    return "[withheld]" if any(map(hiding.of, one.events)) else why.shown


def _order_line(one: Any) -> str:
    likely = ", ".join(f"{each['id']} ({each['score']})" for each in one["likely"])
    return f"work order {one['work_order']} without ticket; likely of: {likely or 'none that is known'}"


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    score, _, thing = after.partition(":")
    if not score.isdecimal() or not thing:
        raise WrongUse(f"--after {after} is no end of a page: copy it from there.")
    return Place(int(score), thing)
