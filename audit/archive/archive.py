"""The archive: the one door through which events are written, and read back."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from eventsourcing.persistence import IntegrityError

from audit.archive.collecting import search_put_off
from audit.archive.faults import database_faults
from audit.archive.group_commit import GroupCommit
from audit.archive.keyring import Keyring
from audit.archive.mapper import Disclosed, Mapper
from audit.archive.recorders.errors import KeysOutdated
from audit.archive.recorders.prepared import Item as Rows
from audit.archive.recorders.prepared import prepared_portions
from audit.archive.recorders.reading import Span
from audit.archive.recorders.recorder import Recorder
from audit.archive.stamping import Stamper, Tied, directory_item, month_of
from audit.archive.stored import decode_known, points_at
from audit.archive.vault import Vault
from audit.domain.errors import Refused
from audit.domain.event import Damaged, Event, Record
from audit.domain.names import Names

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from uuid import UUID

    from audit.archive.recorders.prepared import Prepared
    from audit.archive.recorders.recorder import Head
    from audit.archive.stamping import Meant
    from audit.archive.stored import Fingerprint
    from audit.domain.actor import Actor
    from audit.domain.fact import Item

_State = TypeVar("_State")
_ATTEMPTS = 5
_RUN = 4_000
_INTERACTIVE = 100


class Fate(Enum):
    """What became of an item that was brought in."""

    NEW = "new"
    KNOWN = "known"
    CLASH = "clash"


class _Brought(NamedTuple):
    """An item that is brought in, and the streams of its facts."""

    item: Item
    streams: list[UUID]


class _Spelling(NamedTuple):
    """What tells entries of the directory apart."""

    source: str
    member: str
    name: str
    month: datetime


class DecidedMeanwhile(Refused):
    """Others decided about the same thing again and again while this was being decided."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the archive is made of. ``clock`` gives aware times, ``random`` that many unguessable bytes."""

    recorder: Recorder
    writer: GroupCommit
    keyring: Keyring
    mapper: Mapper
    names: Names
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    retention_of: Callable[[str, str], str]


