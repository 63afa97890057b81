"""The customers' portal: in by a code that was sent to them; their record, promises made, and who looked."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response
from starlette.background import BackgroundTask

from api.looked_at import looked_at
from api.navigation import N_
from api.opening import opens
from api.pages.access import HOW
from api.pages.promises import STATES, TONES
from api.pages.requests import CODES, COURSE, STAGES
from api.visit import Visit, path_of, set_cookie
from api.wording import LANGUAGES
from audit.archive.accounts.portal import CODE_SECONDS, LONGEST_SECONDS
from audit.bootstrap import portal as coming
from audit.bootstrap.portal import AT_PORTAL, Guest, Saying
from audit.bootstrap.promising_ledger import ledger
from audit.bootstrap.withheld import hiding_from
from audit.domain.access import AccessRefused, RecordViewed, SignedIn
from audit.domain.errors import NotFound, WrongUse
from audit.domain.event import Personal
from audit.domain.record_request import RecordRequested
from audit.domain.withholding import FROM_CUSTOMER
from audit.projections.promises import Promises
from audit.projections.requests import Requests
from audit.projections.search.looks import Looks
from audit.reports.post.smtp import relay_of
from audit.reports.wording import wording

if TYPE_CHECKING:
    from api.visit import Visiting
    from audit.bootstrap.promising_ledger import Entered
    from audit.domain.event import Event

GUEST_COOKIE: Final = "onrecord-portal"
_LOOKS: Final = 200
_INSIDE: Final = frozenset({"withheld", "restored", "checked", "escalated", "link"})
"""Steps among our own people: the requester is told what came of them."""
NEXT: Final = {
    "asked": N_("We have it. You will be told the day by which you get an answer."),
    "approved": N_("It is ready: it comes to you by a link that works once, by e-mail or on paper."),
    "delivered": N_("It was handed over. Its first pages say how anybody can check it."),
    "refused": N_("It was refused. You may ask us to look at that again."),
}
WORKING: Final = N_("We are working on it.")


@opens("portal")
def portal(visit: Visit) -> Response:
    guest = _guest(visit)
    if guest is None:
        visit.shows_nobody()
        return visit.page("portal/door.html", known="")
    house = visit.house
    position = house.views.position(Requests.name)
    requests, promised = coming.requests_of(house, guest), _promised(visit, guest)
    _looked(visit, guest, RecordViewed(what="portal", count=len(requests) + len(promised), position=position))
    return visit.page(
        "portal/home.html",
        guest=guest,
        requests=requests,
        others=coming.may_act_for(house, guest),
        promised=promised,
        stages=STAGES,
        states=STATES,
        tones=TONES,
        codes=CODES,
        papers=LANGUAGES,
        paper=wording(visit.say.language),
    )


@opens("portal-code-asked")
def code_asked(visit: Visit) -> Response:
    """Answer everybody the same, at once; what is to be sent is sent after."""
    written, challenge = visit.needed("address", 320), coming.codes_of(visit.house).new_challenge()
    answer = _code_page(visit, challenge)
    saying = _saying(visit, challenge)
    relay = relay_of(os.environ)
    answer.background = BackgroundTask(partial(coming.send_code, visit.house, written, challenge, saying, relay))
    return answer


@opens("portal-code")
def code(visit: Visit, at: str = "") -> Response:
    return _code_page(visit, at)


@opens("portal-enter")
def enter(visit: Visit) -> Response:
    house, challenge = visit.house, visit.needed("at", 100)
    customer = coming.codes_of(house).redeem(challenge, visit.needed("code", 40))
    if customer is None:
        house.archive.note(AccessRefused(what=coming.LETTER, reason="code"), AT_PORTAL)
        return _code_page(visit, challenge, wrong=True)
    house.archive.note(SignedIn(how=coming.LETTER), AT_PORTAL, ties=[("customer", customer)])
    answer = visit.to("/portal")
    set_cookie(visit.request, answer, GUEST_COOKIE, coming.guests_of(house).let_in(customer), seconds=LONGEST_SECONDS)
    return answer


@opens("portal-leave")
def leave(visit: Visit) -> Response:
    if token := visit.request.cookies.get(GUEST_COOKIE):
        coming.guests_of(visit.house).leave(token)
    answer = visit.to("/portal")
    answer.delete_cookie(GUEST_COOKIE, path="/")
    return answer


@opens("portal-asked")
def asked(visit: Visit) -> Response:
    """Record that they ask for their record, or for that of somebody who let them."""
    guest = _guest(visit)
    if guest is None:
        return visit.to("/portal")
    words, language = visit.field("words"), visit.field("language", 20)
    wanted = RecordRequested(
        scope="all",
        channel="portal",
        language=language if language in LANGUAGES else visit.say.language,
        words=Personal(words) if words else None,
    )
    written = coming.ask_here(visit.house, guest, wanted, whose=_chosen(visit))
    return visit.to(path_of("portal", "requests", visit.house.archive.names.decided("request", written)))


@opens("portal-request")
def request(visit: Visit, request: UUID) -> Response:
    house, guest = visit.house, _guest(visit)
    if guest is None:
        visit.shows_nobody()
        return visit.to("/portal")
    position = house.views.position(Requests.name)
    one = next((each for each in coming.requests_of(house, guest) if each.stream == request), None)
    if one is None:
        # Whoever tries the address of another's request is told what anybody is told, and it is on record.
        house.archive.note(AccessRefused(what="portal-request", reason="not-theirs"), AT_PORTAL, ties=guest.ties)
        raise NotFound(str(visit.say("There is no such request of yours.")))
    _looked(visit, guest, RecordViewed(what="requests", count=1, position=position))
    return visit.page(
        "portal/request.html",
        guest=guest,
        one=one,
        steps=[step for step in one.steps if step.kind not in _INSIDE],
        next=NEXT.get(one.stage, WORKING),
        told=[step for step in one.steps if step.kind in {"refused", "extended"} and step.words],
        stages=STAGES,
        course=[code for code in COURSE if code != "checked"],
        passed={step.kind for step in one.steps} | {"asked"},
        codes=CODES,
    )


@opens("portal-looks")
def looks(visit: Visit) -> Response:
    """Show who looked at them: in which role, when and at what; whose names those are is not theirs to see."""
    house, guest = visit.house, _guest(visit)
    if guest is None:
        visit.shows_nobody()
        return visit.to("/portal")
    written = {guest.known.written} if guest.known and guest.known.written else set()
    with house.views.reading(Looks) as (db, view):
        position = house.views.as_of(db, Looks.name)
        places = view.places_at(db, guest.same, {*written, *map(str, guest.same)})
        shown = view.told(db, places[:_LOOKS])
    _looked(visit, guest, RecordViewed(what="looks", count=len(places), position=position))
    what = partial(looked_at, visit.say)
    return visit.page("portal/looks.html", guest=guest, looks=shown, count=len(places), hows=HOW, what=what)


# -- inside --


def _guest(visit: Visiting) -> Guest | None:
    return coming.guest_of(visit.house, visit.request.cookies.get(GUEST_COOKIE))


def _looked(visit: Visiting, guest: Guest, viewed: Event) -> None:
    visit.record(viewed, guest.ties, by=AT_PORTAL)


def _code_page(visit: Visiting, challenge: str, *, wrong: bool = False) -> Response:
    minutes = CODE_SECONDS // 60
    return visit.page("portal/code.html", 403 if wrong else 200, at=challenge, wrong=wrong, minutes=minutes)


def _saying(visit: Visiting, challenge: str) -> Saying:
    """Return the letter. Its link leads to where the operator says our pages are, never to where a request says."""
    say, origin = visit.say, visit.house.origin
    place = os.environ.get("ONRECORD_URL", "").rstrip("/")
    link = f"{place}{path_of('portal', 'code', at=challenge)}" if place else ""

    def text(code: str) -> str:
        lines = [
            say("Your code is {code}. It works once, for {minutes} minutes.", code=code, minutes=CODE_SECONDS // 60),
            say("Type it on the page where you asked for it."),
            *([say("Or open that page here: {link}", link=link)] if link else []),
            say("If you did not ask for it, leave it, and tell nobody this code."),
            origin,
        ]
        return "\n\n".join(map(str, lines)) + "\n"

    return Saying(str(say("Your code")), text, say.language)


def _chosen(visit: Visiting) -> UUID | None:
    written = visit.field("whose", 40)
    try:
        return UUID(written) if written else None
    except ValueError:
        raise WrongUse(str(visit.say("Fill in every field marked as needed."))) from None


def _promised(visit: Visiting, guest: Guest) -> list[Entered]:
    """Return what was promised to them and confirmed, as their record would show it."""
    house = visit.house
    with house.views.reading(Promises) as (db, view):
        theirs = [one for one in view.of(db, guest.same) if one.confirmed or one.disputed]
    return ledger(house, hiding_from(house, FROM_CUSTOMER), only=theirs)
