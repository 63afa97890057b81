"""Whatever is decided in whatever order, what was allowed can be folded, and the rules hold for the whole course."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain import erasure, promise, request_course, request_release
from audit.domain.custody import ErasureExecuted, ErasureReceipt, ErasureRefused
from audit.domain.errors import AuditError
from audit.domain.event import Event, Personal
from audit.domain.promise import PromiseBroken, PromiseDisputed, PromiseKept, PromiseMade, PromiseWithdrawn
from audit.domain.record_request import (
    ItemWithheld,
    RecordApproved,
    RecordCompiled,
    RecordDelivered,
    RecordRequested,
    RequestAcknowledged,
    RequesterVerified,
    RequestEscalated,
    RequestExtended,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS = Personal("words")
DAY = date(2026, 1, 31)

days = st.integers(0, 120).map(lambda days: DAY + timedelta(days=days))
digests = st.sampled_from(["d1", "d2"])

on_a_promise: st.SearchStrategy[Any] = st.one_of(
    st.just(
        partial(
            promise.suggest,
            found=promise.PromiseSuggested(line=WORDS, commit="c", start=0, end=5, position=1, who="agent"),
        )
    ),
    days.map(lambda due: partial(promise.confirm, made=PromiseMade(wording=WORDS, due=due))),
    st.just(partial(promise.dismiss, reason="courtesy")),
    days.map(lambda due: partial(promise.extend, due=due)),
    st.just(partial(promise.keep, position=2)),
    days.map(lambda today: partial(promise.fail, today=today)),
    st.just(partial(promise.withdraw, reason=WORDS)),
    st.just(partial(promise.dispute, words=WORDS)),
)
on_a_request: st.SearchStrategy[Any] = st.one_of(
    st.just(partial(request_course.ask, asked=RecordRequested(scope="all"))),
    st.just(partial(request_course.acknowledge, received=DAY)),
    st.just(partial(request_course.verify_requester, how="card")),
    st.builds(lambda today, due: partial(request_course.extend, today=today, due=due, reason=WORDS), days, days),
    st.just(partial(request_release.withhold, item=ItemWithheld(position=1, reason="third-person"))),
    digests.map(
        lambda digest: partial(
            request_release.compile_record, compiled=RecordCompiled(digest=digest, count=1, withheld=0, position=1)
        )
    ),
    digests.map(lambda digest: partial(request_release.approve, digest=digest)),
    digests.map(lambda digest: partial(request_release.deliver, delivered=RecordDelivered(digest=digest, how="post"))),
    st.just(partial(request_course.refuse, ground="excessive", reason=WORDS)),
    st.just(partial(request_course.ask_internal_review, reason=WORDS)),
)
on_an_erasure: st.SearchStrategy[Any] = st.one_of(
    st.just(partial(erasure.ask, ground="asked")),
    st.just(partial(erasure.refuse, ground="duty", reason=WORDS)),
    st.builds(
        lambda asked, executes, holds: partial(
            erasure.execute,
            hands=erasure.Hands(asked=UUID(int=asked), executes=UUID(int=executes)),
            today=DAY,
            obstacles=erasure.Obstacles(holds=holds),
            keys=["k"],
            positions=[1],
        ),
        st.integers(1, 2),
        st.integers(1, 2),
        st.integers(0, 1),
    ),
    st.just(partial(erasure.give_receipt, receipt=ErasureReceipt(keys=1, positions=1))),
)


def run(evolve: Callable[[Any, Any], Any], decisions: Sequence[Any]) -> list[Event]:
    """Take each decision on what happened so far, and pass over those a rule refuses."""
    state, history = None, []
    for decide in decisions:
        try:
            made = decide(state)
        except AuditError:
            continue
        for event in made if isinstance(made, tuple) else (made,):
            state = evolve(state, event)
            history.append(event)
    return history


@settings(max_examples=200, deadline=None)
@given(st.lists(on_a_promise, max_size=14))
def test_a_promise_ends_once_for_each_time_it_was_opened(decisions: list[Any]) -> None:
    history = run(promise.evolve, decisions)
    ends = (PromiseKept, PromiseBroken, PromiseWithdrawn)
    for place, event in enumerate(history):
        if isinstance(event, ends):
            before = history[:place]
            assert any(isinstance(earlier, PromiseMade) for earlier in before)
            since = max((n for n, earlier in enumerate(before) if isinstance(earlier, ends)), default=None)
            assert since is None or any(isinstance(later, PromiseDisputed) for later in before[since:])


@settings(max_examples=300, deadline=None)
@given(st.lists(on_a_request, max_size=20))
def test_nothing_leaves_the_house_but_the_newest_approved_record_for_a_verified_requester(decisions: list[Any]) -> None:
    history = run(request_course.evolve, decisions)
    for place, event in enumerate(history):
        before = history[:place]
        if isinstance(event, RecordDelivered):
            made = [one for one in before if isinstance(one, RecordCompiled | ItemWithheld)]
            assert isinstance(made[-1], RecordCompiled)
            assert made[-1].digest == event.digest
            assert RecordApproved(digest=event.digest) in before[before.index(made[-1]) :]
            assert any(isinstance(one, RequesterVerified) for one in before)
        if isinstance(event, RequestAcknowledged):
            assert isinstance(history[place + 1], RequestEscalated)
        if isinstance(event, RequestExtended):
            assert event.due <= date(2026, 4, 30)
    assert sum(isinstance(event, RequestExtended) for event in history) <= 1


@settings(deadline=None)
@given(st.lists(on_an_erasure, max_size=12))
def test_an_erasure_is_refused_or_executed_once(decisions: list[Any]) -> None:
    history = run(erasure.evolve, decisions)
    assert sum(isinstance(event, ErasureRefused | ErasureExecuted) for event in history) <= 1
    assert sum(isinstance(event, ErasureReceipt) for event in history) <= 1
