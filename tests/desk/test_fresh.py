"""Wordings the desk was once measured on: it still lists what is taken out of them."""

from __future__ import annotations

import pytest

from audit.projections.desk.ways_in import told_of
from tests.desk.fresh.tickets import measured


@pytest.mark.long
@pytest.mark.parametrize(("name", "least"), [("a", 0.99), ("b", 0.95)])
def test_a_set_in_other_words_is_still_read(name: str, least: float) -> None:
    found = measured(name)
    assert found.recall >= least
    assert found.alarms_a_ticket <= 0.1


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("the buzzer doesn't work", "Intercom out of order"),
        ("raktas pas kaimynę antrame aukšte", "Raktą paimti iš kaimynės"),
        ("звънецът не работи", "Домофон повреден"),
        ("во дворе собака без привязи", "Осторожно, пёс"),
        ("院子里养了狗", "院内有狗"),
    ],
)
def test_a_way_in_is_known_in_other_words(said: str, written: str) -> None:
    assert told_of(said, written)


def test_another_way_in_is_not_the_one_that_was_told() -> None:
    assert told_of("key with the neighbour", "Key at the reception") is False
    assert told_of("mind the cat", "Dog on premises") is False
    assert told_of("whatever", "Dog on premises") is None
