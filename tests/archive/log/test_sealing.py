"""Sealing: what is signed continues what was signed, whoever seals and whenever the power fails."""

from __future__ import annotations

import multiprocessing
import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise
from typing import TYPE_CHECKING

import pytest

from audit.archive.log.key_history import KeyHistory
from audit.archive.log.signer import KEY_FILE, NEXT_KEY_FILE, STATE_FILE, LogForked, LogRolledBack, SignerForgot
from audit.bootstrap.house import build
from audit.domain.actor import Actor
from audit.domain.errors import NotFound, Refused, Unavailable
from audit.evidence.checker import check_consistency, check_inclusion
from audit.evidence.checkpoint import Checkpoint
from audit.evidence.note import Note, TextVerifier, open_note
from audit.evidence.tree import root_of
from tests.archive.log.attacker import attacking
from tests.archive.log.sealed import LAST, SIZES, fresh_log, lose_memory, newest, said, say, sealed, verified

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from audit.archive.log.log import Log
    from audit.bootstrap.house import House
    from audit.bootstrap.settings import Settings

PROCESSES = multiprocessing.get_context("spawn")
BY = Actor(login="operator", role="operator")


def leaves(house: House) -> list[bytes]:
    return [row.leaf_hash for row in house.recorder.rows(0, 10_000)]


def test_a_checkpoint_is_signed_over_all_events(house: House) -> None:
    say(house, 1, 3)
    signed = house.log.seal()
    assert signed is not None
    note = open_note(signed.note.encode(), house.log.verifiers())
    assert Checkpoint.parse(note.text) == Checkpoint("example.com/archive", 4, root_of(leaves(house)))
    assert house.log.newest() == signed
    assert house.log.uncovered() == 0


def test_nothing_new_is_not_sealed_again(house: House) -> None:
    house.log.seal()
    assert house.log.seal() is None


def test_every_event_is_proven_by_the_smallest_checkpoint_that_covers_it(house: House) -> None:
    sealed(house)
    log, hashes = fresh_log(house), leaves(house)
    for position in (1, 101, 102, 250, 251, 256, 257, 281):
        covering = log.covering(position)
        assert covering is not None
        assert covering.size == min(size for size in SIZES if size >= position)
        proof = log.prove(position, covering.size)
        check_inclusion(hashes[position - 1], index=position - 1, size=covering.size, proof=proof, root=covering.root)
    assert log.covering(282) is None
    assert log.cover(282).size == len(hashes)


def test_each_checkpoint_is_shown_to_continue_the_one_before(house: House) -> None:
    sealed(house)
    for old, new in pairwise(SIZES):
        one, other = house.log.covering(old), house.log.covering(new)
        assert one is not None
        assert other is not None
        proof = house.log.prove_growth(old, new)
        check_consistency(proof, old_size=old, old_root=one.root, new_size=new, new_root=other.root)


def test_nothing_is_signed_for_events_that_were_cut_off(house: House) -> None:
    sealed(house)
    with attacking(house) as attacker:
        attacker.cut_off(LAST - 1)
    with pytest.raises(LogRolledBack, match=f"over {LAST} events, but only {LAST - 1} are there.*onrecord verify"):
        house.log.seal()


@pytest.mark.parametrize("upto", [LAST, 256])
def test_nothing_is_signed_for_an_end_that_was_written_anew(house: House, upto: int) -> None:
    say(house, 1, upto - 1)
    house.log.seal()
    with attacking(house) as attacker:
        attacker.cut_off(upto - 10)
    say(house, 1_000, 1_050)
    for log in (house.log, fresh_log(house)):
        with pytest.raises(LogForked, match="not the ones that were signed for"):
            log.seal()


def test_nothing_is_signed_for_a_past_in_which_the_stored_tree_was_changed_as_well(house: House) -> None:
    sealed(house)
    with attacking(house) as attacker:
        attacker.rewrite(50)
        attacker.forget_tiles()
    with pytest.raises(LogForked):
        fresh_log(house).seal()


