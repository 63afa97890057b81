"""The course of an erasure: two persons, holds, duties, crashes, races, and whoever is the same person."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from threading import Event as Signal
from typing import TYPE_CHECKING

import pytest

from audit.archive.archive import Fate
from audit.archive.erasure import execution
from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.register import ErasedRegister, replay
from audit.archive.log.authority import authority
from audit.archive.stored import decode_locked
from audit.bootstrap import erasing
from audit.bootstrap.erasing_plans import plan_erasure
from audit.bootstrap.returning import returned
from audit.domain import erasure, retention
from audit.domain.access import SearchMade
from audit.domain.conversation import MessagePosted
from audit.domain.custody import (
    ErasureExecuted,
    ErasureNarrowed,
    ErasureReceipt,
    ErasureRefused,
    ItemRefused,
    WordsResealed,
)
from audit.domain.customer import CustomerNamed
from audit.domain.erasure import (
    ErasureAlreadyExecuted,
    ErasureAlreadyRefused,
    LegalHoldInForce,
    Obstacles,
    RetentionDutyRunning,
    SecondPersonNeeded,
)
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.projections.erasures import Erasures
from audit.projections.timeline import Timeline
from tests.archive.house import BEGINNING
from tests.archive.items import edit, message
from tests.erasure.forgetting import (
    JONAS,
    ME,
    ONA,
    events,
    findings,
    forget,
    hits,
    link,
    place,
    records,
    release,
    reopened,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.archive.erasure.plan import Plan
    from audit.bootstrap.house import House

_NOBODY = "nobody@example.com"


def _ask(house: House) -> str:
    return erasing.ask(house, ME, "asked-by-person", ONA)


def _texts(house: House) -> list[str | None]:
    return [event.text.text for event in events(house, MessagePosted)]


def _agent(number: int, text: str, *ties: tuple[str, str]) -> Item:
    """Return what an agent says in a case, about nobody in particular."""
    fact = Fact(event=MessagePosted(text=Personal(text)), at=BEGINNING - timedelta(hours=3), role="agent", ties=ties)
    name = ItemName("message", "chat", f"a{number}")
    return Item(name=name, normal=text.encode(), normal_version=1, facts=(fact,))


# -- who --


def test_nobody_forgets_alone(house: House) -> None:
    house.archive.append_new([message(1)])
    with pytest.raises(SecondPersonNeeded):
        erasing.execute(house, _ask(house), ONA)
    assert _texts(house) == ["Hello, the line is down since Tuesday."]


def test_what_nobody_asked_for_and_whom_nobody_knows_is_not_forgotten(house: House) -> None:
    with pytest.raises(NotFound, match="onrecord customers"):
        erasing.ask(house, _NOBODY, "asked-by-person", ONA)
    with pytest.raises(NotFound, match="onrecord erase"):
        erasing.execute(house, "0123", JONAS)


def test_what_was_executed_is_not_executed_again(house: House) -> None:
    house.archive.append_new([message(1)])
    asked = _ask(house)
    erasing.execute(house, asked, JONAS)
    with pytest.raises(ErasureAlreadyExecuted):
        erasing.execute(house, asked, JONAS)


# -- what stands in the way --


@pytest.mark.parametrize(
    "hold",
    [
        partial(place, query="line"),
        lambda house: place(house, ("customer", ME)),
        lambda house: place(house, ("conversation", "c1")),
        lambda house: place(house, ("customer", ME), since=BEGINNING.date() - timedelta(days=1)),
    ],
    ids=["query", "person", "case", "days"],
)
def test_a_hold_refuses_an_erasure_until_it_is_released(house: House, hold: Callable[[House], str]) -> None:
    house.archive.append_new([message(1)])
    held, asked = hold(house), _ask(house)
    with pytest.raises(LegalHoldInForce):
        erasing.execute(house, asked, JONAS)
    (refused,) = events(house, ErasureRefused)
    assert refused.ground == "legal-hold"
    with pytest.raises(ErasureAlreadyRefused):
        erasing.execute(house, asked, JONAS)
    assert _texts(house) == ["Hello, the line is down since Tuesday."]
    release(house, held)
    assert forget(house).keys


def test_what_comes_in_later_falls_under_a_held_search(house: House) -> None:
    house.archive.append_new([message(1, "Good morning.")])
    place(house, query="fee")
    house.archive.append_new([message(2, "You charged a fee for nothing.")])
    with pytest.raises(LegalHoldInForce):
        forget(house)


def test_a_hold_on_others_or_other_days_does_not_matter(house: House) -> None:
    house.archive.append_new([message(1), message(2, "Mine.", customer="cust-8")])
    place(house, ("customer", "cust-8"))
    place(house, ("customer", ME), until=BEGINNING.date() - timedelta(days=9))
    assert forget(house).keys


def test_a_duty_to_keep_refuses_an_erasure(house: House) -> None:
    house.archive.append_new([message(1)])
    decision = partial(retention.set_class, name="default", keep_days=30)
    house.archive.decide(("retention-class", "default"), retention.evolve, decision, ONA)
    with pytest.raises(RetentionDutyRunning, match="kept until"):
        forget(house)
    (refused,) = events(house, ErasureRefused)
    assert refused.ground == "retention-duty"


# -- whose --


def test_linked_identities_go_together(house: House) -> None:
    house.archive.append_new([message(1), message(2, "From my other address.", customer="me@example.com")])
    link(house, "me@example.com", ME)
    forget(house)
    assert _texts(house) == [None, None]
    assert not findings(house)


def test_words_that_others_share_stay_with_those_others(house: House) -> None:
    named = Fact(event=CustomerNamed(name=Personal("Rasa Kazlauskienė")), at=BEGINNING, ties=(("customer", ME),))
    house.archive.append_new(
        [
            Item(name=ItemName("customer", "crm", ME), normal=b"x", normal_version=1, facts=(named,)),
            message(1),
            message(2, "And mine too.", customer="cust-8"),
            _agent(1, "I told Rasa Kazlauskienė and you: tomorrow.", ("conversation", "c1")),
            _agent(2, "Only about a ticket.", ("ticket", "t9")),
        ]
    )
    forget(house)
    (copy,) = events(house, WordsResealed)
    assert copy.words.value["text"] == "I told  and you: tomorrow."
    assert copy.cut == ("text:7-24",)
    assert sorted(text or "" for text in _texts(house)) == ["", "", "And mine too.", "Only about a ticket."]
    house.follower.catch_up()
    with house.views.reading(Timeline) as (db, view):
        shown = [entry.text for entry in view.read(db, house.archive.names.tie("conversation", "c1"))]
    assert "I told  and you: tomorrow." in shown
    forget(house, "cust-8")
    assert events(house, WordsResealed)[0].words.erased
    assert not findings(house)


def test_a_representative_goes_without_the_words_of_whom_they_speak_for(house: House) -> None:
    spoken = Fact(
        event=MessagePosted(text=Personal("I call for my mother.")),
        at=BEGINNING,
        role="representative",
        ties=(("customer", "cust-8"), ("representative", ME)),
    )
    item = Item(name=ItemName("message", "chat", "r1"), normal=b"r", normal_version=1, facts=(spoken,))
    house.archive.append_new([message(1), item])
    assert forget(house).named_elsewhere == 1
    assert _texts(house) == [None, "I call for my mother."]


def test_searches_and_refused_items_that_name_the_person_lose_their_words(house: House) -> None:
    house.archive.append_new([message(1)])
    mine = SearchMade(query=Personal(f"customer:{ME}"), count=1, position=1)
    listed = SearchMade(query=Personal("line"), count=1, position=1, persons=Personal([ME, "cust-8"]))
    others = SearchMade(query=Personal("customer:cust-77"), count=0, position=1)
    for event in (mine, listed, others):
        house.archive.note(event, ONA)
    house.archive.note(ItemRefused(place="1", reason="no-time", raw=Personal(f'{{"customer": "{ME}"}}'.encode())), ONA)
    forget(house)
    assert [event.query.text for event in events(house, SearchMade)] == [None, None, "customer:cust-77"]
    assert [event.raw.erased for event in events(house, ItemRefused)] == [True]


def test_edits_go_with_what_they_edit(house: House) -> None:
    house.archive.append_new([message(1), edit(1, "It works again.")])
    forget(house)
    assert all(one.stamp.ids is None or one.stamp.ids.erased for one in records(house) if one.stamp.source == "chat")
    assert hits(house, "works") == 0


# -- afterwards --


def test_who_was_forgotten_stays_forgotten_when_an_old_file_comes_again(house: House) -> None:
    house.archive.append_new([message(1), message(2)])
    forget(house)
    assert house.archive.append_new([message(1), message(2)]) == [Fate.KNOWN, Fate.KNOWN]
    assert _texts(house) == [None, None]


def test_a_new_item_about_somebody_forgotten_gets_a_new_key_and_an_alarm(house: House) -> None:
    house.archive.append_new([message(1)])
    forget(house)
    assert house.archive.append_new([message(2, "Me again.")]) == [Fate.NEW]
    assert _texts(house) == [None, "Me again."]
    house.follower.catch_up()
    with house.views.reading(Erasures) as (db, view):
        (back,) = view.back(db)
    assert (back.customer, back.items) == (house.archive.names.tie("customer", ME), 1)
    assert forget(house).keys == 2, "one for February, where the words are, and one for March, where this was asked"


def test_a_refused_item_about_somebody_forgotten_raises_an_alarm_once_it_comes_again(house: House) -> None:
    def refused(**fields: str) -> None:
        house.archive.note(ItemRefused(place="1", reason="no-time", raw=Personal(json.dumps(fields).encode())), ONA)
        house.follower.catch_up()

    house.archive.append_new([message(1), message(2, customer="Ona@Example.com".lower())])
    refused(customer=ME, text="before")
    assert returned(house) == []
    forget(house)
    forget(house, "ona@example.com")
    assert returned(house) == []
    refused(customer="cust-77", text=f"not {ME}7 and not x{ME}")
    house.archive.note(ItemRefused(place="2", reason="no-time", raw=Personal(b"\xff{[" * 500)), ONA)
    assert returned(house) == []
    refused(customer=ME, text="after")
    (back,) = returned(house)
    assert (back.customer, back.items) == (house.archive.names.tie("customer", ME), 1)
    house.archive.append_new([message(3, "Me again.")])
    house.archive.note(ItemRefused(place="3", reason="no-time", raw=Personal(b"From: <Ona@Example.com>,")), ONA)
    house.follower.catch_up()
    assert [(one.customer, one.items) for one in returned(house)] == [
        (house.archive.names.tie("customer", ME), 2),
        (house.archive.names.tie("customer", "ona@example.com"), 1),
    ]
    forget(house)
    assert [one.items for one in returned(house)][1:] == [1] or [one.items for one in returned(house)] == [1]


def test_a_restored_key_database_forgets_again(house: House) -> None:
    house.archive.append_new([message(1)])
    care = KeyCare(house.keyring)
    (key,) = care.owned_by([house.archive.names.tie("customer", ME)])
    register = ErasedRegister(house.settings.erased_register)
    register.add([key])
    assert replay(register, house.keyring) == 1
    assert replay(register, house.keyring) == 0
    assert house.keyring.open([key]) == {key: None}


# -- crashes --


def _remove_originals(house: House) -> None:
    for name in list(house.originals.shelf.names()):
        house.originals.shelf.remove(name)


@pytest.mark.parametrize("steps", range(5))
def test_an_erasure_cut_short_after_any_step_is_finished_when_the_house_opens(house: House, steps: int) -> None:
    house.archive.append_new([message(1, "a" * 300_000), message(2, "b", customer="cust-8")])
    written = _ask(house)
    stream = house.archive.names.decided("erasure", written)
    house.recorder.record_fact(f"erasing:{stream.hex}", "pending")
    plan, _ = plan_erasure(house, house.archive.names.tie("customer", ME))

    def decide(plan: Plan, positions: frozenset[int]) -> tuple[ErasureNarrowed | ErasureExecuted, ...]:
        hands = erasure.Hands(
            asked=house.archive.names.tie("staff", "x"), executes=house.archive.names.tie("staff", "y")
        )
        asked = erasure.Erasure(erasure.Stage.ASKED, "asked-by-person", identified=True)
        return erasure.execute(
            asked, hands=hands, today=BEGINNING.date(), obstacles=Obstacles(), keys=plan.keys, positions=positions
        )

    execution.authorise(house.parts, plan, execution.Stream(stream, 2), JONAS, decide)
    granted = execution.authorised(stream, house.archive.stream(stream))
    assert granted is not None
    work: list[Callable[[], object]] = [
        house.follower.catch_up,
        lambda: execution.destroy(house.parts, granted, ErasedRegister(house.settings.erased_register)),
        lambda: execution.empty(house.parts, granted),
        lambda: _remove_originals(house),
    ]
    for step in work[:steps]:
        step()
    with closing(reopened(house)) as again:
        assert len(events(again, ErasureReceipt)) == 1
        assert _texts(again) == [None, "b"]
        assert not findings(again)
        assert not list(again.originals.shelf.names())
        assert again.keyring.open(granted.keys) == dict.fromkeys(granted.keys)
        with closing(reopened(again)) as third:
            assert len(events(third, ErasureReceipt)) == 1


def test_keys_that_were_closed_for_an_erasure_that_never_came_still_open(house: House) -> None:
    house.archive.append_new([message(1)])
    plan, _ = plan_erasure(house, house.archive.names.tie("customer", ME))
    KeyCare(house.keyring).close(plan.keys)
    house.archive.append_new([message(2, "Later.")])
    assert _texts(house) == ["Hello, the line is down since Tuesday.", "Later."]
    forgotten = forget(house)
    assert forgotten.keys == 3, "the closed one, the one after it, and the one of this asking"
    assert _texts(house) == [None, None]


def test_what_is_appended_while_an_erasure_runs_is_never_sealed_under_a_destroyed_key(house: House) -> None:
    house.archive.append_new([message(0)])
    asked, stop = _ask(house), Signal()
    stored: list[Fate] = []

    def append() -> None:
        number = 1
        while not stop.is_set():
            stored.extend(house.archive.append_new([message(number, f"message {number}")]))
            number += 1

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(append)
        try:
            erasing.execute(house, asked, JONAS)
        finally:
            stop.set()
        writing.result()
    assert set(stored) <= {Fate.NEW}
    taken = authority(house.recorder)
    for row in house.recorder.rows(0, 100_000):
        key = decode_locked(row.state).key
        if key in taken.keys:
            assert row.position in taken.positions
            assert row.sealed is None
    assert not findings(house)
    assert len(records(house)) == house.archive.head().size
