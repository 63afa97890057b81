"""A process that appends and says what was acknowledged: ``python -m tests.archive.recorders.writer PLACE N SIZE``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.archive.recorders.places import events, opened

if TYPE_CHECKING:
    from collections.abc import Iterator


def acknowledged(place: str, calls: int, size: int) -> Iterator[str]:
    """Append so many calls of so many events, every other one as an item that might be known; give each position."""
    with opened(place) as recorder:
        for call in range(calls):
            batch = events(size)
            positions = recorder.insert_events(batch) if call % 2 else recorder.insert_new([batch])[0]
            assert positions is not None
            for position, event in zip(positions, batch, strict=True):
                yield f"{position} {event.originator_id}"


def all_acknowledged(place: str, calls: int, size: int) -> list[str]:
    return list(acknowledged(place, calls, size))


if __name__ == "__main__":
    for line in acknowledged(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])):
        print(line, flush=True)  # noqa: T201 - the parent reads it
