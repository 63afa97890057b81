"""``onrecord users``: who may act in this archive."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from audit.archive.users import UserSecrets
from audit.bootstrap.users import registered
from audit.cli.looking import purpose
from audit.cli.session import Answer, Session
from audit.domain import directory
from audit.domain.access import RecordViewed
from audit.domain.errors import NotAllowed

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.domain.actor import Actor

User = Annotated[str, typer.Argument(help="The login of a user.", show_default=False)]
Role = Annotated[str, typer.Option("--role", help=f"One of: {', '.join(directory.ROLES)}.")]
Name = Annotated[str | None, typer.Option("--name", help="What they are called.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; kept with the event.")]

_MAY_REGISTER = frozenset({"operator", "administrator"})


def add(session: Session, user: User, role: Role, name: Name = None) -> Answer:
    """Register somebody in a role, and print their secret: it is shown this once."""
    with session.house() as house:
        by = _registrar(session, house)
        decision = partial(directory.register, login=user, role=role.replace("-", " "), name=name)
        house.archive.decide(("staff", user), directory.evolve, decision, by)
        secret = _secrets(house).renew(house.archive.names.tie("staff", user))
    facts = {"user": user, "role": role.replace("-", " "), "secret": secret}
    return Answer(facts=facts, words=f"{user} is registered. Their secret, shown this once: {secret}")


def renew(session: Session, user: User) -> Answer:
    """Give somebody a new secret in place of the old one, and print it: it is shown this once."""
    with session.house() as house:
        by = session.actor(house)
        if user != by.login and by.role not in _MAY_REGISTER:
            raise NotAllowed(f"A {by.role} renews no other's secret: ask the operator, or renew your own.")
        house.archive.decide(("staff", user), directory.evolve, directory.set_secret, by)
        secret = _secrets(house).renew(house.archive.names.tie("staff", user))
    return Answer(facts={"user": user, "secret": secret}, words=f"The new secret of {user}, shown this once: {secret}")


def retire(session: Session, user: User, reason: Reason = None) -> Answer:
    """End what somebody may do; what they did stays on record under their name."""
    with session.house() as house:
        by = _registrar(session, house)
        decision = partial(directory.retire, reason=reason)
        house.archive.decide(("staff", user), directory.evolve, decision, by)
        _secrets(house).remove(house.archive.names.tie("staff", user))
    return Answer(facts={"user": user}, words=f"{user} is retired.")


def show(session: Session) -> Answer:
    """List the users, their roles, and whether they have a secret."""
    with session.house() as house:
        by = session.actor(house)
        position = house.archive.head().size
        users = registered(house)
        viewed = RecordViewed(what="users", count=len(users), position=position, why=purpose(by))
        house.archive.note(viewed, by)
    lines = [f"{one['user'] or '[erased]'}  {one['role']}{'  retired' if one['retired'] else ''}" for one in users]
    return Answer(facts={"position": position, "users": users}, words="\n".join(lines))


def _registrar(session: Session, house: House) -> Actor:
    by = session.actor(house)
    if by.role not in _MAY_REGISTER:
        raise NotAllowed(f"A {by.role} registers and retires nobody: ask the operator.")
    return by


def _secrets(house: House) -> UserSecrets:
    return UserSecrets(house.keyring, house.world.random)
