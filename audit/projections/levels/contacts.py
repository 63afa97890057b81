"""Contacts: each time somebody waited for us, on the telephone or in a chat, and what came of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from audit.projections.levels.view import IN, OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audit.projections.levels.view import Step

SECOND: Final = 1_000_000
_ROUNDED: Final = 2 * SECOND
"""So far may a wait that a source counts be from the times it gives."""
LIVE: Final = frozenset({"phone", "chat"})
"""Channels on which somebody waits for an answer then and there."""
_GIVEN_UP: Final = frozenset(
    {"abandoned", "missed", "lost", "unanswered", "no-answer", "no answer", "noanswer", "hung-up", "cancelled"}
)
"""Outcomes of calls nobody took that mean that the caller hung up."""
_FINE: Final = "queue_log"
_COARSE: Final = frozenset({"cdr"})
"""Sources that tell of the same calls as a queue's own log, and know less of the waiting."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody waited from ``offered`` on (microseconds since 1970).

    ``answered`` and ``ended`` are None where that never came. ``wait`` and ``talk`` are microseconds; ``flown_out``
    says that the call left its queue unanswered for somewhere else, ``given_up`` that the customer did not wait.
    """

    event: int
    conversation: str | None
    customer: str | None
    channel: str
    direction: str
    purpose: str | None
    queue: str | None
    offered: int
    agent: str | None = None
    answered: int | None = None
    ended: int | None = None
    wait: int | None = None
    talk: int | None = None
    hold: int = 0
    given_up: bool = False
    flown_out: bool = False
    transferred: bool = False


def contacts(steps: Iterable[Step]) -> list[Contact]:
    """Return the contacts that steps tell of, whatever order they come in, by the moment they were offered."""
    found: list[Contact] = []
    for mine in _by_conversation(steps):
        calls = [step for step in mine if step.channel == "phone" and step.kind not in _WRITTEN]
        said = [step for step in mine if step.kind in _WRITTEN]
        found += _calls(calls, said) if calls else _chat(said)
    return sorted(found, key=lambda one: (one.offered, one.event))


_WRITTEN: Final = frozenset({"opened", "closed", "missing", "in", "out", "bot"})


def _by_conversation(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Yield the steps that belong together; those of a call that names no conversation stand in a row in the log."""
    apart: dict[str, list[Step]] = defaultdict(list)
    before: Step | None = None
    alone: list[Step] = []
    for step in sorted(steps, key=lambda one: one.position):
        if step.conversation is not None:
            apart[step.conversation].append(step)
            continue
        goes_on = before is not None and before.position == step.position - 1 and before.source == step.source
        if alone and (step.kind == "offered" or not goes_on):
            yield alone
            alone = []
        alone.append(step)
        before = step
    if alone:
        yield alone
    yield from apart.values()


# -- calls --


def _calls(steps: Sequence[Step], said: Sequence[Step]) -> list[Contact]:
    chosen = _of_one_source(steps)
    opened = next((step for step in said if step.kind == "opened"), None)
    customer = next((step.customer for step in (*chosen, *said) if step.customer), None)
    return [
        replace(
            one,
            customer=one.customer or customer,
            purpose=opened.purpose if opened else None,
            direction=one.direction or (opened.direction if opened else None) or "inbound",
        )
        for one in _legs(_in_order(chosen))
    ]


def _of_one_source(steps: Sequence[Step]) -> list[Step]:
    """Return the steps of the source that knows most: two systems that tell of one call must not make it two."""
    told = Counter(step.source for step in steps)
    best = min(told, key=lambda source: (source in _COARSE, source != _FINE, -told[source], source))
    chosen = [step for step in steps if step.source == best]
    return _as_one_call(chosen) if best in _COARSE else chosen


def _as_one_call(steps: Sequence[Step]) -> list[Step]:
    """Return of records of legs (every desk that rang has its own) the first offer, the first answer, the last end."""
    ordered = sorted(steps, key=lambda one: (one.at, one.position))
    offered = [step for step in ordered if step.kind == "offered"][:1]
    answered = [step for step in ordered if step.kind == "answered"][:1]
    over = [step for step in ordered if step.kind in _CLOSING and (not answered or step.kind == "ended")][-1:]
    return [*offered, *answered, *over]


