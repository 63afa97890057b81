"""A delivery: received once, then read with every item accounted for, or rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from audit.domain.custody import DeliveryRead, DeliveryReceived, DeliveryRejected
from audit.domain.errors import NotFound, Refused

DeliveryEvent: TypeAlias = DeliveryReceived | DeliveryRead | DeliveryRejected


class DeliveryAlreadyReceived(Refused):
    """A delivery comes in once; the same bytes again are a new delivery."""


class DeliveryAlreadySettled(Refused):
    """A delivery is read or rejected, once."""


class CountsDoNotAddUp(Refused):
    """Every item is new, known or refused."""


@dataclass(frozen=True)
class Delivery:
    settled: bool = False


def evolve(delivery: Delivery | None, event: DeliveryEvent) -> Delivery:
    """Return the delivery as it stands after the event. Decides nothing."""
    match event:
        case DeliveryReceived():
            return Delivery()
        case DeliveryRead() | DeliveryRejected():
            assert delivery is not None, "a delivery begins by being received"
            return Delivery(settled=True)
        case _:
            assert_never(event)


def receive(delivery: Delivery | None, *, received: DeliveryReceived) -> DeliveryReceived:
    """Record that something came in, before any of it is read."""
    if delivery is not None:
        raise DeliveryAlreadyReceived("This delivery is on record already: bring it in as a new one.")
    return received


def close(delivery: Delivery | None, *, read: DeliveryRead) -> DeliveryRead:
    """Account for every item."""
    _open(delivery)
    if min(read.found, read.new, read.known, read.refused) < 0 or read.found != read.new + read.known + read.refused:
        raise CountsDoNotAddUp(
            f"{read.found} found are not {read.new} new, {read.known} known and {read.refused} refused: read it again."
        )
    return read


def reject(delivery: Delivery | None, *, reason: str) -> DeliveryRejected:
    """Record that nothing of it could be read, and why; the reason names nobody."""
    _open(delivery)
    return DeliveryRejected(reason=reason)


def _open(delivery: Delivery | None) -> None:
    if delivery is None:
        raise NotFound("There is no such delivery: record that it came in first.")
    if delivery.settled:
        raise DeliveryAlreadySettled("This delivery was read or rejected before: bring it in as a new one.")
