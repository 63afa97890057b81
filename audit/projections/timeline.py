"""What was said in a conversation, in the order in which people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, MetaData, Table, select, update

from audit.domain import call, conversation, ticket
from audit.domain.custody import ErasureExecuted, WordsResealed
from audit.domain.customer import TieCorrected
from audit.projections.columns import (
    PLACE,
    erased_column,
    is_erased,
    moment_of,
    order_columns,
    order_values,
    personal,
    position_column,
    reading_order,
    text_of,
    word,
)
from audit.projections.copies import standing, text_in, words_of
from audit.projections.portions import portions
from audit.projections.projection import forget
from audit.projections.staff_names import StaffNames

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from audit.domain.event import Event, Record
    from audit.projections.writer import Writer


class _Shown(NamedTuple):
    """How an event stands in a transcript: its kind, the field with its words, and the code beside them."""

    kind: str
    words: str = ""
    code: str = ""


_SHOWN: Final[dict[type[Event], _Shown]] = {
    conversation.ConversationOpened: _Shown("opened", "title", "channel"),
    conversation.ParticipantJoined: _Shown("joined", "name", "part"),
    conversation.ParticipantLeft: _Shown("left", "name", "part"),
    conversation.MessagePosted: _Shown("message", "text", "channel"),
    conversation.MessageEditedAtSource: _Shown("edit", "text"),
    conversation.MessageDeletedAtSource: _Shown("deletion", "reason"),
    conversation.NoteWritten: _Shown("note", "text"),
    conversation.AttachmentKept: _Shown("attachment", "name", "media_type"),
    conversation.TranscriptSent: _Shown("transcript", "address", "how"),
    conversation.ConversationEnded: _Shown("ended", "", "outcome"),
    conversation.SatisfactionRated: _Shown("rated", "comment", "score"),
    conversation.ConversationMissing: _Shown("missing", "", "reason"),
    call.CallOffered: _Shown("call-offered", "", "queue"),
    call.PromptPlayed: _Shown("prompt", "text", "prompt"),
    call.InputGiven: _Shown("input", "value", "prompt"),
    call.CallRungUnanswered: _Shown("call-rung-unanswered", "", "queue"),
    call.CallAnswered: _Shown("call-answered", "", "queue"),
    call.CallHeld: _Shown("call-held"),
    call.CallResumed: _Shown("call-resumed"),
    call.CallTransferred: _Shown("call-transferred", "number", "how"),
    call.CallAbandoned: _Shown("call-abandoned", "", "queue"),
    call.CallEnded: _Shown("call-ended", "", "outcome"),
    call.CallbackAsked: _Shown("callback-asked", "number", "queue"),
    call.RecordingNoticeGiven: _Shown("recording-notice", "", "how"),
    call.RecordingKept: _Shown("recording", "name", "media_type"),
    ticket.TicketOpened: _Shown("ticket-opened", "subject", "category"),
}
_REVISIONS: Final = frozenset({"edit", "deletion"})
PARTS: Final = {shown.kind: shown.words for shown in _SHOWN.values() if shown.words}
"""The part of an event that holds the text of a line, by the kind of the line."""


class _Itself(NamedTuple):
    """An event among its copies."""

    position: int
    erased: bool
    corrects: bool = False


@dataclass(frozen=True, kw_only=True)
class Version:
    """A wording of a message, or its deletion at the source; ``text`` is None where the words are erased."""

    event: int
    kind: str
    at: datetime
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a transcript. ``text`` is the newest wording, ``versions`` all of a message's, the first one first.

    ``code`` says more in one word: the channel, the queue, the outcome. ``deleted`` is at the source; here it stays.
    """

    event: int
    kind: str
    at: datetime
    role: str
    author: str | None
    text: str | None
    versions: tuple[Version, ...]
    code: str | None
    actor: UUID | None
    deleted: bool
    erased: bool


