"""The engines beside ours: FTS5 and PostgreSQL bare, tantivy, and Whoosh's own index, all with the same texts."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
import tantivy
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.index import create_in
from whoosh.qparser.default import QueryParser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tests.benchmarks.ground import Ground
    from tests.benchmarks.said import Message, Questions

NEWEST = 20
_MEMORY = 256 << 20


class Rival(Protocol):
    """Answers a question by the exact count and the texts of the newest twenty."""

    name: str

    def fill(self, messages: Iterable[Message]) -> None: ...

    def size(self) -> int:
        """Return the bytes of the index on the disk, the texts included."""

    def asked(self, kind: str, questions: Questions) -> Sequence[Any]:
        """Return the questions of a kind in the words of the engine; none if it cannot be asked so."""

    def answer(self, question: Any) -> tuple[int, list[str]]: ...


class BareFts:
    name = "bare FTS5"

    def __init__(self, file: Path) -> None:
        self._file = file
        self._db = sqlite3.connect(file)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE said(id INTEGER PRIMARY KEY, at INTEGER, channel TEXT, text TEXT)")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='said', content_rowid='id')")

    def close(self) -> None:
        self._db.close()

    def fill(self, messages: Iterable[Message]) -> None:
        for some in _portions(messages):
            rows = [(_by_time(one), one.at, one.channel, one.text) for one in some]
            self._db.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", rows)
            self._db.executemany("INSERT INTO words(rowid, text) VALUES (?, ?)", [(row[0], row[3]) for row in rows])
            self._db.commit()

    def size(self) -> int:
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._file.stat().st_size

    def asked(self, kind: str, questions: Questions) -> list[str]:
        asked = {
            "rare": [f'"{word}"' for word in questions.rare],
            "common": [f'"{word}"' for word in questions.common],
            "AND": [f'"{one}" AND "{other}"' for one, other in questions.both],
            "phrase": [f'"{words}"' for words in questions.phrases],
            "prefix": [f'"{letters}" *' for letters in questions.beginnings],
        }
        return asked.get(kind, [])

    def answer(self, question: str) -> tuple[int, list[str]]:
        count = self._db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (question,)).fetchone()[0]
        newest = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        rows = self._db.execute(f"SELECT text FROM said WHERE id IN ({newest})", (question, NEWEST))  # noqa: S608  # no word of a question
        return int(count), [row[0] for row in rows]


class BarePostgres:
    name = "bare PostgreSQL"

    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url, autocommit=True)
        self._db.execute("SET jit TO off")
        self._db.execute("CREATE TABLE said(id int8 PRIMARY KEY, at int8, channel text, text text, words tsvector)")
        self._db.execute("CREATE INDEX said_words ON said USING gin(words) WITH (fastupdate=off)")

    def close(self) -> None:
        self._db.close()

    def fill(self, messages: Iterable[Message]) -> None:
        for some in _portions(messages):
            with self._db.transaction(), self._db.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO said VALUES (%s, %s, %s, %s, to_tsvector('simple', %s))",
                    [(_by_time(one), one.at, one.channel, one.text, one.text) for one in some],
                )
        self._db.execute("VACUUM ANALYZE said")

    def size(self) -> int:
        row = self._db.execute("SELECT pg_total_relation_size('said')").fetchone()
        return int(row[0]) if row else 0

    def asked(self, kind: str, questions: Questions) -> list[str]:
        asked = {
            "rare": [f"'{word}'" for word in questions.rare],
            "common": [f"'{word}'" for word in questions.common],
            "AND": [f"'{one}' & '{other}'" for one, other in questions.both],
            "phrase": [" <-> ".join(f"'{word}'" for word in words.split()) for words in questions.phrases],
            "prefix": [f"'{letters}':*" for letters in questions.beginnings],
        }
        return asked.get(kind, [])

    def answer(self, question: str) -> tuple[int, list[str]]:
        count = self._db.execute("SELECT count(*) FROM said WHERE words @@ %s::tsquery", (question,)).fetchone()
        newest = "SELECT text FROM said WHERE words @@ %s::tsquery ORDER BY id DESC LIMIT %s"
        rows = self._db.execute(newest, (question, NEWEST)).fetchall()
        return int(count[0]) if count else 0, [row[0] for row in rows]


class Tantivy:
    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=True)
        builder.add_integer_field("at", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))

    def close(self) -> None:
        shutil.rmtree(self._folder)

    def fill(self, messages: Iterable[Message]) -> None:
        writer = self._index.writer(_MEMORY, 1)
        for one in messages:
            writer.add_document(tantivy.Document(text=one.text, at=one.at))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())

    def asked(self, kind: str, questions: Questions) -> list[Any]:
        written = {
            "rare": questions.rare,
            "common": questions.common,
            "AND": [f"{one} AND {other}" for one, other in questions.both],
            "phrase": [f'"{words}"' for words in questions.phrases],
        }
        if kind == "prefix":
            return [tantivy.Query.regex_query(self._schema, "text", f"{letters}.*") for letters in questions.beginnings]
        if kind == "fuzzy":
            return [tantivy.Query.fuzzy_term_query(self._schema, "text", word) for word in questions.rare]
        return [self._index.parse_query(words, ["text"]) for words in written.get(kind, [])]

    def answer(self, question: Any) -> tuple[int, list[str]]:
        searcher = self._index.searcher()
        found: Any = searcher.search(question, NEWEST, order_by_field="at")
        return int(found.count or 0), [str(searcher.doc(place)["text"][0]) for _, place in found.hits]


class Whoosh:
    """Its own index, which this house never uses: measured up to 150,000 messages."""

    name = "Whoosh"
    most = 150_000

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._index = create_in(str(folder), Schema(id=ID, at=NUMERIC(sortable=True, bits=64), text=TEXT(stored=True)))
        self._parser = QueryParser("text", self._index.schema)

    def close(self) -> None:
        self._index.close()  # type: ignore[no-untyped-call]  # it ships half of its types
        shutil.rmtree(self._folder)

    def fill(self, messages: Iterable[Message]) -> None:
        writer = self._index.writer(limitmb=256)
        for one in messages:
            writer.add_document(id=str(one.number), at=one.at, text=one.text)
        writer.commit()

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())

    def asked(self, kind: str, questions: Questions) -> list[Any]:
        written = {
            "rare": questions.rare,
            "common": questions.common,
            "AND": [f"{one} AND {other}" for one, other in questions.both],
            "phrase": [f'"{words}"' for words in questions.phrases],
            "prefix": [f"{letters}*" for letters in questions.beginnings],
        }
        return [self._parser.parse(words) for words in written.get(kind, [])]

    def answer(self, question: Any) -> tuple[int, list[str]]:
        with self._index.searcher() as searcher:
            found = searcher.search(question, limit=NEWEST, sortedby="at", reverse=True)
            return len(found), [hit["text"] for hit in found]


@contextmanager
def rivals(ground: Ground, most: int) -> Iterator[list[Rival]]:
    """Give the engines to measure beside ours on this ground, empty."""
    if ground.url is not None:
        with closing(BarePostgres(ground.url)) as bare:
            yield [bare]
        return
    with closing(BareFts(ground.folder / "bare-words.db")) as bare, closing(Tantivy(ground.folder / "tantivy")) as rust:
        if most > Whoosh.most:
            yield [bare, rust]
            return
        with closing(Whoosh(ground.folder / "whoosh")) as python:
            yield [bare, rust, python]


def _by_time(message: Message) -> int:
    """Return a row id that orders by time, as ours does."""
    return message.at << 20 | message.number


def _portions(messages: Iterable[Message]) -> Iterator[list[Message]]:
    some: list[Message] = []
    for one in messages:
        some.append(one)
        if len(some) == 500:  # what our follower takes at a time
            yield some
            some = []
    yield some