class Archive:
    """Appends facts and decisions, reads records. Raises Unavailable when a database does not answer."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stamper = Stamper(parts.names, parts.retention_of)
        self._vault = Vault(parts.recorder, parts.keyring, parts.mapper)
        self._directory: set[_Spelling] = set()
        self.names = parts.names

    # -- reading --

    def head(self) -> Head:
        """Return how many events there are (``size``), and how many erasures were executed."""
        with database_faults():
            return self._parts.recorder.head()

    @search_put_off()
    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        """Return what stands after a position, in the order of the log, at most ``limit`` records."""
        with database_faults():
            rows = self._parts.recorder.rows(after, limit, upto)
        return self._parts.mapper.read(rows, self._vault.open)

    def read_closed(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        """Return records like ``read`` without opening what is sealed: their words all count as erased."""
        with database_faults():
            rows = self._parts.recorder.rows(after, limit, upto)
        return self._parts.mapper.read(rows, dict.fromkeys)

    def read_tied(
        self, after: int, limit: int, ids: Container[UUID] | None, topics: Container[str]
    ) -> tuple[list[Record | Damaged], int]:
        """Look at the next ``limit`` events; return, closed, those tied to any of ``ids``, and the last position.

        So are those whose stream is among them, those of ``topics``, and what cannot be read; without ``ids`` all are.
        """
        with database_faults():
            rows = self._parts.recorder.rows(after, limit)
        meant = [
            row
            for row in rows
            if ids is None or row.topic in topics or row.originator_id in ids or points_at(row.state, ids)
        ]
        return self._parts.mapper.read(meant, dict.fromkeys), rows[-1].position if rows else after + limit

    def read_at(self, positions: Sequence[int]) -> list[Record | Damaged]:
        """Return what stands at these positions, in the order of the log."""
        with database_faults():
            rows = self._parts.recorder.rows_at(positions)
        return self._parts.mapper.read(rows, self._vault.open)

    def positions_of(self, topics: Sequence[str], after: int, upto: int) -> list[int]:
        """Return where there are events of these topics, after a position and up to another, without opening any."""
        with database_faults():
            return self._parts.recorder.positions_of(topics, Span(after, upto, upto - after))

    def disclose_at(self, positions: Sequence[int]) -> list[Disclosed | Damaged]:
        """Return the events at these positions, in log order, with all that proves what they say."""
        with database_faults():
            rows = self._parts.recorder.rows_at(positions)
        return self._parts.mapper.disclose(rows, self._vault.open)

    def stream(self, stream: UUID) -> list[Record]:
        """Return the records of one stream. Raises Refused when one of them cannot be read."""
        with database_faults():
            rows = self._parts.recorder.stream(stream)
        records = []
        for record in self._parts.mapper.read(rows, self._vault.open):
            if isinstance(record, Damaged):
                raise Refused(f"Event {record.position} cannot be read ({record.reason}): run onrecord verify.")
            records.append(record)
        return records

    def stored(self, item: Item) -> list[tuple[int, bytes]]:
        """Return position and leaf hash of each fact of an item, as far as they are stored."""
        with database_faults():
            rows = [self._parts.recorder.stream(stream) for stream in self._stamper.streams(item)]
        return [(row.position, row.leaf_hash) for found in rows for row in found[:1]]

    # -- deciding --

    def decide(
        self,
        subject: tuple[str, str],
        evolve: Callable[[_State | None, Any], _State],
        decision: Callable[[_State | None], Event | Sequence[Event]],
        by: Actor,
        *,
        ties: Sequence[tuple[str, str | UUID]] = (),
    ) -> list[int]:
        """Decide about (kind, id as written) and append what was decided; return the positions.

        ``decision`` is called again when somebody else decided about the same thing meanwhile.
        Raises whatever Refused it raises, and DecidedMeanwhile when others are always faster.
        """
        stream = self.names.decided(*subject)
        tied = (*(() if subject in ties else (subject,)), *ties)
        for _ in range(_ATTEMPTS):
            history = self.stream(stream)
            state: _State | None = None
            for record in history:
                state = evolve(state, record.event)
            made = decision(state)
            events = [made] if isinstance(made, Event) else made
            try:
                return self._append(stream, len(history) + 1, events, by, tied)
            except IntegrityError:
                continue
        raise DecidedMeanwhile(f"Others are deciding about this {subject[0]} at the same moment: try again.")

    def note(self, event: Event, by: Actor, ties: Sequence[tuple[str, str | UUID]] = ()) -> int:
        """Append an event that nothing can refuse, on a stream of its own; return its position."""
        stream = self.names.decided(event.TOPIC, self._parts.random(16).hex())
        return self._append(stream, 1, [event], by, ties)[0]

    def append_copies(self, copies: Sequence[Meant]) -> int:
        """Store events that are stamped already, each unless its stream is known; return how many were new."""

        def store(sealed: list[list[Prepared]], erasures: int) -> int:
            items = [Rows(rows, True) for rows in sealed]
            return sum(one is not None for one in self._parts.recorder.append(items, erasures=erasures))

        return self._vault.put([[copy] for copy in copies], store) if copies else 0

    def _append(
        self, stream: UUID, first: int, events: Sequence[Event], by: Actor, ties: Sequence[tuple[str, str | UUID]]
    ) -> list[int]:
        tied = Tied(self._parts.clock(), ties)
        meant = [self._stamper.decided(stream, first + n, event, by, tied) for n, event in enumerate(events)]
        writer = self._parts.writer

        def store(sealed: list[list[Prepared]], erasures: int) -> list[int]:
            positions = writer.append([Rows(sealed[0], False)], erasures=erasures)[0]
            assert positions is not None, "only what is stored if new can be left out"
            return positions

        return self._vault.put([meant], store) if meant else []

    # -- bringing in --

    @search_put_off()
    def append_new(self, items: Sequence[Item], *, batch: UUID | None = None) -> list[Fate]:
        """Store what is not there yet: for each item, whether it was new, known, or clashes with what stands.

        The facts of one item are stored together or not at all. A clash stores nothing: the first recorded stands.
        """
        recorded_at = self._parts.clock()
        self._enter_directory(items, recorded_at, batch)
        brought = [_Brought(item, self._stamper.streams(item)) for item in items]
        fates: list[Fate | None] = [None] * len(items)
        waiting = list(range(len(items)))
        while waiting:
            size = self.head().size if len(waiting) > _INTERACTIVE else None
            for place, fate in zip(waiting, self._judge([brought[n] for n in waiting]), strict=True):
                fates[place] = fate
            absent = [n for n in waiting if fates[n] is None]
            stored = self._insert([brought[n] for n in absent], recorded_at, batch, absent_at=size)
            for place, positions in zip(absent, stored, strict=True):
                fates[place] = Fate.NEW if positions is not None else None
            # What is still open was stored by somebody else, or stands earlier among these: it is judged again.
            waiting = [n for n in absent if fates[n] is None]
        return [fate for fate in fates if fate is not None]

    def _enter_directory(self, items: Iterable[Item], recorded_at: datetime, batch: UUID | None) -> None:
        """Note the names of staff that items speak of: each spelling once, in the directory and not in the items."""
        entries: dict[_Spelling, Item] = {}
        for item in items:
            for member in item.staff:
                if member.name:
                    spelling = _Spelling(item.name.source, member.id, member.name, month_of(item.facts[0]))
                    if spelling not in self._directory and spelling not in entries:
                        entries[spelling] = directory_item(item.name.source, member, item.facts[0])
        if entries:
            brought = [_Brought(entry, self._stamper.streams(entry)) for entry in entries.values()]
            with database_faults():
                there = self._parts.recorder.states([one.streams[0] for one in brought])
            absent = [one for one in brought if one.streams[0] not in there]
            self._insert(absent, recorded_at, batch)
            self._directory.update(entries)

    def _judge(self, brought: Sequence[_Brought]) -> list[Fate | None]:
        """Return KNOWN or CLASH for each item that is there already, None for one that is not."""
        with database_faults():
            states = self._parts.recorder.states([stream for one in brought for stream in one.streams])
        if not states:
            return [None] * len(brought)
        found = [next((states[stream] for stream in one.streams if stream in states), None) for one in brought]
        prints = [decode_known(state).fingerprint if state is not None else None for state in found]
        keys = self._vault.open({known.key for known in prints if known})
        return [
            None if state is None else self._compared(one.item, known, keys)
            for one, state, known in zip(brought, found, prints, strict=True)
        ]

    def _compared(self, item: Item, known: Fingerprint | None, keys: Mapping[str, bytes | None]) -> Fate:
        """Return KNOWN for the same item, CLASH for another under its name; words whose key is erased are known."""
        if known is None:
            return Fate.CLASH
        key = keys.get(known.key)
        if key is None:
            return Fate.KNOWN
        same = hmac.compare_digest(self._vault.fingerprint(item, known.key, key).mac, known.mac)
        return Fate.KNOWN if same and known.version == item.normal_version else Fate.CLASH

    def _insert(
        self, brought: Sequence[_Brought], recorded_at: datetime, batch: UUID | None, *, absent_at: int | None = None
    ) -> list[list[int] | None]:
        """Seal and store items, run by run; None for one whose name is taken.

        ``absent_at``, where it was asked for, is the size of the log before it was seen that none of them is there.
        """
        done: list[list[int] | None] = []
        while len(done) < len(brought):
            run = brought[len(done) : len(done) + _RUN]
            meant = [self._stamper.item(*one, recorded_at, batch) for one in run]
            # Once some of them are stored, their twins among the rest are there: those are looked up again.
            store = partial(self._insert_run, absent_at=None if done else absent_at)
            done += self._vault.put(meant, store, [one.item for one in run])
        return done

    def _insert_run(
        self, sealed: list[list[Prepared]], erasures: int, *, absent_at: int | None
    ) -> list[list[int] | None]:
        """Store a run, or of a run that is too much at once as much as the keys hold for."""
        recorder, writer = self._parts.recorder, self._parts.writer
        done: list[list[int] | None] = []
        for portion in prepared_portions(Rows(rows, True) for rows in sealed):
            try:
                if len(portion) <= _INTERACTIVE:
                    done += writer.append(portion, erasures=erasures)
                else:
                    done += recorder.append(portion, erasures=erasures, absent_at=None if done else absent_at)
            except KeysOutdated:
                if not done:
                    raise
                break
        return done

    def close(self) -> None:
        """Write what waits, and let go of the databases."""
        self._parts.writer.close()
        self._parts.recorder.close()
        self._parts.keyring.close()
