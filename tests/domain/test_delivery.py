"""A delivery comes in once and accounts for every item."""

from __future__ import annotations

import pytest

from audit.domain.custody import DeliveryRead, DeliveryReceived, DeliveryRejected
from audit.domain.delivery import (
    CountsDoNotAddUp,
    DeliveryAlreadyReceived,
    DeliveryAlreadySettled,
    close,
    evolve,
    receive,
    reject,
)
from audit.domain.errors import NotFound
from audit.domain.event import Personal
from tests.domain.given import given

received = DeliveryReceived(format="onrecord.ndjson", importer_version=1, name=Personal("week 12.ndjson"), mac="aa")
read = DeliveryRead(found=6, new=3, known=2, refused=1)
rejected = DeliveryRejected(reason="not UTF-8")


def test_a_delivery_is_received_once() -> None:
    given(evolve, []).when(receive, received=received).then(received)
    given(evolve, [received]).when(receive, received=received).then_refused(DeliveryAlreadyReceived)


def test_every_item_of_a_delivery_is_accounted_for() -> None:
    empty = DeliveryRead(found=0, new=0, known=0, refused=0)
    given(evolve, [received]).when(close, read=read).then(read)
    given(evolve, [received]).when(close, read=empty).then(empty)


@pytest.mark.parametrize(
    "wrong",
    [
        DeliveryRead(found=7, new=3, known=2, refused=1),
        DeliveryRead(found=5, new=3, known=2, refused=1),
        DeliveryRead(found=0, new=1, known=-1, refused=0),
        DeliveryRead(found=-1, new=-1, known=0, refused=0),
    ],
)
def test_counts_that_do_not_add_up_are_refused(wrong: DeliveryRead) -> None:
    given(evolve, [received]).when(close, read=wrong).then_refused(CountsDoNotAddUp)


@pytest.mark.parametrize("end", [read, rejected])
def test_a_delivery_is_read_or_rejected_once(end: DeliveryRead | DeliveryRejected) -> None:
    given(evolve, [received, end]).when(close, read=read).then_refused(DeliveryAlreadySettled)
    given(evolve, [received, end]).when(reject, reason="not UTF-8").then_refused(DeliveryAlreadySettled)


def test_what_never_came_in_is_neither_read_nor_rejected() -> None:
    given(evolve, [received]).when(reject, reason="not UTF-8").then(rejected)
    given(evolve, []).when(reject, reason="not UTF-8").then_refused(NotFound)
    given(evolve, []).when(close, read=read).then_refused(NotFound)
