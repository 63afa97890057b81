"""A record that is too long for one file is parted, and nothing falls between the volumes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pikepdf
import pytest

from audit.reports.customer_record import compile_record
from audit.reports.edition import Edition
from audit.reports.model import Contact
from audit.reports.press import Press
from audit.reports.printing import print_record
from audit.reports.record_json import read_edition
from audit.reports.volumes import PAGES_MAX, estimated_pages, numbers_in, parted, within
from tests.evidence.bundles import BUNDLE
from tests.reports.given import STAFF, Story, a_whole_story, scope
from tests.reports.test_pdf import text_of

if TYPE_CHECKING:
    from audit.reports.model import CustomerRecord
    from audit.reports.printing import PrintedVolume


def a_long_record(conversations: int = 12, each: int = 30) -> CustomerRecord:
    story = a_whole_story()
    for conversation in range(conversations):
        for number in range(each):
            story.say(f"word{conversation}x{number}.", conversation=f"long-{conversation}")
    return compile_record(story.records, scope(story), staff=STAFF)


@pytest.mark.parametrize("pages", [7, 9, 30])
def test_every_event_stands_in_one_volume_and_in_its_order(pages: int) -> None:
    record = a_long_record()
    shared = parted(record, pages)
    parts = [
        within(record, one, first=number == 0, last=number == len(shared) - 1) for number, one in enumerate(shared)
    ]
    numbers = [numbers_in(one) for one in parts]
    assert sum(map(len, numbers)) == len(numbers_in(record)) == record.counts.shown
    assert frozenset().union(*numbers) == numbers_in(record)
    said = [entry.number for one in parts for contact in one.contacts for entry in contact.entries]
    assert said == [entry.number for contact in record.contacts for entry in contact.entries]


def test_a_contact_longer_than_a_volume_goes_on_in_the_next() -> None:
    record = a_long_record(conversations=1, each=900)
    shared = parted(record, 10)
    assert len(shared) > 3
    assert "contacts" in shared[1].continued
    assert shared[1].starts["contacts"] == shared[0].starts["contacts"] + 1
    pieces = [thing for one in shared for thing in one.things["contacts"] if isinstance(thing, Contact)]
    assert len({one.id for one in pieces}) == 2


@pytest.fixture(scope="module")
def printed() -> list[PrintedVolume]:
    """A record in volumes of few pages, so that there are several soon."""
    with Press() as press:
        edition = Edition(counted=True)
        return print_record(a_long_record(6, 25), lambda _only, _all: BUNDLE, press, edition=edition, most=11)


def test_volumes_tell_of_each_other_and_hold_every_word_once(printed: list[PrintedVolume]) -> None:
    assert len(printed) > 1
    assert [one.number for one in printed] == list(range(1, len(printed) + 1))
    assert all(one.rendered.pages <= 11 for one in printed)
    texts = [re.sub(r"\s+", "", text_of(one.rendered.pdf)) for one in printed]
    assert all(one.rendered.sha256 in texts[0] for one in printed[1:])
    assert all(f"Volume{number}of{len(printed)}" in text for number, text in enumerate(texts, 1))
    for conversation in range(6):
        for number in range(25):
            word = re.compile(rf"word{conversation}x{number}\.")
            assert sum(len(word.findall(text)) for text in texts) == 1
    assert ["10Withheldanderased" in text for text in texts] == [False] * (len(printed) - 1) + [True]


def test_each_volume_is_made_from_the_data_in_it(printed: list[PrintedVolume]) -> None:
    for one in printed:
        with pikepdf.open(io.BytesIO(one.rendered.pdf)) as pdf:
            _, edition, _ = read_edition(pdf.attachments["record.json"].get_file().read_bytes())
        assert (edition.volume.number, edition.volume.count) == (one.number, one.count)
        assert len(edition.volume.others) == (len(printed) - 1 if one.number == 1 else 0)


@pytest.mark.long
def test_pages_are_about_as_many_as_estimated() -> None:
    story = Story()
    for number in range(400):
        story.say("The router restarts every night at three, and the lamp is red. " * (1 + number % 4))
    record = compile_record(story.records, scope(story))
    with Press() as press:
        (one,) = print_record(record, lambda _only, _all: BUNDLE, press)
    assert 0.75 < one.rendered.pages / estimated_pages(record) < 1.25
    assert PAGES_MAX == 250
