"""A conversation as it went, with every version and every deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from audit.bootstrap.withheld import hiding_from_reader, shown_entries
from audit.domain.errors import NotFound
from audit.domain.fact import STAFF_ROLES
from audit.projections.customers import Customers
from audit.projections.ties import Ties
from audit.projections.timeline import Entry, Timeline
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

_SAID: Final = frozenset({"message", "note", "attachment", "edit", "deletion", "recording"})
SHOWN: Final = {
    "all": N_("Everything"),
    "messages": N_("Messages"),
    "notes": N_("Notes"),
    "changes": N_("What happened"),
}
KINDS: Final = {
    "opened": N_("Conversation opened"),
    "joined": N_("Joined"),
    "left": N_("Left"),
    "message": N_("Message"),
    "edit": N_("Edit of a message that is not here"),
    "deletion": N_("Deletion of a message that is not here"),
    "note": N_("Internal note"),
    "attachment": N_("Attachment"),
    "transcript": N_("Transcript sent"),
    "ended": N_("Conversation ended"),
    "rated": N_("Rated"),
    "missing": N_("Conversation never seen"),
    "call-offered": N_("Call offered"),
    "prompt": N_("Prompt played"),
    "input": N_("Input given"),
    "call-rung-unanswered": N_("Rang unanswered"),
    "call-answered": N_("Call answered"),
    "call-held": N_("Call on hold"),
    "call-resumed": N_("Call resumed"),
    "call-transferred": N_("Call transferred"),
    "call-abandoned": N_("Caller hung up before an answer"),
    "call-ended": N_("Call ended"),
    "callback-asked": N_("Callback asked for"),
    "recording-notice": N_("Recording was announced"),
    "recording": N_("Recording kept"),
    "ticket-opened": N_("Ticket opened"),
}
"""What the lines of a transcript are called."""


@dataclass(frozen=True)
class Day:
    """A day of a conversation, as runs: of what was said one by one, of what else happened together."""

    date: date
    runs: tuple[tuple[bool, tuple[Entry, ...]], ...]


@opens("conversation")
def conversation(visit: Visit, conversation: UUID, show: str = "all", order: str = "oldest") -> Response:
    house = visit.house
    with house.views.reading(Timeline) as (db, view):
        position = house.views.as_of(db, Timeline.name)
        entries = view.read(db, conversation)
    if not entries:
        raise NotFound(str(visit.say("There is no such conversation: look for words of it.")))
    hiding = hiding_from_reader(house, visit.by.role)
    entries = shown_entries(entries, hiding)
    with house.views.reading(Ties) as (db, ties):
        tied = ties.of_these(db, [one.event for one in entries])
    whose = sorted({tie for some in tied.values() for kind, tie in some if kind == "customer"})
    with house.views.reading(Customers) as (db, customers):
        persons = customers.get(db, whose, hidden=hiding.positions)
    about = [("conversation", conversation), *(("customer", one) for one in whose)]
    visit.looked("timeline", count=len(entries), position=position, ties=about)
    wanted = [one for one in entries if _is_wanted(one, show)]
    days = _days(wanted, house.settings.zone)
    return visit.page(
        "people/conversation.html",
        persons=persons,
        days=list(reversed(days)) if order == "newest" else days,
        newest_first=order == "newest",
        show=show if show in SHOWN else "all",
        shown=SHOWN,
        kinds=KINDS,
        conversation=conversation,
        entries=entries,
        channel=next((one.code for one in entries if one.kind == "opened"), None),
        ours=STAFF_ROLES,
        position=position,
        paper=wording(visit.say.language),
    )


def _is_wanted(entry: Entry, show: str) -> bool:
    match show:
        case "messages":
            return entry.kind == "message"
        case "notes":
            return entry.kind == "note"
        case "changes":
            return entry.kind not in _SAID
        case _:
            return True


def _days(entries: Sequence[Entry], zone: tzinfo) -> list[Day]:
    days = groupby(entries, key=lambda one: one.at.astimezone(zone).date())
    return [Day(date, tuple(_runs(list(day)))) for date, day in days]


def _runs(day: Sequence[Entry]) -> list[tuple[bool, tuple[Entry, ...]]]:
    return [(said, tuple(run)) for said, run in groupby(day, key=lambda one: one.kind in _SAID)]
