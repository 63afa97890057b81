from __future__ import annotations

import gzip
import hmac
import json
import os
from typing import TYPE_CHECKING

import pytest

from audit.domain.conversation import AttachmentKept, MessagePosted
from audit.domain.custody import DeliveryRead, DeliveryReceived, DeliveryRejected, ItemRefused
from audit.domain.errors import NotFound, WrongUse
from audit.domain.event import Personal
from audit.intake import appending
from audit.intake.source import Reading
from tests.intake.bringing import CUSTODY
from tests.intake.reading import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.intake.bringing import Desk

EVERY_KIND = SAMPLES / "ndjson" / "every_kind.ndjson"
REFUSED = SAMPLES / "ndjson" / "refused.ndjson"


def line(n: int, **changes: object) -> str:
    fields = {"kind": "message", "source": "chat", "id": f"m{n}", "at": "2026-03-01T10:00:00Z", "text": f"words {n}"}
    return json.dumps(fields | changes)


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_delivery_is_received_read_and_accounted_for(desk: Desk) -> None:
    accounting = desk.bring(REFUSED)
    assert (accounting.found, accounting.new, accounting.known, accounting.refused) == (25, 2, 0, 23)
    (received,) = desk.events(DeliveryReceived)
    assert received.mac == hmac.digest(desk.house.delivery_secret, REFUSED.read_bytes(), "sha256").hex()
    assert (received.format, received.length) == ("onrecord.ndjson", REFUSED.stat().st_size)
    assert received.name == Personal("refused.ndjson")
    (read,) = desk.events(DeliveryRead)
    assert (read.found, read.new, read.known, read.refused) == (25, 2, 0, 23)


def test_what_is_refused_is_kept_with_its_place_and_reason(desk: Desk) -> None:
    desk.bring(REFUSED)
    kept = {event.place: event for event in desk.events(ItemRefused)}
    assert kept["line 2"].reason == "line 2: at has no offset (write Z or +02:00 at its end)"
    assert kept["line 2"].raw == Personal(REFUSED.read_bytes().splitlines()[1])
    delivery = next(one for one in desk.records() if isinstance(one.event, DeliveryReceived)).stamp.tie("delivery")
    assert {one.stamp.tie("delivery") for one in desk.records() if isinstance(one.event, ItemRefused)} == {delivery}


def test_the_items_of_a_delivery_carry_it_as_their_batch(desk: Desk) -> None:
    desk.bring(EVERY_KIND)
    records = desk.records()
    delivery = next(one for one in records if isinstance(one.event, DeliveryReceived)).stream
    assert {one.stamp.batch for one in records if isinstance(one.event, MessagePosted)} == {delivery}


@pytest.mark.parametrize("sample", [EVERY_KIND, REFUSED, SAMPLES], ids=["good", "refused", "folder"])
def test_the_same_delivery_again_adds_only_that_it_came_and_was_read(desk: Desk, sample: Path) -> None:
    first = desk.bring(sample)
    before = len(desk.records())
    again = desk.bring(sample)
    assert (again.found, again.new, again.refused) == (first.found, 0, first.refused)
    assert {type(one.event) for one in desk.records()[before:]} <= set(CUSTODY)


def test_in_pieces_and_backwards_the_same_items_come(new_desk: Callable[..., Desk], tmp_path: Path) -> None:
    lines = EVERY_KIND.read_text(encoding="utf-8").splitlines()
    whole, pieces, backwards = new_desk(), new_desk(), new_desk()
    whole.bring(EVERY_KIND)
    for n in range(0, len(lines), 5):
        pieces.bring(written(tmp_path / f"piece-{n}.ndjson", *lines[n : n + 7]))
    backwards.bring(written(tmp_path / "backwards.ndjson", *reversed(lines)))
    assert whole.items() == pieces.items() == backwards.items()


def test_of_two_items_under_one_name_the_first_stands_and_the_other_is_kept_aside(desk: Desk, tmp_path: Path) -> None:
    accounting = desk.bring(written(tmp_path / "a.ndjson", line(1), line(1, text="other"), line(1)))
    assert (accounting.new, accounting.known, accounting.refused) == (1, 1, 1)
    (kept,) = desk.events(ItemRefused)
    assert (kept.place, "first recorded stands" in kept.reason) == ("line 2", True)
    assert kept.raw is not None
    assert b"other" in kept.raw.value
    assert [event.text.text for event in desk.events(MessagePosted)] == ["words 1"]


def test_a_big_delivery_goes_in_by_batches(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "BATCH_ITEMS", 7)
    accounting = desk.bring(written(tmp_path / "a.ndjson", *map(line, range(50))))
    assert (accounting.new, len(desk.events(MessagePosted))) == (50, 50)
    assert [one.accounting.found for one in desk.told] == [7, 14, 21, 28, 35, 42, 49, 50]