class Timeline:
    """Lines of transcripts; edits and deletions stand beside their message and meet it when it is read."""

    name: ClassVar[str] = "timeline"
    version: ClassVar[int] = 2

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.entries = Table(
            f"timeline{suffix}",
            self.metadata,
            position_column(),
            *order_columns(),
            word("conversation", index=True),
            word("revises", index=True),
            word("kind"),
            word("role"),
            word("actor"),
            personal("author"),
            personal("text"),
            word("code"),
            erased_column(),
        )
        self.copies = Table(
            f"timeline_copies{suffix}",
            self.metadata,
            position_column(),
            Column("original", PLACE, index=True),
            Column("corrects", Boolean, nullable=False),
            personal("author"),
            personal("text"),
            erased_column(),
        )
        self._staff = StaffNames(self.metadata, f"timeline_staff{suffix}")

    def apply(self, db: Writer, record: Record) -> None:
        event = record.event
        shown = _SHOWN.get(type(event))
        if shown is not None:
            self._show(db, record, shown)
            return
        match event:
            case ErasureExecuted():
                forget(db, self.metadata, event)
            case WordsResealed():
                self._copy(db, record, event.position, corrects=False)
            case TieCorrected():
                self._correct(db, record, event)
            case _:
                self._staff.apply(db, record)

    def _show(self, db: Writer, record: Record, shown: _Shown) -> None:
        event, stamp = record.event, record.stamp
        place = stamp.tie("conversation")
        of = stamp.tie("of")
        if place is None and of is None:
            return
        code = getattr(event, shown.code) if shown.code else None
        row = {
            "position": record.position,
            **order_values(record),
            "conversation": place.hex if place else None,
            "revises": of.hex if of else None,
            "kind": shown.kind,
            "role": stamp.role,
            "actor": stamp.actor.hex if stamp.actor else None,
            "author": text_of(getattr(event, "author", None)),
            "text": text_of(getattr(event, shown.words)) if shown.words else None,
            "code": None if code is None else str(code),
            "erased": is_erased(record),
        }
        db.insert(self.entries, row)

    def _copy(self, db: Writer, record: Record, original: int, *, corrects: bool) -> None:
        """Keep words that were sealed again, under the field in which the original had them."""
        kind = db.execute(select(self.entries.c.kind).where(self.entries.c.position == original)).scalar()
        words = words_of(record.event)
        row = {
            "position": record.position,
            "original": original,
            "corrects": corrects,
            "author": text_in(words, "author"),
            "text": text_in(words, PARTS.get(kind or "", "")),
            "erased": is_erased(record),
        }
        db.insert(self.copies, row)

    def _correct(self, db: Writer, record: Record, event: TieCorrected) -> None:
        right = record.stamp.tie("conversation")
        if event.kind == "conversation" and right:
            moved = update(self.entries).where(self.entries.c.position == event.position)
            db.execute(moved.values(conversation=right.hex))
        if event.words is not None:
            self._copy(db, record, event.position, corrects=True)

    # -- asking --

    def read(self, db: Connection, place: UUID) -> list[Entry]:
        """Return the transcript of a conversation."""
        return self.read_all(db, [place])[place]

    def read_all(self, db: Connection, places: Collection[UUID]) -> dict[UUID, list[Entry]]:
        """Return the transcripts of several conversations, asked for together."""
        found = self._rows(db, [place.hex for place in places])
        every = [row for rows in found.values() for row in rows]
        copies = self._copies(db, every)
        names = self._staff.of(db, (row.actor for row in every if row.actor))
        return {place: _told(found[place.hex], copies, names) for place in places}

    def _rows(self, db: Connection, places: Collection[str]) -> dict[str, list[Any]]:
        """Return the rows of each conversation, and those that only name one of its messages, in reading order."""
        entries = self.entries.c
        found: dict[str, dict[int, Any]] = {place: {} for place in places}
        places_of: dict[str, set[str]] = {}
        for some in portions(sorted(found)):
            for row in db.execute(select(self.entries).where(entries.conversation.in_(some))):
                found[row.conversation][row.position] = row
                places_of.setdefault(row.stream, set()).add(row.conversation)
        for some in portions(sorted(places_of)):
            for row in db.execute(select(self.entries).where(entries.revises.in_(some))):
                for place in places_of[row.revises]:
                    if row.conversation in {None, place}:
                        found[place][row.position] = row
        return {place: sorted(rows.values(), key=reading_order) for place, rows in found.items()}

    def _copies(self, db: Connection, rows: Iterable[Any]) -> dict[int, Any]:
        """Return the copy that stands in for each event that has one."""
        found: dict[int, list[Any]] = {}
        for some in portions([row.position for row in rows]):
            for copy in db.execute(select(self.copies).where(self.copies.c.original.in_(some))):
                found.setdefault(copy.original, []).append(copy)
        chosen = {}
        for row in rows:
            if row.position in found:
                chosen[row.position] = standing([_Itself(row.position, row.erased), *found[row.position]])
        return {position: copy for position, copy in chosen.items() if not isinstance(copy, _Itself)}


def _told(rows: Sequence[Any], copies: dict[int, Any], names: dict[str, str]) -> list[Entry]:
    """Return what a conversation's rows tell: an edit or deletion is part of its message, where that is here."""
    heads = {row.stream for row in rows if row.kind == "message"}
    revisions: dict[str, list[Any]] = {}
    for row in rows:
        if row.kind in _REVISIONS and row.revises in heads:
            revisions.setdefault(row.revises, []).append(row)
    told = [row for row in rows if row.kind not in _REVISIONS or row.revises not in heads]
    return [_entry(row, revisions.get(row.stream, []), copies, names) for row in told]


def _entry(row: Any, revisions: Sequence[Any], copies: dict[int, Any], names: dict[str, str]) -> Entry:
    versions = tuple(_version(each, copies) for each in (row, *revisions)) if row.kind == "message" else ()
    wordings = [version for version in versions if version.kind != "deletion"]
    copy = copies.get(row.position)
    return Entry(
        event=row.position,
        kind=row.kind,
        at=moment_of(row.at, row.zone),
        role=row.role,
        author=(copy.author if copy is not None else row.author) or (names.get(row.actor) if row.actor else None),
        text=wordings[-1].text if wordings else _text(row, copies),
        versions=versions,
        code=row.code,
        actor=UUID(hex=row.actor) if row.actor else None,
        deleted=len(wordings) < len(versions),
        erased=row.erased if copy is None else copy.erased,
    )


def _version(row: Any, copies: dict[int, Any]) -> Version:
    return Version(event=row.position, kind=row.kind, at=moment_of(row.at, row.zone), text=_text(row, copies))


def _text(row: Any, copies: dict[int, Any]) -> str | None:
    copy = copies.get(row.position)
    text: str | None = copy.text if copy is not None else row.text
    return text
