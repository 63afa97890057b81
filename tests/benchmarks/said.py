"""The messages of the made-up company as records, read from its file as they are needed, and questions about them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from audit.domain.conversation import MessagePosted
from audit.domain.event import Damaged, Personal, Record, Stamp
from audit.language.analysis import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OF_EACH = 20
"""Questions of each kind."""
_LOOKED_AT = 20_000


class Message(NamedTuple):
    """A message as every engine gets it: a number that grows, the moment in milliseconds, the channel, the text."""

    number: int
    at: int
    channel: str
    text: str


def lines(file: Path, most: int) -> Iterator[dict[str, Any]]:
    """Yield the messages of a file of the company."""
    with file.open(encoding="utf-8") as opened:
        told = (json.loads(line) for line in opened)
        yield from islice((line for line in told if line["kind"] == "message"), most)


def messages(file: Path, most: int) -> Iterator[Message]:
    for number, line in enumerate(lines(file, most), 1):
        at = int(datetime.fromisoformat(line["at"]).timestamp() * 1_000)
        yield Message(number, at, line["channel"], line["text"])


@dataclass(frozen=True)
class Head:
    size: int


class SaidLog:
    """A log that holds messages alone and is read once from its beginning: what the follower reads, without keys."""

    def __init__(self, file: Path, size: int) -> None:
        self._lines = lines(file, size)
        self._size = size
        self._read = 0

    def head(self) -> Head:
        return Head(self._size)

    def read(self, after: int, limit: int, upto: int | None = None) -> list[Record | Damaged]:
        assert after == self._read, "it is read in order"
        most = limit if upto is None else min(limit, upto - after)
        page: list[Record | Damaged] = [
            _record(after + number, line) for number, line in enumerate(islice(self._lines, most), 1)
        ]
        self._read += len(page)
        return page


def _record(position: int, line: dict[str, Any]) -> Record:
    at = datetime.fromisoformat(line["at"])
    named = [("customer", line["customer"]), ("conversation", line["conversation"])]
    stamp = Stamp(
        role=line["role"],
        happened_at=at,
        recorded_at=at,
        source=line["source"],
        actor=uuid5(NAMESPACE_URL, line["author_id"]),
        ties=tuple((kind, uuid5(NAMESPACE_URL, name)) for kind, name in named),
        ids=Personal([[kind, name] for kind, name in named]),
    )
    event = MessagePosted(text=Personal(line["text"]), channel=line["channel"], direction=line["direction"])
    return Record(position=position, stream=uuid5(NAMESPACE_URL, line["id"]), version=1, event=event, stamp=stamp)


@dataclass(frozen=True)
class Questions:
    """Words and rows of words of the texts themselves, drawn from a seed."""

    rare: list[str]
    common: list[str]
    both: list[tuple[str, str]]
    phrases: list[str]
    beginnings: list[str]
    months: list[str]

    @classmethod
    def about(cls, file: Path, most: int) -> Questions:
        chance = Random(11)  # noqa: S311  # a fixed choice of questions, no secret
        texts = [line["text"] for line in lines(file, min(most, _LOOKED_AT))]
        words = [[word for word in phrase(text) if word.isascii() and word.isalpha()] for text in texts]
        counts = Counter(word for some in words for word in dict.fromkeys(some))
        ranked = [word for word, _ in counts.most_common() if len(word) > 3]  # longer than the words of grammar
        common, rare = ranked[: max(OF_EACH, len(ranked) // 100)], ranked[-max(OF_EACH, len(ranked) // 4) :]
        rows = [some for some in words if len(some) > 1]
        return cls(
            rare=chance.choices(rare, k=OF_EACH),
            common=chance.choices(common, k=OF_EACH),
            both=[(chance.choice(common), chance.choice(common)) for _ in range(OF_EACH)],
            phrases=[" ".join(_neighbours(chance.choice(rows), chance)) for _ in range(OF_EACH)],
            beginnings=[word[:4] for word in chance.choices(ranked, k=OF_EACH)],
            months=["2025-11", "2026-01", "2026-03", "2026-05"],
        )


def _neighbours(words: list[str], chance: Random) -> list[str]:
    start = chance.randrange(len(words) - 1)
    return words[start : start + 2]
