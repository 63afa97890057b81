"""Erasures: asked by one, identified, and refused or executed by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.doors import SECOND_PERSONS
from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.bootstrap import erasing
from audit.bootstrap.returning import returned
from audit.domain.erasure import LIMIT, STATED, VOUCHED
from audit.domain.errors import NotAllowed, NotFound
from audit.projections.customers import Customers
from audit.projections.erasures import Erasures

if TYPE_CHECKING:
    from audit.bootstrap.erasing import Forgotten

STAGES: Final = {
    "asked": N_("asked for"),
    "identified": N_("it is known who asks"),
    "refused": N_("refused"),
    "narrowed": N_("being executed"),
    "executed": N_("being executed"),
    "receipted": N_("done"),
}
GROUNDS: Final = {
    "asked-by-person": N_("The person asks for it"),
    "consent-withdrawn": N_("Consent was withdrawn"),
    "no-longer-needed": N_("The words are not needed any more"),
    "unlawful-processing": N_("They should never have been kept"),
    "court-order": N_("A court orders it"),
    "authority-order": N_("An authority orders it"),
}
KNOWN: Final = {VOUCHED: N_("Whoever asked here answers for it")}
REFUSALS: Final = {
    "legal-hold": N_("A legal hold covers some of it"),
    "retention-duty": N_("A duty to keep some of it still runs"),
}
_SHOWN: Final = 30
_OVER: Final = frozenset({"refused", "narrowed", "executed", "receipted"})


@opens("erasures")
def erasures(visit: Visit, customer: UUID | None = None, before: int = 0) -> Response:
    return _page(visit, customer=_written(visit, customer) if customer else "", before=before)


@opens("erasure-asked")
def asked(visit: Visit) -> Response:
    known = visit.field("identified") or None
    erasing.ask(visit.house, visit.needed("customer", 500), visit.needed("ground", 500), visit.by, identified=known)
    visit.house.follower.catch_up()
    return visit.to("/erasures")


@opens("erasure-identified")
def identified(visit: Visit, erasure: str) -> Response:
    erasing.identify(visit.house, erasure, visit.needed("how", 500), visit.by)
    visit.house.follower.catch_up()
    return visit.to("/erasures")


@opens("erasure-refused")
def refused(visit: Visit, erasure: str) -> Response:
    erasing.refuse(visit.house, erasure, visit.needed("ground", 500), visit.by)
    visit.house.follower.catch_up()
    return visit.to("/erasures")


@opens("erasure-executed")
def executed(visit: Visit, erasure: str) -> Response:
    """Execute what somebody else asked for; whoever does it proves once more who they are."""
    rooms, by = visit.rooms, visit.by
    staff = visit.house.archive.names.tie("staff", by.login)
    if rooms.lock.wait(by.login) or not rooms.secrets.is_right(staff, str(visit.form.get("secret", ""))):
        rooms.lock.failed(by.login)
        raise NotAllowed(str(visit.say("This is not your password: nothing was erased.")))
    rooms.lock.succeeded(by.login)
    partly = visit.field("partly") == "yes"
    only = LIMIT if visit.field("due") == "yes" else None
    try:
        done = erasing.execute(visit.house, erasure, by, only=only, partly=partly)
    finally:
        # Where a hold stood in the way, it is on record that it was refused.
        visit.house.follower.catch_up()
    return _page(visit, done=done)


def _page(visit: Visit, *, customer: str = "", before: int = 0, done: Forgotten | None = None) -> Response:
    house = visit.house
    with house.views.reading(Erasures) as (db, view):
        position = house.views.as_of(db, Erasures.name)
        found = view.newest(db, limit=_SHOWN + 1, before=min(before, position + 1) if before > 0 else None)
    shown = found[:_SHOWN]
    persons = {one.customer for one in shown if one.customer} | ({customer} if customer else set())
    visit.looked("erasures", count=len(shown), position=position, persons=persons)
    return visit.page(
        "custody/erasures.html",
        erasures=shown,
        next=shown[-1].event if len(found) > _SHOWN else None,
        returned=returned(house),
        stages=STAGES,
        grounds=GROUNDS,
        known=KNOWN,
        refusals=REFUSALS,
        stated=STATED,
        over=_OVER,
        executes=visit.by.role in SECOND_PERSONS,
        limit=LIMIT,
        customer=customer,
        done=done,
    )


def _written(visit: Visit, customer: UUID) -> str:
    with visit.house.views.reading(Customers) as (db, view):
        known = view.get(db, [customer])
    if not known or known[0].written is None:
        raise NotFound(str(visit.say("There is no such customer: look for the name or a number.")))
    return known[0].written
