"""Who acts: one of the staff, in a role, for a reason they give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person of the house at work. ``login`` is their name in the directory, ``why`` the purpose they gave."""

    login: str
    role: str
    why: str | None = None


HOUSE = Actor(login="on-record", role="system")
"""On Record itself, when it acts by rule and nobody asked."""
