"""``onrecord timeline``: a transcript, with every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.withheld import hiding_from_reader, shown_entries
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain.access import RecordViewed
from audit.domain.errors import NotFound
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from audit.projections.timeline import Entry

Conversation = Annotated[str, typer.Argument(help="The id of a conversation.", show_default=False)]


def timeline(session: Session, conversation: Conversation) -> Answer:
    """Print a transcript: what was said, by whom, in every version it had."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        tied = house.archive.names.tie("conversation", conversation)
        with house.views.reading(Timeline) as (db, view):
            entries = view.read(db, tied)
        if not entries:
            raise NotFound(f"There is no conversation {conversation}: find one with onrecord search.")
        hiding = hiding_from_reader(house, by.role)
        events = {entry.event for entry in entries} | {one.event for entry in entries for one in entry.versions}
        withheld = len(events & hiding.positions)
        entries = shown_entries(entries, hiding)
        with house.views.reading(Ties) as (db, ties):
            whose = {tie for entry in entries for kind, tie in ties.of(db, entry.event) if kind == "customer"}
        viewed = RecordViewed(what="timeline", count=len(entries), position=position, why=purpose(by))
        customers = [("customer", one) for one in sorted(whose, key=str)]
        house.archive.note(viewed, by, ties=[("conversation", conversation), *customers])
        facts: dict[str, Any] = {
            "conversation": conversation,
            "position": position,
            "events": [_facts(entry) for entry in entries],
        }
        facts["withheld"] = withheld
        return Answer(facts=facts, words="\n".join(_lines(entries, session.settings.zone)))


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "event": entry.event,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "role": entry.role,
        "author": entry.author,
        "text": entry.text,
        "code": entry.code,
        "deleted": entry.deleted,
        "erased": entry.erased,
        "versions": [
            {"event": one.event, "kind": one.kind, "at": one.at.isoformat(), "text": one.text} for one in entry.versions
        ],
    }


def _lines(entries: Iterable[Entry], zone: ZoneInfo) -> Iterable[str]:
    day = ""
    for entry in entries:
        at = entry.at.astimezone(zone)
        if (today := f"{at:%Y-%m-%d}") != day:
            day = today
            yield f"-- {day} ({zone.key})"
        who = f"{entry.role} {entry.author}" if entry.author else entry.role
        yield f"#{entry.event} {at:%H:%M:%S} {who}: {_said(entry)}"
        for version in entry.versions[:-1] if len(entry.versions) > 1 else ():
            yield f"      earlier, #{version.event} {version.at.astimezone(zone):%Y-%m-%d %H:%M:%S}: {version.text}"


def _said(entry: Entry) -> str:
    if entry.erased:
        return "[erased]"
    mark = " [deleted at the source]" if entry.deleted else ""
    return (entry.text or f"[{' '.join(filter(None, (entry.kind, entry.code)))}]") + mark
