"""A file of texts read onto standard output, without the rest of the house: a pipe does not wait for an archive."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.cli.commands.read_lines import KINDS, read_lines
from audit.domain.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

_STANDARD_INPUT: Final = "-"


def at_once(words: Sequence[str]) -> int | None:
    """Run ``read KIND FILE`` if the words are just that, and return its exit code; None for all other words."""
    match words:
        case ["read", kind, file] if kind in KINDS and (file == _STANDARD_INPUT or not file.startswith("-")):
            try:
                return read_file(kind, file)
            except Unreadable as error:
                sys.stderr.write(f"onrecord: {error}\n")
                return 1
        case _:
            return None


def read_file(kind: str, file: str) -> int:
    """Read a file, or standard input for ``-``, onto standard output; return 1 if a line was bad, else 0.

    Raises Unreadable for a file that is not there or may not be opened.
    """
    out = sys.stdout.buffer
    with ExitStack() as at_end:
        source = sys.stdin.buffer if file == _STANDARD_INPUT else at_end.enter_context(_opened(Path(file)))
        try:
            bad = read_lines(kind, source, out=out, said=sys.stderr, at_once=file == _STANDARD_INPUT)
        except BrokenPipeError:
            # Whoever read has heard enough; without this, Python complains again at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except OSError as error:
            raise Unreadable(f"{file} cannot be read ({error.strerror}): give a file of JSON Lines, or -.") from None
    if bad:
        sys.stderr.write(f"onrecord: {bad} lines could not be read: they are named above, by their numbers.\n")
    return 1 if bad else 0


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(f"{path} cannot be opened ({reason}): give a file of JSON Lines, or -.") from None
