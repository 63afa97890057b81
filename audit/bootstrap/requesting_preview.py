"""What the paper of a request will show, entry by entry, before it is made: where one decides what is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.erasure.resealing import said_in
from audit.bootstrap.erasing_plans import records_at
from audit.bootstrap.requesting_document import customer_of
from audit.domain.errors import NotFound, WrongUse
from audit.domain.record_request import ItemWithheld
from audit.reports.customer_record import compile_record
from audit.reports.gathering import gather
from audit.reports.model import Audience, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.bootstrap.house import House
    from audit.domain.event import Personal
    from audit.projections.requests import Request
    from audit.reports.model import Contact, CustomerRecord, Entry, Matter

_PLACES_MAX: Final = 200


class Placed(NamedTuple):
    """An entry as it will stand on paper, and the part of the paper it stands in, as the paper's words name it."""

    part: str
    entry: Entry


def preview(house: House, request: Request, *, language: str | None = None) -> CustomerRecord:
    """Return the record as its customer would get it now, or in another language that its reader understands.

    The views must have been brought to the head.
    """
    gathered = gather(house.archive, house.views, customer_of(request))
    scope = Scope(
        customers=gathered.customers,
        position=gathered.position,
        as_of=gathered.as_of,
        origin=house.origin,
        zone=house.settings.zone,
        audience=Audience.CUSTOMER,
        language=language or request.language or "en",
        since=request.since,
        until=request.until,
    )
    return compile_record(gathered.records, scope, staff=gathered.staff)


def placed(record: CustomerRecord) -> list[Placed]:
    """Return every entry that is shown, in the order of the paper, each once."""
    found = [
        *(("overview", one) for one in record.particulars),
        *_of_contacts("contacts", record.contacts),
        *_of_contacts("calls", record.calls),
        *_of_matters("tickets", record.tickets),
        *_of_matters("work_orders", record.work_orders),
        *_of_matters("promises", record.promises),
        *_of_matters("others", record.requests),
        *(("others", one) for one in record.others),
    ]
    seen: dict[int, Placed] = {}
    for part, entry in found:
        for one in (entry, *entry.versions, *entry.attachments):
            seen.setdefault(one.number, Placed(part, one))
    return list(seen.values())


def items_of(
    house: House, position: int, *, part: str | None, words: str | None, reason: str, note: Personal | None
) -> list[ItemWithheld]:
    """Return what keeps words out of a record wherever they stand in an event; without words the part, or all of it.

    Raises NotFound for words that do not stand there.
    """
    if not words:
        return [ItemWithheld(position=position, reason=reason, part=part, note=note)]
    record = next(records_at(house, [position]), None)
    said = {name: text for name, text in said_in(record).items() if isinstance(text, str)} if record else {}
    places = [(name, at) for name, text in said.items() if part in {None, name} for at in _places(text, words)]
    if not places:
        raise NotFound(f"These words do not stand in event {position}: copy them as they stand there.")
    if len(places) > _PLACES_MAX:
        raise WrongUse(f"These words stand {len(places)} times in event {position}: withhold the whole part.")
    return [
        ItemWithheld(position=position, reason=reason, part=name, start=at, end=at + len(words), note=note)
        for name, at in places
    ]


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def _of_contacts(part: str, contacts: tuple[Contact, ...]) -> Iterator[tuple[str, Entry]]:
    for contact in contacts:
        for entry in contact.entries:
            yield part, entry


def _of_matters(part: str, matters: tuple[Matter, ...]) -> Iterator[tuple[str, Entry]]:
    for matter in matters:
        for entry in (*matter.versions, *matter.course, *matter.charges):
            yield part, entry
