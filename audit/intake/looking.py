"""A first look at a file: how it begins, and what recognises it when it comes again."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NamedTuple

from audit.domain.errors import Unreadable
from audit.intake.source import BEGINNING

if TYPE_CHECKING:
    from audit.intake.holding import Held

_STEP = 1024 * 1024


class Look(NamedTuple):
    """A file that was read to its end once. ``amiss`` is why it could not be; then ``mac`` is empty."""

    held: Held
    beginning: bytes = b""
    mac: str = ""
    length: int | None = None
    identity: object = None
    amiss: str | None = None

    def must_lie_still(self) -> None:
        """Raise ``Unreadable`` when the file is not the one that was looked at."""
        if self.held.identity() != self.identity:
            raise Unreadable("It changed while it was being read: bring it again when nobody writes to it.")


def look_at(held: Held, secret: bytes) -> Look:
    """Read a file once, for what recognises it: HMAC-SHA256 (a digest would tell strangers what we hold)."""
    if held.refused is not None:
        return Look(held, amiss=held.refused)
    mac, length, beginning, identity = hmac.new(secret, digestmod="sha256"), 0, b"", held.identity()
    try:
        with held.open() as file:
            while piece := file.read(_STEP):
                beginning = beginning or piece[:BEGINNING]
                mac.update(piece)
                length += len(piece)
    except Unreadable as amiss:
        return Look(held, beginning, amiss=str(amiss))
    return Look(held, beginning, mac.hexdigest(), length, identity)
