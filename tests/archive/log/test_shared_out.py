"""Verifying shared out among processes: the same findings in the same order, and what ends a process from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audit.archive.log import range_worker
from audit.archive.log.shared_out import Shares
from audit.archive.log.verification import verify_log
from audit.domain.errors import Unavailable
from audit.projections.comparing import comparing_ties
from tests.archive.log.attacker import attacking
from tests.archive.log.sealed import newest, said, say, verified, verifying
from tests.archive.log.test_attacks import (
    changed_words,
    cut_off,
    deleted,
    deleted_and_renumbered,
    inserted,
    rewritten,
    swapped,
    taken_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.archive.log.verification import Verified
    from audit.bootstrap.house import House
    from tests.archive.log.attacker import Attacker

ALONE = Shares(processes=1)
TOGETHER = Shares(processes=2, least=1, each=256)
LATER = 600


def rewritten_later(attacker: Attacker) -> None:
    attacker.rewrite(LATER)


def deleted_later(attacker: Attacker) -> None:
    attacker.delete(LATER)


def renumbered_later(attacker: Attacker) -> None:
    attacker.delete(LATER)
    attacker.renumber(LATER, -1)


def changed_tile(attacker: Attacker) -> None:
    attacker.run("UPDATE tiles SET hashes = (SELECT root FROM checkpoints LIMIT 1) WHERE number = 1")


def lost_tile(attacker: Attacker) -> None:
    attacker.run("DELETE FROM tiles WHERE number = 2")


def of_another_type(attacker: Attacker) -> None:
    attacker.run("UPDATE events SET leaf_hash = ? WHERE position = 300", b"short")


ATTACKS = [
    *(changed_words, taken_words, rewritten, swapped, inserted, deleted, deleted_and_renumbered, cut_off),
    *(rewritten_later, deleted_later, renumbered_later, changed_tile, lost_tile, of_another_type),
]
FEW = (rewritten_later,)


def longer(house: House) -> bytes:
    """Bring in three whole blocks and more, with checkpoints within, at and between them."""
    done = 1
    for size in (101, 256, 300, 513, 800):
        say(house, done, size - 1)
        done = size
        house.log.seal()
    say(house, done, done + 10)
    return newest(house)


def compared(house: House, held: bytes, shares: Shares) -> tuple[Verified, list[int]]:
    with comparing_ties(house.archive, house.views) as ties:
        asked = verifying(house, watch=ties, held=(("held", held),), shares=shares)
        return verify_log(asked, lambda _: None), ties.different()


def told(found: tuple[Verified, list[int]]) -> tuple[object, ...]:
    verified, ties = found
    edge = (verified.blocks.size, verified.blocks.hashes)
    return (verified.size, verified.root, verified.findings, verified.anchored, verified.sealed, edge, ties)


@pytest.mark.parametrize("attack", [pytest.param(one, marks=[] if one in FEW else pytest.mark.long) for one in ATTACKS])
def test_what_is_found_is_the_same_as_alone(house: House, attack: Callable[[Attacker], None]) -> None:
    held = longer(house)
    house.follower.catch_up()
    alone, together = compared(house, held, ALONE), compared(house, held, TOGETHER)
    assert told(together) == told(alone)
    assert (alone[0].proven, alone[1]) == (True, [])
    with attacking(house) as attacker:
        attack(attacker)
    alone, together = compared(house, held, ALONE), compared(house, held, TOGETHER)
    assert said(alone[0])
    assert told(together) == told(alone)


@pytest.mark.long
def test_ties_that_are_not_as_the_events_say_are_found_the_same(house: House) -> None:
    held = longer(house)
    house.follower.catch_up()
    with house.views.writing() as db:
        db.exec_driver_sql("DELETE FROM ties WHERE position = 400 AND kind = 'customer'")
        db.exec_driver_sql("INSERT INTO ties SELECT tie, kind, 100, since, until FROM ties WHERE position = 1")
    alone, together = compared(house, held, ALONE), compared(house, held, TOGETHER)
    assert told(together) == told(alone)
    assert {100, 400} <= set(together[1])


def test_a_quick_check_is_shared_out_from_where_it_begins(house: House) -> None:
    held = longer(house)
    blocks = verified(house, held).blocks
    say(house, 900, 1_500)
    asked = verifying(house, held=(("held", held),), since=blocks, shares=TOGETHER)
    seen: list[int] = []
    found = verify_log(asked, seen.append)
    assert (said(found), found.since, found.proven) == ("", 768, True)
    assert seen[0] == 1_024


def test_a_process_that_is_ended_from_outside_says_nothing_about_the_log(house: House) -> None:
    say(house, 1, 12_000)

    def end_them(_: int) -> None:
        for process in helping():
            os.kill(process, signal.SIGKILL)

    with pytest.raises(Unavailable, match="ended from outside"):
        verify_log(verifying(house, shares=TOGETHER), end_them)
    assert not helping()


def helping() -> list[int]:
    """Return our own children that look at ranges."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    own = range_worker.__name__.encode()
    return [int(one) for one in children if own in Path(f"/proc/{one}/cmdline").read_bytes()]


def test_verify_that_is_interrupted_does_not_say_tampered(tmp_path: Path) -> None:
    pipe = tmp_path / "checkpoint"
    os.mkfifo(pipe)
    words = (sys.executable, "-m", "audit.cli", "verify", "--checkpoint", str(pipe))
    # To open the pipe waits until the command reads from it.
    # Where all this runs in the background of a shell, Ctrl-C is ignored, and what is started inherits that.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with subprocess.Popen(words, stderr=subprocess.PIPE) as process, pipe.open("wb"):  # noqa: S603  # words from here
            process.send_signal(signal.SIGINT)
            _, said_on_the_way = process.communicate(timeout=60)
    finally:
        signal.signal(signal.SIGINT, inherited)
    assert (process.returncode, b"Stopped" in said_on_the_way) == (3, True)
