"""Erasing in a house: ask, execute, dispose of what is over, and finish what was cut short."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from audit.archive.backup.exclusion import erasures_excluded
from audit.archive.erasure import execution
from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.naming import Naming, naming_events
from audit.archive.erasure.plan import Plan, plan_keys, plan_person
from audit.archive.erasure.register import ErasedRegister
from audit.archive.erasure.resealing import reseal
from audit.archive.erasure.residue import WORDS_MAX, key_residue, word_residue
from audit.bootstrap.obstacles import due_months, held_among, obstacles_to
from audit.domain import erasure
from audit.domain.custody import ErasureAsked, ErasureReceipt
from audit.domain.erasure import Erasure, Hands, LegalHoldInForce, RetentionDutyRunning
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Personal, Record
from audit.projections.holds import Holds
from audit.projections.left_over import is_in_views, left_in_views
from audit.projections.ties import Ties
from audit.projections.whereabouts import TiesWhereabouts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import date

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.domain.custody import ErasureExecuted

LIMIT: Final = "retention-limit"
"""The ground of an erasure that nobody asked for: the time of the words is over."""
_PENDING: Final = "erasing:"
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE_LENGTH_MAX: Final = 60
_ATTEMPTS: Final = 20
_SCRUBS: Final = 50
_SCRUB_PAUSE_SECONDS: Final = 0.1
_ID_BYTES: Final = 6


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What an erasure destroyed: ``kept`` events name the person but hold the words of others."""

    erasure: str
    keys: int
    positions: int
    kept: int
    residue: tuple[str, ...]


class NothingDue(Refused):
    """Nothing has come to the end of its time."""


# -- asking --


def ask(house: House, customer: str, ground: str, by: Actor) -> str:
    """Record that a customer is to be forgotten; return the erasure's id. Raises NotFound for an unknown one."""
    house.follower.catch_up()
    with _whereabouts(house) as where:
        if not where.closure(house.archive.names.tie("customer", customer)):
            raise NotFound(f"There is no customer {customer}: find the id with onrecord customers.")
    return _ask(house, ground, by, [("customer", customer)])


def ask_disposal(house: House, by: Actor) -> tuple[str, Plan]:
    """Record that what is over is to go; return the erasure's id and what would go now. Raises NothingDue."""
    plan = plan_disposal(house)
    if not plan.keys:
        raise NothingDue("Nothing has come to the end of its time: see onrecord retention list.")
    return _ask(house, LIMIT, by, []), plan


def _ask(house: House, ground: str, by: Actor, ties: Sequence[tuple[str, str]]) -> str:
    written = house.world.random(_ID_BYTES).hex()
    is_code = len(ground) <= _CODE_LENGTH_MAX and _CODE.fullmatch(ground) is not None
    reason = Personal(ground) if not is_code else None
    decision = partial(erasure.ask, ground=ground if is_code else "stated", reason=reason)
    house.archive.decide(("erasure", written), erasure.evolve, decision, by, ties=ties)
    return written


# -- executing --


def execute(house: House, written: str, by: Actor, *, only: str | None = None) -> Forgotten:
    """Execute what somebody else asked for.

    Raises LegalHoldInForce or RetentionDutyRunning, after recording the refusal, while one of them stands in the way.
    ``only`` is the ground it must have been asked on. Waits for a backup that is being made.
    """
    with erasures_excluded(house.recorder, house.settings.folder):
        return _execute(house, written, by, only)


