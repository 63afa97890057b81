"""Queues of promises: what is counted and shown page by page is what reading all of them says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap.promising import find_promises
from audit.bootstrap.promising_decisions import Terms
from audit.domain.actor import Actor
from audit.projections.promises import Promises
from audit.projections.promises_standing import ALL, DISPUTED, OPEN, OVERDUE, SUGGESTED, Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.bootstrap.house import House
    from audit.projections.promises import Promised
    from tests.promises.conftest import Told

BY = Actor(login="vera", role="supervisor")
TODAY = date(2026, 3, 6)
DAYS = ("2026-03-09", "2026-03-03", None, "2026-03-05", "2026-03-20", "2026-03-04")


def in_every_state(told: Told) -> list[str]:
    """Promise ten things, and let six of them go on; return their ids in the order in which they were promised."""
    told.tell(*(told.say(f"We will send you form {number}.") for number in range(10)))
    find_promises(told.house)
    told.house.follower.catch_up()
    house, ids = told.house, [one.id or "" for one in everything(told.house)]
    for one, day in zip(ids, DAYS, strict=False):
        deciding.confirm(house, one, Terms(due=date.fromisoformat(day) if day else None), BY)
    deciding.dismiss(house, ids[6], "no-promise", None, BY)
    deciding.withdraw(house, ids[2], "settled otherwise", BY)
    deciding.dispute(house, ids[3], "it never came", BY)
    deciding.extend(house, ids[1], date(2026, 3, 12), None, BY)
    deciding.dispute(house, ids[0], "it never came", BY)
    deciding.extend(house, ids[0], date(2026, 3, 30), None, BY)
    house.follower.catch_up()
    return ids


def everything(house: House) -> list[Promised]:
    with house.views.reading(Promises) as (db, promises):
        return promises.all(db)


def shown(house: House, queue: Queue, *, first: int = 0, limit: int = 50) -> list[Promised]:
    with house.views.reading(Promises) as (db, promises):
        return promises.these(db, promises.standings.page(db, queue, first=first, limit=limit))


def is_in(one: Promised, queue: str) -> bool:
    if queue == OVERDUE:
        return one.status == OPEN and one.due is not None and one.due < TODAY
    return queue == ALL or (one.disputed if queue == DISPUTED else one.status == queue)


def ordered(found: Sequence[Promised], queue: str) -> list[Promised]:
    if queue in {OPEN, OVERDUE}:
        return sorted(found, key=lambda one: (one.due is None, one.due or TODAY, one.first))
    return sorted(found, key=lambda one: -one.first)


def test_every_queue_holds_and_counts_what_reading_all_promises_says(told: Told) -> None:
    in_every_state(told)
    known = everything(told.house)
    for queue in (SUGGESTED, OPEN, OVERDUE, "dismissed", "withdrawn", DISPUTED, "kept", ALL):
        asked = Queue(name=queue, today=TODAY)
        expected = ordered([one for one in known if is_in(one, queue)], queue)
        assert shown(told.house, asked) == expected, queue
        with told.house.views.reading(Promises) as (db, promises):
            assert promises.standings.counts(db, asked).get(queue, 0) == len(expected), queue
    assert [bool(shown(told.house, Queue(name=one, today=TODAY))) for one in (OPEN, OVERDUE, DISPUTED)] == [True] * 3


def test_the_pages_of_a_queue_together_are_the_queue(told: Told) -> None:
    in_every_state(told)
    asked = Queue(name=ALL, today=TODAY)
    pages = [shown(told.house, asked, first=first, limit=3) for first in range(0, 12, 3)]
    assert [one for page in pages for one in page] == shown(told.house, asked)
    assert [len(page) for page in pages] == [3, 3, 3, 1]


def test_a_queue_of_one_customer_holds_nobody_elses_promises(told: Told) -> None:
    in_every_state(told)
    told.tell(told.say("We will call you tomorrow.", customer="jonas@mail.test", conversation="c2"))
    find_promises(told.house)
    told.house.follower.catch_up()
    theirs = {one.customer for one in everything(told.house) if one.conversation is not None}
    assert len(theirs) == 2
    for customer in theirs:
        assert customer is not None
        found = shown(told.house, Queue(name=ALL, today=TODAY, customers={customer}))
        assert {one.customer for one in found} == {customer}
    assert shown(told.house, Queue(name=ALL, today=TODAY, customers=())) == []
