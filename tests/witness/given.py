"""Logs that grow, witnesses that listen, and what is said between them over HTTP."""

from __future__ import annotations

import http.client
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.witness.server import WitnessServer
from audit.archive.witness.witness import Witness, open_witness
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.cosignature import WitnessVerifier
from audit.evidence.hashes import entry_hash
from audit.evidence.keys import KeyKind, SigningKey, VerifierKey
from audit.evidence.note import Note, TextVerifier, open_note, sign_text
from audit.evidence.prover import Tree, consistency_proof, root_at
from audit.evidence.witness import signatures_in, submission_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.evidence.checkpoint import Checkpoint as Said

ORIGIN = "example.com/archive"
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


class GivenLog:
    """A log of so many leaves; ``salt`` tells logs of one origin from one another."""

    def __init__(self, leaves: int, *, salt: str = "", key: SigningKey | None = None) -> None:
        self.key = key or SigningKey(ORIGIN, KeyKind.TEXT, bytes(range(32)))
        self.tree = Tree(entry_hash(f"{salt}{number}".encode()) for number in range(leaves))

    @property
    def verifier(self) -> TextVerifier:
        return TextVerifier(self.key.verifier)

    def root(self, size: int) -> bytes:
        return root_at(self.tree.hash_at, size)

    def note(self, size: int, *, root: bytes | None = None) -> bytes:
        text = str(Checkpoint(self.key.name, size, self.root(size) if root is None else root))
        return bytes(Note(text, (sign_text(text, self.key),)))

    def proof(self, old: int, new: int) -> list[bytes]:
        return consistency_proof(self.tree.hash_at, old_size=old, new_size=new)

    def submission(self, old: int, new: int) -> bytes:
        return submission_of(self.note(new), old_size=old, proof=self.proof(old, new))


class Heard(NamedTuple):
    """What a witness answered."""

    status: int
    kind: str
    content: bytes

    def cosigned(self, note: bytes, vkey: str) -> Said:
        """Return what was cosigned, once the cosignature is shown to be genuine."""
        assert self.status == 200, self
        whole = Note(Note.parse(note).text, signatures_in(self.content))
        return Checkpoint.parse(open_note(whole, [WitnessVerifier(VerifierKey.parse(vkey))]).text)


def post(url: str, body: bytes, path: str = "/add-checkpoint") -> Heard:
    return request(url, "POST", path, body)


def request(url: str, method: str, path: str, body: bytes | None = None) -> Heard:
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)) as connection:
        connection.request(method, path, body)
        with closing(connection.getresponse()) as response:
            return Heard(response.status, response.headers.get("Content-Type", ""), response.read())


def a_witness(folder: Path, *logs: TextVerifier, name: str | None = None) -> Witness:
    return open_witness(folder, logs=logs, clock=lambda: AT, name=name, default="example.com/witness")


@contextmanager
def listening(witness: Witness, *, port: int = 0, seconds: float = 10) -> Iterator[str]:
    """Serve a witness in a thread of this process, and give its address."""
    with closing(witness), WitnessServer(("127.0.0.1", port), witness, seconds=seconds) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.url
        finally:
            server.shutdown()
            thread.join()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])
