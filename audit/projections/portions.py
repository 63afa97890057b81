"""Long lists for a database in portions it can take in one statement."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_T = TypeVar("_T")
_PORTION: Final = 500


def portions(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Yield the items in lists of at most 500."""
    rest = iter(items)
    while some := list(islice(rest, _PORTION)):
        yield some
