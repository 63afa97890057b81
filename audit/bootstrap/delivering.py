"""Handing over an approved record: by a link that works once, by mail, or as a file for the printers."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.bootstrap.delivering_files import Digests, Handed, enclosed
from audit.bootstrap.posting import Draft, letters, prepare, send
from audit.bootstrap.requesting_document import approved_document
from audit.bootstrap.requesting_release import must_be_releasable, released
from audit.bootstrap.requesting_rights import attempt
from audit.bootstrap.requesting_steps import attempted, request_of, ties_of
from audit.domain import hand_over, request_course, request_release
from audit.domain.access import RecordExported
from audit.domain.actor import HOUSE
from audit.domain.errors import NotFound, Refused, Unavailable
from audit.domain.event import Personal
from audit.domain.posting import ACCEPTED
from audit.domain.record_request import RecordDelivered
from audit.projections.customers import Customers
from audit.reports.post.addresses import address, same
from audit.reports.post.letter import Enclosed, Writing
from audit.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.bootstrap.requesting_document import Document
    from audit.domain.actor import Actor
    from audit.domain.event import Record
    from audit.projections.outbox import Letter
    from audit.projections.requests import Request
    from audit.reports.post.smtp import Outcome, Relay

BY_LINK: Final = "link"
BY_MAIL: Final = "e-mail"
ON_PAPER: Final = "print"
USUAL_HOURS: Final = 72
MOST_HOURS: Final = 24 * 14
_TOKEN_BYTES: Final = 32
_ID_BYTES: Final = 12
_MAIL: Final = "email"


class AddressNotTheirs(Refused):
    """A record goes to an address that its customer, or whoever asked for them, gave us."""


class LinkTooLong(Refused):
    """A link is open for days, not for ever."""


class Link(NamedTuple):
    """A link as it is given to the requester, this once: afterwards only a hash of its token is there."""

    token: str
    expires_at: datetime


class Posted(NamedTuple):
    """A record that was given to a mail server, and how that ended."""

    letter: str
    outcome: Outcome


# -- by link --


def make_link(house: House, written: str, by: Actor, *, hours: int = USUAL_HOURS) -> Link:
    """Make a link by which the requester collects the approved record, once and within so many hours."""
    with attempted(house, written, by, "link"):
        request, document = released(house, written, by)
        return _link(house, request, document, by, hours)


def collect(house: House, token: str, by: Actor = HOUSE) -> tuple[Request, Handed]:
    """Spend a link and return what it gives; that it was handed over is recorded first.

    Whatever is wrong with a link is recorded as an attempt, without its token; ``by`` is who tried, where one knows.
    """
    name = name_of(token)
    with attempt(house, by, "request-collect"):
        now = house.world.clock()
        stream = house.archive.stream(house.archive.names.decided("link", name))
        if not stream:
            raise NotFound("There is no such link: ask the company for a new one.")
        request = _request_of(house, stream[0].stamp.tie("request"))
        must_be_releasable(house, request)
        # Said before the record is made, so that nobody keeps us busy with an old link.
        link = _as_it_stands(stream)
        hand_over.use(link, now=now)
        approved = request.last("approved")
        if approved is None or link.digest != approved.digest:
            raise hand_over.LinkExpired("The record was made again since this link: ask the company for a new one.")
        document = approved_document(house, request)
        handed = Handed.of(house, document)
        ties = [("request", request.stream), *ties_of(request)]
        house.archive.decide(("link", name), hand_over.evolve, partial(hand_over.use, now=now), HOUSE, ties=ties)
    _delivered(house, request, handed, BY_LINK, HOUSE, None)
    return request, handed


def _link(house: House, request: Request, document: Document, by: Actor, hours: int) -> Link:
    if not 0 < hours <= MOST_HOURS:
        raise LinkTooLong(f"A link is open for 1 to {MOST_HOURS} hours: choose among these.")
    token = urlsafe_b64encode(house.world.random(_TOKEN_BYTES)).decode().rstrip("=")
    expires_at = house.world.clock() + timedelta(hours=hours)
    decision = partial(hand_over.make, digest=document.digest, expires_at=expires_at)
    ties = [("request", request.stream), *ties_of(request)]
    house.archive.decide(("link", name_of(token)), hand_over.evolve, decision, by, ties=ties)
    house.follower.catch_up()
    return Link(token, expires_at)


def _as_it_stands(stream: Sequence[Record]) -> hand_over.Link:
    link: hand_over.Link | None = None
    for one in stream:
        assert isinstance(one.event, hand_over.LinkMade | hand_over.LinkUsed), "a link's stream holds nothing else"
        link = hand_over.evolve(link, one.event)
    assert link is not None, "it begins by being made"
    return link


def name_of(token: str) -> str:
    """Return what names a link: who reads the log, or its backup, cannot make the token from it."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


# -- by mail --


