"""Keys for programs: who makes and ends them, and that it is on record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from audit.archive.accounts.api_keys import ApiKeys
from audit.domain import directory
from audit.domain.errors import NotAllowed, NotFound, WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.archive.accounts.api_keys import ApiKey
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

MAKERS: Final = frozenset({"operator", "administrator"})
DAYS: Final = 365
_PURPOSE_LONGEST: Final = 200


def keys_of(house: House) -> ApiKeys:
    """Return what keeps the keys of this house."""
    return ApiKeys(house.keyring, random=house.world.random, clock=house.world.clock)


def make_key(house: House, by: Actor, login: str, *, purpose: str, scopes: Sequence[str], days: int = DAYS) -> str:
    """Let programs act for a user, and return the key: it is shown this once. Recorded before it is worth anything."""
    _must_make(by)
    if not purpose.strip() or len(purpose) > _PURPOSE_LONGEST:
        raise WrongUse(f"Say in 1 to {_PURPOSE_LONGEST} characters what the key is for.")
    keys = keys_of(house)
    key, until = keys.new_id(), keys.until(days)
    decision = partial(directory.make_key, key=key, scopes=tuple(scopes), until=until)
    house.archive.decide(("staff", login), directory.evolve, decision, by)
    of = (house.archive.names.tie("staff", login), login)
    known = [one for one in directory.SCOPES if one in scopes]
    return keys.make(key, of=of, purpose=purpose.strip(), scopes=known, until=until)


def end_key(house: House, by: Actor, key: str) -> ApiKey:
    """End a key, now. Raises NotFound for one that was never made here."""
    _must_make(by)
    keys = keys_of(house)
    known = keys.get(key)
    if known is None:
        raise NotFound(f"There is no key {key}: look at onrecord users keys.")
    # Worth nothing first, on record then: cut short between the two, it can be ended again.
    keys.end(key)
    house.archive.decide(("staff", known.login), directory.evolve, partial(directory.end_key, key=key), by)
    return known


def _must_make(by: Actor) -> None:
    if by.role not in MAKERS:
        raise NotAllowed(f"A {by.role} makes no keys for programs: ask an administrator.")
