"""Handing an approved record over: by a link that works once, by mail, as a file for the printers, by hand."""

from __future__ import annotations

import os
from typing import Final
from uuid import UUID

from fastapi import Response

from api.handing import handed_out
from api.navigation import N_
from api.opening import opens
from api.pages.requests import back_to, written_of
from api.proving import must_prove
from api.visit import Visit
from audit.bootstrap import delivering
from audit.bootstrap.provider import mailed_place
from audit.domain.errors import WrongUse
from audit.reports.post.smtp import relay_of

OUTCOMES: Final = {
    "accepted": N_("The mail server took the letter."),
    "put-off": N_("The mail server asks to try again later: the letter waits in the outbox."),
    "refused": N_("The mail server refuses the letter: choose another way."),
    "unknown": N_("Nobody knows whether the letter went: it is not sent again before a person has found out."),
}
_HOURS_DIGITS: Final = 4


@opens("request-link")
def link(visit: Visit, request: UUID) -> Response:
    """Make a link and show it this once."""
    must_prove(visit)
    hours = visit.field("hours", _HOURS_DIGITS) or str(delivering.USUAL_HOURS)
    if not (hours.isascii() and hours.isdecimal()):
        raise WrongUse(str(visit.say("Fill in every field marked as needed.")))
    made = delivering.make_link(visit.house, written_of(visit, request), visit.by, hours=int(hours))
    return visit.page("records/link.html", request=request, link=made, place=_place(visit))


@opens("request-mail")
def mail(visit: Visit, request: UUID) -> Response:
    """Send the record, or a link to it, to an address its customer gave. A link leads where the operator says."""
    must_prove(visit)
    link_at = mailed_place(os.environ) if visit.field("with") == "link" else None
    to, written = visit.needed("to", 320), written_of(visit, request)
    posted = delivering.post(visit.house, written, to, relay_of(os.environ), visit.by, link_at=link_at)
    return visit.page("records/posted.html", request=request, posted=posted, outcomes=OUTCOMES)


@opens("request-print")
def print_out(visit: Visit, request: UUID) -> Response:
    must_prove(visit)
    handed = delivering.for_print(visit.house, written_of(visit, request), visit.by)
    return handed_out(handed.content, handed.name, handed.media_type)


@opens("request-handed")
def handed(visit: Visit, request: UUID) -> Response:
    """Record that the paper was posted, or given into a hand."""
    must_prove(visit)
    how = visit.field("how", 60) or delivering.ON_PAPER
    delivering.printed(visit.house, written_of(visit, request), visit.by, how=how)
    return back_to(visit, request)


def _place(visit: Visit) -> str:
    """Return where our pages are, for a link that is only shown: as the operator says, else as this browser came."""
    return (os.environ.get("ONRECORD_URL") or str(visit.request.base_url)).rstrip("/")
