"""What a recorder refuses, within the library's family of errors."""

from __future__ import annotations

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import DataError, OperationalError, ProgrammingError


class TooMuchAtOnce(DataError):
    """More events or bytes than one call may take."""


class NotStorable(DataError):
    """An event that cannot stand in a row: its state too long, its stream, version or topic not of our form."""


class KeysOutdated(EventSourcingError):
    """An erasure was counted since the keys were taken; nothing was stored, and no database is at fault."""


class HeadDamaged(DataError):
    """The row that counts the events is gone, or holds no numbers."""


class ArchiveExists(ProgrammingError):
    """The tables are there already."""


class ConnectionLost(OperationalError):
    """The database went away in the middle of a call."""
