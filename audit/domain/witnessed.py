"""What every event from outside shares: whatever else the source said about it."""

from __future__ import annotations

from dataclasses import dataclass

from audit.domain.event import Event, Personal


@dataclass(frozen=True, kw_only=True)
class Witnessed(Event):
    """A fact a source tells: never refused because of what happened before.

    ``extra`` is a JSON object with the fields of the item we have no place for. Our own people may record such a fact
    too (a technician signs on our page); then it stands in a decided stream and has no ``extra``.
    """

    extra: Personal | None = None
