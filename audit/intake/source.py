"""What an importer is: it says whether a file is its own, and reads it item by item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, BinaryIO, ClassVar, NamedTuple, Protocol

from audit.intake.table_map import TableMap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from audit.domain.fact import Item

KEPT_OF_LONG = 64 * 1024
"""How much is kept of something that is refused because it is too long."""

BEGINNING = 64 * 1024
"""How much of a file an importer sees when it is asked whether the file is its own."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file does not say about itself.

    ``zone`` holds for times without one. ``our_addresses`` are the company's own, mail addresses and telephone
    numbers. ``table`` says what the columns of a table mean. ``keep_raw`` is False where words are masked on the way
    in: then no bytes as received are kept.
    """

    zone: tzinfo = UTC
    our_addresses: frozenset[str] = frozenset()
    table: TableMap | None = None
    keep_raw: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "our_addresses", frozenset(address.lower() for address in self.our_addresses))


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A file that was brought. ``open`` gives its bytes from the start, as often as asked.

    ``beside`` gives the bytes of a file near it, by relative path; it raises ``NotTaken`` when it may not or cannot.
    """

    name: str
    open: Callable[[], BinaryIO]
    beside: Callable[[str], bytes]
    reading: Reading = field(default_factory=Reading)


class Found(NamedTuple):
    """An item, and where it stood. ``weight`` is about how many bytes it holds in memory."""

    place: str
    item: Item
    weight: int = 0


class Refusal(NamedTuple):
    """An item that was not taken. ``reason`` names nobody: it is stored in clear."""

    place: str
    reason: str
    raw: bytes


class NotTaken(Exception):
    """One item cannot be taken; the message is the reason and names nobody."""


class Source(Protocol):
    """An outside format.

    ``read`` drops nothing and survives any bytes. It raises ``Unreadable`` for a file that is not what it says.
    """

    name: ClassVar[str]
    version: ClassVar[int]

    def recognises(self, path: PurePath, beginning: bytes) -> bool: ...

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]: ...
