"""Replaying erasures in a restored archive: what was forgotten stays forgotten, though the backup still knew it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.erasure import stored_words
from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.register import Emptied
from audit.archive.faults import database_faults
from audit.archive.keyring import Keyring
from audit.archive.log.authority import authority
from audit.archive.mapper import Draft, Mapper
from audit.archive.originals import Originals
from audit.archive.recorders.prepared import Item
from audit.archive.recorders.recorder import Recorder
from audit.archive.stamping import HERE
from audit.domain.actor import HOUSE
from audit.domain.custody import ErasureReceipt
from audit.domain.erasure import authorise_again
from audit.domain.errors import Refused
from audit.domain.event import Stamp
from audit.domain.names import Names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from audit.domain.event import Event

_EMPTIED: Final = 2_000
_RECEIPTED: Final = "erasing:"


@dataclass(frozen=True, kw_only=True)
class Restored:
    """An archive that was copied back and serves nobody yet."""

    recorder: Recorder
    keyring: Keyring
    mapper: Mapper
    originals: Originals
    names: Names
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]


class Gone(NamedTuple):
    """What the register of an archive names: keys that were destroyed, and events that lost their words alone."""

    keys: frozenset[str]
    emptied: frozenset[Emptied] = frozenset()


class Again(NamedTuple):
    """What had come back with a backup and was erased again: so many keys, and so many events besides."""

    keys: int
    emptied: int


def must_know_all(restored: Restored, register: Gone) -> None:
    """Raise Refused where the register lacks a key that was destroyed before the backup: it is not this archive's."""
    pending = any(
        name.startswith(_RECEIPTED) and value == "pending" for name, value in restored.recorder.facts().items()
    )
    missing = authority(restored.recorder).keys.keys() - register.keys
    if missing and not pending:
        raise Refused(
            f"The register does not hold {len(missing)} keys that were destroyed before this backup was made: "
            "set ONRECORD_ERASED_REGISTER to the register of this archive, the newest there is."
        )


def replay(restored: Restored, register: Gone) -> Again:
    """Erase again everything the register or the log names; return how much of it had come back."""
    recorder = restored.recorder
    allowed = authority(recorder)
    unknown = register.keys - allowed.keys.keys()
    lost = [one for one in stored_words.all_of(recorder, recorder.head().size) if one.key in unknown]
    positions = {one.position for one in lost}
    emptied = _emptied_since(restored, register.emptied, allowed.positions)
    back = set(KeyCare(restored.keyring).of(unknown)) | {one.key for one in lost}
    if back or emptied:
        _record_anew(restored, back, {*positions, *emptied})
    gone = KeyCare(restored.keyring).destroy({*register.keys, *allowed.keys})
    _empty(restored, {*positions, *emptied, *allowed.positions})
    return Again(len(gone), len(emptied))


def _emptied_since(restored: Restored, emptied: Collection[Emptied], allowed: Collection[int]) -> list[int]:
    """Return the positions at which a registered event stands that no erasure in this log names."""
    positions = {one.position for one in emptied} - set(allowed)
    there = stored_words.at(restored.recorder, positions)
    return [one.position for one in there if Emptied(one.position, one.leaf.hex()) in emptied]


def append_clear(restored: Restored, stream: UUID, events: Sequence[Event], *, erasing: bool = False) -> None:
    """Append events that name nobody, on a stream of their own, with the house as the one who acts."""
    now = restored.clock()
    actor = restored.names.tie("staff", HOUSE.login)
    stamp = Stamp(role=HOUSE.role, happened_at=now, recorded_at=now, source=HERE, actor=actor)
    rows = [restored.mapper.store(Draft(stream, n, event, stamp), None) for n, event in enumerate(events, 1)]
    with database_faults():
        restored.recorder.append([Item(rows, False)], erasing=erasing)


def _record_anew(restored: Restored, keys: Collection[str], positions: Collection[int]) -> None:
    stream = restored.names.decided("erasure", restored.random(16).hex())
    receipt = ErasureReceipt(keys=len(keys), positions=len(positions))
    append_clear(restored, stream, [*authorise_again(keys=keys, positions=positions), receipt], erasing=True)


def _empty(restored: Restored, positions: Collection[int]) -> None:
    left = [one for one in stored_words.at(restored.recorder, positions) if one.length]
    taken = sorted(positions)
    with database_faults():
        for start in range(0, len(left), _EMPTIED):
            restored.recorder.empty([one.position for one in left[start : start + _EMPTIED]])
        if left:
            restored.recorder.scrub()
    for one in stored_words.at(restored.recorder, taken):
        for name in one.originals:
            restored.originals.shelf.remove(name)
