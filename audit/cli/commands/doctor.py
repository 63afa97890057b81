"""``onrecord doctor``: say whether everything is there that the archive needs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from audit.archive.faults import database_faults
from audit.archive.guarding import guards
from audit.archive.recorders.postgres import PostgresRecorder
from audit.archive.recorders.postgres_roles import grant_roles
from audit.bootstrap.house import build
from audit.bootstrap.provider import mailed_place
from audit.bootstrap.returning import returned
from audit.cli.session import Answer, Session
from audit.domain.errors import AuditError, WrongUse
from audit.domain.event import Damaged
from audit.projections.faults import view_faults
from audit.reports.fonts import Fonts, require_libraries
from audit.reports.post.smtp import relay_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audit.bootstrap.house import House

_LITTLE_ROOM = 1 << 30


class Examined(NamedTuple):
    """One thing looked at: whether it is well, and what was seen or what to do."""

    what: str
    well: bool
    seen: str


Application = Annotated[str | None, typer.Option("--grant", help="Make this role the application's (PostgreSQL).")]
Eraser = Annotated[str | None, typer.Option("--eraser", help="With --grant: the role that takes out sealed words.")]


def doctor(session: Session, grant: Application = None, eraser: Eraser = None) -> Answer:
    """Look at the programs, fonts, disks, keys, database and views; name what is wrong and its remedy."""
    settings = session.settings
    if grant or eraser:
        _grant(session, grant, eraser)
    examined = [*_machine(settings.folder), *_paper()]
    try:
        house = build(settings)
    except AuditError as error:
        examined.append(Examined("archive", well=False, seen=str(error)))
    else:
        try:
            with database_faults(), view_faults():
                examined += _archive(house)
        except AuditError as error:
            examined.append(Examined("archive", well=False, seen=str(error)))
        finally:
            house.close()
    well = all(one.well for one in examined)
    facts = {"well": well, "examined": [one._asdict() for one in examined]}
    words = "\n".join(f"{'ok ' if one.well else 'BAD'}  {one.what}: {one.seen}" for one in examined)
    return Answer(facts=facts, words=words, code=0 if well else 1)


def _grant(session: Session, application: str | None, eraser: str | None) -> None:
    if not application or not eraser or application == eraser:
        raise WrongUse("Name two roles: --grant APPLICATION --eraser ERASER.")
    with session.house() as house:
        session.actor(house)
        if not isinstance(house.recorder, PostgresRecorder):
            raise WrongUse("Only an archive in PostgreSQL has roles: give its --database-url.")
        with database_faults():
            grant_roles(house.recorder, application=application, eraser=eraser)


def _machine(folder: Path) -> Iterator[Examined]:
    yield Examined("python", well=True, seen=sys.version.split()[0])
    with sqlite3.connect(":memory:") as db:
        options = {row[0] for row in db.execute("PRAGMA compile_options")}
    db.close()
    fts5 = "ENABLE_FTS5" in options
    seen = f"{sqlite3.sqlite_version}{'' if fts5 else ' without FTS5: install a SQLite that has it'}"
    yield Examined("sqlite", well=fts5, seen=seen)
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    writable = os.access(place, os.W_OK)
    seen = f"{free >> 20} MB free under {place}" + (
        "" if writable else ", which cannot be written: mend its permissions"
    )
    yield Examined("disk", well=free > _LITTLE_ROOM and writable, seen=seen)


def _paper() -> Iterator[Examined]:
    yield _tried("paper", _libraries)
    yield _tried("fonts", lambda: f"{len(Fonts().files())} Noto fonts")


def _libraries() -> str:
    require_libraries()
    return "Pango and HarfBuzz are there"


def _archive(house: House) -> Iterator[Examined]:
    head, extent = house.archive.head(), house.recorder.extent()
    whole = head.size == extent.count == (extent.highest or 0)
    seen = f"{head.size} events of {house.origin}" + (
        "" if whole else f", but {extent.count} rows: run onrecord verify"
    )
    yield Examined("archive", well=whole, seen=seen)
    for guard in guards(house.recorder):
        yield Examined(*guard)
    if isinstance(house.recorder, PostgresRecorder):
        yield _scrubbing(house.recorder)
    yield _tried("clock", lambda: _clock(house))
    yield from _letters()
    yield from _outside(house)
    for standing in house.views.standings():
        behind = head.size - standing.position
        what = f"view {standing.name}" + ("" if standing.active else " (being made anew)")
        seen = f"stands at {standing.position}" + (f", {behind} behind: run onrecord follow" if behind else "")
        yield Examined(what, well=True, seen=seen)
    for back in returned(house):
        seen = f"somebody forgotten is in {back.items} new items since event {back.first}: run onrecord erase"
        yield Examined("forgotten", well=False, seen=seen)
    for alarm in house.views.alarms():
        seen = f"could not take event {alarm.position} ({alarm.reason}): run onrecord verify"
        yield Examined(f"view {alarm.view}", well=False, seen=seen)


def _scrubbing(recorder: PostgresRecorder) -> Examined:
    """Say whether an erasure clears old rows away: else the server keeps erased words until it does so by itself."""
    role, may = recorder.scrubber()
    clear = f"VACUUM {recorder.datastore.schema}.events"
    seen = (
        f"{role} clears old rows away after an erasure"
        if may
        else f"{role} may not clear old rows away: have the owner of the table run {clear} after each erasure"
    )
    return Examined("eraser", well=True, seen=seen)


def _letters() -> Iterator[Examined]:
    """Look whether letters can be sent, and their links lead somewhere, where a mail server is named."""
    if os.environ.get("ONRECORD_SMTP_HOST"):
        yield _tried("mail", lambda: f"letters go from {_sender()}, links lead to {mailed_place(os.environ)}")


def _sender() -> str:
    relay = relay_of(os.environ)
    assert relay is not None, "its host is named"
    return relay.sender


def _outside(house: House) -> Iterator[Examined]:
    """Look whether those who are to attest the newest checkpoints from outside did so, where any are asked."""
    settings = house.settings
    if settings.witnesses is not None:
        yield _tried("witnesses", lambda: _attested(house.log.without_witnesses(), "the witnesses of ONRECORD_POLICY"))
    if settings.time_stamping is not None and settings.time_stamping.url:
        yield _tried("time-stamps", lambda: _attested(house.log.without_time_stamp(), "a time-stamp"))


def _attested(lacking: int, what: str) -> str:
    """Say that nothing is lacking. Raises AuditError where something is."""
    if not lacking:
        return "the newest checkpoint has what is wished"
    newest = "the newest checkpoint lacks" if lacking == 1 else f"the newest {lacking} checkpoints lack"
    raise AuditError(f"{newest} {what}: run onrecord seal, which asks again and says why it gets none")


def _clock(house: House) -> str:
    """Say what time it is here. Raises AuditError when the newest event was recorded later than that."""
    now = house.world.clock()
    newest = house.archive.read(max(0, house.archive.head().size - 1), 1)
    if newest and not isinstance(newest[0], Damaged) and newest[0].stamp.recorded_at > now:
        raise AuditError(f"it is {now:%Y-%m-%d %H:%M:%S} UTC here, before the newest event: set the clock right.")
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def _tried(what: str, look: Callable[[], str]) -> Examined:
    try:
        return Examined(what, well=True, seen=look())
    except AuditError as error:
        return Examined(what, well=False, seen=str(error))
