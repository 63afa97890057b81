"""Following the log: pages of records go into every view, each page together with the view's position."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import replace
from threading import Condition, Event, Lock
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from audit.domain.custody import ErasureExecuted
from audit.domain.errors import AuditError, Unavailable
from audit.domain.event import Damaged, Personal, Record
from audit.projections.leases import Leases
from audit.projections.projection import Foreseeing
from audit.projections.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from audit.projections.views import Standing, Views

PAGE: Final = 500
FAR_BEHIND: Final = 5_000
"""Records that are still to come: from there on several pages are applied in one transaction."""
_AT_ONCE: Final = 2_500
_CHARACTERS_AT_ONCE: Final = 16_000_000
_GREAT_PART: Final = 4
"""Where one record of so many is new, an index is worth writing anew."""
_POLL_SECONDS: Final = 0.25
_SQLITE_OF_THE_RECORD: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH})
_LIMIT_EXCEEDED: Final = "54"
"""The class of PostgreSQL's errors for what is larger than it can hold."""

_log = logging.getLogger(__name__)


class Head(Protocol):
    @property
    def size(self) -> int: ...


class Log(Protocol):
    """What the follower reads: the archive."""

    def head(self) -> Head: ...

    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]: ...


class Follower:
    """Brings views up to date. Several may work at once: a page that another has applied is left alone.

    The threads of one process take turns, a step each: what one has done, those who waited need not do.
    """

    def __init__(self, log: Log, views: Views, *, far_behind: int = FAR_BEHIND) -> None:
        self._log = log
        self._views = views
        self._far_behind = far_behind
        self._to_scrub = False
        self._turn = Lock()
        self._woken = Event()
        self._moved = Condition()

    def catch_up(
        self,
        upto: int | None = None,
        *,
        only: Callable[[], Collection[str]] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Apply everything up to the head, or up to a position, and return that position.

        ``only`` says before each page which views to take care of; ``on_progress`` is told how far the last of them has
        come, and the goal. Raises Unavailable when a database does not answer.
        """
        head = self._log.head().size
        goal = head if upto is None else min(upto, head)
        with self._turn:
            for name in self._views.outdated(lambda: self._log.head().size):
                self._views.renew(name)
        many = goal - min((one.position for one in self._views.standings()), default=goal) >= self._far_behind
        try:
            mine = self._apply_all(goal, only, on_progress, many=many, further=upto is None)
        finally:
            if many:
                self._rest()
        with self._turn:
            self._switch(mine)
            if self._to_scrub:
                # While somebody reads, old pages stay: then it is done the next time.
                self._to_scrub = not self._views.scrub()
        with self._moved:
            self._moved.notify_all()
        return goal

    def rebuild(self, name: str | None = None, *, on_progress: Callable[[int, int], None] | None = None) -> list[str]:
        """Make one view, or all, anew from the events while the old one is read; return their names."""
        names = sorted(self._views.projections) if name is None else [name]
        for each in names:
            self._views.renew(each)
        self.catch_up(on_progress=on_progress)
        return names

    # -- in the background --

    def run(self, stop: Event, *, after: Callable[[], object] | None = None) -> None:
        """Follow until told to stop, and do what is to be done ``after`` each look. What goes wrong is tried again."""
        leases = Leases(self._views)
        while not stop.is_set():
            failure = _attempted(lambda: self.catch_up(only=lambda: leases.held(self._views.projections.keys())))
            if failure is None and after is not None:
                failure = _attempted(after)
            if failure:
                _log.error("The views cannot be brought up to date: %s", _described(failure))
            self._woken.wait(_POLL_SECONDS)
            self._woken.clear()
        leases.release()

    def wake(self) -> None:
        """Say that there is something new, so that nobody waits for the next look."""
        self._woken.set()

    def wait_for(self, name: str, position: int, seconds: float) -> bool:
        """Wait until a view holds the record at a position: what I wrote, I want to read."""
        self.wake()
        with self._moved:
            return self._moved.wait_for(lambda: self._views.position(name) >= position, seconds)

    # -- one page --

    def _apply_all(
        self,
        goal: int,
        only: Callable[[], Collection[str]] | None,
        on_progress: Callable[[int, int], None] | None,
        *,
        many: bool,
        further: bool,
    ) -> list[Standing]:
        """Apply everything up to a position, ``further`` where more came in meanwhile; return how the views stand then.

        ``many`` steps of several pages are taken where much is to come.
        """
        began: dict[tuple[str, int], int] = {}
        while True:
            with self._turn:
                mine = self._standings(only)
                behind = [standing for standing in mine if standing.position < goal and self._is_current(standing)]
                if not behind:
                    if many:
                        self._arrange(mine, began)
                    return mine
                for standing in behind:
                    began.setdefault((standing.name, standing.generation), standing.position)
                self._advance(behind, max(goal, self._log.head().size) if further else goal, many=many)
            if on_progress:
                on_progress(min(standing.position for standing in behind), goal)

    def _standings(self, only: Callable[[], Collection[str]] | None) -> list[Standing]:
        names = only() if only else self._views.projections.keys()
        return [standing for standing in self._views.standings() if standing.name in names]

    def _rest(self) -> None:
        with self._turn:
            for projection in self._views.made():
                if isinstance(projection, Foreseeing):
                    projection.rest()

    def _is_current(self, standing: Standing) -> bool:
        """Say whether our code wrote these tables: those of an older version stay as they are until replaced."""
        return standing.version == self._views.projections[standing.name].version

    def _arrange(self, mine: Sequence[Standing], began: Mapping[tuple[str, int], int]) -> None:
        """Have the views put in order that took in a great part of what they hold now."""
        for standing in mine:
            projection = self._views.instance(standing.name, standing.generation)
            came = standing.position - began.get((standing.name, standing.generation), standing.position)
            if isinstance(projection, Foreseeing) and came * _GREAT_PART >= standing.position:
                with self._views.writing() as db:
                    if self._views.holds(db, standing):
                        projection.arrange(Writer(db))

    def _advance(self, behind: Sequence[Standing], goal: int, *, many: bool) -> None:
        """Read the next pages once, and apply them to every view that stands before them."""
        place = min(standing.position for standing in behind)
        stop = min([goal, *(standing.position for standing in behind if standing.position > place)])
        mine = [standing for standing in behind if standing.position == place]
        records = self._pages(mine, place, stop) if many else self._page(place, stop)
        for standing in mine:
            self._apply(standing, records)
        if any(isinstance(record, Record) and isinstance(record.event, ErasureExecuted) for record in records):
            self._to_scrub = True

    def _pages(self, mine: Sequence[Standing], place: int, stop: int) -> list[Record | Damaged]:
        """Return the next pages; views that work ahead hear of each of them while the next is read."""
        instances = [self._views.instance(standing.name, standing.generation) for standing in mine]
        foreseeing = [one for one in instances if isinstance(one, Foreseeing)]
        records: list[Record | Damaged] = []
        characters = 0
        while place < stop and len(records) < _AT_ONCE and characters < _CHARACTERS_AT_ONCE:
            page = self._page(place, stop)
            for one in foreseeing:
                one.foresee(page)
            records += page
            characters += _characters(page)
            place = page[-1].position
        return records

    def _page(self, place: int, stop: int) -> list[Record | Damaged]:
        page = self._log.read(place, PAGE, stop)
        if not page:
            raise Unavailable(f"The archive does not give what stands after event {place}: run onrecord verify.")
        return page

    def _apply(self, standing: Standing, records: Sequence[Record | Damaged]) -> None:
        """Apply records in one transaction; where that fails, page by page, and in a page that fails one by one."""
        failure = _attempted(lambda: self._apply_together(standing, records))
        if failure is None:
            return
        _raise_if_outage(failure)
        if len(records) <= PAGE:
            self._apply_singly(standing, records)
            return
        for first in range(0, len(records), PAGE):
            self._apply(standing, page := records[first : first + PAGE])
            standing = replace(standing, position=page[-1].position)

    def _apply_together(self, standing: Standing, page: Sequence[Record | Damaged]) -> None:
        projection = self._views.instance(standing.name, standing.generation)
        with self._views.writing() as db:
            if self._views.holds(db, standing):
                writer = Writer(db)
                for record in page:
                    if isinstance(record, Damaged):
                        self._views.alarm(db, standing, record.position, record.reason)
                    else:
                        projection.apply(writer, record)
                writer.flush()
                self._views.advance(db, standing, page[-1].position)

    def _apply_singly(self, standing: Standing, page: Sequence[Record | Damaged]) -> None:
        """Apply a page that holds a record which cannot be applied: set that one aside, go on with the others."""
        with self._views.writing() as db:
            if self._views.holds(db, standing):
                for record in page:
                    reason = (
                        record.reason if isinstance(record, Damaged) else self._refusal(Writer(db), standing, record)
                    )
                    if reason:
                        self._views.alarm(db, standing, record.position, reason)
                        _log.error("The view %s cannot take event %d: %s", standing.name, record.position, reason)
                self._views.advance(db, standing, page[-1].position)

    def _refusal(self, writer: Writer, standing: Standing, record: Record) -> str | None:
        """Apply one record; return why it cannot be applied, if so, with nothing of it left behind."""
        projection = self._views.instance(standing.name, standing.generation)
        savepoint = writer.savepoint()

        def apply() -> None:
            projection.apply(writer, record)
            writer.flush()

        failure = _attempted(apply)
        if failure is None:
            savepoint.commit()
            return None
        _raise_if_outage(failure)
        savepoint.rollback()
        return f"{record.event.TOPIC}: {_described(failure)}"

    def _switch(self, standings: Sequence[Standing]) -> None:
        """Read new generations from now on that have come as far as the old ones."""
        active = {standing.name: standing for standing in standings if standing.active}
        head = self._log.head().size
        for new in standings:
            if not new.active and new.position >= min(active[new.name].position, head):
                self._views.switch(new)


def _characters(page: Sequence[Record | Damaged]) -> int:
    """Return about how long the words of a page are: they are all in memory together."""
    return sum(
        len(part.value)
        for record in page
        if isinstance(record, Record)
        for part in vars(record.event).values()
        if isinstance(part, Personal) and isinstance(part.value, str | bytes)
    )


def _attempted(work: Callable[[], object]) -> Exception | None:
    """Do the work; return what went wrong. The one place of the house that catches everything.

    A record may be wrong in ways nobody foresaw, and one wrong record must not keep all others from being seen.
    """
    try:
        work()
    except MemoryError:
        raise
    except Exception as failure:  # noqa: BLE001  # the reason stands above
        return failure
    return None


def _raise_if_outage(failure: Exception) -> None:
    """Raise Unavailable for a database that does not answer: that says nothing about the record."""
    if isinstance(failure, OperationalError | InterfaceError) and not _is_about_the_record(failure):
        raise Unavailable("The database of the views does not answer: see that it runs and has room.") from failure


def _is_about_the_record(failure: DBAPIError) -> bool:
    """Say whether an operational error is one of the row or the statement: too large, or not understood."""
    code = getattr(failure.orig, "sqlite_errorcode", None)
    state = getattr(failure.orig, "sqlstate", None) or ""
    return code in _SQLITE_OF_THE_RECORD or state.startswith(_LIMIT_EXCEEDED)


def _described(failure: Exception) -> str:
    """Name what went wrong without its words, which may be a person's; ours are safe."""
    if isinstance(failure, AuditError):
        return str(failure)
    if isinstance(failure, DBAPIError) and failure.orig is not None:
        return f"{type(failure).__name__} ({type(failure.orig).__name__})"
    return type(failure).__name__
