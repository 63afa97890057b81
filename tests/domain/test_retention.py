"""A retention class has a duty and a limit that leave room for each other."""

from __future__ import annotations

import pytest

from audit.domain.custody import RetentionClassSet
from audit.domain.retention import DaysNegative, LimitBelowDuty, evolve, set_class
from audit.domain.wording import NotACode
from tests.domain.given import given


@pytest.mark.parametrize("limit", [None, 30, 31])
def test_a_class_is_set_anew_as_often_as_the_law_changes(limit: int | None) -> None:
    older = RetentionClassSet(name="calls", keep_days=10, limit_days=20)
    given(evolve, [older]).when(set_class, name="calls", keep_days=30, limit_days=limit).then(
        RetentionClassSet(name="calls", keep_days=30, limit_days=limit)
    )


def test_words_may_be_without_a_duty_and_gone_at_once() -> None:
    given(evolve, []).when(set_class, name="drafts", keep_days=0, limit_days=0).then(
        RetentionClassSet(name="drafts", keep_days=0, limit_days=0)
    )


def test_words_need_not_be_gone_before_they_may_go() -> None:
    given(evolve, []).when(set_class, name="calls", keep_days=30, limit_days=29).then_refused(LimitBelowDuty)
    given(evolve, []).when(set_class, name="calls", keep_days=-1).then_refused(DaysNegative)
    given(evolve, []).when(set_class, name="calls", keep_days=0, limit_days=-1).then_refused(DaysNegative)
    given(evolve, []).when(set_class, name="Calls of Rasa", keep_days=1).then_refused(NotACode)
