"""Erasing in a house: ask, make sure who asks, refuse or execute, and finish what was cut short."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from audit.archive.backup.exclusion import erasures_excluded
from audit.archive.erasure import execution
from audit.archive.erasure.keys import KeyCare
from audit.archive.erasure.register import ErasedRegister
from audit.archive.erasure.resealing import Stretch, reseal, reseal_without
from audit.archive.erasure.residue import WORDS_MAX, key_residue, word_residue
from audit.bootstrap.erasing_plans import (
    plan_cut,
    plan_disposal,
    plan_erasure,
    records_at,
    telling,
    whereabouts,
    without_duties,
    words_of,
)
from audit.bootstrap.obstacles import obstacles_to
from audit.domain import erasure
from audit.domain.custody import ErasureAsked, ErasureNarrowed, ErasureReceipt, SpanErasureAsked
from audit.domain.erasure import (
    LIMIT,
    STATED,
    VOUCHED,
    Erasure,
    Hands,
    LegalHoldInForce,
    Obstacles,
    RetentionDutyRunning,
)
from audit.domain.errors import NotFound, Refused
from audit.domain.event import Personal
from audit.projections.left_over import is_in_views, left_in_views
from audit.projections.made_anew import sweep
from audit.projections.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from audit.archive.erasure.plan import Plan
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.domain.custody import ErasureExecuted
    from audit.domain.event import Event, Record

_PENDING: Final = "erasing:"
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE_LENGTH_MAX: Final = 60
_ATTEMPTS: Final = 20
_SCRUBS: Final = 50
_SCRUB_PAUSE_SECONDS: Final = 0.1
_ID_BYTES: Final = 6
_TELLING: Final = 6
_CANDIDATES: Final = 4 * WORDS_MAX


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What an erasure destroyed.

    ``named_elsewhere`` events name the person but hold the words of others; ``narrowed`` says what a duty keeps.
    """

    erasure: str
    keys: int
    positions: int
    named_elsewhere: int
    residue: tuple[str, ...]
    narrowed: ErasureNarrowed | None = None


class NothingDue(Refused):
    """Nothing has come to the end of its time."""


# -- asking --


def ask(house: House, customer: str, ground: str, by: Actor, *, identified: str | None = VOUCHED) -> str:
    """Record that a customer is to be forgotten; return the erasure's id. Raises NotFound for an unknown one.

    ``identified`` says how it is known who asks, as a code or in words; None is not yet.
    """
    house.follower.catch_up()
    with whereabouts(house) as where:
        if not where.closure(house.archive.names.tie("customer", customer)):
            raise NotFound(f"There is no customer {customer}: find the id with onrecord customers.")
    code, reason = _coded(ground)
    decision = partial(erasure.ask, ground=code, reason=reason)
    return _ask(house, by, [decision, *_known(identified)], [("customer", customer)])


def ask_cut(house: House, stretch: Stretch, ground: str, by: Actor, *, identified: str | None = VOUCHED) -> str:
    """Record that a stretch of somebody's words is to go, because it is about a third person; return its id."""
    code, reason = _coded(ground)
    length = len(words_of(house, stretch))
    (record,) = records_at(house, [stretch.position])
    span = SpanErasureAsked(
        position=stretch.position, part=stretch.part, start=stretch.start, end=stretch.end, ground=code, reason=reason
    )
    decision = partial(erasure.ask_span, span=span, length=length)
    return _ask(house, by, [decision, *_known(identified)], [("of", record.stream)])


def ask_disposal(house: House, by: Actor) -> tuple[str, Plan]:
    """Record that what is over is to go; return the erasure's id and what would go now. Raises NothingDue."""
    plan = plan_disposal(house, house.today())
    if not plan.keys:
        raise NothingDue("Nothing has come to the end of its time: see onrecord retention list.")
    return _ask(house, by, [partial(erasure.ask, ground=LIMIT)], []), plan


def identify(house: House, written: str, how: str, by: Actor) -> None:
    """Record how it was made sure who asks, as a code or in words."""
    (decision,) = _known(how)
    _asked(house, written, house.archive.names.decided("erasure", written))
    house.archive.decide(("erasure", written), erasure.evolve, decision, by, ties=_ties(house, written))


def refuse(house: House, written: str, ground: str, by: Actor) -> str:
    """Record that somebody is not forgotten, and the ground; return its code."""
    _asked(house, written, house.archive.names.decided("erasure", written))
    code, words = _coded(ground)
    decision = partial(erasure.refuse, ground=code, reason=words or Personal(ground))
    house.archive.decide(("erasure", written), erasure.evolve, decision, by, ties=_ties(house, written))
    return code


