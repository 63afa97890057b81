from __future__ import annotations

import html
import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from api.pages.search import DECISIONS
from api.wording import LANGUAGES, wording
from audit.domain.access import RecordExported, SearchMade
from audit.domain.event import Record
from audit.domain.hit_review import OUTCOMES
from audit.domain.review import SampleDrawn
from audit.projections.search.examples import EXAMPLES, NOTES
from tests.api.pages import Browser, signed_in
from tests.archive.items import message

if TYPE_CHECKING:
    from audit.bootstrap.house import House


@pytest.fixture
def desk(house: House) -> Browser:
    """A supervisor's browser over four messages, two of which name a refund."""
    said = ["Hello", "I want a refund", "Which order?", "The refund of ORD-7, please"]
    house.archive.append_new([message(number, text) for number, text in enumerate(said, 1)])
    house.follower.catch_up()
    return signed_in(house, "supervisor", why=None)


def events(house: House, kind: type) -> list[Record]:
    return [one for one in house.archive.read(0, 500) if isinstance(one, Record) and isinstance(one.event, kind)]


def hits(browser: Browser, query: str) -> list[int]:
    page = browser.client.get("/search", params={"q": query})
    return [int(one) for one in re.findall(r'<li class="hit" id="e(\d+)"', page.text)]


def test_lines_around_a_hit_are_shown_and_whose_they_are_is_recorded(house: House, desk: Browser) -> None:
    assert "Which order?" not in desk.get("/search?q=ORD-7").text
    assert "Which order?" in desk.get("/search?q=ORD-7&context=2").text
    made = events(house, SearchMade)[-1].event
    assert isinstance(made, SearchMade)
    assert made.persons is not None
    assert made.persons.value == ["cust-7"]


def test_days_and_a_file_are_put_into_the_query(desk: Browser) -> None:
    page = desk.get("/search?q=refund&since=2020-01-01&until=2020-01-31&file=yes&channel=chat&role=")
    assert 'value="(refund) channel:chat at:[2020-01-01 to 2020-01-31] has:attachment"' in page.text
    assert 'value="(refund) at:&lt;=2020-01-31"' in desk.get("/search?q=refund&until=2020-01-31").text
    assert 'value="at:&gt;=2020-01-31"' in desk.get("/search?since=2020-01-31").text


def test_what_cannot_be_understood_is_marked_in_its_place_and_nothing_is_recorded(house: House, desk: Browser) -> None:
    page = desk.get("/search?q=refund+OR+%28late")
    assert page.status_code == 400
    assert re.search(r"<mark>[^<]+</mark>", page.text)
    assert events(house, SearchMade) == []


def test_what_was_said_meanwhile_is_missed_and_that_somebody_looked_is_not(house: House, desk: Browser) -> None:
    house.follower.catch_up()
    for page in ("/search?q=refund", "/"):
        desk.get("/search?q=order")
        assert "still being read" not in desk.get(page).text
    house.archive.append_new([message(9, "Another refund")])
    for page in ("/search?q=refund", "/"):
        assert "still being read" in desk.get(page).text
    house.follower.catch_up()
    assert "still being read" not in desk.get("/search?q=refund").text


def test_many_hits_are_divided_by_the_newest_and_by_all_when_asked(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.search._COUNTED_MOST", 1)
    page = desk.get("/search?q=refund").text
    assert "Of the newest 1 hits." in page
    (whole,) = re.findall(r'href="([^"]+counted=all)"', page)
    assert facet(page, "Customer") == {"cust-7": 1}
    assert facet(desk.get(html.unescape(whole)).text, "Customer") == {"cust-7": 2}


def facet(page: str, name: str) -> dict[str, int]:
    """Return how often each value stands beside the hits."""
    told = page.partition("<aside")[2].partition(f"<h2>{name}</h2>")[2].partition("</ul>")[0]
    return {value: int(count) for value, count in re.findall(r'<bdi>([^<]+)</bdi></a> <span class="count">(\d+)', told)}


def test_hits_are_tagged_decided_upon_and_commented_on(desk: Browser) -> None:
    first, second = hits(desk, "refund")
    asked = {"on": "/search?q=refund", "q": "refund", "back": "/search?q=refund"}
    done = desk.send("/search/remark", which="ticked", event=[first], tag="fee", decided="responsive", **asked)
    assert done.headers["location"] == "/search?q=refund&noted=1"
    desk.send("/search/remark", which="all", comment="look <b>here</b>", **asked)
    page = desk.get("/search?q=refund&noted=2").text
    assert page.count("look &lt;b&gt;here&lt;/b&gt;") == 2
    assert page.count("<bdi>fee</bdi>") == 1
    desk.send("/search/remark", which="ticked", event=[first, second], untag="fee", **asked)
    assert "<bdi>fee</bdi>" not in desk.get("/search?q=refund").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"which": "ticked"}, 400),
        ({"which": "ticked", "tag": "fee"}, 400),
        ({"which": "ticked", "event": "x", "tag": "fee"}, 400),
        ({"which": "ticked", "event": "99999", "tag": "fee"}, 404),
        ({"which": "ticked", "event": "2", "to": "nobody"}, 404),
        ({"which": "all", "decided": "perhaps"}, 409),
        ({"which": "all", "tag": "not a code!"}, 400),
    ],
)
def test_a_remark_that_cannot_be_made_is_refused(desk: Browser, fields: dict[str, str], status: int) -> None:
    assert desk.send("/search/remark", on="/search?q=refund", q="refund", **fields).status_code in {status, 409}


