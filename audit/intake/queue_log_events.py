"""What each event of a queue_log tells: a step of a call, or that a queue or an agent changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.call import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallRungUnanswered,
    CallTransferred,
    QueueStateChanged,
)
from audit.domain.event import Personal
from audit.domain.fact import Fact, StaffMember
from audit.intake.callers import outside_number
from audit.intake.source import NotTaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.domain.witnessed import Witnessed

_NOBODY: Final = frozenset({"", "NONE"})
_SECONDS_MAX: Final = 10**9


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the log. ``given`` are the particulars of the event, ``fields`` the whole line."""

    at: datetime
    call: str
    queue: str | None
    agent: str | None
    event: str
    given: tuple[str, ...]
    fields: tuple[str, ...]
    seq: int

    def particular(self, number: int) -> str | None:
        """Return a particular, counted from nought; None where there is none."""
        return self.given[number] or None if number < len(self.given) else None

    def count(self, number: int, called: str) -> int | None:
        """Return a particular that is a whole number of seconds, or a place in the queue."""
        written = self.particular(number)
        if written is None:
            return None
        whole = written.partition(".")[0]
        if not (whole.isascii() and whole.isdecimal()) or len(whole) > len(str(_SECONDS_MAX)):
            raise NotTaken(f"{called} is no whole number")
        return int(whole)


class Kind(NamedTuple):
    """How an event of the log is told. ``least`` is how many particulars it has, ``by_agent`` says that one acts.

    A line about no call names its cause where the call stands: NONE, MANAGER, REALTIME, CLI.
    """

    tell: Callable[[Entry], Witnessed]
    least: int = 0
    by_agent: bool = False
    of_call: bool = True


def _ended(outcome: str, seconds: int | None = None) -> Callable[[Entry], Witnessed]:
    def tell(entry: Entry) -> Witnessed:
        return CallEnded(outcome=outcome, seconds=None if seconds is None else entry.count(seconds, "the talk time"))

    return tell


def _transferred(how: str, number: int | None) -> Callable[[Entry], Witnessed]:
    def tell(entry: Entry) -> Witnessed:
        where = None if number is None else entry.particular(number)
        return CallTransferred(how=how, number=Personal(where) if where else None)

    return tell


def _changed(what: str) -> Callable[[Entry], Witnessed]:
    return lambda entry: QueueStateChanged(what=what, queue=_queue(entry))


def _apart(what: str, *, by_agent: bool = True) -> Kind:
    return Kind(_changed(what), by_agent=by_agent, of_call=False)


def _offered(entry: Entry) -> Witnessed:
    return CallOffered(queue=_queue(entry), direction="inbound")


def _answered(entry: Entry) -> Witnessed:
    return CallAnswered(queue=_queue(entry), wait_seconds=entry.count(0, "the time on hold"))


def _abandoned(entry: Entry) -> Witnessed:
    return CallAbandoned(
        queue=_queue(entry), wait_seconds=entry.count(2, "the waiting time"), place=entry.count(0, "the place")
    )


