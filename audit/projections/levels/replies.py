"""Reply times: how long a customer's message waited for a person's answer, by channel, against its target."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from audit.projections.levels.contacts import SECOND
from audit.projections.levels.formulas import mean_seconds, per_cent
from audit.projections.levels.view import IN, OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from audit.projections.levels.view import Step


class Waited(NamedTuple):
    """A customer's message, the first since our last word, and when a person answered; None is not yet."""

    channel: str
    since: int
    answered: int | None


@dataclass(frozen=True, slots=True)
class Replies:
    """The replies of a channel; times in seconds. ``in_time`` are answers within the target, which None has not."""

    channel: str
    asked: int
    answered: int
    unanswered: int
    target: float | None
    in_time: int | None
    share: float | None
    mean: float | None
    median: float | None
    ninetieth: float | None


def waits(steps: Iterable[Step]) -> Iterator[Waited]:
    """Yield each time a customer waited for a written answer. A machine's answer is none."""
    apart: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.conversation is not None and step.kind in {"opened", "closed", IN, OUT}:
            apart[step.conversation].append(step)
    for mine in apart.values():
        yield from _of_one(sorted(mine, key=lambda one: (one.at, one.kind == OUT, one.seq, one.position)))


def _of_one(steps: list[Step]) -> Iterator[Waited]:
    channel = next((step.channel for step in steps if step.kind == "opened" and step.channel), None)
    over = next((step.at for step in reversed(steps) if step.kind == "closed"), None)
    spoken = any(step.kind == OUT for step in steps)
    waiting: Waited | None = None
    for step in steps:
        if step.kind == IN and waiting is None:
            waiting = Waited(channel or step.channel or "unknown", step.at, None)
        elif step.kind == OUT and waiting is not None:
            yield waiting._replace(answered=step.at)
            waiting = None
    # What a customer says when all is said, and the conversation over, waits for nothing.
    if waiting is not None and not (spoken and over is not None and over >= waiting.since):
        yield waiting


def replies(waited: Iterable[Waited], targets: Mapping[str, float]) -> list[Replies]:
    """Return the reply times of each channel. Spoken lines of the telephone are no messages that wait."""
    apart: dict[str, list[Waited]] = defaultdict(list)
    for one in waited:
        channel = one.channel.replace(" ", "-")
        if channel not in {"phone", "in-person"}:
            apart[channel].append(one)
    return [_of_channel(channel, apart[channel], targets.get(channel)) for channel in sorted(apart)]


def _of_channel(channel: str, waited: list[Waited], target: float | None) -> Replies:
    took = sorted(one.answered - one.since for one in waited if one.answered is not None)
    in_time = None if target is None else sum(each <= target * SECOND for each in took)
    return Replies(
        channel=channel,
        asked=len(waited),
        answered=len(took),
        unanswered=len(waited) - len(took),
        target=target,
        in_time=in_time,
        share=None if in_time is None else per_cent(in_time, len(waited)),
        mean=mean_seconds(sum(took), len(took)),
        median=_at_share(took, 0.5),
        ninetieth=_at_share(took, 0.9),
    )


def _at_share(took: list[int], share: float) -> float | None:
    """Return the least time within which such a share of the answers came (the nearest rank)."""
    return mean_seconds(took[max(math.ceil(share * len(took)) - 1, 0)], 1) if took else None
