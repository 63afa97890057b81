"""Hundreds of made-up questions: both engines find exactly what a look at every word finds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from audit.domain.event import Record
from audit.projections.search.find import Asked, everything, search
from audit.projections.search.grammar import parse
from audit.projections.search.index import Index
from tests.projections.given import NAMES, followed
from tests.projections.search.corpus import as_spoken, question, spoken
from tests.projections.search.oracle import matches

if TYPE_CHECKING:
    from audit.projections.views import Views
    from tests.projections.conftest import Place

TEXTS = 300


def test_both_engines_find_what_the_oracle_finds(place: Place) -> None:
    compare(place, seed=1, questions=300)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_both_engines_find_what_the_oracle_finds_in_thousands_of_questions(place: Place, seed: int) -> None:
    compare(place, seed=seed, questions=600)


def compare(place: Place, *, seed: int, questions: int) -> None:
    random = Random(seed)  # noqa: S311  # it must give the same each time
    log = spoken(random, TEXTS)
    texts = [as_spoken(record) for record in log.records if isinstance(record, Record)]
    hits = 0
    with followed(log, place, [Index]) as views:
        assert views.alarms() == []
        for _ in range(questions):
            asked = question(random)
            tree = parse(asked)
            truth = [text.position for text in texts if matches(tree, text)]
            assert found(views, asked) == truth, asked
            hits += bool(0 < len(truth) < len(texts))
    assert hits > questions // 3, "the questions must tell something apart"


def found(views: Views, asked: str) -> list[int]:
    positions, _ = everything(views, Asked(query=asked), tie=NAMES.tie)
    assert search(views, Asked(query=asked, limit=0), tie=NAMES.tie).total == len(positions)
    return positions
