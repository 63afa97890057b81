"""Requests for records: who asked, by when they are answered, and each step to an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.proving import must_prove
from api.visit import Visit, path_of
from api.wording import LANGUAGES
from audit.bootstrap import requesting, requesting_release
from audit.bootstrap.requesting import Asking
from audit.bootstrap.requesting_regimes import USUAL, regimes
from audit.bootstrap.withheld import hiding_from_reader, shown_words
from audit.domain.errors import NotFound, WrongUse
from audit.domain.event import Personal
from audit.domain.record_request import RecordRequested
from audit.projections.alarms import level_of
from audit.projections.customers import Customers
from audit.projections.desk.asking import tickets_of
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from audit.projections.directory import Directory
from audit.projections.requests import QUEUES as IN_QUEUES
from audit.projections.requests import Request, Requests
from audit.projections.tickets import Tickets
from audit.projections.ties import Ties
from audit.reports.wording import wording

if TYPE_CHECKING:
    from api.visit import Visiting
    from audit.projections.desk.asking import Ticket

QUEUES: Final = {"waiting": N_("Not answered"), "overdue": N_("Overdue"), "answered": N_("Answered"), "all": N_("All")}
STAGES: Final = {
    "asked": N_("asked"),
    "acknowledged": N_("acknowledged"),
    "verified": N_("identity verified"),
    "escalated": N_("before a supervisor"),
    "extended": N_("given more time"),
    "compiled": N_("record made"),
    "withheld": N_("something withheld"),
    "restored": N_("something given free"),
    "checked": N_("read by a second person"),
    "approved": N_("approved"),
    "link": N_("link made"),
    "collected": N_("collected by link"),
    "delivered": N_("handed over"),
    "refused": N_("refused"),
    "review": N_("opened again for review"),
    "disputed": N_("a statement disputed"),
}
COURSE: Final = ("asked", "acknowledged", "verified", "compiled", "checked", "approved", "delivered")
"""The steps of a request without trouble, in their order."""
CODES: Final = {
    "message": N_("by message"),
    "letter": N_("by letter"),
    "phone": N_("by telephone"),
    "in-person": N_("in person"),
    "portal": N_("on the portal"),
    "email": N_("by e-mail"),
    "link": N_("by a link"),
    "e-mail": N_("by e-mail"),
    "print": N_("on paper"),
    "identity-card": N_("identity card seen"),
    "code-to-contact": N_("a code sent to an address we know"),
    "known-in-person": N_("known in person"),
    "questions-answered": N_("questions answered"),
    "supervisor": N_("to a supervisor"),
    "third-person": N_("concerns another person"),
    "legal-privilege": N_("legal privilege"),
    "investigation": N_("running investigation"),
    "trade-secret": N_("trade secret"),
    "not-the-person": N_("not the person, nor authorised"),
    "unfounded": N_("manifestly unfounded"),
    "excessive": N_("excessive, above all repeated"),
    "nothing-held": N_("we hold nothing of them"),
}
HOW_ACKNOWLEDGED: Final = ("message", "letter", "phone", "in-person")
HOW_VERIFIED: Final = ("identity-card", "code-to-contact", "known-in-person", "questions-answered")
CHANNELS: Final = ("phone", "email", "letter", "in-person")
GROUNDS: Final = ("not-the-person", "unfounded", "excessive", "nothing-held", "third-person")
LEVELS: Final = {
    "overdue": N_("overdue"),
    "today": N_("due today"),
    "urgent": N_("urgent"),
    "soon": N_("soon"),
    "coming": N_("coming"),
}
TONES: Final = {"overdue": "bad", "today": "bad", "urgent": "warn", "soon": "warn", "coming": ""}
_SHOWN: Final = 30
_PAGES_MOST: Final = 1_000_000
"""So that what a visitor writes in the address stays a number a database can count to."""

assert tuple(QUEUES) == IN_QUEUES


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A request in the queue: how many days are left, and how much that presses; None where there is no day."""

    request: Request
    days_left: int | None
    level: str | None


@opens("requests")
def requests(visit: Visit, status: str = "waiting", customer: UUID | None = None, page: int = 1) -> Response:
    house = visit.house
    theirs = None if customer is None else _persons(visit, customer)
    status = status if status in QUEUES else "all"
    first = (min(max(page, 1), _PAGES_MOST) - 1) * _SHOWN
    with house.views.reading(Requests) as (db, view):
        position = house.views.as_of(db, Requests.name)
        found = view.pressing(db, status, house.today(), customers=theirs, limit=_SHOWN + 1, after=first)
    shown = _queued(visit, found[:_SHOWN])
    whose = {one.request.customer for one in shown if one.request.customer}
    visit.looked("requests", count=len(shown), position=position, persons=whose)
    return visit.page(
        "records/requests.html",
        queued=shown,
        queue=status,
        queues=QUEUES,
        customer=customer,
        asking=_written_customer(visit, customer) if customer else "",
        number=page,
        more=len(found) > _SHOWN,
        names=_names(visit, [one.request.tie for one in shown]),
        stages=STAGES,
        levels=LEVELS,
        tones=TONES,
        channels=CHANNELS,
        codes=CODES,
        languages_of_paper=LANGUAGES,
        position=position,
    )


