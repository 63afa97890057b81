"""Sealing and verifying from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    OnRecord = Callable[..., Any]


def test_what_was_sealed_and_kept_outside_proves_the_log(onrecord: OnRecord, tmp_path: Path) -> None:
    sealed = onrecord("seal")
    assert sealed.code == 0
    assert {"size", "root", "note"} <= sealed.facts.keys()
    kept = tmp_path / "checkpoint"
    kept.write_text(onrecord("checkpoint").facts["note"])
    assert kept.read_text() == sealed.facts["note"]
    onrecord("search", "internet")
    proven = onrecord("verify", "--checkpoint", str(kept))
    assert (proven.code, proven.facts["status"], proven.facts["findings"]) == (0, "proven", [])
    assert proven.facts["anchored"] == sealed.facts["size"]
    assert proven.facts["uncovered"]["count"] == proven.facts["size"] - sealed.facts["size"] > 0
    quick = onrecord("verify", "--quick", "--checkpoint", str(kept))
    assert (quick.code, quick.facts["since"]) == (0, proven.facts["size"] // 256 * 256)
    policy = tmp_path / "policy"
    policy.write_text(f"log {sealed.facts['log_key']}\nquorum none\n")
    assert onrecord("verify", "--quick", "--checkpoint", str(kept), "--policy", str(policy)).code == 0


def test_sealing_again_without_anything_new_gives_the_newest(onrecord: OnRecord) -> None:
    assert onrecord("seal").facts == onrecord("seal").facts


def test_an_import_is_sealed_at_its_end(onrecord: OnRecord, tmp_path: Path) -> None:
    nothing = tmp_path / "empty.ndjson"
    nothing.write_text("")
    onrecord("import", str(nothing))
    assert onrecord("verify", "--quick").facts["uncovered"]["count"] == 0


def test_a_record_is_covered_by_a_checkpoint(onrecord: OnRecord, tmp_path: Path) -> None:
    customer = onrecord("customers", "--limit", "1").facts["customers"][0]["customer"]
    said = onrecord("record", customer, "-o", str(tmp_path / "record.json"))
    assert onrecord("checkpoint").facts["size"] >= said.facts["position"]


def test_what_is_no_checkpoint_of_this_log_says_so(onrecord: OnRecord, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("something else\n")
    said = onrecord("verify", "--checkpoint", str(other))
    assert (said.code, said.facts) == (3, None)
    assert "no checkpoint that can be relied upon" in said.errors
    assert onrecord("verify", "--checkpoint", str(tmp_path / "absent")).code == 3
    assert onrecord("verify", "--policy", str(other)).code == 3
    assert onrecord("seal", "--recover", str(tmp_path / "absent")).code == 64
    assert onrecord("seal", "--recover", str(other)).code == 1
    assert onrecord("seal", "--recover", str(other), "--rotate").code == 64


def test_a_new_key_signs_on(onrecord: OnRecord, tmp_path: Path) -> None:
    old = onrecord("seal").facts
    kept = tmp_path / "checkpoint"
    kept.write_text(old["note"])
    turned = onrecord("seal", "--rotate").facts
    assert turned["earlier_log_keys"] == [old["log_key"], *old["earlier_log_keys"]]
    assert onrecord("verify", "--quick", "--checkpoint", str(kept)).code == 0
