"""The pages: how long each takes behind a real server with very many events, for one visitor and for many at once."""

from __future__ import annotations

import re
import sys
from itertools import cycle
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from api.visit import SESSION_COOKIE
from tests.benchmarks.figures import Figure
from tests.benchmarks.said import Questions
from tests.benchmarks.stocking import GUEST, stocked
from tests.benchmarks.visiting import Asked, alone, fetched, served, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.ground import Ground, Size
    from tests.benchmarks.stocking import Stock
    from tests.benchmarks.visiting import Answered

CLIENTS: Final = 32
READING_SECONDS: Final = 2.0
"""So long somebody looks at a page before they ask for the next: 32 of them ask for 16 pages a second."""
AIM_SECONDS: Final = 0.25
AIM_BYTES: Final = 100_000
_KINDS_LOOKED_AT: Final = 2_000
_OF_EACH: Final = 20
_FEW: Final = 100
"""Where fewer pages are asked for, it is tried whether the benchmark runs: then nobody reads for long."""
_SUPERVISOR, _COMPLIANCE, _ADMINISTRATOR = "supervisor", "compliance officer", "administrator"
_GUEST_COOKIE: Final = "onrecord-portal"
"""As api/pages/portal.py calls it, which opens its doors when it is imported."""


class Page(NamedTuple):
    """A page to be measured: who asks for it, and under which addresses, taken in turns."""

    name: str
    role: str
    paths: Sequence[str]


def pages(ground: Ground) -> list[Figure]:
    """Build the archive, serve it, and ask for every page."""
    stock = stocked(ground)
    figures = [
        Figure("events behind the pages", stock.events, ""),
        Figure("building that archive, views included", stock.events / stock.seconds, "events/s"),
    ]
    began = perf_counter()
    with served(ground) as server:
        visitors = _Visitors(stock)
        fetched(server.port, visitors.asking(_SUPERVISOR, "/"))
        first = perf_counter()
        figures.append(Figure("from the command to the first page", 1e3 * (first - began), "ms"))
        figures.append(Figure("from the server being up to the first page", 1e3 * (first - server.up_at), "ms"))
        slow = slow_at_once = large = 0
        for page in [*_fixed(), *_searched(stock), *_found(server.port, visitors)]:
            measured = _Measured(server.port, visitors, page, ground.size)
            figures += measured.figures()
            slow, large = slow + measured.is_slow, large + measured.is_large
            slow_at_once += measured.is_slow_at_once
    return [
        *figures,
        Figure(f"pages over {1e3 * AIM_SECONDS:.0f} ms for 1 of 100, {CLIENTS} readers", slow, ""),
        Figure(f"pages over {1e3 * AIM_SECONDS:.0f} ms for 1 of 100, {CLIENTS} at once", slow_at_once, ""),
        Figure(f"pages of more than {AIM_BYTES // 1_000} kB", large, ""),
    ]


class _Visitors:
    """Those who are signed in, each asking in turn."""

    def __init__(self, stock: Stock) -> None:
        self._tokens = {role: cycle(tokens) for role, tokens in stock.tokens.items()}

    def asking(self, role: str, path: str) -> Asked:
        name = _GUEST_COOKIE if role == GUEST else SESSION_COOKIE
        return Asked(path, f"{name}={next(self._tokens[role])}")


