"""Checking: every stored row against its leaf, its box and its place, believing nothing that is stored."""

from __future__ import annotations

import struct
from base64 import b64encode
from binascii import b2a_base64
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

import msgspec

from audit.archive.faults import database_faults
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.archive.recorders.recorder import RawRow, Recorder

_PAGE = 5_000
_FINDINGS = 1_000
_UUID = 16
_LENGTH = struct.Struct(">I").pack
_VERSION = struct.Struct(">Q").pack
_BEFORE_ID = b"\0" + _LENGTH(_UUID)


class Finding(NamedTuple):
    """Something that is not as it was written. ``position`` is None where it concerns the archive as a whole."""

    position: int | None
    what: str


class Checked(NamedTuple):
    """What a check went through: how many events, the root over them, and what was found."""

    size: int
    root: bytes
    findings: list[Finding]


class Tree(Protocol):
    """What the recomputed leaves go into, page by page."""

    @property
    def size(self) -> int:
        """How many leaves it has: the check begins after them."""

    def extend(self, leaf_hashes: list[bytes], /) -> None:
        """Add leaves, in order."""

    def root(self) -> bytes:
        """Return the root over all of them."""


class _Bound(msgspec.Struct, frozen=True):
    """The part of a state that says which box and which originals belong to it."""

    key: str | None = None
    ct: str | None = None
    originals: dict[str, str] = {}


_bound = msgspec.json.Decoder(_Bound).decode


_TIES = b',"ties":['


def ties_written(state: bytes) -> bytes:
    """Return what a state says the event is about, as the JSON that is written there: pairs of kind and UUID.

    It is cut out, not read: a third of the time. Quotes inside a JSON text have a backslash before them, so no text
    looks like this, and no event has a field of that name.
    """
    begin = state.find(_TIES)
    if begin < 0:
        return b"[]"
    begin += len(_TIES) - 1
    return state[begin : state.index(b"]]", begin) + 2]


def check(
    recorder: Recorder,
    *,
    may_be_missing: frozenset[int],
    on_progress: Callable[[int], None],
    tree: Tree | None = None,
    originals: dict[int, list[str]] | None = None,
    watch: Callable[[list[RawRow]], None] | None = None,
) -> Checked:
    """Recompute every leaf and the root from the stored bytes, and compare what the database says of itself.

    ``may_be_missing`` are the positions whose sealed words an erasure took. ``tree`` takes the leaves after those it
    has, ``originals`` the names of the files each event keeps beside the database, ``watch`` every page of rows as they
    lie there. At most 1,000 findings are listed.
    """
    tree = Frontier() if tree is None else tree
    findings: list[Finding] = []
    size = last = tree.size
    while True:
        for rows in _pages(recorder, last):
            tree.extend(leaves_of(rows, last, may_be_missing, findings, originals))
            if watch is not None:
                watch(rows)
            size += len(rows)
            last = _number(rows[-1].position, size)
            on_progress(size)
        with database_faults():
            head, extent = recorder.head(), recorder.extent()
            # What was appended meanwhile is checked as well: only a moment in which nothing came can be compared.
            if not recorder.raw_rows(last, 1):
                break
    if head.size != size or extent.count != size:
        place = None if head.size == last else min(head.size, last) + 1
        findings.append(Finding(place, f"The archive counts {head.size} events, but {size} are there."))
    return Checked(size, tree.root(), findings[:_FINDINGS])


def _pages(recorder: Recorder, after: int) -> Iterator[list[RawRow]]:
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


def leaves_of(
    rows: list[RawRow],
    before: int,
    may_be_missing: frozenset[int],
    findings: list[Finding],
    originals: dict[int, list[str]] | None,
) -> list[bytes]:
    """Return the leaf hash of each row, recomputed; what is wrong with a row goes to the findings."""
    leaves = []
    for row in rows:
        position, stream, version, topic, state, sealed, stored = row
        leaf = _well(stream, version, topic, state, sealed, stored)
        if leaf is None or position != before + 1:
            leaf = _examined(row, before, may_be_missing, findings)
        before = position if type(position) is int else before + 1
        if originals is not None and isinstance(state, bytes) and b'"originals":{' in state:
            originals[before] = _originals(state)
        leaves.append(leaf)
    return leaves


