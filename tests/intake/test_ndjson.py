from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain.conversation import MessagePosted
from audit.domain.event import Personal
from audit.domain.work_order import ChargeMade
from audit.intake.ndjson import Ndjson
from tests.intake.reading import found, read, refused

NDJSON = Ndjson()
LINE: dict[str, Any] = {"kind": "message", "source": "chat", "id": "m1", "at": "2026-03-01T10:00:00Z", "text": "a"}


def bytes_of(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def with_(**changes: Any) -> dict[str, Any]:
    return LINE | changes


def test_the_normal_form_leaves_out_seq_and_the_order_of_fields() -> None:
    backwards = dict(reversed(with_(seq=5).items()))
    (one,), (other,) = found(NDJSON, bytes_of(LINE)), found(NDJSON, bytes_of(backwards))
    assert one.item.normal == other.item.normal
    assert one.item.name == other.item.name


def test_the_normal_form_tells_a_changed_line() -> None:
    (one,), (other,) = found(NDJSON, bytes_of(LINE)), found(NDJSON, bytes_of(with_(text="b")))
    assert one.item.normal != other.item.normal


def test_nul_is_kept() -> None:
    (one,) = found(NDJSON, bytes_of(with_(text="a\0b")))
    event = one.item.facts[0].event
    assert isinstance(event, MessagePosted)
    assert event.text == Personal("a\0b")


def test_invalid_utf_8_refuses_its_line_alone() -> None:
    broken = bytes_of(LINE).replace(b'"a"', b'"\xff"')
    results = read(NDJSON, broken + bytes_of(with_(id="m2")))
    assert [one.place for one in results] == ["line 1", "line 2"]
    assert [one.reason[:24] for one in refused(NDJSON, broken)] == ["line 1: it is not UTF-8 "]


def test_a_file_cut_off_in_its_last_line_keeps_the_lines_before() -> None:
    whole = bytes_of(LINE, with_(id="m2"))
    assert [len(found(NDJSON, whole[:cut])) for cut in (len(whole) - 1, len(whole) - 2)] == [2, 1]


def test_a_line_that_is_too_long_is_refused_and_its_beginning_kept() -> None:
    (one,) = refused(Ndjson(line_max=200), bytes_of(with_(text="x" * 100_000)))
    assert "more than 200" in one.reason
    assert one.raw == bytes_of(with_(text="x" * 100_000))[:201]


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"kind":"message","source":"s","id":"i","at":"2026-03-01T10:00:00Z","text":"a","x":' + b"9" * 5000 + b"}",
        b'{"kind":"message","source":"s","id":"i","at":"2026-03-01T10:00:00Z","text":"a","x":1e999}',
        b'{"kind":"message","source":"s","id":"i","at":"2026-03-01T10:00:00Z","text":"a","x":-Infinity}',
        b'{"kind":"message","source":"s","id":"i","at":"2026-03-01T10:00:00Z","text":"a","x":{"y":1,"y":2}}',
        b"null",
        b"\0\0\0",
        b'"',
    ],
)
def test_json_that_is_made_to_hurt_is_refused(line: bytes) -> None:
    assert len(refused(NDJSON, line + b"\n" + bytes_of(LINE))) == 1
    assert len(found(NDJSON, line + b"\n" + bytes_of(LINE))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": 5},
        {"id": None},
        {"id": "a\nb"},
        {"id": "x" * 1001},
        {"source": "x" * 201},
        {"at": 1740823200},
        {"revision": 2},
        {"seq": True},
        {"seq": 2**63},
        {"direction": "sideways"},
        {"channel": ["chat"]},
        {"customer": {"id": 1}},
        {"kind": "conversation", "ended_at": "2026-03-01T09:00:00Z"},
        {"kind": "conversation", "rating": "good"},
        {"kind": "conversation", "rating": {"score": 4, "stars": 5}},
        {"kind": "call", "ended_at": "2026-03-01T09:00:00Z"},
        {"kind": "call", "answered_at": "2026-03-01T10:00:10Z", "ended_at": "2026-03-01T10:00:05Z"},
        {"kind": "customer", "contacts": "one"},
        {"kind": "customer", "contacts": [{"kind": "email"}]},
        {"kind": "customer", "contacts": ["x"] * 501},
        {"kind": "ticket", "fields": []},
        {"kind": "work_order", "text": None},
        {"kind": "work_order", "scheduled_for": "2026-03-01T10:00:00Z", "until": "2026-03-01T09:00:00Z"},
        {"kind": "work_order_change", "field": "status"},
        {"kind": "work_order_done", "work_order": "W", "minutes": -1},
        {"kind": "charge", "amount": "1", "currency": "euro"},
        {"kind": "charge", "amount": True, "currency": "EUR"},
        {"kind": "charge", "amount": 1e300, "currency": "EUR"},
        {"kind": "attachment", "base64": "QQ==", "path": "a"},
        {"kind": "attachment", "base64": "QQ==", "length": 2},
        {"kind": "message_delete"},
    ],
)
def test_what_is_missing_or_contradictory_refuses_the_line(changes: dict[str, Any]) -> None:
    (one,) = refused(NDJSON, bytes_of(with_(**changes)))
    assert one.reason.startswith("line 1: ")


