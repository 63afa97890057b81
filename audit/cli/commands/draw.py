"""``onrecord draw``: a sample of what a search finds, by a chance that anybody can repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap import drawing_samples
from audit.cli.session import Answer, Session
from audit.domain.errors import WrongUse
from audit.domain.wording import require_code
from audit.projections.directory import Directory
from audit.projections.search.work_strata import STRATA

if TYPE_CHECKING:
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.review import SampleDrawn

Query = Annotated[str, typer.Argument(help="As in onrecord search.", show_default=False)]
Size = Annotated[int, typer.Option("--size", min=1, help="How many to draw, of each stratum where there are several.")]
Seed = Annotated[str | None, typer.Option("--seed", help="A code the chance is made of; drawn where none is given.")]
Per = Annotated[str | None, typer.Option("--per", help=f"Draw of each: {', '.join(STRATA)}.")]


def draw(session: Session, query: Query, size: Size = 10, seed: Seed = None, per: Per = None) -> Answer:
    """Draw a sample of what a search finds: the events whose SHA-256 of SEED:EVENT comes first."""
    if seed is not None:
        require_code(seed, "the seed")
    if per is not None and per not in STRATA:
        raise WrongUse(f"A sample cannot be drawn per {per}: take one of {', '.join(STRATA)}.")
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        drawing = drawing_samples.draw(house, by, query, size=size, seed=seed, per=per)
        names = _names(house) if per == "agent" else {}
    samples = [_facts(stratum, event, sample, names) for stratum, event, sample in drawing.samples]
    facts = {
        "position": drawing.position,
        "population": drawing.population,
        "seed": drawing.seed,
        "per": per,
        "samples": samples,
    }
    said = f"Seed {drawing.seed}, events up to {drawing.position}."
    return Answer(facts=facts, words="\n".join([said, *map(_line, samples)]))


def _names(house: House) -> dict[UUID, str]:
    with house.views.reading(Directory) as (db, directory):
        return directory.names(db)


def _facts(stratum: str, event: int, sample: SampleDrawn, names: dict[UUID, str]) -> dict[str, Any]:
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
