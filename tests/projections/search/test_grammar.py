"""Reading queries: Whoosh's grammar, and an answer with place and remedy where it would guess."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.projections.search.grammar import parse
from audit.projections.search.query import (
    And,
    DateRange,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    QueryError,
    Word,
)

A, B, C = Word("a"), Word("b"), Word("c")
JANUARY_2026 = 1_767_225_600_000
DAY = 86_400_000


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("refund", Word("refund")),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b OR c", Or((A, B, C))),
        ("a b OR c", And((A, Or((B, C))))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("(a b) OR c", Or((And((A, B)), C))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a ANDNOT b", And((A, Not(B)))),
        ("a OR NOT b", Or((A, Not(B)))),
        ("NOT (a b)", Not(And((A, B)))),
        ('"late delivery"', Phrase("late delivery")),
        ('"late delivery"~3', Near("late delivery", 3)),
        ("refund*", Prefix("refund")),
        ("a and not b", And((A, Word("and"), Word("not"), B))),
        ("ORD-2024/00123", Word("ORD-2024/00123")),
        ("+37060000007", Word("+37060000007")),
        ("don't", Word("don't")),
        ("退款", Word("退款")),
        ("customer:cust-7", Field("customer", "cust-7")),
        ('customer:"Ona S"', Field("customer", "Ona S")),
        ("channel:(chat OR call)", Or((Field("channel", "chat"), Field("channel", "call")))),
        ("NOT kind:note a", And((Not(Field("kind", "note")), A))),
        ("at:2026-01-01", DateRange(JANUARY_2026, JANUARY_2026 + DAY)),
        ("at:[2026-01-01 to 2026-01-02]", DateRange(JANUARY_2026, JANUARY_2026 + 2 * DAY)),
        ("at:{2026-01-01 to 2026-01-03}", DateRange(JANUARY_2026 + DAY, JANUARY_2026 + 2 * DAY)),
        ("at:[2026 to]", DateRange(JANUARY_2026, None)),
        ("at:[to 2025]", DateRange(None, JANUARY_2026)),
        ('at:"2026-01-01T10:00Z"', DateRange(JANUARY_2026 + 36_000_000, JANUARY_2026 + 36_060_000)),
    ],
)
def test_a_query_reads_as_whoosh_means_it(query: str, tree: object) -> None:
    assert parse(query) == tree


def test_dates_are_those_of_the_zone() -> None:
    east = timezone(timedelta(hours=2))
    assert parse("at:2026-01-01", east) == DateRange(JANUARY_2026 - 7_200_000, JANUARY_2026 + DAY - 7_200_000)


def test_december_ends_with_the_year() -> None:
    assert parse("at:2025-12") == DateRange(JANUARY_2026 - 31 * DAY, JANUARY_2026)


@pytest.mark.parametrize(
    ("query", "place", "remedy"),
    [
        ('"ORD-2024/00123" -cancelled', "-", "NOT"),
        ("date:last tuesday", "date:", "at:"),
        ("at:last tuesday", "last", "2026-03"),
        ("(unbalanced quote", "(", "close"),
        ("unbalanced)", ")", "open"),
        ('unbalanced "quote', '"', "close"),
        ("see http://x.y/z?a=b", "http:", "quote"),
        ("www.example.com/z?a", "?", "quote"),
        ('r"ref.*"', "r", "Regular"),
        ("customer:", "customer:", "value"),
        ("customer: x", "customer:", "value"),
        ("agnet:x", "agnet:", "agent:"),
        ("costumer:x", "costumer:", "customer:"),
        ("12:30", "12:", "quote"),
        ("*", "*", "end of a word"),
        ("col?r", "?", "quote"),
        ("co*r", "*", "end of a word"),
        ("refnd~1", "~", "yet"),
        ('"a b"~99', '"a b"~99', "50"),
        ("a^2", "^", "weighted"),
        ("a AND", "AND", '"AND"'),
        ("OR a", "OR", '"OR"'),
        ("a AND OR b", "AND", "after"),
        ("NOT NOT a", "NOT", "leave out"),
        ("a ANDMAYBE b", "ANDMAYBE", "not offered"),
        ("a ()", "(", "between"),
        ('foo"bar"', '"bar"', "space"),
        ("„late delivery“", "„", '"'),
        ("'late delivery'", "'", '"'),
        ("at:2026-02-30", "2026-02-30", "no date"),
        ("at:1850", "1850", "1900"),
        ("at:[2027 to 2026]", "[2027 to 2026]", "turn"),
        ("customer:[a to b]", "[a to b]", "dates"),
        ("at:>2026", ">", "at:["),
        ("customer:cust*", "cust*", "whole"),
        ("a ... b", "...", "Signs"),
        ('"?!"', '"?!"', "Signs"),
        ("", "", "empty"),
    ],
)
def test_what_would_be_guessed_is_refused_with_its_place_and_the_remedy(query: str, place: str, remedy: str) -> None:
    with pytest.raises(QueryError, match=r"characters \d+ to \d+") as refusal:
        parse(query)
    assert query[refusal.value.start : refusal.value.end] == place
    assert remedy in refusal.value.message


@pytest.mark.parametrize(
    "query", ["a " * 201, "x" * 10_001, "(" * 21 + "a" + ")" * 21, '"' + "word " * 101 + '"', "词" * 101]
)
def test_a_query_that_is_too_large_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)


@settings(deadline=None)  # the first word loads the dictionaries
@given(st.text(alphabet=st.sampled_from(list("ab \"()~*?:-'^[]{}+&|!\\/ANDORT1ёй词😀\x00\u200b")), max_size=40))
def test_no_text_makes_the_reader_fail_otherwise(query: str) -> None:
    refusal = refusal_of(query)
    assert refusal is None or 0 <= refusal.start <= refusal.end <= len(query)


def refusal_of(query: str) -> QueryError | None:
    try:
        parse(query)
    except QueryError as refusal:
        return refusal
    return None
