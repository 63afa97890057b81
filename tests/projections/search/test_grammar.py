"""Reading queries: Whoosh's grammar, and an answer with place and remedy where it would guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.projections.search.dates import milliseconds
from audit.projections.search.grammar import parse
from audit.projections.search.query import (
    Amount,
    And,
    DateRange,
    Field,
    Fuzzy,
    Identifier,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    QueryError,
    State,
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
        ("refnd~", Fuzzy("refnd", 1)),
        ("Refnd~2", Fuzzy("refnd", 2)),
        ("col?r", Pattern("col?r")),
        ("*Fun*d", Pattern("*fun*d")),
        ('"last 30 days"', Phrase("last 30 days")),
        ("amount:100", Amount(1_000_000, 1_000_000)),
        ("amount:100EUR", Amount(1_000_000, 1_000_000, "EUR")),
        ('amount:"€ 1,000.50"', Amount(10_005_000, 10_005_000, "EUR")),
        ("amount:>50", Amount(500_001, None)),
        ("amount:>=50$", Amount(500_000, None, "USD")),
        ("amount:<50", Amount(None, 499_999)),
        ("amount:[50EUR to 100]", Amount(500_000, 1_000_000, "EUR")),
        ("amount:{50 to 100]", Amount(500_001, 1_000_000)),
        ("amount:eur", Amount(None, None, "EUR")),
        ("identifier:ORD-1", Identifier("ORD-1")),
        ('identifier:"+370 600 00 007"', Identifier("+370 600 00 007")),
        ("is:Edited", State("edited")),
        ("NOT has:attachment", Not(State("attachment"))),
        ("author:Rasa", Field("author", "Rasa")),
        ("at:>2025", DateRange(JANUARY_2026, None)),
        ("at:<=2025-12", DateRange(None, JANUARY_2026)),
        ('at:">=2026-01-01T00:00Z"', DateRange(JANUARY_2026, None)),
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


@pytest.mark.parametrize(
    ("words", "first", "end"),
    [
        ("today", "2024-03-31", "2024-04-01"),
        ("yesterday", "2024-03-30", "2024-03-31"),
        ('"last 30 days"', "2024-03-01", "2024-04-01"),
        ('"LAST  1 day"', "2024-03-30", "2024-04-01"),
        ('"last 2 weeks"', "2024-03-17", "2024-04-01"),
        ('"last 1 month"', "2024-02-29", "2024-04-01"),
        ('"last 1 year"', "2023-03-31", "2024-04-01"),
        ('"this week"', "2024-03-25", "2024-04-01"),
        ('"last week"', "2024-03-18", "2024-03-25"),
        ('"this month"', "2024-03-01", "2024-04-01"),
        ('"last month"', "2024-02-01", "2024-03-01"),
        ('"this year"', "2024-01-01", "2025-01-01"),
        ('"last year"', "2023-01-01", "2024-01-01"),
    ],
)
def test_days_are_counted_from_today_in_the_zone(words: str, first: str, end: str) -> None:
    zone = ZoneInfo("Europe/Vilnius")
    now = datetime(2024, 3, 30, 23, 30, tzinfo=UTC)  # in Vilnius, the 31st has begun
    limits = [milliseconds(datetime.fromisoformat(day).replace(tzinfo=zone)) for day in (first, end)]
    assert parse(f"at:{words}", zone, now) == DateRange(limits[0], limits[1])


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
        ("www.example.com/z?a", "www.example.com/z?a", "quote"),
        ('r"ref.*"', "r", "Regular"),
        ("customer:", "customer:", "value"),
        ("customer: x", "customer:", "value"),
        ("agnet:x", "agnet:", "agent:"),
        ("costumer:x", "costumer:", "customer:"),
        ("12:30", "12:", "quote"),
        ("*", "*", "some letters"),
        ("why?", "?", "leave it out"),
        ("?r", "?", "inside a word"),
        ("r?*", "r?*", "2 letters"),
        ("wi-f?", "?", "inside a word"),
        ("a-b?c", "a-b?c", "one word"),
        ("路?器", "路?器", "one word"),
        ("refnd~3", "~", "~2"),
        ("ab~", "ab~", "3 letters"),
        ("abc~2", "abc~2", "4 letters"),
        ("wi-fi~", "wi-fi~", "one whole word"),
        ("路由器~", "路由器~", "near"),
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
        (">2026", ">", "quote"),
        ("at:yesterday", "yesterday", "write the dates"),
        ("at:>tomorrow", ">tomorrow", "no date"),
        ('at:"last 9999 years"', '"last 9999 years"', "write"),
        ("amount:much", "much", "no amount"),
        ("amount:[1EUR to 2USD]", "[1EUR to 2USD]", "one currency"),
        ("amount:[9 to 2]", "[9 to 2]", "turn"),
        ("amount:>EUR", ">EUR", "no amount"),
        ("is:editd", "editd", "is:edited"),
        ("has:wings", "wings", "attachment"),
        ("kind:massage", "massage", "kind:message"),
        ("identifier:router", "router", "digit"),
        ("phone:123", "phone:", "identifier:"),
        ("a \ud800 b", "\ud800", "half"),
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
