"""Verifying: every row recomputed, then all that verify does, beside a loop that only reads and hashes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from audit.archive.checking import check
from audit.archive.log.verification import Verifying, verify_log
from audit.projections.comparing import comparing_ties
from audit.projections.ties import Ties
from tests.benchmarks.bare import bare_reader
from tests.benchmarks.figures import Figure, Rounds

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.projections.comparing import TiesComparison
    from tests.benchmarks.bare import BareTable
    from tests.benchmarks.ground import Ground

_PAGE = 5_000
_TIMES: Final = 5.2
"""So many times the company of other benchmarks: with the full one, a million events."""
_ROUNDS_MAX: Final = 3


def verify(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    larger = replace(ground, size=replace(ground.size, messages=int(ground.size.messages * _TIMES)))
    with larger.filled_house() as house, bare_reader(ground) as bare:
        house.log.seal()
        house.follower.catch_up(only=lambda: {Ties.name})
        size = house.archive.head().size
        for _ in range(min(_ROUNDS_MAX, ground.size.rounds)):
            with rounds.timed("read and hash", size):
                _read_and_hash(bare)
            with rounds.timed("rows", size):
                checked = check(house.recorder, may_be_missing=frozenset(), on_progress=lambda _: None)
            assert not checked.findings
            with rounds.timed("log", size):
                _verify_log(house)
            with rounds.timed("all", size):
                _verify_all(house)
    against = "read and hash"
    return [
        Figure("events that are verified", size, "events"),
        rounds.figure("verify every event", "events/s", side="rows", against=against),
        rounds.figure("verify events, tree and checkpoints", "events/s", side="log", against=against),
        rounds.figure("the same, and whose events they are", "events/s", side="all", against=against),
        rounds.figure("read and hash", "events/s", side="read and hash"),
    ]


def _verify_all(house: House) -> None:
    with comparing_ties(house.archive, house.views) as ties:
        _verify_log(house, ties)
        assert ties.different() == []


def _verify_log(house: House, watch: TiesComparison | None = None) -> None:
    asked = Verifying(
        log=house.log, recorder=house.recorder, originals=house.originals, living=lambda _: set(), watch=watch
    )
    assert verify_log(asked, lambda _: None).findings == []


def _read_and_hash(bare: BareTable) -> None:
    after = 0
    while rows := bare.read(after, _PAGE):
        for *_, state, sealed, _leaf in rows:
            sha256(state).digest()
            sha256(sealed or b"").digest()
        after = rows[-1][0]
