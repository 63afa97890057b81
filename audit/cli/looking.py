"""Looking: what is shown is recorded first, with who looked, why, and whose it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.domain.event import Personal

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.domain.actor import Actor

LISTED = 200


def purpose(by: Actor) -> Personal | None:
    """Return the reason somebody gave, or None."""
    return Personal(by.why) if by.why else None


def persons(ids: Collection[str]) -> Personal | None:
    """Return the list of customer ids an answer shows; above 200 it is kept as a sealed original."""
    return Personal(sorted(ids), apart=len(ids) > LISTED) if ids else None
