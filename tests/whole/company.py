"""Bringing files in without a process, and what is then in the events and the views, told in words of their own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from audit.archive.stamping import HERE
from audit.bootstrap.register import PROJECTIONS, SOURCES
from audit.domain.actor import Actor
from audit.domain.custody import DeliveryRead, DeliveryReceived
from audit.domain.event import Record
from audit.intake.delivery import Importer, Options
from audit.intake.source import Reading
from audit.projections.deliveries import Deliveries
from audit.projections.dump import dump

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.intake.accounting import Accounting

BY = Actor(login="operator", role="operator")
ADDED_BY_A_REPETITION = {DeliveryReceived.TOPIC, DeliveryRead.TOPIC}
_POSITIONS = frozenset({"position", "since", "until", "original"})


def bring(house: House, *paths: Path, numbers: Iterable[int] | None = None) -> Accounting:
    """Import files; ``numbers`` name the deliveries where their ids must be the same again."""
    options: dict[str, Any] = {"secret": house.delivery_secret, "clock": house.world.clock}
    if numbers is not None:
        ids = iter(numbers)
        options["new_id"] = lambda: UUID(int=next(ids))
    reading = Reading(zone=ZoneInfo("Europe/Vilnius"), our_addresses=frozenset({"help@example.org"}))
    return Importer(house.archive, SOURCES, Options(reading=reading, **options)).bring(list(paths), BY)


def filled(house: House, *paths: Path) -> House:
    """Bring files in, and the views to the head."""
    bring(house, *paths, numbers=count(1))
    house.follower.catch_up()
    return house


def dumps(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every view."""
    return {projection.name: dump(house.views, projection) for projection in PROJECTIONS}


def items(house: House) -> set[tuple[str, int, str]]:
    """Return what sources told: stream, version and topic of each event that is not ours."""
    return {(str(one.stream), one.version, one.event.TOPIC) for one in records(house) if one.stamp.source != HERE}


def records(house: House) -> list[Record]:
    """Return everything in the archive; nothing in it may be damaged."""
    found = house.archive.read(0, 1_000_000)
    assert all(isinstance(one, Record) for one in found)
    return [one for one in found if isinstance(one, Record)]


def views_apart_from_positions(house: House) -> dict[str, set[tuple[object, ...]]]:
    """Return every row of every view about what sources told, with the item's own name for each position in it.

    The deliveries are left out: they tell how things came, not what came; and so is when a name of staff was first met.
    """
    named = {one.position: f"{one.stream} {one.version}" for one in records(house)}
    theirs = {one.position for one in records(house) if one.stamp.source != HERE}
    told: dict[str, set[tuple[object, ...]]] = {}
    for projection in PROJECTIONS:
        with house.views.reading(projection) as (db, view):
            for table in view.metadata.sorted_tables:
                if projection is Deliveries or table.info.get("derived"):
                    continue
                rows = [row._asdict() for row in db.execute(select(table))]
                met_by_chance = {"at", "zone"} if "staff" in table.columns and "name" in table.columns else set()
                told[table.name] = {
                    _told(row, named, met_by_chance) for row in rows if row.get("position", row.get("since")) in theirs
                }
    return told


def _told(row: dict[str, Any], named: dict[int, str], left_out: set[str]) -> tuple[object, ...]:
    """Return a row with names for positions, without what is drawn by lot or holds a position in its low bits."""
    return tuple(
        named[value] if column in _POSITIONS and value is not None else value
        for column, value in row.items()
        if column not in {"commit", *left_out} and not (column == "id" and isinstance(value, int))
    )
