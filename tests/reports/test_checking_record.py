"""A printed record is checked by a stranger: whole it passes, and one changed letter anywhere is found."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pytest

from audit.bootstrap.recording import Signers
from audit.domain.errors import Unreadable
from audit.evidence.bundle import trusting
from audit.evidence.keys import SigningKey
from audit.reports.bundling import attached
from audit.reports.checking_record import check_record
from audit.reports.pdf import render
from audit.reports.record_json import edition_json, read_edition
from audit.reports.signing import Signing, sign
from tests.reports.archives import archive, credentials, paper, vkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.evidence.policy import Policy

FORGER = SigningKey.generate("example.org/archive")


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[bytes, bytes, Policy]]:
    """A signed record, the same unsigned, and whom its reader trusts."""
    with archive(tmp_path_factory.mktemp("archive") / "data") as house:
        unsigned = paper(house, Signers(seals=False))
        signed = paper(house, position=None)
        assert signed.content.startswith(unsigned.content)
        assert signed.unsigned_sha256 == unsigned.sha256
        yield signed.content, unsigned.content, trusting([vkey(house)])


def test_a_record_as_it_was_handed_out_is_proven(handed_out: tuple[bytes, bytes, Policy]) -> None:
    for content in handed_out[:2]:
        checked = check_record(content, handed_out[2])
        assert checked.findings == []
        assert checked.unproven == []
        assert checked.same_bytes
        assert checked.record is not None
        assert checked.record.counts.total == len(checked.proven)
    assert [one.field for one in check_record(handed_out[0], None).signatures] == ["ArchiveSeal"]


def test_a_letter_changed_on_a_page_is_found(handed_out: tuple[bytes, bytes, Policy]) -> None:
    _, unsigned, policy = handed_out
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        page = pdf.pages[-2]
        operators = pikepdf.parse_content_stream(page)
        said = [at for at, one in enumerate(operators) if str(one.operator) in {"Tj", "TJ"}]
        operators[said[3]], operators[said[-1]] = operators[said[-1]], operators[said[3]]
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(operators))
        changed = io.BytesIO()
        pdf.save(changed)
    checked = check_record(changed.getvalue(), policy)
    assert any("does not say what the attached data say" in one for one in checked.findings), checked.findings


def test_a_forger_who_signs_again_is_found(handed_out: tuple[bytes, bytes, Policy]) -> None:
    """Everything is made anew from changed words, evidence aside, which nobody can make."""
    _, unsigned, policy = handed_out
    forged = remade(unsigned, lambda data: data.replace("100 eurų", "900 eurų"))
    checked = check_record(sign(forged, Signing(seal=credentials(FORGER))), policy)
    assert len(checked.signatures) == 1
    assert any("are not those the evidence opens" in one for one in checked.findings)


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ('"role": "agent"', '"role": "customer"', "another kind, time or role"),
        ("10:03:00+02:00", "10:04:00+02:00", "another kind, time or role"),
        ('"kind": "message.posted"', '"kind": "note.written"', "another kind, time or role"),
    ],
)
def test_who_and_when_are_compared_too(
    handed_out: tuple[bytes, bytes, Policy], before: str, after: str, finding: str
) -> None:
    _, unsigned, policy = handed_out
    if before.startswith("10:"):
        before, after = '"at": "2026-03-01T10:02:01+02:00"', '"at": "2026-03-01T10:02:02+02:00"'
    checked = check_record(remade(unsigned, lambda data: data.replace(before, after)), policy)
    assert any(finding in one for one in checked.findings), checked.findings


def test_an_event_left_out_is_missed(handed_out: tuple[bytes, bytes, Policy]) -> None:
    _, unsigned, policy = handed_out
    record, edition, _ = read_edition(file_of(unsigned, "record.json"))
    (contact,) = record.contacts
    shorter = replace(record, contacts=(replace(contact, entries=contact.entries[:-1]),))
    fewer = replace(shorter, counts=replace(record.counts, total=record.counts.total - 1))
    again = render(fewer, attachments=[attached(file_of(unsigned, "evidence.json"))], edition=edition)
    assert any("counts" in one for one in check_record(again.pdf, policy).findings)


def test_changed_evidence_does_not_hold(handed_out: tuple[bytes, bytes, Policy]) -> None:
    _, unsigned, policy = handed_out
    record, edition, _ = read_edition(file_of(unsigned, "record.json"))
    evidence = file_of(unsigned, "evidence.json").replace("100 eurų".encode(), "900 eurų".encode())
    again = render(record, attachments=[attached(evidence)], edition=edition)
    (finding,) = check_record(again.pdf, policy).findings
    assert "evidence does not hold" in finding


def test_evidence_of_another_log_is_not_trusted(handed_out: tuple[bytes, bytes, Policy]) -> None:
    checked = check_record(handed_out[0], trusting([str(FORGER.verifier)]))
    assert any("evidence does not hold" in one for one in checked.findings)


def test_words_whose_proof_was_taken_away_are_named(handed_out: tuple[bytes, bytes, Policy]) -> None:
    """They may be printed so where a part is withheld: then the seal alone vouches for them."""
    _, unsigned, policy = handed_out
    record, edition, _ = read_edition(file_of(unsigned, "record.json"))
    bundle = json.loads(file_of(unsigned, "evidence.json"))
    opened = [one for one in bundle["items"] if "text" in one.get("open", {})]
    del opened[0]["open"]["text"]
    again = render(record, attachments=[attached(json.dumps(bundle).encode())], edition=edition)
    checked = check_record(again.pdf, policy)
    assert checked.findings == []
    assert checked.unproven == [opened[0]["index"] + 1]


def test_what_is_no_record_is_refused() -> None:
    for content in (b"", b"%PDF-1.7 rubbish", b"PK\x03\x04", b"%PDF-1.7\n" + bytes(range(256)) * 20):
        with pytest.raises(Unreadable):
            check_record(content, None)


def remade(pdf: bytes, change: Callable[[str], str]) -> bytes:
    """Return the file as it would be made from changed data, with the evidence that there is."""
    before = file_of(pdf, "record.json").decode()
    after = change(before)
    assert after != before
    record, edition, _ = read_edition(after.encode())
    assert edition_json(record, edition) == after.encode()
    return render(record, attachments=[attached(file_of(pdf, "evidence.json"))], edition=edition).pdf


def file_of(pdf: bytes, name: str) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.attachments[name].get_file().read_bytes())
