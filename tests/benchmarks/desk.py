"""A page of the desk: how long it takes with very many tickets, by what is asked for and how deep."""

from __future__ import annotations

import json
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import insert

from audit.projections.columns import microseconds
from audit.projections.desk.asking import Asked, page_of
from audit.projections.desk.packing import pack
from audit.projections.desk.resembling import orders_without_ticket
from audit.projections.desk.rubric import CODES, rubric
from audit.projections.desk.saying import read, stored
from audit.projections.desk.view import Desk
from audit.projections.engine import postgresql_engine, sqlite_engine
from audit.projections.views import Views
from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.projections.desk.asking import Page, Place
    from tests.benchmarks.ground import Ground

MOST: Final = 100_000
CATEGORIES: Final = ("fault", "installation", "billing", "delivery", "move", "gas", "return", None)
KINDS: Final = ("access", "address", "date", "device", "email", "identifier", "person", "phone", "time")
AGENTS: Final = 200
ROUNDS: Final = 20
_BATCH: Final = 5_000
_BEGAN: Final = datetime(2026, 1, 1, 8, tzinfo=UTC)
_TEXT: Final = "The router at 14 Maple Street is dead since 2 March. Call +44 20 7946 0123, the door code is 4711."
_ASKED: Final[dict[str, dict[str, Any]]] = {
    "the worst": {},
    "weak": {"weak": True},
    "bounced": {"bounced": True},
    "not read back": {"unread": True},
    "orphans": {"orphans": True},
    "unclear": {"unclear": True},
    "with an open visit": {"open_visits": True},
    "of one agent": {"author": UUID(int=7)},
    "of one team": {"team": "team-3"},
}


