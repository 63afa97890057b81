"""Hostile queries: answered or refused in a sentence with a place, soon, and nothing else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.projections.dump import dump
from audit.projections.search.examples import EXAMPLES
from audit.projections.search.find import Asked, search
from audit.projections.search.grammar import ALL_FIELDS
from audit.projections.search.index import Index
from audit.projections.search.query import QueryError
from tests.projections.given import MORNING, NAMES, Log, followed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.projections.views import Views
    from tests.projections.conftest import Place

LARGE = 1_000_000
HOSTILE = (
    "(" * 10_000 + "a" + ")" * 10_000,
    "(" * 4_999 + "a" + ")" * 4_999,
    "NOT " * 2_000 + "a",
    "*",
    "*" * 5_000,
    "?" * 5_000,
    "a*" * 4_000,
    "a?" * 4_000 + "a",
    "*a*b*c*d*e*f*g*h*i*j*k*",
    "~" * 5_000,
    "a~2 " * 2_000,
    "at:[0001 to 9999]",
    "at:[1900 to 2199]",
    "at:99999999999999999999",
    "at:>=2199-12-31",
    'at:"last 9999 days"',
    'at:"last 9999 months"',
    'at:"last 0 days"',
    "amount:[0 to 999999999999999]",
    "amount:" + "9" * 5_000,
    "amount:1e309",
    "(?:(a+)+)+$",
    'r"(a+)+b"',
    "[a-z]+",
    "'; DROP TABLE search; --",
    'a" OR 1=1 --',
    '") OR 1=1 --',
    "x : \"a\" OR meta : 'b'",
    'NEAR("a" "b", 5)',
    "{x stem} : a",
    "^a + b",
    "'xa' & !'xb' <-> 'xc':*",
    "a:* | b & !c",
    "\\x'); SELECT 1",
    "\u202ea\u202c \u2066b\u2069",
    "\u200f\u061c\u200b",
    "\0",
    "a\0b",
    "customer:\0",
    "\ud800",
    "customer:\udfff",
    "\U0010ffff",
    "\ufdfa" * 2_000,
    "ǂǂ",
    "ǂ0ǂ~",
    "a\u0301" * 3_000,
    "customer:" + "x" * 401,
    '"' + "a " * 4_000 + '"~50',
    '"' + "a b " * 50 + '"~50',
    "word " * (LARGE // 5),
    "x" * LARGE,
    '"' * 9_999,
    ":" * 9_999,
    "customer:" * 1_000,
    "%s %(a)s {0} :id ?",
)


@pytest.fixture
def views(place: Place) -> Iterator[Views]:
    log = Log()
    log.say("the refund a b c", ("customer", "cust-7"))
    log.say("another a b")
    with followed(log, place, [Index]) as opened:
        yield opened


def test_nothing_hostile_does_anything_but_answer_or_be_refused(views: Views) -> None:
    before = dump(views, Index)
    for query in HOSTILE:
        answer = answer_to(views, query)
        if isinstance(answer, QueryError):
            assert 0 <= answer.start <= answer.end <= len(query)
            assert len(str(answer)) < 2_000, "a refusal repeats no more than a line of what was typed"
        else:
            assert answer in {0, 1, 2}
    assert dump(views, Index) == before
    assert search(views, Asked(query="refund")).total == 1


def answer_to(views: Views, query: str) -> QueryError | int:
    try:
        return search(views, Asked(query=query, now=MORNING, kind="events"), tie=NAMES.tie).total
    except QueryError as refusal:
        return refusal


def test_every_example_of_the_language_is_read_and_answered(views: Views) -> None:
    for _, examples in EXAMPLES:
        for query, _ in examples:
            for kind in ("messages", "conversations", "events"):
                asked = Asked(query=query, kind=kind, now=MORNING, facets=("month", "agent"))
                assert search(views, asked, tie=NAMES.tie).total in {0, 1, 2}


def test_the_examples_show_every_field() -> None:
    shown = " ".join(f"{query} {meaning}" for _, examples in EXAMPLES for query, meaning in examples)
    assert [field for field in ALL_FIELDS if f"{field}:" not in shown] == []
