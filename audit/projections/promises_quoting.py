"""What is withheld of a promise because the text it was found in is withheld, whole or in a stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.projections.withholdings import Hidden

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTED_PART: Final = "text"
_OF_THE_LINE: Final = ("deadline", "amount")


def hidden_in_line(hidden: Iterable[Hidden], start: int, end: int) -> list[Hidden]:
    """Return what is withheld of a suggestion that quotes [start, end) of a text of which this much is withheld.

    Where a stretch touches the line, so are the words for its day and its sum: they may be just these.
    """
    found: list[Hidden] = []
    for one in hidden:
        if one.part is None:
            found.append(Hidden(one.reason))
        elif one.part == _QUOTED_PART and (cut := _within(one, start, end)) is not None:
            found += [Hidden(one.reason, "line", *cut), *(Hidden(one.reason, part) for part in _OF_THE_LINE)]
    return found


def hidden_in_wording(hidden: Iterable[Hidden], start: int | None, end: int | None) -> list[Hidden]:
    """Return what is withheld of a confirmed promise: its wording, where the line it rests on is touched."""
    found: list[Hidden] = []
    for one in hidden:
        anywhere = start is None or end is None
        if one.part is None or (one.part == _QUOTED_PART and (anywhere or _touches(one, start or 0, end or 0))):
            found.append(Hidden(one.reason, "wording"))
    return found


def _touches(one: Hidden, start: int, end: int) -> bool:
    return _within(one, start, end) is not None


def _within(one: Hidden, start: int, end: int) -> tuple[int, int] | None:
    """Return where a stretch lies within the line; all of the line where it is no stretch of its own."""
    if one.start is None or one.end is None or one.start >= one.end:
        return 0, end - start
    first, last = max(one.start, start), min(one.end, end)
    return (first - start, last - start) if first < last else None
