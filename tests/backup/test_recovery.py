"""The root key, kept offline and brought back to an empty machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from audit.archive import recovery
from audit.domain.errors import Refused, Unreadable, WrongUse

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(32))


def shares(key: bytes = KEY, number: int = 5, threshold: int = 3) -> list[str]:
    return recovery.written_shares(key, shares=number, threshold=threshold, random=os.urandom)


def pair() -> tuple[bytes, bytes]:
    private = X25519PrivateKey.generate()
    return (
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def test_enough_shares_in_any_order_are_the_key() -> None:
    made = shares()
    assert recovery.from_shares([made[4], made[0], made[2]]) == KEY
    assert recovery.from_shares([*made, made[0]]) == KEY


def test_a_share_may_be_typed_with_other_spaces() -> None:
    made = shares(number=2, threshold=2)
    assert recovery.from_shares([made[0].replace(" ", "  \n"), f"{made[1]}\n"]) == KEY


def test_too_few_shares_say_how_many_are_needed() -> None:
    with pytest.raises(Unreadable, match="3 shares are needed, 2 were given"):
        recovery.from_shares(shares()[:2] * 2)


def test_a_mistyped_share_is_named() -> None:
    one, two, *_ = shares(threshold=2)
    wrong = two[:50] + ("0" if two[50] != "0" else "1") + two[51:]
    with pytest.raises(Unreadable, match="Share 2 was mistyped"):
        recovery.from_shares([one, wrong])


def test_shares_of_two_keys_do_not_go_together() -> None:
    with pytest.raises(Unreadable, match="not all of one root key"):
        recovery.from_shares([shares()[0], *shares(bytes(32))[1:3]])


def test_shares_of_one_key_that_were_made_apart_do_not_go_together() -> None:
    with pytest.raises(Unreadable, match="not genuine"):
        recovery.from_shares([shares()[0], *shares()[1:3]])


@pytest.mark.parametrize(("number", "threshold"), [(1, 1), (3, 1), (2, 3), (256, 2), (0, 0)])
def test_what_would_be_no_split_is_refused(number: int, threshold: int) -> None:
    with pytest.raises(WrongUse):
        shares(number=number, threshold=threshold)


def test_what_is_sealed_opens_with_its_key_alone() -> None:
    public, private = pair()
    sealed = recovery.sealed_to(KEY, public)
    assert KEY.hex() not in sealed
    assert recovery.unsealed(sealed, private) == KEY
    with pytest.raises(Unreadable, match="does not open it"):
        recovery.unsealed(sealed, pair()[1])
    with pytest.raises(Unreadable, match="no sealed root key"):
        recovery.unsealed(shares()[0], private)


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_recovery_key_is_refused(pem: bytes) -> None:
    with pytest.raises(Unreadable, match="X25519"):
        recovery.sealed_to(KEY, pem)
    with pytest.raises(Unreadable, match="X25519"):
        recovery.unsealed(recovery.sealed_to(KEY, pair()[0]), pem)


def test_a_root_key_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "root.key"
    recovery.put_back(path, KEY)
    assert recovery.root_of(path) == KEY
    with pytest.raises(Refused):
        recovery.put_back(path, bytes(32))
    assert recovery.root_of(path) == KEY
