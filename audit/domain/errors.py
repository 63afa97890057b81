"""Everything that can go wrong, one family for each audience."""

from __future__ import annotations


class AuditError(Exception):
    """Something went wrong; the message is one sentence for a person and names what to do."""


class Refused(AuditError):
    """A decision was not taken, because a rule of the house forbids it."""


class NotFound(AuditError):
    """What was asked for is not in the archive."""


class NotAllowed(AuditError):
    """The one who asks may not have this; ``on_record`` once somebody wrote down that they were turned away."""

    on_record = False


class Unreadable(AuditError):
    """What was brought in cannot be read."""


class WrongUse(AuditError):
    """The command was given words or settings it cannot work with."""


class Unavailable(AuditError):
    """A database, a key store or a disk does not answer; nothing was written by half."""
