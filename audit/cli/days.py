"""Days as they are given to a command."""

from __future__ import annotations

from datetime import date, datetime

from audit.domain.errors import WrongUse


def day(text: str | None, option: str) -> date | None:
    """Return the day an option names, or None where it is not given. Raises WrongUse for what is no day."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone; who asks brings one
    except ValueError:
        raise WrongUse(f"{option} {text} is not a day: write it like 2026-03-01.") from None
