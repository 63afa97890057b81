"""From the items of a record to its hand-over: what is withheld, who read it, who approved it, who got it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from audit.domain.errors import Refused
from audit.domain.record_request import ItemRestored, RecordApproved, RedactionChecked
from audit.domain.request_course import RequestAlreadySettled, acknowledged, made
from audit.domain.wording import require_code, require_words

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.domain.event import Personal
    from audit.domain.record_request import ItemWithheld, RecordCompiled, RecordDelivered
    from audit.domain.request_course import RecordRequest


class StretchIncomplete(Refused):
    """Part of a text is withheld from a place in it to a later one."""


class NotWithheld(Refused):
    """What is given free was withheld, in just these words."""


class RecordNotYetCompiled(Refused):
    """Only what was made can be approved."""


class RecordOutdated(Refused):
    """What is approved is the record as it was made last."""


class SecondReaderNeeded(Refused):
    """Where something is withheld or given free, a second person reads it before it is approved."""


class NothingWithheld(Refused):
    """A second reader reads what is withheld."""


class RequestNotYetApproved(Refused):
    """Nothing leaves the house unapproved."""


class RequesterNotVerified(Refused):
    """A record goes to nobody whose right to it was not checked."""


class Place(NamedTuple):
    """An event, a part of it or a stretch of that: what is withheld or given free."""

    position: int
    part: str | None = None
    start: int | None = None
    end: int | None = None

    @classmethod
    def of(cls, item: ItemWithheld | ItemRestored) -> Place:
        return cls(item.position, item.part, item.start, item.end)


def withhold(request: RecordRequest | None, *, item: ItemWithheld) -> ItemWithheld:
    """Keep an item, or a stretch of its words, out of the record; it must then be made again."""
    acknowledged(request)
    require_code(item.reason, "the reason")
    if (item.start, item.end) == (None, None):
        return item
    if item.part is None or item.start is None or item.end is None or not 0 <= item.start < item.end:
        raise StretchIncomplete("A stretch of words has a part, a start and a later end: give all three.")
    return item


def restore(
    request: RecordRequest | None, *, place: Place, reason: Personal, withheld: Collection[Place]
) -> ItemRestored:
    """Give free what was withheld from the customer's record; it must then be made and read anew.

    ``withheld`` is what requests of this customer withhold as they stand, whichever of them did.
    """
    acknowledged(request)
    require_words(reason, "the reason")
    if place not in withheld:
        raise NotWithheld("No request withholds just this: take event, part and stretch from onrecord request show.")
    return ItemRestored(position=place.position, part=place.part, start=place.start, end=place.end, reason=reason)


def compile_record(request: RecordRequest | None, *, compiled: RecordCompiled) -> RecordCompiled:
    """Record that the record was made; an approval of an earlier one no longer counts."""
    acknowledged(request)
    return compiled


def check_redaction(request: RecordRequest | None, *, digest: str, note: Personal | None = None) -> RedactionChecked:
    """Record that a second person read what is withheld from the record that was made last.

    That they are another person than whoever withheld it is for the caller to see to: who decides stands in stamps.
    """
    current = acknowledged(request)
    if not current.redacted:
        raise NothingWithheld("Nothing was withheld in this request: it can be approved.")
    _must_be_newest(current, digest)
    return RedactionChecked(digest=digest, note=note)


def approve(request: RecordRequest | None, *, digest: str, note: Personal | None = None) -> RecordApproved:
    """Release the record that was made last, for somebody whose right to it was checked."""
    current = acknowledged(request)
    if not current.verified:
        raise RequesterNotVerified("Nobody has checked that the requester may have this: verify them first.")
    _must_be_newest(current, digest)
    if current.redacted and current.checked != digest:
        raise SecondReaderNeeded(
            "Words were withheld or given free, and no second person has read this record: have it checked first."
        )
    return RecordApproved(digest=digest, note=note)


def deliver(request: RecordRequest | None, *, delivered: RecordDelivered) -> RecordDelivered:
    """Hand over the approved record; a lost one may be handed over again."""
    current = made(request)
    if current.refused:
        raise RequestAlreadySettled("This request was refused: an internal review opens it again.")
    if current.approved is None:
        raise RequestNotYetApproved("Nobody has approved this record: have it approved first.")
    if current.approved != delivered.digest:
        raise RecordOutdated("This is not the record that was approved: hand over that one.")
    return delivered


def _must_be_newest(request: RecordRequest, digest: str) -> None:
    if request.compiled is None:
        raise RecordNotYetCompiled("There is no record since the last change: compile it first.")
    if request.compiled != digest:
        raise RecordOutdated("The record was made again since this one: look at the newest and approve that.")
