"""What becomes of each event in a record: shown, withheld, erased, only counted, or outside the period."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

from audit.domain.promise import PromiseMade, PromiseSuggested
from audit.domain.record_request import ItemRestored, ItemWithheld
from audit.domain.request_release import Place as Passage
from audit.domain.withholding import WithholdingLifted, WithholdingPlaced
from audit.projections.promises_quoting import hidden_in_line, hidden_in_wording
from audit.projections.withholdings import Hidden
from audit.reports.audience import COUNTED, THIRD_PERSON, binds, heeds, staff_parts, withheld_because
from audit.reports.closure import Closure, Corrected, concerns, personal_parts
from audit.reports.entries import Cut, Cuts
from audit.reports.model import Audience, Fate, Scope
from audit.reports.placing import Place, place_of, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from audit.domain.event import Event, Record


class Judged(NamedTuple):
    """A record, its place, its fate, and why where it is withheld; ``cuts`` are withheld within it."""

    record: Record
    place: Place
    fate: Fate
    reason: str = ""
    cuts: Cuts = Cuts()


@dataclass(frozen=True)
class _Decided:
    """What a person decided to withhold: a whole event, or [start, end) of a part of it."""

    reason: str
    part: str | None
    start: int | None
    end: int | None


def judge(closure: Closure, scope: Scope) -> list[Judged]:
    """Return the fate of every readable record, in reading order."""
    decided = _decisions(closure, scope.audience)
    within = {unit_of(closure, one.record) for one in closure.records if _in_period(one.record, scope)}
    return [_judged(one, closure, scope, decided, unit_of(closure, one.record) in within) for one in closure.records]


def _judged(
    corrected: Corrected, closure: Closure, scope: Scope, decided: dict[int, list[_Decided]], within: bool
) -> Judged:
    record = corrected.record
    place = place_of(closure, record)
    if not within and place.part != "particulars":
        return Judged(record, place, Fate.OUTSIDE)
    if type(record.event) in COUNTED:
        return Judged(record, place, Fate.COUNTED)
    if reason := _withheld(corrected, closure, scope, decided):
        return Judged(record, place, Fate.WITHHELD, reason)
    fate = Fate.ERASED if _erased(record.event) else Fate.SHOWN
    return Judged(record, place, fate, cuts=_cuts(record, scope.audience, decided.get(record.position, ())))


def _withheld(corrected: Corrected, closure: Closure, scope: Scope, decided: dict[int, list[_Decided]]) -> str | None:
    """Return why an event is not handed out; what belongs to withheld words shares their secrecy."""
    record = corrected.record
    if corrected.taken_away:
        return THIRD_PERSON
    root = closure.root(record)
    for one in (record, root) if root is not record else (record,):
        if reason := withheld_because(one.event, scope.audience):
            return reason
        if scope.audience is Audience.CUSTOMER and not concerns(one.stamp, scope.customers):
            return THIRD_PERSON
        if reason := next((cut.reason for cut in decided.get(one.position, ()) if _whole(cut, one.event)), None):
            return reason
    return None


def _decisions(closure: Closure, audience: Audience) -> dict[int, list[_Decided]]:
    decided: dict[int, list[_Decided]] = {}
    lifted = {one.record.stream for one in closure.records if isinstance(one.record.event, WithholdingLifted)}
    restored = _restored(closure)
    for one in closure.records:
        event = one.record.event
        heeded = (
            isinstance(event, ItemWithheld)
            and heeds(event.reason, audience)
            and restored.get(Passage.of(event), 0) < one.record.position
        ) or (isinstance(event, WithholdingPlaced) and one.record.stream not in lifted and binds(event.whom, audience))
        if heeded and isinstance(event, ItemWithheld | WithholdingPlaced):
            cut = _Decided(event.reason, event.part, event.start, event.end)
            decided.setdefault(event.position, []).append(cut)
    for position, cuts in _quoted(closure, decided).items():
        decided.setdefault(position, []).extend(cuts)
    return decided


def _restored(closure: Closure) -> dict[Passage, int]:
    """Return where in the log each passage was last given free; what was withheld before that is not any more."""
    found: dict[Passage, int] = {}
    for record in (one.record for one in closure.records):
        if isinstance(record.event, ItemRestored):
            place = Passage.of(record.event)
            found[place] = max(found.get(place, 0), record.position)
    return found


def _quoted(closure: Closure, decided: dict[int, list[_Decided]]) -> dict[int, list[_Decided]]:
    """Return what is withheld of promises because it is withheld of the text that they were found in."""
    found: dict[int, list[_Decided]] = {}
    lines: dict[UUID, tuple[int, int]] = {}
    for one in sorted(closure.records, key=lambda one: one.record.position):
        event, hidden = one.record.event, list[Hidden]()
        if isinstance(event, PromiseSuggested):
            lines[one.record.stream] = (event.start, event.end)
            hidden = hidden_in_line(_hidden(decided, event.position), event.start, event.end)
        elif isinstance(event, PromiseMade):
            start, end = lines.get(one.record.stream, (None, None))
            hidden = hidden_in_wording(_hidden(decided, event.position), start, end)
        cuts = [_Decided(*each) for each in hidden if each.part is None or getattr(event, each.part) is not None]
        if cuts:
            found[one.record.position] = cuts
    return found


def _hidden(decided: dict[int, list[_Decided]], position: int | None) -> list[Hidden]:
    return [Hidden(one.reason, one.part, one.start, one.end) for one in decided.get(position or 0, ())]


def _whole(cut: _Decided, event: Event) -> bool:
    """Return whether the whole event is meant; a part it does not have means all of it, to be safe."""
    return cut.part is None or cut.part not in {one.name for one in fields(event)}  # type: ignore[arg-type]  # a dataclass


def _cuts(record: Record, audience: Audience, decided: Iterable[_Decided]) -> Cuts:
    """Return what is withheld within an event; a stretch that does not fit the words withholds all of the part."""
    present = {name: part for name, part in personal_parts(record.event) if not part.erased}
    parts = {name: why for name, why in staff_parts(record.event, audience).items() if name in present}
    stretches: dict[str, tuple[Cut, ...]] = {}
    for cut in decided:
        name = cut.part or ""
        text = present[name].text if name in present else None
        if text is not None and cut.start is not None and cut.end is not None and 0 <= cut.start < cut.end <= len(text):
            stretches[name] = (*stretches.get(name, ()), Cut(cut.start, cut.end, cut.reason))
        else:
            parts[name] = cut.reason
    return Cuts(parts=parts, stretches=stretches)


def _erased(event: Event) -> bool:
    """Return whether an event had words and all of them are gone."""
    parts = [part.erased for _, part in personal_parts(event)]
    return bool(parts) and all(parts)


def _in_period(record: Record, scope: Scope) -> bool:
    day = _local(record.stamp.happened_at, scope).date()
    return (scope.since is None or day >= scope.since) and (scope.until is None or day <= scope.until)


def _local(at: datetime, scope: Scope) -> datetime:
    try:
        return at.astimezone(scope.zone)
    except OverflowError:
        return at
