"""Where a benchmark runs: an archive of its own on one engine, and the made-up company to fill it with."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from audit.bootstrap.house import House, build, create
from audit.bootstrap.settings import Settings
from audit.domain.actor import Actor
from audit.intake.ndjson import Ndjson
from audit.intake.source import Delivered, Found
from audit.sample.company import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.domain.fact import Item

BATCH = 2_000
"""Items in one call: what an import takes at a time."""
BY = Actor(login="operator", role="operator", why="benchmark")
_SEED = 7


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is done.

    Messages of the company, texts for search alone, events behind the pages, single appends by each side, and rounds.
    """

    messages: int
    texts: int
    events: int
    singles: int
    rounds: int


SIZES = {
    "small": Size(messages=150, texts=200, events=5_000, singles=32, rounds=2),
    "full": Size(messages=78_000, texts=150_000, events=200_000, singles=640, rounds=5),
    "million": Size(messages=78_000, texts=1_000_000, events=1_000_000, singles=640, rounds=5),
}
"""The full company gives some 200,000 records."""


def size_of(named: str) -> Size:
    """Return a size by its name, or one with so many texts for search, written as a number."""
    return replace(SIZES["full"], texts=int(named)) if named.isdecimal() else SIZES[named]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A folder of one's own, the URL of a fresh PostgreSQL database (None: SQLite), and how much is to be done."""

    folder: Path
    url: str | None
    size: Size

    @contextmanager
    def house(self) -> Iterator[House]:
        """Give a new archive."""
        folder = self.folder / "archive"
        settings = Settings(
            folder=folder,
            database_url=self.url,
            keys_url=f"sqlite:///{folder / 'keys.db'}",
            root_key=folder / "root.key",
        )
        create(settings, origin="example.com/benchmark", operator=BY.login)
        house = build(settings)
        try:
            yield house
        finally:
            house.close()

    @contextmanager
    def filled_house(self) -> Iterator[House]:
        """Give an archive that holds the company."""
        with self.house() as house:
            for items in self.batches():
                house.archive.append_new(items)
            yield house

    def company(self) -> Path:
        """Return the file of the company, made where it is not there yet."""
        file = self.folder / "company.ndjson"
        if not file.exists():
            write(file, messages=self.size.messages, seed=_SEED)
        return file

    def company_of(self, texts: int) -> Path:
        """Return the file of a company that writes so many messages."""
        file = self.folder / f"company-of-{texts}.ndjson"
        if not file.exists():
            write(file, messages=texts, seed=_SEED)
        return file

    def batches(self) -> Iterator[list[Item]]:
        """Yield the items of the company, read and prepared, a batch at a time."""
        file = self.company()

        def opened() -> BinaryIO:
            return file.open("rb")

        read = Ndjson().read(Delivered(name=file.name, open=opened, beside=_nothing_beside))
        items = (one.item for one in read if isinstance(one, Found))
        while batch := list(islice(items, BATCH)):
            yield batch


def _nothing_beside(name: str) -> NoReturn:
    raise FileNotFoundError(name)
