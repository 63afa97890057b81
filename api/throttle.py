"""Allowances: how often somebody may do what costs much, or what a guesser would do."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Allowance:
    """So many at once, and one more every so many seconds."""

    at_once: int
    seconds: float


ALLOWANCES: Final = {
    "sign-in": Allowance(10, 6),
    "portal": Allowance(6, 30),
    "search": Allowance(60, 1),
    "export": Allowance(10, 30),
    "verify": Allowance(5, 60),
    "live": Allowance(20, 4),
    "upload": Allowance(20, 10),
    "read": Allowance(600, 0.1),
    "items": Allowance(600, 0.1),
}
_REMEMBERED: Final = 100_000


class Throttle:
    """Counts visits of each principal against each allowance (a token bucket), in this process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._spent: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = Lock()

    def wait(self, allowance: str, principal: str) -> int:
        """Count a visit; return 0 when it is allowed, else for how many seconds to wait."""
        allowed = ALLOWANCES[allowance]
        now, key = self._clock(), (allowance, principal)
        with self._lock:
            # When this principal will have all of its allowance again: later by one step with each visit.
            full_at = max(self._spent.pop(key, now), now) + allowed.seconds
            over = full_at - now - allowed.at_once * allowed.seconds
            self._spent[key] = full_at if over <= 0 else full_at - allowed.seconds
            while len(self._spent) > _REMEMBERED:
                self._spent.popitem(last=False)
        return 0 if over <= 0 else int(over) + 1
