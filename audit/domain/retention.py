"""A retention class: how long its words must be kept, and when they must be gone."""

from __future__ import annotations

from audit.domain.custody import RetentionClassSet
from audit.domain.errors import Refused
from audit.domain.wording import require_code


class LimitBelowDuty(Refused):
    """Words cannot have to be gone before they may go."""


class DaysNegative(Refused):
    """Days are counted from nought."""


def evolve(_: RetentionClassSet | None, event: RetentionClassSet) -> RetentionClassSet:
    """Return the class as it was set last."""
    return event


def set_class(
    _: RetentionClassSet | None, *, name: str, keep_days: int, limit_days: int | None = None
) -> RetentionClassSet:
    """Set the duty and the limit of a class, anew as often as the law changes."""
    require_code(name, "the class")
    if keep_days < 0 or (limit_days is not None and limit_days < 0):
        raise DaysNegative("Give the days as 0 or more.")
    if limit_days is not None and limit_days < keep_days:
        raise LimitBelowDuty(f"Words kept {keep_days} days cannot be gone after {limit_days}: raise the limit.")
    return RetentionClassSet(name=name, keep_days=keep_days, limit_days=limit_days)