def _in_order(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps by time; those of one second in the order in which a call can take them.

    A log counts whole seconds, and may be read backwards: a call that leaves one queue and enters the next, or that
    is taken at once, shows the same second twice.
    """
    moments: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        moments[step.at].append(step)
    leg: Step | None = None
    taken = False
    for at in sorted(moments):
        left = sorted(moments[at], key=lambda one: (_RANK[one.kind], one.seq, one.position))
        while left:
            step = next((one for one in left if _fits(one, leg, taken=taken)), left[0])
            left.remove(step)
            if step.kind == "offered":
                leg, taken = step, False
            elif step.kind in _CLOSING:
                leg, taken = None, False
            taken = taken or (leg is not None and step.kind == "answered")
            yield step


_RANK: Final = {
    kind: number
    for number, kind in enumerate(
        ("rung", "answered", "held", "resumed", "transferred", "abandoned", "ended", "offered")
    )
}
_CLOSING: Final = frozenset({"transferred", "abandoned", "ended"})


def _fits(step: Step, leg: Step | None, *, taken: bool) -> bool:
    if step.kind == "offered":
        return leg is None
    if leg is None or (step.queue and leg.queue and step.queue != leg.queue):
        return False
    if step.kind == "answered" and step.seconds is not None:
        # An answer at once belongs to a queue entered this very second, not to the one that was left then.
        return not taken and abs(step.at - leg.at - step.seconds * SECOND) <= _ROUNDED
    if step.kind in {"rung", "answered"}:
        return not taken
    return taken or step.kind not in {"held", "resumed", "transferred"}


def _legs(steps: Iterable[Step]) -> list[Contact]:
    found: list[Contact] = []
    now: Contact | None = None
    held: int | None = None
    for step in steps:
        if step.kind == "offered" or (now is None and step.kind in {"answered", "abandoned"}):
            found += [now] if now else []
            # Of a log that was cut off, the wait its source counted says when the call began.
            began = step.at - (0 if step.kind == "offered" else SECOND * (step.seconds or 0))
            now, held = _begun(step, began), None
        if now is None:
            continue
        if step.kind == "held":
            held = step.at
        elif held is not None and step.kind in {"resumed", *_CLOSING}:
            now, held = replace(now, hold=now.hold + step.at - held), None
        now = _gone_on(now, step)
        if step.kind in _CLOSING:
            found.append(now)
            now = None
    return [*found, now] if now else found


def _begun(step: Step, offered: int) -> Contact:
    return Contact(
        event=step.position,
        conversation=step.conversation,
        customer=step.customer,
        channel="phone",
        direction=step.direction or "",
        purpose=None,
        queue=step.queue,
        offered=offered,
    )


def _gone_on(now: Contact, step: Step) -> Contact:
    """Return the call after a step of it."""
    if step.kind == "answered" and now.answered is None:
        queue = now.queue or step.queue
        return replace(now, answered=step.at, wait=step.at - now.offered, agent=step.actor, queue=queue)
    if step.kind not in _CLOSING:
        return now
    return _unanswered(now, step) if now.answered is None else _over(now, step, now.answered)


def _over(now: Contact, step: Step, answered: int) -> Contact:
    """Return an answered call as it ended."""
    talk = step.at - answered
    if not talk and step.seconds and step.kind == "ended":
        talk = SECOND * step.seconds
    transferred = step.kind == "transferred" or step.outcome == "transferred"
    return replace(now, ended=step.at, talk=talk, transferred=transferred)


def _unanswered(now: Contact, step: Step) -> Contact:
    """Return a call nobody took: the caller gave up, or it left for somewhere else."""
    wait = step.at - now.offered
    if step.kind == "abandoned":
        # Where the source names no end, the moment it gives is that of the beginning.
        known = step.seconds is not None or wait > 0
        return replace(now, ended=step.at, wait=wait if known else None, given_up=True)
    given_up = step.kind == "ended" and step.outcome in _GIVEN_UP
    return replace(now, ended=step.at, wait=wait, given_up=given_up, flown_out=not given_up)


# -- chats --


def _chat(steps: Sequence[Step]) -> list[Contact]:
    """Return the contact of a conversation in writing: opened by the customer, answered by our first message."""
    ordered = sorted(steps, key=lambda one: (one.at, _SAID[one.kind], one.seq, one.position))
    opened = next((step for step in ordered if step.kind == "opened"), None)
    first = opened or next((step for step in ordered if step.kind in {IN, OUT}), None)
    if first is None:
        return []
    spoke = next((step.kind for step in ordered if step.kind in {IN, OUT}), IN)
    direction = first.direction or ("inbound" if spoke == IN else "outbound")
    answer = next((step for step in ordered if step.kind == OUT), None)
    closed = next((step for step in reversed(ordered) if step.kind == "closed"), None)
    over = closed.at if closed else None
    answered = answer.at if answer else None
    until = answered if answered is not None else over
    channel = first.channel or next((step.channel for step in ordered if step.channel), None)
    return [
        Contact(
            event=first.position,
            conversation=first.conversation,
            customer=next((step.customer for step in ordered if step.customer), None),
            channel=channel or "unknown",
            direction=direction,
            purpose=opened.purpose if opened else None,
            queue=None,
            offered=first.at,
            agent=answer.actor if answer else None,
            answered=answered,
            ended=over,
            wait=None if until is None else max(until - first.at, 0),
            talk=over - answered if over is not None and answered is not None and over >= answered else None,
            given_up=answered is None and over is not None,
            transferred=closed is not None and closed.outcome == "transferred",
        )
    ]


_SAID: Final = {"opened": 0, "in": 1, "bot": 2, "out": 3, "missing": 4, "closed": 5}
