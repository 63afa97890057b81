"""What a source says happened: items and the facts they tell, with ids as the source writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.domain.event import Event
from audit.domain.names import ItemName

OWNING = ("customer", "conversation", "ticket", "work_order", "of", "staff")
"""Whose words they are: the first of these ties an item has, else the item itself."""

STAFF_ROLES = frozenset({"agent", "specialist", "supervisor", "technician", "bot", "system"})
"""Roles that speak for the company; every other speaks for a customer."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing an item tells.

    ``ties`` are (kind, id as written), the owner's first; ``of`` names the message an edit, a deletion or an
    attachment belongs to. ``actor`` is (kind, id as written) with kind ``staff`` or ``customer``.
    """

    event: Event
    at: datetime
    role: str = "system"
    actor: tuple[str, str] | None = None
    on_behalf_of: tuple[str, str] | None = None
    zone_assumed: bool = False
    seq: int | None = None
    ties: tuple[tuple[str, str], ...] = ()
    of: ItemName | None = None


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Somebody of the company an item names: goes to the directory, not into the item's own words."""

    id: str
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing a source holds: named for ever by ``name``, told apart from a changed copy by ``normal``.

    ``normal`` is the item as read in the normal form ``normal_version`` of its format; the fingerprint is made over it.
    """

    name: ItemName
    normal: bytes
    normal_version: int
    facts: tuple[Fact, ...]
    staff: tuple[StaffMember, ...] = ()
