"""The child process that sets pages: many in a row alike, killed beyond its limits, and never in the way."""

from __future__ import annotations

import pytest

from audit.reports.customer_record import compile_record
from audit.reports.pdf import render
from audit.reports.press import Limits, Press, RecordTooLarge
from tests.reports.given import STAFF, Story, a_whole_story, scope


@pytest.mark.long
def test_a_document_has_the_same_bytes_wherever_in_a_row_it_is_printed() -> None:
    story, other = a_whole_story(), Story()
    other.say("我们会退款。")
    record, before = (
        compile_record(story.records, scope(story), staff=STAFF),
        compile_record(other.records, scope(other)),
    )
    with Press() as press:
        alone = render(record, press=press)
        render(before, press=press)
        again = render(record, press=press)
    assert alone.sha256 == again.sha256 == render(record).sha256
    assert alone.costs["peak_bytes"] > 1 << 20


def test_after_a_document_that_was_too_large_the_next_one_is_printed() -> None:
    story = Story()
    story.say("hello")
    record = compile_record(story.records, scope(story))
    with Press(Limits(memory_bytes=100 << 20)) as press:
        with pytest.raises(RecordTooLarge):
            render(record, press=press)
        press.limits = Limits()
        assert render(record, press=press).pages
