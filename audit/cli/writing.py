"""Writing files where somebody asked for them: whole, or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(output: Path, content: bytes) -> None:
    """Write a file, in place of one that may be there. Raises Unavailable, and then the earlier one still stands."""
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(output)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Unavailable(f"{output} cannot be written ({error.strerror}): choose another place.") from None
