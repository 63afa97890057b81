"""Two customers are linked as one person, and unlinked again."""

from __future__ import annotations

import pytest

from audit.domain.customer import CustomersLinked, CustomersUnlinked
from audit.domain.same_person import (
    CustomersAlreadyLinked,
    CustomersNotLinked,
    LinkedToThemselves,
    evolve,
    link,
    subject,
    unlink,
)
from tests.domain.given import given

linked, unlinked = CustomersLinked(), CustomersUnlinked()


def test_two_customers_are_linked_once_at_a_time() -> None:
    given(evolve, []).when(link).then(linked)
    given(evolve, [linked]).when(link).then_refused(CustomersAlreadyLinked)
    given(evolve, [linked, unlinked]).when(link).then(linked)


def test_only_what_is_linked_is_unlinked() -> None:
    given(evolve, [linked]).when(unlink).then(unlinked)
    given(evolve, []).when(unlink).then_refused(CustomersNotLinked)
    given(evolve, [linked, unlinked]).when(unlink).then_refused(CustomersNotLinked)


def test_a_pair_has_one_history_whoever_is_named_first() -> None:
    assert subject("cust-1", other="rasa@example.com") == subject("rasa@example.com", other="cust-1")
    assert subject("Žydrė", other="t-1") == ("link", '["t-1","Žydrė"]')
    with pytest.raises(LinkedToThemselves):
        subject("cust-1", other="cust-1")
