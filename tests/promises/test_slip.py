"""A slip: one page, the same again, proven offline by strangers, and without what is withheld."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

from audit.bootstrap import promising_decisions as deciding
from audit.bootstrap import withheld
from audit.bootstrap.promising import find_promises
from audit.bootstrap.promising_decisions import Terms
from audit.bootstrap.promising_ledger import ledger
from audit.bootstrap.promising_slip import Gathered, gather_slip
from audit.bootstrap.withheld import Hiding
from audit.cli.app import run
from audit.domain.access import RecordExported
from audit.domain.actor import Actor
from audit.domain.errors import Refused, WrongUse
from audit.domain.withholding import WithholdingPlaced
from audit.evidence.verifier.files import SCRIPT
from audit.reports.slip import render_slip
from tests.erasure.forgetting import records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises.conftest import Told

OPERATOR = Actor(login="operator", role="operator")
NAME = "Ona דוד 王小明"
LINE = "I will credit you 100 dollars by Friday."


def made(told: Told) -> str:
    """Tell of a promise among lines of several people, and confirm it; return its id."""
    told.tell(
        told.say("I want 100 dollars back! 我是王小明", role="customer", author=NAME),
        told.say("Mine is the neighbour's number.", role="customer", customer="cust-9"),
        told.say(f"I am sorry. {LINE} Call +37061234567."),
        told.say("שלום, I hold you to that \u202e😀", role="customer", author=NAME),
    )
    find_promises(told.house)
    told.house.follower.catch_up()
    (one,) = ledger(told.house, Hiding({}))
    assert one.promise.id is not None
    deciding.confirm(told.house, one.promise.id, Terms(), OPERATOR)
    return one.promise.id


def gathered(told: Told, written: str, position: int | None = None) -> Gathered:
    told.house.follower.catch_up()
    return gather_slip(told.house, written, OPERATOR, position=position, around=2)


def verified(evidence: bytes, key: str, folder: Path) -> int:
    file = folder / "evidence.json"
    file.write_bytes(evidence)
    ended = subprocess.run(  # noqa: S603  # our own verifier, as a stranger runs it
        [sys.executable, str(SCRIPT), str(file), "--log-key", key], capture_output=True, check=False
    )
    return ended.returncode


def test_it_shows_the_line_among_its_own_and_proves_it(told: Told, tmp_path: Path) -> None:
    one = gathered(told, made(told))
    texts = [quote.text for quote in one.slip.quotes]
    assert texts[1] == f"I am sorry. {LINE} Call +37061234567."
    assert "Mine is the neighbour's number." not in texts
    said = one.slip.quotes[1]
    assert said.mark is not None
    assert (said.text or "")[slice(*said.mark)] == LINE
    assert (one.slip.wording, one.slip.status, one.slip.amount) == (LINE, "open", "100.00")
    assert verified(one.evidence, one.slip.proof.key, tmp_path) == 0
    assert b"neighbour" not in one.evidence
    altered = one.evidence.replace(b"credit you 100", b"credit you 900", 1)
    assert altered != one.evidence
    assert verified(altered, one.slip.proof.key, tmp_path) == 1


def test_it_is_the_same_at_the_same_position_whatever_comes_later(told: Told) -> None:
    written = made(told)
    first = gathered(told, written)
    told.tell(told.say("Later", role="customer"))
    deciding.dispute(told.house, written, "No!", OPERATOR)
    again = gathered(told, written, first.position)
    assert (again.slip, again.evidence) == (first.slip, first.evidence)
    assert gathered(told, written).slip.status == "disputed"


def test_what_is_withheld_is_neither_printed_nor_proven(told: Told) -> None:
    written = made(told)
    quoted = gathered(told, written).slip.quotes[1].event
    start = len(f"I am sorry. {LINE} Call ")
    placed = WithholdingPlaced(
        position=quoted, reason="third-person", whom=("customer-record",), part="text", start=start, end=start + 12
    )
    withheld.place(told.house, placed, OPERATOR)
    one = gathered(told, written)
    said = one.slip.quotes[1]
    assert said.text == f"I am sorry. {LINE} Call [withheld: third-person]."
    assert said.mark is not None
    assert said.text[slice(*said.mark)] == LINE
    assert b"37061234567" not in one.evidence
    withheld.place(told.house, WithholdingPlaced(position=quoted, reason="x", whom=("exports",)), OPERATOR)
    whole = gathered(told, written)
    assert LINE not in repr(whole.slip)
    assert LINE.encode() not in whole.evidence
    assert whole.slip.amount is None


def test_only_what_a_person_confirmed_is_proven(embedded: Told) -> None:
    embedded.tell(embedded.say(LINE))
    find_promises(embedded.house)
    embedded.house.follower.catch_up()
    (one,) = ledger(embedded.house, Hiding({}))
    with pytest.raises(Refused):
        gathered(embedded, one.promise.id or "")
    with pytest.raises(WrongUse):
        gathered(embedded, one.promise.id or "", 9_999)


def test_a_page_of_paper_is_tagged_carries_its_evidence_and_is_the_same_again(embedded: Told) -> None:
    one = gathered(embedded, made(embedded))
    first, again = (render_slip(one.slip, one.evidence, language="zh", paper="Letter") for _ in range(2))
    assert (first.pdf == again.pdf, first.pages) == (True, 1)
    with pikepdf.open(BytesIO(first.pdf)) as pdf:
        assert [float(side) for side in pdf.pages[0].MediaBox[2:]] == [612, 792]
        assert bool(pdf.Root.MarkInfo.Marked)
        assert pdf.attachments["evidence.json"].get_file().read_bytes() == one.evidence
        metadata = pdf.Root.Metadata.read_bytes()
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata or b'pdfaid:part="3"' in metadata
    assert b"pdfuaid" in metadata
    assert one.slip.short_form(sha256(one.evidence).hexdigest()).split()[:3] == [
        "onrecord-slip:1",
        "example.com/archive",
        str(one.position),
    ]


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "lt", "bg", "ru", "he"])
def test_a_very_long_line_still_fits_on_one_page(embedded: Told, language: str) -> None:
    embedded.tell(embedded.say("x" * 4_000 + f". {LINE} " + "ilgas žodis 长 " * 3_000), embedded.say("שלום " * 900))
    find_promises(embedded.house)
    embedded.house.follower.catch_up()
    (promise,) = ledger(embedded.house, Hiding({}))
    deciding.confirm(embedded.house, promise.promise.id or "", Terms(), OPERATOR)
    one = gathered(embedded, promise.promise.id or "")
    assert render_slip(one.slip, one.evidence, language=language).pages == 1


def test_the_command_records_what_it_hands_out_and_refuses_who_may_not(
    embedded: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    written = made(embedded)
    options = ["--data", str(embedded.house.settings.folder), "--json"]
    output = tmp_path / "slip.pdf"
    assert run(["slip", written, "-o", str(output), "--why", "asked", *options]) == 0
    assert run(["slip", written, "-o", str(tmp_path / "slip.txt"), *options]) == 64
    assert run(["users", "add", "petras", "--role", "technician", *options]) == 0
    assert run(["slip", written, "-o", str(tmp_path / "no.pdf"), "--as", "petras", *options]) == 1
    assert not (tmp_path / "no.pdf").exists()
    exported = [one.event for one in records(embedded.house) if isinstance(one.event, RecordExported)]
    assert [(one.what, one.digest) for one in exported] == [("slip", sha256(output.read_bytes()).hexdigest())]
