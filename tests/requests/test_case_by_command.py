"""The made-up case from start to end by the command line: a credit promised and not given, and a daughter who asks."""

from __future__ import annotations

import re
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from pypdf import PdfReader

from audit.evidence.verifier.files import PAGE, SCRIPT
from tests.browser.chromium import chromium
from tests.browser.verify_page import VerifyPage
from tests.evidence.bundles import Case, Verdict
from tests.post.server import Post, served
from tests.requests.commands import OPERATOR, Commands, opened
from tests.requests.story import DAUGHTER, DAUGHTERS_MAIL, LINES, NEIGHBOUR, PROMISED, REGINA, TOLD

if TYPE_CHECKING:
    from pathlib import Path

    from audit.reports.post.smtp import Relay


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def onrecord(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return opened(capsys, tmp_path, url, LINES)


@pytest.mark.long
def test_the_daughter_gets_the_record_and_two_strangers_find_it_genuine(
    onrecord: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = _promise_confirmed_and_broken(onrecord)
    onrecord.done("simona", "authority", "add", REGINA, DAUGHTER, "--scope", "record", "--words", "a signed letter")
    request = _asked_by_the_daughter(onrecord)
    _agent_is_refused(onrecord, request)
    _supervisor_withholds_the_neighbours_number(onrecord, request)
    made = onrecord.done("simona", "request", "compile", request)["record"]
    assert made["complete"]
    alone = onrecord("simona", "request", "approve", request)
    assert (alone.code, "second person" in alone.errors) == (1, True)
    onrecord.done("jonas", "request", "check", request)
    onrecord.done("simona", "request", "approve", request, "--digest", made["sha256"])
    paper = _mailed(onrecord, request, monkeypatch)
    slip = tmp_path / "slip.pdf"
    onrecord.done("petras", "slip", promise, "-o", str(slip), "--language", "lt")
    for content in (paper, slip.read_bytes()):
        assert NEIGHBOUR not in _text(content)
        assert NEIGHBOUR.encode() not in _all_streams(content)
        assert "100 dolerių" in _text(content)
        _paper_holds_until_a_letter_is_changed(onrecord, content, tmp_path)
    with chromium() as browser:
        page = VerifyPage(browser.new_context(offline=True).new_page(), PAGE.as_uri())
        for content in (paper, slip.read_bytes()):
            _genuine_until_a_letter_is_changed(content, onrecord.log_key, page, tmp_path)
        assert page.requests == [PAGE.as_uri()]


def _promise_confirmed_and_broken(onrecord: Commands) -> str:
    (found,) = onrecord.done("petras", "promises", "--find", "--suggested")["promises"]
    assert found["line"] in PROMISED
    assert (found["amount"], found["due"]) == ("100.00", "2026-03-20")
    onrecord.done("petras", "promise", "confirm", found["promise"])
    (broken,) = onrecord.done("simona", "promises", "--due", "--broken")["promises"]
    assert broken["promise"] == found["promise"]
    return str(found["promise"])


def _asked_by_the_daughter(onrecord: Commands) -> str:
    words = ["request", "ask", REGINA, "--channel", "portal", "--language", "lt"]
    stranger = onrecord("petras", *words, "--representative", "cust-3")
    assert stranger.code == 1
    request = str(onrecord.done("petras", *words, "--representative", DAUGHTER)["request"])
    acknowledged = onrecord.done("petras", "request", "acknowledge", request, "--law", "gdpr")
    assert [one["kind"] for one in acknowledged["steps"]] == ["acknowledged", "escalated"]
    return request


def _agent_is_refused(onrecord: Commands, request: str) -> None:
    for step in (["compile"], ["approve"], ["release", "--link"], ["release", "--mail", DAUGHTERS_MAIL]):
        assert onrecord("petras", "request", step[0], request, *step[1:]).code == 1
    looked = onrecord.done("jonas", "looked", REGINA)
    assert "request-release" in str(looked)


def _supervisor_withholds_the_neighbours_number(onrecord: Commands, request: str) -> None:
    shown = onrecord.done("simona", "request", "show", request)
    (weak,) = shown["tickets"]
    assert (weak["ticket"], weak["score"] < 50) == ("t1", True)
    onrecord.done("simona", "request", "verify", request, "--how", "identity-card", "--evidence", "seen at the counter")
    event = next(one["event"] for one in onrecord.done("simona", "timeline", "c1")["events"] if one["text"] == TOLD)
    start = TOLD.index(NEIGHBOUR)
    stretch = ["--part", "text", "--stretch", f"{start}-{start + len(NEIGHBOUR)}"]
    onrecord.done("simona", "request", "withhold", request, "--event", str(event), "--reason", "third-person", *stretch)


def _mailed(onrecord: Commands, request: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    post = Post()
    with served(post) as relay:
        _settings(monkeypatch, relay)
        strange = onrecord("simona", "request", "release", request, "--mail", "eve@example.net")
        assert (strange.code, "gave us" in strange.errors) == (1, True)
        released = onrecord.done("simona", "request", "release", request, "--mail", DAUGHTERS_MAIL)
    assert (released["outcome"], released["stage"]) == ("accepted", "delivered")
    assert post.recipients == [DAUGHTERS_MAIL]
    (enclosed,) = message_from_bytes(post.letters[0], policy=default).iter_attachments()
    content: bytes = enclosed.get_content()
    return content


def _settings(monkeypatch: pytest.MonkeyPatch, relay: Relay) -> None:
    for name, value in (
        ("HOST", relay.host), ("PORT", str(relay.port)), ("FROM", relay.sender), ("SECURITY", relay.security),
    ):  # fmt: skip
        monkeypatch.setenv(f"ONRECORD_SMTP_{name}", value)


def _genuine_until_a_letter_is_changed(paper: bytes, key: str, verifier: VerifyPage, folder: Path) -> None:
    (evidence,) = PdfReader(BytesIO(paper)).attachments["evidence.json"]
    changed = evidence.replace(b"100 doleri", b"900 doleri")
    assert changed != evidence
    for content, verdict, code in ((evidence, Verdict.PROVEN, 0), (changed, Verdict.NOT_GENUINE, 1)):
        assert verifier.judge(Case(content, key, verdict)) is verdict
        file = folder / "evidence.json"
        file.write_bytes(content)
        words = [sys.executable, str(SCRIPT), str(file), "--log-key", key]
        assert subprocess.run(words, capture_output=True, check=False).returncode == code  # noqa: S603  # our verifier


def _paper_holds_until_a_letter_is_changed(onrecord: Commands, paper: bytes, folder: Path) -> None:
    file = folder / "paper.pdf"
    for content, code in ((paper, 0), (_with_another_letter(paper), 1), (_with_other_evidence(paper), 1)):
        file.write_bytes(content)
        said = onrecord(OPERATOR, "verify", "--record", str(file), "--log-key", onrecord.log_key)
        assert (said.code, bool(said.facts["findings"])) == (code, bool(code)), said


def _with_another_letter(paper: bytes) -> bytes:
    """Return the file with one letter of the first page drawn as another of that page."""
    with pikepdf.open(BytesIO(paper)) as pdf:
        drawn = pdf.pages[0].Contents.read_bytes()
        first, *others = re.finditer(rb"<([0-9a-fA-F]{4})", drawn)
        other = next(one for one in others if one[1] != first[1])
        start, end = first.span(1)
        pdf.pages[0].Contents = pdf.make_stream(drawn[:start] + other[1] + drawn[end:])
        return _saved(pdf)


def _with_other_evidence(paper: bytes) -> bytes:
    with pikepdf.open(BytesIO(paper)) as pdf:
        evidence = pdf.attachments["evidence.json"].get_file()
        changed = evidence.read_bytes().replace(b"100 doleri", b"900 doleri")
        del pdf.attachments["evidence.json"]
        pdf.attachments["evidence.json"] = changed
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    whole = BytesIO()
    pdf.save(whole)
    return whole.getvalue()


def _text(paper: bytes) -> str:
    return re.sub(r"\s+", " ", "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages))


def _all_streams(paper: bytes) -> bytes:
    """Return everything in the file, decompressed."""
    with pikepdf.open(BytesIO(paper)) as pdf:
        streams: list[Any] = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        return b"\n".join(one.read_bytes() for one in streams if one.get("/Subtype") != "/Image")
