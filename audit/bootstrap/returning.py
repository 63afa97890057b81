"""Returning: whoever was forgotten and is spoken of again, in new items or in what was refused since."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from audit.archive.faults import database_faults
from audit.archive.recorders.reading import Span
from audit.domain.custody import ItemRefused
from audit.domain.event import Record
from audit.projections.erasures import Erasures, Returned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from audit.bootstrap.house import House

_PAGE: Final = 500
_TOKEN: Final = re.compile(r"[^\s\"'<>,;(){}\[\]|=]{1,200}")
_AROUND: Final = ".:!?"


def returned(house: House) -> list[Returned]:
    """Return everybody who was forgotten and is spoken of since: of each the first such event, and how many there are.

    The views must have been brought to the head. A refused item has no ties, so that its bytes are looked through for
    ids; whoever is named there otherwise is not noticed.
    """
    with house.views.reading(Erasures) as (db, erasures):
        back, gone = {one.customer: one for one in erasures.back(db)}, erasures.gone(db)
    if not gone:
        return []
    for position, customer in _refused(house, gone):
        known = back.get(customer)
        first, items = (min(known.first, position), known.items + 1) if known else (position, 1)
        back[customer] = Returned(customer=customer, first=first, items=items)
    return sorted(back.values(), key=lambda one: one.first)


def _refused(house: House, gone: dict[UUID, int]) -> Iterator[tuple[int, UUID]]:
    after, upto = min(gone.values()), house.archive.head().size
    while True:
        with database_faults():
            rows = house.recorder.rows_of_topics((ItemRefused.TOPIC,), Span(after, upto, _PAGE))
        for record in house.parts.mapper.read(rows, house.keyring.open):
            if isinstance(record, Record) and isinstance(record.event, ItemRefused):
                named = {house.archive.names.tie("customer", one) for one in _ids(record.event)}
                yield from ((record.position, one) for one in named & gone.keys() if record.position > gone[one])
        if len(rows) < _PAGE:
            return
        after = rows[-1].position


def _ids(refused: ItemRefused) -> set[str]:
    """Return all that could be the id of somebody in a refused item, addresses in lower case, too."""
    if refused.raw is None or refused.raw.erased or not isinstance(refused.raw.value, bytes):
        return set()
    text = refused.raw.value.decode(errors="replace")
    found = {token.strip(_AROUND) for token in _TOKEN.findall(text)} | set(_TOKEN.findall(text)) | _values(text)
    return found | {one.lower() for one in found if "@" in one}


def _values(text: str) -> set[str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return set()
    return {str(one) for one in read.values() if isinstance(one, str | int)} if isinstance(read, dict) else set()
