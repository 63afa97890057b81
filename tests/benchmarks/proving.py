"""Proving: inclusion proofs, bundles of one, a hundred and ten thousand events, and checking them again."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from audit.evidence.bundle import trusting, verify_bundle
from audit.evidence.checker import check_inclusion
from audit.reports.bundling import bundle_of
from tests.benchmarks.figures import Figure, Rounds

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.evidence.policy import Policy
    from tests.benchmarks.ground import Ground

_PROOFS: Final = 1_000
_SIZES: Final = (1, 100, 10_000)


def prove(ground: Ground) -> list[Figure]:
    rounds = Rounds()
    random = Random(7)  # noqa: S311  # the same events each time
    with ground.filled_house() as house:
        house.log.seal()
        policy = trusting([str(house.log.key_history().keys[0][0])])
        size = house.archive.head().size
        for _ in range(ground.size.rounds):
            places = random.choices(range(1, size + 1), k=min(_PROOFS, size))
            with rounds.timed("prove", len(places)):
                proofs = [house.log.prove(place, size) for place in places]
            _check(house, rounds, places, proofs)
            for count in _SIZES:
                _bundle(house, rounds, policy, random.sample(range(1, size + 1), min(count, size)), count)
    return [
        rounds.figure("inclusion proofs", "proofs/s", side="prove", against="check")._replace(against="checking them"),
        rounds.figure("checking them", "proofs/s", side="check"),
        *(_spoken(rounds, f"{what} of {count:,}") for count in _SIZES for what in ("bundle", "checking a bundle")),
    ]


def _check(house: House, rounds: Rounds, places: list[int], proofs: list[list[bytes]]) -> None:
    newest = house.log.newest()
    assert newest is not None
    leaves = {place: house.log.hash_at(0, place - 1) for place in places}
    with rounds.timed("check", len(places)):
        for place, proof in zip(places, proofs, strict=True):
            check_inclusion(leaves[place], index=place - 1, size=newest.size, proof=proof, root=newest.root)


def _bundle(house: House, rounds: Rounds, policy: Policy, places: list[int], count: int) -> None:
    with rounds.timed(f"bundle of {count:,}", 1):
        content = bundle_of(house, places, lambda one: one.declared).content
    with rounds.timed(f"checking a bundle of {count:,}", 1):
        assert len(verify_bundle(content, policy)) == len(places)


def _spoken(rounds: Rounds, side: str) -> Figure:
    return Figure(f"{side} events", 1e3 / rounds.rate(side), "ms")
