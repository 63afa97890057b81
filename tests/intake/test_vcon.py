from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha512
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain.conversation import MessagePosted
from audit.domain.errors import Unreadable
from audit.intake.vcon import Vcon
from tests.intake.reading import found, read, refused

VCON = Vcon()
LETTER: dict[str, Any] = {
    "vcon": "0.4.0",
    "uuid": "u-1",
    "created_at": "2026-03-01T10:00:00Z",
    "parties": [{"mailto": "rasa@example.com"}, {"mailto": "ona@example.org", "role": "agent"}],
    "dialog": [{"type": "text", "start": "2026-03-01T10:00:00Z", "parties": [0, 1], "body": "words"}],
}


def bytes_of(**changes: Any) -> bytes:
    return json.dumps(LETTER | changes).encode()


def test_a_vcon_that_comes_again_signed_is_the_same_conversation_and_a_signature() -> None:
    payload = urlsafe_b64encode(bytes_of()).decode()
    signed = json.dumps({"payload": payload, "signatures": [{"protected": "e30", "signature": "AAAA"}]}).encode()
    plain, sealed = found(VCON, bytes_of()), found(VCON, signed)
    assert {(one.item.name, one.item.normal) for one in plain} < {(one.item.name, one.item.normal) for one in sealed}
    assert [one.item.name.kind for one in sealed] == ["conversation", "signature", "message"]


def test_a_vcon_that_comes_again_with_an_analysis_is_the_same_conversation_and_an_analysis() -> None:
    plain, more = found(VCON, bytes_of()), found(VCON, bytes_of(analysis=[{"type": "summary", "body": "short"}]))
    names = {(one.item.name, one.item.normal) for one in plain}
    assert [one.item.name.kind for one in more if (one.item.name, one.item.normal) not in names] == ["analysis"]


def test_what_an_agent_says_to_nobody_in_particular_belongs_to_the_customer() -> None:
    dialog = [{"type": "text", "start": "2026-03-01T10:00:00Z", "parties": [1], "originator": 1, "body": "words"}]
    (fact,) = found(VCON, bytes_of(dialog=dialog))[1].item.facts
    assert fact.ties[0] == ("customer", "rasa@example.com")
    assert (fact.role, fact.actor) == ("agent", ("staff", "ona@example.org"))


def test_two_people_who_share_a_name_are_not_one_customer() -> None:
    parties = [{"name": "Alice"}]
    ids = set()
    for vcon in ("u-1", "u-2"):
        dialog = [{"type": "text", "start": "2026-03-01T10:00:00Z", "parties": 0, "body": "words"}]
        ids.add(found(VCON, bytes_of(uuid=vcon, parties=parties, dialog=dialog))[0].item.facts[0].ties[0])
    assert len(ids) == 2


def test_a_hash_beside_a_body_must_be_its_own() -> None:
    good = "sha512-" + urlsafe_b64encode(sha512(b"words").digest()).decode().rstrip("=")
    dialog = LETTER["dialog"][0]
    assert refused(VCON, bytes_of(dialog=[dialog | {"content_hash": good}])) == []
    assert len(refused(VCON, bytes_of(dialog=[dialog | {"content_hash": [good[:-4] + "AAAA"]}]))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"uuid": None},
        {"uuid": ""},
        {"uuid": 5},
        {"parties": {}},
        {"parties": [1]},
        {"parties": [{}] * 201},
        {"dialog": {}},
        {"attachments": "x"},
        {"created_at": "now"},
        {"created_at": None, "dialog": []},
        {"subject": "\ud800"},
    ],
)
def test_a_vcon_that_cannot_be_placed_is_refused_whole(changes: dict[str, Any]) -> None:
    (one,) = read(VCON, bytes_of(**changes))
    assert one.place == "vcon"
    assert one in refused(VCON, bytes_of(**changes))


@pytest.mark.parametrize(
    "dialog",
    [
        5,
        {"type": "text"},
        {"type": "text", "start": "soon", "body": "x"},
        {"type": "text", "start": "2026-03-01T10:00:00Z", "parties": [True], "body": "x"},
        {"type": "text", "start": "2026-03-01T10:00:00Z", "parties": [-1], "body": "x"},
        {"type": "text", "body": "x", "encoding": "rot13"},
        {"type": "text", "body": "ä", "encoding": "base64url"},
        {"type": "text", "url": "https://example.com/x"},
        {"body": "x"},
    ],
)
def test_a_dialog_that_is_amiss_is_refused_and_the_others_are_not(dialog: Any) -> None:
    content = bytes_of(dialog=[dialog, *LETTER["dialog"]])
    assert [one.place for one in refused(VCON, content)] == ["dialog 0"]
    assert [one.place for one in found(VCON, content)] == ["vcon", "dialog 1"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"payload":"%","signatures":[]}', b'{"payload":1}']
)
def test_what_is_no_vcon_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(VCON, content)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_FIELDS = st.sampled_from(
    [
        "type",
        "start",
        "parties",
        "originator",
        "body",
        "encoding",
        "mediatype",
        "duration",
        "url",
        "meta",
        "content_hash",
        "disposition",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(["text", "recording", "recording-set", "transfer", "incomplete"]),
    changes=st.dictionaries(_FIELDS, _JSON, max_size=4),
    party=st.dictionaries(st.sampled_from(["mailto", "tel", "name", "role", "meta", "id"]), _JSON, max_size=3),
)
def test_any_dialog_is_either_found_or_refused(kind: str, changes: dict[str, Any], party: dict[str, Any]) -> None:
    dialog = LETTER["dialog"][0] | {"type": kind} | changes
    results = read(VCON, bytes_of(dialog=[dialog], parties=[party, {}]))
    assert 1 <= len(results) <= 2


def test_words_in_each_encoding_are_the_same_words() -> None:
    bodies = [{"body": "žodis"}, {"body": "xb5vZGlz", "encoding": "base64url"}, {"body": "žodis", "encoding": "none"}]
    dialogs = [{"type": "text", "start": "2026-03-01T10:00:00Z", "parties": [0]} | body for body in bodies]
    events = [one.item.facts[0].event for one in found(VCON, bytes_of(dialog=dialogs))[1:]]
    assert {event.text.text for event in events if isinstance(event, MessagePosted)} == {"žodis"}
