"""``onrecord tags``: what reviewers note on events that were found, one or many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.remarking import found_by, must_review, remark
from audit.bootstrap.withheld import Hiding, hiding_from_reader, shown_words
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain import hit_review, review
from audit.domain.access import RecordViewed
from audit.domain.errors import WrongUse
from audit.domain.event import Personal
from audit.projections.directory import Directory
from audit.projections.tags import Tags
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.event import Event
    from audit.projections.tags import Reviewed

Tag = Annotated[str, typer.Argument(help="A code, like fee-dispute.", show_default=False)]
Words = Annotated[str, typer.Argument(help="The comment.", show_default=False)]
Login = Annotated[str, typer.Argument(help="Who is to look; nobody, to take the task away.", show_default=False)]
Outcome = Annotated[str, typer.Argument(help=f"One of {', '.join(hit_review.OUTCOMES)}.", show_default=False)]
Events = Annotated[list[int] | None, typer.Option("--event", min=1, help="An event; may be given again.")]
Query = Annotated[str | None, typer.Option("--query", help="Everything that this search finds.")]
Note = Annotated[str | None, typer.Option("--note", help="What is to be said with it.")]
WithTag = Annotated[str | None, typer.Option("--tag", help="Only events with this tag.")]
Decided = Annotated[str | None, typer.Option("--decided", help="Only events decided so.")]
Assigned = Annotated[str | None, typer.Option("--assigned", help="Only what this user is to look at.")]

_NOBODY: Final = "nobody"


def add(session: Session, tag: Tag, event: Events = None, query: Query = None, note: Note = None) -> Answer:
    """Put a tag on events."""
    words, asked = _personal(note), _personal(query)
    return _remark(session, event, query, lambda place: review.tag_hit(place, tag=tag, query=asked, note=words))


def remove(session: Session, tag: Tag, event: Events = None, query: Query = None, note: Note = None) -> Answer:
    """Take a tag off events; that it was there stays on record."""
    return _remark(session, event, query, lambda place: hit_review.untag_hit(place, tag=tag, note=_personal(note)))


def comment(session: Session, words: Words, event: Events = None, query: Query = None) -> Answer:
    """Comment on events."""
    return _remark(session, event, query, lambda place: hit_review.comment_on_hit(place, comment=Personal(words)))


def assign(session: Session, whom: Login, event: Events = None, query: Query = None, note: Note = None) -> Answer:
    """Say who is to look at events."""
    to = None if whom == _NOBODY else whom
    return _remark(
        session, event, query, lambda place: hit_review.SearchHitAssigned(position=place, note=_personal(note)), to=to
    )


def decide(session: Session, outcome: Outcome, event: Events = None, query: Query = None, note: Note = None) -> Answer:
    """Decide what events are for the matter; productions go by the newest decision."""
    words, asked = _personal(note), _personal(query)
    return _remark(
        session, event, query, lambda place: hit_review.decide_hit(place, outcome=outcome, query=asked, note=words)
    )


def show(session: Session, tag: WithTag = None, decided: Decided = None, assigned: Assigned = None) -> Answer:
    """List the events that were tagged, commented on, assigned or decided upon."""
    with session.house() as house:
        by = session.actor(house)
        position = session.caught_up(house)
        staff = house.archive.names.tie("staff", assigned) if assigned is not None else None
        with house.views.reading(Tags) as (db, tags):
            found = [one for one in tags.all(db).values() if _is_asked_for(one, tag, decided, staff)]
        with house.views.reading(Directory) as (db, directory):
            names = directory.names(db)
        shown = persons(_persons(house, found))
        viewed = RecordViewed(what="tags", count=len(found), position=position, why=purpose(by), persons=shown)
        house.archive.note(viewed, by)
        hiding = hiding_from_reader(house, by.role)
    facts: dict[str, Any] = {"position": position, "events": [_facts(one, names, hiding) for one in found]}
    return Answer(facts=facts, words="\n".join(map(_line, facts["events"])) or "Nothing was noted on any event.")


def _remark(  # the same for every kind of remark
    session: Session,
    events: list[int] | None,
    query: str | None,
    make: Callable[[int], Event],
    *,
    to: str | None = None,
) -> Answer:
    if (query is None) == (not events):
        raise WrongUse("Say which events: by --event, which may be given again, or by what a --query finds.")
    with session.house() as house:
        by = session.actor(house)
        must_review(house, by, to)
        head = session.caught_up(house)
        places = found_by(house, by, query) if query is not None else sorted(set(events or ()))
        with session.progress("noting", len(places)) as on_progress:
            done = remark(house, by, places, make, to=to, on_progress=on_progress)
    return Answer(facts={"events": done, "position": head}, words=f"Noted on {done} events.")


def _is_asked_for(one: Reviewed, tag: str | None, decided: str | None, staff: UUID | None) -> bool:
    return (
        (tag is None or tag in one.tags)
        and (decided is None or one.decided == decided)
        and (staff is None or one.assigned == staff)
    )


def _persons(house: House, found: Iterable[Reviewed]) -> set[str]:
    """Return whose events these are: their ties, as this list has no ids as written."""
    with house.views.reading(Ties) as (db, ties):
        return {str(tied) for one in found for kind, tied in ties.of(db, one.event) if kind == "customer"}


def _facts(one: Reviewed, names: dict[UUID, str], hiding: Hiding) -> dict[str, Any]:
    return {
        "event": one.event,
        "tags": list(one.tags),
        "decided": one.decided,
        "assigned": _name(one.assigned, names),
        "remarks": [
            {
                "at": each.at.isoformat(),
                "by": _name(each.by, names),
                "kind": each.kind,
                "text": shown_words(each.text, one.event, hiding),
            }
            for each in one.remarks
        ],
    }


def _name(staff: UUID | None, names: dict[UUID, str]) -> str | None:
    return None if staff is None else names.get(staff, str(staff))


def _line(one: Any) -> str:
    said = [*one["tags"], *([one["decided"]] if one["decided"] else [])]
    said += [f"for {one['assigned']}"] if one["assigned"] else []
    said += [f"{each['by']}: {each['text']}" for each in one["remarks"]]
    return f"#{one['event']} {'; '.join(said)}"


def _personal(words: str | None) -> Personal | None:
    return Personal(words) if words else None
