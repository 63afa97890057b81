"""``python -m tests.desk.measure``: facts taken out of made-up tickets, how many the desk lists, and false alarms."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from audit.projections.desk.asking import Asked, page_of
from audit.projections.desk.rubric import rubric
from audit.projections.desk.view import Desk
from tests.desk.generated import KINDS_OF, Made, made_up
from tests.projections.given import Log, followed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.projections.desk.asking import Loss
    from audit.projections.views import Views

NUMBER = 1_000
_LISTED_AS = {name: {kind} for name, kind in KINDS_OF.items()} | {
    "time": {"time", "date"},
    "identifier": {"identifier", "device"},
}
"""When somebody is at home may be an hour or a day; the number on a model's plate names the device."""


class Measured(NamedTuple):
    """Deletions made and listed, by language and kind; tickets with nothing deleted, and alarms that were false."""

    made: Counter[tuple[str, str]]
    listed: Counter[tuple[str, str]]
    tickets: int
    false_alarms: int
    wrong: tuple[tuple[str, str, str, str], ...]

    @property
    def recall(self) -> float:
        return self.listed.total() / self.made.total()

    @property
    def alarms_a_ticket(self) -> float:
        return self.false_alarms / self.tickets


def measure(number: int = NUMBER) -> Measured:
    """Take one fact out of each of so many tickets, or of its work order, and see what the desk lists."""
    return measure_of([made_up(one) for one in range(number)], list(KINDS_OF))


def measure_of(tickets: Sequence[Made], kinds: Sequence[str]) -> Measured:
    """Take a fact of each kind in turn out of tickets, or of their work orders, and see what the desk lists."""
    log, taken = Log(), dict[str, tuple[Made, str, str]]()
    for one, ticket in enumerate(tickets):
        name = kinds[(one // 5) % len(kinds)]
        step = "ticket" if one % 3 else "work_order"
        text = ticket.text(without=name if step == "ticket" else None)
        taken[ticket.told(log, text, ticket.text(without=name))] = (ticket, name, step)
    return _measured(log, taken)


def _measured(log: Log, taken: dict[str, tuple[Made, str, str]]) -> Measured:
    made, listed, wrong, false_alarms = Counter[tuple[str, str]](), Counter[tuple[str, str]](), [], 0
    with tempfile.TemporaryDirectory() as folder, followed(log, Path(folder) / "views.db", (Desk,)) as views:
        for written, lost in _listed(views):
            ticket, name, step = taken[written]
            made[ticket.language, name] += 1
            said = ticket.values[name]
            hits = [one for one in lost if one.kind in _LISTED_AS[name] and one.step == step]
            if hits:
                listed[ticket.language, name] += 1
            else:
                wrong.append(("missed", ticket.language, name, said))
            # One clause may name two times, or a code and its door: these are lost with it.
            others = [one for one in lost if one not in hits[:1] and one.line not in said]
            false_alarms += len(others)
            wrong += [("alarm", ticket.language, one.kind, f"{one.text} | {ticket.text()}") for one in others]
    return Measured(made, listed, len(taken), false_alarms, tuple(wrong))


def _listed(views: Views) -> Iterator[tuple[str, tuple[Loss, ...]]]:
    with views.reading(Desk) as (db, desk):
        after = None
        while True:
            page = page_of(db, desk, Asked(rubric=rubric(), limit=200, after=after))
            for one in page.tickets:
                assert one.written is not None
                yield one.written, one.lost
            after = page.next
            if after is None:
                return


def main() -> int:
    """Print the table; fail where the aims are missed."""
    found = measure()
    out = sys.stdout
    for key, count in sorted(found.made.items()):
        out.write(f"{key[0]} {key[1]:12} {found.listed[key]:4} of {count}\n")
    out.write(f"deletions listed: {found.recall:.3f} of {found.made.total()} (aim 0.95)\n")
    out.write(f"false alarms: {found.alarms_a_ticket:.3f} a ticket (aim at most 0.1)\n")
    if "-v" in sys.argv:
        for line in found.wrong[:80]:
            out.write(f"{line}\n")
    return 0 if found.recall >= 0.95 and found.alarms_a_ticket <= 0.1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