def post(house: House, written: str, to: str, relay: Relay | None, by: Actor, *, link_at: str | None = None) -> Posted:
    """Send the approved record to an address of its customer or of whoever asked for them.

    ``link_at`` is where our pages are: then a link goes in place of the record. The outcome and the server's answer are
    recorded; only what the server took counts as delivered.
    """
    with attempted(house, written, by, "post"):
        request, document = released(house, written, by)
        if relay is None:
            raise Unavailable("No mail server is set: give it in ONRECORD_SMTP_HOST and ONRECORD_SMTP_FROM.")
        recipient = address(to).spec
        name = _must_be_theirs(house, request, recipient)
        draft = _draft(house, request, document, Writing(relay.sender, recipient, name, "", ""), by, link_at)
    letter = house.world.random(_ID_BYTES).hex()
    _export(house, request, document, "mail", by)
    prepare(house, letter, draft, by)
    outcome = send(house, letter, relay, by)
    finish_deliveries(house)
    return Posted(letter, outcome)


def finish_deliveries(house: House) -> list[str]:
    """Record as delivered what a mail server took, where a crash came between; return those letters."""
    done = []
    for one in letters(house):
        if one.what == "record" and one.outcome == ACCEPTED and one.request and one.digest:
            request = _request_of(house, one.request)
            if not _is_delivered(request, one):
                _delivered(house, request, enclosed(house, one), BY_MAIL, HOUSE, one.address)
                done.append(one.id or "")
    return done


def _is_delivered(request: Request, letter: Letter) -> bool:
    """Say whether the letter is accounted for, or cannot be because the request was opened again."""
    later = [step for step in request.steps if step.event > letter.event]
    approved = request.last("approved")
    moved_on = approved is None or approved.digest != letter.digest or request.stage == "refused"
    return moved_on or any(step.kind in {"delivered", "review", "compiled"} for step in later)


def _draft(house: House, request: Request, document: Document, to: Writing, by: Actor, link_at: str | None) -> Draft:
    language = request.language or "en"
    phrases = wording(language)
    ties = [("request", request.stream), *ties_of(request)]
    writing = to._replace(subject=phrases.code("letter", "record_title"), language=phrases.language)
    if link_at is None:
        handed = Handed.of(house, document)
        enclosed = [Enclosed(handed.name, handed.media_type, handed.content)]
        text = phrases.code("letter", "record_attached")
        return Draft("record", writing._replace(text=text, enclosed=enclosed), ties, document.digest)
    link = _link(house, request, document, by, USUAL_HOURS)
    until = phrases.moment(link.expires_at, house.settings.zone)
    text = phrases.code("letter", "record_link").format(until=until, link=f"{link_at.rstrip('/')}/collect#{link.token}")
    return Draft("link", writing._replace(text=text), ties, document.digest)


def _must_be_theirs(house: House, request: Request, recipient: str) -> str:
    """Return how the owner of the address is called. Raises AddressNotTheirs."""
    written = [one for one in (request.representative, request.customer) if one]
    ids = [house.archive.names.tie("customer", one) for one in written]
    with house.views.reading(Customers) as (db, view):
        found = view.get(db, ids)
    for one in found:
        if any(point.kind == _MAIL and same(point.value, recipient) for point in one.contacts):
            return one.names[0] if one.names else ""
    raise AddressNotTheirs(
        "This is no address that the customer, or whoever asked for them, gave us: print the record, or make a link."
    )


# -- on paper --


def for_print(house: House, written: str, by: Actor) -> Handed:
    """Return the approved record for the printers; that it was handed over is for ``printed`` to say."""
    with attempted(house, written, by, "print"):
        request, document = released(house, written, by)
        handed = Handed.of(house, document)
        _export(house, request, document, "pdf", by)
        return handed


def printed(house: House, written: str, by: Actor, *, how: str = ON_PAPER, to: str | None = None) -> None:
    """Record that the approved record was posted on paper, or given into somebody's hand."""
    with attempted(house, written, by, "release"):
        request, document = released(house, written, by)
        _delivered(house, request, Digests(document.digest), how, by, to)


# -- inside --


def _export(house: House, request: Request, document: Document, form: str, by: Actor) -> None:
    counts = document.record.counts
    exported = RecordExported(
        what="record",
        format=form,
        audience="customer",
        count=counts.total,
        withheld=counts.withheld,
        position=document.position,
        digest=document.digest,
        why=Personal(by.why) if by.why else None,
    )
    house.archive.note(exported, by, ties=[("request", request.stream), *ties_of(request)])


def _delivered(house: House, request: Request, file: Handed | Digests, how: str, by: Actor, to: str | None) -> None:
    address_of = Personal(to) if to else None
    delivered = RecordDelivered(digest=file.digest, how=how, signed_digest=file.signed_digest, address=address_of)
    decision = partial(request_release.deliver, delivered=delivered)
    subject = ("request", request.id or "")
    house.archive.decide(subject, request_course.evolve, decision, by, ties=ties_of(request))
    house.follower.catch_up()


def _request_of(house: House, stream: UUID | None) -> Request:
    records = house.archive.stream(stream) if stream else []
    written = records[0].stamp.written("request") if records else None
    if written is None:
        raise NotFound("The request of this was forgotten: there is nothing left to hand over.")
    return request_of(house, written)
