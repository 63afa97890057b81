"""Given these events, when this is decided, then that happened, or the rule refused it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.domain.errors import AuditError
from audit.domain.event import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ONE_SENTENCE = re.compile(r"\S[^\n]*\.")


@dataclass(frozen=True)
class Given:
    state: Any

    def when(self, decision: Callable[..., Event | tuple[Event, ...]], **details: Any) -> Outcome:
        try:
            made = decision(self.state, **details)
        except AuditError as refusal:
            return Outcome(refusal=refusal)
        return Outcome(events=made if isinstance(made, tuple) else (made,))


@dataclass(frozen=True)
class Outcome:
    events: tuple[Event, ...] = ()
    refusal: AuditError | None = None

    def then(self, *expected: Event) -> None:
        assert self.refusal is None, f"refused: {self.refusal}"
        assert self.events == expected

    def then_refused(self, rule: type[AuditError]) -> None:
        assert type(self.refusal) is rule, f"not refused by {rule.__name__}: {self.refusal!r}, {self.events}"
        assert _ONE_SENTENCE.fullmatch(str(self.refusal)), "a refusal says in one sentence what to do"


def given(evolve: Callable[[Any, Any], Any], events: Sequence[Event]) -> Given:
    state = None
    for event in events:
        state = evolve(state, event)
    return Given(state)
