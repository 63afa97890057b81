"""One ticket: its versions, what got lost on the way, the talk it came from, and what people decide about it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.navigation import N_
from api.opening import opens
from api.pages.desk import FACTS, FLAGS, MARKS, STATES, STEPS
from api.visit import Visit, path_of
from audit.bootstrap import desk as deciding
from audit.bootstrap.ticket_whole import Whole, whole_ticket, written_ticket
from audit.domain.errors import NotFound, WrongUse
from audit.domain.fact import STAFF_ROLES
from audit.domain.lost_fact import REASONS
from audit.language.diff import differences
from audit.projections.desk.rubric import rubric
from audit.reports.wording import wording

if TYPE_CHECKING:
    from audit.language.diff import Piece

_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
CHANNELS: Final = ("phone", "chat", "email", "sms", "in person")
ANSWERS: Final = {"confirmed": N_("confirmed"), "corrected": N_("corrected"), "declined": N_("declined")}
WHY_NOT_LOST: Final = {
    "not-needed": N_("not needed for such tickets"),
    "misread": N_("misread: this is no such fact"),
    "told-otherwise": N_("told in another way"),
}
ALIKE: Final = {
    "person": N_("the same customer"),
    "place": N_("the same place"),
    "device": N_("the same device"),
    "identifier": N_("the same number"),
    "words": N_("the same words"),
    "time": N_("close in time"),
    "category": N_("the same category"),
}


@opens("ticket")
def ticket(visit: Visit, ticket: UUID, older: int = 0, newer: int = 0) -> Response:
    house = visit.house
    whole = whole_ticket(house, ticket, visit.by.role)
    compared = _compared(visit, whole, older, newer)
    lines = sum(len(entries) for _, entries in whole.talks)
    visit.looked(
        "ticket",
        count=len(whole.wordings) + len(whole.case.changes) + lines,
        position=whole.position,
        ties=[("ticket", ticket), *(("customer", one) for one in whole.customers)],
    )
    settings = rubric(house.settings.rubric)
    return visit.page(
        "work/ticket.html",
        whole=whole,
        seen=whole.seen,
        compared=compared,
        settings=settings,
        required=settings.of(whole.seen.category).required,
        sentences=_sentences(whole),
        paper=wording(visit.say.language),
        marks=MARKS,
        flags=FLAGS,
        kinds=FACTS,
        steps=STEPS,
        states=STATES,
        assigned=whole.assigned,
        alike=ALIKE,
        answers=ANSWERS,
        channels=CHANNELS,
        reasons=WHY_NOT_LOST,
        ours=STAFF_ROLES,
        position=whole.position,
    )


@opens("ticket-read-back")
def read_back(visit: Visit, ticket: UUID) -> Response:
    answer, channel = visit.needed("answer"), visit.field("channel")
    deciding.read_back(
        visit.house,
        visit.by,
        _written(visit, ticket),
        answer=answer,
        channel=channel or None,
        correction=visit.field("correction") or None,
    )
    return _back(visit, ticket)


@opens("ticket-bounce")
def bounce(visit: Visit, ticket: UUID) -> Response:
    zone, day = visit.house.settings.zone, visit.field("due")
    deciding.bounce(
        visit.house,
        visit.by,
        _written(visit, ticket),
        codes=visit.chosen("code"),
        sentences=visit.chosen("sentence"),
        note=visit.field("note") or None,
        due=datetime.combine(_day(visit, day), time.max, zone).astimezone(UTC) if day else None,
    )
    return _back(visit, ticket)


@opens("ticket-rewrite")
def rewrite(visit: Visit, ticket: UUID) -> Response:
    written, text = _written(visit, ticket), visit.needed("text", most=100_000)
    deciding.reword(visit.house, visit.by, written, text=text, subject=visit.field("subject") or None)
    return _back(visit, ticket)


@opens("ticket-accept")
def accept(visit: Visit, ticket: UUID) -> Response:
    deciding.accept(visit.house, visit.by, _written(visit, ticket), note=visit.field("note") or None)
    return _back(visit, ticket)


@opens("ticket-escalate")
def escalate(visit: Visit, ticket: UUID) -> Response:
    level, reason = visit.needed("level", most=100), visit.needed("reason")
    deciding.escalate(visit.house, visit.by, _written(visit, ticket), level=level, reason=reason)
    return _back(visit, ticket)


@opens("ticket-judge")
def judge(visit: Visit, ticket: UUID) -> Response:
    """Say whose problem it is: an earlier ticket's, or its own."""
    repeats = visit.field("repeats") or None
    deciding.judge(visit.house, visit.by, _written(visit, ticket), repeats=repeats, reason=visit.needed("reason"))
    return _back(visit, ticket)


@opens("ticket-dismiss")
def dismiss(visit: Visit, ticket: UUID) -> Response:
    kind, fact, reason = visit.needed("kind"), visit.needed("fact"), visit.needed("reason")
    if reason not in REASONS:
        raise WrongUse(str(visit.say("Fill in every field marked as needed.")))
    deciding.dismiss(
        visit.house, visit.by, _written(visit, ticket), kind=kind, fact=fact, reason=reason, note=visit.field("note")
    )
    return _back(visit, ticket)


def _compared(visit: Visit, whole: Whole, older: int, newer: int) -> tuple[int, int, list[Piece]] | None:
    """Return the two versions that are compared, the last two by default, and what leads from one to the other."""
    count = len(whole.wordings)
    last = newer or count
    first = older or max(1, last - 1)
    if not 1 <= first <= last <= count:
        raise NotFound(str(visit.say("This ticket has {count} versions: name two of them.", count=count)))
    if first == last:
        return None
    texts = [whole.wordings[number - 1].text or "" for number in (first, last)]
    return first, last, differences(*texts)


def _sentences(whole: Whole) -> list[str]:
    """Return the sentences of the text as it stands, as a bounce names them."""
    text = whole.now.text if whole.now and not whole.hiding.of(whole.now.event) else None
    return [found for one in _SENTENCE.findall(text or "") if (found := one.strip())]


def _written(visit: Visit, ticket: UUID) -> str:
    """Return the id of a ticket as written: decisions name it so."""
    written = written_ticket(visit.house, ticket)
    if written is None:
        raise NotFound(str(visit.say("The id of this ticket is erased: nothing more can be decided about it.")))
    return written


def _day(visit: Visit, written: str) -> datetime:
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise WrongUse(str(visit.say("Give a day like 2026-03-01."))) from None


def _back(visit: Visit, ticket: UUID) -> Response:
    return visit.to(path_of("tickets", ticket))
