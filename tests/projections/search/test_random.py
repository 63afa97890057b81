"""Hundreds of made-up questions: both engines find exactly what a look at every word finds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from audit.projections.search.find import Asked, everything, search
from audit.projections.search.grammar import parse
from audit.projections.search.index import Index
from tests.projections.given import NAMES, followed
from tests.projections.search.corpus import all_spoken, corpus, spoken
from tests.projections.search.oracle import matches
from tests.projections.search.questions import FORMS, question

if TYPE_CHECKING:
    from audit.projections.views import Views
    from tests.projections.conftest import Place

TEXTS = 300
FIRST = 10


def test_both_engines_find_what_the_oracle_finds(place: Place) -> None:
    compare(place, seed=1, questions=60)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_both_engines_find_what_the_oracle_finds_in_thousands_of_questions(place: Place, seed: int) -> None:
    compare(place, seed=seed, questions=600)


def compare(place: Place, *, seed: int, questions: int) -> None:
    random = Random(seed)  # noqa: S311  # it must give the same each time
    log = spoken(random, TEXTS)
    said, happened = all_spoken(log), all_spoken(log, everything=True)
    asked = [form(random, corpus()) for form in FORMS] + [question(random, corpus()) for _ in range(questions)]
    hits = 0
    with followed(log, place, [Index]) as views:
        assert views.alarms() == []
        for number, query in enumerate(asked):
            kind, texts = ("events", happened) if number % 3 == 0 else ("messages", said)
            tree = parse(query)
            found = [text for text in texts if matches(tree, text)]
            newest_first = sorted(found, key=lambda text: (text.at, text.position), reverse=True)
            assert positions(views, query, kind) == [text.position for text in found], query
            shown = search(views, Asked(query=query, kind=kind, limit=FIRST), tie=NAMES.tie)
            assert [hit.event for hit in shown.hits] == [text.position for text in newest_first[:FIRST]], query
            if number % 20 == 0:
                ranked = search(views, Asked(query=query, kind=kind, sort="relevance", limit=TEXTS), tie=NAMES.tie)
                assert {hit.event for hit in ranked.hits} == {text.position for text in found}, query
            hits += bool(0 < len(found) < len(texts))
    assert hits > questions // 3, "the questions must tell something apart"


def positions(views: Views, query: str, kind: str) -> list[int]:
    found, _ = everything(views, Asked(query=query, kind=kind), tie=NAMES.tie)
    assert search(views, Asked(query=query, kind=kind, limit=0), tie=NAMES.tie).total == len(found)
    return found
