"""What the paper of a request will show, and keeping words out of it, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.opening import opens
from api.pages.requests import CODES, back_to, number_in, request_at, withheld_now, written_of
from api.visit import Visit, path_of
from audit.bootstrap import requesting_release
from audit.bootstrap.requesting_preview import items_of, placed, preview
from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.domain.request_release import Place
from audit.reports.wording import wording

if TYPE_CHECKING:
    from audit.bootstrap.requesting_preview import Placed

REASONS: Final = ("third-person", "legal-privilege", "investigation", "trade-secret")
_ENTRIES: Final = 25
_LETTERS: Final = 30_000


@opens("request-preview")
def show(visit: Visit, request: UUID, start: int = 0) -> Response:
    house = visit.house
    house.follower.catch_up()
    one, position = request_at(visit, request)
    record = preview(house, one, language=visit.say.language)
    entries = placed(record)
    start = max(0, min(start, len(entries)))
    shown = _page_of(entries, start)
    hiding = hiding_from_reader(house, visit.by.role)
    visit.looked("record", count=len(shown), position=position, ties=[("customer", one.tie)] if one.tie else [])
    return visit.page(
        "records/preview.html",
        one=one,
        record=record,
        entries=shown,
        start=start,
        end=start + len(shown),
        count=len(entries),
        before=max(0, start - _ENTRIES),
        # Who may not read an event's words does not read them here: they stand on paper all the same.
        hidden={each.entry.number for each in shown if hiding.of(each.entry.number)},
        withheld=withheld_now(visit, one),
        paper=wording(visit.say.language),
        reasons=REASONS,
        codes=CODES,
        position=position,
    )


@opens("request-withhold")
def withhold(visit: Visit, request: UUID) -> Response:
    """Withhold words wherever they stand in an event, a part of it, or all of it."""
    written, event, note = written_of(visit, request), number_in(visit, "event"), visit.field("note")
    items = items_of(
        visit.house,
        event,
        part=visit.field("part", 60) or None,
        words=visit.field("words") or None,
        reason=visit.needed("reason", 60),
        note=Personal(note) if note else None,
    )
    for item in items:
        requesting_release.withhold(visit.house, written, visit.by, item)
    return visit.to(path_of("requests", request, "preview", start=visit.field("start", 9)))


@opens("request-restore")
def restore(visit: Visit, request: UUID) -> Response:
    written, reason = written_of(visit, request), visit.needed("reason")
    place = Place(number_in(visit, "event"), visit.field("part", 60) or None, *_stretch(visit))
    requesting_release.restore(visit.house, written, visit.by, place, reason=reason)
    return back_to(visit, request)


def _page_of(entries: list[Placed], start: int) -> list[Placed]:
    """Return as many entries as make one page, one at least."""
    letters = 0
    shown: list[Placed] = []
    for one in entries[start : start + _ENTRIES]:
        letters += sum(len(said.text or "") for said in one.entry.words)
        if shown and letters > _LETTERS:
            break
        shown.append(one)
    return shown


def _stretch(visit: Visit) -> tuple[int | None, int | None]:
    written = visit.field("stretch", 30)
    if not written:
        return None, None
    start, _, end = written.partition("-")
    if not (start.isdecimal() and end.isdecimal() and written.isascii()):
        raise WrongUse(str(visit.say("Fill in every field marked as needed.")))
    return int(start), int(end)
