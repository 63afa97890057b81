"""The record of a customer as a file, for those who may take it out: for whom it is made decides what goes in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Response

from api.handing import handed_out
from api.navigation import N_
from api.opening import opens
from api.visit import Visit
from api.wording import LANGUAGES
from audit.bootstrap.recording import Signers, Wanted, compiled, evidence_of, printed
from audit.domain.access import RecordExported
from audit.domain.errors import NotFound, WrongUse
from audit.projections.customers import Customers
from audit.reports.model import Audience
from audit.reports.package import data_files, packed
from audit.reports.record_json import record_json

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.bootstrap.recording import Compiled

FORMS: Final = {"pdf": N_("Paper (PDF)"), "json": N_("Data (JSON)"), "zip": N_("Both, with the proof (ZIP)")}
FOR: Final = {
    "customer": N_("the customer: without internal notes"),
    "internal": N_("us: with internal notes, not to leave the house"),
    "regulator": N_("an authority: with who looked"),
}
_TYPES: Final = {"pdf": "application/pdf", "json": "application/json", "zip": "application/zip"}


@opens("record")
def record(visit: Visit, customer: UUID) -> Response:
    """Ask for whom and in which form the record is made; nothing of it is shown."""
    _written(visit, customer)
    return visit.page("records/record.html", customer=customer, forms=FORMS, audiences=FOR, papers=LANGUAGES)


@opens("record-made")
def made(visit: Visit, customer: UUID) -> Response:
    """Make the record and hand it out; that it was is on record first."""
    house, form, audience = visit.house, visit.field("form", 10), visit.field("audience", 20)
    language = visit.field("language", 10)
    if form not in FORMS or audience not in FOR or language not in LANGUAGES:
        raise WrongUse(str(visit.say("Fill in every field marked as needed.")))
    house.follower.catch_up()
    wanted = Wanted(customer=_written(visit, customer), audience=Audience(audience), language=language)
    whole = compiled(house, visit.by, wanted)
    form, content = _file(house, whole, form)
    counts = whole.record.counts
    exported = RecordExported(
        what="record",
        format=form,
        audience=audience,
        count=counts.total,
        withheld=counts.withheld,
        position=whole.gathered.position,
        digest=sha256(content).hexdigest(),
        why=visit.why,
    )
    visit.record(exported, [("customer", wanted.customer)])
    return handed_out(content, f"record.{form}", _TYPES[form])


def _file(house: House, made: Compiled, form: str) -> tuple[str, bytes]:
    """Return the file and its form: a paper of several volumes is one zip of them."""
    if form == "json":
        return form, record_json(made.record)
    papers = printed(house, made, Signers())
    if form == "pdf" and len(papers) == 1:
        return form, papers[0].content
    files = {f"record-{one.number}.pdf": one.content for one in papers}
    if form == "zip":
        files |= data_files(made.record, evidence_of(house, made), house.archive.names.tie)
    return "zip", packed(files)


def _written(visit: Visit, customer: UUID) -> str:
    with visit.house.views.reading(Customers) as (db, view):
        known = view.get(db, [customer])
    if not known or known[0].written is None:
        raise NotFound(str(visit.say("There is no such customer: look for the name or a number.")))
    return known[0].written