def _ask(
    house: House,
    by: Actor,
    decisions: Sequence[Callable[[Erasure | None], Event]],
    ties: Sequence[tuple[str, str | UUID]],
) -> str:
    written = house.world.random(_ID_BYTES).hex()

    def decide(state: Erasure | None) -> list[Event]:
        made: list[Event] = []
        for decision in decisions:
            made.append(decision(state))
            state = erasure.evolve(state, made[-1])  # type: ignore[arg-type]  # these decisions return nothing else
        return made

    house.archive.decide(("erasure", written), erasure.evolve, decide, by, ties=ties)
    return written


def _known(identified: str | None) -> list[Callable[[Erasure | None], Event]]:
    if identified is None:
        return []
    code, statement = _coded(identified)
    return [partial(erasure.identify, how=code, statement=statement)]


def _coded(text: str) -> tuple[str, Personal | None]:
    """Return a code as it is; free words stand sealed behind the code ``stated``."""
    is_code = len(text) <= _CODE_LENGTH_MAX and _CODE.fullmatch(text) is not None
    return (text, None) if is_code else (STATED, Personal(text))


# -- executing --


def execute(house: House, written: str, by: Actor, *, only: str | None = None, partly: bool = False) -> Forgotten:
    """Execute what somebody else asked for.

    Raises LegalHoldInForce or RetentionDutyRunning, after recording the refusal, while one of them stands in the way.
    ``only`` is the ground it must have been asked on. With ``partly``, what a duty keeps stays and the rest goes.
    Waits for a backup that is being made.
    """
    with erasures_excluded(house.recorder, house.settings.folder):
        return _execute(_Executing(house, written, by, partly=partly), only)


def _execute(executing: _Executing, only: str | None) -> Forgotten:
    house, ground = executing.house, executing.ground
    if (only or ground) != ground or (only is None and ground == LIMIT):
        raise Refused("This was asked with the other command: onrecord erase for a person, onrecord dispose for time.")
    # Before anything is looked up: who may not decide, or comes too late, learns it at once.
    executing.decided(Obstacles(), (), ())
    house.recorder.record_fact(f"{_PENDING}{executing.stream.hex}", "pending")
    try:
        planned = execution.retried(executing.attempt, _ATTEMPTS)
    except execution.PlanOutdated:
        raise Refused("Events about this person come in all the time: execute again when it is quieter.") from None
    except (LegalHoldInForce, RetentionDutyRunning) as refusal:
        executing.refuse(refusal)
        remedy = _PARTLY if executing.may_be_partial(refusal) else ", then ask anew: this refusal is on record."
        raise type(refusal)(f"{str(refusal)[:-1]}{remedy}") from None
    residue = finish(house, executing.stream, words=planned.words)
    return Forgotten(
        erasure=executing.written,
        keys=len(planned.plan.keys),
        positions=len(planned.plan.positions),
        named_elsewhere=planned.plan.kept,
        residue=residue,
        narrowed=planned.obstacles.narrowed,
    )


_PARTLY: Final = (
    ", or erase the rest now with --execute ID --partial; for either ask anew, because this refusal is on record."
)


class _Planned(NamedTuple):
    """What one attempt means to do; ``copied`` stores what others keep, ``words`` would tell residue."""

    plan: Plan
    obstacles: Obstacles
    copied: Callable[[], int]
    words: Collection[str]


