"""Whoever changes the database behind our back is found out by verifying."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from audit.archive.recorders.sqlite_tables import TRIGGERS
from audit.evidence.leaf import leaf_hash
from tests.archive.recorders.places import behind_our_back, opened
from tests.whole.conftest import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _pytest.mark.structures import ParameterSet

    from audit.archive.recorders.recorder import Row
    from tests.whole.commands import Place

_TAMPERED, _UNANCHORED, _COULD_NOT_RUN = 1, 2, 3
_FLIPS = 500
_OTHER_STREAM = """UPDATE events SET originator_version = 9,
    originator_id = (SELECT originator_id FROM events WHERE position = 41) WHERE position = 40"""
_ONE_ROW_MORE = """INSERT INTO events
    SELECT size + 1, (SELECT originator_id FROM events WHERE position = 40), 9, topic, state, sealed, leaf_hash
    FROM events, head WHERE position = 41"""
_EXCHANGED = (
    "UPDATE events SET position = -40 WHERE position = 40",
    "UPDATE events SET position = 40 WHERE position = 41",
    "UPDATE events SET position = 41 WHERE position = -40",
)
# Position 1 is the operator, whom every command looks up; 40 and 41 are two of the company's events, both sealed.
CHANGES: dict[str, tuple[str, int | str]] = {
    "state changed": (
        "UPDATE events SET state = (SELECT state FROM events WHERE position = 41) WHERE position = 40",
        40,
    ),
    "operator's state changed": ("UPDATE events SET state = '{}' WHERE position = 1", 1),
    "topic changed": ("UPDATE events SET topic = 'ticket.closed' WHERE position = 40", 40),
    "operator's topic changed": ("UPDATE events SET topic = 'staff.unheard-of' WHERE position = 1", 1),
    "leaf hash changed": ("UPDATE events SET leaf_hash = state WHERE position = 40", 40),
    "version changed": ("UPDATE events SET originator_version = 7 WHERE position = 40", 40),
    "stream changed": (_OTHER_STREAM, 40),
    "sealed words changed": (
        "UPDATE events SET sealed = (SELECT sealed FROM events WHERE position = 41) WHERE position = 40",
        40,
    ),
    "operator's sealed words changed": ("UPDATE events SET sealed = state WHERE position = 1", 1),
    "sealed words taken out": ("UPDATE events SET sealed = NULL WHERE position = 40", 40),
    "row deleted": ("DELETE FROM events WHERE position = 40", 40),
    "first row deleted": ("DELETE FROM events WHERE position = 1", 1),
    "last row deleted": ("DELETE FROM events WHERE position = (SELECT size FROM head)", "size"),
    "row moved behind the end": ("UPDATE events SET position = position + 100000 WHERE position = 40", 40),
    "row moved before the beginning": ("UPDATE events SET position = -5 WHERE position = 40", 40),
    "row inserted": (_ONE_ROW_MORE, "size + 1"),
    "head counts more": ("UPDATE head SET size = size + 1", "size + 1"),
    "head counts less": ("UPDATE head SET size = size - 1", "size"),
}
OF_ANOTHER_TYPE = {
    "sqlite": {
        "state as text": "UPDATE events SET state = CAST(state AS TEXT) WHERE position = 40",
        "sealed words as text": "UPDATE events SET sealed = CAST(sealed AS TEXT) WHERE position = 40",
        "sealed words as a number": "UPDATE events SET sealed = 5 WHERE position = 40",
        "topic as bytes": "UPDATE events SET topic = CAST(topic AS BLOB) WHERE position = 40",
        "topic that is no UTF-8": "UPDATE events SET topic = CAST(x'ff00fe' AS TEXT) WHERE position = 40",
        "stream as text": "UPDATE events SET originator_id = 'none' WHERE position = 40",
        "version as text": "UPDATE events SET originator_version = 'one' WHERE position = 40",
        "leaf hash as text": "UPDATE events SET leaf_hash = 'none' WHERE position = 40",
    },
    "postgresql": {
        "sealed words as text": "ALTER TABLE events ALTER sealed TYPE text USING encode(sealed, 'base64')",
        "state as text": "ALTER TABLE events ALTER state TYPE text USING encode(state, 'escape')",
        "version as text": "ALTER TABLE events ALTER originator_version TYPE text",
        "stream as text": "ALTER TABLE events ALTER originator_id TYPE text",
        "leaf hash as text": "ALTER TABLE events ALTER leaf_hash TYPE text USING encode(leaf_hash, 'hex')",
    },
}
BEYOND_READING = {
    "head gone": "DELETE FROM head",
    "head's table gone": "DROP TABLE head",
    "events gone": "DROP TABLE events",
    "a column gone": "ALTER TABLE events DROP COLUMN leaf_hash",
}


# What PostgreSQL stores in ways of its own; the rest is left to the long run there.
_ON_BOTH = {
    "state changed",
    "sealed words taken out",
    "row deleted",
    "last row deleted",
    "row inserted",
    "head counts more",
}


def _cases(changes: Iterable[str]) -> list[ParameterSet]:
    return [
        pytest.param(engine, what, marks=() if engine == "sqlite" or what in _ON_BOTH else pytest.mark.long)
        for what in changes
        for engine in ENGINES
    ]


class Change(NamedTuple):
    """Somebody's statement, and the position a finding must name."""

    statement: str
    position: str | int


