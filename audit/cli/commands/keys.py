"""``onrecord keys``: the epochs under which all data keys are wrapped."""

from __future__ import annotations

from typing import Annotated

import typer

from audit.archive.erasure.keys import KeyCare
from audit.cli.session import Answer, Session
from audit.domain.custody import KeyEpochRetired
from audit.domain.errors import NotAllowed

Epoch = Annotated[int, typer.Argument(help="The number of an epoch.", min=1, show_default=False)]

_MAY = frozenset({"operator", "administrator"})


def rotate(session: Session) -> Answer:
    """Begin a new epoch: data keys made from now on are wrapped under a new key."""
    with session.house() as house:
        may_turn_keys(session.actor(house).role)
        number = KeyCare(house.keyring).begin_epoch()
    return Answer(facts={"epoch": number}, words=f"Epoch {number} has begun.")


def retire(session: Session, epoch: Epoch) -> Answer:
    """Wrap what an older epoch guards anew, and destroy its key: old backups of keys cannot be opened any more."""
    with session.house() as house:
        by = session.actor(house)
        may_turn_keys(by.role)
        moved = KeyCare(house.keyring).retire_epoch(epoch)
        house.archive.note(KeyEpochRetired(epoch=epoch), by)
    return Answer(facts={"epoch": epoch, "keys": moved}, words=f"Epoch {epoch} is retired; {moved} keys moved on.")


def show(session: Session) -> Answer:
    """List the epochs, and how many keys each guards."""
    with session.house() as house:
        session.actor(house)
        found = KeyCare(house.keyring).epochs()
    epochs = [{"epoch": number, "living": living, "keys": keys} for number, living, keys in found]
    lines = [f"{number}: {keys} keys{'' if living else ', retired'}" for number, living, keys in found]
    return Answer(facts={"epochs": epochs}, words="\n".join(lines))


def may_turn_keys(role: str) -> None:
    """Raise NotAllowed for a role that has nothing to do with keys."""
    if role not in _MAY:
        raise NotAllowed(f"A {role} does not turn keys: ask the operator.")
