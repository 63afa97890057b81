"""What is withheld from readers is neither shown nor counted by any command or page, but for those who see all."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from audit.archive.erasure.resealing import said_in
from audit.bootstrap import withheld
from audit.cli.app import run
from audit.domain import directory
from audit.domain.actor import HOUSE
from audit.domain.event import Personal, Record
from audit.domain.withholding import WithholdingPlaced
from tests.api.pages import signed_in
from tests.archive.house import new_house
from tests.erasure.forgetting import ONA
from tests.whole.company import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audit.bootstrap.house import House

WORD = "Kazlauskas"
_MORE = {"source": "chat", "customer": "cust-7", "conversation": "c1", "at": "2026-02-20T10:00:00Z", "channel": "chat"}
LINES = (
    {"kind": "message", "id": "m1", "role": "customer", "text": f"My neighbour {WORD} is deaf."},
    {"kind": "message", "id": "m2", "role": "customer", "text": "The neighbour upstairs is not."},
    {"kind": "ticket", "id": "t1", "subject": f"{WORD} calls", "text": f"{WORD} hears nothing."},
    {"kind": "work_order", "id": "w1", "ticket": "t1", "text": f"Ring twice at {WORD}."},
    {"kind": "attachment", "id": "f1", "of": "m2", "name": f"{WORD}.zip", "base64": b64encode(b"PK").decode()},
)
NAMED = {
    "kind": "customer", "source": "crm", "id": "cust-9", "at": "2026-02-20T10:00:00Z", "name": f"Jonas {WORD}",
    "contacts": [{"kind": "phone", "value": "+37060012345"}],
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    file = tmp_path / "items.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in ([_MORE | one for one in LINES] + [NAMED])))
    house = new_house(tmp_path / "archive", url)
    filled(house, file)
    decision = partial(directory.register, login="nora", role="compliance officer")
    house.archive.decide(("staff", "nora"), directory.evolve, decision, HOUSE)
    house.follower.catch_up()
    yield house
    house.close()


@pytest.fixture
def onrecord(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Commands as the operator, from whom words are withheld, or as Nora, who sees all."""
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    url = house.settings.database_url
    place = ["--data", str(house.settings.folder), *(["--database-url", url] if url else [])]

    def said(*words: str, by: str = "operator") -> Any:
        capsys.readouterr()
        code = run([*words, "--json", "--as", by, *place])
        heard = capsys.readouterr()
        assert code == 0, heard.err
        return json.loads(heard.out)

    return said


def withhold_the_word(house: House) -> list[int]:
    """Withhold every event that names the neighbour: the message by a stretch, the others whole."""
    named = []
    for record in house.archive.read(0, 1_000):
        assert isinstance(record, Record)
        said = json.dumps(said_in(record), default=str, ensure_ascii=False)
        if WORD not in said:
            continue
        named.append(record.position)
        stretch = {"part": "text", "start": 13, "end": 23} if "neighbour" in said else {}
        placed = WithholdingPlaced(position=record.position, reason="third-person", whom=("readers",), **stretch)  # type: ignore[arg-type]  # as in the class
        withheld.place(house, placed, ONA)
    return named


def test_no_command_shows_or_counts_what_is_withheld(house: House, onrecord: Callable[..., Any]) -> None:
    def asked(by: str) -> tuple[str, list[int]]:
        (held,) = onrecord("hold", "place", "--query", WORD, by=by)["holds"]
        found = onrecord("search", WORD, by=by)
        customers = [onrecord("customers", query, by=by)["customers"] for query in (WORD, "60012345", "cust-9")]
        counts = [held["covered"], found["total"], *map(len, customers)]
        shown = [
            customers,
            found["hits"],
            onrecord("timeline", "c1", by=by),
            onrecord("attachments", "--unread", by=by),
        ]
        return json.dumps(shown), counts

    before, counts = asked("operator")
    assert (WORD in before, counts) == (True, [6, 4, 1, 1, 1])
    withhold_the_word(house)
    # Who sees all finds the three withholdings themselves under the hold, too.
    for by, there, expected in (("nora", True, [9, 4, 1, 1, 1]), ("operator", False, [0, 0, 0, 1, 1])):
        shown, counts = asked(by)
        assert (WORD in shown, counts) == (there, expected), by


