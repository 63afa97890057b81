"""The record that a request is about: made again to the same bytes whenever it is needed, and never kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from audit.bootstrap.sealing_papers import seal_paper
from audit.domain.errors import Refused
from audit.reports.bundling import bundle_for
from audit.reports.customer_record import compile_record
from audit.reports.edition import Edition
from audit.reports.gathering import gather
from audit.reports.model import Audience, CustomerRecord, Scope
from audit.reports.package import packed
from audit.reports.press import Press
from audit.reports.printing import print_record
from audit.reports.reconciling import must_be_complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.projections.requests import Request


class RecordChanged(Refused):
    """What is handed out is what was approved, byte by byte."""


class CustomerForgotten(Refused):
    """Of somebody who was forgotten there is no record."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The record on paper as its customer gets it, up to ``position``: one file, or volumes of it.

    ``digest`` is that of the unsigned file, or of the zip of volumes.
    """

    volumes: tuple[bytes, ...]
    digest: str
    pages: int
    position: int
    record: CustomerRecord

    @property
    def content(self) -> bytes:
        """The unsigned file; several are in one zip, with a manifest."""
        return _one_file(self.volumes)

    @property
    def name(self) -> str:
        return "record.pdf" if len(self.volumes) == 1 else "record.zip"

    @property
    def media_type(self) -> str:
        return "application/pdf" if len(self.volumes) == 1 else "application/zip"


def sealed(house: House, document: Document) -> bytes:
    """Return the file that is handed out: the document with the archive's seal on each of its volumes."""
    return _one_file(tuple(seal_paper(house, one) for one in document.volumes))


def _one_file(volumes: Sequence[bytes]) -> bytes:
    if len(volumes) == 1:
        return volumes[0]
    return packed({f"record-{number}.pdf": one for number, one in enumerate(volumes, 1)})


def customer_of(request: Request) -> str:
    """Return whose record it is, as written. Raises CustomerForgotten where nobody can say any more."""
    if request.customer is None:
        raise CustomerForgotten("The customer of this request was forgotten: there is nothing left to hand out.")
    return request.customer


def make_document(house: House, request: Request, *, position: int | None = None) -> Document:
    """Make the record as of a position or the head. Raises NotReconciled where it would not be complete.

    The views must have been brought to the head.
    """
    customer = customer_of(request)
    gathered = gather(house.archive, house.views, customer, position=position)
    house.log.cover(gathered.position)
    scope = Scope(
        customers=gathered.customers,
        position=gathered.position,
        as_of=gathered.as_of,
        origin=house.origin,
        zone=house.settings.zone,
        audience=Audience.CUSTOMER,
        language=request.language or "en",
        since=request.since,
        until=request.until,
    )
    record = compile_record(gathered.records, scope, staff=gathered.staff)
    must_be_complete(house.archive, customer, gathered, record)
    with Press() as press:
        bundle = partial(bundle_for, house, gathered, scope)
        printed = print_record(
            record,
            lambda only, unprinted: bundle(only=only, unprinted=unprinted),
            press,
            edition=Edition(counted=True),
        )
    volumes = tuple(one.rendered.pdf for one in printed)
    return Document(
        volumes=volumes,
        digest=sha256(_one_file(volumes)).hexdigest(),
        pages=sum(one.rendered.pages for one in printed),
        position=gathered.position,
        record=record,
    )


def approved_document(house: House, request: Request) -> Document:
    """Make the approved record once more. Raises RecordChanged where it is not what was approved, to the byte."""
    compiled, approved = request.last("compiled"), request.last("approved")
    if compiled is None or approved is None or compiled.upto is None or approved.digest != compiled.digest:
        raise RecordChanged("Nothing of this request is approved as it stands: compile it and have it approved.")
    document = make_document(house, request, position=compiled.upto)
    if document.digest != approved.digest:
        raise RecordChanged(
            "The record is not what was approved any more, because words were erased or the paper is made otherwise: "
            "compile it again and have it approved."
        )
    return document