def _well(stream: Any, version: Any, topic: Any, state: Any, sealed: Any, stored: Any) -> bytes | None:
    """Return the leaf of a row with which all is well, as it is with most; None for one that has to be examined."""
    if not (type(state) is type(sealed) is bytes and type(version) is int and type(topic) is str):
        return None
    name = stream if type(stream) is bytes else _stream_bytes(stream)
    # What is no valid version or text goes to who can say so.
    if name is None or len(name) != _UUID or not 0 <= version < 1 << 63:
        return None
    leaf = sha256(b"".join((_BEFORE_ID, name, _between(version, topic), _LENGTH(len(state)), state))).digest()
    # The leaf binds the state, so a state with this in it names this box; there is no need to read all of it (a tenth
    # of the time a check takes). Quotes inside a JSON text have a backslash before them, so no text looks like this.
    if leaf == stored and b'"ct":"' + b2a_base64(sha256(sealed).digest(), newline=False) in state:
        return leaf
    return None


def _examined(row: RawRow, before: int, may_be_missing: frozenset[int], findings: list[Finding]) -> bytes:
    """Return the leaf of a row, and put what is wrong with it to the findings."""
    position, stream, version, topic, state, sealed, stored = row
    place = _number(position, before + 1)
    if place != before + 1:
        findings.append(Finding(before + 1, _gap(before + 1, place)))
    leaf = _leaf(stream, version, topic, state)
    if leaf is None:
        findings.append(Finding(place, "A column of this event is of another type than was written."))
        return sha256(b"").digest()
    if leaf != stored:
        findings.append(Finding(place, "The stored event is not the one that was recorded: its bytes changed."))
    elif fault := _box_fault(state, sealed, missing_allowed=position in may_be_missing):
        findings.append(Finding(place, fault))
    return leaf


def _number(position: object, otherwise: int) -> int:
    return position if isinstance(position, int) else otherwise


def _gap(first: int, found: int) -> str:
    """Say what is missing where another event stands than the next one."""
    if found <= first:
        return f"The numbering is broken: event {found} stands where event {first} should."
    missing = f"Event {first} is" if found == first + 1 else f"Events {first} to {found - 1} are"
    return f"{missing} missing: event {found} comes next."


def _originals(state: bytes) -> list[str]:
    try:
        return list(_bound(state).originals.values())
    except msgspec.MsgspecError:
        return []


def _leaf(stream: object, version: object, topic: object, state: object) -> bytes | None:
    """Return what ``leaf_hash`` returns, or None when a part is not of the type that was written."""
    name = _stream_bytes(stream)
    if name is None or not isinstance(version, int) or not isinstance(topic, str) or not isinstance(state, bytes):
        return None
    if not 0 <= version < 1 << 63:
        return None
    parts = (_BEFORE_ID, name, _between(version, topic), _LENGTH(len(state)), state)
    return sha256(b"".join(parts)).digest()


@lru_cache(maxsize=1_000)
def _between(version: int, topic: str) -> bytes:
    """Return what stands in a leaf between the stream and the state: the same for most events."""
    spoken = topic.encode(errors="surrogatepass")
    return _VERSION(version) + _LENGTH(len(spoken)) + spoken


def _stream_bytes(stream: object) -> bytes | None:
    if isinstance(stream, UUID):
        return stream.bytes
    return stream if isinstance(stream, bytes) and len(stream) == _UUID else None


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
    same = b64encode(sha256(sealed).digest()).decode() == bound.ct
    return None if same else "The sealed words of this event were changed."
