"""A fact: a piece of a text that names something, and the one way in which it is written down for comparing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["phone", "email", "money", "date", "time", "identifier", "address", "access", "device", "person"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact at ``start`` to ``end`` (code points, end exclusive). ``normal`` is empty where it cannot be told."""

    kind: Kind
    text: str
    start: int
    end: int
    normal: str


@dataclass(frozen=True, slots=True)
class Found:
    """A piece one of the finders holds for a fact, before it is weighed against the others. A higher rank wins.

    Without a kind it is something known to be no fact, which keeps others from seeing one there.
    """

    kind: Kind | None
    start: int
    end: int
    normal: str
    rank: int
    can_shrink: bool = False
