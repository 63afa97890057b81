"""The words of the index: what a fuzzy word or a pattern can stand for.

Every exact token stands here once, also written backwards, so that words with a beginning or an end are a range. A word
leaves with the last text that holds it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from sqlalchemy import Column, Index, Integer, Table, and_, delete, func, literal, or_, select, text

from audit.language.words import GAP
from audit.projections.columns import WORD
from audit.projections.portions import portions
from audit.projections.search.query import MOST_WORDS, Fuzzy, OneOf, Pattern, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, MetaData

    from audit.projections.writer import Writer

_MOST_KNOWN: Final = 200_000
_LAST: Final = "\U0010ffff"
_NOWHERE: Final = GAP * 2
"""No text has such a word."""
_WILD: Final = re.compile(r"([?*])")


class Vocabulary:
    """The table of words."""

    def __init__(self, metadata: MetaData, name: str) -> None:
        self.table = Table(
            name,
            metadata,
            Column("word", WORD, primary_key=True),
            Column("backward", WORD, nullable=False),
            Column("letters", Integer, nullable=False),
            Index(f"{name}_backward", "backward"),
            sqlite_with_rowid=False,
        )
        values = f"INTO {name}(word, backward, letters)"
        # A word that is there already is left alone, by either engine in its own words.
        self._one = text(f"INSERT OR IGNORE {values} VALUES (:word, :backward, :letters)")  # noqa: S608  # our own table name
        self._many = text(
            f"INSERT {values} SELECT w, reverse(w), length(w) FROM unnest(CAST(:words AS text[])) AS w "  # noqa: S608  # as above
            "ON CONFLICT DO NOTHING"
        )
        self._page: Callable[[], Writer | None] = lambda: None
        self._known: set[str] = {GAP}

    def learn(self, db: Writer, tokens: Iterable[str], *, are_kept: Callable[[], bool]) -> None:
        """Add the words of a text. ``are_kept`` says whether the texts before, by another writer, were not undone."""
        if self._page() is not db:
            if len(self._known) > _MOST_KNOWN or not are_kept():
                self.unlearn()
            self._page = ref(db)
        new = set(tokens).difference(self._known)
        if new:
            self._known |= new
            if db.on_postgresql:
                db.insert_with(self._many, {"words": sorted(new)})
            else:
                for word in sorted(new):
                    db.insert_with(self._one, {"word": word, "backward": word[::-1], "letters": len(word)})

    def unlearn(self) -> None:
        """Take no word for granted: another process may have written, or taken out, what was not seen here."""
        self._known = {GAP}

    def forget(self, db: Writer, words: Iterable[str]) -> None:
        """Take out words that no text holds any more."""
        self.unlearn()
        for some in portions(sorted(set(words))):
            db.execute(delete(self.table).where(self.table.c.word.in_(some)))

    # -- asking --

    def meant(self, db: Connection, term: Fuzzy | Pattern) -> OneOf:
        """Return the words a term stands for. Raises QueryError where these are too many."""
        found: list[str] = []
        fits = _within(term.text, term.edits) if isinstance(term, Fuzzy) else _form(term.text)
        for word in self._near(db, term) if isinstance(term, Fuzzy) else self._like(db, term.text):
            if fits(word):
                found.append(word)
                if len(found) > MOST_WORDS:
                    raise QueryError(
                        f"This stands for more than {MOST_WORDS} words: write more letters of the one you mean",
                        *term.place,
                    )
        return OneOf(tuple(sorted(found)) or (_NOWHERE,))

    def _near(self, db: Connection, term: Fuzzy) -> Iterator[str]:
        """Yield all words that can be near: of n + 1 pieces of a word, n edits leave one as it is."""
        pieces = _pieces(term.text, term.edits + 1)
        words = self.table.c
        ranges = [_begins(words.word, pieces[0]), _begins(words.backward, pieces[-1][::-1])]
        ranges += [self._holds(db, piece) for piece in pieces[1:-1]]
        size = len(term.text)
        letters = words.letters.between(size - term.edits, size + term.edits)
        yield from db.scalars(select(words.word).where(and_(letters, or_(*ranges))))

    def _like(self, db: Connection, form: str) -> Iterator[str]:
        words = self.table.c
        pieces = [piece for piece in _WILD.split(form) if piece]
        literal = [piece for piece in pieces if not _WILD.match(piece)]
        if pieces[0] == literal[0]:
            narrow = _begins(words.word, pieces[0])
        elif pieces[-1] == literal[-1]:
            narrow = _begins(words.backward, pieces[-1][::-1])
        else:
            narrow = self._holds(db, max(literal, key=len))
        least = sum(len(piece) for piece in pieces if piece != "*")
        size = words.letters >= least if "*" in pieces else words.letters == least
        yield from db.scalars(select(words.word).where(and_(size, narrow)))

    def _holds(self, db: Connection, piece: str) -> ColumnElement[bool]:
        inside = func.strpos if db.dialect.name == "postgresql" else func.instr
        return and_(inside(self.table.c.word, literal(piece)) > 0)


def _begins(column: Any, letters: str) -> ColumnElement[bool]:
    return and_(column >= letters, column < letters + _LAST)


def _pieces(word: str, count: int) -> list[str]:
    """Part a word into so many pieces of about the same length."""
    bounds = [len(word) * number // count for number in range(count + 1)]
    return [word[first:last] for first, last in pairwise(bounds)]


def _form(form: str) -> Callable[[str], object]:
    signs = {"?": ".", "*": ".*"}
    pattern = "".join(signs.get(piece) or re.escape(piece) for piece in re.sub(r"\*+", "*", form))
    return re.compile(pattern, re.DOTALL).fullmatch


def _within(sought: str, edits: int) -> Callable[[str], object]:
    return lambda word: _distance_at_most(sought, word, edits)


def _distance_at_most(one: str, other: str, edits: int) -> bool:
    """Say whether so many letters put in, left out or replaced make one word of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        left, row = row, [place]
        for column, other_letter in enumerate(other, 1):
            row.append(min(left[column] + 1, row[-1] + 1, left[column - 1] + (letter != other_letter)))
        if min(row) > edits:
            return False
    return row[-1] <= edits
