"""What a database says when it fails, in one sentence that names what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from eventsourcing.persistence import IntegrityError, PersistenceError

from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMEDIES = (
    (
        ("malformed", "not a database", "no such table", "no such column", "relation", "damaged"),
        "restore it from its backup",
    ),
    (("full", "no space left", "disk"), "make room on its disk and try again"),
    (("locked", "lock timeout"), "another program holds it: end that one or try again"),
    (("readonly", "read-only", "unable to open"), "look at its path and its permissions"),
    (("refused", "closed", "connect", "terminat"), "start the database and try again"),
)


@contextmanager
def database_faults() -> Iterator[None]:
    """Turn the database's own failures into Unavailable; a conflict of versions passes, since deciders want it."""
    try:
        yield
    except IntegrityError:
        raise
    except PersistenceError as error:
        raise unavailable("The archive's database", error) from error


def unavailable(what: str, error: Exception) -> Unavailable:
    """Return the failure of a database as a sentence with its first words and what to do about it."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    remedy = next((cure for signs, cure in _REMEDIES if any(sign in said.lower() for sign in signs)), None)
    return Unavailable(f"{what} failed ({said}): {remedy or 'see its log, then try again'}.")