class Written(NamedTuple):
    """What somebody writes into a column of an event."""

    position: int
    column: str
    value: Any


@pytest.mark.parametrize(("full", "what"), _cases(CHANGES), indirect=["full"])
def test_a_change_is_found_and_its_place_named(full: Place, what: str) -> None:
    change = Change(*CHANGES[what])
    position = _position(full, change)
    _tamper(full, change.statement)
    found = _tampered(full)
    assert position in found, found
    # Beside the place itself: the end of the log, and the archive as a whole.
    assert len(found) <= 3, found


@pytest.mark.parametrize(
    ("full", "what"),
    [(engine, what) for engine, cases in OF_ANOTHER_TYPE.items() for what in cases],
    indirect=["full"],
)
def test_a_value_of_another_type_is_found(full: Place, what: str) -> None:
    _tamper(full, OF_ANOTHER_TYPE["postgresql" if full.url else "sqlite"][what])
    assert 40 in _tampered(full)


@pytest.mark.parametrize("what", BEYOND_READING)
def test_what_cannot_be_read_any_more_is_never_called_whole(full: Place, what: str) -> None:
    _tamper(full, BEYOND_READING[what])
    ended = full.run("verify", "--json")
    if ended.code == _COULD_NOT_RUN:
        ended.refusal(_COULD_NOT_RUN)
    else:
        assert (ended.code, ended.err) == (_TAMPERED, "")


def test_every_single_flipped_bit_is_found(full: Place) -> None:
    """In 500 rows one bit each is flipped, anywhere in what a row holds."""
    chance = Random(1)  # noqa: S311 - no secret
    _tamper(full)
    with opened(full.database) as recorder:
        rows = chance.sample(recorder.rows(0, 100_000), _FLIPS)
    _write(full, [Written(row.position, *_flipped(row, chance)) for row in rows])
    found = [finding.position for finding in full.checked().findings]
    assert len(found) == _FLIPS
    assert set(found) == {row.position for row in rows}


@pytest.mark.long
def test_a_forged_box_reference_stops_nothing(full: Place) -> None:
    """Somebody who changes a state and computes its leaf anew may write anything into it."""
    for state in (b'{"ct": "x"}', b'{"ct": "\xc4\x85"}', b'{"ct": 5}', b"[" * 60_000, b"\xff\xfe", b"null", b""):
        _forge(full, 40, state)
        ended = full.run("verify", "--json")
        assert ended.err == "", state
        assert ended.code in {_TAMPERED, _UNANCHORED}


