"""Which key of the log was in force at which size, by the rotations that both the old and the new key signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.evidence.errors import NotProven
from audit.evidence.keys import VerifierKey
from audit.evidence.note import Note, TextVerifier, open_note, sign_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from audit.evidence.keys import SigningKey

_SAYS = "changes its key"


@dataclass(frozen=True)
class KeyHistory:
    """The keys from the newest to the oldest, each with the size from which on it was in force."""

    keys: tuple[tuple[VerifierKey, int], ...]

    @classmethod
    def of(cls, current: VerifierKey, rotations: Iterable[tuple[int, str]] = ()) -> Self:
        """Go back from the key in force over the rotations (position, note) that lead to it; others mean nothing.

        Whoever writes to the database can add an event, but not one that two keys of this log signed.
        """
        keys: list[tuple[VerifierKey, int]] = []
        for position, note in sorted(rotations, reverse=True):
            old = _before(current, note)
            if old is not None:
                keys.append((current, position))
                current = old
        return cls((*keys, (current, 0)))

    def in_force(self, size: int) -> TextVerifier:
        """Return the key whose signature a checkpoint of this size must have."""
        return TextVerifier(next(key for key, since in self.keys if since <= size))


def rotation_note(old: SigningKey, new: SigningKey) -> str:
    """Return a note that both keys sign: that one follows the other."""
    text = f"{old.name}\n{_SAYS}\nfrom {old.verifier}\nto {new.verifier}\n"
    return bytes(Note(text).signed(sign_text(text, old), sign_text(text, new))).decode()


def _before(current: VerifierKey, content: str) -> VerifierKey | None:
    """Return the key that handed over to this one, None for a note that does not say so or that one did not sign."""
    try:
        note = Note.parse(content.encode())
        origin, says, old, new = note.text.removesuffix("\n").split("\n")
        before = VerifierKey.parse(old.removeprefix("from "))
        if (origin, says, new) != (current.name, _SAYS, f"to {current}") or before.name != origin:
            return None
        signed = {one.signer for one in open_note(note, (TextVerifier(before), TextVerifier(current))).signatures}
    except (NotProven, ValueError):
        return None
    return before if signed == {before.signer, current.signer} else None
