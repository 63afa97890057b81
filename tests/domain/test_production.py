"""A number names one document for ever, and the same documents keep the numbers they have."""

from __future__ import annotations

import pytest

from audit.domain.event import Personal
from audit.domain.hit_review import DecisionUnknown, SearchHitDecided, comment_on_hit, decide_hit, untag_hit
from audit.domain.production import (
    LAST_NUMBER,
    NothingToNumber,
    NumbersExhausted,
    PrefixUnclear,
    ProductionNumbered,
    evolve,
    first_number,
    number,
    require_prefix,
)
from audit.domain.wording import NotACode, WordsMissing
from tests.domain.given import given

QUERY = Personal("fee")
first = ProductionNumbered(first=1, last=5, digest="aa", position=9, query=QUERY)
second = ProductionNumbered(first=6, last=7, digest="bb", position=9, query=QUERY)


def test_numbers_go_on_where_they_ended() -> None:
    given(evolve, []).when(number, digest="aa", count=5, position=9, query=QUERY).then(first)
    given(evolve, [first]).when(number, digest="bb", count=2, position=9, query=QUERY).then(second)


def test_the_same_documents_keep_their_numbers() -> None:
    given(evolve, [first, second]).when(number, digest="aa", count=5, position=12, query=QUERY).then()
    state = evolve(evolve(None, first), second)
    assert [first_number(state, digest=digest, count=count) for digest, count in (("aa", 5), ("bb", 2), ("cc", 1))] == [
        1, 6, 8,
    ]  # fmt: skip


def test_numbers_end() -> None:
    given(evolve, []).when(number, digest="aa", count=0, position=9, query=QUERY).then_refused(NothingToNumber)
    given(evolve, [first]).when(number, digest="bb", count=LAST_NUMBER, position=9, query=QUERY).then_refused(
        NumbersExhausted
    )


@pytest.mark.parametrize("prefix", ["", "rec", "R C", "../X", "R" * 13, "1A", "Ž", "A\n"])
def test_a_prefix_is_safe_everywhere(prefix: str) -> None:
    with pytest.raises(PrefixUnclear):
        require_prefix(prefix)


def test_a_hit_is_decided_in_one_of_a_few_words() -> None:
    assert decide_hit(7, outcome="privileged") == SearchHitDecided(position=7, outcome="privileged")
    with pytest.raises(DecisionUnknown):
        decide_hit(7, outcome="maybe")


def test_a_tag_is_a_code_and_a_comment_says_something() -> None:
    with pytest.raises(NotACode):
        untag_hit(7, tag="Not a code")
    with pytest.raises(WordsMissing):
        comment_on_hit(7, comment=Personal(" "))
