"""Figures that are kept: counted once for all who ask the same, and never kept where counting failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from api.remembered import Remembered


def test_of_many_who_ask_the_same_one_counts() -> None:
    counted, begun, go_on = [], Event(), Event()

    def count() -> dict[str, int]:
        begun.set()
        go_on.wait()
        counted.append(1)
        return {"calls": len(counted)}

    remembered = Remembered()
    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(remembered.of, "today", count) for _ in range(3)]
        begun.wait()
        go_on.set()
        assert [one.result() for one in asked] == [{"calls": 1}] * 3


def test_another_question_is_counted_by_itself_and_the_oldest_is_let_go() -> None:
    remembered = Remembered(most=2)
    for day in ("Monday", "Tuesday", "Wednesday"):
        assert remembered.of(day, lambda: {"calls": 1}) == {"calls": 1}
    assert remembered.of("Wednesday", lambda: {"calls": 2}) == {"calls": 1}
    assert remembered.of("Monday", lambda: {"calls": 2}) == {"calls": 2}


def test_what_could_not_be_counted_is_counted_again() -> None:
    remembered = Remembered()
    with pytest.raises(ZeroDivisionError):
        remembered.of("x", lambda: {"share": 1 / 0})
    assert remembered.of("x", lambda: {"share": 1}) == {"share": 1}
