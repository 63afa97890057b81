"""The mapper: from an event to its stored bytes and back, sealing on the way in and opening on the way out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from audit.archive.originals import OriginalMissing, Originals
from audit.archive.recorders.prepared import Prepared, prepared_row
from audit.archive.sealing import (
    NONCE_LENGTH,
    SALT_LENGTH,
    Altered,
    Part,
    commitment,
    digest,
    open_box,
    seal,
    spoken,
    spoken_ids,
)
from audit.archive.stored import Fingerprint, State, decode_locked, decode_state, encode_state
from audit.domain.event import ERASED, Damaged, Event, Personal, Record, Stamp, made
from audit.evidence.leaf import leaf_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from audit.archive.keyring import DataKey
    from audit.archive.recorders.recorder import Row

LONG = 256 * 1024
_CROWDED = 3 * 1024 * 1024
_SHORT = 8 * 1024
_STATE_SALT = 16
_IDS = "ids"


class Draft(NamedTuple):
    """An event that is about to be stored."""

    stream: UUID
    version: int
    event: Event
    stamp: Stamp


class Disclosed(NamedTuple):
    """One event as a proof shows it: its leaf, what parts it declares, and (salt, words) of each that is not erased."""

    position: int
    leaf: bytes
    declared: frozenset[str]
    said: dict[str, tuple[bytes, bytes]]


class Mapper:
    """Seals and opens. ``upcasts`` bring a shape one version up, by (topic, version it was written in).

    ``taken`` says whether an executed erasure names a position.
    """

    def __init__(
        self,
        archive_id: bytes,
        originals: Originals,
        random: Callable[[int], bytes],
        *,
        events: Mapping[str, type[Event]],
        upcasts: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]],
        taken: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self._archive_id = archive_id
        self._originals = originals
        self._random = random
        self._events = events
        self._upcasts = upcasts
        self._taken = taken

    def store(self, draft: Draft, key: DataKey | None, fingerprint: Fingerprint | None = None) -> Prepared:
        """Return the row of an event; ``key`` is needed when it has personal parts. Raises NotStorable."""
        stream, version, event, stamp = draft
        clear, parts = _parts(event, stamp)
        drawn = self._random(_STATE_SALT + NONCE_LENGTH + SALT_LENGTH * len(parts))
        sealed: bytes | None = None
        bound: dict[str, Any] = {}
        if parts:
            assert key is not None, "words about a person need a key"
            sealed, bound = self._seal(draft, parts, key, drawn[_STATE_SALT:])
        state = State(
            version=event.VERSION,
            salt=b64encode(drawn[:_STATE_SALT]).decode(),
            role=stamp.role,
            happened_at=stamp.happened_at,
            recorded_at=stamp.recorded_at,
            source=stamp.source,
            event=clear,
            actor=stamp.actor,
            on_behalf_of=stamp.on_behalf_of,
            zone_assumed=stamp.zone_assumed,
            seq=stamp.seq,
            batch=stamp.batch,
            ties=stamp.ties,
            fingerprint=fingerprint,
            **bound,
        )
        return prepared_row(stream, version, event.TOPIC, encode_state(state), sealed)

    def read(self, rows: Iterable[Row], keys: Callable[[Iterable[str]], Mapping[str, bytes | None]]) -> list[Any]:
        """Return a Record for each row, or a Damaged where it cannot be read; ``keys`` opens keys by their ids."""
        states = [(row, _decoded(row)) for row in rows]
        opened = keys({state.key for _, state in states if isinstance(state, State) and state.key})
        return [self._record(row, state, opened) for row, state in states]

    def disclose(
        self, rows: Iterable[Row], keys: Callable[[Iterable[str]], Mapping[str, bytes | None]]
    ) -> list[Disclosed | Damaged]:
        """Return each row as a proof shows it, or a Damaged where it is not what was stored."""
        states = [(row, _decoded(row)) for row in rows]
        opened = keys({state.key for _, state in states if isinstance(state, State) and state.key})
        return [self._disclosed(row, state, opened) for row, state in states]

    def _seal(
        self, draft: Draft, words: dict[str, Personal], key: DataKey, drawn: bytes
    ) -> tuple[bytes, dict[str, Any]]:
        context = self._context(draft.stream, draft.version, draft.event.TOPIC, key.id)
        parts: dict[str, Part] = {}
        binary: tuple[str, ...] = ()
        size, apart = 0, False
        for name, one in words.items():
            parts[name] = part = _part(one.value) if name != _IDS else Part(spoken_ids(one.value), one.value)
            size += len(part.said)
            apart = apart or one.apart
            if isinstance(one.value, bytes):
                binary += (name,)
        bound: dict[str, Any] = {"key": key.id, "binary": binary}
        if apart or size > _SHORT:
            bound["originals"] = originals = self._send_out(words, parts, key, context)
            bound["structured"] = tuple(name for name in originals if not isinstance(words[name].value, str | bytes))
        box = seal(parts, key, context, drawn)
        bound["ct"], bound["commit"] = digest(box.sealed), box.commits
        return box.sealed, bound

    def _send_out(
        self, words: dict[str, Personal], parts: dict[str, Part], key: DataKey, context: bytes
    ) -> dict[str, str]:
        """Keep what is too long for the box as originals; return their names by part."""
        limit = LONG if sum(len(part.said) for part in parts.values()) <= _CROWDED else _SHORT
        originals = {}
        for name, part in parts.items():
            if len(part.said) > limit or words[name].apart:
                value = words[name].value
                whole = value if isinstance(value, bytes) else part.said
                nonce = self._random(NONCE_LENGTH)
                originals[name] = self._originals.keep(whole, key.key, context + name.encode(), nonce)
                parts[name] = Part(part.said, None)
        return originals

    def _context(self, stream: UUID, version: int, topic: str, key_id: str) -> bytes:
        """Return what a box is bound to: this archive, this event, this key."""
        return b"".join(
            (self._archive_id, stream.bytes, version.to_bytes(8, "big"), topic.encode(), b"\0", key_id.encode())
        )

    def _record(self, row: Row, state: State | str, keys: Mapping[str, bytes | None]) -> Record | Damaged:
        if isinstance(state, str):
            return Damaged(position=row.position, reason=state, topic=str(row.topic))
        try:
            personal = self._opened(row, state, keys)
            event = self._event(row.topic, state, personal)
        except (Altered, OriginalMissing, msgspec.ValidationError, UnicodeDecodeError, _Unknown) as error:
            return Damaged(position=row.position, reason=_why(error), topic=row.topic)
        return made(
            Record,
            position=row.position,
            stream=row.originator_id,
            version=row.originator_version,
            event=event,
            stamp=_stamp(state, personal.get(_IDS)),
        )

    def _disclosed(self, row: Row, state: State | str, keys: Mapping[str, bytes | None]) -> Disclosed | Damaged:
        if isinstance(state, str):
            return Damaged(position=row.position, reason=state, topic=str(row.topic))
        try:
            key = keys.get(state.key or "")
            box = self._unsealed(row, state, key) if key and state.commit and not self._is_taken(row) else {}
        except (Altered, OriginalMissing, msgspec.ValidationError, UnicodeDecodeError, _Unknown) as error:
            return Damaged(position=row.position, reason=_why(error), topic=row.topic)
        said = {name: (salt, spoken(value)) for name, (salt, value) in box.items()}
        if any(commitment(salt, words) != state.commit[name] for name, (salt, words) in said.items()):
            return Damaged(position=row.position, reason="its words are not those it is bound to", topic=row.topic)
        leaf = leaf_bytes(row.originator_id, row.originator_version, row.topic, row.state)
        return Disclosed(row.position, leaf, frozenset(state.commit), said)

    def _opened(self, row: Row, state: State, keys: Mapping[str, bytes | None]) -> dict[str, Personal]:
        if not state.commit or state.key is None:
            return {}
        if state.key not in keys:
            raise _Unknown(f"its key {state.key} is not in the key database")
        key = keys[state.key]
        if key is None or self._is_taken(row):
            return {name: Personal(ERASED, commit) for name, commit in state.commit.items()}
        box = self._unsealed(row, state, key)
        commits, binary = state.commit, state.binary
        return {
            name: Personal(_bytes(value) if name in binary else value, commits[name])
            for name, (_, value) in box.items()
        }

    def _is_taken(self, row: Row) -> bool:
        """Say whether an erasure took the words of this event, though their key may open others."""
        return row.sealed is None and self._taken(row.position)

    def _unsealed(self, row: Row, state: State, key: bytes) -> dict[str, tuple[bytes, Any]]:
        """Return salt and value of every personal part; what is bytes is still base64, but for originals."""
        if row.sealed is None:
            raise _Unknown("its sealed words are gone, though its key was not destroyed")
        if not isinstance(row.sealed, bytes):
            raise Altered("its sealed words are of another type than was written")
        assert state.key is not None, "the key was found by its id"
        context = self._context(row.originator_id, row.originator_version, row.topic, state.key)
        box = open_box(row.sealed, key, context)
        if box.keys() != state.commit.keys():
            raise Altered("its box holds other parts than its state names")
        for name, original in state.originals.items():
            whole = self._originals.open(original, key, context + name.encode())
            box[name] = (box[name][0], whole if name in state.binary else _unspoken(whole, state, name))
        return box

    def _event(self, topic: str, state: State, personal: Mapping[str, Personal]) -> Event:
        known = self._events.get(topic)
        if known is None or state.version > known.VERSION:
            raise _Unknown(f"it is a {topic!r} of version {state.version}, written by a newer On Record")
        body = {**state.event, **personal}
        body.pop(_IDS, None)
        for version in range(state.version, known.VERSION):
            body = self._upcasts[topic, version](body)
        return msgspec.convert(body, known)


class _Unknown(Exception):
    """The event cannot be read, for the reason that is its message."""


class _Plan(NamedTuple):
    clear: tuple[tuple[str, Any], ...]
    personal: tuple[str, ...]


def _plan(kind: type[Event]) -> _Plan:
    """Return which fields stand in clear, with their defaults (MISSING where there is none), and which are personal."""
    if kind in _plans:
        return _plans[kind]
    clear, personal = [], []
    for one in fields(kind):  # type: ignore[arg-type]  # every event class is a dataclass; a test of the house says so
        if "Personal" in str(one.type):
            personal.append(one.name)
        else:
            clear.append((one.name, one.default))
    _plans[kind] = _Plan(tuple(clear), tuple(personal))
    return _plans[kind]


_plans: dict[type[Event], _Plan] = {}


def _parts(event: Event, stamp: Stamp) -> tuple[dict[str, Any], dict[str, Personal]]:
    plan = _plan(type(event))
    values = vars(event)
    clear = {name: value for name, default in plan.clear if (value := values[name]) != default}
    words = {name: part for name in plan.personal if (part := values[name]) is not None}
    if stamp.ids is not None:
        words[_IDS] = stamp.ids
    return clear, words


def _part(value: Any) -> Part:
    said = spoken(value)
    return Part(said, said.decode() if isinstance(value, bytes) else value)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b64decode(value)


def _unspoken(whole: bytes, state: State, name: str) -> Any:
    """Return a long value as it was given: text, or what its JSON says."""
    text = whole.decode()
    return msgspec.json.decode(text) if name in state.structured else text


def _decoded(row: Row) -> State | str:
    try:
        return decode_state(row.state)
    except (msgspec.DecodeError, TypeError) as error:
        return f"its stored bytes cannot be read ({error})"


def _why(error: Exception) -> str:
    if isinstance(error, OriginalMissing):
        return f"its original {error} is missing"
    return str(error)


def _stamp(state: State, ids: Personal | None) -> Stamp:
    return made(
        Stamp,
        role=state.role,
        happened_at=state.happened_at,
        recorded_at=state.recorded_at,
        source=state.source,
        actor=state.actor,
        on_behalf_of=state.on_behalf_of,
        zone_assumed=state.zone_assumed,
        seq=state.seq,
        batch=state.batch,
        ties=state.ties,
        ids=ids,
    )


def key_needed(state: bytes) -> str | None:
    """Return the id of the data key a stored state is sealed under."""
    return decode_locked(state).key
