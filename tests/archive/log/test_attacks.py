"""The attack matrix: who administers the database alters it, triggers dropped first; what verifying says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.archive.log.signer import KEY_FILE
from audit.evidence.keys import KeyKind, SigningKey
from tests.archive.log.attacker import attacking
from tests.archive.log.sealed import SIZES, cosign_newest, fresh_log, lose_memory, newest, said, sealed, verified

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.bootstrap.house import House
    from tests.archive.log.attacker import Attacker

FIRST, SECOND, LAST = SIZES
WITHIN = FIRST + 40


def changed_words(attacker: Attacker) -> None:
    attacker.run("UPDATE events SET sealed = ? WHERE position = 7", b"other words")


def taken_words(attacker: Attacker) -> None:
    attacker.run("UPDATE events SET sealed = NULL WHERE position = 7")


def rewritten(attacker: Attacker) -> None:
    attacker.rewrite(WITHIN)


def swapped(attacker: Attacker) -> None:
    one, other = attacker.row(WITHIN), attacker.row(WITHIN + 1)
    for position in (WITHIN, WITHIN + 1):
        attacker.delete(position)
    attacker.put(WITHIN, other)
    attacker.put(WITHIN + 1, one)


def inserted(attacker: Attacker) -> None:
    stream, version, *rest = attacker.row(WITHIN)
    attacker.renumber(WITHIN, 1)
    attacker.put(WITHIN + 1, (stream, version + 1, *rest))
    attacker.rewrite(WITHIN + 1)


def deleted(attacker: Attacker) -> None:
    attacker.delete(WITHIN)


def deleted_and_renumbered(attacker: Attacker) -> None:
    attacker.delete(WITHIN)
    attacker.renumber(WITHIN, -1)


def cut_off(attacker: Attacker) -> None:
    attacker.cut_off(LAST - 5)


BETWEEN = f"between event {FIRST + 1} and event {SECOND} something was changed"

FOUND_BY_ITSELF: list[tuple[Callable[[Attacker], None], str]] = [
    (changed_words, "7: The sealed words of this event"),
    (taken_words, "7: The sealed words of this event are gone, and no erasure took them."),
    (rewritten, BETWEEN),
    (swapped, BETWEEN),
    (inserted, BETWEEN),
    (deleted, f"{WITHIN}: Event {WITHIN} is missing: event {WITHIN + 1} comes next."),
    (deleted_and_renumbered, BETWEEN),
    (cut_off, f"covers {LAST} events, but only {LAST - 5} are there: the end of the log was cut off."),
]


@pytest.mark.parametrize(("attack", "finding"), FOUND_BY_ITSELF, ids=lambda one: getattr(one, "__name__", ""))
def test_the_database_alone_shows_what_was_done_to_it(
    house: House, attack: Callable[[Attacker], None], finding: str
) -> None:
    held = sealed(house)
    clean = verified(house, held)
    assert (said(clean), clean.proven, clean.anchored) == ("", True, LAST)
    with attacking(house) as attacker:
        attack(attacker)
    assert finding in said(verified(house))
    both = verified(house, held)
    assert finding in said(both)
    assert not both.proven


def test_a_cut_off_end_with_its_checkpoints_is_known_to_the_signer_and_to_a_held_checkpoint(house: House) -> None:
    held = sealed(house)
    with attacking(house) as attacker:
        attacker.cut_off(FIRST)
        attacker.forget_checkpoints(FIRST)
        attacker.forget_tiles()
    assert f"What the signer remembers covers {LAST} events, but only {FIRST} are there" in said(verified(house))
    lose_memory(house)
    alone = verified(house)
    assert said(alone) == ""
    assert not alone.proven
    assert "memory is gone" in alone.remarks[0]
    found = verified(house, held)
    assert f"held outside (held-0) covers {LAST} events, but only {FIRST} are there" in said(found)
    assert found.findings[0].position == FIRST + 1


def test_a_log_written_anew_under_another_key_is_not_signed_by_this_one(house: House) -> None:
    held = sealed(house)
    _write_anew(house, key=SigningKey.generate("example.com/archive", KeyKind.TEXT))
    assert "is not one this log signed" in said(verified(house))
    found = verified(house, held)
    assert "is not one this log signed" in said(found)
    assert "held outside (held-0) over" in said(found)


def test_a_log_written_anew_with_the_stolen_key_does_not_fit_a_held_checkpoint(house: House) -> None:
    held = sealed(house)
    _write_anew(house)
    assert said(verified(house)) == ""
    assert not verified(house).proven
    assert f"between event 1 and event {LAST} something was changed" in said(verified(house, held))


def test_a_log_written_anew_with_the_stolen_key_was_seen_by_no_witness(house: House) -> None:
    sealed(house)
    witness = SigningKey.generate("witness.example.net", KeyKind.COSIGNATURE)
    log_key = house.log.key_history().keys[0][0]
    policy = f"log {log_key}\nwitness w {witness.verifier}\nquorum w\n"
    cosign_newest(house, witness)
    clean = verified(house, newest(house), policy=policy)
    assert (said(clean), clean.proven, clean.witnessed) == ("", True, LAST)
    _write_anew(house)
    found = verified(house, policy=policy)
    assert "No stored checkpoint was seen by the witnesses the policy demands" in said(found)


def test_a_key_the_policy_does_not_name_is_found(house: House) -> None:
    sealed(house)
    other = SigningKey.generate("example.com/archive", KeyKind.TEXT).verifier
    found = verified(house, policy=f"log {other}\nquorum none\n")
    assert "signed by a key the policy does not name" in said(found)


def _write_anew(house: House, key: SigningKey | None = None) -> None:
    """Change an event and sign everything again, with the key in the house or with one's own."""
    key_file = house.settings.folder / KEY_FILE
    kept = key_file.read_text()
    with attacking(house) as attacker:
        attacker.rewrite(50)
        attacker.forget_checkpoints()
        attacker.forget_tiles()
    lose_memory(house)
    if key:
        key_file.write_text(f"{key.name}+{key.seed.hex()}\n")
    fresh_log(house).seal()
    lose_memory(house)
    key_file.write_text(kept)