@opens("request-asked")
def asked(visit: Visit) -> Response:
    """Record that somebody asks, for themselves or for somebody who let them."""
    words, channel = visit.field("words"), visit.field("channel", 60)
    wanted = RecordRequested(
        scope="all",
        channel=channel or None,
        language=visit.field("language", 20) or None,
        since=_day(visit, "since"),
        until=_day(visit, "until"),
        words=Personal(words) if words else None,
    )
    asking = Asking(
        customer=visit.needed("customer", 500),
        asked=wanted,
        representative=visit.field("representative", 500) or None,
    )
    written = requesting.ask(visit.house, asking, visit.by)
    return visit.to(path_of("requests", visit.house.archive.names.decided("request", written)))


@opens("request")
def request(visit: Visit, request: UUID) -> Response:
    house = visit.house
    one, position = request_at(visit, request)
    tickets = _tickets(visit, one)
    ties = [("customer", one.tie)] if one.tie else []
    visit.looked("requests", count=1 + len(tickets), position=position, ties=ties)
    with house.views.reading(Directory) as (db, directory):
        staff = directory.names(db, [step.actor for step in one.steps])
    (queued,) = _queued(visit, [one])
    return visit.page(
        "records/request.html",
        one=shown_request(visit, one),
        queued=queued,
        tickets=tickets,
        staff=staff,
        names=_names(visit, [one.tie]),
        withheld=withheld_now(visit, one),
        stages=STAGES,
        course=COURSE,
        passed={step.kind for step in one.steps} | {"asked"},
        barred=_barred(visit, one),
        codes=CODES,
        levels=LEVELS,
        tones=TONES,
        laws=sorted(regimes(requesting.laws())),
        usual=USUAL,
        hows=HOW_ACKNOWLEDGED,
        verified_hows=HOW_VERIFIED,
        grounds=GROUNDS,
        today=house.today(),
        paper=wording(visit.say.language),
        mails=_addresses(visit, one),
        position=position,
    )


@opens("request-acknowledge")
def acknowledge(visit: Visit, request: UUID) -> Response:
    received = _day(visit, "received") or visit.house.today()
    law, how = visit.needed("law", 60), visit.field("how", 60) or None
    requesting.acknowledge(visit.house, written_of(visit, request), visit.by, received=received, law=law, how=how)
    return back_to(visit, request)


@opens("request-verify")
def verify(visit: Visit, request: UUID) -> Response:
    how, evidence = visit.needed("how", 60), visit.field("evidence") or None
    requesting.verify(visit.house, written_of(visit, request), visit.by, how=how, evidence=evidence)
    return back_to(visit, request)


@opens("request-extend")
def extend(visit: Visit, request: UUID) -> Response:
    due, reason = _day(visit, "due"), visit.needed("reason")
    if due is None:
        raise WrongUse(str(visit.say("Fill in every field marked as needed.")))
    requesting.extend(visit.house, written_of(visit, request), visit.by, due=due, reason=reason)
    return back_to(visit, request)


@opens("request-dispute")
def dispute(visit: Visit, request: UUID) -> Response:
    position, text = number_in(visit, "event"), visit.needed("text")
    requesting.dispute(visit.house, written_of(visit, request), visit.by, position=position, text=text)
    return back_to(visit, request)


@opens("request-compile")
def compile_record(visit: Visit, request: UUID) -> Response:
    requesting_release.compile_record(visit.house, written_of(visit, request), visit.by)
    return back_to(visit, request)


@opens("request-check")
def check(visit: Visit, request: UUID) -> Response:
    must_prove(visit)
    requesting_release.check(visit.house, written_of(visit, request), visit.by, note=visit.field("note") or None)
    return back_to(visit, request)


@opens("request-approve")
def approve(visit: Visit, request: UUID) -> Response:
    """Approve the record that stood on the page: one that was made since is another."""
    must_prove(visit)
    digest, note = visit.needed("digest", 64), visit.field("note") or None
    requesting_release.approve(visit.house, written_of(visit, request), visit.by, digest=digest, note=note)
    return back_to(visit, request)


@opens("request-refuse")
def refuse(visit: Visit, request: UUID) -> Response:
    ground, reason = visit.needed("ground", 60), visit.needed("reason")
    requesting.refuse(visit.house, written_of(visit, request), visit.by, ground=ground, reason=reason)
    return back_to(visit, request)


