"""A representation: that one person may act for another, in a scope, until a day or until revoked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, assert_never

from audit.domain.customer import RepresentativeAuthorised, RepresentativeRevoked
from audit.domain.errors import NotFound, Refused
from audit.domain.wording import require_code

if TYPE_CHECKING:
    from audit.domain.event import Personal

RepresentationEvent: TypeAlias = RepresentativeAuthorised | RepresentativeRevoked


class RepresentsThemselves(Refused):
    """Everybody may act for themselves already."""


class AlreadyAuthorised(Refused):
    """The same authority is given once."""


class AuthorityOverAlready(Refused):
    """An authority reaches into the future."""


class AuthorityNotInForce(Refused):
    """Only an authority in force can be revoked."""


@dataclass(frozen=True)
class Representation:
    scope: str
    until: date | None = None
    revoked: bool = False

    def in_force(self, today: date) -> bool:
        """Say whether the representative may act on that day."""
        return not self.revoked and (self.until is None or today <= self.until)


def subject(*, representative: str, customer: str) -> tuple[str, str]:
    """Return what names the decided stream: one for each pair, so that their authority has one history."""
    if representative == customer:
        raise RepresentsThemselves("Nobody represents themselves: name the other person.")
    return "representation", json.dumps([representative, customer], ensure_ascii=False, separators=(",", ":"))


def evolve(representation: Representation | None, event: RepresentationEvent) -> Representation:
    """Return the representation as it stands after the event. Decides nothing."""
    match event:
        case RepresentativeAuthorised(scope=scope, until=until):
            return Representation(scope, until)
        case RepresentativeRevoked():
            assert representation is not None, "a representation begins by being authorised"
            return replace(representation, revoked=True)
        case _:
            assert_never(event)


def authorise(
    representation: Representation | None,
    *,
    today: date,
    scope: str,
    until: date | None = None,
    evidence: Personal | None = None,
) -> RepresentativeAuthorised:
    """Let the representative act in this scope from now on; another scope or day replaces the older one."""
    require_code(scope, "the scope")
    if until is not None and until < today:
        raise AuthorityOverAlready(f"{until} is past: give a later day, or none.")
    if representation == Representation(scope, until):
        raise AlreadyAuthorised("They may act in this scope already: there is nothing more to do.")
    return RepresentativeAuthorised(scope=scope, evidence=evidence, until=until)


def revoke(
    representation: Representation | None, *, today: date, reason: Personal | None = None
) -> RepresentativeRevoked:
    """Take the authority back."""
    if representation is None:
        raise NotFound("Nobody gave them this authority: look at the customer's representatives.")
    if not representation.in_force(today):
        raise AuthorityNotInForce("This authority is over already: there is nothing more to do.")
    return RepresentativeRevoked(reason=reason)
