"""What is refused is kept: the item itself, with its place and the reason, under a key of its own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from audit.domain.custody import ItemRefused
from audit.domain.event import Personal
from audit.domain.fact import Fact, Item

if TYPE_CHECKING:
    from datetime import datetime

    from audit.domain.names import ItemName
    from audit.intake.source import Refusal

NORMAL_VERSION = 1
CLASH = "another item stands under its name already; the first recorded stands"


def refusal_item(refusal: Refusal, name: ItemName, delivery: str, *, at: datetime, keep_raw: bool) -> Item:
    """Return a refusal as an item: the same file, brought again, refuses the same item and adds nothing."""
    kept = Personal(refusal.raw) if keep_raw and refusal.raw else None
    return Item(
        name=name,
        normal=sha256(refusal.raw).digest(),
        normal_version=NORMAL_VERSION,
        facts=(
            Fact(
                event=ItemRefused(place=refusal.place, reason=refusal.reason, raw=kept),
                at=at,
                ties=(("delivery", delivery),),
            ),
        ),
    )
