"""Names of streams: the same for ever, apart for what is apart, and silent about who it is."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain.names import ItemName, Names

N = UUID("7b0d1f6e-2f3c-4c55-9d7c-0b8a43f6f0aa")
names = Names(N)
message = ItemName("message", "chat", "m1")


def test_a_witnessed_stream_is_named_by_its_item_and_the_fact_it_tells() -> None:
    expected = uuid5(N, '["witnessed","message","chat","m1",null,"message.posted",0]')
    assert names.witnessed(message, "message.posted", 0) == expected


def test_a_tie_points_at_the_decided_stream() -> None:
    assert names.tie("ticket", "T-1") == names.decided("ticket", "T-1") == uuid5(N, '["decided","ticket","","T-1"]')


def test_whoever_plays_a_part_is_tied_as_the_person_they_are() -> None:
    assert names.tie("representative", "rasa") == names.tie("linked", "rasa") == names.tie("customer", "rasa")
    assert names.tie("technician", "ona") == names.tie("staff", "ona")


def test_letters_of_every_language_name_a_stream_as_they_are() -> None:
    assert names.tie("customer", "Žydrė") == uuid5(N, '["decided","customer","","Žydrė"]')


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
items = st.tuples(st.builds(ItemName, words, words, words, st.none() | words), words, st.integers(0, 9))


@settings(deadline=None)
@given(items, items)
def test_two_facts_have_one_stream_only_when_they_are_the_same(
    one: tuple[ItemName, str, int], other: tuple[ItemName, str, int]
) -> None:
    assert (names.witnessed(*one) == names.witnessed(*other)) == (one == other)


def test_another_archive_gives_other_names() -> None:
    assert Names(UUID(int=1)).tie("customer", "rasa") != names.tie("customer", "rasa")
