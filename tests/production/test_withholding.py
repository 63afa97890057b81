"""What is kept back is numbered, listed with its reason, and nowhere in a production; what is altered is noticed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.commands import export
from audit.domain.errors import Refused
from audit.evidence.keys import KeyKind, SigningKey
from audit.reports.production.folder import new_folder
from tests.production.reading import every_hash_is_right, items_of, manifest_of, proven_offline

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.conftest import Desk

SECRET = "HYPERLINK"
"""Stands in one message alone, which has an attachment and a file that is missing."""


def _event(desk: Desk, query: str) -> int:
    (hit,) = desk.run("search", query)["hits"]
    event: int = hit["event"]
    return event


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def _kept_back(folder: Path) -> list[dict[str, str]]:
    under = folder / "data" if (folder / "data").is_dir() else folder
    with (under / "withheld.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_privileged_is_listed_and_nowhere_else(own_desk: Desk) -> None:
    event = _event(own_desk, "evil.example")
    own_desk.run("tags", "decide", "privileged", "--event", str(event), "--note", "to the lawyers")
    for form in ("eml", "loadfile", "csv", "bagit"):
        folder, said = own_desk.export(f"out-{form}", "--as-format", form)
        # The message, and the two files that came with it.
        assert said["withheld"] == 3
        assert {row["reason"] for row in _kept_back(folder)} == {"legal-privilege"}
        assert _event_of(folder, _kept_back(folder)[0]["number"]) == event
        everything = _all_bytes(folder)
        for word in (SECRET, "JVBERi0", "%PDF", "gpj.exe"):
            assert word.encode() not in everything, (form, word)
        assert items_of(folder)[_kept_back(folder)[0]["number"]].text in {"[withheld: legal-privilege]", "Refund\n\n"}
        assert own_desk.run("verify", "--production", str(folder), code=2)["status"] == "unanchored"
    proven_offline(folder)


def _event_of(folder: Path, number: str) -> int:
    (event,) = [one["event"] for one in manifest_of(folder)["items"] if one["number"] == number]
    assert isinstance(event, int)
    return event


def test_a_passage_that_is_withheld_is_not_in_any_form(own_desk: Desk) -> None:
    event = _event(own_desk, "apostrophe")
    passage = ("--part", "text", "--stretch", "13-26", "--reason", "third-person", "--from", "exports")
    own_desk.run("withhold", "place", str(event), *passage)
    for form in ("ndjson", "vcon", "edrm"):
        folder, said = own_desk.export(f"out-{form}", "--as-format", form)
        assert (said["withheld"], said["parts_withheld"]) == (0, 1)
        assert b"apostrophe" not in _all_bytes(folder)
        assert any("'refund with [withheld: third-person] before it" in one.text for one in items_of(folder).values())
        (row,) = _kept_back(folder)
        assert (row["part"], row["reason"]) == ("text 13-26", "third-person")
        assert own_desk.run("verify", "--production", str(folder), code=2)["status"] == "unanchored"


def test_only_what_was_decided_or_tagged_is_handed_over(own_desk: Desk) -> None:
    event = _event(own_desk, "evil.example")
    own_desk.run("tags", "decide", "responsive", "--event", str(event))
    own_desk.run("tags", "add", "fee", "--query", "beginning")
    _, decided = own_desk.export("decided", "--decided", "responsive")
    _, tagged = own_desk.export("tagged", "--tag", "fee")
    assert (decided["hits"], decided["family"], tagged["hits"]) == (1, 2, 1)
    own_desk.run("tags", "decide", "undecided", "--event", str(event))
    own_desk.run("tags", "remove", "fee", "--query", "beginning")
    assert own_desk.export("none", "--decided", "responsive")[1]["items"] == 0
    assert own_desk.export("neither", "--tag", "fee")[1]["items"] == 0


def test_words_that_were_erased_are_listed_and_gone(own_desk: Desk) -> None:
    folder, before = own_desk.export("before", "--as-format", "csv")
    own_desk.run("users", "add", "ruta", "--role", "data protection officer")
    asked = own_desk.run("erase", "ona@mail.test", "--ground", "asked")
    secret = own_desk.run("users", "secret", "ruta")["secret"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ONRECORD_SECRET", secret)
        own_desk.run("erase", "--execute", asked["erasure"], login="ruta")
    folder, after = own_desk.export("after", "--as-format", "csv", "--position", str(before["position"]))
    assert after["items"] < before["items"]
    assert b"ona@mail.test" not in _all_bytes(folder)


def _altering(folder: Path) -> dict[str, Callable[[], object]]:
    items, manifest = folder / "items.ndjson", folder / "manifest.json"
    bundle = folder / "evidence" / "bundle-0001.json"

    def manifest_with(**changes: Any) -> None:
        manifest.write_text(json.dumps(manifest_of(folder) | changes))

    return {
        "a word": lambda: items.write_bytes(items.read_bytes().replace(b"refund", b"nothing", 1)),
        "a line less": lambda: items.write_bytes(b"".join(items.read_bytes().splitlines(keepends=True)[1:])),
        "a file more": lambda: (folder / "files" / "more.txt").write_text("more"),
        "a file less": (folder / "withheld.csv").unlink,
        "a link": lambda: (folder / "link").symlink_to("/etc/passwd"),
        "the manifest": lambda: manifest_with(complete=False),
        "the manifest's form": lambda: manifest_with(items=[{}]),
        "the first page": lambda: (folder / "README.txt").write_text("Nothing was found."),
        "the evidence": lambda: bundle.write_bytes(bundle.read_bytes().replace(b"refund", b"refuse", 1)),
        "the note": lambda: (folder / "manifest.note").write_text("example.com/archive\n\n"),
        "the event": lambda: (folder / "export.json").write_bytes(bundle.read_bytes()),
    }


@pytest.mark.parametrize("what", _altering(Path()))
def test_every_alteration_is_noticed(desk: Desk, what: str) -> None:
    folder, _ = desk.export("out", "--prefix", "ALTER")
    key = manifest_of(folder)["log_key"]
    _altering(folder)[what]()
    found = desk.run("verify", "--production", str(folder), "--log-key", key, code=1)
    assert found["status"] == "tampered"
    assert len(found["findings"]) == 1


def test_a_production_of_another_log_is_not_proven(desk: Desk) -> None:
    folder, _ = desk.export("out", "--prefix", "OTHER")
    key = str(SigningKey.generate("example.com/archive", KeyKind.TEXT).verifier)
    assert desk.run("verify", "--production", str(folder), "--log-key", key, code=1)["status"] == "tampered"


def test_what_is_no_production_is_said_to_be_none(desk: Desk) -> None:
    desk.run("verify", "--production", str(desk.folder / "nowhere"), code=3)


def test_a_folder_that_is_there_is_left_alone(desk: Desk) -> None:
    (desk.folder / "there").mkdir()
    (desk.folder / "there" / "kept.txt").write_text("kept")
    desk.export("there", code=1)
    assert (desk.folder / "there" / "kept.txt").read_text() == "kept"
    assert [path.name for path in desk.folder.iterdir()] == ["there"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    def half() -> None:
        with new_folder(tmp_path / "out") as folder:
            folder.write("a.txt", b"a")
            raise Broken

    with pytest.raises(Broken):
        half()
    assert list(tmp_path.iterdir()) == []
    with new_folder(tmp_path / "out") as folder:
        folder.write("a.txt", b"a")
        assert not (tmp_path / "out").exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]
    with pytest.raises(Refused), new_folder(tmp_path / "out"):
        pass


@pytest.mark.parametrize(
    "words",
    [
        ("--prefix", "../../x"), ("--prefix", "rec"), ("--prefix", ""), ("--decided", "maybe"),
        ("--position", "99999"), ("--as-format", "docx"), ("--context", "-1"),
    ],
)  # fmt: skip
def test_wrong_words_are_refused_and_leave_nothing(desk: Desk, words: tuple[str, ...]) -> None:
    desk.export("out", *words, code=1 if words[0] == "--prefix" else 64)
    assert list(desk.folder.iterdir()) == []


def test_who_may_not_see_words_hands_nothing_over(own_desk: Desk) -> None:
    own_desk.run("users", "add", "tomas", "--role", "technician")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ONRECORD_SECRET", own_desk.run("users", "secret", "tomas")["secret"])
        own_desk.export("out", login="tomas", code=1)
    assert not (own_desk.folder / "out").exists()


def test_the_hashes_hold_with_what_is_withheld(own_desk: Desk) -> None:
    own_desk.run("tags", "decide", "not-responsive", "--query", "refund")
    folder, said = own_desk.export("out", "--as-format", "bagit")
    assert said["items"] == 0
    assert said["withheld"] > 5
    every_hash_is_right(folder)
    assert export.Form.BAGIT.value == manifest_of(folder)["as_format"]
