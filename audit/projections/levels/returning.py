"""First contact resolution: how many contacts were not followed by another of the same customer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.projections.levels.contacts import SECOND
from audit.projections.levels.formulas import per_cent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.projections.levels.contacts import Contact

METHOD: Final = "no further contact of the same customer, through any channel, within the window"
_SECONDS_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class FirstContact:
    """``settled`` of ``judged`` contacts were not followed by another; of ``running`` ones the window is not over."""

    window_days: float
    judged: int
    settled: int
    running: int
    unnamed: int

    @property
    def rate(self) -> float | None:
        return per_cent(self.settled, self.judged)


def first_contact(contacts: Iterable[Contact], every: Iterable[Contact], *, days: float, until: int) -> FirstContact:
    """Judge contacts that were taken up by whether the customer came back among ``every`` contact.

    ``until`` is the moment up to which contacts are known (microseconds since 1970); a contact whose window is not
    over by then is running. Contacts of nobody known are counted apart.
    """
    window = int(days * _SECONDS_A_DAY * SECOND)
    came: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in every:
        if one.customer is not None and one.direction == "inbound":
            came[one.customer].append((one.offered, one.event))
    judged = settled = running = unnamed = 0
    for one in contacts:
        if one.answered is None:
            continue
        if one.customer is None:
            unnamed += 1
        elif one.offered + window > until:
            running += 1
        else:
            judged += 1
            mine = (one.offered, one.event)
            settled += not any(mine < other and other[0] - one.offered <= window for other in came[one.customer])
    return FirstContact(days, judged, settled, running, unnamed)
