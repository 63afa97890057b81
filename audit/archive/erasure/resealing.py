"""Copies of words that others share or that lose a stretch: sealed before what they are copies of goes."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from audit.archive.faults import database_faults
from audit.archive.keyring import KeyOf
from audit.archive.mapper import Draft
from audit.archive.stamping import Meant
from audit.domain.custody import WordsResealed
from audit.domain.customer import TieCorrected
from audit.domain.errors import NotFound
from audit.domain.event import Damaged, Personal, Record, Ties

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from audit.archive.archive import Archive, Parts
    from audit.archive.erasure.naming import Naming
    from audit.archive.erasure.plan import Plan

_PORTION: Final = 1_000_000
_CASES: Final = frozenset({"conversation", "ticket", "work_order"})
SHARED: Final = "shared-key"
THIRD_PERSON: Final = "third-person"


class Cutting(Protocol):
    """What is left out of a copy."""

    def cuts(self, text: str) -> list[tuple[int, int]]:
        """Return where a text is cut, as [start, end) in code points, in order."""


@dataclass(frozen=True)
class Stretch:
    """[start, end) in code points of a part of an event: a third person's name in somebody else's words."""

    position: int
    part: str
    start: int
    end: int


def reseal(archive: Archive, parts: Parts, plan: Plan, naming: Naming) -> int:
    """Store the copies that are not there yet; return how many that were.

    A copy stands on a stream that its original and its owner name, so that none is made twice.
    """
    made, waiting, size = 0, list[Meant](), 0
    for copy, length in _copies(parts, plan, naming):
        waiting.append(copy)
        size += length
        if size > _PORTION:
            made += archive.append_copies(waiting)
            waiting, size = [], 0
    return made + archive.append_copies(waiting)


def reseal_without(archive: Archive, parts: Parts, plan: Plan, stretch: Stretch, ties: Ties) -> int:
    """Store a copy of an event without a stretch, under the key it has and tied as it is; return how many were new.

    Bytes are left out of the copy, and so is the stretch wherever the other parts repeat it.
    """
    record = _read(parts, stretch.position)
    if record is None:
        raise NotFound(f"Event {stretch.position} cannot be read: run onrecord verify.")
    (one,) = plan.words
    stream = parts.names.decided(
        WordsResealed.TOPIC, f"{stretch.position} {stretch.part} {stretch.start} {stretch.end}"
    )
    stamp = replace(record.stamp, recorded_at=parts.clock(), ties=ties, ids=None, batch=None)
    words, cut = _without_stretch(said_in(record), stretch)
    of = record.event.position if isinstance(record.event, WordsResealed | TieCorrected) else record.position
    event = WordsResealed(position=of, reason=THIRD_PERSON, words=Personal(words), cut=cut)
    return archive.append_copies([Meant(Draft(stream, 1, event, stamp), plan.living[one.key])])


def said_in(record: Record) -> dict[str, Any]:
    """Return the personal parts of an event by field, those that are erased left out; of a copy, what it copies."""
    if isinstance(record.event, WordsResealed | TieCorrected):
        words = record.event.words
        return dict(words.value) if words is not None and isinstance(words.value, dict) else {}
    found = {}
    for one in fields(record.event):  # type: ignore[arg-type]  # every event class is a dataclass
        part = getattr(record.event, one.name)
        if isinstance(part, Personal) and not part.erased:
            found[one.name] = part.value
    return found


def without(value: Any, cutting: Cutting) -> Any:
    """Return a value of any shape without what is cut out of its texts."""
    if isinstance(value, str):
        for start, end in reversed(cutting.cuts(value)):
            value = value[:start] + value[end:]
        return value
    if isinstance(value, dict):
        return {without(name, cutting): without(one, cutting) for name, one in value.items()}
    return [without(one, cutting) for one in value] if isinstance(value, list | tuple) else value


def _copies(parts: Parts, plan: Plan, naming: Naming) -> Iterator[tuple[Meant, int]]:
    lengths = {one.position: one.length for one in plan.words}
    keys = {one.position: plan.keys[one.key] for one in plan.words if one.key in plan.keys}
    for position, others in sorted(plan.shared.items()):
        record = _read(parts, position)
        if record is not None:
            for other in others:
                yield _copy(parts, record, other, keys[position], naming), lengths[position]


def _read(parts: Parts, position: int) -> Record | None:
    with database_faults():
        found = parts.mapper.read(parts.recorder.rows_at([position]), parts.keyring.open)
    return found[0] if found and not isinstance(found[0], Damaged) else None


def _copy(parts: Parts, record: Record, other: UUID, key: KeyOf, naming: Naming) -> Meant:
    words, cut = _told(said_in(record), naming)
    ties = (("customer", other), *((kind, tied) for kind, tied in record.stamp.ties if kind in _CASES))
    stream = parts.names.decided(WordsResealed.TOPIC, f"{record.position} {other.hex}")
    stamp = replace(record.stamp, recorded_at=parts.clock(), ties=ties, ids=None, batch=None)
    of = record.event.position if isinstance(record.event, WordsResealed) else record.position
    event = WordsResealed(position=of, reason=SHARED, words=Personal(words), cut=cut)
    return Meant(Draft(stream, 1, event, stamp), KeyOf(other, key.retention, key.month))


def _told(said: dict[str, Any], cutting: Cutting) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the words by field without those that name the person who is forgotten, and where these stood."""
    words: dict[str, Any] = {}
    cut: list[str] = []
    for name, value in said.items():
        if isinstance(value, bytes):
            # Nothing can be cut out of a file: it stays as it is, or it goes.
            if cutting.cuts(value.decode(errors="replace")):
                cut.append(f"{name}:0-{len(value)}")
            else:
                words[name] = {"base64": b64encode(value).decode()}
            continue
        words[name] = without(value, cutting)
        if isinstance(value, str):
            cut += [f"{name}:{start}-{end}" for start, end in cutting.cuts(value)]
    return words, tuple(cut)


def _without_stretch(said: dict[str, Any], stretch: Stretch) -> tuple[dict[str, Any], tuple[str, ...]]:
    text = str(said[stretch.part])
    repeated = _Repeated(text[stretch.start : stretch.end])
    others = {name: value for name, value in said.items() if name != stretch.part}
    words, cut = _told({name: value for name, value in others.items() if not isinstance(value, bytes)}, repeated)
    cut += tuple(f"{name}:0-{len(value)}" for name, value in others.items() if isinstance(value, bytes))
    words[stretch.part] = text[: stretch.start] + text[stretch.end :]
    return words, (f"{stretch.part}:{stretch.start}-{stretch.end}", *cut)


class _Repeated:
    """Cuts every repetition of some words, case aside."""

    def __init__(self, words: str) -> None:
        self._pattern = re.compile(rf"(?<!\w){re.escape(words.strip())}(?!\w)", re.IGNORECASE)
        self._empty = not words.strip()

    def cuts(self, text: str) -> list[tuple[int, int]]:
        return [] if self._empty else [found.span() for found in self._pattern.finditer(text)]
