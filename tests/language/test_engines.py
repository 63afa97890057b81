"""Both engines keep our tokens as they are, so an index answers what plain comparison answers."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import sys
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.language.analysis import analyse, phrase

if TYPE_CHECKING:
    from pathlib import Path

LEXEME_BYTES = 2046
LETTERS = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.name(chr(code), "")]
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


def index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE fts USING fts5(x, stem, tokenize = 'unicode61 remove_diacritics 0')")
    connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(fts, instance)")
    return connection


def kept(connection: sqlite3.Connection, column: str) -> list[str]:
    rows = connection.execute("SELECT term FROM vocabulary WHERE col = ? ORDER BY doc, offset", (column,))
    return [term for (term,) in rows]


@given(texts)
def test_sqlite_keeps_every_token_of_any_text(text: str) -> None:
    stored = analyse(text)
    with closing(index()) as connection:
        extra = [*stored.stems, *stored.identifiers]
        connection.execute("INSERT INTO fts VALUES (?, ?)", (" ".join(stored.exact), " ".join(extra)))
        assert kept(connection, "x") == stored.exact
        assert kept(connection, "stem") == extra


def test_sqlite_keeps_the_words_of_every_character_that_has_a_name() -> None:
    text = " ".join(f"q{letter}q {letter}" for letter in LETTERS)
    exact = phrase(text)
    with closing(index()) as connection:
        connection.execute("INSERT INTO fts VALUES (?, ?)", (" ".join(exact), ""))
        assert kept(connection, "x") == exact


@settings(max_examples=200)
@given(texts)
def test_a_tsvector_literal_takes_every_token_unquoted_and_unshortened(text: str) -> None:
    stored = analyse(text)
    for token in [*stored.exact, *stored.stems, *stored.identifiers]:
        assert token.isalnum()
        assert len(token.encode()) <= LEXEME_BYTES


def test_any_substring_of_a_chinese_run_is_found_and_nothing_else(shared_data: Path) -> None:
    dialogues = json.loads((shared_data / "crosswoz" / "val_first40.json").read_text("utf-8"))
    messages = [message["content"] for dialogue in dialogues.values() for message in dialogue["messages"]]
    chance = random.Random(7)  # noqa: S311  # a fixed choice of examples, no secret
    runs = re.findall(r"[\u4e00-\u9fa5]+", " ".join(messages))
    with closing(index()) as connection:
        connection.executemany(
            "INSERT INTO fts (rowid, x) VALUES (?, ?)",
            [(row, " ".join(analyse(message).exact)) for row, message in enumerate(messages)],
        )
        for _ in range(400):
            run = chance.choice(runs)
            start = chance.randrange(len(run))
            sought = run[start : start + chance.randint(1, 5)]
            query = '"' + " ".join(phrase(sought)) + '"'
            rows = connection.execute("SELECT rowid FROM fts WHERE x MATCH ? ORDER BY rowid", (query,))
            assert [row for (row,) in rows] == [row for row, message in enumerate(messages) if sought in message]
