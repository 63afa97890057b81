"""Items for tests of the archive."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from audit.domain.call import CallAnswered, CallOffered
from audit.domain.conversation import MessageEditedAtSource, MessagePosted
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item, StaffMember
from audit.domain.names import ItemName
from tests.archive.house import BEGINNING

if TYPE_CHECKING:
    from audit.domain.event import Event


def normal(**fields: Any) -> bytes:
    return json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()


def message(
    number: int,
    text: str = "Hello, the line is down since Tuesday.",
    *,
    customer: str | None = "cust-7",
    at: datetime | None = None,
    event: Event | None = None,
) -> Item:
    """Return a chat message; its customer, its number and its text tell it from others."""
    at = at or BEGINNING - timedelta(days=1) + timedelta(seconds=number)
    ties = ((("customer", customer),) if customer else ()) + (("conversation", "c1"),)
    return Item(
        name=ItemName("message", "chat", f"m{number}"),
        normal=normal(id=f"m{number}", text=text, customer=customer, at=at.isoformat()),
        normal_version=1,
        facts=(
            Fact(
                event=event or MessagePosted(text=Personal(text), channel="chat", author=Personal("Rasa")),
                at=at,
                role="customer",
                actor=("customer", customer) if customer else None,
                ties=ties,
            ),
        ),
    )


def edit(number: int, text: str) -> Item:
    at = BEGINNING - timedelta(hours=1)
    return Item(
        name=ItemName("message_edit", "chat", f"e{number}"),
        normal=normal(id=f"e{number}", of=f"m{number}", text=text),
        normal_version=1,
        facts=(
            Fact(
                event=MessageEditedAtSource(text=Personal(text)),
                at=at,
                ties=(("conversation", "c1"),),
                of=ItemName("message", "chat", f"m{number}"),
            ),
        ),
    )


def call(number: int, *, answered_by: str = "Ona") -> Item:
    """Return a call that was offered and answered: two facts of one item, and a name for the directory."""
    at = BEGINNING - timedelta(hours=2)
    ties = (("customer", "cust-7"), ("conversation", f"call-{number}"))
    return Item(
        name=ItemName("call", "phone", f"p{number}"),
        normal=normal(id=f"p{number}", answered_by=answered_by),
        normal_version=1,
        facts=(
            Fact(event=CallOffered(queue="service"), at=at, ties=ties),
            Fact(event=CallAnswered(), at=at + timedelta(seconds=9), role="agent", actor=("staff", "a-1"), ties=ties),
        ),
        staff=(StaffMember(id="a-1", name=answered_by),),
    )