class _Executing:
    """One attempt after the other to record the authority for what is planned."""

    def __init__(self, house: House, written: str, by: Actor, *, partly: bool) -> None:
        self.house = house
        self.written = written
        self.stream = house.archive.names.decided("erasure", written)
        self.asked = _asked(house, written, self.stream)
        self.ground = _ground(self.asked)
        self._by = by
        self._hands = Hands(asked=self.asked.stamp.actor, executes=house.archive.names.tie("staff", by.login))
        self._partly = partly

    def attempt(self) -> _Planned:
        """Plan, look for obstacles, copy what others share, and record. Raises PlanOutdated."""
        planned = self._planned()
        decide = partial(self._decide, planned.obstacles)
        decide(planned.plan, planned.plan.positions)
        if planned.copied():
            raise execution.PlanOutdated
        stream = execution.Stream(self.stream, len(self.house.archive.stream(self.stream)))
        execution.authorise(self.house.parts, planned.plan, stream, self._by, decide)
        return planned

    def refuse(self, refusal: Refused) -> None:
        """Record that it was refused, and that nothing is pending."""
        ground = "legal-hold" if isinstance(refusal, LegalHoldInForce) else "retention-duty"
        decision = partial(erasure.refuse, ground=ground, reason=Personal(str(refusal)))
        self.house.archive.decide(("erasure", self.written), erasure.evolve, decision, self._by)
        _settled(self.house, self.stream)

    def may_be_partial(self, refusal: Refused) -> bool:
        """Say whether the rest could go although this stands in the way."""
        is_duty = isinstance(refusal, RetentionDutyRunning) and not self._partly
        return is_duty and self.asked.stamp.tie("customer") is not None

    def decided(
        self, obstacles: Obstacles, keys: Collection[str], positions: Collection[int]
    ) -> Sequence[ErasureNarrowed | ErasureExecuted]:
        """Return the authority, as the domain decides it."""
        return erasure.execute(
            _state(self.house, self.stream),
            hands=self._hands,
            today=self.house.today(),
            obstacles=obstacles,
            keys=keys,
            positions=positions,
        )

    def _decide(
        self, obstacles: Obstacles, plan: Plan, positions: Collection[int]
    ) -> Sequence[ErasureNarrowed | ErasureExecuted]:
        return self.decided(obstacles, plan.keys, positions)

    def _planned(self) -> _Planned:
        customer = self.asked.stamp.tie("customer")
        if isinstance(self.asked.event, SpanErasureAsked):
            return self._planned_cut(self.asked.event)
        if customer is not None:
            return self._planned_person(customer)
        return _Planned(plan_disposal(self.house, self.house.today()), Obstacles(), lambda: 0, ())

    def _planned_person(self, customer: UUID) -> _Planned:
        house, today = self.house, self.house.today()
        plan, naming = plan_erasure(house, customer)
        obstacles, still = obstacles_to(house, plan, today), frozenset[str]()
        narrowed = without_duties(house, plan, today) if self._partly else None
        if narrowed is not None:
            plan, still = narrowed.plan, narrowed.still_said
            obstacles = Obstacles(holds=obstacles.holds, narrowed=narrowed.kept)
        copied = partial(reseal, house.archive, house.parts, plan, naming)
        return _Planned(plan, obstacles, copied, telling(naming.telling(_CANDIDATES), still))

    def _planned_cut(self, asked: SpanErasureAsked) -> _Planned:
        house = self.house
        stretch = Stretch(asked.position, asked.part, asked.start, asked.end)
        plan, words = plan_cut(house, stretch), words_of(house, stretch)[asked.start : asked.end].strip()
        with house.views.reading(Ties) as (db, ties):
            tied = tuple(ties.of(db, asked.position))
        copied = partial(reseal_without, house.archive, house.parts, plan, stretch, tied)
        sought = (words,) if len(words) >= _TELLING else ()
        return _Planned(plan, obstacles_to(house, plan, house.today()), copied, sought)


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
    for scrub in (KeyCare(house.keyring).scrub, house.views.scrub):
        _until_clean(scrub)
    clean = _until_clean(house.recorder.scrub, 1 if house.settings.database_url else _SCRUBS)
    folder = house.settings.folder
    sweep(folder)
    residue = (
        *(() if clean or house.settings.database_url is None else (_unvacuumed(house),)),
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
        kept=authority.kept,
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


def _until_clean(scrub: Callable[[], bool], times: int = _SCRUBS) -> bool:
    """Scrub again while a reader is in the way; what still is left then, the search for residue finds."""
    for attempt in range(times):
        if scrub():
            return True
        if attempt < times - 1:
            time.sleep(_SCRUB_PAUSE_SECONDS)
    return False


def _unvacuumed(house: House) -> str:
    """Name the place where the server keeps old rows that this role may not clear away."""
    return f"the table events (its owner clears it: VACUUM {house.settings.schema}.events)"


# -- looking up --


def _asked(house: House, written: str, stream: UUID) -> Record:
    records = house.archive.stream(stream)
    if not records or not isinstance(records[0].event, ErasureAsked | SpanErasureAsked):
        raise NotFound(f"There is no erasure {written}: ask for it with onrecord erase CUSTOMER --ground TEXT.")
    return records[0]


def _ground(asked: Record) -> str:
    assert isinstance(asked.event, ErasureAsked | SpanErasureAsked), "an erasure begins by being asked"
    return asked.event.ground


def _ties(house: House, written: str) -> list[tuple[str, UUID]]:
    """Return what an erasure was asked about, for what is decided of it: it goes with the person."""
    asked = _asked(house, written, house.archive.names.decided("erasure", written))
    return [(kind, tied) for kind, tied in asked.stamp.ties if kind != "erasure"]


def _state(house: House, stream: UUID) -> Erasure | None:
    state: Erasure | None = None
    for record in house.archive.stream(stream):
        state = erasure.evolve(state, record.event)  # type: ignore[arg-type]  # the stream holds nothing else
    return state
