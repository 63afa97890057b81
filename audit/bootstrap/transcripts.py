"""Transcripts by mail: on request or by rule, to somebody who took part, and to nobody else without a supervisor."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.bootstrap.posting import TRANSCRIPT, Draft, prepare
from audit.bootstrap.requesting_rights import attempt, must_be_allowed
from audit.bootstrap.withheld import hiding_from, shown_entries
from audit.domain.access import RecordExported
from audit.domain.conversation import ConversationEnded
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Damaged, Personal
from audit.domain.posting import LetterKnownAlready
from audit.domain.withholding import WHOM
from audit.projections.customers import Customers
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline
from audit.reports.post.addresses import address, same
from audit.reports.post.letter import Enclosed, Writing
from audit.reports.transcript import SAID, as_html, as_pdf, as_text, transcript_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.projections.customers import Customer
    from audit.projections.timeline import Entry
    from audit.reports.transcript import Transcript

_ID_BYTES: Final = 12
_PAGE: Final = 500
_MAIL: Final = "email"


class SeveralCustomers(Refused):
    """A conversation of several customers is handed to none of them without a person's eye."""


class AddressUnknown(Refused):
    """A transcript goes to an address that whoever took part gave us."""


class Wanted(NamedTuple):
    """Which conversation goes to which address, from whom, and whether on paper too."""

    conversation: str
    to: str
    sender: str
    paper: bool = False
    elsewhere: bool = False


def prepare_transcript(house: House, wanted: Wanted, by: Actor, *, letter: str | None = None) -> str:
    """Put a transcript into the outbox, once that it leaves is on record; return the letter's id.

    Goes to an address of the one customer who took part; ``elsewhere`` lets a second person choose another.
    """
    ties = [("conversation", wanted.conversation)]
    with attempt(house, by, "transcript", ties):
        must_be_allowed(by, "transcript-elsewhere" if wanted.elsewhere else "transcript")
        to = address(wanted.to).spec
        position = house.follower.catch_up()
        entries = _entries(house, wanted.conversation)
        customers = _customers(house, entries)
        if not wanted.elsewhere:
            _must_be_theirs(customers, to)
    letter = letter or house.world.random(_ID_BYTES).hex()
    one = customers[0] if len(customers) == 1 else None
    made = _made(house, wanted.conversation, entries, (one.language if one else None) or "en")
    text = as_text(made)
    owners: list[tuple[str, str | UUID]] = [("customer", each.written or each.id) for each in customers]
    exported = RecordExported(
        what=TRANSCRIPT,
        format="mail",
        audience="customer",
        count=len(made.lines),
        withheld=_withheld(house, entries),
        position=position,
        digest=sha256(text.encode("utf-8", "replace")).hexdigest(),
        why=Personal(by.why) if by.why else None,
    )
    house.archive.note(exported, by, ties=[*owners, *ties])
    writing = Writing(
        sender=wanted.sender,
        recipient=to,
        name=one.names[0] if one and one.names else "",
        subject=made.title,
        text=text,
        html=as_html(made),
        enclosed=[Enclosed("transcript.pdf", "application/pdf", as_pdf(made))] if wanted.paper else [],
        language=made.language,
    )
    prepare(house, letter, Draft(TRANSCRIPT, writing, [*owners, *ties]), by)
    return letter


def prepare_by_rule(house: House, channels: Collection[str], sender: str, by: Actor) -> list[str]:
    """Prepare the transcript of each ended conversation of these channels, once; return the letters.

    Who gave no address, or several, gets none by rule; nor does a conversation of several customers.
    """
    house.follower.catch_up()
    prepared = []
    for end, conversation in _ended(house, channels):
        letter = f"end-{end.hex}"
        if house.archive.stream(house.archive.names.decided("letter", letter)):
            continue
        entries = _entries(house, conversation)
        customers = _customers(house, entries)
        addresses = {point.value for one in customers for point in one.contacts if point.kind == _MAIL}
        if len(customers) == len(addresses) == 1:
            with suppress(LetterKnownAlready):
                wanted = Wanted(conversation, addresses.pop(), sender)
                prepared.append(prepare_transcript(house, wanted, by, letter=letter))
    return prepared


def _ended(house: House, channels: Collection[str]) -> Iterator[tuple[UUID, str]]:
    """Yield the ended conversations of these channels: the stream of the end, and the conversation as written."""
    topics, after = (ConversationEnded.TOPIC,), 0
    while page := [one.id for one in house.recorder.select_notifications(after + 1, _PAGE, topics=topics)]:
        for one in house.archive.read_at(page):
            written = None if isinstance(one, Damaged) else one.stamp.written("conversation")
            if written and not isinstance(one, Damaged) and _channel(house, written) in channels:
                yield one.stream, written
        after = page[-1]


def _channel(house: House, conversation: str) -> str | None:
    with house.views.reading(Timeline) as (db, view):
        entries = view.read(db, house.archive.names.tie("conversation", conversation))
    return next((one.code for one in entries if one.kind in {"opened", "message"} and one.code), None)


def _entries(house: House, conversation: str) -> list[Entry]:
    with house.views.reading(Timeline) as (db, view):
        entries = view.read(db, house.archive.names.tie("conversation", conversation))
    if not entries:
        raise NotFound(f"There is no conversation {conversation}: find one with onrecord search.")
    return [one for one in entries if one.kind in SAID]


def _customers(house: House, entries: list[Entry]) -> list[Customer]:
    with house.views.reading(Ties) as (db, ties):
        tied = {tie for one in entries for kind, tie in ties.of(db, one.event) if kind == "customer"}
    with house.views.reading(Customers) as (db, view):
        return view.get(db, sorted(tied, key=str))


def _must_be_theirs(customers: list[Customer], to: str) -> None:
    if len(customers) > 1:
        raise SeveralCustomers("Several customers are in this conversation: a supervisor sends it, with --elsewhere.")
    known = [point.value for one in customers for point in one.contacts if point.kind == _MAIL]
    if not any(same(one, to) for one in known):
        raise AddressUnknown(
            "This is no address that the customer of this conversation gave us: a supervisor may send it there, "
            "with --elsewhere."
        )


def _made(house: House, conversation: str, entries: list[Entry], language: str) -> Transcript:
    hiding = hiding_from(house, WHOM[0])
    for whom in WHOM[1:]:
        hiding = hiding.and_also(hiding_from(house, whom))
    shown = shown_entries(entries, hiding)
    now = house.world.clock()
    return transcript_of(conversation, shown, language=language, zone=house.settings.zone, as_of=now)


def _withheld(house: House, entries: list[Entry]) -> int:
    hidden = frozenset[int]().union(*(hiding_from(house, whom).positions for whom in WHOM))
    return len({one.event for one in entries} & hidden)
