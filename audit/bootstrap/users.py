"""Who is registered in a house, read from the log itself: no view may say who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.archive.users import UserSecrets
from audit.domain import directory
from audit.domain.directory import UserRegistered, UserRetired
from audit.domain.event import Damaged, Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from audit.bootstrap.house import House

_PAGE = 1_000


def role_of(house: House, login: str) -> str | None:
    """Return the role of a user as the log has it now; None for somebody unknown or retired."""
    user: directory.User | None = None
    for record in house.archive.stream(house.archive.names.decided("staff", login)):
        user = directory.evolve(user, record.event)  # type: ignore[arg-type]  # the stream holds nothing else
    return None if user is None or user.retired else user.role


def registered(house: House) -> list[dict[str, Any]]:
    """Return every user ever registered: login, name, role, whether retired, and whether they have a secret."""
    users: dict[UUID, dict[str, Any]] = {}
    secret = UserSecrets(house.keyring, house.world.random).having()
    for record in _records(house):
        staff = record.stamp.tie("staff")
        if isinstance(record.event, UserRegistered) and staff is not None:
            users[staff] = {
                "user": record.event.login.text,
                "name": record.event.name.text if record.event.name else None,
                "role": record.event.role,
                "retired": False,
                "secret": staff in secret,
            }
        elif isinstance(record.event, UserRetired) and staff in users:
            users[staff]["retired"] = True
    return list(users.values())


def _records(house: House) -> Iterator[Record]:
    topics, after = (UserRegistered.TOPIC, UserRetired.TOPIC), 0
    while page := [one.id for one in house.recorder.select_notifications(after + 1, _PAGE, topics=topics)]:
        yield from (one for one in house.archive.read_at(page) if not isinstance(one, Damaged))
        after = page[-1]
