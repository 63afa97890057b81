"""What a zip holds: read member by member, never unpacked, and refused when it is made to swell or to escape."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from audit.domain.errors import Unreadable
from audit.intake.holding import Held, Limits, identity_of, refused, whole
from audit.intake.source import NotTaken
from audit.intake.streams import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack
    from pathlib import Path
    from zipfile import ZipFile, ZipInfo

_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DIRECTORY_MAX = 32 * 1024 * 1024
# Documents that are zips by their build: whoever sent one sent a document.
_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml"})
_END = struct.Struct("<4s4H2LH")
_BROKEN = (zipfile.BadZipFile, OSError, KeyError, ValueError, RuntimeError, NotImplementedError, struct.error)


def is_zip(path: Path, beginning: bytes) -> bool:
    """Say whether a file is an archive of files, and no document that is packed as one."""
    if not beginning.startswith(_BEGINNINGS) or _directory_length(path) > _DIRECTORY_MAX:
        return beginning.startswith(_BEGINNINGS)
    try:
        with zipfile.ZipFile(path) as packed:
            return _DOCUMENTS.isdisjoint(packed.NameToInfo)
    except _BROKEN:
        return True


def members_of(path: Path, name: str, limits: Limits, zips: ExitStack) -> Iterator[Held]:
    """Yield the files in a zip, sorted; the zip itself, refused, when it cannot be trusted."""
    if _directory_length(path) > _DIRECTORY_MAX:
        yield refused(name, "It is a zip with too large a directory: unpack it first.")
        return
    try:
        packed = zips.enter_context(zipfile.ZipFile(path))
    except _BROKEN:
        yield refused(name, "It is a zip that is damaged or cut off.")
        return
    members = sorted(packed.infolist(), key=lambda member: (member.filename, member.header_offset))
    amiss = _amiss(members, path.stat().st_size, limits)
    if amiss is not None:
        yield refused(name, amiss)
        return
    for member in members:
        if not member.is_dir():
            yield _member(packed, path, name, member, limits)


def _directory_length(path: Path) -> int:
    """Return how long a zip's directory says it is, before it is read; 0 where there is no telling."""
    try:
        with path.open("rb") as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - 65_536 - _END.size))
            tail = file.read()
    except OSError:
        return 0
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        return 0
    return int(_END.unpack_from(tail, place)[5])


def _amiss(members: list[ZipInfo], length: int, limits: Limits) -> str | None:
    """Return why a zip is refused as a whole: by what it says of itself, which reading then holds it to."""
    if len(members) > limits.members:
        return f"It is a zip of more than {limits.members} files."
    expanded = sum(member.file_size for member in members)
    if expanded > min(limits.expanded, max(limits.ratio_from, length * limits.ratio)):
        return "It is a zip that unpacks to far more than such a file should."
    return None


def _member(packed: ZipFile, path: Path, name: str, member: ZipInfo, limits: Limits) -> Held:
    shown = f"{name}/{member.filename}"
    amiss = _member_amiss(member, limits)
    if amiss is not None:
        return refused(shown, amiss)
    return Held(
        name=shown,
        open=partial(_open, packed, member),
        beside=partial(_beside, packed, name, member),
        identity=partial(identity_of, path),
        place=shown,
    )


def _member_amiss(member: ZipInfo, limits: Limits) -> str | None:
    where = PurePosixPath(member.filename)
    found = {
        "It has no name.": not where.parts,
        "Its path leads out of the zip.": _leads_out(member.filename),
        f"It lies deeper than {limits.depth} folders.": len(where.parts) > limits.depth,
        "It is a link: bring what it points at.": stat.S_ISLNK(member.external_attr >> 16),
        "It is encrypted: unpack the zip first.": bool(member.flag_bits & 1),
        "It is packed in an unusual way: unpack the zip first.": member.compress_type not in _METHODS,
    }
    return next((reason for reason, holds in found.items() if holds), None)


def _leads_out(filename: str) -> bool:
    where = PurePosixPath(filename)
    return where.is_absolute() or ".." in where.parts or "\\" in filename or filename[1:2] == ":"


def _open(packed: ZipFile, member: ZipInfo) -> BinaryIO:
    try:
        return guarded(cast("BinaryIO", packed.open(member)), most=member.file_size)
    except _BROKEN:
        raise Unreadable("It is a file in a zip that is damaged or cut off.") from None


def _beside(packed: ZipFile, name: str, member: ZipInfo, relative: str) -> tuple[bytes, str]:
    """Return a file near a member, in its folder or below."""
    wanted = str(PurePosixPath(member.filename).parent / relative)
    found = packed.NameToInfo.get(wanted)
    if found is None or _leads_out(relative) or _member_amiss(found, Limits()) is not None:
        raise NotTaken("path is no file in the folder of this file")
    try:
        with _open(packed, found) as file:
            return whole(file), f"{name}/{wanted}"
    except Unreadable:
        raise NotTaken("path is a file that is damaged or cut off") from None
