"""Somebody acts for another in a scope, until a day or until it is taken back."""

from __future__ import annotations

from datetime import date

import pytest

from audit.domain.customer import RepresentativeAuthorised, RepresentativeRevoked
from audit.domain.errors import NotFound
from audit.domain.representation import (
    AlreadyAuthorised,
    AuthorityNotInForce,
    AuthorityOverAlready,
    Representation,
    RepresentsThemselves,
    authorise,
    evolve,
    revoke,
    subject,
)
from audit.domain.wording import NotACode
from tests.domain.given import given

TODAY, LAST = date(2026, 3, 1), date(2026, 12, 31)
authorised = RepresentativeAuthorised(scope="all", until=LAST)
revoked = RepresentativeRevoked()


def test_an_authority_is_given_once_and_may_be_widened_or_given_anew() -> None:
    given(evolve, []).when(authorise, today=TODAY, scope="all", until=LAST).then(authorised)
    given(evolve, [authorised]).when(authorise, today=TODAY, scope="all", until=LAST).then_refused(AlreadyAuthorised)
    given(evolve, [authorised]).when(authorise, today=TODAY, scope="all").then(RepresentativeAuthorised(scope="all"))
    given(evolve, [authorised, revoked]).when(authorise, today=TODAY, scope="all", until=LAST).then(authorised)


def test_an_authority_reaches_into_the_future_in_a_scope_that_has_a_code() -> None:
    given(evolve, []).when(authorise, today=TODAY, scope="all", until=date(2026, 2, 28)).then_refused(
        AuthorityOverAlready
    )
    given(evolve, []).when(authorise, today=LAST, scope="all", until=LAST).then(authorised)
    given(evolve, []).when(authorise, today=TODAY, scope="her father").then_refused(NotACode)


def test_only_an_authority_in_force_is_revoked() -> None:
    given(evolve, [authorised]).when(revoke, today=LAST).then(revoked)
    given(evolve, [authorised]).when(revoke, today=date(2027, 1, 1)).then_refused(AuthorityNotInForce)
    given(evolve, [authorised, revoked]).when(revoke, today=TODAY).then_refused(AuthorityNotInForce)
    given(evolve, []).when(revoke, today=TODAY).then_refused(NotFound)


def test_an_authority_holds_to_the_end_of_its_last_day() -> None:
    assert Representation("all", LAST).in_force(LAST)
    assert not Representation("all", LAST).in_force(date(2027, 1, 1))
    assert Representation("all").in_force(date(2999, 1, 1))
    assert not Representation("all", revoked=True).in_force(TODAY)


def test_each_pair_has_a_history_of_its_own_and_direction_matters() -> None:
    assert subject(representative="Žydrė", customer="t-1") == ("representation", '["Žydrė","t-1"]')
    there = subject(representative="daughter", customer="father")
    assert there != subject(representative="father", customer="daughter")
    assert subject(representative='a","b', customer="c") != subject(representative="a", customer='b","c')
    with pytest.raises(RepresentsThemselves):
        subject(representative="father", customer="father")
