"""Bundling: evidence for events of the archive, with no more of it opened than is meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from audit.archive.mapper import Disclosed
from audit.archive.sealing import spoken
from audit.domain.errors import NotFound, Refused
from audit.domain.fact import STAFF_ROLES
from audit.evidence.bundle import Evidence, make_bundle, trusting, verify_bundle
from audit.evidence.bundle_form import Opened
from audit.evidence.errors import NotProven, OutsideTree
from audit.evidence.note import Note
from audit.reports.closure import close, personal_parts
from audit.reports.entries import UNSAID, only_size
from audit.reports.judging import judge
from audit.reports.model import Fate
from audit.reports.pdf import Attached

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from audit.archive.archive import Archive
    from audit.archive.log.log import Log
    from audit.archive.log.store import SignedCheckpoint
    from audit.domain.event import Damaged, Record, Stamp
    from audit.reports.gathering import Gathered
    from audit.reports.judging import Judged
    from audit.reports.model import Scope

_AT_ONCE: Final = 500
_IDS: Final = "ids"
_SAID_IDS: Final = frozenset({
    "customer", "conversation", "ticket", "work_order", "promise", "request", "item", "of",
    "recipient", "representative", "linked",
})  # fmt: skip
"""Kinds of ids a record prints. The ids of staff are not among them: there the directory's names stand."""


class Holding(Protocol):
    """The part of the house that evidence is taken from."""

    @property
    def archive(self) -> Archive: ...

    @property
    def log(self) -> Log: ...


class Bundled(NamedTuple):
    """A bundle, and how many parts of how many events are open in it and how many are not."""

    content: bytes
    items: int
    opened: int
    undisclosed: int


def bundle_of(holding: Holding, positions: Iterable[int], opens: Callable[[Disclosed], Collection[str]]) -> Bundled:
    """Return evidence for these events; ``opens`` says which parts of each are shown, of those not erased.

    A checkpoint that covers them is cut where there is none. Raises NotFound for an event that is not there, and
    Refused for one that is not as it was recorded.
    """
    wanted = sorted(set(positions))
    head = holding.archive.head().size
    if outside := [position for position in wanted if not 1 <= position <= head]:
        raise NotFound(f"There is no event {outside[0]}: the archive ends at {head}.")
    disclosed = _disclosed(holding.archive, wanted)
    if missing := sorted(set(wanted) - disclosed.keys()):
        raise Refused(f"Event {missing[0]} is missing: run onrecord verify.")
    for one in disclosed.values():
        if not isinstance(one, Disclosed):
            raise Refused(f"Event {one.position} cannot be shown ({one.reason}): run onrecord verify.")
    whole = [one for one in disclosed.values() if isinstance(one, Disclosed)]
    evidence = [_evidence(one, opens(one)) for one in whole]
    content = _bundle(holding.log, holding.log.cover(wanted[-1]), evidence)
    opened = sum(len(one.opened) for one in evidence)
    return Bundled(content, len(evidence), opened, sum(len(one.declared) for one in whole) - opened)


def bundle_for(
    holding: Holding, gathered: Gathered, scope: Scope, *, only: frozenset[int] | None = None, unprinted: bool = True
) -> bytes:
    """Return the evidence that goes with a record: every event of the customer, opened as far as it is printed.

    What is withheld, only counted or outside the period is there by the hash of its leaf alone, unless ``unprinted`` is
    False. Of what is printed ``only`` these events are in it, where the record is in volumes. Under the smallest
    checkpoint that covers the position of the record, so that the same record has the same evidence.
    """
    judged = judge(close(gathered.records, gathered.customers), scope)
    printed = {
        one.record.position: _printed(one, gathered.staff, scope.customers)
        for one in judged
        if one.fate in {Fate.SHOWN, Fate.ERASED}
    }
    meant = {
        one.position
        for one in gathered.records
        if (unprinted if one.position not in printed else only is None or one.position in only)
    }
    disclosed = _disclosed(holding.archive, sorted(meant & printed.keys()))
    evidence = [_evidence_of_record(place, disclosed.get(place), printed.get(place, {})) for place in sorted(meant)]
    return _bundle(holding.log, holding.log.cover(gathered.position), evidence)


def attached(content: bytes) -> Attached:
    """Return a bundle as a file to go with a document."""
    return Attached("evidence.json", "Evidence bundle: proves what this document shows, to anybody, offline.", content)


def _disclosed(archive: Archive, positions: Sequence[int]) -> dict[int, Disclosed | Damaged]:
    found: dict[int, Disclosed | Damaged] = {}
    for start in range(0, len(positions), _AT_ONCE):
        found |= {one.position: one for one in archive.disclose_at(positions[start : start + _AT_ONCE])}
    return found


def _evidence(disclosed: Disclosed, opens: Collection[str]) -> Evidence:
    opened = {}
    for name in opens:
        if name in disclosed.said:
            salt, words = disclosed.said[name]
            opened[name] = Opened(salt, words.decode())
    return Evidence(disclosed.position - 1, disclosed.leaf, opened)


def _evidence_of_record(position: int, disclosed: Disclosed | Damaged | None, printed: Mapping[str, bytes]) -> Evidence:
    """Return evidence that opens a part only if it says what is printed: a corrected event may print other words."""
    if not isinstance(disclosed, Disclosed):
        return Evidence(position - 1)
    return _evidence(disclosed, [name for name, (_, words) in disclosed.said.items() if printed.get(name) == words])


def _bundle(log: Log, checkpoint: SignedCheckpoint, evidence: Iterable[Evidence]) -> bytes:
    """Make a bundle, and check it as whoever receives it will."""
    try:
        key = log.key_history().in_force(checkpoint.size).key
        content = make_bundle(Note.parse(checkpoint.note.encode()), key, checkpoint.size, evidence, log.hash_at)
        verify_bundle(content, trusting([str(key)]))
    except (NotProven, OutsideTree) as fault:
        raise Refused(f"No evidence can be handed out: {fault} If in doubt, run onrecord verify.") from fault
    return content


def _printed(judged: Judged, staff: Collection[UUID], customers: frozenset[UUID]) -> dict[str, bytes]:
    """Return the parts of an event whose words a record prints, as the text their commitment is made over."""
    record, cuts = judged.record, judged.cuts
    parts = {
        name: spoken(part.value)
        for name, part in personal_parts(record.event)
        if _is_said(name, record, staff) and not part.erased and not only_size(name, part)
    }
    ids = record.stamp.ids
    if ids is not None and ids.commit is not None and not ids.erased and _names_only_them(record.stamp, customers):
        parts[_IDS] = spoken(ids.value)
    return {name: words for name, words in parts.items() if name not in cuts.parts and name not in cuts.stretches}


def _is_said(name: str, record: Record, staff: Collection[UUID]) -> bool:
    if name == "author":
        return record.stamp.role not in STAFF_ROLES and record.stamp.actor not in staff
    return name not in UNSAID


def _names_only_them(stamp: Stamp, customers: frozenset[UUID]) -> bool:
    """Return whether the ids as written are such as a record prints, and of no other customer."""
    assert stamp.ids is not None, "asked only where there are ids"
    kinds = {str(kind) for kind, _ in stamp.ids.value}
    return kinds <= _SAID_IDS and {tied for kind, tied in stamp.ties if kind == "customer"} <= customers
