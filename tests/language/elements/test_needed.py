"""What a text must hold for a pattern to be found in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.language.elements.needed import needed
from audit.language.elements.patterns import Index


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("call you", {"call you"}),
        ("call|ring", {"call", "ring"}),
        (r"\bcall(?:s|ed)?\b", {"call", "calls", "called"}),
        (r"re(?:set|start)\w*?ed", {"reset", "restart"}),
        (r"(?!not)call", {"call"}),
        (r"(?:call)+", {"call"}),
    ],
)
def test_a_match_holds_one_of_the_strings_that_are_needed(pattern: str, ways: set[str]) -> None:
    assert needed(pattern) == frozenset(ways)


@pytest.mark.parametrize(
    "pattern", [r"\w+", "(?:call)?", "call|", "[a-z]+", "a*b*", "", r"(?:call)*|\d", "(?i)call", "(?i:call)"]
)
def test_a_pattern_that_may_match_anything_needs_nothing(pattern: str) -> None:
    assert needed(pattern) is None


PIECES = st.sampled_from(
    [
        "call",
        "ring",
        r"\w",
        r"\b",
        "(?:set|start)?",
        "(?:ed|ing)",
        "[ab]",
        "[^a]",
        "(?:no){1,2}",
        " ",
        ".*",
        "(?=c)",
        "|",
        "(?!x)",
    ]
)


@given(
    st.lists(PIECES, max_size=5).map("".join),
    st.lists(st.sampled_from(["call", "ring", "set", "ed", "no", "a", "b", " "]), max_size=6),
)
def test_no_pattern_is_passed_over_that_would_be_found(pattern: str, words: list[str]) -> None:
    text = "".join(words)
    index = Index()
    some = index.any_of([pattern])
    assert some.found(text, index.possible(text)) == (re.search(pattern, text) is not None)


def test_of_many_patterns_only_the_possible_are_tried() -> None:
    index = Index()
    index.any_of(["ring me"])
    some = index.any_of(["call you", "write to you"])
    assert index.possible("we will call you") & some.mine == some.mine & -some.mine
