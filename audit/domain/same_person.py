"""Same person: that two customers the sources know are one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, assert_never

from audit.domain.customer import CustomersLinked, CustomersUnlinked
from audit.domain.errors import Refused

if TYPE_CHECKING:
    from audit.domain.event import Personal

LinkEvent: TypeAlias = CustomersLinked | CustomersUnlinked


class LinkedToThemselves(Refused):
    """It takes two to be linked."""


class CustomersAlreadyLinked(Refused):
    """Two customers are linked once."""


class CustomersNotLinked(Refused):
    """Only what is linked can be unlinked."""


@dataclass(frozen=True)
class Link:
    linked: bool


def subject(one: str, *, other: str) -> tuple[str, str]:
    """Return what names the decided stream: one for each pair, whichever of the two is named first."""
    if one == other:
        raise LinkedToThemselves("This is one and the same customer: name another one.")
    return "link", json.dumps(sorted((one, other)), ensure_ascii=False, separators=(",", ":"))


def evolve(_: Link | None, event: LinkEvent) -> Link:
    """Return the link as it stands after the event. Decides nothing."""
    match event:
        case CustomersLinked():
            return Link(linked=True)
        case CustomersUnlinked():
            return Link(linked=False)
        case _:
            assert_never(event)


def link(known: Link | None, *, reason: Personal | None = None) -> CustomersLinked:
    """Record that they are one person: from now on each record, hold and erasure covers both."""
    if known is not None and known.linked:
        raise CustomersAlreadyLinked("These two are linked already: there is nothing more to do.")
    return CustomersLinked(reason=reason)


def unlink(known: Link | None, *, reason: Personal | None = None) -> CustomersUnlinked:
    """Record that they are two persons after all."""
    if known is None or not known.linked:
        raise CustomersNotLinked("These two are not linked: link them first.")
    return CustomersUnlinked(reason=reason)
