"""The checkpoints in the database: each against its signature, its note, and the events that are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.archive.checking import Finding
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.errors import NotProven
from audit.evidence.note import Note, open_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.archive.log.key_history import KeyHistory
    from audit.evidence.policy import Policy


@dataclass
class Genuine:
    """What the stored checkpoints say, those alone that are whole and signed by this log."""

    roots: dict[int, bytes] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def genuine(rows: Iterable[tuple[Any, ...]], *, origin: str, keys: KeyHistory) -> Genuine:
    """Check the form and the signature of each stored checkpoint."""
    found = Genuine()
    for size, root, content, signed_at in rows:
        if not (type(size) is int and type(root) is bytes and type(content) is str and type(signed_at) is str):
            what = f"A stored checkpoint ({size!r:.20}) has a column of another type than was written."
            found.findings.append(Finding(None, what))
            continue
        try:
            note = Note.parse(content.encode(errors="surrogateescape"))
            open_note(note, (keys.in_force(size),))
            said = Checkpoint.parse(note.text)
        except NotProven as reason:
            what = f"The stored checkpoint over {size} events is not one this log signed: {reason}"
            found.findings.append(Finding(size, what))
            continue
        if (said.origin, said.size, said.root) != (origin, size, root):
            what = f"The stored checkpoint over {size} events does not say what was signed: its row was altered."
            found.findings.append(Finding(size, what))
            continue
        found.roots[size] = root
        found.notes[size] = content
    return found


def compared(signed: Mapping[int, bytes], actual: Mapping[int, bytes], *, size: int, whose: str) -> list[Finding]:
    """Compare what was signed with the roots over the events that are there; ``whose`` names the checkpoints.

    Only the first that differs is reported: what was altered lies before its end, and changes all that follow.
    """
    findings = []
    if missing := [one for one in signed if one > size]:
        newest = max(missing)
        what = f"{whose} covers {newest} events, but only {size} are there: the end of the log was cut off."
        findings.append(Finding(size + 1, what))
    agreed = 0
    for one in sorted(signed):
        if one > size or actual.get(one) is None:
            continue
        if actual[one] != signed[one]:
            what = (
                f"{whose} over {one} events is not about the events that are there: between event {agreed + 1} and "
                f"event {one} something was changed, moved, put in or taken out after it was signed."
            )
            findings.append(Finding(agreed + 1, what))
            break
        agreed = one
    return findings


def witnessed(notes: Mapping[int, str], policy: Policy) -> int:
    """Return the size of the newest stored checkpoint that meets a policy, 0 where none does."""
    for size in sorted(notes, reverse=True):
        try:
            policy.open_checkpoint(notes[size].encode())
        except NotProven:
            continue
        return size
    return 0
