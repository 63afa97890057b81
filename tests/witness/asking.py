"""A log and the witnesses of its policy, for tests of how the one asks the others."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from audit.archive.witness.witnessed_log import WitnessedLog
from audit.archive.witness.witnesses import Asking, Witnesses
from audit.evidence.cosignature import WitnessVerifier
from audit.evidence.errors import NotProven
from audit.evidence.keys import VerifierKey
from audit.evidence.note import TextVerifier, open_note
from tests.archive.items import message
from tests.witness.given import a_witness, listening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from audit.bootstrap.house import House

NOBODY = "http://127.0.0.1:1"
"""Nothing listens on the first port."""


def say(house: House, first: int, last: int) -> None:
    house.archive.append_new([message(number) for number in range(first, last + 1)])


def log_key(house: House) -> TextVerifier:
    verifier = house.log.verifiers()[0]
    assert isinstance(verifier, TextVerifier)
    return verifier


@contextmanager
def called(house: House, folder: Path, *names: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Serve a witness for each name, and give the vkey and the address of each."""
    with ExitStack() as ending:
        found = {}
        for name in names:
            witness = a_witness(folder / name, log_key(house), name=f"example.com/{name}")
            found[name] = (str(witness.key.verifier), ending.enter_context(listening(witness)))
        yield found


def vkey_of(house: House, folder: Path, name: str) -> str:
    """Return the vkey of a witness that does not listen."""
    witness = a_witness(folder / name, log_key(house), name=f"example.com/{name}")
    witness.close()
    return str(witness.key.verifier)


def policy_file(folder: Path, vkeys: Mapping[str, str], quorum: str) -> Path:
    """Write a policy of these witnesses, without their addresses; the quorum is all, any or a number of them."""
    lines = [f"witness {name} {vkey}" for name, vkey in vkeys.items()]
    lines += [f"group enough {quorum} {' '.join(vkeys)}", "quorum enough", ""]
    path = folder / "policy"
    path.write_text("\n".join(lines))
    return path


def asking_log(house: House, policy: Path, *addresses: str) -> WitnessedLog:
    """Return the house's log as it is with these settings."""
    asked = Witnesses(Asking(policy=policy, addresses=addresses))
    return WitnessedLog(
        house.recorder, house.settings.folder, origin=house.origin, clock=house.world.clock, witnesses=asked
    )


def cosigners(note: str, vkeys: Mapping[str, str]) -> set[str]:
    """Return whose genuine cosignatures a note has."""
    found = set()
    for name, vkey in vkeys.items():
        try:
            open_note(note.encode(), [WitnessVerifier(VerifierKey.parse(vkey))])
        except NotProven:
            continue
        found.add(name)
    return found
