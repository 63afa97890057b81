"""``onrecord draw``: a sample of what a search finds, by a chance that anybody can repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from audit.bootstrap.withheld import hiding_from_reader
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain import review
from audit.domain.access import SearchMade
from audit.domain.errors import NotAllowed, WrongUse
from audit.domain.event import Personal
from audit.domain.wording import require_code
from audit.projections.directory import Directory
from audit.projections.search.find import Asked, everything
from audit.projections.search.work_strata import STRATA, strata_of

if TYPE_CHECKING:
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

Query = Annotated[str, typer.Argument(help="As in onrecord search.", show_default=False)]
Size = Annotated[int, typer.Option("--size", min=1, help="How many to draw, of each stratum where there are several.")]
Seed = Annotated[str | None, typer.Option("--seed", help="A code the chance is made of; drawn where none is given.")]
Per = Annotated[str | None, typer.Option("--per", help=f"Draw of each: {', '.join(STRATA)}.")]

_MAY_DRAW: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer", "auditor"})
_SEED_BYTES: Final = 8


def draw(session: Session, query: Query, size: Size = 10, seed: Seed = None, per: Per = None) -> Answer:
    """Draw a sample of what a search finds: the events whose SHA-256 of SEED:EVENT comes first."""
    if seed is not None:
        require_code(seed, "the seed")
    if per is not None and per not in STRATA:
        raise WrongUse(f"A sample cannot be drawn per {per}: take one of {', '.join(STRATA)}.")
    with session.house() as house:
        by = session.actor(house)
        if by.role not in _MAY_DRAW:
            raise NotAllowed(f"A {by.role} draws no samples: ask one of {', '.join(sorted(_MAY_DRAW))}.")
        session.caught_up(house)
        asked = Asked(query=query, zone=session.settings.zone)
        hidden = hiding_from_reader(house, by.role).positions
        found, position = everything(house.views, asked, hidden=hidden, tie=house.archive.names.tie)
        chance = seed or f"s{house.world.random(_SEED_BYTES).hex()}"
        strata = strata_of(house.views, found, per) if per else {"": found}
        made = SearchMade(query=Personal(query), count=len(found), position=position, why=purpose(by))
        drawn = [
            (stratum, _drawn(positions, size, _seed(chance, per, stratum), position, query))
            for stratum, positions in strata.items()
        ]
        house.archive.note(made, by)
        names = _names(house) if per == "agent" else {}
        samples = [_facts(house, by, stratum, one, names) for stratum, one in drawn]
    facts = {"position": position, "population": len(found), "seed": chance, "per": per, "samples": samples}
    return Answer(facts=facts, words="\n".join([f"Seed {chance}, events up to {position}.", *map(_line, samples)]))


def _seed(chance: str, per: str | None, stratum: str) -> str:
    return f"{chance}/{per}/{stratum}" if per else chance


def _drawn(positions: list[int], size: int, seed: str, as_of: int, query: str) -> review.SampleDrawn:
    return review.draw_sample(positions, size=size, seed=seed, as_of=as_of, query=Personal(query))


def _names(house: House) -> dict[UUID, str]:
    with house.views.reading(Directory) as (db, directory):
        return directory.names(db)


def _facts(house: House, by: Actor, stratum: str, sample: review.SampleDrawn, names: dict[UUID, str]) -> dict[str, Any]:
    event = house.archive.note(sample, by)
    named = next((name for staff, name in names.items() if staff.hex == stratum), None)
    return {
        "event": event,
        "stratum": stratum or None,
        "name": named,
        "population": sample.population,
        "drawn": list(sample.drawn),
        "seed": sample.seed,
    }


def _line(sample: dict[str, Any]) -> str:
    of = f"{sample['name'] or sample['stratum']}: " if sample["stratum"] else ""
    events = ", ".join(map(str, sample["drawn"]))
    return f"{of}{len(sample['drawn'])} of {sample['population']}: events {events} (drawn in event {sample['event']})"
