from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from audit.bootstrap.house import House, build
from audit.bootstrap.settings import read_settings
from audit.cli.app import run
from tests.api.pages import Browser, registered, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = "2026-03-02T09:0"
LINES = (
    {"id": "m1", "at": f"{DAY}0:00Z", "role": "agent", "author": "Rasa", "author_id": "rasa",
     "text": "Good morning, my name is Rasa, how can I help you?"},
    {"id": "m2", "at": f"{DAY}1:00Z", "role": "customer", "author": "Jonas", "text": "My line <b>fails</b>, awful."},
    {"id": "m3", "at": f"{DAY}2:00Z", "role": "agent", "author": "Rasa", "author_id": "rasa",
     "text": "I am sorry to hear that. It is repaired now. Goodbye!"},
)  # fmt: skip


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[House]:
    """A house with one conversation of Rasa's, who signs in by that name."""
    lines, data = tmp_path / "lines.ndjson", tmp_path / "data"
    shared = {"kind": "message", "source": "chat", "conversation": "c1", "customer": "cust-7", "channel": "chat"}
    lines.write_text("".join(json.dumps({**shared, **line}) + "\n" for line in LINES))
    assert run(["init", "--origin", "example.com/archive", "--data", str(data), "--as", "operator"]) == 0
    assert run(["import", str(lines), "--data", str(data), "--as", "operator"]) == 0
    house = build(read_settings({}, data=data))
    house.follower.catch_up()
    yield house
    house.close()


def as_rasa(house: House) -> Browser:
    registered(house, "rasa", "agent")
    browser = Browser(create_app(house))
    browser.sign_in("rasa")
    return browser


def test_a_review_is_made_disputed_and_answered(heard: House) -> None:
    path = f"/reviews/{heard.archive.names.tie('conversation', 'c1')}"
    supervisor = signed_in(heard, "supervisor", why=None)
    page = supervisor.get(path).text
    assert "My line &lt;b&gt;fails&lt;/b&gt;, awful." in page
    greeting = re.findall(r'name="met-greeting"[^>]*value="(\d+)"', page)[0]
    assert supervisor.send(f"{path}/mark", on=path, **{"met-greeting": greeting, "note": "well"}).status_code == 303
    assert supervisor.send(f"{path}/mark", on=path, **{"met-close": "99999"}).status_code == 400
    assert supervisor.send(f"{path}/mark", on=path, **{"met-close": "x"}).status_code == 400

    rasa = as_rasa(heard)
    (review,) = set(re.findall(r'name="review" value="([0-9a-f]+)"', rasa.get(path).text))
    assert "Your marks" not in rasa.get(path).text
    assert rasa.send(f"{path}/dispute", on=path, review=review, reason="I said goodbye").status_code == 303
    assert supervisor.send(f"{path}/answer", review=review, outcome="upheld", reason="no").status_code == 409
    other = signed_in(heard, "operator")
    assert other.send(f"{path}/answer", on=path, review=review, outcome="overturned", reason="so").status_code == 303
    assert "overturned" in other.get("/reviews").text


def test_an_agent_sees_no_review_of_anothers_conversation(heard: House) -> None:
    agent = signed_in(heard, "agent", why=None)
    assert agent.get(f"/reviews/{heard.archive.names.tie('conversation', 'c1')}").status_code == 403
    assert agent.get(f"/reviews/{heard.archive.names.tie('conversation', 'none')}").status_code == 404


def test_a_sample_is_drawn_and_stands_on_the_page(heard: House) -> None:
    supervisor = signed_in(heard, "supervisor", why=None)
    assert supervisor.send("/reviews/draw", on="/reviews", size="1", seed="s1").status_code == 303
    page = supervisor.get("/reviews?one=supervisor&other=operator").text
    assert "<code>s1</code>" in page
    assert f"/reviews/{heard.archive.names.tie('conversation', 'c1')}" in page
    assert "kappa" in page
    assert supervisor.send("/reviews/draw", on="/reviews", size="0").status_code == 400


def test_feedback_shows_agents_their_own(heard: House) -> None:
    rasa = as_rasa(heard)
    assert "Rasa" in rasa.get("/feedback?show=calls").text
    agent = signed_in(heard, "agent", why=None)
    assert "Rasa" not in agent.get("/feedback?show=calls").text
