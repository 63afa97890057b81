"""Letters by the command line: on request, by rule, later, and after nobody knew whether they went."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.post.server import Post, served
from tests.requests.commands import OPERATOR, Commands, opened
from tests.requests.story import LINES, NEIGHBOUR, PROMISED, REGINA, REGINAS_MAIL, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDED = {
    "kind": "conversation", "source": "chat", "id": "c1", "customer": REGINA, "at": "2026-03-02T10:00:00+02:00",
    "channel": "chat", "direction": "inbound", "ended_at": "2026-03-02T10:30:00+02:00",
}  # fmt: skip
NOTE = {
    "kind": "note", "source": "chat", "id": "n9", "conversation": "c1", "customer": REGINA, "role": "agent",
    "at": "2026-03-02T10:20:00+02:00", "text": "Klientė nervinga.",
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def onrecord(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return opened(capsys, tmp_path, url, (*LINES, ENDED, NOTE))


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A mail server, and the settings that name it."""
    post = Post()
    with served(post) as relay:
        for name, value in (("HOST", relay.host), ("PORT", relay.port), ("FROM", relay.sender), ("SECURITY", "none")):
            monkeypatch.setenv(f"ONRECORD_SMTP_{name}", str(value))
        yield post


def test_a_transcript_goes_as_text_as_a_page_and_on_paper(onrecord: Commands, post: Post) -> None:
    event = next(one["event"] for one in onrecord.done("simona", "timeline", "c1")["events"] if one["text"] == TOLD)
    start = TOLD.index(NEIGHBOUR)
    stretch = f"{start}-{start + len(NEIGHBOUR)}"
    request = onrecord.done("petras", "request", "ask", REGINA)["request"]
    onrecord.done("petras", "request", "acknowledge", request)
    words = ["request", "withhold", request, "--event", str(event), "--reason", "third-person", "--part", "text"]
    onrecord.done("simona", *words, "--stretch", stretch)
    sent = onrecord.done("petras", "transcript", "c1", "--to", REGINAS_MAIL, "--pdf")
    assert (sent["outcome"], post.recipients) == ("accepted", [REGINAS_MAIL])
    letter = message_from_bytes(post.letters[0], policy=default)
    plain, page = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    (enclosed,) = letter.iter_attachments()
    paper = "".join(one.extract_text() for one in PdfReader(BytesIO(enclosed.get_content())).pages)
    for form in (plain.get_content(), page.get_content(), paper):
        text = " ".join(form.split())
        assert PROMISED in text
        assert "Kaimyno telefonas [withheld: third-person], jei" in text
        assert NEIGHBOUR not in text
        assert "nervinga" not in text
    assert 'dir="rtl"' not in page.get_content()
    (listed,) = onrecord.done("simona", "outbox", "list")["letters"]
    assert (listed["outcome"], listed["address"], listed["answer"]) == (
        "accepted",
        REGINAS_MAIL,
        "250 2.0.0 queued as 7",
    )


def test_letters_wait_are_put_off_and_go_by_rule_once(
    onrecord: Commands, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = onrecord.done("petras", "transcript", "c1", "--to", REGINAS_MAIL, "--later")
    assert (later["outcome"], post.letters) == ("waiting", [])
    post.to_letter = "451 4.3.0 later"
    assert [one["outcome"] for one in onrecord.done("petras", "outbox", "send")["letters"]] == ["put-off"]
    post.to_letter = "250 OK"
    monkeypatch.setenv("ONRECORD_TRANSCRIPTS", "chat email")
    assert [one["outcome"] for one in onrecord.done(OPERATOR, "outbox", "send")["letters"]] == ["accepted"] * 2
    assert [one["attempts"] for one in onrecord.done(OPERATOR, "outbox", "send")["letters"]] == [2, 1]
    assert len(post.letters) == 3


def test_a_letter_of_unknown_outcome_waits_for_a_person(onrecord: Commands, post: Post) -> None:
    post.to_letter = None
    unknown = onrecord("petras", "transcript", "c1", "--to", REGINAS_MAIL)
    assert (unknown.code, unknown.facts["outcome"]) == (1, "unknown")
    letter = unknown.facts["letter"]
    assert onrecord("petras", "outbox", "send", letter).code == 1
    assert len(post.letters) == 1
    assert onrecord("petras", "outbox", "settle", letter, "--not-arrived", "--reason", "she says so").code == 1
    onrecord("simona", "outbox", "settle", letter, "--not-arrived", "--reason", "she says so")
    post.to_letter = "250 OK"
    assert onrecord.done("petras", "outbox", "send", letter)["letters"][0]["outcome"] == "accepted"
    first, second = (message_from_bytes(one, policy=default)["Message-ID"] for one in post.letters)
    assert first == second


def test_letters_go_to_nobody_else_and_nowhere_without_a_server(
    onrecord: Commands, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert onrecord("petras", "transcript", "c1", "--to", "eve@example.net").code == 1
    assert onrecord("petras", "transcript", "c1", "--to", "eve@example.net", "--elsewhere").code == 1
    assert onrecord("admin", "transcript", "c1", "--to", REGINAS_MAIL).code == 1
    assert onrecord("petras", "transcript", "c1", "--to", f"{REGINAS_MAIL}\r\nBcc: eve@example.net").code == 64
    monkeypatch.delenv("ONRECORD_SMTP_HOST")
    assert onrecord("petras", "outbox", "send").code == 64
    assert post.letters == []
