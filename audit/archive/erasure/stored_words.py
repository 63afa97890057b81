"""Which stored events hold words, under which keys: what an erasure needs to know of a row without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from audit.archive.faults import database_faults
from audit.archive.stored import decode_state
from audit.domain.catalogue import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.archive.recorders.recorder import Recorder, Row

_PAGE: Final = 500
NAMING_A_CUSTOMER: Final = frozenset({"customer", "representative", "recipient", "linked"})


@dataclass(frozen=True)
class StoredWords:
    """A row with a sealed box: ``day`` is when it was said, never later than when it was recorded."""

    position: int
    topic: str
    key: str
    ties: tuple[tuple[str, UUID], ...]
    day: date
    originals: tuple[str, ...]
    length: int
    leaf: bytes

    @property
    def own_key(self) -> bool:
        """Whether it is sealed under a key that nothing else is sealed under."""
        kind = EVENTS.get(self.topic)
        return kind is not None and kind.OWN_KEY

    def names(self) -> set[UUID]:
        """Return the customers in its ties."""
        return {tied for kind, tied in self.ties if kind in NAMING_A_CUSTOMER}


def at(recorder: Recorder, positions: Iterable[int]) -> Iterator[StoredWords]:
    """Yield the events at these positions that hold words, erased or not."""
    wanted = sorted(positions)
    for start in range(0, len(wanted), _PAGE):
        with database_faults():
            rows = recorder.rows_at(wanted[start : start + _PAGE])
        yield from of(rows)


def all_of(recorder: Recorder, upto: int) -> Iterator[StoredWords]:
    """Yield every event up to a position that holds words."""
    after = 0
    while after < upto:
        with database_faults():
            rows = recorder.rows(after, _PAGE, upto)
        if not rows:
            return
        yield from of(rows)
        after = rows[-1].position


def of(rows: Iterable[Row]) -> Iterator[StoredWords]:
    """Yield what these rows hold; one that cannot be read is left to ``onrecord verify``."""
    for row in rows:
        try:
            state = decode_state(row.state)
        except (msgspec.DecodeError, TypeError):
            continue
        if state.key is not None:
            yield StoredWords(
                position=row.position,
                topic=row.topic,
                key=state.key,
                ties=state.ties,
                day=min(state.happened_at, state.recorded_at).date(),
                originals=tuple(state.originals.values()),
                length=len(row.sealed or b""),
                leaf=row.leaf_hash,
            )
