"""Comparing words: what a printed record says, against what its evidence opens."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.event import Personal
from audit.reports.entries import said_text
from audit.reports.press import HOUSE_FONTS
from audit.reports.printable import Printer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.evidence.bundle import Proven
    from audit.reports.model import CustomerRecord, Entry

_SPACE: Final = re.compile(r"\s+")
_SHORTENED: Final = "[…]"
_READ: Final = ("text", "wording")
"""Parts that a paper without its data, a slip, prints."""
_MEETS: Final = 12
"""So many letters say where a text goes on."""
_BETWEEN_PAGES: Final = 600
"""A foot and a head take no more letters than that."""
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


class Compared(NamedTuple):
    """What differs, and the numbers of the events whose words are printed but not opened by the evidence."""

    findings: list[str]
    unproven: list[int]


def compared_with_evidence(record: CustomerRecord, proven: Sequence[Proven], *, whole: bool) -> Compared:
    """Compare every entry of a record with the event in its evidence; ``whole`` is whether all stand in one file.

    Words may be printed that the evidence does not open: those of which a part is withheld, and those sealed anew.
    """
    by_number = {one.position: one for one in proven}
    findings: list[str] = []
    unproven: set[int] = set()
    for entry in entries_of(record):
        one = by_number.get(entry.number)
        if one is None or one.leaf is None:
            findings.append(f"Event {entry.number} is printed, and the evidence does not show it.")
            continue
        findings += _about(entry, one)
        for words in entry.words:
            opened = one.opened.get(words.field)
            if words.text is not None and opened is None:
                unproven.add(entry.number)
            elif words.text is not None and said_text(words.field, Personal(opened)) != words.text:
                findings.append(f"The words of event {entry.number} ({words.field}) are not those the evidence opens.")
    if whole and record.complete and record.counts.total != len(proven):
        findings.append(f"The record counts {record.counts.total} events, and the evidence {len(proven)}.")
    return Compared(findings, sorted(unproven))


def entries_of(record: CustomerRecord) -> Iterator[Entry]:
    """Yield every entry, those that stand below others too."""
    yield from _with_below(*record.particulars, *record.others)
    for thing in (*record.contacts, *record.calls):
        yield from _with_below(*thing.entries)
    for matter in (*record.tickets, *record.work_orders, *record.promises, *record.requests):
        yield from _with_below(*matter.versions, *matter.course, *matter.charges)


def unsaid_on_paper(text: str, proven: Sequence[Proven]) -> list[str]:
    """Return a finding for each opened text that the paper does not say; ``text`` is without white space.

    A slip may shorten a text, which it marks; a long one may go on behind the foot and the head of a page. Text that
    runs from right to left cannot be compared so.
    """
    printer = Printer(HOUSE_FONTS.cover)
    findings = []
    for one in proven:
        for part in _READ:
            said = one.opened.get(part, "")
            plain = _SPACE.sub("", printer.line(said).striptags())
            if plain and not _RIGHT_TO_LEFT.search(plain) and not _stands_in(text, plain):
                findings.append(f"The paper does not say the words of event {one.position} as the evidence opens them.")
    return findings


def _about(entry: Entry, one: Proven) -> Iterator[str]:
    assert one.leaf is not None, "asked only where it is shown"
    state = one.leaf.state
    same = (
        entry.kind == one.leaf.topic
        and _moment(one.leaf.recorded_at) == entry.when.recorded
        and _moment(state.get("happened_at")) == entry.when.at
        and state.get("role") == entry.role
    )
    if not same:
        yield f"Event {entry.number} is printed with another kind, time or role than the evidence shows."


def _moment(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _with_below(*entries: Entry) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from _with_below(*entry.versions, *entry.attachments)


def _stands_in(text: str, said: str) -> bool:
    return said in text or any(_goes_on(text, said, at, of) for at, of in _beginnings(text, said))


def _beginnings(text: str, said: str) -> Iterator[tuple[int, int]]:
    """Yield where in the paper, and where in the words, they may begin: at their start, or behind a mark."""
    for found in re.finditer(re.escape(said[:_MEETS]), text):
        yield found.start(), 0
    for found in re.finditer(re.escape(_SHORTENED), text):
        of = said.find(text[found.end() : found.end() + _MEETS])
        if of > 0:
            yield found.end(), of


def _goes_on(text: str, said: str, at: int, of: int) -> bool:
    """Follow the words on the paper to their end, or to where they are marked as shortened."""
    while of < len(said):
        if text.startswith(_SHORTENED, at):
            return True
        if at < len(text) and text[at] == said[of]:
            at, of = at + 1, of + 1
            continue
        again = text.find(said[of : of + _MEETS], at, at + _BETWEEN_PAGES)
        if again < 0:
            return False
        at = again
    return True
