"""Remarks on events that a search found: tags, comments, who is to look, and decisions, on one event or many."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from audit.bootstrap.withheld import hiding_from_reader
from audit.domain.access import SearchMade
from audit.domain.errors import NotAllowed, NotFound
from audit.domain.event import Personal
from audit.projections.search.find import Asked, everything
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.domain.event import Event

REVIEWERS: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer", "auditor"})
_OWNERS: Final = ("customer", "conversation", "ticket", "work_order")
_AT_ONCE: Final = 1_000
_ID_BYTES: Final = 16


def must_review(house: House, by: Actor, to: str | None = None) -> None:
    """Raise NotAllowed for who does not review, and NotFound where nobody is called ``to``."""
    if by.role not in REVIEWERS:
        raise NotAllowed(f"A {by.role} does not review: ask one of {', '.join(sorted(REVIEWERS))}.")
    if to is not None and not house.archive.stream(house.archive.names.decided("staff", to)):
        raise NotFound(f"{to} is not registered in this archive: see onrecord users list.")


def found_by(house: House, by: Actor, query: str) -> list[int]:
    """Return what a query finds; that it was searched for is recorded first."""
    asked = Asked(query=query, zone=house.settings.zone, now=house.world.clock())
    hidden = hiding_from_reader(house, by.role).positions
    places, position = everything(house.views, asked, hidden=hidden, tie=house.archive.names.tie)
    why = Personal(by.why) if by.why else None
    house.archive.note(SearchMade(query=Personal(query), count=len(places), position=position, why=why), by)
    return places


def remark(  # the same for every kind of remark
    house: House,
    by: Actor,
    places: Sequence[int],
    make: Callable[[int], Event],
    *,
    to: str | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Record a remark on each of these events; return on how many.

    Each lies under those whom its event is about, so that they are forgotten together. The views must have been
    brought to the head. Raises NotAllowed and NotFound.
    """
    must_review(house, by, to)
    with house.views.reading(Ties) as (db, _):
        head = house.views.as_of(db, Ties.name)
    if outside := [place for place in places if not 0 < place <= head]:
        raise NotFound(f"There is no event {outside[0]}: the archive ends at {head}.")
    groups: dict[tuple[tuple[str, UUID], ...], list[Event]] = defaultdict(list)
    with house.views.reading(Ties) as (db, ties):
        for place in places:
            groups[tuple(tie for tie in ties.of(db, place) if tie[0] in _OWNERS)].append(make(place))
    done = 0
    more: list[tuple[str, str]] = [("staff", to)] if to is not None else []
    for owners, events in groups.items():
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
