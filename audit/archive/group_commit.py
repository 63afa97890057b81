"""Group commit: one thread writes what many callers hand in, and each is answered after the commit."""

from __future__ import annotations

import copy
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import TYPE_CHECKING, Self

from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError

from audit.archive.recorders.errors import KeysOutdated
from audit.archive.recorders.prepared import BYTES_MAX, Item, check_caps, prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventsourcing.persistence import StoredEvent

    from audit.archive.recorders.recorder import Recorder

EVENTS_MAX = 512

Answer = list[list[int] | None]


@dataclass(frozen=True)
class _Call:
    items: list[Item]
    erasures: int | None
    events: int
    size: int
    answer: Future[Answer] = field(default_factory=Future)


class GroupCommit:
    """Appends for many threads at once; a failure of one caller's events is no other caller's failure."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._waiting: list[_Call] = []
        self._writing = 0
        self._changed = Condition()
        self._closing = False
        self._thread = Thread(target=self._write_all, name="group-commit", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def insert_events(self, stored_events: Sequence[StoredEvent], *, erasures: int | None = None) -> list[int]:
        """Store all events or none, and return their positions; raises like the recorder's insert_events."""
        if not stored_events:
            return []
        positions = self._answer([Item(prepared(stored_events), False)], erasures)[0]
        assert positions is not None
        return positions

    def insert_new(
        self, items: Sequence[Sequence[StoredEvent]], *, erasures: int | None = None
    ) -> list[list[int] | None]:
        """Store the items that are new, and return positions or None; raises like the recorder's insert_new."""
        return self._answer([Item(prepared(item), True) for item in items], erasures) if items else []

    def append(self, items: list[Item], *, erasures: int | None = None) -> Answer:
        """Store items of both kinds, prepared, and return positions or None; raises like the recorder's append."""
        return self._answer(items, erasures) if items else []

    @property
    def waiting(self) -> int:
        """How many calls wait for a transaction to begin."""
        return len(self._waiting)

    @property
    def writing(self) -> int:
        """How many calls share the transaction that is under way."""
        return self._writing

    def close(self) -> None:
        """Write what was handed in, then take no more."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _answer(self, items: list[Item], erasures: int | None) -> Answer:
        call = _Call(items, erasures, sum(len(item.rows) for item in items), sum(item.size for item in items))
        # What is too much by itself is refused before it meets other callers' events.
        check_caps(call.events, call.size)
        with self._changed:
            if self._closing:
                raise InterfaceError("The archive is closed: open it again.")
            self._waiting.append(call)
            self._changed.notify_all()
        return call.answer.result()

    def _write_all(self) -> None:
        try:
            while calls := self._taken():
                self._write(calls)
        finally:
            # Only a defect of ours ends the loop early, and then nobody may wait for ever.
            with self._changed:
                self._closing = True
                _give_up(self._waiting)

    def _taken(self) -> list[_Call]:
        """Wait for calls, and take the oldest with those that can share its transaction; nothing once all is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            taken, self._waiting = _shared(self._waiting)
            self._writing = len(taken)
            return taken

    def _write(self, calls: list[_Call]) -> None:
        items = [item for call in calls for item in call.items]
        try:
            answers = iter(self._stored(items, _erasures(calls)))
            for call in calls:
                call.answer.set_result([next(answers) for _ in call.items])
        except (OperationalError, InterfaceError) as error:
            for call in calls:
                call.answer.set_exception(_own(error))
        except (PersistenceError, KeysOutdated) as error:
            if len(calls) == 1:
                calls[0].answer.set_exception(error)
            else:
                # Somebody's events are refused; alone, everybody learns whether it is theirs.
                for call in calls:
                    self._write([call])
        finally:
            _give_up(calls)

    def _stored(self, items: list[Item], erasures: int | None) -> Answer:
        try:
            return self._recorder.append(items, erasures=erasures)
        finally:
            self._writing = 0


def _shared(waiting: list[_Call]) -> tuple[list[_Call], list[_Call]]:
    """Part the calls into those that share a transaction with the first, and those that wait on."""
    taken: list[_Call] = []
    left: list[_Call] = []
    events = size = 0
    erasures: int | None = None
    for call in waiting:
        fits = events + call.events <= EVENTS_MAX and size + call.size <= BYTES_MAX
        agrees = erasures is None or call.erasures in {None, erasures}
        if not taken or (fits and agrees):
            taken.append(call)
            events, size = events + call.events, size + call.size
            erasures = call.erasures if erasures is None else erasures
        else:
            left.append(call)
    return taken, left


def _erasures(calls: list[_Call]) -> int | None:
    return next((call.erasures for call in calls if call.erasures is not None), None)


def _own(error: PersistenceError) -> PersistenceError:
    """Return a copy to be raised in one thread, for an error that is raised in several."""
    own = copy.copy(error)
    own.__cause__ = error
    return own


def _give_up(calls: list[_Call]) -> None:
    for call in calls:
        if not call.answer.done():
            call.answer.set_exception(OperationalError("The writer stopped on a defect of ours: start it anew."))
