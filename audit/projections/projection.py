"""A projection: what turns records into the rows of one view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from sqlalchemy import literal, update

from audit.domain.spans import ranges_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, MetaData, Table

    from audit.domain.custody import ErasureExecuted
    from audit.domain.event import Damaged, Record
    from audit.projections.writer import Writer


class Projection(Protocol):
    """One question and the tables that answer it.

    Each generation of a view has tables of its own: ``Timeline("_2")`` names all of its tables, indexes included, with
    that suffix. The rows depend on the records alone: never on the clock, on chance, or on another view.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    """Raised whenever the same records would give other rows: the view is then made anew by itself."""
    metadata: MetaData

    def __init__(self, suffix: str = "") -> None: ...

    def apply(self, db: Writer, record: Record) -> None:
        """Write what the record means to this view; records come in the order of their positions."""


@runtime_checkable
class Foreseeing(Protocol):
    """A projection that begins to work on records before they are applied, when many are to come."""

    def foresee(self, records: Sequence[Record | Damaged]) -> None:
        """Learn of records that will be applied; they may also not be, or be read anew before."""

    def rest(self) -> None:
        """Give back what was taken to work ahead: for now nothing more comes."""

    def arrange(self, db: Writer) -> None:
        """Put in order what was written in great haste; called when a large part of all records came at once."""


def forget(db: Writer, metadata: MetaData, event: ErasureExecuted) -> None:
    """Take the words of the erased events out of every table that has a position: as if they had come erased."""
    spans = list(ranges_of(event.spans))
    for table in metadata.sorted_tables:
        blank = {column.name: column.info["blank"] for column in _personal(table)}
        if blank:
            for span in spans:
                hit = table.c.position.between(literal(span.start), literal(span.stop - 1))
                db.execute(update(table).where(hit).values(blank))


def _personal(table: Table) -> Iterator[Column[Any]]:
    return (column for column in table.columns if column.info.get("personal"))
