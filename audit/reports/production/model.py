"""What a production is made of: items under their numbers, families of them, and what is not handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from audit.projections.families import Family
from audit.projections.withholdings import Hidden

DIGITS: Final = 8
"""Digits of a number behind its prefix."""


class Standing(StrEnum):
    """Why an item is in the production: it was found, belongs to what was found, or stands around it."""

    HIT = "hit"
    FAMILY = "family"
    CONTEXT = "context"


class Fate(StrEnum):
    """What becomes of an item."""

    PRODUCED = "produced"
    WITHHELD = "withheld"
    ERASED = "erased"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What goes into a production, before any of it is read.

    ``standing`` says for each event why it is there, ``withheld`` which are not handed out, and the code why, ``cuts``
    what is kept back within the others.
    ``faults`` are the reasons why the production cannot be called complete; ``unsearched`` counts the attachments whose
    text could not be searched, by reason.
    """

    families: tuple[Family, ...]
    standing: Mapping[int, Standing]
    matched: int
    position: int
    withheld: Mapping[int, str] = field(default_factory=dict)
    cuts: Mapping[int, tuple[Hidden, ...]] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    unsearched: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(len(family.members) for family in self.families)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Who asks for what, in which form: with pictures of the pages in a load file, with the first page as a PDF."""

    query: str
    format: str
    prefix: str
    first: int
    origin: str
    log_key: str
    by: str
    role: str
    why: str | None
    zone: tzinfo
    filters: Mapping[str, str] = field(default_factory=dict)
    context: int = 0
    images: bool = False
    paper: bool = False

    def number(self, place: int) -> str:
        """Return the number of the item at a place, from 0."""
        return f"{self.prefix}{self.first + place:0{DIGITS}}"


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that came with a message. Without its bytes, ``missing`` is the code why."""

    name: str | None
    media_type: str | None
    content: bytes | None
    missing: str | None
    digest: str | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One event of a production. Of what is withheld nothing stands here but its number, its place and the reason."""

    number: str
    family: str
    event: int
    standing: Standing
    fate: Fate
    reason: str | None = None
    kind: str = ""
    at: datetime | None = None
    recorded_at: datetime | None = None
    zone_assumed: bool = False
    role: str = ""
    author: str | None = None
    source: str = ""
    channel: str | None = None
    direction: str | None = None
    language: str | None = None
    conversation: str | None = None
    conversation_id: str | None = None
    customer: str | None = None
    ticket: str | None = None
    work_order: str | None = None
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    raw: bytes | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    attached: Attached | None = None
    cuts: tuple[Hidden, ...] = ()
    leaf: str = ""

    @property
    def heads(self) -> bool:
        """Say whether it is the head of its family."""
        return self.family == self.number

    @property
    def said(self) -> str:
        """Return what people read of it; for what is not handed out, a sign in its place."""
        if self.fate is Fate.PRODUCED:
            return self.text or ""
        return f"[{self.fate}: {self.reason}]" if self.reason else f"[{self.fate}]"


Group = tuple[Item, ...]
"""A family of items, the head first."""
