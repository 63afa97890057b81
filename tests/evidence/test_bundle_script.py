"""The verifier in one Python file: run as a stranger runs it, with nothing of ours around it."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.evidence.keys import KeyKind, SigningKey
from audit.evidence.verifier import verify_bundle
from audit.evidence.verifier.files import SCRIPT
from tests.evidence.bundles import BUNDLE, CASES, POLICY, TEXTS, VKEY, Case, Verdict, altered, resigned, s_plus_order
from tests.evidence.test_bundle import judged

if TYPE_CHECKING:
    from pathlib import Path

_CODES = {Verdict.PROVEN: 0, Verdict.NOT_GENUINE: 1, Verdict.UNANCHORED: 2, Verdict.COULD_NOT_RUN: 3}
_WHOLE = ("the bundle, with the log's key", "the bundle, with a policy", "the bundle alone")
_FLIPS = 150


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    """Run the script in a Python that sees the standard library alone."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *words]
    return subprocess.run(command, capture_output=True, check=False, timeout=120)  # noqa: S603  # our own script


def given_words(case: Case, folder: Path) -> list[str]:
    """Write the files of a case and return the words of its command."""
    bundle, policy = folder / "bundle.json", folder / "policy"
    bundle.write_bytes(case.content)
    if not case.trusted:
        return [str(bundle)]
    if case.trusted.startswith(("log ", "#")):
        policy.write_text(case.trusted, encoding="utf-8")
        return [str(bundle), "--policy", str(policy)]
    return [str(bundle), "--log-key", case.trusted]


@pytest.mark.parametrize("name", CASES)
def test_every_case_gets_its_exit_code(name: str, tmp_path: Path) -> None:
    code, result, said = verify_bundle.outcome(given_words(CASES[name], tmp_path))
    assert code == _CODES[CASES[name].verdict], said
    assert result["status"] == CASES[name].verdict.replace("-", " ")


@pytest.mark.parametrize("name", [*_WHOLE, "a text that was changed", "nested beyond all measure", "another file"])
def test_the_file_alone_says_the_same_as_a_command(name: str, tmp_path: Path) -> None:
    done = run(*given_words(CASES[name], tmp_path))
    assert done.returncode == _CODES[CASES[name].verdict]
    assert done.stderr == b""
    assert CASES[name].verdict.replace("-", " ").upper() in done.stdout.decode()


def test_the_words_shown_are_those_recorded(tmp_path: Path) -> None:
    said = run(*given_words(CASES["the bundle alone"], tmp_path)).stdout.decode()
    assert f"text: {TEXTS[3]}\n" in said
    assert "not disclosed: author\n" in said
    assert "event 30: something is recorded here; all of it is withheld" in said
    assert VKEY in said


def test_one_json_object_says_it_all(tmp_path: Path) -> None:
    said: dict[str, Any] = json.loads(run(*given_words(CASES["the bundle, with a policy"], tmp_path), "--json").stdout)
    assert said["status"] == "proven"
    assert said["witnessed_at"] == {"w1": "2026-03-01T10:00:00Z"}
    assert said["events"][1]["opened"] == {"text": TEXTS[4]}
    assert said["events"][1]["not_disclosed"] == ["author"]
    assert said["events"][3] == {"event": 30, "withheld": True}


@pytest.mark.parametrize("words", [[], ["--nonsense"], ["missing.json"], ["missing.json", "--log-key", VKEY]])
def test_wrong_use_could_not_run(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 3
    assert done.stdout.startswith(b"COULD NOT RUN: ")


def test_hostile_words_do_not_reach_the_terminal(tmp_path: Path) -> None:
    text = "example.com/archive\n41\n\x1b[2JPROVEN"
    content = altered(lambda members: members.update(log_key=f"{text}\u202e"))
    (tmp_path / "bundle.json").write_bytes(content)
    done = run(str(tmp_path / "bundle.json"))
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert "\u202e" not in done.stdout.decode()


def test_it_keeps_to_what_python_3_8_knows() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {name for name in sys.stdlib_module_names if name != "tomllib"} | {"collections.abc"}


def test_it_judges_every_single_flipped_bit_as_the_house_does(tmp_path: Path) -> None:
    dice = random.Random(11)  # noqa: S311  # dice for a test, no secret
    for _ in range(_FLIPS):
        content = bytearray(BUNDLE)
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        case = Case(bytes(content), dice.choice([VKEY, POLICY, ""]), Verdict.PROVEN)
        code, _, said = verify_bundle.outcome(given_words(case, tmp_path))
        assert code == _CODES[judged(case)], said


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_ed25519_takes_good_signatures_and_no_other(seed: bytes, message: bytes, bit: int) -> None:
    key = SigningKey("example.com/archive", KeyKind.TEXT, seed)
    public, signature = key.verifier.public, key.sign(message)
    spoilt = bytearray(signature)
    spoilt[bit // 8] ^= 1 << bit % 8
    assert verify_bundle.is_signed(public, message, signature)
    assert not verify_bundle.is_signed(public, message, bytes(spoilt))
    assert not verify_bundle.is_signed(public, message + b"!", signature)
    assert not verify_bundle.is_signed(public, message, s_plus_order(signature))


def test_a_checkpoint_of_nothing_proves_nothing(tmp_path: Path) -> None:
    empty = resigned("example.com/archive\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    code, _, said = verify_bundle.outcome(given_words(Case(empty, VKEY, Verdict.NOT_GENUINE), tmp_path))
    assert (code, "is not shown to be in the log" in said) == (1, True)
