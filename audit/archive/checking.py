"""Checking: every stored row against its leaf, its box and its place, believing nothing that is stored."""

from __future__ import annotations

import struct
from base64 import b64decode
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from audit.archive.faults import database_faults
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.archive.recorders.recorder import RawRow, Recorder

_PAGE = 5_000
_FINDINGS = 1_000
_SHA256 = 32
_LENGTH = struct.Struct(">I").pack
_VERSION = struct.Struct(">Q").pack
_ID_LENGTH = _LENGTH(16)


class Finding(NamedTuple):
    """Something that is not as it was written. ``position`` is None where it concerns the archive as a whole."""

    position: int | None
    what: str


class Checked(NamedTuple):
    """What a check went through: how many events, the root over them, and what was found."""

    size: int
    root: bytes
    findings: list[Finding]


class _Bound(msgspec.Struct, frozen=True):
    """The part of a state that says which box belongs to it."""

    key: str | None = None
    ct: str | None = None


_bound = msgspec.json.Decoder(_Bound).decode


def check(recorder: Recorder, *, may_be_missing: frozenset[int], on_progress: Callable[[int], None]) -> Checked:
    """Recompute every leaf and the root from the stored bytes, and compare what the database says of itself.

    ``may_be_missing`` are the positions whose sealed words an erasure took. At most 1,000 findings are listed.
    """
    frontier = Frontier()
    findings: list[Finding] = []
    size = 0
    for rows in _pages(recorder):
        frontier.extend(_leaves(rows, size, may_be_missing, findings))
        size += len(rows)
        on_progress(size)
    with database_faults():
        head, extent = recorder.head(), recorder.extent()
    if head.size != size or extent.count != size:
        findings.append(Finding(None, f"The archive counts {head.size} events, but {size} are there."))
    return Checked(size, frontier.root(), findings[:_FINDINGS])


def _pages(recorder: Recorder) -> Iterator[list[RawRow]]:
    after = 0
    while True:
        with database_faults():
            rows = recorder.raw_rows(after, _PAGE)
        if not rows:
            return
        yield rows
        last = rows[-1].position
        if not isinstance(last, int) or last <= after:
            return
        after = last


def _leaves(rows: list[RawRow], before: int, may_be_missing: frozenset[int], findings: list[Finding]) -> list[bytes]:
    """Return the leaf hash of each row, recomputed; what is wrong with a row goes to the findings."""
    leaves = []
    for place, row in enumerate(rows, before + 1):
        position, stream, version, topic, state, sealed, stored = row
        leaf = _leaf(stream, version, topic, state)
        if leaf is None:
            findings.append(Finding(place, "A column of this event is of another type than was written."))
            leaf = sha256(b"").digest()
        elif leaf != stored:
            findings.append(Finding(place, "The stored event is not the one that was recorded: its bytes were changed."))
        elif fault := _box_fault(state, sealed, missing_allowed=position in may_be_missing):
            findings.append(Finding(place, fault))
        if position != place:
            findings.append(Finding(place, f"Event {place} is missing: event {position} stands in its place."))
        leaves.append(leaf)
    return leaves


def _leaf(stream: object, version: object, topic: object, state: object) -> bytes | None:
    """Return what ``leaf_hash`` returns, or None when a part is not of the type that was written."""
    name = _stream_bytes(stream)
    if name is None or not isinstance(version, int) or not isinstance(topic, str) or not isinstance(state, bytes):
        return None
    if not 0 <= version < 1 << 63:
        return None
    spoken = topic.encode(errors="surrogatepass")
    return sha256(
        b"".join(
            (
                b"\0",
                _ID_LENGTH,
                name,
                _VERSION(version),
                _LENGTH(len(spoken)),
                spoken,
                _LENGTH(len(state)),
                state,
            )
        )
    ).digest()


def _stream_bytes(stream: object) -> bytes | None:
    if isinstance(stream, UUID):
        return stream.bytes
    return stream if isinstance(stream, bytes) and len(stream) == 16 else None  # noqa: PLR2004  # a UUID's length


def _box_fault(state: object, sealed: object, *, missing_allowed: bool) -> str | None:
    """Return what is wrong with a row's sealed words, None when they are the ones its leaf names."""
    try:
        bound = _bound(state)  # type: ignore[arg-type]  # its leaf proved it to be the bytes that were written
    except msgspec.MsgspecError:
        return None
    if bound.ct is None:
        return None if sealed is None else "Sealed words stand beside an event that has none."
    if sealed is None:
        return None if missing_allowed else "The sealed words of this event are gone, and no erasure took them."
    if not isinstance(sealed, bytes):
        return "The sealed words of this event are of another type than was written."
    return None if sha256(sealed).digest() == b64decode(bound.ct) else "The sealed words of this event were changed."
