"""After an erasure a unique word from every personal field of every kind of event is nowhere any more."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, get_type_hints
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from audit.bootstrap import erasing
from audit.domain.catalogue import EVENTS
from audit.domain.conversation import AttachmentKept
from audit.domain.custody import ErasureExecuted, ErasureReceipt, HoldPlaced
from audit.domain.event import Event, Personal
from audit.domain.fact import Fact, Item
from audit.domain.names import ItemName
from audit.reports.bundling import attached, bundle_for
from audit.reports.customer_record import compile_record
from audit.reports.gathering import gather
from audit.reports.model import Audience, Scope
from audit.reports.pdf import render
from audit.reports.record_json import record_json
from tests.archive.house import BEGINNING
from tests.archive.items import message
from tests.erasure.forgetting import JONAS, ONA, findings, hits, place, records, release
from tests.golden.stored import example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.reports.gathering import Gathered

ME = "cust-zqmecanary"
_TIES = (
    ("customer", ME),
    ("conversation", "talk-zqtalkcanary"),
    ("ticket", "ticket-zqticketcanary"),
    ("work_order", "order-zqordercanary"),
    ("promise", "promise-zqpromisecanary"),
    ("request", "request-zqrequestcanary"),
)
_LONG = 300_000


def _canary(number: int) -> str:
    return f"zq{number:04}canary{number * 7919 % 10_000:04}xv"


class _Canaries:
    """Hands out unique words, and remembers them."""

    def __init__(self) -> None:
        self.words = [known for _, known in _TIES]

    def new(self) -> str:
        self.words.append(_canary(len(self.words)))
        return self.words[-1]

    def in_every_field(self, kind: type[Event]) -> Event:
        hints = get_type_hints(kind)
        names = [one.name for one in dataclasses.fields(kind)]  # type: ignore[arg-type]  # every event is a dataclass
        said = {name: self._said(name) for name in names if "Personal" in str(hints[name])}
        made: Event = dataclasses.replace(example(kind), **said)  # type: ignore[type-var]  # as above
        return made

    def _said(self, name: str) -> Personal:
        if name in {"extra", "fields", "words"}:
            return Personal({"note": self.new()})
        if name in {"persons", "cases"}:
            return Personal([self.new()])
        return Personal(f"Said to them: {self.new()}.")


def _items(canaries: _Canaries) -> Iterator[Item]:
    # An example of a hold would be in force for ever; one that is released is placed below.
    kinds = [kind for kind in EVENTS.values() if kind not in {HoldPlaced, ErasureExecuted, ErasureReceipt}]
    told: list[Event] = [canaries.in_every_field(kind) for kind in kinds]
    told.append(AttachmentKept(name=Personal(canaries.new()), content=Personal(canaries.new().encode() * _LONG)))
    told.append(AttachmentKept(name=Personal(canaries.new()), content=Personal(canaries.new(), apart=True)))
    for number, event in enumerate(told):
        fact = Fact(event=event, at=BEGINNING - timedelta(hours=number), role="customer", ties=_TIES)
        name = ItemName("canary", "chat", f"item-{canaries.new()}")
        yield Item(name=name, normal=str(number).encode(), normal_version=1, facts=(fact,))


def _spelled(words: list[str]) -> set[bytes]:
    """Return every spelling a file might have: a word, its end in an index, the hexadecimal of it."""
    found = set()
    for word in words:
        found |= {word.encode(), word[-10:].encode(), word.encode().hex().encode(), word.encode("utf-16-le")}
    return found


def _in_files(folder: Path, spelled: set[bytes]) -> list[str]:
    return [
        f"{file.name}: {one!r}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for content in [file.read_bytes()]
        for one in spelled
        if one in content
    ]


def _dumped(url: str) -> bytes:
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("there is no pg_dump here: install the package postgresql-client")
    return subprocess.run([program, url], check=True, capture_output=True).stdout  # noqa: S603 - found by us


def _scope(house: House, gathered: Gathered) -> Scope:
    return Scope(
        customers=gathered.customers,
        position=gathered.position,
        as_of=gathered.as_of,
        origin=house.origin,
        zone=ZoneInfo("UTC"),
        audience=Audience.REGULATOR,
    )


def _record(house: House) -> bytes:
    gathered = gather(house.archive, house.views, ME)
    return record_json(compile_record(gathered.records, _scope(house, gathered), staff=gathered.staff))


def _printed(house: House, folder: Path) -> str:
    """Return all that a printed record holds: its text, its streams laid open, and what is attached to it."""
    gathered = gather(house.archive, house.views, ME)
    house.log.cover(gathered.position)
    scope = _scope(house, gathered)
    evidence = bundle_for(house, gathered, scope)
    compiled = compile_record(gathered.records, scope, staff=gathered.staff)
    paper, laid_open = folder / "record.pdf", folder / "open.pdf"
    paper.write_bytes(render(compiled, attachments=[attached(evidence)]).pdf)
    with pikepdf.open(paper) as pdf:
        files = b"".join(one.get_file().read_bytes() for one in pdf.attachments.values())
        pdf.save(laid_open, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("there is no pdftotext here: install the package poppler-utils")
    text = subprocess.run([program, str(paper), "-"], check=True, capture_output=True).stdout  # noqa: S603 - found by us
    # A word that does not fit the line is broken; what is looked for has no break in it.
    whole = "".join(text.decode().split())
    return whole + files.decode() + laid_open.read_bytes().decode("latin-1")


@pytest.mark.long
def test_a_forgotten_person_is_in_no_file_no_table_no_hit_no_record_and_on_no_paper(
    house: House, tmp_path: Path
) -> None:
    canaries = _Canaries()
    house.archive.append_new([*_items(canaries), message(1, "Somebody else is here, too.", customer="cust-8")])
    release(house, place(house, ("customer", ME), query=f"customer:{ME}"))
    house.follower.catch_up()
    spelled = _spelled(canaries.words)
    assert hits(house, f"customer:{ME}") > 5
    assert canaries.words[0].encode() in _record(house)
    printed = _printed(house, tmp_path)
    assert [word for word in canaries.words if word in printed], "the paper shows words before, or it proves nothing"
    assert _in_files(house.settings.folder, spelled) or house.settings.database_url

    asked = erasing.ask(house, ME, f"Wrote on paper: {canaries.new()}", ONA)
    forgotten = erasing.execute(house, asked, JONAS)

    assert forgotten.residue == ()
    assert not list(house.originals.shelf.names())
    assert hits(house, f"customer:{ME}") == 0
    assert hits(house, "canary* OR Said") == 0
    assert hits(house, "somebody") == 1
    assert not [word for word in canaries.words if word.encode() in _record(house)]
    printed = _printed(house, tmp_path)
    assert not [word for word in canaries.words if word in printed]
    assert not findings(house)
    assert len(records(house)) == house.archive.head().size
    house.close()
    spelled = _spelled(canaries.words)
    assert not _in_files(house.settings.folder, spelled)
    if house.settings.database_url:
        dumped = _dumped(house.settings.database_url)
        assert not [one for one in spelled if one in dumped]
