"""Working with what was found: searches that are kept, alerts, remarks, and samples anybody can draw again."""

from __future__ import annotations

import json
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

from audit.bootstrap.alerting import Watch, check_searches
from audit.bootstrap.house import build
from audit.bootstrap.settings import Settings
from audit.domain.saved_search import SearchAlerted
from audit.projections.dump import dump
from audit.projections.saved_searches import SavedSearches
from audit.projections.tags import Tags
from tests.whole.company import records

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from audit.bootstrap.house import House
    from tests.production.conftest import Desk


def _house(desk: Desk) -> House:
    folder = desk.folder / "data"
    return build(Settings(folder=folder, keys_url=f"sqlite:///{folder / 'keys.db'}", root_key=folder / "root.key"))


def _bring(desk: Desk, *items: dict[str, str]) -> None:
    file: Path = desk.folder / f"items-{sha256(repr(items).encode()).hexdigest()[:8]}.ndjson"
    file.write_text("".join(json.dumps(item) + "\n" for item in items))
    assert desk.run("import", str(file))["new"] == len(items)


def _more(desk: Desk, *texts: str) -> None:
    """Bring messages in that nobody has seen before."""
    said = {
        "kind": "message", "source": "late", "conversation": "c9", "customer": "cust-9", "role": "customer",
        "at": "2026-03-02T10:00:00Z",
    }  # fmt: skip
    _bring(desk, *(said | {"id": sha256(text.encode()).hexdigest(), "text": text} for text in texts))


def alerts(house: House) -> list[SearchAlerted]:
    return [record.event for record in records(house) if isinstance(record.event, SearchAlerted)]


def test_new_matches_are_told_of_once(own_desk: Desk) -> None:
    own_desk.run("searches", "save", "money", "refund", "--alert", "--title", "Money back")
    assert own_desk.run("searches", "check")["alerts"] == []
    _more(own_desk, "a refund please", "another refund please", "nothing of the kind")
    (alert,) = own_desk.run("searches", "check")["alerts"]
    assert (alert["search"], alert["count"]) == ("money", 2)
    assert own_desk.run("searches", "check")["alerts"] == []
    _more(own_desk, "a third refund")
    assert own_desk.run("follow", "--once")["searches"] == [{"search": "money", "count": 1}]
    listed = own_desk.run("searches", "list")
    assert [(one["search"], one["query"], one["alerts"]) for one in listed["searches"]] == [("money", "refund", 3)]
    assert [one["count"] for one in listed["alerts"]] == [2, 1]


def test_two_who_look_at_once_tell_of_a_match_once(own_desk: Desk) -> None:
    own_desk.run("searches", "save", "money", "refund", "--alert")
    _more(own_desk, "a refund please")
    with closing(_house(own_desk)) as one, closing(_house(own_desk)) as other:
        one.follower.catch_up()
        # The view of the other does not know yet of the alert of the first.
        assert [alerted.matches for alerted in (*check_searches(one), *check_searches(other))] == [1]
        assert len(alerts(one)) == 1


def test_the_watch_tells_of_what_came_and_of_what_a_changed_query_finds(own_desk: Desk) -> None:
    own_desk.run("searches", "save", "money", "refund", "--alert")
    with closing(_house(own_desk)) as house:
        watch = Watch(house)

        def told() -> int:
            before = len(alerts(house))
            house.follower.catch_up()
            watch()
            house.follower.catch_up()
            return sum(one.count for one in alerts(house)[before:])

        assert told() == 0
        _more(own_desk, "a refund please", "a parcel")
        assert told() == 1
        own_desk.run("search", "refund")
        assert told() == 0, "that somebody looked is nothing new"
        own_desk.run("searches", "change", "money", "--query", "parcel")
        _more(own_desk, "another parcel")
        assert told() == 1


