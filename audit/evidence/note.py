"""Signed notes (C2SP signed-note): a text, a blank line, and who signed it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import ID_SIZE, KeyKind, SigningKey, VerifierKey, must_be_key_name
from audit.evidence.notation import base64_of, bytes_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

SIZE_MAX = 1_000_000
SIGNATURES_MAX = 100
_DASH = "\u2014 "
_TEXT = re.compile(r"[^\x00-\x09\x0b-\x1f\ud800-\udfff]*\n")


@dataclass(frozen=True)
class Signature:
    """One signature line: who claims to have signed, and with what. Nothing about it is checked yet."""

    name: str
    key_id: bytes
    content: bytes

    def __post_init__(self) -> None:
        must_be_key_name(self.name)
        if len(self.key_id) != ID_SIZE or not self.content:
            raise Malformed(f"A signature of {self.name} is cut short: take the note as it was handed out.")

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line, without its newline."""
        if not line.startswith(_DASH):
            raise Malformed("A signature line is a dash, a name and base64: take the note as it was handed out.")
        name, _, written = line.removeprefix(_DASH).partition(" ")
        content = bytes_of(written)
        return cls(name, content[:ID_SIZE], content[ID_SIZE:])

    @property
    def signer(self) -> tuple[str, bytes]:
        """The name and the id that together stand for a key."""
        return self.name, self.key_id

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.content)}\n"


@dataclass(frozen=True)
class Note:
    """A note in the right form. Its text means nothing before ``open_note`` has checked who signed it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not _TEXT.fullmatch(self.text):
            raise Malformed("The text of a note is whole lines without control characters: take it as handed out.")
        if len(self.signatures) > SIGNATURES_MAX:
            raise Malformed(f"A note has at most {SIGNATURES_MAX} signatures, this one {len(self.signatures)}.")

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a note, however it was signed."""
        if len(content) > SIZE_MAX:
            raise Malformed(f"A note has at most {SIZE_MAX} bytes, this one {len(content)}.")
        text, blank, lines = text_of(content).rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise Malformed("A note is a text, a blank line and signatures: take it as it was handed out.")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines[:-1].split("\n")))

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()

    def signed(self, *signatures: Signature) -> Self:
        """Return the note with these signatures at its end, in place of earlier ones by the same keys."""
        signers = {signature.signer for signature in signatures}
        kept = tuple(signature for signature in self.signatures if signature.signer not in signers)
        return replace(self, signatures=kept + signatures)


class Verifier(Protocol):
    """A known key and the way it signs texts."""

    @property
    def key(self) -> VerifierKey:
        """The name and the id to look for."""
        ...

    def check(self, text: bytes, signature: bytes) -> None:
        """Raise NotProven unless the signature is this key's over the text."""
        ...


@dataclass(frozen=True)
class TextVerifier:
    """Checks plain Ed25519 signatures over the text: a log signs its checkpoints so."""

    key: VerifierKey

    def __post_init__(self) -> None:
        if self.key.kind is not KeyKind.TEXT:
            raise Malformed(f"The key {self.key.name} is a witness's: it does not sign texts as they stand.")

    def check(self, text: bytes, signature: bytes) -> None:
        """Raise NotProven unless the key signed the text."""
        self.key.check(text, signature)


def sign_text(text: str, key: SigningKey) -> Signature:
    """Sign a text with the key of a log."""
    if key.kind is not KeyKind.TEXT:
        raise Malformed(f"The key {key.name} is a witness's: sign the text with the key of a log.")
    return Signature(key.name, key.verifier.id, key.sign(text.encode()))


def open_note(content: bytes | Note, verifiers: Iterable[Verifier]) -> Note:
    """Return the note with the signatures of known keys alone, every one of them genuine.

    Signatures of unknown keys are ignored. Raises NotProven when a known key's signature is not genuine, also a
    second one, and when no known key signed.
    """
    note = content if isinstance(content, Note) else Note.parse(content)
    known = _by_signer(verifiers)
    text = note.text.encode()
    genuine: dict[Signature, None] = {}
    for signature in note.signatures:
        if verifier := known.get(signature.signer):
            verifier.check(text, signature.content)
            genuine[signature] = None
    if not genuine:
        raise NotProven("No key you trust signed this note: ask for the vkey of its signer by another way.")
    return replace(note, signatures=tuple(genuine))


def _by_signer(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault(verifier.key.signer, verifier).key != verifier.key:
            raise Malformed(f"Two known keys are named {verifier.key.name} and have the same id: rename one.")
    return known
