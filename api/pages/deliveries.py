"""One delivery: its accounting, and every item that was refused, with the reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response
from starlette.background import BackgroundTask

from api.faults import fault, fault_at
from api.importing import Upload, bring_upload
from api.opening import opens
from api.visit import Visit
from audit.domain.custody import ItemRefused
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Record
from audit.intake.mail import Mail
from audit.intake.mbox import Mbox
from audit.intake.ndjson import Ndjson
from audit.projections.deliveries import Deliveries

if TYPE_CHECKING:
    from pathlib import Path

    from audit.projections.deliveries import Delivery

_SHOWN: Final = 500
_AT_ONCE: Final = 5_000
_ALONE: Final = frozenset({Ndjson.name, Mail.name, Mbox.name})
"""Formats whose items can be read without the rest of their file."""


@opens("import")
def delivery(visit: Visit, delivery: UUID) -> Response:
    house = visit.house
    with house.views.reading(Deliveries) as (db, _):
        position = house.views.as_of(db, Deliveries.name)
    one = _found(visit, delivery)
    visit.looked("delivery", count=len(one.refusals), position=position)
    return visit.page(
        "custody/delivery.html",
        one=one,
        refusals=one.refusals[:_SHOWN],
        most=_SHOWN,
        again=_can_be_retried(one),
        fault=partial(fault, visit.say),
        fault_at=partial(fault_at, visit.say),
    )


@opens("import-retried")
def retried(visit: Visit, delivery: UUID) -> Response:
    """Bring what was refused in again, as when the importer knows more by now."""
    one = _found(visit, delivery)
    kept = _kept(visit, one) if _can_be_retried(one) else []
    if not kept:
        raise Refused(str(visit.say("Of this delivery nothing can be tried again by itself: bring the file again.")))
    upload = Upload()
    paths = _written(upload, one.format, kept)
    running = visit.rooms.imports.begin(1, visit.by.login)
    answer = visit.to("/imports")
    form = Mail.name if one.format == Mbox.name else one.format
    answer.background = BackgroundTask(bring_upload, visit.house, visit.by, upload, running, form, lambda: paths)
    return answer


def _found(visit: Visit, delivery: UUID) -> Delivery:
    with visit.house.views.reading(Deliveries) as (db, view):
        one = view.get(db, delivery)
    if one is None:
        raise NotFound(str(visit.say("There is no such delivery.")))
    return one


def _can_be_retried(one: Delivery) -> bool:
    return one.format in _ALONE and any(each.place != "file" for each in one.refusals)


def _kept(visit: Visit, one: Delivery) -> list[bytes]:
    places = [each.event for each in one.refusals if each.place != "file"][:_AT_ONCE]
    found = []
    for record in visit.house.archive.read_at(places):
        if isinstance(record, Record) and isinstance(record.event, ItemRefused):
            raw = record.event.raw
            if raw is not None and isinstance(raw.value, bytes):
                found.append(raw.value)
    return found


def _written(upload: Upload, form: str, kept: list[bytes]) -> list[Path]:
    if form == Ndjson.name:
        return [upload.write("refused-before.ndjson", b"\n".join(kept) + b"\n")]
    return [upload.write("refused-before.eml", one) for one in kept]
