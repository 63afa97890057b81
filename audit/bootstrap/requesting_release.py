"""From the items of a record to its hand-over: withheld, made, read by a second person, approved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from audit.archive.erasure.resealing import said_in
from audit.bootstrap.erasing_plans import records_at
from audit.bootstrap.requesting_document import approved_document, make_document
from audit.bootstrap.requesting_rights import must_be_allowed
from audit.bootstrap.requesting_steps import (
    acted,
    attempted,
    decide,
    must_be_theirs,
    must_still_act,
    request_of,
    step_of,
)
from audit.domain import request_course, request_release, withholding
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Personal
from audit.domain.record_request import ItemRestored, ItemWithheld, RecordCompiled, RedactionChecked
from audit.domain.withholding import FROM_CUSTOMER, WithholdingPlaced
from audit.projections.requests import Requests
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.bootstrap.requesting_document import Document
    from audit.bootstrap.requesting_steps import Decision
    from audit.domain.actor import Actor
    from audit.domain.request_release import Place
    from audit.projections.requests import Request


class SamePerson(Refused):
    """What takes two persons is not done by one."""


def withhold(house: House, written: str, by: Actor, item: ItemWithheld) -> None:
    """Keep an event of the customer, or a stretch of its words, out of this record."""

    def deciding(request: Request) -> Decision:
        must_be_theirs(house, request, item.position)
        _must_fit(house, item)
        return partial(request_release.withhold, item=item)

    step_of(house, written, by, "withhold", deciding)


def restore(house: House, written: str, by: Actor, place: Place, *, reason: str) -> None:
    """Give free what a request of this customer withholds; the record is then made, and read, anew."""

    def deciding(request: Request) -> Decision:
        theirs = _withheld_from(house, request)
        return partial(request_release.restore, place=place, reason=Personal(reason), withheld=theirs)

    step_of(house, written, by, "restore", deciding)


def compile_record(house: House, written: str, by: Actor) -> Document:
    """Make the record and note what it is; it is not handed out by this."""
    with attempted(house, written, by, "compile"):
        must_be_allowed(by, "compile")
        request = request_of(house, written)
        document = make_document(house, request)
        counts = document.record.counts
        compiled = RecordCompiled(
            digest=document.digest,
            count=counts.total,
            withheld=counts.withheld + sum(len(one.numbers) for one in document.record.withheld_parts),
            position=document.position,
            pages=document.pages,
        )
        decide(house, request, written, partial(request_release.compile_record, compiled=compiled), by)
    return document


def check(house: House, written: str, by: Actor, *, note: str | None = None) -> None:
    """Read as a second person what is withheld; whoever withheld something cannot be that person."""

    def deciding(request: Request) -> Decision:
        if has_redacted(house, request, by):
            raise SamePerson("Whoever withheld or restored words does not check it: let another person read it.")
        words = Personal(note) if note else None
        return partial(request_release.check_redaction, digest=_compiled(request), note=words)

    step_of(house, written, by, "check", deciding)


def has_redacted(house: House, request: Request, by: Actor) -> bool:
    """Say whether somebody withheld or gave free anything in this request, and so is not its second reader."""
    return acted(house, request, by, ItemWithheld, ItemRestored)


def has_checked(house: House, request: Request, by: Actor) -> bool:
    """Say whether somebody was a second reader in this request, and so does not approve it."""
    return acted(house, request, by, RedactionChecked)


def approve(house: House, written: str, by: Actor, *, digest: str | None = None, note: str | None = None) -> None:
    """Approve the record that was made last; the second reader cannot approve it too."""

    def deciding(request: Request) -> Decision:
        newest = _compiled(request)
        if has_checked(house, request, by):
            raise SamePerson("The second reader does not approve what they checked: let another supervisor do it.")
        must_still_act(house, request)
        words = Personal(note) if note else None
        return partial(request_release.approve, digest=digest or newest, note=words)

    step_of(house, written, by, "approve", deciding)


def released(house: House, written: str, by: Actor) -> tuple[Request, Document]:
    """Return an approved record for handing over, made again to the same bytes. Only for whoever may release it."""
    must_be_allowed(by, "release")
    request = request_of(house, written)
    must_be_releasable(house, request)
    return request, approved_document(house, request)


def must_be_releasable(house: House, request: Request) -> None:
    """Raise Refused unless it is approved, not settled, and whoever asked for another still may."""
    if request.stage == "refused":
        raise request_course.RequestAlreadySettled("This request was refused: an internal review opens it again.")
    approved, compiled = request.last("approved"), request.last("compiled")
    if approved is None or compiled is None or request.stage not in {"approved", "delivered"}:
        raise request_release.RequestNotYetApproved("Nobody has approved this record: have it approved first.")
    must_still_act(house, request)


def _withheld_from(house: House, request: Request) -> frozenset[Place]:
    """Return what requests of this customer, or of whoever is linked with them, withhold as they stand."""
    if request.tie is None:
        return frozenset()
    with house.views.reading(Ties) as (db, ties):
        persons = ties.same_person(db, request.tie)
    with house.views.reading(Requests) as (db, view):
        return frozenset(place for place, _ in view.withheld(db, persons))


def _must_fit(house: House, item: ItemWithheld) -> None:
    """Hold a stretch to what withholding demands of it anywhere: that it lies within words that are there."""
    record = next(records_at(house, [item.position]), None)
    if record is None:
        raise NotFound(f"There is no event {item.position} that can be read: take the number from the record.")
    lengths = {name: len(words) if isinstance(words, str) else None for name, words in said_in(record).items()}
    placed = WithholdingPlaced(
        position=item.position,
        reason=item.reason,
        whom=(FROM_CUSTOMER,),
        part=item.part,
        start=item.start,
        end=item.end,
    )
    withholding.place(None, placed=placed, lengths=lengths)


def _compiled(request: Request) -> str:
    compiled = request.last("compiled")
    return (compiled.digest if compiled else None) or ""
