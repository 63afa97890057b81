"""What a text must hold for a pattern to be found in it, so that most patterns need not be tried at all."""

from __future__ import annotations

import importlib
import re
from itertools import product
from typing import Any, Final

MOST_WAYS: Final = 800
"""Ways of writing a piece of a pattern that are told apart; a piece with more of them needs nothing in particular."""
_LONG_ENOUGH: Final = 4

Ways = frozenset[str]


def needed(pattern: str) -> Ways | None:
    """Return strings of which every match of a regular expression holds at least one; None where there are none.

    The tree comes from the reader of regular expressions that Python itself uses. It has no promised interface: where
    it cannot be had, or tells of something unknown here, nothing is needed, and the pattern is tried on every text.
    """
    try:
        tree = importlib.import_module("re._parser").parse(pattern)
    except (ImportError, AttributeError):
        return None
    # Where capitals are as good as small letters, what is written in the pattern need not stand in the text.
    return None if tree.state.flags & re.IGNORECASE else _Reading().of(tree)


def worth(ways: Ways | None) -> tuple[int, int]:
    """Rate strings that are needed: long ones exclude most, and few of them are better than many."""
    return (0, 0) if not ways else (min(_LONG_ENOUGH, *map(len, ways), _LONG_ENOUGH), -len(ways))


class _Reading:
    """One pass over a sequence: the ways its last stretch can be written, and the best stretch so far."""

    def __init__(self) -> None:
        self.best: Ways | None = None
        self.stretch: Ways = frozenset({""})
        self.exact = True

    def of(self, tree: Any) -> Ways | None:
        for kind, what in tree:
            self._add(str(kind), what)
        self._offer(self.stretch)
        return self.best

    def _add(self, kind: str, what: Any) -> None:
        if kind in {"AT", "ASSERT", "ASSERT_NOT"}:
            return
        ways, inside = _piece(kind, what)
        if ways is not None and len(ways) * len(self.stretch) <= MOST_WAYS:
            self.stretch = frozenset(first + then for first, then in product(self.stretch, ways))
            return
        self.exact = False
        self._offer(self.stretch)
        self._offer(ways)
        self._offer(inside)
        self.stretch = ways if ways is not None else frozenset({""})

    def _offer(self, ways: Ways | None) -> None:
        if ways and "" not in ways and worth(ways) > worth(self.best):
            self.best = ways


def _piece(kind: str, what: Any) -> tuple[Ways | None, Ways | None]:
    """Return all ways to write a piece, if they are few, else what a match of it holds in any case."""
    match kind:
        case "LITERAL":
            return frozenset({chr(what)}), None
        case "IN":
            return _one_of(what), None
        case "SUBPATTERN":
            return (None, None) if what[1] else _sequence(what[-1])
        case "BRANCH":
            return _branches(what[1])
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _repeated(*what)
        case _:
            return None, None


def _one_of(listed: Any) -> Ways | None:
    if all(str(kind) == "LITERAL" for kind, _ in listed):
        return frozenset(chr(code) for _, code in listed)
    return None


def _sequence(tree: Any) -> tuple[Ways | None, Ways | None]:
    reading = _Reading()
    best = reading.of(tree)
    return (reading.stretch, None) if reading.exact else (None, best)


def _branches(trees: Any) -> tuple[Ways | None, Ways | None]:
    read = [_sequence(tree) for tree in trees]
    exact = [ways for ways, _ in read if ways is not None]
    if len(exact) == len(read):
        return _few(frozenset().union(*exact)), None
    held = [ways if ways is not None else inside for ways, inside in read]
    if any(not ways or "" in ways for ways in held):
        return None, None
    return None, _few(frozenset().union(*(ways for ways in held if ways)))


def _repeated(least: int, most: Any, tree: Any) -> tuple[Ways | None, Ways | None]:
    ways, inside = _sequence(tree)
    if least == 0:
        return (ways | {""}, None) if ways is not None and most == 1 else (None, None)
    if ways is not None and least == most == 1:
        return ways, None
    return None, ways if ways is not None else inside


def _few(ways: Ways) -> Ways | None:
    return ways if len(ways) <= MOST_WAYS else None
