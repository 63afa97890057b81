"""Who may do what in a request for a record; whoever is turned away is on record."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from audit.domain.access import AccessRefused
from audit.domain.actor import HOUSE
from audit.domain.errors import AuditError, NotAllowed, NotFound, Refused
from audit.domain.event import Personal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

_BACK: Final = frozenset({"operator", "supervisor", "compliance officer", "data protection officer"})
_FRONT: Final = _BACK | {"agent"}
_READERS: Final = frozenset({"supervisor", "compliance officer", "data protection officer"})
_RELEASING: Final = frozenset({"supervisor"})
RIGHTS: Final[Mapping[str, frozenset[str]]] = {
    "ask": _FRONT,
    "acknowledge": _FRONT,
    "dispute": _FRONT,
    "review": _FRONT,
    "transcript": _FRONT,
    "transcript-elsewhere": _READERS,
    "outbox": _FRONT | {HOUSE.role},
    "settle": _BACK,
    "verify": _BACK,
    "extend": _BACK,
    "compile": _BACK,
    "withhold": _BACK,
    "restore": _BACK,
    "refuse": _BACK,
    "check": _READERS,
    "approve": _RELEASING,
    "release": _RELEASING,
}
"""Who may take each step. The operator may do all but a second person's part; an agent hands out nothing."""
SECOND_PERSONS_PARTS: Final = frozenset({"check", "approve", "release", "transcript-elsewhere"})
"""Steps for which somebody proves who they are, whoever sits at the machine."""
_SEAM: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def must_be_allowed(by: Actor, step: str) -> None:
    """Raise NotAllowed unless somebody's role may take this step."""
    if by.role not in RIGHTS[step]:
        named = ", ".join(sorted(RIGHTS[step]))
        raise NotAllowed(f"A {by.role} may not do this ({step}): ask one of {named}.")


@contextmanager
def attempt(house: House, by: Actor, what: str, ties: Sequence[tuple[str, str]] = ()) -> Iterator[None]:
    """Let something be tried; where it is refused, who tried what and which rule forbade it is recorded."""
    try:
        yield
    except (Refused, NotAllowed, NotFound) as refusal:
        record_refusal(house, by, what, refusal, ties)
        raise


def record_refusal(
    house: House, by: Actor, what: str, refusal: AuditError, ties: Sequence[tuple[str, str | UUID]] = ()
) -> None:
    """Append that somebody was turned away."""
    reason = _SEAM.sub("-", type(refusal).__name__).lower()
    refused = AccessRefused(what=what, reason=reason, why=Personal(by.why) if by.why else None)
    house.archive.note(refused, by, ties=ties)
    if isinstance(refusal, NotAllowed):
        refusal.on_record = True
