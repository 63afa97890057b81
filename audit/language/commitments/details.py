"""By when, how much and on which condition, in the words of the sentence that commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from audit.language.commitments.reading import Place, Reading


def deadline(reading: Reading, here: Place) -> tuple[int, int] | None:
    """Return where the sentence says by when; a time inside a condition is the condition's."""
    sums = [found.span() for found in reading.lexicon.patterns["amount"].finditer(reading.text)]
    return _nearest(reading, here, "deadline", taken=sums)


def amount(reading: Reading, here: Place) -> tuple[int, int] | None:
    """Return where the sentence says how much."""
    return _nearest(reading, here, "amount")


def is_conditional(reading: Reading, here: Place) -> bool:
    """Say whether the act hangs on something that may not happen or on what another must do; mere timing does not."""
    if _conditions(reading) or reading.lexicon.patterns["request_first"].search(reading.text[: here.end]):
        return True
    return reading.has("previous:request") and not reading.has("previous:no_request")


def _conditions(reading: Reading) -> list[re.Match[str]]:
    patterns, text = reading.lexicon.patterns, reading.text
    timed = {found.start() for found in patterns["timing"].finditer(text)}
    return [found for found in patterns["condition"].finditer(text) if found.start() not in timed]


def _nearest(
    reading: Reading, here: Place, name: str, *, taken: Sequence[tuple[int, int]] = ()
) -> tuple[int, int] | None:
    found = [match.span() for match in reading.lexicon.patterns[name].finditer(reading.text)]
    free = [(start, end) for start, end in found if not any(start < stop and first < end for first, stop in taken)]
    outside = [
        span for span in free if not _is_in_condition(reading, here, span) and not _is_hedged(reading, here, span)
    ]
    return min(outside, key=lambda span: _distance(here, span), default=None)


def _distance(here: Place, span: tuple[int, int]) -> tuple[bool, int]:
    """Order by: outside the clause, then how far from the committing words."""
    start, end = span
    apart = start < here.clause_start or start >= here.clause_end
    return apart, max(start - here.end, here.start - end, 0)


def _is_hedged(reading: Reading, here: Place, span: tuple[int, int]) -> bool:
    """Say whether another clause says this of what is only hoped or usual."""
    start = 0
    for cut in reading.lexicon.patterns["clause"].finditer(reading.text, 0, span[0]):
        start = cut.end()
    return start > here.end and bool(reading.lexicon.patterns["hedged"].search(reading.text, start, span[0]))


def _is_in_condition(reading: Reading, here: Place, span: tuple[int, int]) -> bool:
    for condition in _conditions(reading):
        end = _end_of_condition(reading, here, condition.start())
        if condition.start() <= span[0] < end:
            return True
    return False


def _end_of_condition(reading: Reading, here: Place, start: int) -> int:
    for cut in reading.lexicon.patterns["clause"].finditer(reading.text, start + 1):
        return min(cut.start(), here.start) if here.start > start else cut.start()
    return here.start if here.start > start else len(reading.text)
