"""Samples of what a search finds, drawn by a chance that anybody can repeat; what was drawn is on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.bootstrap.withheld import hiding_from_reader
from audit.domain import review
from audit.domain.access import SearchMade
from audit.domain.errors import NotAllowed, WrongUse
from audit.domain.event import Personal
from audit.domain.review import SampleDrawn
from audit.domain.wording import require_code
from audit.projections.search.find import Asked, everything
from audit.projections.search.work_strata import STRATA, strata_of

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

MAY_DRAW: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer", "auditor"})
_SEED_BYTES: Final = 8


@dataclass(frozen=True)
class Drawing:
    """What was drawn of ``population`` events; each sample with its stratum ("" where there are none) and its event."""

    seed: str
    population: int
    position: int
    samples: tuple[tuple[str, int, SampleDrawn], ...]


def draw(house: House, by: Actor, query: str, *, size: int, seed: str | None = None, per: str | None = None) -> Drawing:
    """Draw the events whose SHA-256 of SEED:EVENT comes first, of each stratum where ``per`` names what divides them.

    The views must have been brought to the head. Raises NotAllowed, and WrongUse for what cannot be drawn.
    """
    if by.role not in MAY_DRAW:
        raise NotAllowed(f"A {by.role} draws no samples: ask one of {', '.join(sorted(MAY_DRAW))}.")
    if seed is not None:
        require_code(seed, "the seed")
    if per is not None and per not in STRATA:
        raise WrongUse(f"A sample cannot be drawn per {per}: take one of {', '.join(STRATA)}.")
    asked = Asked(query=query, zone=house.settings.zone, now=house.world.clock())
    hidden = hiding_from_reader(house, by.role).positions
    found, position = everything(house.views, asked, hidden=hidden, tie=house.archive.names.tie)
    chance = seed or f"s{house.world.random(_SEED_BYTES).hex()}"
    strata = strata_of(house.views, found, per) if per else {"": found}
    why = Personal(by.why) if by.why else None
    made = SearchMade(query=Personal(query), count=len(found), position=position, why=why)
    drawn = [
        (
            stratum,
            review.draw_sample(
                places, size=size, seed=_seed(chance, per, stratum), as_of=position, query=Personal(query)
            ),
        )
        for stratum, places in strata.items()
    ]
    house.archive.note(made, by)
    samples = tuple((stratum, house.archive.note(sample, by), sample) for stratum, sample in drawn)
    return Drawing(chance, len(found), position, samples)


def _seed(chance: str, per: str | None, stratum: str) -> str:
    return f"{chance}/{per}/{stratum}" if per else chance
