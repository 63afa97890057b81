"""A saved search: a query somebody keeps under a name, and the alerts that new matches give, each match once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

from audit.domain.errors import NotFound, Refused
from audit.domain.event import Event, Personal
from audit.domain.spans import spans_of
from audit.domain.wording import require_words

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class SearchSaved(Event):
    """The owner is who acts. ``alert`` asks to be told of matches that come after ``position``."""

    TOPIC = "search.saved"
    OWN_KEY = True
    title: Personal
    query: Personal
    position: int
    alert: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchChanged(Event):
    """What the search is from now on; matches up to ``position`` are no news."""

    TOPIC = "search.changed"
    OWN_KEY = True
    title: Personal
    query: Personal
    position: int
    alert: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchDropped(Event):
    TOPIC = "search.dropped"
    OWN_KEY = True
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class SearchAlerted(Event):
    """``count`` matches came after one position and up to another; ``spans`` are their positions.

    Of very many only the first are told here, up to the last of them, and the next alert goes on behind it.
    """

    TOPIC = "search.alerted"
    OWN_KEY = True
    after: int
    upto: int
    count: int
    spans: tuple[str, ...]


SavedSearchEvent: TypeAlias = SearchSaved | SearchChanged | SearchDropped | SearchAlerted

TOLD_MAX: Final = 2_500
"""So many positions fit into one event."""


class SearchAlreadySaved(Refused):
    """A name stands for one saved search."""


class SearchAlreadyDropped(Refused):
    """A dropped search is not used any more."""


class NotYourSearch(Refused):
    """A saved search is changed by its owner."""


@dataclass(frozen=True)
class SavedSearch:
    """``told`` is the position up to which matches are no news."""

    alert: bool
    told: int
    dropped: bool = False


def evolve(search: SavedSearch | None, event: SavedSearchEvent) -> SavedSearch:
    """Return the saved search as it stands after the event. Decides nothing."""
    match event:
        case SearchSaved() | SearchChanged():
            return SavedSearch(alert=event.alert, told=event.position)
        case SearchDropped():
            assert search is not None, "a saved search begins by being saved"
            return replace(search, dropped=True)
        case SearchAlerted(upto=upto):
            assert search is not None, "a saved search begins by being saved"
            return replace(search, told=upto)
        case _:
            assert_never(event)


def save(search: SavedSearch | None, *, saved: SearchSaved) -> SearchSaved:
    """Keep a query under a name; the name of a dropped one may be used again."""
    if search is not None and not search.dropped:
        raise SearchAlreadySaved("There is a saved search of this name: change that one, or take another name.")
    require_words(saved.title, "what the search is for")
    require_words(saved.query, "what is searched for")
    return saved


def change(search: SavedSearch | None, *, changed: SearchChanged, owner: UUID | None, by: UUID) -> SearchChanged:
    """Let the owner put another query, title or wish for alerts in place of the old one.

    ``owner`` is the actor in the stamp of its saving, None where whoever acts may change the searches of others.
    """
    _must_be_theirs(_existing(search), owner, by)
    require_words(changed.title, "what the search is for")
    require_words(changed.query, "what is searched for")
    return changed


def drop(search: SavedSearch | None, *, reason: Personal | None, owner: UUID | None, by: UUID) -> SearchDropped:
    """Let the owner give the search up; what was told of it stays on record."""
    _must_be_theirs(_existing(search), owner, by)
    return SearchDropped(reason=reason)


def alert(search: SavedSearch | None, *, matches: Collection[int], upto: int) -> tuple[SearchAlerted, ...]:
    """Tell of the matches that came after what was told before, up to a position; of none when there are none.

    Whoever comes second finds nothing left to tell, so that each match is told once.
    """
    if search is None or search.dropped or not search.alert:
        return ()
    fresh = sorted({one for one in matches if search.told < one <= upto})
    told, after = [], search.told
    for start in range(0, len(fresh), TOLD_MAX):
        some = fresh[start : start + TOLD_MAX]
        last = upto if start + TOLD_MAX >= len(fresh) else some[-1]
        told.append(SearchAlerted(after=after, upto=last, count=len(some), spans=spans_of(some)))
        after = last
    return tuple(told)


def _existing(search: SavedSearch | None) -> SavedSearch:
    if search is None:
        raise NotFound("There is no saved search of this name: look at onrecord searches list.")
    if search.dropped:
        raise SearchAlreadyDropped("This saved search was dropped: save it anew.")
    return search


def _must_be_theirs(_: SavedSearch, owner: UUID | None, by: UUID) -> None:
    if owner is not None and owner != by:
        raise NotYourSearch("This search was saved by somebody else: save one of your own, or ask its owner.")
