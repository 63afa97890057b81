from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from audit.domain.errors import Unreadable, WrongUse
from audit.domain.event import Personal
from audit.domain.ticket import TicketOpened
from audit.intake.source import Reading
from audit.intake.table import Table
from audit.intake.table_map import TableMap, table_map
from tests.intake.reading import found, read, refused

if TYPE_CHECKING:
    from pathlib import Path

TICKETS = TableMap(
    columns={"id": "Nr", "at": "Opened", "text": "Fault", "customer": "Account"},
    fixed={"kind": "ticket", "source": "helpdesk"},
    times=("%d/%m/%Y %H:%M",),
)
VILNIUS = Reading(zone=ZoneInfo("Europe/Vilnius"), table=TICKETS)
HEADER = "Nr,Opened,Fault,Account,Site\r\n"
ROW = '7,20/02/2026 09:30,"No heating, ""cold"" rooms",c-1,North\r\n'


def table(*rows: str) -> bytes:
    return (HEADER + "".join(rows)).encode()


def test_a_row_is_an_item_told_by_the_map() -> None:
    (one,) = found(Table(), table(ROW), VILNIUS)
    (fact,) = one.item.facts
    assert isinstance(fact.event, TicketOpened)
    assert fact.event.text == Personal('No heating, "cold" rooms')
    assert fact.ties == (("customer", "c-1"), ("ticket", "7"))


def test_what_the_map_does_not_name_is_kept() -> None:
    (one,) = found(Table(), table(ROW), VILNIUS)
    event = one.item.facts[0].event
    assert isinstance(event, TicketOpened)
    assert event.extra == Personal({"columns": {"Site": "North"}})


def test_a_time_without_zone_takes_the_one_given_and_says_so() -> None:
    (one,) = found(Table(), table(ROW), VILNIUS)
    fact = one.item.facts[0]
    assert fact.zone_assumed
    assert fact.at.utcoffset() == timedelta(hours=2)


def test_a_time_with_its_own_offset_assumes_nothing() -> None:
    (one,) = found(Table(), table("7,2026-02-20T09:30:00+05:00,Cold,c-1,\r\n"), VILNIUS)
    assert not one.item.facts[0].zone_assumed


def test_an_improved_map_still_knows_the_row() -> None:
    improved = Reading(
        table=TableMap(columns=TICKETS.columns, fixed={**TICKETS.fixed, "category": "heating"}, times=TICKETS.times)
    )
    (before,), (after,) = found(Table(), table(ROW), VILNIUS), found(Table(), table(ROW), improved)
    assert before.item.normal == after.item.normal


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,20/02/2026 09:30,Cold\r\n", "line 2: it has 3 columns where the table has 5"),
        ("7,someday,Cold,c-1,\r\n", "line 2: at is no time as in 2026-03-01T10:00:00Z, nor of a format the map gives"),
        (",20/02/2026 09:30,Cold,c-1,\r\n", "line 2: id is missing"),
    ],
)
def test_a_row_that_will_not_do_is_refused_and_the_rest_goes_on(row: str, reason: str) -> None:
    assert [one.reason for one in refused(Table(), table(row, ROW), VILNIUS)] == [reason]
    assert len(found(Table(), table(row, ROW), VILNIUS)) == 1


def test_a_row_that_is_not_utf_8_refuses_itself_alone() -> None:
    spoilt = table(ROW, ROW.replace("7,", "8,")).replace(b"cold", b"c\xffld", 1)
    assert [one.reason for one in refused(Table(), spoilt, VILNIUS)] == ["line 2: it is not UTF-8"]
    assert len(found(Table(), spoilt, VILNIUS)) == 1


def test_a_row_may_run_over_lines_and_hold_nul() -> None:
    (one,) = found(Table(), table('7,20/02/2026 09:30,"a\r\nb\0",c-1,\r\n'), VILNIUS)
    event = one.item.facts[0].event
    assert isinstance(event, TicketOpened)
    assert event.text == Personal("a\r\nb\0")


@pytest.mark.parametrize(
    ("content", "reading", "says"),
    [
        (table(ROW), Reading(), "--map"),
        (b"Nr;Opened;Fault\r\n1;2;3\r\n", VILNIUS, "no column Nr"),
        (b"", VILNIUS, "no column Nr"),
        (b"Nr,Nr\r\n", VILNIUS, "two columns called Nr"),
    ],
)
def test_a_table_the_map_does_not_fit_is_unreadable(content: bytes, reading: Reading, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(Table(), content, reading)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "does not say what kind and source and id and at is"),
        ("rows = 1", "does not know rows"),
        ("columns = 1", "columns"),
        ("not toml", "is no TOML"),
        ('[fixed]\nkind="a"\nsource="b"\nid="c"\n[columns]\nid="d"\nat="e"', "both fixes id"),
        ('times = "x"\n[fixed]\nkind="a"', "times are a list"),
        ('delimiter = ""\n[fixed]\nkind="a"\nsource="b"\nid="c"\nat="d"', "one character"),
    ],
)
def test_a_map_that_will_not_do_says_what_to_write(tmp_path: Path, written: str, says: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(WrongUse, match=says):
        table_map(path)


def test_a_map_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="cannot be read"):
        table_map(tmp_path / "none.toml")
