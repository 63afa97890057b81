"""Whom a verifier trusts (C2SP tlog-policy): which logs, which witnesses, and how many of them must have cosigned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import WitnessVerifier, cosigned_at
from audit.evidence.errors import Malformed, NotProven
from audit.evidence.keys import VerifierKey
from audit.evidence.notation import number_of, shown
from audit.evidence.note import Note, TextVerifier, open_note

SIZE_MAX = 1_000_000
_NO_QUORUM = "none"
_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Group:
    """Witnesses, or groups of them, of which at least ``threshold`` must have cosigned."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class WitnessedCheckpoint:
    """A checkpoint a policy accepted, and when each known witness saw it, by the witness's name in the policy."""

    checkpoint: Checkpoint
    witnessed_at: Mapping[str, datetime]


@dataclass(frozen=True)
class Policy:
    """Logs, witnesses and the quorum. ``groups`` stand in the order of the file: each after its members."""

    logs: tuple[TextVerifier, ...] = ()
    witnesses: Mapping[str, WitnessVerifier] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str | None = None

    @classmethod
    def parse(cls, content: bytes) -> Policy:
        """Read a policy file. Its bytes above 7F are opaque, as the standard has it."""
        if len(content) > SIZE_MAX or _FORBIDDEN.search(content) or not content.endswith(b"\n"):
            raise Malformed(f"A policy is lines of text, at most {SIZE_MAX} bytes: end the last one with a newline.")
        draft = _Draft()
        for number, line in enumerate(content.decode(errors="surrogateescape").split("\n"), start=1):
            try:
                draft.read(line.strip(" \t"))
            except Malformed as reason:
                raise Malformed(f"Line {number} of the policy: {reason}") from reason
        if not draft.quorum:
            raise Malformed('The policy has no quorum line: add one, "quorum none" where no witness is required.')
        quorum = None if draft.quorum == _NO_QUORUM else draft.quorum
        return cls(tuple(draft.logs), draft.witnesses, draft.groups, quorum)

    def open_checkpoint(self, content: bytes | Note) -> WitnessedCheckpoint:
        """Return the checkpoint of a note that a log of this policy signed and its quorum of witnesses cosigned.

        Raises NotProven otherwise, also when any known key's signature is not genuine.
        """
        note = open_note(content, (*self.logs, *self.witnesses.values()))
        checkpoint = Checkpoint.parse(note.text)
        signers = {signature.signer for signature in note.signatures}
        if not any(log.key.name == checkpoint.origin and log.key.signer in signers for log in self.logs):
            raise NotProven(f"No log key you trust signed for {shown(checkpoint.origin)}: ask it for its vkey.")
        times = self._times(note)
        self._must_reach_quorum(set(times))
        return WitnessedCheckpoint(checkpoint, times)

    def _times(self, note: Note) -> dict[str, datetime]:
        """Return the earliest time each witness states."""
        names = {witness.key.signer: name for name, witness in self.witnesses.items()}
        times: dict[str, datetime] = {}
        for signature in note.signatures:
            if name := names.get(signature.signer):
                at = cosigned_at(signature)
                times[name] = min(at, times.get(name, at))
        return times

    def _must_reach_quorum(self, witnessed: set[str]) -> None:
        for name, group in self.groups.items():
            if len(witnessed.intersection(group.members)) >= group.threshold:
                witnessed.add(name)
        if self.quorum is not None and self.quorum not in witnessed:
            raise NotProven(f"Too few witnesses cosigned: the quorum {shown(self.quorum)} is not met, ask them again.")


@dataclass
class _Draft:
    """A policy while its lines are read."""

    logs: list[TextVerifier] = field(default_factory=list)
    witnesses: dict[str, WitnessVerifier] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""
    taken: set[str] = field(default_factory=set)

    def read(self, line: str) -> None:
        if not line or line.startswith("#"):
            return
        match _BLANKS.split(line):
            case ["log", vkey] | ["log", vkey, _]:
                self._add_log(TextVerifier(VerifierKey.parse(vkey)))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._add_witness(name, WitnessVerifier(VerifierKey.parse(vkey)))
            case ["group", name, threshold, *members]:
                self._add_group(name, threshold, members)
            case ["quorum", name]:
                self._set_quorum(name)
            case _:
                raise Malformed(f"expected log, witness, group or quorum with what belongs to it, not {shown(line)}.")

    def _add_log(self, log: TextVerifier) -> None:
        if any(log.key.public == other.key.public for other in self.logs):
            raise Malformed(f"the key of {shown(log.key.name)} stands there twice: keep one of the lines.")
        self.logs.append(log)

    def _add_witness(self, name: str, witness: WitnessVerifier) -> None:
        self._must_be_new(name)
        if any(witness.key.public == other.key.public for other in self.witnesses.values()):
            raise Malformed(f"the key of {shown(name)} is that of another witness: keep one of the lines.")
        self.witnesses[name] = witness

    def _add_group(self, name: str, threshold: str, members: list[str]) -> None:
        self._must_be_new(name)
        for member in members:
            self._must_be_known(member)
            if member in self.taken:
                raise Malformed(f"{shown(member)} is already a member of a group: one vote each.")
            self.taken.add(member)
        wanted = {"any": 1, "all": len(members)}.get(threshold)
        wanted = number_of(threshold) if wanted is None else wanted
        if not 1 <= wanted <= len(members):
            raise Malformed(f"{wanted} of {len(members)} members cannot cosign: correct the number.")
        self.groups[name] = Group(wanted, tuple(members))

    def _set_quorum(self, name: str) -> None:
        if self.quorum:
            raise Malformed("a second quorum: keep one of the lines.")
        if name != _NO_QUORUM:
            self._must_be_known(name)
        self.quorum = name

    def _must_be_new(self, name: str) -> None:
        if name == _NO_QUORUM or name in self.witnesses or name in self.groups:
            raise Malformed(f"the name {shown(name)} is taken: choose another.")

    def _must_be_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Malformed(f"{shown(name)} is neither a witness nor a group of an earlier line: define it first.")
