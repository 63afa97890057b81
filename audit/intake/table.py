"""Tables (CSV): a row is an item, a map says what its columns mean."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from audit.domain.errors import Unreadable
from audit.intake import strict_json
from audit.intake.lines import LINE_MAX
from audit.intake.ndjson import item_of
from audit.intake.source import Found, NotTaken, Refusal
from audit.intake.times import Moment, in_range, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo
    from pathlib import PurePath

    from audit.domain.fact import Item
    from audit.intake.source import Delivered
    from audit.intake.table_map import TableMap

NORMAL_VERSION: Final = 1
_REST: Final = "columns"


class Table:
    """Reads a table by the map given with it. What the map does not name is kept beside the rest."""

    name: ClassVar[str] = "table"
    version: ClassVar[int] = 1

    def recognises(self, path: PurePath, beginning: bytes) -> bool:
        """Say no: without a map nobody knows what the columns mean."""
        del path, beginning
        return False

    def read(self, delivery: Delivered) -> Iterator[Found | Refusal]:
        """Read row by row. Raises ``Unreadable`` where there is no map, or the columns it names are not there."""
        table = delivery.reading.table
        if table is None:
            raise Unreadable("A table is read by a map of its columns: give it with --map.")
        csv.field_size_limit(LINE_MAX)
        with delivery.open() as file:
            # What is not UTF-8 shows as surrogates, which refuse their row and no other.
            text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text, delimiter=table.delimiter)
            try:
                header = _header(next(rows, []), table)
                for row in rows:
                    if row:
                        yield _one(f"line {rows.line_num}", header, row, delivery)
            except csv.Error as error:
                raise Unreadable(f"Its rows cannot be told apart ({error}): check its quotation marks.") from None


def _header(header: list[str], table: TableMap) -> list[str]:
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise Unreadable(f"The table has two columns called {twice[0]}: give each its own name.")
    absent = [column for column in table.columns.values() if column not in header]
    if absent:
        raise Unreadable(f"The table has no column {absent[0]}: correct the map, or its delimiter.")
    return header


def _one(place: str, header: Sequence[str], row: list[str], delivery: Delivered) -> Found | Refusal:
    raw = io.StringIO()
    csv.writer(raw).writerow(row)
    kept = raw.getvalue().encode("utf-8", "surrogateescape")
    try:
        return Found(place, _item(header, row, delivery), 2 * len(kept))
    except NotTaken as amiss:
        return Refusal(place, f"{place}: {amiss}", kept)


def _item(header: Sequence[str], row: list[str], delivery: Delivered) -> Item:
    if len(row) != len(header):
        raise NotTaken(f"it has {len(row)} columns where the table has {len(header)}")
    if any("\ud800" <= letter <= "\udfff" for cell in row for letter in cell):
        raise NotTaken("it is not UTF-8")
    table = delivery.reading.table
    assert table is not None, "read() asked for the map"
    cells = dict(zip(header, row, strict=True))
    fields, assumed = _fields(cells, table, delivery.reading.zone)
    item = item_of(fields, delivery.beside, normal=strict_json.canonical(cells), normal_version=NORMAL_VERSION)
    return replace(item, facts=tuple(replace(fact, zone_assumed=assumed) for fact in item.facts))


def _fields(cells: dict[str, str], table: TableMap, zone: tzinfo) -> tuple[dict[str, Any], bool]:
    """Return the fields of our interchange, and whether a time among them had no zone."""
    fields: dict[str, Any] = dict(table.fixed)
    fields |= {name: cells[column] for name, column in table.columns.items() if cells[column]}
    assumed = False
    for name in [name for name in fields if name == "at" or name.endswith("_at")]:
        found = _moment(name, fields[name], table.times, zone)
        fields[name] = found.at.isoformat()
        assumed = assumed or found.zone_assumed
    named = set(table.columns.values())
    rest = {column: cell for column, cell in cells.items() if cell and column not in named}
    return ({**fields, _REST: rest} if rest else fields), assumed


def _moment(name: str, written: str, formats: Sequence[str], zone: tzinfo) -> Moment:
    for form in formats:
        try:
            at = datetime.strptime(written, form)  # noqa: DTZ007 - the zone is added where the format has none
        except ValueError:
            continue
        return in_range(Moment(at if at.tzinfo else at.replace(tzinfo=zone), zone_assumed=at.tzinfo is None))
    try:
        return moment(written, zone)
    except NotTaken as amiss:
        raise NotTaken(f"{name} {amiss}, nor of a format the map gives") from None
