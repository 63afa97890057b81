"""Verifying: every row recomputed, beside a loop that only reads and hashes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from audit.archive.checking import check
from tests.benchmarks.bare import bare_reader
from tests.benchmarks.figures import Figure, Rounds

if TYPE_CHECKING:
    from tests.benchmarks.bare import BareTable
    from tests.benchmarks.ground import Ground

_PAGE = 5_000


def verify(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    with ground.filled_house() as house, bare_reader(ground) as bare:
        size = house.archive.head().size
        for _ in range(ground.size.rounds):
            with rounds.timed("read and hash", size):
                _read_and_hash(bare)
            with rounds.timed("verify", size):
                checked = check(house.recorder, may_be_missing=frozenset(), on_progress=lambda _: None)
            assert not checked.findings
    return [
        rounds.figure("verify every event", "records/s", side="verify", against="read and hash"),
        rounds.figure("read and hash", "records/s", side="read and hash"),
    ]


def _read_and_hash(bare: BareTable) -> None:
    after = 0
    while rows := bare.read(after, _PAGE):
        for *_, state, sealed, _leaf in rows:
            sha256(state).digest()
            sha256(sealed or b"").digest()
        after = rows[-1][0]
