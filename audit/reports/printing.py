"""Printing a whole record: one file, or volumes with their own evidence, told of in the first of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from audit.reports.bundling import attached
from audit.reports.drawing import drawing
from audit.reports.edition import Edition, Other, Volume
from audit.reports.page import PARTS
from audit.reports.pdf import Rendered, render
from audit.reports.press import RecordTooLarge
from audit.reports.volumes import PAGES_MAX, PARTED, estimated_pages, numbers_in, parted, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.reports.model import CustomerRecord
    from audit.reports.press import Press
    from audit.reports.volumes import Part

    EvidenceOf = Callable[[frozenset[int] | None, bool], bytes]
    """Gives the evidence for the events that are printed in a volume, None for all, and for those not printed at all
    where the second is true."""

_AIMED_AT: Final = 0.9
"""So full a volume is meant to be: its pages cannot be counted before they are set."""
_ATTEMPTS: Final = 6
_AGAIN: Final = 0.94


@dataclass(frozen=True)
class PrintedVolume:
    """A file of a record, and the evidence that goes with it."""

    rendered: Rendered
    evidence: bytes
    number: int
    count: int


def print_record(
    record: CustomerRecord,
    evidence_of: EvidenceOf,
    press: Press,
    *,
    edition: Edition | None = None,
    most: int = PAGES_MAX,
) -> list[PrintedVolume]:
    """Return the files of a record, most often one, of ``most`` pages each. Raises as ``render`` does."""
    edition = edition or Edition()
    if estimated_pages(record) <= most:
        evidence = evidence_of(None, True)
        rendered = render(record, attachments=[attached(evidence)], edition=edition, press=press)
        if rendered.pages <= most:
            return [PrintedVolume(rendered, evidence, 1, 1)]
    aim = _AIMED_AT * most
    for _ in range(_ATTEMPTS):
        volumes = _Volumes(record, evidence_of, press, edition, parted(record, aim))
        if (longest := volumes.printed(most)) <= most:
            return volumes.done
        aim *= _AGAIN * most / longest
    raise RecordTooLarge("Something in the record is too long for a volume: ask for a shorter period, with --from.")


class _Volumes:
    """The volumes of one sharing out: the first is printed last, as it tells of the others."""

    def __init__(
        self, record: CustomerRecord, evidence_of: EvidenceOf, press: Press, edition: Edition, parts: list[Part]
    ) -> None:
        self._record = record
        self._evidence_of = evidence_of
        self._press = press
        self._edition = replace(edition, drawing=drawing(record))
        self._parts = parts
        self.done: list[PrintedVolume] = []

    def printed(self, most: int) -> int:
        """Print them, and return how many pages the longest has: too many of them, and it stops there."""
        others: list[Other] = []
        for number in (*range(2, len(self._parts) + 1), 1):
            one = self._volume(number, tuple(others) if number == 1 else ())
            if one.rendered.pages > most:
                return one.rendered.pages
            self.done.append(one)
            others.append(self._told(number, one.rendered))
        self.done.sort(key=lambda one: one.number)
        return max(one.rendered.pages for one in self.done)

    def _volume(self, number: int, others: tuple[Other, ...]) -> PrintedVolume:
        part, count = self._parts[number - 1], len(self._parts)
        record = within(self._record, part, first=number == 1, last=number == count)
        volume = Volume(
            number=number,
            count=count,
            starts=dict(part.starts),
            continued=tuple(sorted(part.continued)),
            others=others,
        )
        # What is not printed anywhere is proven with the list of it, which stands in the last volume.
        evidence = self._evidence_of(numbers_in(record), number == count)
        edition = replace(self._edition, volume=volume)
        rendered = render(record, attachments=[attached(evidence)], edition=edition, press=self._press)
        return PrintedVolume(rendered, evidence, number, count)

    def _told(self, number: int, rendered: Rendered) -> Other:
        part = self._parts[number - 1]
        places = [
            (_number(name), at)
            for name in PARTED
            if (things := part.things.get(name))
            for at in (part.starts[name] + 1, part.starts[name] + len(things))
        ]
        said = [f"{section}.{at}" for section, at in places] or [str(_number("withheld"))]
        return Other(number=number, first=said[0], last=said[-1], pages=rendered.pages, sha256=rendered.sha256)


def _number(name: str) -> int:
    """Return the number a part has in volumes, where each part has one."""
    return PARTS.index(name) + 1
