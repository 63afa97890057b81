"""Ties as one text: what rows of the log say of them beside what the view holds, in this process or in another."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from sqlalchemy import URL, String, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.exc import SQLAlchemyError

from audit.archive.checking import ties_written
from audit.domain.customer import CustomersLinked, CustomersUnlinked, TieCorrected
from audit.projections.engine import is_postgresql, postgresql_engine, sqlite_engine
from audit.projections.ties import ITSELF, POINTED_AT, Ties

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from audit.archive.recorders.recorder import RawRow

_KNOWN_MAX: Final = 10_000
_NOT_AS_WRITTEN: Final = (msgspec.MsgspecError, AttributeError, TypeError, ValueError)
_ITSELF_TOPICS: Final = frozenset(one.TOPIC for one in POINTED_AT)
_APART_TOPICS: Final = frozenset(one.TOPIC for one in (CustomersLinked, CustomersUnlinked, TieCorrected))
_VIEWS: Final = "_views"

_pairs = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


class Reading:
    """Compares rows with the view as texts. ``apart`` are links and corrections met on the way, with their topics."""

    def __init__(self, db: Connection, view: Ties) -> None:
        self._db = db
        self._view = view
        self._known: dict[bytes, list[str]] = {}
        self.apart: dict[int, str] = {}

    def agrees(self, rows: Sequence[RawRow], first: int, last: int) -> bool:
        """Say whether the view holds at a span of positions what the rows there say."""
        try:
            return self._told(rows) == self._stored(first, last)
        except _NOT_AS_WRITTEN:
            return False  # Something is not as it was written; which events it is, the records tell.

    def _told(self, rows: Sequence[RawRow]) -> tuple[str, int]:
        """Return what the view should hold, as ``_stored`` returns what it does hold.

        Raises one of _NOT_AS_WRITTEN for rows that are something else than was written.
        """
        lines: list[str] = []
        count = 0
        known = self._known
        for position, stream, _, topic, state, _, _ in rows:
            written = ties_written(state)  # type: ignore[arg-type]  # else it raises
            ties = known.get(written) or self._ties(written)
            if topic in _ITSELF_TOPICS:
                ties = sorted((*ties, _hex(stream) + ITSELF))
            elif topic in _APART_TOPICS:
                self.apart[position] = topic  # type: ignore[index]  # both were looked at
            if ties:
                before = f",{position} "
                lines.append(before + before.join(ties))
                count += len(ties)
        return "".join(lines)[1:], count

    def _ties(self, written: bytes) -> list[str]:
        """Return ties as the view orders them; the events of a conversation have the same, one after the other."""
        if len(self._known) >= _KNOWN_MAX:
            self._known.clear()
        ties = sorted({tie.replace("-", "") + kind for kind, tie in _pairs(written)})
        self._known[written] = ties
        return ties

    def _stored(self, first: int, last: int) -> tuple[str, int]:
        """Return position, tie and kind of every row at a span of positions, and how many rows there are.

        The text stands for these rows alone: a position has no space, a tie its length (what has not is found apart),
        and no kind that is written has a comma, so that their number tells where somebody put one into a kind.
        """
        ties = self._view.ties.c
        order = (ties.position, ties.tie, ties.kind)
        line = ties.position.op("||", return_type=String())(" ") + ties.tie + ties.kind
        rows = select(line.label("line"), *order).where(ties.position.between(first, last))
        if self._db.dialect.name == "postgresql":
            lines = rows.subquery().c
            joined = func.string_agg(
                lines.line, aggregate_order_by(literal(","), lines.position, lines.tie, lines.kind)
            )
        else:
            # Its aggregates take rows as a subquery gives them.
            lines = rows.order_by(*order).subquery().c
            joined = func.group_concat(lines.line, ",")
        found = self._db.execute(select(func.coalesce(joined, ""), func.count(lines.line))).one()
        return str(found[0]), int(found[1])


class Seen(NamedTuple):
    """What another process saw: up to which position, the links and corrections, and the spans that do not agree."""

    upto: int
    apart: dict[int, str]
    different: list[tuple[int, int]]


class Beside:
    """Compares the rows of a range in the process that reads them; what differs is looked at where it was asked for."""

    def __init__(self, reading: Reading, after: int, upto: int) -> None:
        self._reading = reading
        self._last = after
        self._upto = upto
        self._different: list[tuple[int, int]] = []

    def see(self, rows: Sequence[RawRow]) -> None:
        """Compare rows that were shown to stand at the positions after those that were compared before."""
        wanted = rows[: max(0, self._upto - self._last)]
        if not wanted:
            return
        first, self._last = self._last + 1, self._last + len(wanted)
        try:
            agrees = self._reading.agrees(wanted, first, self._last)
        except SQLAlchemyError:
            agrees = False  # Who asked reads the view as it was when the check began, and says what is wrong with it.
        if not agrees:
            self._different.append((first, self._last))

    def seen(self) -> Seen:
        return Seen(self._last, self._reading.apart, self._different)


@dataclass(frozen=True)
class Opening:
    """What opens the view in another process: where it is, which generation, and up to which position it is read."""

    url: URL
    place: str | None
    suffix: str
    upto: int

    @contextmanager
    def __call__(self, after: int) -> Iterator[Beside]:
        if self.place is None:
            assert self.url.database is not None, "the views are a file"
            engine = sqlite_engine(Path(self.url.database))
        else:
            engine = postgresql_engine(self.url, self.place)
        try:
            with engine.connect() as db:
                yield Beside(Reading(db, Ties(self.suffix)), after, self.upto)
        finally:
            engine.dispose()


def opening(db: Connection, view: Ties, upto: int) -> Opening:
    """Return what opens this generation of the view elsewhere."""
    place = None
    if is_postgresql(db.engine):
        schema = db.scalar(select(func.current_schema()))
        place = str(schema).removesuffix(_VIEWS)
    return Opening(db.engine.url, place, view.ties.name.removeprefix(Ties().ties.name), upto)


def _hex(stream: Any) -> str:
    """Return a stream as the view names it; engines give UUIDs or their bytes."""
    return stream.hex() if isinstance(stream, bytes) else stream.hex
