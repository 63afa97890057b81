"""How many agents a load needs: Erlang's C formula.

A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges", Post Office Electrical Engineers' Journal 10 (1917), pages 189 to 197; in the recursive form of the
teletraffic handbooks (ITU-T Study Group 2, Teletraffic Engineering Handbook, sections 4.5 and 9.2). It takes it that
calls come by chance, nobody hangs up, and every agent takes every call: with callers who give up, fewer agents do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_AGENTS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Staffing:
    """So many agents, and what the formula says of them; seconds and shares from 0 to 1."""

    agents: int
    waits: float
    service_level: float
    asa: float
    occupancy: float


def waiting_probability(load: float, agents: int) -> float:
    """Return the chance that a caller has to wait; ``load`` in erlangs. Too few agents let everybody wait."""
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    inverse = 1.0
    for number in range(1, agents + 1):
        # Erlang B by its recursion, upside down, so that no factorial overflows.
        inverse = 1.0 + inverse * number / load
        if math.isinf(inverse):
            return 0.0
    blocked = 1.0 / inverse
    return agents * blocked / (agents - load * (1.0 - blocked))


def staffing(load: float, agents: int, *, handling: float, threshold: float) -> Staffing:
    """Return what so many agents make of a load; ``handling`` is the mean handling time in seconds."""
    waits = waiting_probability(load, agents)
    spare = agents - load
    if load <= 0 or handling <= 0:
        return Staffing(agents, 0.0, 1.0, 0.0, 0.0)
    if spare <= 0:
        return Staffing(agents, 1.0, 0.0, math.inf, 1.0)
    served = 1.0 - waits * math.exp(-spare * threshold / handling)
    return Staffing(agents, waits, served, waits * handling / spare, load / agents)


def needed(load: float, *, handling: float, threshold: float, aim: float) -> Staffing:
    """Return the fewest agents with whom a share ``aim`` of callers is answered within the threshold."""
    fewest = max(1, math.floor(load) + 1)
    for agents in range(fewest, min(fewest + 10_000, _AGENTS_MAX)):
        found = staffing(load, agents, handling=handling, threshold=threshold)
        if found.service_level >= aim:
            return found
    return staffing(load, _AGENTS_MAX, handling=handling, threshold=threshold)
