"""Searching: the index of the messages alone, built and asked, beside the bare engines with the same texts."""

from __future__ import annotations

from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from audit.projections.engine import postgresql_engine, sqlite_engine
from audit.projections.follow import Follower
from audit.projections.search.find import Asked, search
from audit.projections.search.index import Index
from audit.projections.search.snippets import snippets
from audit.projections.views import Views
from tests.benchmarks.figures import Figure
from tests.benchmarks.rivals import rivals
from tests.benchmarks.said import OF_EACH, Questions, SaidLog, messages
from tests.benchmarks.same_rows import engine_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.benchmarks.ground import Ground
    from tests.benchmarks.rivals import Rival

_COMPARED = ("rare", "common", "AND", "phrase", "prefix", "fuzzy")
_LATER = 20
"""One message of so many comes while people search."""


def searching(ground: Ground) -> list[Figure]:
    texts = ground.size.texts
    file = ground.company_of(texts)
    questions = Questions.about(file, texts)
    views = Views(_engine(ground), [Index])
    try:
        with rivals(ground, texts) as others:
            log = SaidLog(file, texts)
            first = texts - texts // _LATER
            figures = _filled(ground, views, Follower(log, views), first)
            for other in others:
                figures += _rival_filled(other, lambda: messages(file, first), first)
            for kind in _COMPARED:
                figures += _compared(views, kind, questions, others, ground.size.rounds)
            for kind, asked in _alone(questions).items():
                figures += _beside_engine(views, kind, asked, ground.size.rounds)
            figures += _snippets(views, _ours("common", questions))
            figures += _while_writing(views, questions, Follower(log, views), texts - first)
    finally:
        views.close()
    return figures


def _engine(ground: Ground) -> Any:
    if ground.url is not None:
        return postgresql_engine(ground.url, "benchmark")
    return sqlite_engine(ground.folder / "views.db")


def _filled(ground: Ground, views: Views, follower: Follower, count: int) -> list[Figure]:
    began = perf_counter()
    follower.catch_up(count)
    took = perf_counter() - began
    views.scrub()
    return [
        Figure("search index built, texts read included", count / took, "texts/s"),
        Figure("search index, texts and words", _size(ground, views) / 2**20, "MiB"),
    ]


def _size(ground: Ground, views: Views) -> int:
    if ground.url is None:
        return (ground.folder / "views.db").stat().st_size
    with views.engine.connect() as db:
        total = (
            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        )
        kept = "c.relkind = 'r' AND n.nspname = current_schema()"
        return int(db.exec_driver_sql(f"{total} WHERE {kept}").scalar() or 0)


def _rival_filled(other: Rival, said: Callable[[], Iterable[Any]], count: int) -> list[Figure]:
    began = perf_counter()
    other.fill(said())
    took = perf_counter() - began
    return [
        Figure(f"{other.name} filled", count / took, "texts/s"),
        Figure(f"{other.name}, texts and words", other.size() / 2**20, "MiB"),
    ]


def _ours(kind: str, questions: Questions) -> list[Asked]:
    written = {
        "rare": questions.rare,
        "common": questions.common,
        "AND": [f"{one} {other}" for one, other in questions.both],
        "phrase": [f'"{words}"' for words in questions.phrases],
        "prefix": [f"{letters}*" for letters in questions.beginnings],
        "fuzzy": [f"{word}~" for word in questions.rare],
    }
    return [Asked(query=query) for query in written[kind]]


def _alone(questions: Questions) -> dict[str, list[Asked]]:
    """Return what no bare engine is asked: it all takes more than words."""
    months = [f"at:{month}" for month in questions.months]
    filtered = [f"{word} {months[place % len(months)]} channel:chat" for place, word in enumerate(questions.common)]
    return {
        "date range and field": [Asked(query=query) for query in filtered],
        "exact count alone, common": [Asked(query=word, limit=0) for word in questions.common],
        "facets, common": [Asked(query=word, limit=0, facets=("channel", "role")) for word in questions.common],
        "relevance, common": [Asked(query=word, sort="relevance") for word in questions.common],
    }


def _compared(views: Views, kind: str, questions: Questions, others: Sequence[Rival], rounds: int) -> list[Figure]:
    """Ask each engine the same in turns, so that a busy machine is busy for all."""
    theirs: dict[str, list[float]] = {}
    ours: list[float] = []
    engine: list[float] = []
    asked = {other.name: (other, other.asked(kind, questions)) for other in others}
    for _ in range(rounds):
        ours += _our_times(views, _ours(kind, questions), 1)
        engine += engine_times(views, _ours(kind, questions))
        for name, (other, written) in asked.items():
            theirs.setdefault(name, []).extend(_timed(lambda one, other=other: other.answer(one), written))  # type: ignore[misc]  # a default binds the engine
    figures = [*_times(f"{kind}, count and newest 20", ours), *_engine_figures(kind, ours, engine)]
    for name, times in theirs.items():
        if times:
            ratio = median(times) / median(ours)
            figures.append(
                Figure(f"  {name}: {kind}, half within", 1e3 * median(times), "ms", ratio, "ours, times as fast")
            )
    return figures


def _beside_engine(views: Views, kind: str, asked: Sequence[Asked], rounds: int) -> list[Figure]:
    """Ask us, and where the engine could be asked as much, the engine with the same rows, in turns."""
    ours: list[float] = []
    engine: list[float] = []
    for _ in range(rounds):
        ours += _our_times(views, asked, 1)
        engine += [] if asked[0].facets or asked[0].sort == "relevance" else engine_times(views, asked)
    return [*_times(kind, ours), *_engine_figures(kind, ours, engine)]


def _engine_figures(kind: str, ours: Sequence[float], engine: Sequence[float]) -> list[Figure]:
    if not engine:
        return []
    ratio = median(engine) / median(ours)
    what = f"  the engine alone, same rows: {kind}"
    return [Figure(what, 1e3 * median(engine), "ms", ratio, "ours, times as fast")]


def _snippets(views: Views, asked: Sequence[Asked]) -> list[Figure]:
    found = [search(views, one).hits for one in asked]
    return _times("20 snippets of hits", _timed(lambda hits: [snippets(hit) for hit in hits], found))


def _our_times(views: Views, asked: Sequence[Asked], rounds: int) -> list[float]:
    return [took for _ in range(rounds) for took in _timed(lambda one: search(views, one), asked)]


def _timed(answer: Callable[[Any], object], questions: Sequence[Any]) -> list[float]:
    times = []
    for question in questions:
        began = perf_counter()
        answer(question)
        times.append(perf_counter() - began)
    return times


def _times(what: str, times: Sequence[float]) -> list[Figure]:
    cut = quantiles(times, n=100, method="inclusive")
    return [
        Figure(f"search {what}: half within", 1e3 * cut[49], "ms"),
        Figure(f"search {what}: 99 of 100 within", 1e3 * cut[98], "ms"),
    ]


def _while_writing(views: Views, questions: Questions, follower: Follower, count: int) -> list[Figure]:
    """Ask while the rest of the messages is being indexed in another thread."""
    done = Event()

    def write() -> None:
        try:
            follower.catch_up()
        finally:
            done.set()

    quiet = _our_times(views, _ours("common", questions), 2)
    writer = Thread(target=write)
    writer.start()
    busy: list[float] = []
    while not done.is_set() or not busy:
        busy += _our_times(views, _ours("common", questions)[: OF_EACH // 4], 1)
    writer.join()
    figures = _times(f"common, while {count} are being indexed", busy)
    return [
        *figures,
        figures[0]._replace(what="  the same, times as long as before", value=median(busy) / median(quiet), unit=""),
    ]
