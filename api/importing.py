"""Files that are being brought in after their upload was answered: how far each is, for whoever reloads the page."""

from __future__ import annotations

import shutil
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from secrets import token_hex
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING, Final

from audit.bootstrap.receiving import bring
from audit.domain.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from audit.bootstrap.house import House
    from audit.domain.actor import Actor
    from audit.intake.accounting import Progress

_REMEMBERED: Final = 50
_NAME_BYTES: Final = 120
_NAMELESS: Final = "upload"


@dataclass
class Running:
    """One upload: of which files, how far it is, and how it ended. ``fault`` says why it stopped."""

    id: str
    files: int
    by: str
    found: int = 0
    over: bool = False
    fault: str | None = None
    _before: int = field(default=0, repr=False)

    def hear(self, progress: Progress) -> None:
        self.found = self._before + progress.accounting.found
        if progress.over:
            self._before = self.found


class Imports:
    """The uploads of this process. What became of them stands in the log; here only how far they are."""

    def __init__(self) -> None:
        self._running: OrderedDict[str, Running] = OrderedDict()
        self._lock = Lock()

    def begin(self, files: int, by: str) -> Running:
        running = Running(id=token_hex(8), files=files, by=by)
        with self._lock:
            self._running[running.id] = running
            while len(self._running) > _REMEMBERED:
                self._running.popitem(last=False)
        return running

    def shown(self) -> list[Running]:
        """Return what still runs, and what stopped before its end, the newest first."""
        with self._lock:
            return [one for one in reversed(self._running.values()) if not one.over or one.fault]


@dataclass(frozen=True)
class Upload:
    """A folder of our own with what was uploaded, taken away when it was brought in."""

    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="onrecord-upload-")))

    def keep(self, name: str, content: BinaryIO) -> Path:
        """Write a file under a name that leads nowhere else, however it was called."""
        path = self._free(safe_name(name))
        with path.open("xb") as lying:
            shutil.copyfileobj(content, lying)
        return path

    def write(self, name: str, content: bytes) -> Path:
        path = self._free(name)
        path.write_bytes(content)
        return path

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _free(self, name: str) -> Path:
        number, path = 1, self.folder / name
        while path.exists():
            number += 1
            path = self.folder / f"{number}-{name}"
        return path


def safe_name(name: str) -> str:
    """Return the last part of a file's name without what is no letter to be shown, and no longer than a disk takes."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable()).strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    room = _NAME_BYTES - len(suffix.encode()) - len(dot)
    if dot and stem and room > 0:
        return f"{_cut(stem, room)}.{suffix}"
    return _cut(plain, _NAME_BYTES) or _NAMELESS


def _cut(text: str, most: int) -> str:
    return text.encode(errors="replace")[:most].decode(errors="ignore")


def bring_upload(
    house: House, by: Actor, upload: Upload, running: Running, form: str | None, write: Callable[[], Sequence[Path]]
) -> None:
    """Bring an upload in, remember how far it is, and take its files away whatever happens."""
    try:
        bring(house, write(), by, form=form, on_progress=running.hear)
    except AuditError as fault:
        running.fault = str(fault)
    except BaseException:
        running.fault = "It stopped in the middle: bring the file again; nothing is stored twice."
        raise
    finally:
        running.over = True
        upload.remove()
