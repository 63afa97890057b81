"""The logs this archive was kept under before it was restored and went on under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from audit.archive.faults import database_faults
from audit.archive.frame import unframe
from audit.archive.log.key_history import KeyHistory
from audit.domain.custody import ArchiveContinued
from audit.evidence.errors import NotProven
from audit.evidence.keys import VerifierKey

if TYPE_CHECKING:
    from audit.archive.recorders.recorder import Recorder

_KEYS: Final = "earlier log keys"
_MANY: Final = 1_000


class Earlier(NamedTuple):
    """A log before this one: its name, how many of its events are the first ones here, and its keys as far as kept."""

    origin: str
    size: int
    keys: KeyHistory


class _Continued(msgspec.Struct, frozen=True):
    origin: str
    size: int


class _State(msgspec.Struct, frozen=True):
    event: _Continued


_decode = msgspec.json.Decoder(_State).decode


def earlier_logs(recorder: Recorder) -> dict[str, Earlier]:
    """Return the logs that the events here name as the ones before, by their origins.

    What an event says of itself proves nothing: it only says which part of a checkpoint can be compared.
    """
    with database_faults():
        found = recorder.select_notifications(0, _MANY, topics=(ArchiveContinued.TOPIC,))
        kept = recorder.facts().get(_KEYS, "")
    logs = {}
    for one in found:
        try:
            before = _decode(unframe(one.state)[0]).event
        except (msgspec.MsgspecError, ValueError, TypeError):
            continue  # Its bytes are not those of its leaf, which is a finding of its own.
        logs[before.origin] = Earlier(before.origin, min(before.size, one.id - 1), _history(kept, before.origin))
    return logs


def keep_earlier_keys(recorder: Recorder, history: KeyHistory) -> None:
    """Keep the vkeys of a log that ends here, so that checkpoints handed out by it can still be checked."""
    lines = [f"{since} {key}" for key, since in history.keys]
    with database_faults():
        before = recorder.facts().get(_KEYS, "").splitlines()
        recorder.record_fact(_KEYS, "\n".join([*lines, *(one for one in before if one not in lines)]))


def _history(kept: str, origin: str) -> KeyHistory:
    keys = []
    for line in kept.splitlines():
        since, _, vkey = line.partition(" ")
        try:
            key = VerifierKey.parse(vkey)
        except NotProven:
            continue
        if key.name == origin and since.isdecimal():
            keys.append((key, int(since)))
    return KeyHistory(tuple(sorted(keys, key=lambda one: -one[1])))
