"""Authority: who may act for whom, until when, who gives it anew, and what was done under it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from audit.bootstrap.promising_authority import (
    Granted,
    NotAuthorised,
    authorise,
    authority_for,
    must_act_for,
    revoke,
)
from audit.domain.access import AccessRefused
from audit.domain.actor import Actor
from audit.domain.customer import RepresentativeAuthorised
from audit.domain.errors import NotAllowed, NotFound, Refused
from audit.projections.authority import Authority
from audit.projections.dump import dump
from tests.erasure.forgetting import events, forget
from tests.promises.conftest import CUSTOMER, START

if TYPE_CHECKING:
    from tests.promises.conftest import Told

AGENT = Actor(login="rasa", role="agent")
SUPERVISOR = Actor(login="vera", role="supervisor")
DAUGHTER = "jurga@mail.test"
PAPER = b"%PDF-1.7 power of attorney"


def state(told: Told, scope: str = "record", at: datetime = START) -> str:
    return authority_for(told.house, CUSTOMER, DAUGHTER, scope=scope, at=at).state


def given(told: Told, until: date | None = date(2026, 3, 10), by: Actor = AGENT) -> int:
    granted = Granted(scope="record", until=until, evidence=PAPER)
    return authorise(told.house, CUSTOMER, DAUGHTER, granted, by)


def test_it_holds_in_its_scope_until_its_last_day_is_over(told: Told) -> None:
    told.tell(told.say("Hello", role="customer"))
    assert state(told) == "none"
    event = given(told)
    assert [state(told), state(told, "billing")] == ["in-force", "other-scope"]
    assert state(told, at=datetime(2026, 3, 1, tzinfo=UTC)) == "none"
    assert state(told, at=datetime(2026, 3, 10, 21, tzinfo=UTC)) == "in-force"
    assert state(told, at=datetime(2026, 3, 11, tzinfo=UTC)) == "expired"
    assert must_act_for(told.house, CUSTOMER, DAUGHTER, scope="record", at=START).event == event
    assert events(told.house, RepresentativeAuthorised)[0].evidence.value == PAPER
    with pytest.raises(NotAuthorised, match="supervisor"):
        must_act_for(told.house, CUSTOMER, DAUGHTER, scope="record", at=datetime(2026, 4, 1, tzinfo=UTC))


def test_what_is_over_is_given_anew_by_a_supervisor_alone(told: Told) -> None:
    told.tell(told.say("Hello", role="customer"))
    given(told)
    told.now[0] = datetime(2026, 4, 1, tzinfo=UTC)
    with pytest.raises(NotAllowed):
        given(told, date(2026, 5, 1))
    with pytest.raises(NotAllowed):
        given(told, date(2026, 5, 1), Actor(login="operator", role="operator"))
    given(told, date(2026, 5, 1), SUPERVISOR)
    assert state(told, at=told.now[0]) == "in-force"
    told.now[0] = datetime(2026, 4, 2, tzinfo=UTC)
    revoke(told.house, CUSTOMER, DAUGHTER, "She asked.", AGENT)
    assert state(told, at=told.now[0]) == "revoked"
    assert state(told, at=datetime(2026, 4, 1, 12, tzinfo=UTC)) == "in-force"
    assert len(events(told.house, AccessRefused)) == 2


def test_nobody_acts_for_nobody_or_for_themselves(embedded: Told) -> None:
    embedded.tell(embedded.say("Hello", role="customer"))
    for customer, representative, expected in (("nobody", DAUGHTER, NotFound), (CUSTOMER, CUSTOMER, Refused)):
        with pytest.raises(expected):
            authorise(embedded.house, customer, representative, Granted(scope="record", evidence="x"), SUPERVISOR)
    with pytest.raises(NotAllowed):
        given(embedded, by=Actor(login="x", role="customer"))
    with pytest.raises(NotFound):
        revoke(embedded.house, CUSTOMER, DAUGHTER, None, AGENT)


def test_what_was_done_under_it_is_listed_and_words_go_with_the_person(told: Told) -> None:
    told.tell(told.say("Hello", role="customer"))
    given(told)
    told.tell(told.say("I ask for my mother.", role="representative", representative=DAUGHTER))
    with told.house.views.reading(Authority) as (db, view):
        (one,) = view.all(db)
        acts = view.acts_of(db, one)
    assert str(len(PAPER)) in (one.evidence or "")
    assert [act.topic for act in acts] in ([], ["message.posted"])
    forget(told.house, CUSTOMER)
    told.house.follower.catch_up()
    rows = dump(told.house.views, Authority)
    assert not [row for row in rows if CUSTOMER in str(row) or "SHA-256" in str(row)]
    told.house.follower.rebuild()
    assert dump(told.house.views, Authority) == rows
