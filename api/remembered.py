"""Figures that were counted before: kept under all that they depend on, so that they stay true."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_KEPT: Final = 32


class Remembered:
    """The last answers to questions about counts. Never for words: those may be erased, or withheld from some.

    A key names everything an answer depends on: the question, and the event up to which it is counted. Of several who
    ask the same at once, one counts and the others wait.
    """

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._turn = Lock()
        self._kept: OrderedDict[Hashable, Future[dict[str, Any]]] = OrderedDict()

    def of(self, key: Hashable, count: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return the answer kept under a key, counted now where there is none; it is not to be changed."""
        with self._turn:
            answer = self._kept.get(key)
            mine = Future[dict[str, Any]]() if answer is None else None
            if mine is not None:
                self._kept[key] = mine
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
        if answer is not None:
            return answer.result()
        assert mine is not None
        try:
            mine.set_result(count())
        except BaseException as failure:
            with self._turn:
                self._kept.pop(key, None)
            mine.set_exception(failure)
            raise
        return mine.result()
