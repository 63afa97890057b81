"""The directory: staff and users behind the pseudonymous ids that events carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from audit.domain.errors import Refused
from audit.domain.event import Event, Personal
from audit.domain.witnessed import Witnessed


@dataclass(frozen=True, kw_only=True)
class StaffSeen(Witnessed):
    """A source names somebody of the company; who it is stands in the tie ``staff``."""

    TOPIC = "staff.seen"
    name: Personal


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    TOPIC = "user.registered"
    login: Personal
    role: str
    name: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class UserRetired(Event):
    TOPIC = "user.retired"
    reason: Personal | None = None


@dataclass(frozen=True, kw_only=True)
class UserSecretSet(Event):
    """A new secret was made for the user; what it is stands nowhere."""

    TOPIC = "user.secret-set"


@dataclass(frozen=True, kw_only=True)
class UserKeyMade(Event):
    """Programs may act for the user with this key, within its scopes, until then; what the key is stands nowhere."""

    TOPIC = "user.key-made"
    key: str
    scopes: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class UserKeyEnded(Event):
    TOPIC = "user.key-ended"
    key: str


ROLES = (
    "operator",
    "customer",
    "representative",
    "agent",
    "technician",
    "supervisor",
    "compliance officer",
    "data protection officer",
    "auditor",
    "administrator",
    "service",
)
"""What a user may be. The operator, registered when the archive is made, may do all but a second person's part."""

SCOPES: Final = ("read", "items", "search", "verify")
"""What a key may be for: reading records, bringing in items, searching, and checking the log."""


@dataclass(frozen=True)
class User:
    """What decisions about a user need; ``keys`` are those made for programs and not ended."""

    role: str
    retired: bool = False
    keys: frozenset[str] = frozenset()


UserEvent = UserRegistered | UserRetired | UserSecretSet | UserKeyMade | UserKeyEnded


class UserKnownAlready(Refused):
    """A login belongs to one person for ever."""


class RoleUnknown(Refused):
    """There are no other roles than those of the house."""


class UserNotActive(Refused):
    """Only who is registered and not retired can be given a secret, or be retired."""


class ScopeUnknown(Refused):
    """A key is for something, and for nothing else."""


class KeyNotOpen(Refused):
    """A key is ended once."""


def evolve(user: User | None, event: UserEvent) -> User:
    """Return the user as they stand after the event."""
    match event:
        case UserRegistered(role=role):
            return User(role)
        case UserRetired():
            assert user is not None, "a user is registered before they retire"
            return replace(user, retired=True)
        case UserSecretSet():
            assert user is not None, "a user is registered before they have a secret"
            return user
        case UserKeyMade(key=key):
            assert user is not None, "a user is registered before they have a key"
            return replace(user, keys=user.keys | {key})
        case UserKeyEnded(key=key):
            assert user is not None, "a key is made before it is ended"
            return replace(user, keys=user.keys - {key})
        case _:
            assert_never(event)


def register(user: User | None, *, login: str, role: str, name: str | None = None) -> UserRegistered:
    """Make somebody a user in a role."""
    if user is not None:
        raise UserKnownAlready(f"{login} is registered already: choose another login.")
    if role not in ROLES:
        raise RoleUnknown(f"There is no role {role!r}: choose one of {', '.join(ROLES)}.")
    return UserRegistered(login=Personal(login), role=role, name=Personal(name) if name else None)


def set_secret(user: User | None) -> UserSecretSet:
    """Record that a user was given a secret."""
    if user is None or user.retired:
        raise UserNotActive("There is no such active user: look at onrecord users list.")
    return UserSecretSet()


def make_key(user: User | None, *, key: str, scopes: tuple[str, ...], until: datetime) -> UserKeyMade:
    """Record that programs may act for a user with a new key."""
    if user is None or user.retired:
        raise UserNotActive("There is no such active user: look at onrecord users list.")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ScopeUnknown(f"A key is for one or more of {', '.join(SCOPES)}: choose among them.")
    return UserKeyMade(key=key, scopes=tuple(one for one in SCOPES if one in scopes), until=until)


def end_key(user: User | None, *, key: str) -> UserKeyEnded:
    """Record that a key is worth nothing any more."""
    if user is None or key not in user.keys:
        raise KeyNotOpen("This key was ended before, or never made: there is nothing to do.")
    return UserKeyEnded(key=key)


def retire(user: User | None, *, reason: str | None = None) -> UserRetired:
    """End what somebody may do; what they did stays on record under their name."""
    if user is None or user.retired:
        raise UserNotActive("There is no such active user: look at onrecord users list.")
    return UserRetired(reason=Personal(reason) if reason else None)
