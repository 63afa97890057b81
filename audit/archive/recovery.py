"""Recovery of the root key from what was kept offline: shares on paper, or a copy sealed to a recovery key."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from audit.archive.root import read_private, write_private
from audit.archive.shares import SHARES_MAX, Share, joined, split
from audit.domain.errors import Unavailable, Unreadable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_KEY_LENGTH: Final = 32
_SHARE: Final = re.compile(r"onrecord-share@v1 ([0-9a-f]{16}) ([0-9]{1,3})/([0-9]{1,3}) ([0-9a-f]{64}) ([0-9a-f]{8})")
_SEALED: Final = re.compile(r"onrecord-sealed-root@v1 ([0-9a-f]{16}) ([A-Za-z0-9+/=]+)")
# RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PURPOSE: Final = b"onrecord root key recovery"


class _WrittenShare(NamedTuple):
    mark: str
    threshold: int
    share: Share


def root_of(path: Path) -> bytes:
    """Return the root key in a file. Raises Unavailable when there is none."""
    try:
        key = bytes.fromhex(read_private(path).strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_LENGTH:
        raise Unavailable(f"{path} does not hold a root key: set ONRECORD_ROOT_KEY to the file that does.")
    return key


def put_back(path: Path, key: bytes) -> None:
    """Write a recovered root key where the archive looks for it. Raises Refused where one lies already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(path, key.hex() + "\n")


def mark_of(key: bytes) -> str:
    """Return what tells root keys apart and says nothing about them: a key is 256 random bits."""
    return sha256(b"onrecord root key" + key).hexdigest()[:16]


def written_shares(key: bytes, *, shares: int, threshold: int, random: Callable[[int], bytes]) -> list[str]:
    """Return the shares of a root key, each as one line to be kept by another person. Raises WrongUse."""
    if not 2 <= threshold <= shares <= SHARES_MAX:  # noqa: PLR2004 - one share alone would be the key
        raise WrongUse(f"Of {shares} shares {threshold} cannot be needed: take from 2 to as many as there are (255).")
    made = split(key, shares=shares, threshold=threshold, random=random)
    return [_written(_WrittenShare(mark_of(key), threshold, one)) for one in made]


def from_shares(texts: Sequence[str]) -> bytes:
    """Return the root key of these shares; the same one given twice counts once. Raises Unreadable."""
    read = [_read(text) for text in texts]
    if len({(one.mark, one.threshold) for one in read}) != 1:
        raise Unreadable("These shares are not all of one root key: give only those that were made together.")
    by_place = {one.share.place: one.share for one in read}
    if len(by_place) != len({one.share for one in read}):
        raise Unreadable("Two different shares have the same number: give only those that were made together.")
    mark, threshold, _ = read[0]
    if len(by_place) < threshold:
        raise Unreadable(f"{threshold} shares are needed, {len(by_place)} were given: bring the others.")
    return _marked(joined(list(by_place.values())[:threshold]), mark)


def sealed_to(key: bytes, public_pem: bytes) -> str:
    """Return a root key sealed to a recovery key, an X25519 public key in PEM (RFC 9180). Raises Unreadable."""
    try:
        public = load_pem_public_key(public_pem)
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, X25519PublicKey):
        raise Unreadable("This is no X25519 public key in PEM: make one with openssl genpkey -algorithm X25519.")
    sealed = _SUITE.encrypt(key, public, _PURPOSE)
    return f"onrecord-sealed-root@v1 {mark_of(key)} {b64encode(sealed).decode()}"


def unsealed(text: str, private_pem: bytes) -> bytes:
    """Return the root key from what was sealed to this recovery key. Raises Unreadable."""
    try:
        private = load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, X25519PrivateKey):
        raise Unreadable("This is no X25519 private key in PEM without a password: give the recovery key itself.")
    found = _SEALED.fullmatch(text.strip())
    if found is None:
        raise Unreadable("This is no sealed root key: give the file that onrecord keys recovery wrote.")
    try:
        key = _SUITE.decrypt(b64decode(found[2], validate=True), private, _PURPOSE)
    except (ValueError, InvalidTag):
        raise Unreadable("This recovery key does not open it: give the one it was sealed to.") from None
    return _marked(key, found[1])


def _written(one: _WrittenShare) -> str:
    body = f"onrecord-share@v1 {one.mark} {one.share.place}/{one.threshold} {one.share.values.hex()}"
    return f"{body} {_check(body)}"


def _read(text: str) -> _WrittenShare:
    line = " ".join(text.split())
    found = _SHARE.fullmatch(line)
    if found is None or not 1 <= int(found[2]) <= SHARES_MAX:
        raise Unreadable("One of these is no share of a root key: look at how it was typed.")
    if _check(line.rpartition(" ")[0]) != found[5]:
        raise Unreadable(f"Share {found[2]} was mistyped or damaged: compare it with the paper.")
    return _WrittenShare(found[1], int(found[3]), Share(int(found[2]), bytes.fromhex(found[4])))


def _check(body: str) -> str:
    return sha256(body.encode()).hexdigest()[:8]


def _marked(key: bytes, mark: str) -> bytes:
    if len(key) != _KEY_LENGTH or mark_of(key) != mark:
        raise Unreadable("What came out is not the root key these were made of: one of them is not genuine.")
    return key
