"""Messages, their edits and deletions, conversations and notes, as our interchange writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.domain.conversation import (
    ConversationEnded,
    ConversationOpened,
    MessageDeletedAtSource,
    MessageEditedAtSource,
    MessagePosted,
    NoteWritten,
    SatisfactionRated,
)
from audit.domain.event import Personal
from audit.domain.names import ItemName
from audit.intake.interchange.telling import Telling, telling
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from audit.intake.interchange.line import Line

_DIRECTIONS = {None, "inbound", "outbound"}


def message(line: Line) -> Telling:
    """Tell of a message; with a ``revision`` it is a later state of one, tied to the first by ``of``."""
    direction = direction_of(line)
    told = telling(line, role="agent" if direction == "outbound" else "customer")
    author = told.speaker.name
    told.add(
        MessagePosted(
            text=Personal(line.needed("text")),
            channel=line.code("channel"),
            direction=direction,
            language=line.code("language"),
            author=None if author is None else Personal(author),
            subject=line.words("subject"),
            html=line.words("html"),
            automatic=bool(line.flag("automatic")),
        ),
        of=ItemName("message", line.source, line.id) if line.revision is not None else None,
    )
    return told


def message_edit(line: Line) -> Telling:
    told = telling(line)
    told.add(MessageEditedAtSource(text=Personal(line.needed("text"))), of=edited(line))
    return told


def message_delete(line: Line) -> Telling:
    told = telling(line)
    told.add(MessageDeletedAtSource(reason=line.words("reason")), of=edited(line))
    return told


def edited(line: Line) -> ItemName:
    """Return the message a line belongs to."""
    return ItemName("message", line.source, line.needed_id("of"))


def conversation(line: Line) -> Telling:
    told = telling(line, conversation=line.id)
    title = line.words("title") if line.has("title") else line.words("subject")
    told.add(
        ConversationOpened(
            channel=line.code("channel") or "unknown",
            direction=direction_of(line),
            purpose=line.code("purpose"),
            title=title,
        )
    )
    _ending(line, told)
    _satisfaction(line, told)
    return told


def note(line: Line) -> Telling:
    told = telling(line, role="agent")
    told.add(NoteWritten(text=Personal(line.needed("text"))))
    return told


def direction_of(line: Line) -> str | None:
    direction = line.code("direction")
    if direction not in _DIRECTIONS:
        raise NotTaken("direction is neither inbound nor outbound")
    return direction


def _ending(line: Line, told: Telling) -> None:
    ended_at, outcome = line.moment("ended_at"), line.code("outcome")
    if ended_at is not None and ended_at < line.at:
        raise NotTaken("ended_at is before at")
    if ended_at is not None or outcome is not None:
        told.add(ConversationEnded(outcome=outcome), at=ended_at)


def _satisfaction(line: Line, told: Telling) -> None:
    given: Any = line.value("rating") if line.has("rating") else line.value("satisfaction")
    if given is None:
        return
    rating = given if isinstance(given, dict) else {"score": given}
    if rating.keys() - {"score", "out_of", "comment"}:
        raise NotTaken("rating has a field besides score, out_of and comment")
    score, out_of, comment = rating.get("score"), rating.get("out_of"), rating.get("comment")
    if type(score) is not int or not isinstance(out_of, int | None) or not isinstance(comment, str | None):
        raise NotTaken("rating is no score, a whole number")
    told.add(
        SatisfactionRated(score=score, out_of=out_of, comment=None if comment is None else Personal(comment)),
        at=line.moment("ended_at"),
    )
