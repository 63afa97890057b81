"""Asking one witness for its cosignature, over HTTP, with a deadline for every exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from audit.archive.witness.exchange import SECONDS, Said, Silent, post
from audit.domain.errors import Refused, Unavailable
from audit.evidence.errors import Malformed
from audit.evidence.witness import SIZE_TYPE, TEXT_TYPE, signatures_in, size_in, submission_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.archive.log.store import SignedCheckpoint
    from audit.evidence.note import Signature

_ATTEMPTS: Final = 4
_SAID: Final = 200
_Read = TypeVar("_Read")


class WitnessSilent(Unavailable):
    """A witness did not answer, or not as the protocol has it."""


class WitnessObjects(Refused):
    """A witness does not cosign what it was shown."""


class WitnessClient:
    """One witness by its name and the address it takes submissions at."""

    def __init__(self, name: str, url: str, *, seconds: float = SECONDS) -> None:
        self.name = name
        self._url = url
        self._seconds = seconds
        self._stands = 0

    def ask(self, signed: SignedCheckpoint, prove_growth: Callable[[int, int], list[bytes]]) -> tuple[Signature, ...]:
        """Return the lines the witness signs a checkpoint with; nothing about them is checked yet.

        ``prove_growth`` gives the proof from the size where the witness stands. Raises WitnessSilent when it does not
        answer, WitnessObjects when it saw another log than this one.
        """
        for _ in range(_ATTEMPTS):
            old = self._stands if self._stands <= signed.size else 0
            proof = prove_growth(old, signed.size)
            said = self._exchange(submission_of(signed.note.encode(), old_size=old, proof=proof))
            if said.status == _SAID:
                self._stands = signed.size
                return self._read(signatures_in, said)
            self._stands = self._where_it_stands(said, signed.size)
        raise WitnessSilent(f"The witness {self.name} is kept busy by others: it is asked again later.")

    def _where_it_stands(self, said: Said, size: int) -> int:
        """Return from which size to prove the growth instead. Raises where that would not help."""
        if said.status == 409 and said.kind == SIZE_TYPE:  # noqa: PLR2004  # the number of the protocol
            stands = self._read(size_in, said)
            if stands > size:
                raise WitnessObjects(
                    f"The witness {self.name} saw this log with {stands} events, but here it has {size}: another "
                    "process sealed in the meantime, or events were cut off; if it stays so, run onrecord verify."
                )
            return stands
        reason = _shown(said.content)
        if said.status in {409, 422}:
            self._stands = 0
            raise WitnessObjects(
                f"The witness {self.name} refuses: this log does not continue the one it saw ({reason}); run onrecord "
                "verify with the newest checkpoint that was handed out."
            )
        if said.status in {403, 404}:
            raise WitnessObjects(
                f"The witness {self.name} does not know this log's key: name its vkey there ({reason})."
            )
        raise WitnessSilent(f"The witness {self.name} answers {said.status} ({reason}): see its own log.")

    def _read(self, reader: Callable[[bytes], _Read], said: Said) -> _Read:
        try:
            return reader(said.content)
        except Malformed as reason:
            raise WitnessSilent(f"The witness {self.name} answers what nobody can read: {reason}") from reason

    def _exchange(self, body: bytes) -> Said:
        try:
            return post(f"{self._url.rstrip('/')}/add-checkpoint", body, kind=TEXT_TYPE, seconds=self._seconds)
        except Silent as why:
            raise WitnessSilent(f"The witness {self.name} does not answer ({why}): it is asked again later.") from why


def _shown(content: bytes) -> str:
    return ascii(content[:80].decode(errors="replace").strip())