def test_the_signer_does_not_begin_anew_when_its_memory_is_gone(house: House) -> None:
    held = sealed(house)
    lose_memory(house)
    with pytest.raises(SignerForgot, match="onrecord seal --recover"):
        house.log.seal()
    signed = house.log.recover(held)
    assert signed.size == house.recorder.head().size
    assert said(verified(house, held)) == ""


def test_a_lost_memory_is_not_recovered_from_an_older_checkpoint(house: House) -> None:
    held = sealed(house)
    house.log.seal()
    lose_memory(house)
    with pytest.raises(Refused, match="newer checkpoint"):
        house.log.recover(held)


def test_a_damaged_memory_is_not_believed(house: House) -> None:
    sealed(house)
    state = house.settings.folder / STATE_FILE
    state.write_text(state.read_text().replace(f'"size": {LAST}', f'"size": {LAST - 1}'))
    with pytest.raises(Unavailable, match="restore it from its backup"):
        house.log.seal()


def test_power_lost_between_memory_and_database_is_made_good(house: House) -> None:
    held = sealed(house)
    with attacking(house) as attacker:
        attacker.forget_checkpoints(SIZES[1])
    assert newest(house) != held
    with attacking(house) as attacker:
        attacker.cut_off(LAST)
    again = fresh_log(house).seal()
    assert again is not None
    assert again.note.encode() == held
    assert said(verified(house, held)) == ""


def test_power_lost_before_anything_was_remembered_is_made_good(house: House) -> None:
    say(house, 1, 10)
    house.log.seal()
    state = house.settings.folder / STATE_FILE
    older = state.read_text()
    say(house, 11, 600)
    house.log.seal()
    state.write_text(older)
    with attacking(house) as attacker:
        attacker.forget_checkpoints(11)
    signed = fresh_log(house).seal()
    assert signed is not None
    assert signed.size == 601
    assert said(verified(house, newest(house))) == ""


def test_a_process_killed_while_it_seals_leaves_a_log_that_goes_on(house: House) -> None:
    heard, told = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=_seal_for_ever, args=(house.settings, told))
    child.start()
    told.close()
    for _ in range(4):
        heard.recv_bytes()
    child.kill()
    child.join()
    heard.close()
    held = newest(house)
    say(house, 1, 5)
    assert house.log.seal() is not None
    found = verified(house, held, newest(house))
    assert (said(found), found.uncovered.count) == ("", 0)


def _seal_for_ever(settings: Settings, told: Connection) -> None:
    house = build(settings)
    for number in count(100):
        say(house, number, number)
        house.log.seal()
        told.send_bytes(b".")


def test_an_older_memory_catches_up_with_what_the_same_key_signed(house: House) -> None:
    say(house, 1, 10)
    house.log.seal()
    state = house.settings.folder / STATE_FILE
    older = state.read_text()
    say(house, 11, 20)
    house.log.seal()
    say(house, 21, 30)
    state.write_text(older)
    signed = house.log.seal()
    assert signed is not None
    assert signed.size == 31
    assert said(verified(house, newest(house))) == ""


def test_many_seal_at_once_and_one_log_comes_of_it(house: House) -> None:
    say(house, 1, 5)
    logs: list[Log] = [fresh_log(house) for _ in range(4)]

    def work(number: int) -> None:
        for turn in range(5):
            say(house, 100 * number + turn, 100 * number + turn)
            logs[number % 4].seal()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(1, 9)))
    house.log.seal()
    found = verified(house, newest(house))
    assert said(found) == ""
    assert found.size == 46