def test_a_reason_repeats_nothing_of_what_the_line_says() -> None:
    secret = "Rasa"
    for field in ("kind", "at", "role", "direction", "seq", "revision"):
        changes = with_(**{field: 7 if field == "revision" else secret}, author=secret)
        (one,) = refused(NDJSON, bytes_of(changes))
        assert secret not in one.reason


def test_an_amount_is_kept_as_the_decimal_number_it_is() -> None:
    amounts = ["12.50", 12, 0.1, -3.25, 1e-7]
    lines = [with_(kind="charge", id=str(n), amount=amount, currency="EUR") for n, amount in enumerate(amounts)]
    events = [one.item.facts[0].event for one in found(NDJSON, bytes_of(*lines))]
    told = [event.amount for event in events if isinstance(event, ChargeMade)]
    assert told == ["12.50", "12", "0.1", "-3.25", "0.0000001"]


def test_recognition_looks_at_the_first_lines() -> None:
    nameless, jsonl = PurePosixPath("export"), PurePosixPath("export.jsonl")
    assert NDJSON.recognises(nameless, b"broken\n" + bytes_of(LINE))
    assert not NDJSON.recognises(jsonl, b'{"text":"no line of ours"}\n')
    assert NDJSON.recognises(PurePosixPath("cut.NDJSON"), b'{"kind":"mess')
    assert not NDJSON.recognises(nameless, b"")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_KINDS = st.sampled_from(
    [
        "message",
        "message_edit",
        "message_delete",
        "conversation",
        "call",
        "customer",
        "ticket",
        "ticket_change",
        "work_order",
        "work_order_change",
        "work_order_done",
        "charge",
        "note",
        "attachment",
    ]
)
_FIELDS = st.sampled_from(
    [
        "text",
        "of",
        "field",
        "value",
        "role",
        "author",
        "author_id",
        "customer",
        "conversation",
        "ticket",
        "work_order",
        "ended_at",
        "answered_at",
        "outcome",
        "rating",
        "contacts",
        "accounts",
        "name",
        "fields",
        "amount",
        "currency",
        "base64",
        "path",
        "sha256",
        "technician",
        "scheduled",
        "parts",
        "minutes",
        "language",
        "at",
        "seq",
        "id",
    ]
)
_NAMES = st.sampled_from(
    ["status", "priority", "assignee", "technician", "scheduled", "unclear", "follow_up", "parent", "level"]
)


@settings(max_examples=300, deadline=None)
@given(kind=_KINDS, changes=st.dictionaries(_FIELDS, _JSON | _NAMES, max_size=6))
def test_any_line_is_either_found_or_refused(kind: str, changes: dict[str, Any]) -> None:
    (one,) = read(NDJSON, bytes_of({**LINE, "kind": kind, **changes}))
    assert one.place == "line 1"


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_accounted_for(content: bytes) -> None:
    lines = [line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip(b" \t\r")]
    assert len(read(NDJSON, content)) == len(lines)