def _execute(house: House, written: str, by: Actor, only: str | None) -> Forgotten:
    stream = house.archive.names.decided("erasure", written)
    asked = _asked(house, written, stream)
    ground, customer = _ground(asked), asked.stamp.tie("customer")
    if (only or ground) != ground or (only is None and ground == LIMIT):
        raise Refused("This was asked with the other command: onrecord erase for a person, onrecord dispose for time.")
    state = _state(house, stream)
    execution_by = _Executing(house, written, stream, by, Hands(asked=asked.stamp.actor, executes=_staff(house, by)))
    # Before anything is looked up: who may not decide, or comes too late, learns it at once.
    erasure.execute(
        state,
        hands=execution_by.hands,
        today=house.world.clock().date(),
        obstacles=erasure.Obstacles(),
        keys=(),
        positions=(),
    )
    house.recorder.record_fact(f"{_PENDING}{stream.hex}", "pending")
    try:
        plan, naming = execution.retried(lambda: execution_by.attempt(customer), _ATTEMPTS)
    except execution.PlanOutdated:
        raise Refused("Events about this person come in all the time: execute again when it is quieter.") from None
    except (LegalHoldInForce, RetentionDutyRunning) as refusal:
        _refuse(house, written, refusal, by)
        raise type(refusal)(f"{str(refusal)[:-1]}, then ask anew: this refusal is on record.") from None
    residue = finish(house, stream, words=naming.telling(WORDS_MAX) if naming else ())
    return Forgotten(
        erasure=written, keys=len(plan.keys), positions=len(plan.positions), kept=plan.kept, residue=residue
    )


class _Executing:
    """One attempt after the other to record the authority for what is planned."""

    def __init__(self, house: House, written: str, stream: UUID, by: Actor, hands: Hands) -> None:
        self.house = house
        self.written = written
        self.stream = stream
        self.by = by
        self.hands = hands

    def attempt(self, customer: UUID | None) -> tuple[Plan, Naming | None]:
        """Plan, look for obstacles, copy what others share, and record. Raises PlanOutdated."""
        if customer is None:
            plan, naming = plan_disposal(self.house), None
            obstacles = erasure.Obstacles()
        else:
            plan, naming = plan_erasure(self.house, customer)
            obstacles = obstacles_to(self.house, plan)
        decide = partial(self._decide, obstacles)
        decide(plan, plan.positions)
        if naming is not None and reseal(self.house.archive, self.house.parts, plan, naming):
            raise execution.PlanOutdated
        stream = execution.Stream(self.stream, len(self.house.archive.stream(self.stream)))
        execution.authorise(self.house.parts, plan, stream, self.by, decide)
        return plan, naming

    def _decide(
        self, obstacles: erasure.Obstacles, plan: Plan, positions: Collection[int]
    ) -> Sequence[ErasureExecuted]:
        return erasure.execute(
            _state(self.house, self.stream),
            hands=self.hands,
            today=_today(self.house),
            obstacles=obstacles,
            keys=plan.keys,
            positions=positions,
        )


def plan_erasure(house: House, customer: UUID) -> tuple[Plan, Naming]:
    """Plan to forget a person as everything stands now; the naming tells what names them."""
    parts, learnt = house.parts, list[Naming]()

    with _whereabouts(house) as where:
        customers = where.person(customer)
        spared = _events_of_holds(house)

        def named_in(positions: Collection[int]) -> Collection[int]:
            learnt.append(Naming(_records(house, sorted(positions)), customers))
            return set(naming_events(parts, learnt[0], customers, where.position)) - spared

        plan = plan_person(parts, where, customer, named_in=named_in)
    return plan, learnt[0]


def plan_disposal(house: House) -> Plan:
    """Plan to destroy what is over: the words of each class past its limit, but for what a hold covers."""
    head = house.archive.head().size
    house.follower.catch_up()
    due = KeyCare(house.keyring).of_classes(due_months(house, _today(house)))
    plan = plan_keys(house.parts, due, head)
    spared = held_among(house, plan.words) | _events_of_holds(house)
    kept = {one.key for one in plan.words if one.position in spared}
    keys = {name: key for name, key in due.items() if name not in kept}
    words = tuple(one for one in plan.words if one.key in keys)
    return Plan(customers=frozenset(), at=head, keys=keys, words=words)


# -- finishing --


