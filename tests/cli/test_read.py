"""``onrecord read`` answers line by line, needs no archive, and goes on after a bad line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from audit.cli.commands.read_file import at_once
from audit.cli.commands.read_lines import KINDS, read_lines

if TYPE_CHECKING:
    from pathlib import Path


def answers(kind: str, *lines: str | bytes) -> tuple[list[dict[str, Any]], str, int]:
    out, said = io.BytesIO(), io.StringIO()
    source = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    bad = read_lines(kind, io.BytesIO(source), out=out, said=said)
    return [json.loads(line) for line in out.getvalue().splitlines()], said.getvalue(), bad


def test_elements_are_answered_by_name() -> None:
    said, _, bad = answers("elements", '{"id":"a","text":"Hello! Have a nice day!","lang":"en"}')
    assert said == [{"id": "a", "elements": ["greeting", "close"]}]
    assert bad == 0


def test_facts_are_answered_with_their_places() -> None:
    (said,), _, _ = answers("facts", '{"id":1,"text":"Mail ann@example.com","at":"2026-03-02T10:00:00Z","region":"GB"}')
    (fact,) = said["facts"]
    assert (fact["kind"], fact["text"], fact["start"], fact["end"]) == ("email", "ann@example.com", 5, 20)
    assert fact["normal"] == "ann@example.com"


def test_promises_are_answered_with_all_that_is_known_of_them() -> None:
    (said,), _, _ = answers("promises", '{"id":1,"text":"We will refund you by Friday.","lang":"en"}')
    assert list(said) == ["id", "promise", "who", "deadline", "amount", "conditional"]
    assert said["promise"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_line_is_named_and_the_rest_goes_on(kind: str) -> None:
    good = '{"id":"x","text":"Hello"}'
    said, errors, bad = answers(kind, good, "rubbish", '{"id":7}', '{"id":8,"text":"x","at":"soon"}', "[]", "", good)
    assert [one["id"] for one in said] == ["x", None, 7, 8, None, "x"]
    assert ["error" in one for one in said] == [False, True, True, True, True, False]
    assert bad == 4
    assert [int(line.split()[2].rstrip(":")) for line in errors.splitlines()] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"text":5}',
        b'{"text":"a","lang":5}',
        b'{"text":"a","at":5}',
        b"1" * 10_000,
        b"null",
    ],
)
def test_rubbish_is_answered_by_an_error_and_not_by_a_crash(line: bytes) -> None:
    (said,), _, bad = answers("elements", line)
    assert bad == 1
    assert "error" in said


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_surrogate_pair_is_a_character_like_any_other(kind: str) -> None:
    said, _, bad = answers(kind, '{"id":"\\ud83d","text":"\\ud83d Have a nice day \\udc00 ann@example.com \\u0000"}')
    assert bad == 0
    assert said[0]["id"] == "\ud83d"


def test_a_byte_order_mark_and_an_escaped_pair_are_read_as_meant() -> None:
    said, _, _ = answers("facts", b'\xef\xbb\xbf{"id":1,"text":"\\ud83d\\ude00 ann@example.com"}')
    assert said[0]["facts"][0]["start"] == 2


def test_the_command_needs_no_archive_and_ends_with_one_after_a_bad_line(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id":1,"text":"Goodbye!"}\nrubbish\n')
    assert run(["read", "elements", str(file)]) == 1
    assert [json.loads(line)["id"] for line in capfdbinary.readouterr().out.splitlines()] == [1, None]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lines.jsonl"]


def test_standard_input_is_read_by_a_dash_without_loading_the_archive() -> None:
    program = (
        "import sys; from audit.cli.commands.read_file import at_once; code = at_once(sys.argv[1:]);"
        "sys.exit(code or ('sqlalchemy' in sys.modules) or ('audit.cli.session' in sys.modules))"
    )
    ended = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", program, "read", "elements", "-"],
        input='{"id":1,"text":"再见！"}\n'.encode(),
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"id": 1, "elements": ["close"]})


def test_a_file_that_is_not_there_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert at_once(["read", "facts", str(tmp_path / "none")]) == 1
    assert run(["read", "facts", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.count("cannot be opened") == 2


def test_other_words_are_left_to_the_whole_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert at_once(["read", "verbs", "x"]) is None
    assert at_once(["read", "facts", "x", "--json"]) is None
    assert run(["read", "verbs", "x"]) == 64
    assert "verbs" in capsys.readouterr().err
