"""Copies of words that others share: sealed under those others' own keys before the shared key goes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from audit.archive.faults import database_faults
from audit.archive.keyring import KeyOf
from audit.archive.mapper import Draft
from audit.archive.stamping import Meant
from audit.domain.custody import WordsResealed
from audit.domain.event import Damaged, Personal, Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from audit.archive.archive import Archive, Parts
    from audit.archive.erasure.naming import Naming
    from audit.archive.erasure.plan import Plan

_PORTION: Final = 1_000_000
_CASES: Final = frozenset({"conversation", "ticket", "work_order"})


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


def _copies(parts: Parts, plan: Plan, naming: Naming) -> Iterator[tuple[Meant, int]]:
    lengths = {one.position: one.length for one in plan.words}
    keys = {one.position: plan.keys[one.key] for one in plan.words if one.key in plan.keys}
    for position, others in sorted(plan.shared.items()):
        with database_faults():
            (record,) = parts.mapper.read(parts.recorder.rows_at([position]), parts.keyring.open)
        if isinstance(record, Damaged):
            continue
        for other in others:
            yield _copy(parts, record, other, keys[position], naming), lengths[position]


def _copy(parts: Parts, record: Record, other: UUID, key: KeyOf, naming: Naming) -> Meant:
    words, cut = _told(record, naming)
    ties = (("customer", other), *((kind, tied) for kind, tied in record.stamp.ties if kind in _CASES))
    stream = parts.names.decided(WordsResealed.TOPIC, f"{record.position} {other.hex}")
    stamp = replace(record.stamp, recorded_at=parts.clock(), ties=ties, ids=None, batch=None)
    event = WordsResealed(position=record.position, reason="shared-key", words=Personal(words), cut=cut)
    return Meant(Draft(stream, 1, event, stamp), KeyOf(other, key.retention, key.month))


def _told(record: Record, naming: Naming) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the words by field without those that name the person who is forgotten, and where these stood."""
    words: dict[str, Any] = {}
    cut: list[str] = []
    for one in fields(record.event):  # type: ignore[arg-type]  # every event class is a dataclass
        part = getattr(record.event, one.name)
        if not isinstance(part, Personal) or part.erased or isinstance(part.value, bytes):
            continue
        words[one.name] = part.value
        if part.text is not None:
            stretches = naming.cuts(part.text)
            cut += [f"{one.name}:{start}-{end}" for start, end in stretches]
            for start, end in reversed(stretches):
                words[one.name] = words[one.name][:start] + words[one.name][end:]
    return words, tuple(cut)