def finish(house: House, stream: UUID, words: Collection[str] = ()) -> tuple[str, ...]:
    """Do all that an authority asks for and that was not done yet, and give the receipt; return the residue.

    ``words`` would tell what is left; after a crash nobody knows them any more.
    """
    authority = execution.authorised(stream, house.archive.stream(stream))
    if authority is None:
        return ()
    if authority.receipted:
        _settled(house, stream)
        return ()
    house.follower.catch_up()
    _until_clean(house.views.scrub)
    gone = execution.destroy(house.parts, authority, ErasedRegister(house.settings.erased_register))
    for name in execution.empty(house.parts, authority):
        house.originals.shelf.remove(name)
    for scrub in (KeyCare(house.keyring).scrub, house.recorder.scrub, house.views.scrub):
        _until_clean(scrub)
    folder = house.settings.folder
    residue = (
        *left_in_views(house.views, authority.spans),
        *key_residue(folder, gone),
        *word_residue(folder, words, partial(is_in_views, house.views)),
    )
    receipt = ErasureReceipt(
        keys=len(authority.keys),
        positions=len(authority.positions),
        views=tuple(sorted(house.views.projections)),
        searched=("views", *(("keys",) if gone else ()), *(("words",) if words else ())),
        residue=residue,
    )
    execution.give_receipt(house.parts, authority, receipt)
    _settled(house, stream)
    return residue


def finish_erasures(house: House) -> None:
    """Finish every erasure that was executed and has no receipt, before anything is shown."""
    for name, value in house.recorder.facts().items():
        if name.startswith(_PENDING) and value == "pending":
            with erasures_excluded(house.recorder, house.settings.folder):
                finish(house, UUID(hex=name.removeprefix(_PENDING)))


def _settled(house: House, stream: UUID) -> None:
    house.recorder.record_fact(f"{_PENDING}{stream.hex}", "done")


def _until_clean(scrub: Callable[[], bool]) -> None:
    """Scrub again while a reader is in the way; what still is left then, the search for residue finds."""
    for _ in range(_SCRUBS):
        if scrub():
            return
        time.sleep(_SCRUB_PAUSE_SECONDS)


# -- looking up --


@contextmanager
def _whereabouts(house: House) -> Iterator[TiesWhereabouts]:
    """Give what the views know; the position is one that all of them have reached."""
    head = house.archive.head().size
    house.follower.catch_up(head)
    with house.views.reading(Ties) as (db, ties):
        yield TiesWhereabouts(db, ties, head)


def _records(house: House, positions: Sequence[int]) -> Iterator[Record]:
    page = 500
    for start in range(0, len(positions), page):
        for record in house.archive.read_at(positions[start : start + page]):
            if isinstance(record, Record):
                yield record


def _events_of_holds(house: House) -> set[int]:
    with house.views.reading(Holds) as (db, holds):
        return {hold.event for hold in holds.in_force(db)}


def _asked(house: House, written: str, stream: UUID) -> Record:
    records = house.archive.stream(stream)
    if not records or not isinstance(records[0].event, ErasureAsked):
        raise NotFound(f"There is no erasure {written}: ask for it with onrecord erase CUSTOMER --ground TEXT.")
    return records[0]


def _ground(asked: Record) -> str:
    assert isinstance(asked.event, ErasureAsked), "an erasure begins by being asked"
    return asked.event.ground


def _state(house: House, stream: UUID) -> Erasure | None:
    state: Erasure | None = None
    for record in house.archive.stream(stream):
        state = erasure.evolve(state, record.event)  # type: ignore[arg-type]  # the stream holds nothing else
    return state


def _refuse(house: House, written: str, refusal: Refused, by: Actor) -> None:
    ground = "legal-hold" if isinstance(refusal, LegalHoldInForce) else "retention-duty"
    decision = partial(erasure.refuse, ground=ground, reason=Personal(str(refusal)))
    house.archive.decide(("erasure", written), erasure.evolve, decision, by)
    _settled(house, house.archive.names.decided("erasure", written))


def _staff(house: House, by: Actor) -> UUID:
    return house.archive.names.tie("staff", by.login)


def _today(house: House) -> date:
    return house.world.clock().astimezone(house.settings.zone).date()
