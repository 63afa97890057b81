"""A scorecard weighs the elements and never gives a score without its reasons."""

from __future__ import annotations

import pytest

from audit.language.elements.conversation import Line, judged
from audit.language.elements.scorecard import ScorecardUnreadableError, read_scorecard, scored

CARD = 'name = "chat"\nrequired = ["close"]\n[weights]\ngreeting = 10\nempathy = 20\nclose = 10\n'


def test_what_does_not_apply_counts_on_neither_side() -> None:
    marks = judged([Line(role="agent", text="Hello!"), Line(role="customer", text="When do you open?")])
    score = scored(marks, read_scorecard(CARD))
    assert (score.points, score.out_of, score.failed) == (10, 20, ("close",))
    assert score.reasons == {"greeting": "met", "empathy": "no-trouble-told", "close": "not met"}


@pytest.mark.parametrize(
    "text",
    ["", "[weights]", "[weights]\nsmile = 3", "[weights]\nclose = -1", "[weights]\nclose = true", "=", "weights = 3"],
)
def test_a_card_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(ScorecardUnreadableError):
        read_scorecard(text)
