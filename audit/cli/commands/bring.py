"""``onrecord import``: bring in files, folders and archives of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from audit.bootstrap.register import SOURCES
from audit.cli.session import Answer, Session, say
from audit.domain.errors import AuditError, WrongUse
from audit.intake.accounting import Accounting, Progress
from audit.intake.delivery import Importer, Options
from audit.intake.source import Reading
from audit.intake.table import Table
from audit.intake.table_map import table_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.house import House

_SAID = 20

Paths = Annotated[list[Path], typer.Argument(help="Files, folders or .zip files.", show_default=False)]
Format = Annotated[str | None, typer.Option("--format", help="The format, where it is not to be recognised.")]
Columns = Annotated[Path | None, typer.Option("--map", help="A TOML file that says what the columns of a table mean.")]
Zone = Annotated[str | None, typer.Option("--zone", help="The zone of times that have none, like Europe/Vilnius.")]


def bring(session: Session, paths: Paths, form: Format = None, columns: Columns = None, zone: Zone = None) -> Answer:
    """Import what the paths hold; every item is accounted for as new, known or refused."""
    settings = session.settings
    table = table_map(columns) if columns else None
    reading = Reading(zone=_zone(zone), our_addresses=settings.our_addresses, table=table)
    form = form or (Table.name if table else None)
    with session.house() as house:
        by = session.actor(house)
        options = Options(secret=house.delivery_secret, clock=house.world.clock, format=form, reading=reading)
        importer = Importer(house.archive, SOURCES, options)
        with session.progress("importing") as on_progress:
            heard = _Listening(on_progress)
            done = importer.bring(paths, by, heard.hear)
        position = house.archive.head().size
        _seal(house)
    facts: dict[str, Any] = {
        "found": done.found,
        "new": done.new,
        "known": done.known,
        "refused": done.refused,
        "deliveries": done.deliveries,
        "rejected": heard.rejected,
        "position": position,
    }
    return Answer(facts=facts, words=_words(done, heard.rejected))


class _Listening:
    """Shows how far the import is, and remembers the files that could not be read."""

    def __init__(self, show: Callable[[int], None]) -> None:
        self._show = show
        self._before = Accounting()
        self.rejected: list[dict[str, str]] = []

    def hear(self, progress: Progress) -> None:
        self._show(self._before.found + progress.accounting.found)
        if progress.over:
            self._before += progress.accounting
            if progress.rejected:
                self.rejected.append({"file": progress.name, "reason": progress.rejected})
                if len(self.rejected) <= _SAID:
                    say(f"{progress.name}: {progress.rejected}")


def _words(done: Accounting, rejected: list[dict[str, str]]) -> str:
    words = (
        f"{done.found} items found in {done.deliveries} deliveries: "
        f"{done.new} new, {done.known} known already, {done.refused} refused."
    )
    if rejected:
        words += f"\n{len(rejected)} files could not be read."
    if done.refused:
        words += "\nWhat was refused is kept with its reason: see onrecord deliveries."
    return words


def _seal(house: House) -> None:
    """Cut a checkpoint over what came in; the import is done, whatever is said of that."""
    try:
        house.log.seal()
    except AuditError as fault:
        say(f"What came in is stored, but not sealed: {fault}")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongUse(f"--zone {name} is no time zone: write one like Europe/Vilnius.") from None
