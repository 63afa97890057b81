"""What the log keeps beside the events: full tiles of its tree, and the checkpoints that were signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.archive.log.time_stamps import StoredTimeStamp


@dataclass(frozen=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint as it was handed out: over so many events, with this root. ``note`` is what was signed."""

    size: int
    root: bytes
    note: str
    signed_at: datetime


class StoredTile(NamedTuple):
    """The 256 hashes of a full tile, one after the other."""

    level: int
    number: int
    hashes: bytes


class LogStore(Protocol):
    """The tables of the log, the same on every engine. What lies there is given as it is: who needs it checks it."""

    def prepare(self) -> None:
        """Make the tables and triggers where they are missing."""

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Return the leaf hashes the events at these positions were stored with, both ends included."""

    def tile(self, level: int, number: int) -> Any:
        """Return the hashes of a full tile, or None where it is not stored."""

    def tiles(self, level: int, first: int, limit: int) -> list[tuple[Any, Any]]:
        """Return number and hashes of the tiles of a level from a number on."""

    def tile_count(self, level: int) -> int:
        """Return the number after the last stored tile of a level."""

    def tile_total(self) -> int:
        """Return how many tiles are stored, of whatever level."""

    def add_tiles(self, tiles: Sequence[StoredTile]) -> None:
        """Store tiles, those that are there already apart."""

    def newest(self) -> tuple[Any, ...] | None:
        """Return size, root, note and time of the checkpoint over the most events."""

    def covering(self, position: int) -> tuple[Any, ...] | None:
        """Return the checkpoint over the fewest events among them the one at this position."""

    def checkpoints(self) -> list[tuple[Any, ...]]:
        """Return all checkpoints, in the order of their sizes."""

    def add_checkpoint(self, checkpoint: SignedCheckpoint) -> None:
        """Store a checkpoint, unless one of its size is there already."""

    def add_signatures(self, size: int, note: str) -> None:
        """Store the note of a checkpoint with further signatures at its end."""

    def earlier_checkpoints(self) -> list[tuple[Any, ...]]:
        """Return the checkpoints of the logs this archive went on from, as checkpoints are returned."""

    def time_stamps(self) -> list[tuple[Any, ...]]:
        """Return all time-stamps: size, covered bytes, answer and time, in the order of their sizes."""

    def time_stamp(self, size: int) -> tuple[Any, ...] | None:
        """Return the time-stamp of the checkpoint of a size, None where it has none."""

    def without_time_stamp(self) -> int:
        """Return how many checkpoints there are after the newest one that was time-stamped."""

    def add_time_stamp(self, stamp: StoredTimeStamp) -> None:
        """Store a time-stamp, unless its checkpoint has one already."""