def test_processes_seal_at_once_and_one_log_comes_of_it(house: House) -> None:
    say(house, 1, 5)
    children = [PROCESSES.Process(target=_seal_in_turns, args=(house.settings, number)) for number in (1, 2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    house.log.seal()
    found = verified(house, newest(house))
    assert (said(found), found.size) == ("", 6 + 2 * 15)


def _seal_in_turns(settings: Settings, number: int) -> None:
    house = build(settings)
    for turn in range(15):
        say(house, 100 * number + turn, 100 * number + turn)
        house.log.seal()
    house.close()


def test_a_missing_key_is_named(house: House) -> None:
    (house.settings.folder / KEY_FILE).unlink()
    with pytest.raises(NotFound, match=r"log\.key is missing"):
        house.log.seal()


def test_what_the_signer_keeps_is_for_its_owner_alone(house: House) -> None:
    house.log.seal()
    assert stat.S_IMODE((house.settings.folder / STATE_FILE).stat().st_mode) == 0o600


def test_an_archive_made_before_there_was_a_log_still_opens(house: House) -> None:
    with attacking(house) as attacker:
        attacker.run("DROP TABLE tiles")
        attacker.run("DROP TABLE checkpoints")
    say(house, 1, 3)
    signed = fresh_log(house).seal()
    assert signed is not None
    assert signed.size == 4


def test_checkpoints_and_tiles_cannot_be_changed_by_mistake(house: House) -> None:
    sealed(house)
    for statement in (
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET signed_at = 'x'",
        "UPDATE checkpoints SET note = 'x'",
        "DELETE FROM tiles",
        "UPDATE tiles SET number = 7",
    ):
        with attacking(house, through_triggers=True) as attacker, pytest.raises(Exception, match="never"):
            attacker.run(statement)


# -- the key --


def test_a_new_key_takes_over_and_old_checkpoints_stay_verifiable(house: House) -> None:
    held = sealed(house)
    (old,) = [key.key for key in house.log.verifiers()]
    turned = house.log.rotate(lambda event: house.archive.note(event, BY))
    assert {one.signer for one in Note.parse(turned.note.encode()).signatures} > {old.signer}
    say(house, 900, 910)
    after = house.log.seal()
    assert after is not None
    new, older = (key.key for key in house.log.verifiers())
    assert older == old
    assert [one.signer for one in Note.parse(after.note.encode()).signatures] == [new.signer]
    history = house.log.key_history()
    assert history.in_force(LAST) == TextVerifier(old)
    assert history.in_force(turned.size) == TextVerifier(new)
    found = verified(house, held, after.note.encode())
    assert (said(found), found.anchored) == ("", after.size)
    house.log.rotate(lambda event: house.archive.note(event, BY))
    assert len(house.log.verifiers()) == 3
    assert said(verified(house, held)) == ""


def test_a_hand_over_that_was_cut_short_goes_on(house: House) -> None:
    sealed(house)

    def fail(_: object) -> int:
        raise Unavailable("the power went")

    with pytest.raises(Unavailable):
        house.log.rotate(fail)
    assert (house.settings.folder / NEXT_KEY_FILE).exists()
    say(house, 900, 910)
    house.log.seal()
    house.log.rotate(lambda event: house.archive.note(event, BY))
    assert not (house.settings.folder / NEXT_KEY_FILE).exists()
    assert said(verified(house, newest(house))) == ""


def test_a_hand_over_that_both_keys_did_not_sign_means_nothing(house: House) -> None:
    sealed(house)
    (old,) = house.log.verifiers()
    notes: list[str] = []

    def note(event: object) -> int:
        notes.append(event.note)  # type: ignore[attr-defined]  # the event of a rotation
        return house.archive.note(event, BY)  # type: ignore[arg-type]  # the same

    house.log.rotate(note)
    new, _ = (key.key for key in house.log.verifiers())
    lines = notes[0].splitlines()
    one_signature_less = "\n".join(lines[:-1]) + "\n"
    other_words = notes[0].replace("changes its key", "keeps its key")
    for altered in (one_signature_less, other_words, "", "x\n\n— a b\n"):
        assert KeyHistory.of(new, [(300, altered)]).keys == ((new, 0),)
    assert KeyHistory.of(new, [(300, notes[0])]).keys == ((new, 300), (old.key, 0))
