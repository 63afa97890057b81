"""Planning: what a production holds, found in the views at one position, before any of it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit.domain.errors import Unavailable
from audit.domain.hit_review import NOT_RESPONSIVE, PRIVILEGED
from audit.projections.families import families_of
from audit.projections.search.find import Asked, everything
from audit.projections.search.index import Index
from audit.projections.tags import Tags
from audit.projections.ties import Ties
from audit.projections.timeline import Timeline
from audit.projections.withholdings import Hidden, hides_all
from audit.reports.production.model import Plan, Standing

if TYPE_CHECKING:
    from audit.projections.families import Family
    from audit.projections.search.resolving import Tie
    from audit.projections.tags import Reviewed
    from audit.projections.views import Views

_REASONS: Final = {PRIVILEGED: "legal-privilege", NOT_RESPONSIVE: "not-responsive"}
"""Decisions of reviewers that keep an event back, and the reason that is given for it."""
_SPOKEN: Final = frozenset({"message", "note"})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for: the matches of a query up to a position; with a tag or a decision, those that have it.

    ``context`` is how many lines before and after a hit come along, ``hidden`` what is withheld of each event, and
    ``unsearchable`` the events that are withheld from who asks: their words find nothing and are not counted.
    """

    asked: Asked
    position: int
    tag: str | None = None
    decided: str | None = None
    context: int = 0
    hidden: Mapping[int, Sequence[Hidden]] = field(default_factory=dict)
    unsearchable: Collection[int] = ()


def plan(views: Views, wanted: Wanted, *, tie: Tie | None = None) -> Plan:
    """Return what the production will hold. Raises QueryError, and Unavailable while the views are behind."""
    found, known_to = everything(views, wanted.asked, hidden=wanted.unsearchable, tie=tie)
    matched = [position for position in found if position <= wanted.position]
    reviewed = _reviewed(views)
    hits = {one for one in matched if _passes(reviewed.get(one), wanted)}
    with views.reading(Ties) as (db, ties):
        reached = min(known_to, views.as_of(db, Ties.name))
        if reached < wanted.position:
            raise Unavailable(f"The views stand at event {reached} and not yet at {wanted.position}: try again.")
        families = families_of(db, ties, hits, upto=wanted.position)
        found_with = {member for family in families for member in family.members}
        around = _around(views, families, hits, wanted) - found_with if wanted.context else set()
        families = families_of(db, ties, found_with | around, upto=wanted.position)
    hidden = wanted.hidden
    standing = {member: _standing(member, family, hits, found_with) for family in families for member in family.members}
    return Plan(
        families=tuple(families),
        standing=standing,
        matched=len(matched),
        position=wanted.position,
        withheld=_withheld(families, reviewed, hidden),
        cuts={one: tuple(within) for one, within in hidden.items() if one in standing and not hides_all(within)},
        faults=_faults(views, wanted.position, len([one for one in wanted.unsearchable if one <= wanted.position])),
        unsearched=_unsearched(views),
    )


def _reviewed(views: Views) -> dict[int, Reviewed]:
    with views.reading(Tags) as (db, tags):
        return tags.all(db)


def _passes(reviewed: Reviewed | None, wanted: Wanted) -> bool:
    if wanted.tag is not None and (reviewed is None or wanted.tag not in reviewed.tags):
        return False
    return wanted.decided is None or (reviewed is not None and reviewed.decided == wanted.decided)


def _standing(member: int, family: Family, hits: Collection[int], found_with: Collection[int]) -> Standing:
    if member in hits:
        return Standing.HIT
    return Standing.FAMILY if family.head in found_with else Standing.CONTEXT


def _around(views: Views, families: list[Family], hits: Collection[int], wanted: Wanted) -> set[int]:
    """Return the lines before and after each hit in its conversation, as many as are asked for."""
    conversations = {family.conversation for family in families if family.conversation}
    wider: set[int] = set()
    with views.reading(Timeline) as (db, timeline):
        for conversation in sorted(conversations):
            lines = [
                entry
                for entry in timeline.read(db, UUID(hex=conversation))
                if entry.kind in _SPOKEN and entry.event <= wanted.position
            ]
            for place, entry in enumerate(lines):
                if entry.event in hits or any(version.event in hits for version in entry.versions):
                    near = lines[max(0, place - wanted.context) : place + wanted.context + 1]
                    wider.update(one.event for one in near)
    return wider


def _withheld(
    families: list[Family], reviewed: Mapping[int, Reviewed], hidden: Mapping[int, Sequence[Hidden]]
) -> dict[int, str]:
    """Return what is kept back whole, and why; what belongs to a message shares its secrecy."""
    withheld: dict[int, str] = {}
    for family in families:
        head = _reason(family.head, reviewed, hidden)
        for member in family.members:
            reason = head or _reason(member, reviewed, hidden)
            if reason:
                withheld[member] = reason
    return withheld


def _reason(event: int, reviewed: Mapping[int, Reviewed], hidden: Mapping[int, Sequence[Hidden]]) -> str | None:
    whole = [one.reason for one in hidden.get(event, ()) if hides_all([one])]
    if whole:
        return whole[0]
    decided = reviewed[event].decided if event in reviewed else None
    return _REASONS.get(decided) if decided else None


def _faults(views: Views, position: int, unsearched: int) -> tuple[str, ...]:
    """Return why the result may lack something: what who asks may not search, records that a view could not take."""
    faults = []
    if unsearched:
        faults.append(
            f"{unsearched} events are withheld from who asked and were not searched: a compliance officer can."
        )
    for view, what in (
        (Index, "searched"),
        (Ties, "tied to what they belong to"),
        (Tags, "looked up among the decisions"),
    ):
        with views.reading(view) as (db, _):
            unread = [one for one in views.unread(db, view.name) if one <= position]
        if unread:
            named = ", ".join(map(str, unread[:20])) + (" …" if len(unread) > 20 else "")  # noqa: PLR2004  # a line
            faults.append(f"{len(unread)} events could not be {what} ({named}): run onrecord doctor.")
    return tuple(faults)


def _unsearched(views: Views) -> Mapping[str, int]:
    """Return how many attachments have no text that could be searched, by reason."""
    with views.reading(Index) as (db, index):
        return dict(sorted(index.attachments.reasons(db, index.messages).items()))