@opens("request-review")
def review(visit: Visit, request: UUID) -> Response:
    requesting.ask_review(visit.house, written_of(visit, request), visit.by, reason=visit.needed("reason"))
    return back_to(visit, request)


# -- for the other pages of a request --


def request_at(visit: Visiting, request: UUID) -> tuple[Request, int]:
    """Return a request and the position it is shown as of. Raises NotFound."""
    with visit.house.views.reading(Requests) as (db, view):
        position = visit.house.views.as_of(db, Requests.name)
        found = view.get(db, request)
    if found is None:
        raise NotFound(str(visit.say("There is no such request: look at the list of requests.")))
    return found, position


def written_of(visit: Visiting, request: UUID) -> str:
    """Return the id of a request as decisions name it. Raises NotFound where it was erased."""
    visit.house.follower.catch_up()
    one, _ = request_at(visit, request)
    if one.id is None:
        raise NotFound(str(visit.say("The customer of this request was forgotten: nothing more can be done with it.")))
    return one.id


def back_to(visit: Visiting, request: UUID) -> Response:
    return visit.to(path_of("requests", request))


def shown_request(visit: Visiting, one: Request) -> Request:
    """Return a request as this visitor may read it."""
    hiding = hiding_from_reader(visit.house, visit.by.role)
    steps = tuple(replace(step, words=shown_words(step.words, step.event, hiding)) for step in one.steps)
    return replace(one, words=shown_words(one.words, one.event, hiding), steps=steps)


def withheld_now(visit: Visiting, one: Request) -> list[tuple[object, str]]:
    """Return what requests of this customer withhold as they stand: the places and the reasons."""
    if one.tie is None:
        return []
    persons = _persons(visit, one.tie)
    with visit.house.views.reading(Requests) as (db, view):
        return list(view.withheld(db, persons))


def number_in(visit: Visiting, name: str) -> int:
    """Return the number of an event that a field holds."""
    written = visit.needed(name, 18)
    if not (written.isascii() and written.isdecimal() and int(written)):
        raise WrongUse(str(visit.say("Give the number of the event as it stands beside its words.")))
    return int(written)


# -- inside --


def _queued(visit: Visiting, found: list[Request]) -> list[Queued]:
    day = visit.house.today()
    queued = []
    for one in found:
        left = None if one.due is None or one.settled else (one.due - day).days
        queued.append(Queued(request=one, days_left=left, level=None if left is None else level_of(left)))
    return queued


def _persons(visit: Visiting, customer: UUID) -> set[UUID]:
    with visit.house.views.reading(Ties) as (db, ties):
        return set(ties.same_person(db, customer))


def _written_customer(visit: Visiting, customer: UUID) -> str:
    with visit.house.views.reading(Customers) as (db, view):
        known = view.get(db, [customer])
    return (known[0].written or "") if known else ""


def _names(visit: Visiting, ties: list[UUID | None]) -> dict[UUID, str]:
    hidden = hiding_from_reader(visit.house, visit.by.role).positions
    with visit.house.views.reading(Customers) as (db, view):
        return view.called(db, (one for one in ties if one is not None), hidden=hidden)


def _barred(visit: Visiting, one: Request) -> str | None:
    """Return the next step where another person must take it, because of what this visitor did in the request."""
    if one.stage == "compiled" and requesting_release.has_redacted(visit.house, one, visit.by):
        return "check"
    if one.stage == "checked" and requesting_release.has_checked(visit.house, one, visit.by):
        return "approve"
    return None


def _addresses(visit: Visiting, one: Request) -> list[str]:
    """Return the e-mail addresses a record may go to: those of its customer and of whoever asked for them."""
    written = [each for each in (one.representative, one.customer) if each]
    tie = visit.house.archive.names.tie
    with visit.house.views.reading(Customers) as (db, view):
        known = view.get(db, [tie("customer", each) for each in written])
    return list(dict.fromkeys(point.value for each in known for point in each.contacts if point.kind == "email"))


def _tickets(visit: Visiting, one: Request) -> list[Ticket]:
    """Return the customer's tickets with their scores, the weakest first: the request brings them to a supervisor."""
    if one.tie is None:
        return []
    house, persons = visit.house, _persons(visit, one.tie)
    with house.views.reading(Tickets) as (db, view):
        ids = {case.id for person in persons for case in view.tied_to(db, person)}
    with house.views.reading(Desk) as (db, desk):
        found = tickets_of(db, desk, sorted(ids, key=str), rubric(house.settings.rubric))
    return sorted(found, key=lambda each: (each.score, each.written or ""))


def _day(visit: Visiting, name: str) -> date | None:
    written = visit.field(name, 20)
    try:
        return datetime.strptime(written, "%Y-%m-%d").date() if written else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise WrongUse(str(visit.say("Give a day like 2026-03-01."))) from None
