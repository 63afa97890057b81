"""Promises: what was said, when it is due, what became of it, and what people decide about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import Response

from api.handing import handed_out
from api.navigation import N_
from api.opening import opens
from api.pages.slips import LANGUAGES_OF_PAPER, PAPERS, made_slip
from api.visit import Visit, path_of
from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap.promising_decisions import Terms
from audit.bootstrap.promising_ledger import ledger
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.errors import NotFound, WrongUse
from audit.projections.customers import Customers
from audit.projections.directory import Directory
from audit.projections.promises import Promises
from audit.projections.promises_standing import Queue
from audit.projections.ties import Ties
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.promising_ledger import Entered
    from audit.projections.promises import Promised

QUEUES: Final = {
    "suggested": N_("Not judged yet"),
    "open": N_("Open"),
    "overdue": N_("Overdue"),
    "broken": N_("Broken"),
    "disputed": N_("In dispute"),
    "kept": N_("Kept"),
    "withdrawn": N_("Withdrawn"),
    "dismissed": N_("No promise"),
    "all": N_("All"),
}
STATES: Final = {
    "suggested": N_("not judged yet"),
    "open": N_("open promise"),
    "kept": N_("kept"),
    "late": N_("kept late"),
    "broken": N_("broken"),
    "withdrawn": N_("withdrawn"),
    "dismissed": N_("no promise"),
    "disputed": N_("in dispute"),
}
TONES: Final = {
    "suggested": "warn",
    "open": "accent",
    "kept": "good",
    "late": "warn",
    "broken": "bad",
    "disputed": "warn",
}
STEPS: Final = {
    "suggested": N_("Found by rule"),
    "open": N_("Confirmed"),
    "dismissed": N_("Judged to promise nothing"),
    "extended": N_("Given more time"),
    "kept": N_("kept"),
    "broken": N_("broken"),
    "withdrawn": N_("withdrawn"),
    "disputed": N_("Disputed by the customer"),
}
WHY_NOT: Final = {
    "no-promise": N_("It promises nothing"),
    "a-policy": N_("It states a rule for everybody"),
    "a-question": N_("It is a question"),
    "a-quotation": N_("It repeats somebody else's words"),
    "misread": N_("It was misread"),
}
SHOWS: Final = {
    "credit-of-that-sum": N_("a credit of that sum"),
    "visit-on-the-day": N_("a visit on the day"),
    "visit": N_("a visit"),
    "message": N_("a message of ours"),
}
_SHOWN: Final = 10
_DIGITS: Final = 18


@opens("promises")
def promises(visit: Visit, status: str = "suggested", customer: UUID | None = None, page: int = 1) -> Response:
    house = visit.house
    status = status if status in QUEUES else "all"
    asked = Queue(name=status, today=house.today(), customers=_persons(visit, customer))
    with house.views.reading(Promises) as (db, view):
        position = house.views.as_of(db, Promises.name)
        counts = view.standings.counts(db, asked)
        chosen = view.standings.page(db, asked, first=max(0, page - 1) * _SHOWN, limit=_SHOWN + 1)
        found = view.these(db, chosen[:_SHOWN])
    entered = ledger(house, hiding_from_reader(house, visit.by.role), only=found)
    _looked(visit, entered, position)
    return visit.page(
        "records/promises.html",
        entered=entered,
        queue=status,
        counts={queue: counts.get(queue, 0) for queue in QUEUES},
        queues=QUEUES,
        customer=customer,
        number=page,
        more=len(chosen) > _SHOWN,
        names=_names(visit, entered),
        position=position,
        **_wording(visit),
    )


@opens("promise")
def promise(visit: Visit, promise: UUID) -> Response:
    house = visit.house
    one, position = _one(visit, promise)
    entered = ledger(house, hiding_from_reader(house, visit.by.role), only=[one])
    _looked(visit, entered, position)
    with house.views.reading(Directory) as (db, directory):
        staff = directory.names(db, [step.actor for step in entered[0].steps])
    return visit.page(
        "records/promise.html",
        one=entered[0],
        names=_names(visit, entered),
        staff=staff,
        papers=PAPERS,
        languages_of_paper=LANGUAGES_OF_PAPER,
        position=position,
        **_wording(visit),
    )


@opens("promise-confirm")
def confirm(visit: Visit, promise: UUID) -> Response:
    terms = Terms(
        wording=visit.field("wording") or None,
        due=_day(visit, "due"),
        amount=visit.field("amount", 40) or None,
        currency=visit.field("currency", 10) or None,
        conditional=visit.field("conditional") == "yes",
    )
    if (terms.amount is None) != (terms.currency is None):
        raise WrongUse(str(visit.say("A sum has a number and a currency, like 100 and EUR: give both or neither.")))
    deciding.confirm(visit.house, _written(visit, promise), terms, visit.by)
    return _back(visit, promise)


@opens("promise-dismiss")
def dismiss(visit: Visit, promise: UUID) -> Response:
    reason, note = visit.needed("reason", 100), visit.field("note") or None
    deciding.dismiss(visit.house, _written(visit, promise), reason, note, visit.by)
    return _back(visit, promise)


@opens("promise-keep")
def keep(visit: Visit, promise: UUID) -> Response:
    event = visit.field("other", _DIGITS) or visit.field("event", _DIGITS)
    if not (event.isascii() and event.isdecimal() and int(event)):
        raise WrongUse(str(visit.say("Name the event that shows it: its number stands beside what was said or done.")))
    deciding.keep(visit.house, _written(visit, promise), int(event), visit.field("note") or None, visit.by)
    return _back(visit, promise)


@opens("promise-extend")
def extend(visit: Visit, promise: UUID) -> Response:
    due = _day(visit, "due")
    if due is None:
        raise WrongUse(str(visit.say("Fill in every field marked as needed.")))
    deciding.extend(visit.house, _written(visit, promise), due, visit.field("reason") or None, visit.by)
    return _back(visit, promise)


@opens("promise-withdraw")
def withdraw(visit: Visit, promise: UUID) -> Response:
    deciding.withdraw(visit.house, _written(visit, promise), visit.needed("reason"), visit.by)
    return _back(visit, promise)


@opens("promise-dispute")
def dispute(visit: Visit, promise: UUID) -> Response:
    deciding.dispute(visit.house, _written(visit, promise), visit.needed("words"), visit.by)
    return _back(visit, promise)


@opens("promise-fail")
def fail(visit: Visit, promise: UUID) -> Response:
    deciding.fail(visit.house, _written(visit, promise), visit.field("reason") or None, visit.by)
    return _back(visit, promise)


@opens("promise-slip")
def slip(visit: Visit, promise: UUID) -> Response:
    """Hand out the page that proves a promise; that it was handed out is recorded first."""
    written = _written(visit, promise)
    paper, language = visit.field("paper", 10) or "A4", visit.field("language", 10) or visit.say.language
    content = made_slip(visit.house, written, visit.by, language=language, paper=paper)
    return handed_out(content, f"slip-{written}.pdf", "application/pdf")


# -- inside --


def _persons(visit: Visit, customer: UUID | None) -> set[UUID] | None:
    """Return the customer and everybody who is the same person, None where all are asked for."""
    if customer is None:
        return None
    with visit.house.views.reading(Ties) as (db, ties):
        return ties.same_person(db, customer)


def _one(visit: Visit, promise: UUID) -> tuple[Promised, int]:
    with visit.house.views.reading(Promises) as (db, view):
        position = visit.house.views.as_of(db, Promises.name)
        found = view.one(db, promise)
    if found is None:
        raise NotFound(str(visit.say("There is no such promise: look at the list of promises.")))
    return found, position


def _written(visit: Visit, promise: UUID) -> str:
    visit.house.follower.catch_up()
    one, _ = _one(visit, promise)
    if one.id is None:
        raise NotFound(str(visit.say("The words of this promise were erased: nothing more can be decided about it.")))
    return one.id


def _looked(visit: Visit, entered: Sequence[Entered], position: int) -> None:
    whose = dict.fromkeys(one.promise.customer for one in entered if one.promise.customer is not None)
    visit.looked("promises", count=len(entered), position=position, ties=[("customer", one) for one in whose])


def _names(visit: Visit, entered: Sequence[Entered]) -> dict[UUID, str]:
    house = visit.house
    hidden = hiding_from_reader(house, visit.by.role).positions
    whose = list(dict.fromkeys(one.promise.customer for one in entered if one.promise.customer is not None))
    with house.views.reading(Customers) as (db, view):
        known = view.get(db, whose, hidden=hidden)
    return {one.id: name for one in known if (name := next(iter(one.names), None) or one.written)}


def _wording(visit: Visit) -> dict[str, Any]:
    return {
        "states": STATES,
        "tones": TONES,
        "kinds": STEPS,
        "why_not": WHY_NOT,
        "shows": SHOWS,
        "paper": wording(visit.say.language),
        "tomorrow": visit.house.today() + timedelta(days=1),
    }


def _day(visit: Visit, name: str) -> date | None:
    written = visit.field(name, 20)
    try:
        return datetime.strptime(written, "%Y-%m-%d").date() if written else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise WrongUse(str(visit.say("Give a day like 2026-03-01."))) from None


def _back(visit: Visit, promise: UUID) -> Response:
    if visit.field("back", 20) == "queue":
        return visit.to("/promises", status="suggested")
    return visit.to(path_of("promises", promise))
