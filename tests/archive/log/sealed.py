"""A house whose log was sealed, and what verifying it says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from audit.archive.log.log import Log
from audit.archive.log.signer import STATE_FILE
from audit.archive.log.verification import Verified, Verifying, verify_log
from audit.evidence.cosignature import cosign
from audit.evidence.policy import Policy
from tests.archive.items import message

if TYPE_CHECKING:
    from audit.bootstrap.house import House
    from audit.evidence.keys import SigningKey
    from audit.evidence.tree import Frontier

SIZES = (101, 251, 281)
"""What the checkpoints of a sealed house cover: the operator, and so many messages; the last one has a full tile."""
LAST = SIZES[-1]
EXTRA = 20
"""So many events came after the newest checkpoint."""


def say(house: House, first: int, last: int) -> None:
    """Bring in messages by their numbers."""
    house.archive.append_new([message(number) for number in range(first, last + 1)])


def sealed(house: House) -> bytes:
    """Bring in messages, cut checkpoints in between; return the newest one, to be held outside."""
    done = 1
    for size in SIZES:
        say(house, done, size - 1)
        done = size
        house.log.seal()
    held = newest(house)
    say(house, done, done + EXTRA - 1)
    return held


def newest(house: House) -> bytes:
    found = house.log.newest()
    assert found is not None
    return found.note.encode()


def cosign_newest(house: House, witness: SigningKey) -> None:
    """Have a witness cosign the newest checkpoint."""
    checkpoint = house.log.newest()
    assert checkpoint is not None
    text = checkpoint.note.partition("\n\n")[0] + "\n"
    house.log.add_signatures(checkpoint.size, [cosign(text, witness, at=datetime(2026, 3, 1, tzinfo=UTC))])


def verified(house: House, *held: bytes, policy: str | None = None, since: Frontier | None = None) -> Verified:
    """Verify as somebody who comes anew: nothing that was read before is remembered."""
    asked = verifying(
        house,
        held=tuple((f"held-{number}", note) for number, note in enumerate(held)),
        policy=Policy.parse(policy.encode()) if policy else None,
        since=since,
    )
    return verify_log(asked, lambda _: None)


def verifying(house: House, **others: Any) -> Verifying:
    """Return what is to be verified, with whatever else is wished."""
    return Verifying(
        log=fresh_log(house),
        recorder=house.recorder,
        originals=house.originals,
        living=lambda keys: {one for one, key in house.keyring.open(keys).items() if key is not None},
        **others,
    )


def fresh_log(house: House) -> Log:
    return Log(house.recorder, house.settings.folder, origin=house.origin, clock=house.world.clock)


def lose_memory(house: House) -> None:
    (house.settings.folder / STATE_FILE).unlink()


def said(found: Verified) -> str:
    return "\n".join(f"{one.position}: {one.what}" for one in found.findings)
