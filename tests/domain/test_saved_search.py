"""A search is saved once, changed by its owner, and tells of each new match once."""

from __future__ import annotations

from uuid import UUID

from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.saved_search import (
    TOLD_MAX,
    NotYourSearch,
    SavedSearch,
    SearchAlerted,
    SearchAlreadyDropped,
    SearchAlreadySaved,
    SearchChanged,
    SearchDropped,
    SearchSaved,
    alert,
    change,
    drop,
    evolve,
    save,
)
from audit.domain.wording import WordsMissing
from tests.domain.given import given

ONE, OTHER = UUID(int=1), UUID(int=2)
saved = SearchSaved(title=Personal("Fees"), query=Personal("fee"), position=10, alert=True)
changed = SearchChanged(title=Personal("Fees"), query=Personal("fee OR charge"), position=20, alert=True)
dropped = SearchDropped()


def test_a_name_stands_for_one_search_until_it_is_dropped() -> None:
    given(evolve, []).when(save, saved=saved).then(saved)
    given(evolve, [saved]).when(save, saved=saved).then_refused(SearchAlreadySaved)
    given(evolve, [saved, dropped]).when(save, saved=saved).then(saved)


def test_a_search_needs_words() -> None:
    empty = SearchSaved(title=Personal("Fees"), query=Personal(" "), position=1)
    given(evolve, []).when(save, saved=empty).then_refused(WordsMissing)


def test_only_its_owner_changes_or_drops_it() -> None:
    given(evolve, [saved]).when(change, changed=changed, owner=ONE, by=ONE).then(changed)
    given(evolve, [saved]).when(change, changed=changed, owner=ONE, by=OTHER).then_refused(NotYourSearch)
    given(evolve, [saved]).when(drop, reason=None, owner=ONE, by=OTHER).then_refused(NotYourSearch)
    given(evolve, [saved]).when(drop, reason=None, owner=None, by=OTHER).then(dropped)
    given(evolve, []).when(drop, reason=None, owner=None, by=ONE).then_refused(NotFound)
    given(evolve, [saved, dropped]).when(drop, reason=None, owner=None, by=ONE).then_refused(SearchAlreadyDropped)


def test_a_match_is_told_of_once() -> None:
    told = SearchAlerted(after=10, upto=30, count=2, spans=("12-13",))
    given(evolve, [saved]).when(alert, matches=[9, 10, 12, 13, 31], upto=30).then(told)
    given(evolve, [saved, told]).when(alert, matches=[12, 13], upto=30).then()
    later = SearchAlerted(after=30, upto=40, count=1, spans=("31",))
    given(evolve, [saved, told]).when(alert, matches=[12, 13, 31], upto=40).then(later)


def test_very_many_matches_are_told_of_in_several_events() -> None:
    matches = range(11, 11 + TOLD_MAX + 1)
    one, other = alert(SavedSearch(alert=True, told=10), matches=matches, upto=9_999)
    assert (one.count, one.upto, other.after, other.count, other.upto) == (
        TOLD_MAX, 10 + TOLD_MAX, 10 + TOLD_MAX, 1, 9_999,
    )  # fmt: skip


def test_nobody_is_told_who_did_not_ask() -> None:
    quiet = SearchSaved(title=Personal("Fees"), query=Personal("fee"), position=10)
    for history in ([], [quiet], [saved, dropped]):
        given(evolve, history).when(alert, matches=[12], upto=30).then()


def test_a_changed_query_begins_anew() -> None:
    later = SearchAlerted(after=20, upto=30, count=1, spans=("21",))
    given(evolve, [saved, changed]).when(alert, matches=[15, 21], upto=30).then(later)