def test_a_search_without_alerts_a_dropped_and_a_changed_one(own_desk: Desk) -> None:
    own_desk.run("searches", "save", "quiet", "refund")
    own_desk.run("searches", "save", "gone", "refund", "--alert")
    own_desk.run("searches", "save", "other", "refund", "--alert")
    own_desk.run("searches", "drop", "gone")
    own_desk.run("searches", "change", "other", "--query", "please")
    _more(own_desk, "a refund please", "please")
    assert [(one["search"], one["count"]) for one in own_desk.run("searches", "check")["alerts"]] == [("other", 2)]
    names = [one["search"] for one in own_desk.run("searches", "list")["searches"]]
    assert sorted(names) == ["other", "quiet"]
    assert len(own_desk.run("searches", "list", "--all")["searches"]) == 3
    own_desk.run("searches", "save", "gone", "please")
    own_desk.run("searches", "save", "gone", "please", code=1)
    own_desk.run("searches", "change", "nobody", "--query", "please", code=1)
    own_desk.run("searches", "save", "broken", "at:nonsense AND (", code=64)


def test_a_hold_on_a_query_covers_what_comes_later(own_desk: Desk) -> None:
    held = own_desk.run("hold", "place", "--query", "refund", "--title", "Case 7")["holds"][0]
    _more(own_desk, "a refund please")
    (again,) = own_desk.run("hold", "list")["holds"]
    assert again["covered"] == held["covered"] + 1


