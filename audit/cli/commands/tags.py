"""``onrecord tags``: what reviewers note on events that were found, one or many at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.withheld import Hiding, hiding_from_reader, shown_words
from audit.cli.looking import persons, purpose
from audit.cli.session import Answer, Session
from audit.domain import hit_review, review
from audit.domain.access import RecordViewed, SearchMade
from audit.domain.errors import NotAllowed, NotFound, WrongUse
from audit.domain.event import Personal
from audit.projections.directory import Directory
from audit.projections.search.find import Asked, everything
from audit.projections.tags import Tags
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
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

_MAY_REVIEW: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer", "auditor"})
_NOBODY: Final = "nobody"
_OWNERS: Final = ("customer", "conversation", "ticket", "work_order")
_AT_ONCE: Final = 1_000
_ID_BYTES: Final = 16


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
        if by.role not in _MAY_REVIEW:
            raise NotAllowed(f"A {by.role} does not review: ask one of {', '.join(sorted(_MAY_REVIEW))}.")
        if to is not None and not house.archive.stream(house.archive.names.decided("staff", to)):
            raise NotFound(f"{to} is not registered in this archive: see onrecord users list.")
        head = session.caught_up(house)
        places = _found(session, house, by, query) if query is not None else sorted(set(events or ()))
        if outside := [place for place in places if place > head]:
            raise NotFound(f"There is no event {outside[0]}: the archive ends at {head}.")
        with session.progress("noting", len(places)) as on_progress:
            done = _append(house, by, [(place, make(place)) for place in places], to, on_progress)
    return Answer(facts={"events": done, "position": head}, words=f"Noted on {done} events.")


def _found(session: Session, house: House, by: Actor, query: str) -> list[int]:
    """Return what a query finds; that it was searched for is recorded first."""
    asked = Asked(query=query, zone=session.settings.zone)
    hidden = hiding_from_reader(house, by.role).positions
    places, position = everything(house.views, asked, hidden=hidden, tie=house.archive.names.tie)
    house.archive.note(SearchMade(query=Personal(query), count=len(places), position=position, why=purpose(by)), by)
    return places


def _append(
    house: House, by: Actor, made: list[tuple[int, Event]], to: str | None, on_progress: Callable[[int], None]
) -> int:
    """Record the remarks under those whom the events are about, so that they are forgotten together."""
    groups: dict[tuple[tuple[str, UUID], ...], list[Event]] = defaultdict(list)
    with house.views.reading(Ties) as (db, ties):
        for place, event in made:
            groups[tuple(tie for tie in ties.of(db, place) if tie[0] in _OWNERS)].append(event)
    done = 0
    for owners, events in groups.items():
        more: list[tuple[str, str]] = [("staff", to)] if to is not None else []
        for start in range(0, len(events), _AT_ONCE):
            some = events[start : start + _AT_ONCE]
            subject = ("review", house.world.random(_ID_BYTES).hex())
            house.archive.decide(subject, _unfolded, lambda _, some=some: some, by, ties=[*owners, *more])  # type: ignore[misc]  # mypy does not infer a default's type
            done += len(some)
            on_progress(done)
    return done


def _unfolded(state: None, _: object) -> None:
    """Remarks ask for no state: each stands for itself."""
    return state


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
