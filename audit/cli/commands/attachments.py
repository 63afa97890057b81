"""``onrecord attachments``: how much of what came as a file is searched, and which files could not be read and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.withheld import Hiding, hiding_from_reader, shown_words
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.projections.attachments.verdict import REASONS
from audit.projections.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.projections.search.attachments import Unread

Listed = Annotated[bool, typer.Option("--unread", help="List the files that could not be read, the newest first.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")]


def attachments(session: Session, unread: Listed = False, limit: Limit = 100) -> Answer:
    """Count the attachments that are searched by their text, and those that could not be read, by reason."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        with house.views.reading(Index) as (db, index):
            reasons = index.attachments.reasons(db, index.messages)
            searched = index.attachments.searched(db, index.messages)
            found = index.attachments.unread(db, index.messages, limit=limit) if unread else []
        if unread:
            shown = persons({one.customer for one in found if one.customer})
            viewed = RecordViewed(
                what="attachments", count=len(found), position=position, why=purpose(by), persons=shown
            )
            house.archive.note(viewed, by)
        found = _shown(found, hiding_from_reader(house, by.role))
    facts: dict[str, Any] = {"position": position, "searched": searched, "reasons": reasons}
    if unread:
        facts["unread"] = [_facts(one) for one in found]
    return Answer(facts=facts, words=_words(searched, reasons, found))


def _shown(found: list[Unread], hiding: Hiding) -> list[Unread]:
    return [replace(one, name=shown_words(one.name, one.event, hiding)) for one in found]


def _facts(one: Unread) -> dict[str, Any]:
    return {
        "event": one.event,
        "customer": one.customer,
        "name": one.name,
        "media_type": one.media_type,
        "length": one.length,
        "reason": one.reason,
        "words": REASONS[one.reason],
    }


def _words(searched: int, reasons: Mapping[str, int], found: list[Unread]) -> str:
    lines = [f"{searched} attachments are searched, by their name or text."]
    lines += [f"{count} not, or not completely: {REASONS[reason]}." for reason, count in reasons.items()]
    lines += [
        f"#{one.event} {one.name or '(no name)'} ({one.media_type or 'of no type'}): {REASONS[one.reason]}"
        for one in found
    ]
    return "\n".join(lines)
