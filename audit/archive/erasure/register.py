"""The register of what was erased: a file outside archive and backups, so that what is restored forgets again."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.archive.erasure.keys import KeyCare
from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from audit.archive.keyring import Keyring

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_EMPTIED: Final = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


class Emptied(NamedTuple):
    """An event that lost its words though their key lives on: its position, and its leaf hash in hexadecimal.

    The leaf tells it from another event at the same position, in an archive that went on from an older backup.
    """

    position: int
    leaf: str

    def __str__(self) -> str:
        return f"{self.position}:{self.leaf}"


class ErasedRegister:
    """A destroyed key's id a line, or an emptied event; only ever added to. It names nobody."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, key_ids: Iterable[str], emptied: Iterable[Emptied] = ()) -> None:
        """Add them, durably: before anything is destroyed, so that nothing destroyed is missing here."""
        new = sorted({*key_ids, *map(str, emptied)} - set(self._lines()))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b") as file:
                # A line that a crash cut short must not swallow the next one.
                file.write(b"".join(f"\n{one}\n".encode() for one in new))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unavailable(
                f"The register of erased keys {self.path} cannot be written ({error.strerror}): repair that first."
            ) from error

    def read(self) -> set[str]:
        """Return the ids of all keys that were ever destroyed."""
        return {line for line in self._lines() if _KEY.fullmatch(line)}

    def emptied(self) -> set[Emptied]:
        """Return the events that lost their words though their key lives on; a register from before has none."""
        found = (_EMPTIED.fullmatch(line) for line in self._lines())
        return {Emptied(int(one[1]), one[2]) for one in found if one}

    def _lines(self) -> list[str]:
        try:
            return self.path.read_text().split()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(f"The register of erased keys {self.path} cannot be read: repair that first.") from error


def replay(register: ErasedRegister, keyring: Keyring) -> int:
    """Destroy every registered key that a restored backup brought back; return how many there were."""
    return len(KeyCare(keyring).destroy(register.read()))