def test_an_import_that_was_cut_short_is_completed_by_bringing_it_again(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path / "a.ndjson", *map(line, range(10)))
    archive, append = desk.house.archive, desk.house.archive.append_new

    def power_cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    archive.append_new = power_cut  # type: ignore[assignment,method-assign]  # the plug is pulled at this moment
    with pytest.raises(KeyboardInterrupt):
        desk.bring(path)
    archive.append_new = append  # type: ignore[method-assign]  # and put back
    assert (len(desk.events(DeliveryReceived)), len(desk.events(DeliveryRead))) == (1, 0)
    assert desk.bring(path).new == 10
    assert (len(desk.events(DeliveryReceived)), len(desk.events(DeliveryRead))) == (2, 1)


def test_a_file_that_changes_while_it_is_read_is_rejected(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path / "a.ndjson", *map(line, range(3)))
    archive, append = desk.house.archive, desk.house.archive.append_new

    def written_to(*args: object, **options: object) -> object:
        with path.open("a", encoding="utf-8") as file:
            file.write(line(99) + "\n")
        return append(*args, **options)  # type: ignore[arg-type]  # handed through

    archive.append_new = written_to  # type: ignore[assignment,method-assign]  # somebody else writes at this moment
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(appending, "BATCH_ITEMS", 2)
        accounting = desk.bring(path)
    assert "changed" in desk.events(DeliveryRejected)[0].reason
    assert accounting.refused == 1
    assert desk.events(DeliveryRead) == []


def test_a_file_nobody_knows_is_rejected_and_its_beginning_kept(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "Rasa Example.bin"
    path.write_bytes(b"\0\1\2")
    accounting = desk.bring(path)
    assert (accounting.found, accounting.refused, accounting.deliveries) == (1, 1, 1)
    (rejected,) = desk.events(DeliveryRejected)
    assert "No importer knows" in rejected.reason
    assert "Rasa" not in rejected.reason
    assert [event.raw for event in desk.events(ItemRefused)] == [Personal(b"\0\1\2")]
    assert desk.told[-1].rejected == rejected.reason


def test_a_file_cut_off_in_its_packing_keeps_what_was_read_before(desk: Desk, tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(line(n, text=os.urandom(40).hex()) for n in range(5_000)).encode())
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(packed[: len(packed) // 2])
    accounting = desk.bring(path)
    assert accounting.refused == 1
    assert "cut off" in desk.events(DeliveryRejected)[0].reason


def test_a_packed_file_is_read(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(line(1).encode()))
    assert desk.bring(path).new == 1


def test_an_attachment_beside_is_kept_and_not_judged_as_a_delivery(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "meter.bin").write_bytes(b"picture")
    attachment = line(2, kind="attachment", of="m1", path="files/meter.bin")
    written(tmp_path / "z.ndjson", line(1), attachment)
    accounting = desk.bring(tmp_path)
    assert (accounting.new, accounting.refused, accounting.deliveries) == (2, 0, 1)
    assert [event.content for event in desk.events(AttachmentKept)] == [Personal(b"picture")]


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname", "link", "files", "", "a\0b", "none"])
def test_an_attachment_may_not_lead_out_of_its_folder(desk: Desk, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "brought"
    (folder / "files").mkdir(parents=True)
    (folder / "link").symlink_to(tmp_path / "secret")
    desk.bring(written(folder / "a.ndjson", line(1, kind="attachment", path=path)))
    assert desk.events(AttachmentKept) == []
    (kept,) = desk.events(ItemRefused)
    assert kept.reason == "line 1: path is no file in the folder of this file"


def test_where_words_are_masked_no_raw_bytes_are_kept(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(reading=Reading(keep_raw=False))
    desk.bring(SAMPLES)
    assert all(event.raw is None for event in desk.events(ItemRefused))
    assert all(event.raw is None for event in desk.events(MessagePosted))


def test_a_named_format_is_not_recognised_but_obeyed(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk(format="mail")
    assert desk.bring(SAMPLES / "mbox" / "three.mbox").deliveries == 1
    assert [event.format for event in desk.events(DeliveryReceived)] == ["mail"]
    with pytest.raises(WrongUse, match=r"onrecord\.ndjson, vcon, mail, mbox"):
        new_desk(format="fax")


def test_a_path_that_is_not_there_is_said_before_anything_is_read(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        desk.bring(EVERY_KIND, tmp_path / "none")
    assert desk.events(DeliveryReceived) == []


def test_every_sample_stands_in_the_archive_as_it_was_found(desk: Desk) -> None:
    accounting = desk.bring(SAMPLES / "ndjson", SAMPLES / "vcon", SAMPLES / "mail", SAMPLES / "mbox")
    accounting.must_add_up()
    texts = {event.text.text for event in desk.events(MessagePosted)}
    assert {"Nešildo katilas.", "nul \0 stays", "Warm again.", "Signed words."} <= texts
