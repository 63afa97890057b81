"""Call elements over time: how often the machine finds each in an agent's conversations, with the numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit.bootstrap.withheld import hiding_from_reader, shown_entries
from audit.language.elements.conversation import Line, Verdict, judged
from audit.projections.levels.view import Levels
from audit.projections.timeline import Timeline

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from audit.bootstrap.house import House
    from audit.projections.timeline import Entry

MOST: Final = 300
"""So many conversations are judged, the newest: judging reads every line."""
_OUTSIDE: Final = frozenset({"customer", "representative", "bot", "system"})


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of an agent's conversations in a month: how many met each, of how many to which it applies."""

    agent: UUID
    month: str
    conversations: int
    met: dict[str, int]
    of: dict[str, int]


def elements_over_time(house: House, role: str, zone: ZoneInfo, *, agent: UUID | None = None) -> list[Elements]:
    """Return the elements for each agent and month, of one agent alone where one is named."""
    hiding = hiding_from_reader(house, role)
    conversations: Counter[tuple[UUID, str]] = Counter()
    met: dict[tuple[UUID, str], Counter[str]] = defaultdict(Counter)
    of: dict[tuple[UUID, str], Counter[str]] = defaultdict(Counter)
    with house.views.reading(Levels) as (db, view):
        newest = view.newest_answered(db, MOST, by=None if agent is None else agent.hex)
    with house.views.reading(Timeline) as (db, timeline):
        for place in newest:
            entries = [one for one in shown_entries(timeline.read(db, place), hiding) if _is_said(one)]
            marks = judged([Line(text=one.text or "", role=one.role, at=one.at) for one in entries]).marks
            for key in _whose(entries, zone):
                conversations[key] += 1
                for name, mark in marks.items():
                    met[key][name] += mark.verdict is Verdict.MET
                    of[key][name] += mark.verdict is not Verdict.NOT_APPLICABLE
    return [
        Elements(key[0], key[1], count, dict(met[key]), dict(of[key]))
        for key, count in sorted(conversations.items(), key=lambda one: (one[0][0].hex, one[0][1]))
        if agent in {None, key[0]}
    ]


def _is_said(entry: Entry) -> bool:
    return entry.kind == "message" and entry.text is not None


def _whose(entries: list[Entry], zone: ZoneInfo) -> set[tuple[UUID, str]]:
    """Return who of ours spoke, each with the month in which the conversation began."""
    if not entries:
        return set()
    began: datetime = entries[0].at
    month = f"{began.astimezone(zone):%Y-%m}"
    return {(one.actor, month) for one in entries if one.actor is not None and one.role not in _OUTSIDE}
