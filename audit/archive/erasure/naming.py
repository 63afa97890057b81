"""What names a person: their ids, names, addresses and accounts, and which events with a key of their own hold them."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from audit.archive.faults import database_faults
from audit.archive.recorders.reading import Span
from audit.domain.catalogue import EVENTS
from audit.domain.conversation import MessagePosted
from audit.domain.custody import ItemRefused
from audit.domain.customer import AccountTied, ContactPointAdded, ContactPointRemoved, CustomerNamed
from audit.domain.event import Damaged, Personal, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from uuid import UUID

    from audit.archive.archive import Parts

_PAGE: Final = 500
_SHORTEST: Final = 3
_OWN_KEY: Final = tuple(topic for topic, kind in EVENTS.items() if kind.OWN_KEY)
_NAME_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGER: Final = 5
_WORD: Final = re.compile(r"[\w.@+-]{6,}")


class Naming:
    """The words that name a person, as their own events say them."""

    def __init__(self, records: Iterable[Record], customers: frozenset[UUID]) -> None:
        self.ids: set[str] = set()
        self.names: set[str] = set()
        self.words: set[str] = set()
        for record in records:
            self.ids |= _ids(record, customers)
            self._learn(record)
        self._know({name for name in self.names if len(name) >= _SHORTEST})

    def _know(self, names: set[str]) -> None:
        self.names = names
        self._any = _pattern(self.ids | names)
        # One word of a name is a name of many: it may find a search, but takes no item from somebody else.
        self._surely = _pattern(self.ids | {name for name in names if not name.isalpha()})

    def single_words(self) -> set[str]:
        """Return the longer words of names that have several."""
        words = {word for name in self.names for word in _NAME_WORD.findall(name)}
        return {word for word in words - self.names if len(word) >= _LONGER}

    def know_by(self, words: Collection[str]) -> None:
        """Take these words for names too: nobody else is called so."""
        self._know(self.names | set(words))

    def _learn(self, record: Record) -> None:
        match record.event:
            case CustomerNamed(name=known) | AccountTied(account=known):
                self.names |= _texts(known)
            case ContactPointAdded(value=known) | ContactPointRemoved(value=known):
                self.names |= _texts(known)
            case MessagePosted(author=author) if author is not None and record.stamp.role == "customer":
                self.names |= _texts(author)
            case _:
                pass
        for part in _parts(record):
            # The names of unknown fields are the source's, and stand in tables of ours: they tell no residue.
            told = _within(part.value, names=False)
            self.words.update(word for text in told for word in _WORD.findall(text))

    def names_person(self, record: Record, customers: frozenset[UUID]) -> bool:
        """Say whether an event with a key of its own holds the person in its ties, its lists, or its bytes."""
        if not customers.isdisjoint(tied for _, tied in record.stamp.ties):
            return True
        pattern = self._surely if isinstance(record.event, ItemRefused) else self._any
        return any(pattern.search(text) for part in _parts(record) for text in _texts(part))

    def cuts(self, text: str) -> list[tuple[int, int]]:
        """Return where a text names the person, as [start, end) in code points."""
        return [found.span() for found in self._any.finditer(text)]

    def telling(self, most: int) -> list[str]:
        """Return the words that would tell residue best, the longest first."""
        known = {word for word in self.ids | self.names if len(word) >= 2 * _SHORTEST}
        return [*sorted(known, key=_longest), *sorted(self.words - known, key=_longest)][:most]


def naming_events(parts: Parts, naming: Naming, customers: frozenset[UUID], upto: int) -> Iterator[int]:
    """Yield the positions of the events with a key of their own that name the person; opens each of them."""
    after = 0
    while True:
        with database_faults():
            rows = parts.recorder.rows_of_topics(_OWN_KEY, Span(after, upto, _PAGE))
        for record in parts.mapper.read(rows, parts.keyring.open):
            if not isinstance(record, Damaged) and naming.names_person(record, customers):
                yield record.position
        if len(rows) < _PAGE:
            return
        after = rows[-1].position


def _ids(record: Record, customers: frozenset[UUID]) -> set[str]:
    stamp = record.stamp
    if stamp.ids is None or stamp.ids.erased:
        return set()
    pairs = zip(stamp.ties, stamp.ids.value, strict=False)
    return {str(known) for (_, tied), (_, known) in pairs if tied in customers}


def _parts(record: Record) -> Iterator[Any]:
    for one in fields(record.event):  # type: ignore[arg-type]  # every event class is a dataclass
        part = getattr(record.event, one.name)
        if isinstance(part, Personal) and not part.erased:
            yield part


def _texts(part: Personal | None) -> set[str]:
    """Return every text in a personal part, however deep it stands."""
    return set(_within(part.value)) if part is not None and not part.erased else set()


def _within(value: Any, *, names: bool = True) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode(errors="replace")
    elif isinstance(value, dict):
        for name, one in value.items():
            if names:
                yield str(name)
            yield from _within(one, names=names)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _within(one, names=names)


def _pattern(words: Collection[str]) -> re.Pattern[str]:
    """Return what finds any of these as whole words, case aside."""
    if not words:
        return re.compile(r"(?!)")
    found = "|".join(re.escape(word) for word in sorted(words, key=_longest))
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word
