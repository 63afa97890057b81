"""What executed erasures authorise: sealed words that may be missing, and keys that must be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from audit.archive.faults import database_faults
from audit.archive.frame import unframe
from audit.domain.custody import ErasureExecuted
from audit.domain.errors import Unreadable
from audit.domain.spans import ranges_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.archive.recorders.recorder import Recorder

_PAGE = 1_000


class Authority(NamedTuple):
    """The positions whose words an erasure took, and the keys it destroyed, each with the event that says so."""

    positions: frozenset[int]
    keys: dict[str, int]


class _Executed(msgspec.Struct, frozen=True):
    keys: tuple[str, ...]
    spans: tuple[str, ...]


class _State(msgspec.Struct, frozen=True):
    event: _Executed


_decode = msgspec.json.Decoder(_State).decode


def authority(recorder: Recorder, *, after: int = 0) -> Authority:
    """Read every executed erasure after a position. An event authorises nothing that came after itself."""
    with database_faults():
        if not recorder.head().erasures:
            # Should somebody have set the count back, what is missing is a finding, and rightly.
            return Authority(frozenset(), {})
    positions: set[int] = set()
    keys: dict[str, int] = {}
    for position, executed in _executed(recorder, after):
        try:
            for span in ranges_of(executed.spans):
                positions.update(range(span.start, min(span.stop, position)))
        except Unreadable:
            continue
        keys |= dict.fromkeys(executed.keys, position)
    return Authority(frozenset(positions), keys)


def _executed(recorder: Recorder, after: int) -> Iterator[tuple[int, _Executed]]:
    while True:
        with database_faults():
            page = recorder.select_notifications(
                after, _PAGE, topics=(ErasureExecuted.TOPIC,), inclusive_of_start=False
            )
        for one in page:
            try:
                yield one.id, _decode(unframe(one.state)[0]).event
            except (msgspec.MsgspecError, ValueError, TypeError):
                continue  # Its bytes are not those of its leaf, which is a finding of its own.
        if len(page) < _PAGE:
            return
        after = page[-1].id
