"""Positions written short: ``7`` and ``12-15`` stand for the events 7, 12, 13, 14 and 15."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from audit.domain.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPAN: Final = re.compile(r"([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?")


def spans_of(positions: Iterable[int]) -> tuple[str, ...]:
    """Return the positions, each once and in order, as spans."""
    runs: list[list[int]] = []
    for position in sorted(set(positions)):
        if runs and runs[-1][1] == position - 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return tuple(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def ranges_of(spans: Iterable[str]) -> Iterator[range]:
    """Yield what each span stands for. Raises ``Unreadable`` for what is no span."""
    for span in spans:
        parts = _SPAN.fullmatch(span)
        first, last = (int(parts[1]), int(parts[2] or parts[1])) if parts else (1, 0)
        if last < first:
            raise Unreadable(f"{span!r} is no span of positions: write it as 7 or 12-15.")
        yield range(first, last + 1)
