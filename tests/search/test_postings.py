from __future__ import annotations

from random import Random

from audit.projections.search.grammar import parse
from tests.projections.search.corpus import all_spoken, corpus, spoken
from tests.projections.search.oracle import matches
from tests.projections.search.questions import FORMS, question
from tests.search.postings import Postings


def test_looking_words_up_first_finds_what_reading_every_text_finds() -> None:
    random = Random(3)  # noqa: S311  # it must give the same each time
    texts = all_spoken(spoken(random, 60), everything=True)
    said = Postings(texts)
    for query in [*(form(random, corpus()) for form in FORMS), *(question(random, corpus()) for _ in range(30))]:
        tree = parse(query)
        assert said.found(tree) == [text for text in texts if matches(tree, text)], query
