"""Items that programs send in: brought like a file, with what became of each line, and where it stands in the log."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.bootstrap.register import SOURCES
from audit.domain.errors import AuditError
from audit.intake.delivery import Importer, Options
from audit.intake.ndjson import Ndjson
from audit.intake.source import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.intake.accounting import Accounting, Progress
    from audit.intake.appending import Told

_PLACE: Final = "line "


class Line(NamedTuple):
    """What became of a line: new, known or refused, and position and leaf hash of each of its events."""

    number: int
    fate: str
    reason: str | None
    events: tuple[tuple[int, bytes], ...]


def receive(house: House, lines: Path, by: Actor) -> tuple[Accounting, list[Line]]:
    """Bring lines of ``onrecord.ndjson`` in, and say of each what became of it. They are stored when this returns."""
    told: list[Told] = []
    options = Options(
        secret=house.delivery_secret,
        clock=house.world.clock,
        format=Ndjson.name,
        reading=Reading(our_addresses=house.settings.our_addresses),
        tell=told.append,
    )
    done = Importer(house.archive, SOURCES, options).bring(lines, by)
    house.follower.wake()
    found = (_line(house, one) for one in told if one.place.startswith(_PLACE))
    return done, sorted(found, key=lambda line: line.number)


def bring(
    house: House,
    paths: Iterable[Path],
    by: Actor,
    *,
    form: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Accounting:
    """Bring files in, cut a checkpoint over what came, and have the views follow."""
    options = Options(
        secret=house.delivery_secret,
        clock=house.world.clock,
        format=form,
        reading=Reading(our_addresses=house.settings.our_addresses),
    )
    try:
        done = Importer(house.archive, SOURCES, options).bring(paths, by, on_progress)
    finally:
        house.follower.wake()
    with suppress(AuditError):
        # What came in is stored, whatever is said of that; the next checkpoint covers it.
        house.log.seal()
    return done


def _line(house: House, told: Told) -> Line:
    number = int(told.place.removeprefix(_PLACE))
    reason = told.reason.removeprefix(f"{told.place}: ") if told.reason else None
    return Line(number, told.fate, reason, tuple(house.archive.stored(told.item)))
