"""Each command does what it says, and says it in one JSON object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audit.archive.stored import FORMAT
from audit.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    OnRecord = Callable[..., Said]


def test_the_same_file_again_is_known_to_the_last_item(onrecord: OnRecord, place: list[str]) -> None:
    company = Path(place[1]).with_name("company.ndjson")
    lines = len(company.read_text().splitlines())
    said = onrecord("import", str(company))
    assert said.code == 0
    assert {name: said.facts[name] for name in ("found", "new", "known", "refused", "deliveries")} == {
        "found": lines,
        "new": 0,
        "known": lines,
        "refused": 0,
        "deliveries": 1,
    }


def test_search_counts_exactly_and_marks_what_it_found(onrecord: OnRecord) -> None:
    said = onrecord("search", "customer:cust-1 OR kind:message", "--limit", "1000", "--facet", "channel")
    assert said.code == 0
    assert said.facts["total"] == len(said.facts["hits"])
    said = onrecord("search", "Fennmoor", "--limit", "5")
    assert said.facts["total"] >= 5
    for hit in said.facts["hits"]:
        assert [hit["text"][start:end].lower() for start, end in hit["marks"]] == ["fennmoor"] * len(hit["marks"])
        assert hit["marks"]


def test_a_search_is_itself_put_on_record(onrecord: OnRecord) -> None:
    before = onrecord("search", "nobody-ever-said-this", "--why", "a complaint")
    after = onrecord("search", "nobody-ever-said-this")
    assert before.facts["total"] == 0
    assert after.facts["position"] == before.facts["position"] + 1


def test_a_query_that_cannot_be_read_is_wrong_use_and_names_the_place(onrecord: OnRecord) -> None:
    said = onrecord("search", '"unbalanced')
    assert said.code == 64
    assert said.facts is None
    assert said.errors.startswith("onrecord: ")


def test_a_transcript_has_every_line_of_a_conversation_in_order(onrecord: OnRecord) -> None:
    hit = onrecord("search", "kind:message channel:chat", "--limit", "1").facts["hits"][0]
    said = onrecord("timeline", hit["conversation"])
    assert said.code == 0
    times = [event["at"] for event in said.facts["events"]]
    assert len(times) > 1
    assert hit["event"] in {event["event"] for event in said.facts["events"]}
    assert {"event", "kind", "at", "role", "author", "text", "versions"} <= said.facts["events"][0].keys()


def test_a_customer_is_found_by_name_and_their_record_is_printed(onrecord: OnRecord, tmp_path: Path) -> None:
    one = onrecord("customers", "--limit", "1").facts["customers"][0]
    found = onrecord("customers", one["names"][0]).facts["customers"]
    assert one["customer"] in {each["customer"] for each in found}
    paper, data = tmp_path / "record.pdf", tmp_path / "record.json"
    said = onrecord("record", one["customer"], "-o", str(paper), "--language", "lt")
    assert said.code == 0
    assert paper.read_bytes().startswith(b"%PDF-")
    assert said.facts["pages"] >= 2
    assert said.facts["complete"]
    position = said.facts["position"]
    again = onrecord("record", one["customer"], "-o", str(data), "--position", str(position))
    assert again.facts["events"] == said.facts["events"]
    assert json.loads(data.read_bytes())["counts"]["total"] == said.facts["events"]


def test_the_same_position_gives_the_same_bytes_whatever_happened_since(onrecord: OnRecord, tmp_path: Path) -> None:
    customer = onrecord("customers", "--limit", "1").facts["customers"][0]["customer"]
    paper = tmp_path / "record.pdf"
    first = onrecord("record", customer, "-o", str(paper))
    second = onrecord("record", customer, "-o", str(paper), "--position", str(first.facts["position"]))
    assert first.facts["unsigned_sha256"] == second.facts["unsigned_sha256"]


def test_a_record_of_nobody_is_not_made(onrecord: OnRecord, tmp_path: Path) -> None:
    said = onrecord("record", "cust-of-nobody", "-o", str(tmp_path / "record.pdf"))
    assert said.code == 1
    assert "onrecord customers" in said.errors
    assert not list(tmp_path.iterdir())


def test_a_clean_archive_is_unanchored_without_findings(onrecord: OnRecord) -> None:
    said = onrecord("verify")
    assert said.code == 2
    assert said.facts["status"] == "unanchored"
    assert said.facts["findings"] == []
    assert said.facts["size"] > 150


def test_follow_once_brings_every_view_to_the_head(onrecord: OnRecord) -> None:
    said = onrecord("follow", "--once")
    assert set(said.facts["views"].values()) == {said.facts["position"]}
    assert said.facts["alarms"] == []


def test_rebuilt_views_answer_the_same(onrecord: OnRecord) -> None:
    before = onrecord("customers", "--limit", "1000").facts["customers"]
    said = onrecord("rebuild")
    assert "customers" in said.facts["views"]
    assert onrecord("customers", "--limit", "1000").facts["customers"] == before


def test_deliveries_are_listed_with_their_counts(onrecord: OnRecord) -> None:
    (*_, first) = onrecord("deliveries").facts["deliveries"]
    assert first["found"] == first["new"] + first["known"] + first["refused"]
    assert first["state"] == "read"


def test_the_doctor_finds_a_whole_archive_well(onrecord: OnRecord) -> None:
    said = onrecord("doctor")
    assert said.facts["well"], said.facts["examined"]


def test_somebody_unknown_may_look_at_nothing(place: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["search", "x"], ["customers"], ["timeline", "c"], ["deliveries"], ["rebuild"]):
        assert run([*words, "--as", "stranger", *place]) == 1
        assert "not registered" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["record", "cust-1", "-o", "record.doc"], ["search"], ["no-such-command"], ["search", "x", "--limit", "-1"]],
)
def test_wrong_use_is_told_from_failure(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 64
    heard = capsys.readouterr()
    assert heard.out == ""
    assert heard.err.startswith("onrecord: ")
    assert heard.err.count("\n") == 1


def test_a_mistyped_command_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["promisses"]) == 64
    assert "no command 'promisses'. Did you mean 'promises'?" in capsys.readouterr().err


def test_the_version_is_told_with_that_of_what_is_stored(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.endswith(f"archives of format {FORMAT}\n")


def test_an_archive_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "x", "--data", str(tmp_path / "none")]) == 1
    assert "onrecord init" in capsys.readouterr().err