def desk_page(ground: Ground) -> list[Figure]:
    """Time pages of the desk over made-up rows; the median of many rounds for each."""
    count = min(ground.size.texts, MOST)
    with _views(ground) as views:
        fill(views, count)
        figures = [_timed(views, what, asked) for what, asked in _ASKED.items()]
        deep = {"from the middle": count // 2, "near the end": count * 9 // 10}
        figures += [_timed(views, what, {"after": _after(views, place)}) for what, place in deep.items()]
        figures.append(_timed_orders(views))
    return [Figure("tickets on the desk", count, ""), *figures]


@contextmanager
def _views(ground: Ground) -> Iterator[Views]:
    file = ground.folder / "desk.db"
    engine = sqlite_engine(file) if ground.url is None else postgresql_engine(ground.url, "desk")
    views = Views(engine, [Desk])
    try:
        yield views
    finally:
        views.close()


def fill(views: Views, count: int) -> None:
    """Write the desk of so many tickets, each of its rows as the view itself would leave it."""
    dice = random.Random(7)  # noqa: S311  # made-up rows need no secrets
    desk = views.instance(Desk.name, 1)
    assert isinstance(desk, Desk)
    said = stored(read(_TEXT, at=_BEGAN))
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        tickets = [_ticket(number, dice) for number in numbers]
        ties = [row for one in tickets for row in _ties(one)]
        with views.writing() as db:
            db.execute(insert(desk.tickets), tickets)
            db.execute(insert(desk.ties), ties)
            db.execute(insert(desk.texts), [row for one in tickets for row in _texts(one, said)])


def _ticket(number: int, dice: random.Random) -> dict[str, Any]:
    shown = [place for place in range(len(CODES)) if dice.random() < 0.7]
    lost = sorted(dice.sample(KINDS, dice.choice((0, 0, 0, 1, 1, 2, 3))))
    at = microseconds(_BEGAN + timedelta(minutes=3 * number))
    details = {
        "marks": [[CODES[place], "text", 0, 12, "The router at", 2 * number + 1] for place in shown],
        "lost": [_lost(kind, number) for kind in lost],
        "repeated": [],
    }
    return {
        "thing": _id(0, number),
        "customer": _id(1, number // 3),
        "author": UUID(int=dice.randrange(AGENTS)).hex,
        "team": f"team-{dice.randrange(20)}",
        "category": dice.choice(CATEGORIES),
        "marks": sum(1 << place for place in shown),
        "losses": pack({kind: dice.choice((1, 1, 1, 2)) for kind in lost}),
        "versions": 1,
        "bounces": 0,
        "bounced": dice.random() < 0.03,
        "read_back": dice.choice((None, "confirmed", "confirmed", "confirmed", "stale")),
        "escalated_unread": False,
        "orphan": dice.random() < 0.01,
        "unclear": dice.random() < 0.01,
        "open_visit": dice.random() < 0.02,
        "repeated": 0,
        "visits": 1,
        "repeat_of": None,
        "first_at": at,
        "last_at": at,
        "details": json.dumps(details),
    }


def _lost(kind: str, number: int) -> dict[str, Any]:
    where = {"line": _TEXT, "event": 2 * number, "step": "ticket", "wrong": None, "arrived": False}
    return {"kind": kind, "text": "+44 20 7946 0123", "key": "+442079460123", **where}


def _ties(one: dict[str, Any]) -> list[dict[str, Any]]:
    position = 2 * _number(one) + 1
    row = {"thing": one["thing"], "position": position, "of": "ticket", "original": position}
    rows = [
        {**row, "kind": "ticket", "tie": one["thing"], "written": f"T-{position}"},
        {**row, "kind": "customer", "tie": one["customer"], "written": f"K-{position}"},
    ]
    order = {**row, "thing": _order(one), "position": position + 1, "of": "work_order", "original": position + 1}
    rows.append({**order, "kind": "work_order", "tie": order["thing"], "written": f"W-{position}"})
    if not one["orphan"]:
        rows.append({**order, "kind": "ticket", "tie": one["thing"], "written": f"T-{position}"})
    return rows


def _texts(one: dict[str, Any], said: str | None) -> list[dict[str, Any]]:
    position = 2 * _number(one) + 1
    row = {
        "at": one["first_at"],
        "zone": 0,
        "seq": -1,
        "source": "desk",
        "item": f"T-{position}",
        "customer": one["customer"],
        "revises": None,
        "role": "agent",
        "actor": one["author"],
        "field": None,
        "code": one["category"],
        "subject": None,
        "text": _TEXT,
        "saying": json.dumps([said, None]),
        "erased": False,
        "corrects": False,
    }
    steps = (("ticket", one["thing"], position), ("order", _order(one), position + 1))
    return [
        {**row, "step": step, "thing": thing, "position": place, "original": place, "stream": thing, "commit": "c"}
        for step, thing, place in steps
    ]


def _number(one: dict[str, Any]) -> int:
    return UUID(hex=one["thing"]).int & 0xFFFFFFFF


def _order(one: dict[str, Any]) -> str:
    return _id(2, _number(one))


def _id(kind: int, number: int) -> str:
    """Return an id whose order is not that of the numbers."""
    scattered = number * 2_654_435_761 % 2**32
    return UUID(int=scattered << 96 | kind << 64 | number).hex


def _after(views: Views, place: int) -> Place | None:
    """Return where a page begins that has so many tickets before it."""
    return _page(views, {"limit": place}).next


def _page(views: Views, asked: dict[str, Any]) -> Page:
    with views.reading(Desk) as (db, desk):
        return page_of(db, desk, Asked(rubric=rubric(), **asked))


def _timed(views: Views, what: str, asked: dict[str, Any]) -> Figure:
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        _page(views, asked)
        times.append(perf_counter() - began)
    return Figure(f"the desk's page, {what}: half within", 1e3 * median(times), "ms")


def _timed_orders(views: Views) -> Figure:
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        with views.reading(Desk) as (db, desk):
            orders_without_ticket(db, desk, limit=20)
        times.append(perf_counter() - began)
    return Figure("work orders without ticket: half within", 1e3 * median(times), "ms")