def test_a_remark_never_leads_to_another_site(desk: Browser) -> None:
    done = desk.send("/search/remark", q="refund", which="all", tag="fee", back="//evil.example/search?")
    assert done.headers["location"].startswith("/search?")


def test_an_agent_neither_remarks_nor_draws_nor_hands_over(house: House, desk: Browser) -> None:
    agent = signed_in(house, "agent", why=None, app=desk.client.app)  # type: ignore[arg-type]  # it is the same application
    page = agent.get("/search?q=refund").text
    assert "/search/remark" not in page
    assert "/search/export" not in page
    for path in ("/search/remark", "/search/draw", "/search/export"):
        assert agent.send(path, q="refund", which="all", tag="fee").status_code == 403


def test_a_search_is_saved_changed_and_given_up_by_its_owner(house: House, desk: Browser) -> None:
    desk.send("/search/save", on="/search?q=refund", q="refund", name="fees", title="Fee case", alert="yes")
    page = desk.get("/searches").text
    assert "Fee case" in page
    (search,) = set(re.findall(r"/searches/([0-9a-f-]{36})/change", page))
    other = signed_in(house, "agent", why=None)
    assert f"/searches/{search}/change" not in other.get("/searches").text
    assert other.send(f"/searches/{search}/drop").status_code == 409
    desk.send(f"/searches/{search}/change", query="refund OR fee", title="Fees")
    assert "refund OR fee" in desk.get("/searches").text
    assert desk.send(f"/searches/{search}/change", query="(").status_code == 400
    desk.send(f"/searches/{search}/drop", reason="done")
    assert "refund OR fee" not in desk.get("/searches").text
    assert "refund OR fee" in desk.get("/searches?dropped=yes").text
    nothing = house.archive.names.tie("search", "none")
    assert desk.send(f"/searches/{nothing}/drop").status_code == 404


def test_a_sample_is_drawn_and_drawn_again_by_its_seed(house: House, desk: Browser) -> None:
    pages = [desk.send("/search/draw", q="refund", size="1", seed="s1") for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    drawn = [one.event.drawn for one in events(house, SampleDrawn) if isinstance(one.event, SampleDrawn)]
    assert drawn[0] == drawn[1]
    assert f"#e{drawn[0][0]}" in pages[0].text
    assert desk.send("/search/draw", q="refund", size="0").status_code == 400
    assert desk.send("/search/draw", q="refund", size="1", per="mood").status_code == 400
    assert desk.send("/search/draw", q="nothingofthis", size="1").status_code == 409


def test_what_was_found_is_counted_first_and_then_handed_over_as_one_file(house: House, desk: Browser) -> None:
    counted = desk.send("/search/export", q="refund", form="csv", prefix="FEE", context="0")
    assert "<strong>2</strong>" in counted.text
    assert events(house, RecordExported) == []
    handed = desk.send("/search/export", q="refund", form="csv", prefix="FEE", context="0", go="yes")
    assert handed.headers["content-disposition"].startswith("attachment")
    with ZipFile(BytesIO(handed.content)) as file:
        assert any(name.endswith("manifest.json") for name in file.namelist())
        assert not any(".." in name or name.startswith("/") for name in file.namelist())
    (record,) = events(house, RecordExported)
    assert isinstance(record.event, RecordExported)
    assert record.event.count == 2
    assert desk.send("/search/export", q="refund", form="exe").status_code == 400
    assert desk.send("/search/export", q="refund", prefix="../x").status_code in {400, 409}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_the_language_of_queries_is_explained_in_every_language(language: str) -> None:
    say = wording(language)
    words = [*(title for title, _ in EXAMPLES), *(told for _, group in EXAMPLES for _, told in group), *NOTES]
    assert [one for one in words if str(say(one)) == one] == []


def test_every_decision_is_called_something() -> None:
    assert set(DECISIONS) == set(OUTCOMES)
