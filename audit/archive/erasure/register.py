"""The register of destroyed keys: a file outside archive and backups, so that what is restored forgets again."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from audit.archive.erasure.keys import KeyCare
from audit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from audit.archive.keyring import Keyring

_LINE: Final = re.compile(r"[0-9a-f]{32}")


class ErasedRegister:
    """One key id a line, only ever added to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, key_ids: Iterable[str]) -> None:
        """Add ids, durably: before their keys are destroyed, so that no destroyed key is missing here."""
        new = sorted(set(key_ids) - self.read())
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
        try:
            lines = self.path.read_text().split()
        except FileNotFoundError:
            return set()
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(f"The register of erased keys {self.path} cannot be read: repair that first.") from error
        return {line for line in lines if _LINE.fullmatch(line)}


def replay(register: ErasedRegister, keyring: Keyring) -> int:
    """Destroy every registered key that a restored backup brought back; return how many there were."""
    return len(KeyCare(keyring).destroy(register.read()))
