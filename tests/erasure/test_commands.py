"""The command line of users, holds, erasures, retention and keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from audit.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LINE = {
    "kind": "message",
    "source": "chat",
    "conversation": "c1",
    "at": "2024-03-01T10:00:00Z",
    "channel": "chat",
    "direction": "inbound",
    "role": "customer",
}


class Said(NamedTuple):
    code: int
    facts: Any
    errors: str


@pytest.fixture(params=["sqlite", "postgresql"])
def onrecord(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """An archive with two customers in it, and the command line as Ona, its operator, unless --as says otherwise."""
    place = ["--data", str(tmp_path / "data")]
    if request.param == "postgresql":
        place += ["--database-url", request.getfixturevalue("postgres_url")]
    monkeypatch.delenv("ONRECORD_SECRET", raising=False)

    def said(*words: str, by: str = "ona", secret: str | None = None) -> Said:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patched:
            if secret is not None:
                patched.setenv("ONRECORD_SECRET", secret)
            code = run([*words, "--json", "--as", by, *place])
        heard = capsys.readouterr()
        return Said(code, json.loads(heard.out) if heard.out else None, heard.err)

    lines = [
        _LINE | {"id": f"m{number}", "customer": f"cust-{number}", "text": f"Hello from customer number {number}."}
        for number in (1, 2)
    ]
    file = tmp_path / "company.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert said("init", "--origin", "example.com/archive").code == 0
    assert said("import", str(file)).facts["new"] == 2
    return said


def test_a_person_is_forgotten_by_two(onrecord: Callable[..., Said]) -> None:
    added = onrecord("users", "add", "jonas", "--role", "data-protection-officer", "--name", "Jonas")
    secret = added.facts["secret"]
    asked = onrecord("erase", "cust-1", "--ground", "GDPR Art. 17(1)(b)").facts
    assert asked == {
        "erasure": asked["erasure"],
        "stage": "asked",
        "erased_keys": 0,
        "residue": [],
        "mentions": [],
        "mentions_complete": True,
    }
    alone = onrecord("erase", "--execute", asked["erasure"])
    assert (alone.code, "second person" in alone.errors) == (1, True)
    assert "ONRECORD_SECRET" in onrecord("erase", "--execute", asked["erasure"], by="jonas").errors
    assert "not the secret" in onrecord("erase", "--execute", asked["erasure"], by="jonas", secret="x").errors
    done = onrecord("erase", "--execute", asked["erasure"], by="jonas", secret=secret)
    assert (done.code, done.facts["residue"]) == (0, [])
    assert done.facts["erased_keys"] >= 2
    assert {one["customer"] for one in onrecord("customers").facts["customers"]} == {None, "cust-2"}
    assert onrecord("search", "number").facts["total"] == 1
    assert onrecord("verify").facts["findings"] == []
    listed = onrecord("erase").facts
    assert [(one["customer"], one["stage"]) for one in listed["erasures"]] == [(None, "receipted")]


def test_a_hold_is_listed_refuses_and_is_released(onrecord: Callable[..., Said]) -> None:
    secret = onrecord("users", "add", "jonas", "--role", "compliance officer").facts["secret"]
    (held,) = onrecord("hold", "place", "cust-1", "--ticket", "t1", "--title", "the meter case").facts["holds"]
    assert (held["customers"], held["cases"]) == (["cust-1"], [{"kind": "ticket", "id": "t1"}])
    (search,) = onrecord("hold", "place", "--query", "number").facts["holds"]
    assert search["covered"] == 2
    asked = onrecord("erase", "cust-1", "--ground", "asked-by-person").facts["erasure"]
    refused = onrecord("erase", "--execute", asked, by="jonas", secret=secret)
    assert (refused.code, "legal hold" in refused.errors) == (1, True)
    for hold in (held, search):
        assert onrecord("hold", "release", hold["hold"], "--reason", "closed").facts["holds"][0]["released"]
    assert onrecord("hold", "list").facts["holds"] == []
    assert len(onrecord("hold", "list", "--all").facts["holds"]) == 2
    asked = onrecord("erase", "cust-1", "--ground", "asked-by-person").facts["erasure"]
    assert onrecord("erase", "--execute", asked, by="jonas", secret=secret).code == 0
    assert onrecord("hold", "place", "--query", '"open').code == 64
    assert "covers nothing" in onrecord("hold", "place").errors
    assert onrecord("hold", "release", "0123").code == 1


def test_what_is_past_its_limit_is_shown_and_then_disposed_of_but_for_what_is_held(
    onrecord: Callable[..., Said],
) -> None:
    secret = onrecord("users", "add", "jonas", "--role", "supervisor").facts["secret"]
    assert onrecord("dispose").facts["erasure"] is None
    assert onrecord("retention", "set", "default", "--keep-days", "30", "--limit-days", "90").code == 0
    assert onrecord("retention", "list").facts["classes"] == [{"class": "default", "keep_days": 30, "limit_days": 90}]
    onrecord("hold", "place", "cust-2")
    due = onrecord("dispose").facts
    assert due["due"] == [{"class": "default", "month": "2024-03", "keys": 1, "events": 1}]
    assert onrecord("search", "number").facts["total"] == 2
    assert "other command" in onrecord("erase", "--execute", due["erasure"], by="jonas", secret=secret).errors
    assert onrecord("dispose", "--execute", due["erasure"], by="jonas", secret=secret).facts["events"] == 1
    assert onrecord("search", "number").facts["total"] == 1
    assert onrecord("verify").facts["findings"] == []
    assert onrecord("retention", "set", "default", "--keep-days", "90", "--limit-days", "30").code == 1


def test_a_user_who_has_a_secret_is_nobody_without_it(onrecord: Callable[..., Said]) -> None:
    secret = onrecord("users", "add", "petras", "--role", "agent").facts["secret"]
    assert onrecord("search", "number", by="petras").code == 1
    assert onrecord("search", "number", by="petras", secret=secret).facts["total"] == 2
    newer = onrecord("users", "secret", "petras", by="petras", secret=secret).facts["secret"]
    assert onrecord("search", "number", by="petras", secret=secret).code == 1
    assert onrecord("users", "add", "eve", "--role", "operator", by="petras", secret=newer).code == 1
    assert onrecord("hold", "place", "cust-1", by="petras", secret=newer).code == 1
    users = onrecord("users", "list").facts["users"]
    assert [(one["user"], one["role"], one["secret"]) for one in users] == [
        ("ona", "operator", False),
        ("petras", "agent", True),
    ]
    assert onrecord("users", "retire", "petras", "--reason", "left").code == 0
    assert "not registered" in onrecord("search", "number", by="petras", secret=newer).errors
    assert onrecord("users", "add", "petras", "--role", "agent").code == 1
    assert onrecord("users", "add", "rita", "--role", "queen").code == 1


def test_epochs_turn_and_everything_still_opens(onrecord: Callable[..., Said]) -> None:
    assert onrecord("keys", "rotate").facts == {"epoch": 2}
    assert onrecord("keys", "retire", "1").facts["keys"] > 0
    assert [one["living"] for one in onrecord("keys", "list").facts["epochs"]] == [False, True]
    assert onrecord("search", "number").facts["total"] == 2
    assert onrecord("verify").facts["findings"] == []
    assert onrecord("keys", "retire", "2").code == 1


def test_words_are_withheld_from_those_who_look_but_not_from_those_who_judge(onrecord: Callable[..., Said]) -> None:
    secret = onrecord("users", "add", "jonas", "--role", "compliance officer").facts["secret"]
    hits = onrecord("search", "number").facts["hits"]
    event = str(hits[0]["event"])
    place = ("withhold", "place", event, "--reason", "third-person", "--part", "text")
    (one,) = onrecord(*place, "--stretch", "0-5", "--from", "readers").facts["withholdings"]
    assert (one["of"], one["start"], one["end"], one["from"]) == (int(event), 0, 5, ["readers"])
    assert onrecord("search", "number").facts["total"] == 1
    assert onrecord("search", "number", by="jonas", secret=secret).facts["total"] == 2
    told = onrecord("timeline", "c1").facts
    assert [line["text"][:24] for line in told["events"] if line["event"] == int(event)] == ["[withheld: third-person]"]
    assert told["withheld"] == 1
    assert onrecord(*place, "--stretch", "5-").code == 64
    assert onrecord(*place, "--stretch", "5-500").code == 1
    assert onrecord(*place, "--from", "everybody").code == 1
    assert onrecord("withhold", "lift", one["withholding"]).code == 1
    assert onrecord("withhold", "lift", one["withholding"], "--reason", "they agreed").code == 0
    assert onrecord("search", "number").facts["total"] == 2
    assert onrecord("withhold", "list").facts["withholdings"] == []
    assert [one["lifted"] for one in onrecord("withhold", "list", "--all").facts["withholdings"]] == [True]


def test_an_erasure_waits_for_the_identity_and_may_be_refused(onrecord: Callable[..., Said]) -> None:
    secret = onrecord("users", "add", "jonas", "--role", "compliance officer").facts["secret"]
    asked = onrecord("erase", "cust-1", "--ground", "asked-by-person", "--unidentified").facts["erasure"]
    assert "--identify" in onrecord("erase", "--execute", asked, by="jonas", secret=secret).errors
    assert onrecord("erase", "--identify", asked).code == 64
    assert onrecord("erase", "--identify", asked, "--how", "passport-shown").facts["stage"] == "identified"
    assert onrecord("erase", "--execute", asked, "--refuse", asked).code == 64
    assert onrecord("erase", "--refuse", asked, "--ground", "not-the-person").facts["stage"] == "refused"
    assert onrecord("erase", "--execute", asked, by="jonas", secret=secret).code == 1
    assert onrecord("erase").facts["erasures"][0]["stage"] == "refused"
    event = onrecord("search", "number").facts["hits"][0]["event"]
    assert onrecord("erase", "--cut", f"{event}:text", "--ground", "third-person").code == 64
    cut = onrecord("erase", "--cut", f"{event}:text:0-5", "--ground", "third-person").facts["erasure"]
    assert onrecord("erase", "--execute", cut, by="jonas", secret=secret).facts["events"] == 1
    assert onrecord("search", "hello").facts["total"] == 1
    assert onrecord("verify").facts["findings"] == []
