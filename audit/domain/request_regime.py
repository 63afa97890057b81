"""How long a law gives to answer a request, and how much longer once."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Regime:
    """How long a law gives for the answer, and how much longer once: in calendar months, or in days."""

    months: int = 0
    days: int = 0
    more_months: int = 0
    more_days: int = 0

    def due(self, received: date) -> date:
        """Return the last day to answer what was received on that day."""
        return months_after(received, self.months) + timedelta(days=self.days)

    def latest(self, received: date) -> date:
        """Return the last day of an extended time."""
        return months_after(received, self.months + self.more_months) + timedelta(days=self.days + self.more_days)


GDPR: Final = Regime(months=1, more_months=2)
"""One month, and two more (GDPR article 12(3))."""


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month (Regulation 1182/71, article 3)."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