def test_a_hold_on_a_saved_search_covers_silent_events_too(own_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    own_desk.run("searches", "save", "calls", "source:pbx")
    (held,) = own_desk.run("hold", "place", "--search", "calls")["holds"]
    assert (held["title"], held["query"], held["covered"]) == ("calls", "source:pbx", 0)
    call = {
        "kind": "call", "source": "pbx", "id": "k1", "customer": "cust-8", "at": "2026-03-02T10:00:00Z",
        "queue": "billing", "offered_at": "2026-03-02T10:00:00Z", "answered_at": "2026-03-02T10:00:10Z",
    }  # fmt: skip
    _bring(own_desk, call)
    assert own_desk.run("search", "source:pbx")["total"] == 0
    assert own_desk.run("hold", "list")["holds"][0]["covered"] == 2
    own_desk.run("searches", "change", "calls", "--query", "source:nowhere")
    assert own_desk.run("hold", "list")["holds"][0]["query"] == "source:pbx"
    added = own_desk.run("users", "add", "vera", "--role", "data protection officer")
    monkeypatch.setenv("ONRECORD_SECRET", added["secret"])
    own_desk.run("erase", "--execute", _asked(own_desk, "cust-8"), login="vera", code=1)
    own_desk.run("hold", "release", held["hold"])
    assert own_desk.run("erase", "--execute", _asked(own_desk, "cust-8"), login="vera")["residue"] == []
    own_desk.run("hold", "place", "--search", "nobody", code=1)
    own_desk.run("hold", "place", "--search", "calls", "--query", "refund", code=64)


def _asked(desk: Desk, customer: str) -> str:
    asked = desk.run("erase", customer, "--ground", "asked-by-person", "--identified", "passport-shown")
    return str(asked["erasure"])


def test_a_hold_on_a_search_keeps_the_versions_and_files_of_what_it_finds(own_desk: Desk) -> None:
    (held,) = own_desk.run("hold", "place", "--query", "HYPERLINK")["holds"]
    assert own_desk.run("search", "HYPERLINK")["total"] == 1
    assert held["covered"] == 3
    line = {
        "kind": "attachment", "source": "chat", "id": "f9", "of": "m0", "customer": "cust-7", "name": "later.txt",
        "at": "2026-03-02T10:00:00Z", "media_type": "text/plain", "base64": "aGVsbG8=",
    }  # fmt: skip
    _bring(own_desk, line)
    assert own_desk.run("hold", "list")["holds"][0]["covered"] == 4


def test_remarks_stand_on_one_or_many_events(own_desk: Desk) -> None:
    own_desk.run("users", "add", "rasa", "--role", "supervisor")
    hits = [hit["event"] for hit in own_desk.run("search", "refund", "--limit", "3")["hits"]]
    events = [word for event in hits for word in ("--event", str(event))]
    assert own_desk.run("tags", "add", "fee-dispute", *events)["events"] == 3
    own_desk.run("tags", "comment", "Look at this, Rasa", "--event", str(hits[0]))
    own_desk.run("tags", "assign", "rasa", *events)
    own_desk.run("tags", "assign", "nobody", "--event", str(hits[1]))
    own_desk.run("tags", "decide", "escalate", *events[:2])
    own_desk.run("tags", "remove", "fee-dispute", "--event", str(hits[2]))
    listed = {one["event"]: one for one in own_desk.run("tags", "list")["events"]}
    assert listed.keys() == set(hits)
    first, second, third = (listed[hit] for hit in hits)
    assert (first["tags"], first["decided"], first["remarks"][0]["text"]) == (
        ["fee-dispute"], "escalate", "Look at this, Rasa",
    )  # fmt: skip
    assert (second["assigned"], third["tags"], third["decided"]) == (None, [], None)
    assert [one["event"] for one in own_desk.run("tags", "list", "--decided", "escalate")["events"]] == [hits[0]]
    assert len(own_desk.run("tags", "list", "--tag", "fee-dispute")["events"]) == 2
    assert len(own_desk.run("tags", "list", "--assigned", "rasa")["events"]) == 2


def test_a_remark_needs_an_event_a_code_and_somebody_known(own_desk: Desk) -> None:
    own_desk.run("tags", "add", "fee", code=64)
    own_desk.run("tags", "add", "fee", "--event", "1", "--query", "refund", code=64)
    own_desk.run("tags", "add", "Not a code", "--event", "1", code=1)
    own_desk.run("tags", "add", "fee", "--event", "99999", code=1)
    own_desk.run("tags", "decide", "perhaps", "--event", "1", code=1)
    own_desk.run("tags", "assign", "stranger", "--event", "1", code=1)
    own_desk.run("tags", "comment", "  ", "--event", "1", code=1)
    assert own_desk.run("tags", "list")["events"] == []


def test_a_remark_is_forgotten_with_the_person_it_is_about(own_desk: Desk) -> None:
    (hit,) = own_desk.run("search", "everybody")["hits"]
    own_desk.run("tags", "comment", "Zanzibarian words", "--event", str(hit["event"]))
    with closing(_house(own_desk)) as house:
        (record,) = [one for one in records(house) if one.event.TOPIC == "search-hit.commented"]
        assert record.stamp.tie("customer") == house.archive.names.tie("customer", hit["customer"])


def test_anybody_can_draw_a_sample_again(own_desk: Desk) -> None:
    drawn = own_desk.run("draw", "refund OR answer", "--size", "4", "--seed", "spring")
    (sample,) = drawn["samples"]
    everything = {hit["event"] for hit in own_desk.run("search", "refund OR answer", "--limit", "100")["hits"]}
    by_hand = sorted(everything, key=lambda event: sha256(f"{sample['seed']}:{event}".encode()).digest())[:4]
    assert sample["drawn"] == sorted(by_hand)
    assert sample["population"] == drawn["population"] == len(everything)
    again = own_desk.run("draw", "refund OR answer", "--size", "4", "--seed", "spring")
    assert again["samples"][0]["drawn"] == sample["drawn"]
    assert (
        own_desk.run("draw", "refund", "--size", "1")["seed"] != own_desk.run("draw", "refund", "--size", "1")["seed"]
    )


def test_a_sample_is_drawn_of_each_stratum(own_desk: Desk) -> None:
    drawn = own_desk.run("draw", "refund OR answer", "--size", "2", "--seed", "spring", "--per", "role")
    assert {one["stratum"] for one in drawn["samples"]} >= {"agent", "customer"}
    assert all(len(one["drawn"]) == min(2, one["population"]) for one in drawn["samples"])
    assert sum(one["population"] for one in drawn["samples"]) == drawn["population"]
    assert drawn["samples"][0]["seed"] == f"spring/role/{drawn['samples'][0]['stratum']}"
    own_desk.run("draw", "refund", "--per", "weather", code=64)
    own_desk.run("draw", "zzzz", "--seed", "spring", code=1)
    own_desk.run("draw", "refund", "--seed", "Ona Pavyzdė", code=1)


def test_views_made_anew_say_the_same(own_desk: Desk) -> None:
    own_desk.run("searches", "save", "money", "refund", "--alert")
    own_desk.run("tags", "add", "fee", "--query", "refund", "--note", "a note")
    own_desk.run("tags", "decide", "responsive", "--query", "beginning")
    _more(own_desk, "a refund please")
    own_desk.run("searches", "check")
    own_desk.run("searches", "drop", "money")
    with closing(_house(own_desk)) as house:
        house.follower.catch_up()
        before = [dump(house.views, view) for view in (SavedSearches, Tags)]
        house.follower.rebuild()
        assert [dump(house.views, view) for view in (SavedSearches, Tags)] == before
        assert all(before)