def _rung(entry: Entry) -> Witnessed:
    rung = entry.count(0, "the ringing time")
    # The log counts milliseconds here, and whole seconds everywhere else.
    return CallRungUnanswered(queue=_queue(entry), seconds=None if rung is None else rung // 1000)


EVENTS: Final[dict[str, Kind]] = {
    "ENTERQUEUE": Kind(_offered),
    "CONNECT": Kind(_answered, 1, by_agent=True),
    "ABANDON": Kind(_abandoned, 3),
    "RINGNOANSWER": Kind(_rung, by_agent=True),
    "RINGCANCELED": Kind(_rung, by_agent=True),
    "COMPLETEAGENT": Kind(_ended("completed-by-agent", 1), 2, by_agent=True),
    "COMPLETECALLER": Kind(_ended("completed-by-caller", 1), 2, by_agent=True),
    "TRANSFER": Kind(_transferred("blind", 0), 1, by_agent=True),
    "BLINDTRANSFER": Kind(_transferred("blind", 0), 1, by_agent=True),
    "ATTENDEDTRANSFER": Kind(_transferred("attended", None), by_agent=True),
    "EXITWITHTIMEOUT": Kind(_ended("timed-out")),
    "EXITWITHKEY": Kind(_ended("left-by-key")),
    "EXITEMPTY": Kind(_ended("queue-empty")),
    "SYSCOMPAT": Kind(_ended("incompatible"), by_agent=True),
    "AGENTDUMP": Kind(_changed("caller-dumped"), by_agent=True),
    "DID": Kind(_changed("dialled")),
    "INFO": Kind(_changed("noted")),
    "QUEUESTART": _apart("started", by_agent=False),
    "CONFIGRELOAD": _apart("reloaded", by_agent=False),
    "ADDMEMBER": _apart("member-added"),
    "REMOVEMEMBER": _apart("member-removed"),
    "PAUSE": _apart("paused"),
    "UNPAUSE": _apart("unpaused"),
    "PAUSEALL": _apart("paused-everywhere"),
    "UNPAUSEALL": _apart("unpaused-everywhere"),
    "PENALTY": _apart("penalty-changed"),
    "RINGINUSE": _apart("ring-in-use-changed"),
    "AGENTLOGIN": _apart("logged-in"),
    "AGENTLOGOFF": _apart("logged-off"),
    "AGENTCALLBACKLOGIN": _apart("logged-in"),
    "AGENTCALLBACKLOGOFF": _apart("logged-off"),
    "CANCELREASON": Kind(_changed("cancelled")),
    "SKILL": _apart("skill-changed"),
}
"""The events that Asterisk's manual lists for queue_log (Operation, Logging, Queue Logs), older ones among them."""


def facts_of(
    entry: Entry, our_addresses: frozenset[str], *, zone_assumed: bool
) -> tuple[tuple[Fact, ...], tuple[StaffMember, ...]]:
    """Return what a line tells, and who of the company it names."""
    kind = EVENTS[entry.event]
    agent = entry.agent if kind.by_agent and entry.agent not in _NOBODY else None
    fact = Fact(
        event=_with_rest(kind.tell(entry), entry),
        at=entry.at,
        role=_role(entry, agent),
        actor=_actor(entry, agent, our_addresses),
        zone_assumed=zone_assumed,
        seq=entry.seq,
        ties=_ties(entry, our_addresses),
    )
    return (fact,), (StaffMember(id=agent),) if agent else ()


def _role(entry: Entry, agent: str | None) -> str:
    if entry.event in {"ENTERQUEUE", "ABANDON"}:
        return "customer"
    return "agent" if agent else "system"


def _actor(entry: Entry, agent: str | None, our_addresses: frozenset[str]) -> tuple[str, str] | None:
    if agent:
        return ("staff", agent)
    caller = _caller(entry, our_addresses)
    return ("customer", caller) if caller else None


def _ties(entry: Entry, our_addresses: frozenset[str]) -> tuple[tuple[str, str], ...]:
    caller = _caller(entry, our_addresses)
    customer = (("customer", caller),) if caller else ()
    about_call = EVENTS[entry.event].of_call and entry.call not in _NOBODY
    return (*customer, ("conversation", entry.call)) if about_call else customer


def _caller(entry: Entry, our_addresses: frozenset[str]) -> str | None:
    return outside_number(entry.particular(1), our_addresses) if entry.event == "ENTERQUEUE" else None


def _with_rest(event: Witnessed, entry: Entry) -> Witnessed:
    """Return the event with the particulars as the log wrote them."""
    given = {str(number): value for number, value in enumerate(entry.given, 1) if value}
    fields = dict(vars(event)) | {"extra": Personal({"event": entry.event, "particulars": given})}
    return type(event)(**fields)


def _queue(entry: Entry) -> str | None:
    return None if entry.queue in {None, *_NOBODY} else entry.queue
