"""Checkpoints that were held outside: what they say, once it is shown that this log signed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from audit.domain.errors import Unreadable
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven
from audit.evidence.note import Note, open_note

if TYPE_CHECKING:
    from audit.archive.log.key_history import KeyHistory
    from audit.evidence.policy import Policy


class Held(NamedTuple):
    """A checkpoint from outside, by the name it was given under."""

    name: str
    size: int
    root: bytes


def open_held(name: str, content: bytes, *, origin: str, keys: KeyHistory, policy: Policy | None) -> Held:
    """Return what a checkpoint from outside says. With a policy, only whom that trusts counts.

    Raises Unreadable for what this log did not sign, or what too few witnesses cosigned: it shows nothing.
    """
    try:
        note = Note.parse(content)
        said = Checkpoint.parse(note.text)
        if said.origin != origin:
            raise Unreadable(f"{name} is a checkpoint of the log {said.origin}, not of {origin}: give one of this log.")
        if policy is None:
            open_note(note, (keys.in_force(said.size),))
        else:
            policy.open_checkpoint(note)
    except NotProven as reason:
        raise Unreadable(f"{name} is no checkpoint that can be relied upon: {reason}") from reason
    if said.size == 0:
        raise Unreadable(f"{name} covers no event at all: give a later checkpoint.")
    return Held(name, said.size, said.root)
