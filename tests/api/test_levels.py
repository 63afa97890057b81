from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api import charts
from api.pages.levels import _moves
from api.pages.reviews import BECAUSE
from audit.bootstrap.house import House, build
from audit.bootstrap.settings import read_settings
from audit.cli.app import run
from audit.domain.access import RecordViewed
from audit.domain.event import Record
from audit.language.elements import conversation
from tests.api.pages import Browser, signed_in
from tests.levels.calls import VECTOR, queue_log

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the day of calls whose service levels are known."""
    folder = tmp_path_factory.mktemp("called")
    log, data = folder / "queue_log", str(folder / "data")
    log.write_text("\n".join(queue_log(VECTOR)) + "\n")
    assert run(["init", "--origin", "example.com/archive", "--data", data, "--as", "operator"]) == 0
    assert run(["import", str(log), "--format", "queue_log", "--data", data, "--as", "operator"]) == 0
    house = build(read_settings({}, data=Path(data)))
    house.follower.catch_up()
    yield house
    house.close()


@pytest.fixture(scope="module")
def desk(called: House) -> Browser:
    return signed_in(called, "supervisor", why=None)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_six_formulas_stand_on_the_page_with_their_figures(called: House, desk: Browser) -> None:
    page = desk.get("/levels")
    for figure in ("83.02", "86.00", "81.13", "82.69", "82.08", "81.90"):
        assert f"{figure} %" in page.text
    assert "(A≤T + Ab≤T) / (A + Ab)" in page.text
    assert "T: 20 seconds" in plain(page.text)
    assert page.text.count('<svg class="chart') == 2
    newest = [one for one in called.archive.read(0, 100_000) if isinstance(one, Record)][-1]
    assert isinstance(newest.event, RecordViewed)
    assert newest.event.what == "levels"


def test_the_question_stands_in_the_address(desk: Browser) -> None:
    page = desk.get("/levels?from=2026-03-01&to=2026-03-01&interval=1h&threshold=60&formula=SL2").text
    assert 'value="2026-03-01"' in page
    assert "SL1" not in plain(page.split('id="figures"')[1])
    assert "96.00 %" in page
    assert "No calls in these days" in desk.get("/levels?from=2020-01-01&to=2020-01-02").text


@pytest.mark.parametrize(
    "wrong",
    ["from=soon", "from=2026-03-02&to=2026-03-01", "threshold=-1", "threshold=nan", "interval=7m", "formula=SL9"],
)
def test_a_question_without_sense_is_refused(desk: Browser, wrong: str) -> None:
    assert desk.get(f"/levels?{wrong}").status_code == 400


def test_a_report_is_issued_and_printed_again(called: House, desk: Browser) -> None:
    made = desk.send("/levels/issue", on="/levels", formula="all", threshold="20", interval="1d")
    address = made.headers["location"]
    assert re.fullmatch(r"/levels\?report=[0-9a-f]+", address)
    assert "83.02 %" in desk.get(address).text
    assert "levels.js" not in desk.get(address).text
    assert desk.get("/levels?report=none").status_code == 404
    auditor = signed_in(called, "auditor")
    assert auditor.send("/levels/issue", on="/levels").status_code == 403


def test_an_administrator_sees_counts_and_no_words(called: House) -> None:
    browser = signed_in(called, "administrator", why=None)
    assert browser.get("/levels").status_code == 200
    assert "What customers ask about most" not in browser.get("/volume").text


def test_where_no_days_are_named_the_page_says_which_it_took(desk: Browser) -> None:
    for path, days in (("/levels", 7), ("/volume", 30)):
        page = plain(desk.get(path).text)
        assert f"these are the last {days}, up to the newest contact" in page
        assert "up to the newest contact" not in plain(desk.get(f"{path}?from=2026-03-01&to=2026-03-01").text)


def test_what_customers_ask_about_is_read_when_it_is_asked_for(desk: Browser) -> None:
    page = desk.get("/volume").text
    (link,) = re.findall(r'href="(/volume\?[^"]*topics=yes#topics)"', page)
    assert link not in desk.get(link.replace("&amp;", "&")).text


def test_volume_is_drawn_with_the_days_on_which_nothing_came(desk: Browser) -> None:
    page = desk.get("/volume?from=2026-02-20&to=2026-03-01")
    assert "1,060 contacts" in plain(page.text)
    assert desk.get("/volume?interval=7m").status_code == 400
    assert desk.get("/volume?from=x").status_code == 400


def test_what_is_live_tells_a_position_and_no_figure(called: House, desk: Browser) -> None:
    page = desk.get("/levels").text
    (newest,) = re.findall(r'data-newest="(\d+)"', page)

    async def first() -> list[str]:
        stream = _moves(called)
        told = [await anext(stream), await anext(stream)]
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
        return told

    assert asyncio.run(first()) == ["retry: 2000\n\n", f"data: {newest}\n\n"]


def test_bars_stand_upon_each_other_and_lines_break_where_nothing_is_known() -> None:
    chart = charts.bars([[1, 0], [2, 4]])
    assert chart.top == 5
    assert chart.paths[0].count("M") == 1
    assert chart.paths[1].count("M") == 2
    assert charts.lines([[50, None, 60, 70]]).paths[0].count("M") == 2
    assert charts.bars([[]]).paths == ("",)


def test_every_reason_of_the_rules_is_called_something() -> None:
    source = Path(conversation.__file__).read_text()
    told = set(re.findall(r'"((?:no|customer)-[a-z-]+)"', source))
    assert told == set(BECAUSE)
