"""The steps of an erasure: who asks is known, a duty keeps a part, one stretch goes alone, others name the person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from audit.archive.erasure.register import ErasedRegister
from audit.archive.erasure.resealing import Stretch
from audit.bootstrap import erasing
from audit.bootstrap.erasing_mentions import mentions_of
from audit.domain import retention
from audit.domain.conversation import MessagePosted
from audit.domain.custody import ErasureIdentified, ErasureNarrowed, ErasureReceipt, ErasureRefused, WordsResealed
from audit.domain.customer import CustomerNamed
from audit.domain.erasure import (
    IdentityAlreadyVerified,
    IdentityNotVerified,
    LegalHoldInForce,
    NothingLeftToErase,
    RetentionDutyRunning,
    StretchUnclear,
)
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.projections.erasures import Erasures
from audit.projections.timeline import Timeline
from tests.archive.house import BEGINNING
from tests.archive.items import message
from tests.erasure.forgetting import JONAS, ME, ONA, events, findings, forget, hits, place, records, release

if TYPE_CHECKING:
    from audit.bootstrap.house import House

_NAME = "Rasa Kazlauskienė"


def _keep(house: House, name: str, days: int) -> None:
    decision = partial(retention.set_class, name=name, keep_days=days)
    house.archive.decide(("retention-class", name), retention.evolve, decision, ONA)


def _texts(house: House) -> list[str | None]:
    return [event.text.text for event in events(house, MessagePosted)]


def _named(customer: str, name: str) -> Item:
    fact = Fact(event=CustomerNamed(name=Personal(name)), at=BEGINNING, ties=(("customer", customer),))
    return Item(name=ItemName("customer", "crm", customer), normal=name.encode(), normal_version=1, facts=(fact,))


def _transcript(house: House) -> list[str | None]:
    house.follower.catch_up()
    with house.views.reading(Timeline) as (db, view):
        return [entry.text for entry in view.read(db, house.archive.names.tie("conversation", "c1"))]


def _where(house: House, text: str) -> int:
    return next(
        one.position for one in records(house) if isinstance(one.event, MessagePosted) and one.event.text.text == text
    )


# -- identity, refusal --


def test_who_vouches_is_on_record_and_who_is_unknown_is_not_forgotten(house: House) -> None:
    house.archive.append_new([message(1)])
    asked = erasing.ask(house, ME, "asked-by-person", ONA, identified=None)
    with pytest.raises(IdentityNotVerified, match="--identify"):
        erasing.execute(house, asked, JONAS)
    assert not events(house, ErasureRefused)
    erasing.identify(house, asked, "She showed her passport.", ONA)
    with pytest.raises(IdentityAlreadyVerified):
        erasing.identify(house, asked, "again", ONA)
    vouched = erasing.ask(house, ME, "asked-by-person", ONA)
    assert [event.how for event in events(house, ErasureIdentified)] == ["stated", "vouched-by-asker"]
    assert erasing.execute(house, asked, JONAS).keys
    assert all(event.statement is None or event.statement.erased for event in events(house, ErasureIdentified))
    house.follower.catch_up()
    with house.views.reading(Erasures) as (db, view):
        assert {one.stage: one.identified for one in view.all(db)} == {
            "receipted": "stated",
            "identified": "vouched-by-asker",
        }
    erasing.refuse(house, vouched, "already-done", JONAS)
    assert [event.ground for event in events(house, ErasureRefused)] == ["already-done"]
    with pytest.raises(NotFound):
        erasing.identify(house, "0123", "x", ONA)


def test_a_court_needs_nobodys_passport(house: House) -> None:
    house.archive.append_new([message(1)])
    asked = erasing.ask(house, ME, "court-order", ONA, identified=None)
    assert erasing.execute(house, asked, JONAS).keys


# -- a duty keeps a part --


def test_a_duty_on_one_class_keeps_that_alone_when_somebody_says_so(house: House) -> None:
    house.archive.append_new([message(1), _named(ME, _NAME)])
    _keep(house, "default", 10_000)
    with pytest.raises(RetentionDutyRunning, match="--partial"):
        forget(house)
    asked = erasing.ask(house, ME, "asked-by-person", ONA)
    with pytest.raises(NothingLeftToErase, match="must be kept until"):
        erasing.execute(house, asked, JONAS, partly=True)
    # From here on a month that is over may go, and the other must stay.
    house.archive.append_new([message(2, "Long ago.", at=BEGINNING.replace(year=2020))])
    _keep(house, "default", 400)
    held = place(house, ("customer", ME))
    with pytest.raises(LegalHoldInForce):
        erasing.execute(house, erasing.ask(house, ME, "asked-by-person", ONA), JONAS, partly=True)
    release(house, held)
    asked = erasing.ask(house, ME, "asked-by-person", ONA)
    done = erasing.execute(house, asked, JONAS, partly=True)
    assert done.narrowed is not None
    assert (done.narrowed.classes, done.residue) == (("default",), ())
    assert _texts(house) == ["Hello, the line is down since Tuesday.", None]
    assert [event.classes for event in events(house, ErasureNarrowed)] == [("default",)]
    assert [event.kept for event in events(house, ErasureReceipt)] == [("default",)]
    assert hits(house, "ago") == 0
    assert hits(house, "line") == 1
    assert not findings(house)
    with house.views.reading(Erasures) as (db, view):
        assert view.all(db)[0].kept == ("default",)


def test_asking_is_itself_no_reason_to_keep(house: House) -> None:
    house.archive.append_new([message(1, at=BEGINNING.replace(year=2020))])
    _keep(house, "default", 30)
    assert forget(house).keys == 2


# -- a stretch --


def test_a_third_persons_name_goes_and_the_rest_of_the_words_stays(house: House) -> None:
    said = f"My neighbour {_NAME} has it too."
    house.archive.append_new([message(1, said, customer="cust-8"), message(2, "Else.", customer="cust-8")])
    start = said.index(_NAME)
    stretch = Stretch(_where(house, said), "text", start, start + len(_NAME))
    asked = erasing.ask_cut(house, stretch, "third-person", ONA)
    done = erasing.execute(house, asked, JONAS)
    assert (done.keys, done.positions, done.residue) == (0, 1, ())
    assert _texts(house) == [None, "Else."]
    assert [event.words.value["text"] for event in events(house, WordsResealed)] == ["My neighbour  has it too."]
    assert _transcript(house) == ["My neighbour  has it too.", "Else."]
    assert hits(house, "Kazlauskienė") == 0
    assert not findings(house)
    assert [one.position for one in ErasedRegister(house.settings.erased_register).emptied()] == [stretch.position]
    assert forget(house, "cust-8").keys
    assert all(event.words.erased for event in events(house, WordsResealed))
    assert _transcript(house) == [None, None]
    assert not findings(house)


def test_a_stretch_goes_out_of_a_copy_too(house: House) -> None:
    house.archive.append_new([message(1, "Ask Rasa or Jonas.", customer="cust-8")])
    first = Stretch(_where(house, "Ask Rasa or Jonas."), "text", 4, 8)
    erasing.execute(house, erasing.ask_cut(house, first, "third-person", ONA), JONAS)
    (copy,) = (one.position for one in records(house) if isinstance(one.event, WordsResealed))
    with pytest.raises(NotFound):
        erasing.ask_cut(house, first, "third-person", ONA)
    again = Stretch(copy, "text", 8, 13)
    erasing.execute(house, erasing.ask_cut(house, again, "third-person", ONA), JONAS)
    assert _transcript(house) == ["Ask  or ."]
    assert not findings(house)


def test_a_stretch_bows_to_holds_and_must_be_there(house: House) -> None:
    house.archive.append_new([message(1, "Ask Rasa.", customer="cust-8")])
    at = _where(house, "Ask Rasa.")
    with pytest.raises(StretchUnclear):
        erasing.ask_cut(house, Stretch(at, "text", 4, 99), "third-person", ONA)
    for position, part in ((at, "subject"), (99, "text")):
        with pytest.raises(NotFound):
            erasing.ask_cut(house, Stretch(position, part, 0, 1), "third-person", ONA)
    place(house, ("customer", "cust-8"))
    asked = erasing.ask_cut(house, Stretch(at, "text", 4, 8), "third-person", ONA)
    with pytest.raises(LegalHoldInForce):
        erasing.execute(house, asked, JONAS)
    assert _texts(house) == ["Ask Rasa."]


# -- who names them --


def test_names_in_the_words_of_others_are_found_for_a_person_to_judge(house: House) -> None:
    said = f"I am not {_NAME}, and {_NAME} is not me."
    other = message(3, "Nobody is named here.", customer="cust-8")
    house.archive.append_new([message(1), _named(ME, _NAME), message(2, said, customer="cust-8"), other])
    found = mentions_of(house, ME)
    assert found.complete
    assert [said[one.start : one.end] for one in found.found] == [_NAME, _NAME]
    assert {(one.event, one.part) for one in found.found} == {(_where(house, said), "text")}
    assert mentions_of(house, "cust-8").found == []
