"""A login belongs to one person for ever, in a role of the house."""

from __future__ import annotations

import pytest

from audit.domain.directory import (
    ROLES,
    RoleUnknown,
    UserKnownAlready,
    UserNotActive,
    UserRegistered,
    UserRetired,
    evolve,
    register,
    retire,
)
from audit.domain.event import Personal
from tests.domain.given import given

registered = UserRegistered(login=Personal("ona"), role="supervisor", name=Personal("Ona Sampletė"))
retired = UserRetired(reason=Personal("left the company"))


def test_a_login_is_given_once() -> None:
    given(evolve, []).when(register, login="ona", role="supervisor", name="Ona Sampletė").then(registered)
    given(evolve, [registered]).when(register, login="ona", role="agent").then_refused(UserKnownAlready)
    given(evolve, [registered, retired]).when(register, login="ona", role="agent").then_refused(UserKnownAlready)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_house_can_be_given(role: str) -> None:
    given(evolve, []).when(register, login="ona", role=role).then(UserRegistered(login=Personal("ona"), role=role))


@pytest.mark.parametrize("role", ["", "owner", "Supervisor"])
def test_no_other_role_can_be_given(role: str) -> None:
    given(evolve, []).when(register, login="ona", role=role).then_refused(RoleUnknown)


def test_a_user_retires_once() -> None:
    given(evolve, [registered]).when(retire, reason="left the company").then(retired)
    given(evolve, [registered, retired]).when(retire).then_refused(UserNotActive)
    given(evolve, []).when(retire).then_refused(UserNotActive)
