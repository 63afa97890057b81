"""Appending what a delivery holds, a batch at a time, and counting what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from audit.archive.archive import Fate
from audit.domain.names import ItemName
from audit.intake.accounting import Accounting
from audit.intake.door import admitted
from audit.intake.refusing import CLASH, refusal_item
from audit.intake.source import Found, Refusal

if TYPE_CHECKING:
    from audit.archive.archive import Archive
    from audit.domain.fact import Item

BATCH_ITEMS = 2_000
BATCH_BYTES = 2 * 1024 * 1024


class Told(NamedTuple):
    """What became of one item: ``item`` as it was stored, which of a refused one is the refusal."""

    place: str
    item: Item
    fate: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A delivery that is being read: its id, and the format and the mac of the file, which name its refusals.

    ``tell`` hears of every item after it was stored.
    """

    delivery: str
    format: str
    mac: str
    clock: Callable[[], datetime]
    keep_raw: bool
    tell: Callable[[Told], None] | None = None


class Appending:
    """Gathers items and appends them; what clashes or was refused is kept aside. Memory holds one batch."""

    def __init__(self, archive: Archive, batch: Batch) -> None:
        self._archive = archive
        self._batch = batch
        self._stamp = archive.names.tie("delivery", batch.delivery)
        self._found: list[Found] = []
        self._refused: list[Refusal] = []
        self._weight = 0
        self.accounting = Accounting(deliveries=1)

    def add(self, one: Found | Refusal) -> bool:
        """Take one more, as far as it may be stored; return whether it is time to append."""
        one = admitted(one)
        if isinstance(one, Found):
            self._found.append(one)
            self._weight += one.weight or len(one.item.normal)
        else:
            self._refused.append(one)
            self._weight += len(one.raw)
        return len(self._found) + len(self._refused) >= BATCH_ITEMS or self._weight >= BATCH_BYTES

    def append(self) -> None:
        """Append what was gathered."""
        found, refused = self._found, self._refused
        self._found, self._refused, self._weight = [], [], 0
        fates = self._archive.append_new([one.item for one in found], batch=self._stamp) if found else []
        clashes = [
            Refusal(one.place, f"{one.place}: {CLASH}", one.item.normal)
            for one, fate in zip(found, fates, strict=True)
            if fate is Fate.CLASH
        ]
        kept = [self._kept(one) for one in (*refused, *clashes)]
        if kept:
            self._archive.append_new(kept, batch=self._stamp)
        if (tell := self._batch.tell) is not None:
            for one, fate in zip(found, fates, strict=True):
                if fate is not Fate.CLASH:
                    tell(Told(one.place, one.item, fate.value))
            for refusal, item in zip((*refused, *clashes), kept, strict=True):
                tell(Told(refusal.place, item, "refused", refusal.reason))
        self.accounting += Accounting(
            found=len(found) + len(refused),
            new=fates.count(Fate.NEW),
            known=fates.count(Fate.KNOWN),
            refused=len(kept),
        )

    def _kept(self, refusal: Refusal) -> Item:
        batch = self._batch
        name = ItemName("refusal", batch.format, batch.mac, refusal.place)
        return refusal_item(refusal, name, batch.delivery, at=batch.clock(), keep_raw=batch.keep_raw)