class _Measured:
    """One page, asked for by one client, by many who read what they get, and by many who do not."""

    def __init__(self, port: int, visitors: _Visitors, page: Page, size: Size) -> None:
        paths = cycle(page.paths)
        asking = (visitors.asking(page.role, path) for path in paths)
        self._name = page.name
        once, each = max(8, size.singles // 8), max(2, size.singles // 128)
        self._alone = alone(port, [next(asking) for _ in range(once)])
        everybody = [[[next(asking) for _ in range(each)] for _ in range(CLIENTS)] for _ in range(2)]
        self._readers = together(port, everybody[0], reading=READING_SECONDS if size.singles > _FEW else 0.1)
        began = perf_counter()
        self._at_once = together(port, everybody[1])
        self._rate = len(self._at_once) / (perf_counter() - began)
        sys.stderr.write(f"pages: {page.name} measured\n")

    def figures(self) -> Iterator[Figure]:
        each = (self._alone, "1 client"), (self._readers, f"{CLIENTS} readers"), (self._at_once, f"{CLIENTS} at once")
        for answers, who in each:
            half, most = _within(answers)
            yield Figure(f"{self._name}, {who}: half within", 1e3 * half, "ms")
            yield Figure(f"{self._name}, {who}: 99 of 100 within", 1e3 * most, "ms")
        yield Figure(f"{self._name}: at most", self._rate, "pages/s")
        yield Figure(f"{self._name}: the longest", self._longest / 1e3, "kB")

    @property
    def _longest(self) -> int:
        return max(one.length for one in [*self._alone, *self._readers])

    @property
    def is_slow(self) -> bool:
        return _within(self._readers)[1] > AIM_SECONDS

    @property
    def is_slow_at_once(self) -> bool:
        return _within(self._at_once)[1] > AIM_SECONDS

    @property
    def is_large(self) -> bool:
        return self._longest > AIM_BYTES


def _within(answers: Sequence[Answered]) -> tuple[float, float]:
    cut = quantiles([one.seconds for one in answers], n=100, method="inclusive")
    return cut[49], cut[98]


def _fixed() -> list[Page]:
    """Return the pages whose address is always the same."""
    return [
        Page("start", _SUPERVISOR, ["/"]),
        Page("the desk, weak", _SUPERVISOR, ["/desk"]),
        Page("the desk, all queues", _SUPERVISOR, [f"/desk?queue={one}" for one in ("unread", "orphans", "all")]),
        Page("work orders", _SUPERVISOR, ["/work-orders"]),
        Page("promises", _SUPERVISOR, ["/promises"]),
        Page("record requests", _SUPERVISOR, ["/requests"]),
        Page("service level", _SUPERVISOR, ["/levels"]),
        Page("volume", _SUPERVISOR, ["/volume"]),
        Page("reviews", _SUPERVISOR, ["/reviews"]),
        Page("holds", _SUPERVISOR, ["/holds"]),
        Page("erasures", _SUPERVISOR, ["/erasures"]),
        Page("imports", _SUPERVISOR, ["/imports"]),
        Page("retention", _COMPLIANCE, ["/retention"]),
        Page("access log", _COMPLIANCE, ["/access"]),
        Page("log and checkpoints", _SUPERVISOR, ["/log"]),
        Page("users", _ADMINISTRATOR, ["/users"]),
        Page("settings", _ADMINISTRATOR, ["/settings"]),
        Page("portal", GUEST, ["/portal"]),
        Page("portal, who looked", GUEST, ["/portal/looks"]),
    ]


def _searched(stock: Stock) -> list[Page]:
    """Return the searches: for words of the texts themselves, and narrowed as the facets beside the hits would."""
    words = Questions.about(stock.file, _KINDS_LOOKED_AT)
    narrowed = [f"{word} channel:chat role:customer" for word in words.common]
    return [
        Page("search, rare", _SUPERVISOR, [_search(word) for word in words.rare]),
        Page("search, common", _SUPERVISOR, [_search(word) for word in words.common]),
        Page("search, narrowed", _SUPERVISOR, [_search(query) for query in narrowed]),
        Page("search, best first", _SUPERVISOR, [_search(word, sort="relevance") for word in words.common]),
        Page(
            "customers, by name", _SUPERVISOR, [f"/customers?{urlencode({'q': one})}" for one in ("an", "mari", "li")]
        ),
    ]


def _search(query: str, **more: str) -> str:
    return "/search?" + urlencode({"q": query, **more})


def _found(port: int, visitors: _Visitors) -> Iterator[Page]:
    """Yield the pages of single things, by the links that stand on others."""
    hits = _search("internet OR router OR technician")
    for name, role, on, kind in (
        ("customer", _SUPERVISOR, hits, "customers"),
        ("timeline", _SUPERVISOR, hits, "conversations"),
        ("ticket", _SUPERVISOR, "/desk?queue=all", "tickets"),
        ("work order", _SUPERVISOR, "/work-orders", "work-orders"),
        ("promise", _SUPERVISOR, "/promises", "promises"),
        ("record request", _SUPERVISOR, "/requests", "requests"),
        ("import", _SUPERVISOR, "/imports", "imports"),
        ("record asked for", _SUPERVISOR, hits, "customers"),
        ("who looked at a customer", _COMPLIANCE, hits, "customers"),
    ):
        told = fetched(port, visitors.asking(role, on))
        links = list(dict.fromkeys(re.findall(rf'href="(/{kind}/[0-9a-f-]{{36}})["?#]', told)))[:_OF_EACH]
        end = {"record asked for": "/record", "who looked at a customer": "/access"}.get(name, "")
        assert links, f"{on} leads to none of the {kind}"
        yield Page(name, role, [link + end for link in links])
