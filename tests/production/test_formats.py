"""A production in each form is read again by readers that are not ours: every word, every file, every proof."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import bagit  # type: ignore[import-untyped]  # it ships no types
import pytest
from pypdf import PdfReader

from tests.production.conftest import TEXTS
from tests.production.reading import FORMATS, every_hash_is_right, items_of, manifest_of, proven_offline

if TYPE_CHECKING:
    from pathlib import Path

    from tests.production.conftest import Desk

PDF = b"%PDF-1.4\n"


@pytest.mark.parametrize("form", FORMATS)
def test_a_production_is_read_again_word_for_word_and_proven(desk: Desk, form: str) -> None:
    folder, said = desk.export("out", "--as-format", form, "--prefix", f"F{FORMATS.index(form)}")
    items, manifest = items_of(folder), manifest_of(folder)
    assert len(items) == said["items"] == said["hits"] + said["family"] == len(manifest["items"])
    assert list(items) == [one["number"] for one in manifest["items"]] or form in {"eml", "vcon"}
    assert set(items) == {one["number"] for one in manifest["items"]}
    texts = [one.text for one in items.values()]
    for text in TEXTS:
        assert any(text in one for one in texts), text[:40]
    assert [one.content for one in items.values()].count(PDF) == 1
    assert sha256((folder / "manifest.json").read_bytes()).hexdigest() == said["manifest_sha256"]
    every_hash_is_right(folder)
    proven = proven_offline(folder)
    assert set(proven) == {one["event"] for one in manifest_of(folder)["items"]}
    words = "".join(proven.values())
    assert all(json.dumps(text)[1:-1] in words for text in TEXTS if len(text) < 1_000)
    assert desk.run("verify", "--production", str(folder), code=2)["items"] == said["items"]
    key = manifest_of(folder)["log_key"]
    assert desk.run("verify", "--production", str(folder), "--log-key", key)["status"] == "proven"


def test_a_bag_is_one_to_the_library_of_the_library_of_congress(desk: Desk) -> None:
    folder, _ = desk.export("out", "--as-format", "bagit", "--prefix", "BAG")
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert {"manifest.json", "manifest.note", "export.json", "README.txt"} <= set(bag.tagfile_entries())
    (folder / "data" / "items.ndjson").write_bytes(b"{}\n")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


@pytest.mark.parametrize("forms", [("csv", "eml"), pytest.param(FORMATS, marks=pytest.mark.long)])
def test_the_same_items_have_the_same_numbers_and_the_same_bytes(desk: Desk, forms: tuple[str, ...]) -> None:
    position = desk.run("export", "zzzz", "-o", str(desk.folder / "none"))["position"]
    for form in forms:
        words = ("--as-format", form, "--position", str(position), "--prefix", "SAME")
        one, said = desk.export(f"one-{form}", *words)
        other, again = desk.export(f"other-{form}", *words)
        assert said["manifest_sha256"] == again["manifest_sha256"]
        changing = {"export.json", "README.txt", "README.html", "SHA256SUMS", "bag-info.txt", "tagmanifest-sha256.txt"}
        for path in one.rglob("*"):
            if path.is_file() and path.name not in changing:
                assert path.read_bytes() == (other / path.relative_to(one)).read_bytes(), path


def test_numbers_go_on_behind_the_last_of_their_prefix(desk: Desk) -> None:
    _, first = desk.export("first", "--prefix", "ON")
    _, second = desk.export("second", "answer", "--prefix", "ON")
    _, again = desk.export("again", "--prefix", "ON", "--as-format", "csv")
    assert first["numbers"] == again["numbers"] == {
        "prefix": "ON", "first": "ON00000001", "last": f"ON{first['items']:08}",
    }  # fmt: skip
    assert second["numbers"]["first"] == f"ON{first['items'] + 1:08}"


def test_families_stand_together_and_context_is_no_hit(desk: Desk) -> None:
    folder, said = desk.export("out", "money", "--context", "1", "--prefix", "FAM")
    manifest = manifest_of(folder)
    assert (said["hits"], said["family"], said["context"]) == (1, 1, 1)
    by_event = {one["event"]: one for one in manifest["items"]}
    (hit,) = [one for one in by_event.values() if one["standing"] == "hit"]
    (parent,) = [one for one in by_event.values() if one["standing"] == "family"]
    assert (hit["kind"], hit["family"]) == ("message.edited-at-source", parent["number"])
    assert [one["kind"] for one in by_event.values() if one["standing"] == "context"] == ["message.posted"]


def test_nothing_found_is_a_production_that_says_so(desk: Desk) -> None:
    for form in FORMATS:
        folder, said = desk.export(f"out-{form}", "zzzz", "--as-format", form)
        assert (said["items"], said["matched"], said["numbers"], said["complete"]) == (0, 0, None, True)
        assert desk.run("verify", "--production", str(folder), code=2)["status"] == "unanchored"


def test_the_first_page_is_printed_and_signed(desk: Desk) -> None:
    folder, said = desk.export(
        "out", "--paper", "--prefix", "PAPER", "--as-format", "bagit", "--why", "case 7 <b> 退款"
    )
    words = " ".join(page.extract_text() for page in PdfReader(folder / "README.pdf").pages)
    told = (folder / "README.txt").read_text().splitlines()
    for line in [one.strip() for one in told if one.strip()]:
        assert "".join(line.removesuffix(":").split()) in "".join(words.split()), line
    bagit.Bag(str(folder)).validate()
    key = manifest_of(folder)["log_key"]
    assert desk.run("verify", "--production", str(folder), "--log-key", key)["status"] == "proven"
    (folder / "README.pdf").write_bytes((folder / "README.pdf").read_bytes() + b"\n")
    assert desk.run("verify", "--production", str(folder), "--log-key", key, code=1)["status"] == "tampered"
    (folder / "README.pdf").unlink()
    assert desk.run("verify", "--production", str(folder), "--log-key", key, code=1)["status"] == "tampered"
    assert said["complete"]


def test_a_load_file_lists_every_printed_page(desk: Desk) -> None:
    folder, said = desk.export("out", "very OR договор", "--as-format", "loadfile", "--images", "--prefix", "IMG")
    items = items_of(folder)
    assert len(items) == said["items"]
    pages = sorted(path.name for path in (folder / "IMAGES").rglob("*.pdf"))
    assert len(pages) > len(items)
    assert [name for name in pages if "_0002" in name]
    listed = {path for item in manifest_of(folder)["items"] for path in item["files"]}
    assert {path for path in listed if path.startswith("IMAGES/")} == {f"IMAGES/0001/{name}" for name in pages}
    key = manifest_of(folder)["log_key"]
    assert desk.run("verify", "--production", str(folder), "--log-key", key)["status"] == "proven"


@pytest.mark.long
def test_pages_printed_again_have_the_same_bytes(desk: Desk) -> None:
    words = ("--as-format", "loadfile", "--images", "--prefix", "TWICE")
    one, said = desk.export("one", *words)
    other, again = desk.export("other", *words, "--position", str(said["position"]))
    assert said["manifest_sha256"] == again["manifest_sha256"]
    for path in (one / "IMAGES").rglob("*.pdf"):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()


def test_the_first_page_says_what_when_by_whom_and_how_much(desk: Desk) -> None:
    folder, said = desk.export("out", "--prefix", "PAGE", "--why", "case 7 <b>")
    for page in (folder / "README.txt", folder / "README.html"):
        text = page.read_text()
        for words in ("refund", "operator", f"up to event {said['position']}", "Nothing is missing", "PAGE00000001"):
            assert words in text
        assert said["manifest_sha256"] in text
    assert "case 7 &lt;b&gt;" in (folder / "README.html").read_text()


@pytest.mark.parametrize("form", ["ndjson", "eml"])
def test_a_database_gives_the_same(server_desk: Desk, form: str) -> None:
    folder, said = server_desk.export("out", "--as-format", form)
    assert len(items_of(folder)) == said["items"] > len(TEXTS)
    every_hash_is_right(folder)
    assert server_desk.run("verify", "--production", str(folder), code=2)["items"] == said["items"]


def _paths(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*")]


@pytest.mark.parametrize("form", FORMATS)
def test_no_file_is_named_by_what_somebody_wrote(desk: Desk, form: str) -> None:
    folder, _ = desk.export("out", "--as-format", form, "--prefix", "NAME")
    for path in _paths(folder):
        assert path.isascii()
        assert not {"exe", "etc", "cmd", "con"} & set(path.lower().replace("/", ".").split("."))
        assert all(len(part) < 100 for part in path.split("/"))
