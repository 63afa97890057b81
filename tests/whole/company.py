"""Bringing files in without a process, and what is then in the events and the views, told in words of their own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from audit.bootstrap.register import PROJECTIONS, SOURCES
from audit.domain.actor import Actor
from audit.domain.custody import DeliveryRead, DeliveryReceived
from audit.domain.event import Record
from audit.intake.delivery import Importer, Options
from audit.intake.source import Reading
from audit.projections.dump import dump

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.intake.accounting import Accounting

BY = Actor(login="operator", role="operator")
ADDED_BY_A_REPETITION = {DeliveryReceived.TOPIC, DeliveryRead.TOPIC}


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
