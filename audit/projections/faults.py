"""What the database of the views says when it fails, in one sentence that names what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def view_faults() -> Iterator[None]:
    """Turn a failure of the database itself into Unavailable. Views can be made anew from the events at any time."""
    try:
        yield
    except DBAPIError as error:
        lines = str(error.orig).strip().splitlines() or [type(error).__name__]
        raise Unavailable(
            f"The database of the views failed ({lines[0]}): see that it runs and has room; "
            "a damaged one can be deleted and is made anew."
        ) from error
