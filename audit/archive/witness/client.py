"""Asking one witness for its cosignature, over HTTP, with a deadline for every exchange."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

from audit.archive.witness.hurried import Hurried
from audit.domain.errors import Refused, Unavailable
from audit.evidence.errors import Malformed
from audit.evidence.witness import SIZE_TYPE, TEXT_TYPE, signatures_in, size_in, submission_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from audit.archive.log.store import SignedCheckpoint
    from audit.evidence.note import Signature

SECONDS: Final = 5.0
_ANSWER_MAX: Final = 65_536
_ATTEMPTS: Final = 4
_SAID: Final = 200
_Read = TypeVar("_Read")


class WitnessSilent(Unavailable):
    """A witness did not answer, or not as the protocol has it."""


class WitnessObjects(Refused):
    """A witness does not cosign what it was shown."""


class _Said(NamedTuple):
    status: int
    kind: str
    content: bytes


class WitnessClient:
    """One witness by its name and the address it takes submissions at."""

    def __init__(self, name: str, url: str, *, seconds: float = SECONDS) -> None:
        self.name = name
        self._url = urlsplit(url)
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

    def _where_it_stands(self, said: _Said, size: int) -> int:
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

    def _read(self, reader: Callable[[bytes], _Read], said: _Said) -> _Read:
        try:
            return reader(said.content)
        except Malformed as reason:
            raise WitnessSilent(f"The witness {self.name} answers what nobody can read: {reason}") from reason

    def _exchange(self, body: bytes) -> _Said:
        host = self._url.hostname or ""
        kind = _HTTPS if self._url.scheme == "https" else _HTTP
        try:
            with closing(kind(host, self._url.port, timeout=self._seconds)) as connection:
                path = f"{self._url.path.rstrip('/')}/add-checkpoint"
                connection.request("POST", path, body, {"Content-Type": TEXT_TYPE, "Connection": "close"})
                with closing(connection.getresponse()) as response:
                    content = response.read(_ANSWER_MAX)
                    return _Said(response.status, response.headers.get("Content-Type", ""), content)
        except (OSError, HTTPException, ValueError) as error:
            why = str(error) or type(error).__name__
            raise WitnessSilent(f"The witness {self.name} does not answer ({why}): it is asked again later.") from error


class _Hasty:
    """A connected socket whose answer has to come whole before a deadline."""

    def __init__(self, connected: socket.socket, seconds: float) -> None:
        self._connected = connected
        self._seconds = seconds

    def sendall(self, content: bytes) -> None:
        self._connected.sendall(content)

    def makefile(self, mode: str) -> Any:
        assert mode == "rb", "the library reads answers so"
        incoming = Hurried(self._connected)
        incoming.give(self._seconds)
        return incoming.buffered()

    def close(self) -> None:
        self._connected.close()


class _HTTP(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Hasty(self.sock, self.timeout or SECONDS)


class _HTTPS(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Hasty(self.sock, self.timeout or SECONDS)


def _shown(content: bytes) -> str:
    return ascii(content[:80].decode(errors="replace").strip())
