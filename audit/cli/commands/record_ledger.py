"""The ledger of a batch: what was asked for, and what became of each record, a line as soon as it is known."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from hashlib import file_digest, sha256
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from audit.cli.writing import write_whole
from audit.domain.errors import Refused, Unavailable, Unreadable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from audit.bootstrap.recording import Wanted

FORMAT: Final = "onrecord.record-batch"
LEDGER: Final = "ledger.ndjson"
MANIFEST: Final = "manifest.json"


class Asked(NamedTuple):
    """One record of a batch: its number in the file, whose it is, in which language."""

    number: int
    customer: str
    language: str


class OtherBatch(Refused):
    """A folder holds one batch, so that what is in it was all made alike."""


def listed(file: Path, language: str) -> list[Asked]:
    """Read the customers of a batch: an id a line, with a tab and a language behind it where that differs."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise Unreadable(f"{file} cannot be read ({error.strerror}): name a file that can.") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{file} is not UTF-8: save it as such, with the id of a customer on each line.") from None
    told: dict[str, str] = {}
    for customer, spoken in (_line(line, language) for line in lines if line.strip()):
        told.setdefault(customer, spoken)
    if not told:
        raise WrongUse(f"{file} names no customer: write the id of one on each line.")
    return [Asked(number, customer, told[customer]) for number, customer in enumerate(told, 1)]


class Ledger:
    """What a batch has done so far; it is written to the disk before the next record is begun."""

    def __init__(self, folder: Path, wanted: Wanted, asked: Sequence[Asked], file: IO[bytes]) -> None:
        self._folder = folder
        self._wanted = wanted
        self._asked = asked
        self._file = file
        self._done: dict[str, dict[str, Any]] = {}

    @classmethod
    def begun(cls, folder: Path, wanted: Wanted, asked: Sequence[Asked]) -> Self:
        """Begin a batch in a folder, or go on with the same one. Raises OtherBatch, Unavailable."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / LEDGER
            lines = _whole_lines(path) if path.exists() else []
            file = path.open("ab" if lines else "wb")
        except OSError as error:
            raise Unavailable(f"{folder} cannot be used ({error.strerror}): choose another place.") from None
        head = _head(wanted, asked)
        if lines:
            kept = json.loads(lines[0])
            if {**kept, "position": None} != {**head, "position": None}:
                file.close()
                raise OtherBatch(f"{folder} holds another batch: name a folder of its own for each.")
            wanted = replace(wanted, position=kept["position"])
        ledger = cls(folder, wanted, asked, file)
        if not lines:
            ledger.write(head)
        for line in lines[1:]:
            one = json.loads(line)
            ledger._done[one["customer"]] = one  # of the same class
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    @property
    def position(self) -> int:
        assert self._wanted.position is not None, "a batch is begun at a position"
        return self._wanted.position

    @property
    def count(self) -> int:
        return len(self._done)

    @property
    def printed(self) -> int:
        return sum("files" in one for one in self._done.values())

    @property
    def pages(self) -> int:
        return sum(file["pages"] for one in self._done.values() for file in one.get("files", ()))

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [one for one in self._ordered() if "refused" in one]

    def wanted(self, one: Asked) -> Wanted:
        """Return what is asked for of one customer."""
        return replace(self._wanted, customer=one.customer, language=one.language)

    def due(self) -> list[Asked]:
        """Return what is still to be printed: what was not, was refused, or is not there any more as it was."""
        due = [one for one in self._asked if not self._stands(one.customer)]
        for one in due:
            self._done.pop(one.customer, None)
        return due

    def note(self, done: dict[str, Any]) -> None:
        """Note what became of a record."""
        self._done[done["customer"]] = done
        self.write(done)

    def write(self, line: dict[str, Any]) -> None:
        """Write a line, and make sure that it lies on the disk."""
        try:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Unavailable(
                f"The ledger in {self._folder} cannot be written ({error.strerror}): make room."
            ) from None

    def closed(self) -> tuple[Path, str]:
        """Write the manifest, in the order of the file of customers; return where, and its SHA-256."""
        manifest = _head(self._wanted, self._asked) | {"records": self._ordered()}
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
        write_whole(self._folder / MANIFEST, content)
        return self._folder / MANIFEST, sha256(content).hexdigest()

    def _ordered(self) -> list[dict[str, Any]]:
        return [self._done[one.customer] for one in self._asked if one.customer in self._done]

    def _stands(self, customer: str) -> bool:
        files = self._done.get(customer, {}).get("files", ())
        return bool(files) and all(_digest(self._folder / one["file"]) == one["sha256"] for one in files)


def _line(line: str, language: str) -> tuple[str, str]:
    customer, _, spoken = line.strip().partition("\t")
    return customer.strip(), spoken.strip() or language


def _head(wanted: Wanted, asked: Sequence[Asked]) -> dict[str, Any]:
    customers = sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()
    return {
        "format": FORMAT,
        "version": 1,
        "position": wanted.position,
        "audience": wanted.audience.value,
        "paper": wanted.paper,
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
        "asked": len(asked),
        "customers_sha256": customers,
    }


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a ledger; a last one that was cut short is taken off the file."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(path, len(whole))
    return whole.splitlines()


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