@pytest.mark.long
@pytest.mark.parametrize("what", ["places exchanged", "end cut off with the head", "leaf computed anew"])
def test_what_only_a_checkpoint_from_outside_can_show_is_never_called_proven(full: Place, what: str) -> None:
    before = full.run("verify", "--json").facts["root"]
    match what:
        case "places exchanged":
            _tamper(full, *_EXCHANGED)
        case "end cut off with the head":
            _tamper(
                full, "DELETE FROM events WHERE position = (SELECT size FROM head)", "UPDATE head SET size = size - 1"
            )
        case _:
            with opened(full.database) as recorder:
                state = recorder.rows_at([40])[0].state
            _forge(full, 40, re.sub(rb'"salt":"....', b'"salt":"AAAA', state))
    after = full.run("verify", "--json")
    assert after.err == ""
    assert after.code in {_TAMPERED, _UNANCHORED}
    assert after.said["status"] in {"tampered", "unanchored"}
    assert after.said["root"] != before


def _tampered(place: Place) -> set[int | None]:
    """Return the positions that verifying names; it must find something, and end as it should."""
    ended = place.run("verify", "--json")
    assert ended.code == _TAMPERED, (ended.code, ended.err)
    assert ended.err == ""
    said = ended.said
    assert said["status"] == "tampered"
    return {finding["position"] for finding in said["findings"]}


def _tamper(place: Place, *statements: str) -> None:
    """Take the triggers away, and run statements as somebody who owns the database."""
    if place.url:
        guards = ["DROP FUNCTION IF EXISTS refuse CASCADE"]
    else:
        names = [re.findall(r"CREATE TRIGGER (\w+)", trigger)[0] for trigger in TRIGGERS]
        guards = [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    for statement in (*guards, *statements):
        behind_our_back(place.database, statement)


def _position(place: Place, change: Change) -> int:
    with opened(place.database) as recorder:
        size = recorder.head().size
    return {"size": size, "size + 1": size + 1}.get(str(change.position)) or int(change.position)


def _forge(place: Place, position: int, state: bytes) -> None:
    """Change a state, and compute the leaf anew."""
    _tamper(place)
    with opened(place.database) as recorder:
        row = recorder.rows_at([position])[0]
    leaf = leaf_hash(row.originator_id, row.originator_version, row.topic, state)
    _write(place, [Written(position, "state", state), Written(position, "leaf_hash", leaf)])


def _flipped(row: Row, chance: Random) -> tuple[str, Any]:
    """Return one column of a row and what it holds with one bit flipped."""
    column = chance.choice(["originator_id", "originator_version", "topic", "state", "leaf_hash", *_sealed(row)])
    value = getattr(row, column)
    if isinstance(value, int):
        return column, value ^ 1 << chance.randrange(62)
    as_bytes = value.bytes if column == "originator_id" else value.encode() if column == "topic" else value
    # The seventh bit of a topic's letter makes it no text any more, or no letter; PostgreSQL would refuse to hold it.
    bit = chance.randrange(5) if column == "topic" else chance.randrange(8)
    place = chance.randrange(len(as_bytes))
    changed = as_bytes[:place] + bytes([as_bytes[place] ^ 1 << bit]) + as_bytes[place + 1 :]
    return column, changed.decode() if column == "topic" else changed


def _sealed(row: Row) -> Sequence[str]:
    return ["sealed", "sealed"] if row.sealed else []


def _write(place: Place, changes: Iterable[Written]) -> None:
    """Put values into columns, whatever they were."""
    if place.url:
        with psycopg.connect(place.url, options="-c search_path=onrecord") as connection:
            for position, column, value in changes:
                statement = SQL("UPDATE events SET {} = %s WHERE position = %s").format(Identifier(column))
                connection.execute(statement, (value.hex() if column == "originator_id" else value, position))
    else:
        with closing(sqlite3.connect(place.database)) as file, file:
            for position, column, value in changes:
                file.execute(f"UPDATE events SET {column} = ? WHERE position = ?", (value, position))  # noqa: S608 - our words
