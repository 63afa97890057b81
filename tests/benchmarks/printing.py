"""Printing: CPU seconds a page and the most memory, beside bare WeasyPrint on the same HTML; records in a batch."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.cli.app import run
from audit.domain.conversation import MessagePosted
from audit.domain.event import Personal, Record, Stamp
from audit.projections.customers import Customers
from audit.reports.customer_record import compile_record
from audit.reports.model import Scope
from audit.reports.press import Press
from audit.reports.printing import print_record
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import BY, SIZES
from tests.evidence.bundles import BUNDLE

if TYPE_CHECKING:
    from audit.reports.model import CustomerRecord
    from tests.benchmarks.ground import Ground

# Messages that make about 5, 50, 500 and 2,000 pages.
MESSAGES = {"small": (20,), "full": (20, 900, 9_600), "million": (20, 900, 9_600, 38_600)}
RECORDS = {"small": 2, "full": 60, "million": 60}
_CUSTOMER = UUID(int=7)
_BEGAN = datetime(2024, 1, 1, 8, tzinfo=UTC)
_IN_A_CONTACT = 40
_SAID = (
    ("en", "The kitchen router restarts every night at three, and the lamp beside it turns red."),
    ("lt", "Maršrutizatorius kas naktį išsijungia; grąžinsime pinigus iki penktadienio."),
    ("bg", "Рутерът се изключва всяка нощ; ще ѝ върнем парите още този месец."),
    ("ru", "Роутер отключается каждую ночь, перезвоним завтра до обеда."),
    ("zh", "路由器每天晚上都会断线，我们会在五天之内退还一百元。"),
)


class _Listening(Press):
    """A press that keeps what it was given, and what each document took."""

    def __init__(self) -> None:
        super().__init__(each=1)
        self.pages: list[tuple[str, dict[str, Any]]] = []

    def answer(self, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        head, pdf = super().answer(job)
        self.pages.append((job["html"], head))
        return head, pdf


def printing(ground: Ground) -> list[Figure]:
    """Print ever longer records, each file beside the engine alone on the same HTML, then many records at once."""
    size = next(name for name, one in SIZES.items() if one is ground.size)
    figures = [one for messages in MESSAGES[size] for one in _beside_bare(messages)]
    return [*figures, *_in_batches(ground, RECORDS[size])]


def _beside_bare(messages: int) -> list[Figure]:
    with _Listening() as press:
        volumes = print_record(_record(messages), lambda _only, _unprinted: BUNDLE, press)
    pages = sum(one.rendered.pages for one in volumes)
    ours, bare = [head["costs"] for _, head in press.pages], [_bare(html) for html, _ in press.pages]
    taken, alone = (sum(one["cpu_seconds"] for one in side) for side in (ours, bare))
    most, most_alone = max(one["peak_bytes"] for one in ours), max(one["peak"] for one in bare) * 1024
    at = f"{pages} pages in {len(volumes)} files"
    return [
        Figure(f"printing {at}", pages / taken, "pages/CPU s", alone / taken, "WeasyPrint alone"),
        Figure(f"memory at {at}", most / 1e6, "MB", most_alone / most, "WeasyPrint alone"),
    ]


def _bare(html: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.printing_bare"]
    done = subprocess.run(command, input=html.encode(), capture_output=True, check=True)  # noqa: S603  # our own module
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _in_batches(ground: Ground, most: int) -> list[Figure]:
    figures = []
    with ground.filled_house() as house:
        house.follower.catch_up()
        with house.views.reading(Customers) as (db, customers):
            ids = [one.written for one in customers.find(db, "", limit=most) if one.written]
    file = Path(ground.folder) / "customers"
    file.write_text("\n".join(ids), encoding="utf-8")
    for processes in (1, 2):
        into = Path(ground.folder) / f"batch-{processes}"
        words = ["record", "--batch", str(file), "-d", str(into), "--processes", str(processes), "--as", BY.login]
        began = perf_counter()
        with redirect_stdout(StringIO()) as said, redirect_stderr(StringIO()):
            code = run([*words, "--json", "--data", str(ground.folder / "archive"), *_database(ground)])
        assert code == 0, said.getvalue()
        records = json.loads(said.getvalue())["records"]
        figures.append(Figure(f"batch, {processes} processes", 60 * records / (perf_counter() - began), "records/min"))
    return figures


def _database(ground: Ground) -> list[str]:
    return ["--database-url", ground.url] if ground.url else []


def _record(messages: int) -> CustomerRecord:
    records = [_message(number) for number in range(1, messages + 1)]
    scope = Scope(
        customers=frozenset({_CUSTOMER}),
        position=messages,
        as_of=_BEGAN,
        origin="example.com/benchmark",
        zone=ZoneInfo("Europe/Vilnius"),
    )
    return compile_record(records, scope)


def _message(number: int) -> Record:
    language, text = _SAID[number % len(_SAID)]
    stamp = Stamp(
        role="agent" if number % 2 else "customer",
        happened_at=_BEGAN + timedelta(minutes=number),
        recorded_at=_BEGAN,
        source="chat",
        ties=(("customer", _CUSTOMER), ("conversation", UUID(int=1000 + number // _IN_A_CONTACT))),
    )
    event = MessagePosted(text=Personal(text * (1 + number % 3)), channel="chat", language=language)
    return Record(position=number, stream=UUID(int=10**9 + number), version=1, event=event, stamp=stamp)
