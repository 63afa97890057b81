"""Real files are brought in: every one is accounted for, and coming again changes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from audit.domain.conversation import MessagePosted
from audit.domain.custody import DeliveryRead, DeliveryReceived, DeliveryRejected, ItemRefused
from tests.archive.house import new_house
from tests.intake.bringing import Desk
from tests.real.mapped import SETS, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(new_house(tmp_path_factory.mktemp("archive") / "house"))
    yield desk
    desk.house.close()


@pytest.mark.parametrize("folder", ["vcon", "email"])
def test_every_file_is_accounted_for(desk: Desk, shared_data: Path, folder: str) -> None:
    files = [path for path in (shared_data / folder).rglob("*") if path.is_file()]
    accounting = desk.bring(shared_data / folder)
    accounting.must_add_up()
    assert accounting.deliveries == len(files) == len(desk.events(DeliveryReceived))
    assert len(files) == len(desk.events(DeliveryRead)) + len(desk.events(DeliveryRejected))
    read = Counter[str]()
    for event in desk.events(DeliveryRead):
        assert event.found == event.new + event.known + event.refused
        read.update(found=event.found, new=event.new, known=event.known, refused=event.refused)
    rejected = len(desk.events(DeliveryRejected))
    assert (read["found"] + rejected, read["new"], read["known"], read["refused"] + rejected) == (
        accounting.found,
        accounting.new,
        accounting.known,
        accounting.refused,
    )
    assert all(event.reason and event.raw is not None for event in desk.events(ItemRefused))


def test_every_mail_with_a_date_is_taken(desk: Desk, shared_data: Path) -> None:
    desk.bring(shared_data / "email")
    reasons = Counter(event.reason.split(": ")[-1] for event in desk.events(ItemRefused))
    expected = {
        "Date is missing",
        "Date is no date of RFC 5322",
        "it has no header",
        "another item stands under its name already; the first recorded stands",
        ["No importer knows this kind of file", "name its format, or convert it to onrecord.ndjson."][-1],
    }
    assert set(reasons) == expected


def test_the_spoken_calls_of_the_fake_vcons_are_all_taken(desk: Desk, shared_data: Path) -> None:
    accounting = desk.bring(shared_data / "vcon" / "fake-vcons")
    assert accounting.deliveries == 61
    # The licence beside them is all that is refused.
    assert accounting.refused == 1
    assert any(record.stamp.zone_assumed for record in desk.records())


@pytest.mark.parametrize("name", sorted(SETS))
def test_mapped_dialogues_are_all_new_and_then_all_known(
    desk: Desk, shared_data: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.ndjson"
    count = write(path, SETS[name](shared_data))
    first, again = desk.bring(path), desk.bring(path)
    assert (first.found, first.new, first.refused) == (count, count, 0)
    assert (again.found, again.known, again.refused) == (count, count, 0)
    assert all(event.text.text is not None for event in desk.events(MessagePosted))
