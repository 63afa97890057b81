"""Who is registered in a house, read from the log itself: no view may say who acts."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from audit.archive.users import UserSecrets
from audit.domain import directory
from audit.domain.directory import UserRegistered, UserRetired
from audit.domain.event import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from audit.bootstrap.house import House

_PAGE: Final = 1_000
_TOPICS: Final = (UserRegistered.TOPIC, UserRetired.TOPIC)


def role_of(house: House, login: str) -> str | None:
    """Return the role of a user as the log has it now; None for somebody unknown or retired."""
    user: directory.User | None = None
    for record in house.archive.stream(house.archive.names.decided("staff", login)):
        user = directory.evolve(user, record.event)  # type: ignore[arg-type]  # the stream holds nothing else
    return None if user is None or user.retired else user.role


class Register:
    """Where in the log users are registered and retired: looked for once, and then only in what came since."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._read = 0
        self._positions: list[int] = []
        self._lock = Lock()

    def records(self) -> Iterator[Record]:
        """Yield these events as they are now: what they say is never kept."""
        with self._lock:
            head = self._house.archive.head().size
            self._positions += self._house.archive.positions_of(_TOPICS, self._read, head)
            self._read, positions = head, list(self._positions)
        for first in range(0, len(positions), _PAGE):
            for one in self._house.archive.read_at(positions[first : first + _PAGE]):
                if isinstance(one, Record):
                    yield one


def registered(house: House, register: Register | None = None) -> list[dict[str, Any]]:
    """Return every user ever registered: login, name, role, whether retired, and whether they have a secret."""
    users: dict[UUID, dict[str, Any]] = {}
    secret = UserSecrets(house.keyring, house.world.random).having()
    for record in (register or Register(house)).records():
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
