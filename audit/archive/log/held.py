"""Checkpoints that were held outside: what they say, once it is shown that this log signed them, or one before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.log.stored_checkpoints import compared
from audit.domain.errors import Unreadable
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven
from audit.evidence.note import Note, open_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from audit.archive.checking import Finding
    from audit.archive.log.continued import Earlier
    from audit.archive.log.key_history import KeyHistory
    from audit.evidence.policy import Policy


class Held(NamedTuple):
    """A checkpoint from outside, by the name it was given under.

    ``shared`` is how many of its events are to be here: all, unless the archive went on from an older backup. One that
    too few witnesses of the policy cosigned is compared, but anchors nothing.
    """

    name: str
    size: int
    root: bytes
    shared: int
    origin: str
    witnessed: bool = True

    @property
    def comparable(self) -> bool:
        return self.shared == self.size

    @property
    def anchors(self) -> bool:
        """Say whether it vouches for the events, should they be the ones it covers."""
        return self.comparable and self.witnessed


def open_held(
    name: str,
    content: bytes,
    *,
    origin: str,
    keys: KeyHistory,
    policy: Policy | None,
    earlier: Callable[[], Mapping[str, Earlier]] = dict,
) -> Held:
    """Return what a checkpoint from outside says. With a policy, only whom that trusts counts.

    ``earlier`` are the logs this archive went on from. Raises Unreadable for what neither this log nor one of those
    signed: it shows nothing.
    """
    try:
        note = Note.parse(content)
        said = Checkpoint.parse(note.text)
        shared = said.size
        if said.origin != origin:
            before = earlier().get(said.origin)
            if before is None:
                raise Unreadable(
                    f"{name} is a checkpoint of the log {said.origin}, not of {origin}: give one of this log."
                )
            keys, policy, shared = _of_before(before, said, policy, name)
        witnessed = True
        if policy is None:
            open_note(note, (keys.in_force(said.size),))
        else:
            witnessed = _opened_under(policy, note)
    except NotProven as reason:
        raise Unreadable(f"{name} is no checkpoint that can be relied upon: {reason}") from reason
    if said.size == 0:
        raise Unreadable(f"{name} covers no event at all: give a later checkpoint.")
    return Held(name, said.size, said.root, shared, said.origin, witnessed)


def _opened_under(policy: Policy, note: Note) -> bool:
    """Say whether a policy's quorum cosigned a note. Raises NotProven unless a log that the policy names signed it.

    A note from before there were witnesses is the log's word all the same: who holds it wants it compared.
    """
    replace(policy, quorum=None).open_checkpoint(note)
    try:
        policy.open_checkpoint(note)
    except NotProven:
        return False
    return True


def held_findings(held: Iterable[Held], roots: Mapping[int, bytes], *, size: int) -> list[Finding]:
    """Compare checkpoints from outside with the roots over the events that are there."""
    return [
        finding
        for one in held
        if one.comparable
        for finding in compared(
            {one.size: one.root}, roots, size=size, whose=f"The checkpoint held outside ({one.name})"
        )
    ]


def held_remarks(held: Iterable[Held]) -> list[str]:
    """Say which checkpoints could not be compared, or vouch for nothing, and why."""
    return [remark for one in held if (remark := _remark(one))]


def _remark(one: Held) -> str:
    if not one.comparable:
        return (
            f"The checkpoint {one.name} covers {one.size} events of {one.origin}; this archive went on from a backup "
            f"after event {one.shared} of it, so what came later there is not here, and it proves nothing about this "
            "archive."
        )
    if not one.witnessed:
        return (
            f"The checkpoint {one.name} over {one.size} events is signed by the log, but too few witnesses of the "
            "policy cosigned it: it was compared, and anchors nothing. Give one that they saw, or a policy that does "
            "not ask for them."
        )
    return ""


def _of_before(
    before: Earlier, said: Checkpoint, policy: Policy | None, name: str
) -> tuple[KeyHistory, Policy | None, int]:
    """Return the keys and the policy to open a checkpoint of an earlier log with, and how far it can be compared."""
    shared = min(said.size, before.size)
    if policy is not None and any(log.key.name == said.origin for log in policy.logs):
        return before.keys, policy, shared
    if not before.keys.keys:
        raise Unreadable(
            f"{name} is a checkpoint of {said.origin}, whose key was not kept when this archive went on from it: name "
            "its vkey in a policy, with --policy FILE."
        )
    return before.keys, policy and replace(policy, logs=(before.keys.in_force(said.size),)), shared
