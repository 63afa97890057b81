"""What a path holds: a file, a folder of files, or an archive of them."""

from __future__ import annotations

import gzip
import os
import stat
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from audit.domain.errors import NotFound, Unreadable
from audit.intake.holding import Held, Limits, identity_of, refused, whole
from audit.intake.source import NotTaken
from audit.intake.streams import guarded
from audit.intake.zips import is_zip, members_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

_GZIP = b"\x1f\x8b\x08"


def held_by(path: Path, limits: Limits, zips: ExitStack) -> Iterator[Held]:
    """Yield the files a path holds, sorted, folders and zips opened. Raises ``NotFound`` when there is nothing.

    ``zips`` holds the zips that were opened: what is in them can be read until it is closed.
    """
    if not path.exists():
        raise NotFound(f"There is no {path}: give the path of a file or a folder.")
    if not path.is_dir():
        yield from _file(path.resolve(), path.name, limits, zips)
        return
    closed: list[OSError] = []
    for file in _files_in(path, closed):
        name = file.relative_to(path).as_posix()
        if file.is_symlink():
            yield refused(name, "It is a link: bring what it points at.")
        else:
            yield from _file(file, name, limits, zips)
    for error in closed:
        yield refused(Path(error.filename).relative_to(path).as_posix(), f"It cannot be opened ({error.strerror}).")


def _files_in(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    """Yield everything in a folder that is no folder, without following links; ``closed`` gets what is locked."""
    for place, folders, files in os.walk(folder, onerror=closed.append):
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked)
        for name in sorted([*files, *linked]):
            yield Path(place) / name


def _file(path: Path, name: str, limits: Limits, zips: ExitStack) -> Iterator[Held]:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            yield refused(name, "It is no ordinary file.")
            return
        with path.open("rb") as file:
            beginning = file.read(4)
    except OSError as error:
        yield refused(name, f"It cannot be opened ({error.strerror}).")
        return
    if is_zip(path, beginning):
        yield from members_of(path, name, limits, zips)
        return
    beside = partial(_file_beside, path.parent)
    packed = beginning.startswith(_GZIP)
    opening = partial(_open_gzip, path, found.st_size, limits) if packed else partial(_open_file, path)
    shown = name.removesuffix(".gz") if packed else name
    yield Held(name=shown, open=opening, beside=beside, identity=partial(identity_of, path), place=str(path.resolve()))


def _open_file(path: Path) -> BinaryIO:
    try:
        return guarded(path.open("rb", buffering=0))
    except OSError as error:
        raise Unreadable(f"It cannot be opened ({error.strerror}).") from None


def _open_gzip(path: Path, length: int, limits: Limits) -> BinaryIO:
    most = min(limits.expanded, max(limits.ratio_from, length * limits.ratio))
    try:
        return guarded(cast("BinaryIO", gzip.open(path)), most=most)
    except OSError as error:
        raise Unreadable(f"It cannot be opened ({error.strerror}).") from None


def _file_beside(folder: Path, relative: str) -> tuple[bytes, str]:
    """Return the bytes of a file in the folder or below it. Raises ``NotTaken`` for one outside, or none at all."""
    home = folder.resolve()
    try:
        path = (home / relative).resolve(strict=True)
        inside = (
            path.is_relative_to(home) and not PurePosixPath(relative).is_absolute() and ".." not in Path(relative).parts
        )
        if not inside or not path.is_file():
            raise NotTaken("path is no file in the folder of this file")
        with path.open("rb") as file:
            return whole(file), str(path)
    except (OSError, ValueError, RuntimeError):
        raise NotTaken("path is no file in the folder of this file") from None