def test_what_reviewers_wrote_about_a_withheld_event_is_withheld(house: House, onrecord: Callable[..., Any]) -> None:
    (hit,) = onrecord("search", f"{WORD} AND deaf")["hits"]
    onrecord("tags", "add", "deaf", "--event", str(hit["event"]), "--note", f"about {WORD}")
    withhold_the_word(house)
    assert WORD in json.dumps(onrecord("tags", "list", by="nora"))
    (one,) = onrecord("tags", "list")["events"]
    assert (one["tags"], one["remarks"][0]["text"]) == (["deaf"], "[withheld: third-person]")
    assert onrecord("tags", "add", "again", "--query", WORD)["events"] == 0


def test_an_alert_tells_nobody_of_what_is_withheld_from_them(house: House, onrecord: Callable[..., Any]) -> None:
    for by in ("operator", "nora"):
        onrecord("searches", "save", f"of-{by}", WORD, "--alert", by=by)
    file = house.settings.folder.parent / "later.ndjson"
    more = [_MORE | {"kind": "message", "id": f"n{n}", "role": "agent", "text": f"{WORD}, {n}"} for n in range(2)]
    file.write_text("".join(json.dumps(one) + "\n" for one in more))
    filled(house, file)
    house.follower.catch_up()
    withheld.place(
        house,
        WithholdingPlaced(position=house.archive.head().size - 1, reason="x", whom=("readers",), note=Personal("y")),
        ONA,
    )
    hidden = withheld.hiding_from_reader(house, "operator").positions
    onrecord("searches", "check")
    expected = {"nora": {"of-operator": 2 - len(hidden), "of-nora": 2}, "operator": {"of-operator": 1, "of-nora": 1}}
    for by, counts in expected.items():
        listed = onrecord("searches", "list", by=by)
        assert {one["search"]: one["count"] for one in listed["alerts"]} == counts, by
        assert {one["search"]: one["alerts"] for one in listed["searches"]} == counts, by


def test_a_production_says_what_its_maker_could_not_search(
    house: House, onrecord: Callable[..., Any], tmp_path: Path
) -> None:
    events = withhold_the_word(house)
    mine = onrecord("export", f"{WORD} OR upstairs", "-o", str(tmp_path / "mine"))
    assert (mine["matched"], mine["complete"]) == (1, False)
    assert WORD.encode() not in b"".join(one.read_bytes() for one in (tmp_path / "mine").rglob("*.ndjson"))
    said = "".join(one.read_text(errors="replace") for one in (tmp_path / "mine").rglob("*") if one.is_file())
    assert f"{len(events)} events are withheld from who asked" in said
    hers = onrecord("export", f"{WORD} OR upstairs", "-o", str(tmp_path / "hers"), by="nora")
    assert (hers["matched"], hers["complete"]) == (5, True)


def test_a_proof_does_not_open_what_its_maker_may_not_read(
    house: House, onrecord: Callable[..., Any], tmp_path: Path
) -> None:
    (event, *_) = withhold_the_word(house)
    onrecord("prove", str(event), "-o", str(tmp_path / "mine.json"))
    onrecord("prove", str(event), "-o", str(tmp_path / "hers.json"), by="nora")
    assert WORD not in (tmp_path / "mine.json").read_text()
    assert WORD in (tmp_path / "hers.json").read_text()


def test_pages_withhold_from_an_agent_and_not_from_a_compliance_officer(house: House) -> None:
    tie = house.archive.names.tie
    paths = [
        f"/conversations/{tie('conversation', 'c1')}",
        f"/customers/{tie('customer', 'cust-7')}",
        f"/customers/{tie('customer', 'cust-9')}",
        "/customers?q=60012345",
    ]
    agent, nora = signed_in(house, "agent", why=None), signed_in(house, "compliance officer")
    texts = [agent.get(path).text for path in paths]
    assert [WORD in text for text in texts] == [True] * 4
    withhold_the_word(house)
    for browser, there in ((agent, False), (nora, True)):
        texts = [browser.get(path).text for path in paths]
        assert [WORD in text for text in texts] == [there] * 4
    assert "[withheld: third-person]" in agent.get(paths[0]).text
    assert "[withheld: third-person]" in agent.get(paths[1]).text
