"""Careless typing changes how a text looks and never what its facts are."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from audit.sample.dice import Dice
from audit.sample.typing_habits import typed

TEXT = "Rašykite kiln.1@example.org arba skambinkite +370 286 02035, įrenginys Zubra R9 Plus rodo E-971 (FM-382533-K)."
FACTS = ("kiln.1@example.org", "+370 286 02035", "R9", "E-971", "FM-382533-K")


@given(st.integers())
def test_facts_survive_every_habit(seed: int) -> None:
    changed = typed(TEXT, Dice(seed))
    assert all(fact in changed for fact in FACTS)


@given(st.text(), st.integers())
def test_any_text_can_be_typed(text: str, seed: int) -> None:
    assert isinstance(typed(text, Dice(seed)), str)


def test_every_habit_shows_in_the_long_run() -> None:
    results = {typed(TEXT, Dice(seed)) for seed in range(300)}
    assert TEXT in results
    assert any(result.endswith("🙏") for result in results)
    assert any("Rasykite" in result for result in results)
    assert any(sorted(result) == sorted(TEXT) and result != TEXT for result in results)
    assert any(re.match("rašykite", result) for result in results)
