"""An archive to bring things to, and what is in it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from audit.domain.actor import Actor
from audit.domain.custody import DeliveryRead, DeliveryReceived, DeliveryRejected, ItemRefused
from audit.domain.directory import StaffSeen
from audit.domain.event import Event, Record
from audit.intake.delivery import Importer, Options
from audit.intake.holding import Limits
from audit.intake.source import Reading
from tests.intake.reading import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.intake.accounting import Accounting, Progress

BY = Actor(login="operator", role="operator")
CUSTODY = (DeliveryReceived, DeliveryRead, DeliveryRejected)
LIMITS = Limits(members=20, depth=4, ratio=50, ratio_from=1024 * 1024)

_Event = TypeVar("_Event", bound=Event)


class Desk:
    """A house with an importer; ``told`` is what it said while it read."""

    def __init__(self, house: House, **options: Any) -> None:
        self.house = house
        self.told: list[Progress] = []
        reading = Reading(zone=ZoneInfo("Europe/Vilnius"), our_addresses=frozenset({"help@example.org"}))
        settings: dict[str, Any] = {"reading": reading, "limits": LIMITS} | options
        secret, clock = house.delivery_secret, house.world.clock
        self.importer = Importer(
            house.archive, tuple(SOURCES.values()), Options(secret=secret, clock=clock, **settings)
        )

    def bring(self, *paths: Path) -> Accounting:
        return self.importer.bring(paths, BY, self.told.append)

    def records(self) -> list[Record]:
        """Return everything in the archive; nothing in it may be damaged."""
        records = self.house.archive.read(0, 1_000_000)
        assert all(isinstance(record, Record) for record in records)
        return [record for record in records if isinstance(record, Record)]

    def events(self, kind: type[_Event]) -> list[_Event]:
        return [record.event for record in self.records() if isinstance(record.event, kind)]

    def items(self) -> set[tuple[str, str, str]]:
        """Return what sources told: by stream, topic and time; a name in the directory has the time it was met."""
        apart = (*CUSTODY, ItemRefused, StaffSeen)
        return {
            (str(one.stream), one.event.TOPIC, one.stamp.happened_at.isoformat())
            for one in self.records()
            if not isinstance(one.event, apart) and one.stamp.source != "on-record"
        }
