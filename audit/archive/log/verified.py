"""What was verified last, so that a quick check can go on from there: a file that can be deleted at any time."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

import msgspec

from audit.archive.log.memory import write_whole
from audit.archive.root import read_private
from audit.domain.errors import AuditError
from audit.evidence.errors import NotProven
from audit.evidence.tree import Frontier

if TYPE_CHECKING:
    from pathlib import Path

VERIFIED_FILE: Final = "verified.state"
_PURPOSE: Final = b"onrecord verified blocks\n"


class _Verified(msgspec.Struct, frozen=True):
    blocks: int
    hashes: tuple[str, ...]
    mac: str


def recall_verified(folder: Path, secret: bytes) -> Frontier | None:
    """Return the edge of the tree of whole blocks verified last; None where there is none or it was written by others.

    ``secret`` is a key of the archive: who alters the database does not know it.
    """
    path = folder / VERIFIED_FILE
    if not path.exists():
        return None
    try:
        verified = msgspec.json.decode(read_private(path), type=_Verified)
        blocks = Frontier(verified.blocks, [bytes.fromhex(one) for one in verified.hashes])
        mac = bytes.fromhex(verified.mac)
    except (AuditError, NotProven, msgspec.MsgspecError, ValueError):
        return None
    return blocks if hmac.compare_digest(mac, _mac(blocks, secret)) else None


def remember_verified(folder: Path, secret: bytes, blocks: Frontier) -> None:
    """Write down how far everything was found well."""
    hashes = tuple(one.hex() for one in blocks.hashes)
    verified = _Verified(blocks=blocks.size, hashes=hashes, mac=_mac(blocks, secret).hex())
    write_whole(folder / VERIFIED_FILE, msgspec.json.encode(verified))


def _mac(blocks: Frontier, secret: bytes) -> bytes:
    said = _PURPOSE + blocks.size.to_bytes(8, "big") + b"".join(blocks.hashes)
    return hmac.digest(secret, said, "sha256")
