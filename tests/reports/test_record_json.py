"""The record as data."""

from __future__ import annotations

import json

from audit.reports.customer_record import compile_record
from audit.reports.model import Audience
from audit.reports.record_json import record_json
from tests.reports.given import STAFF, Story, a_whole_story, lines_in_five_languages, scope


def test_words_stand_exactly_as_recorded() -> None:
    story = Story()
    story.say("nul\0 and \u202e and 😀")
    document = json.loads(record_json(compile_record(story.records, scope(story))))
    assert document["contacts"][0]["entries"][0]["words"][0]["text"] == "nul\0 and \u202e and 😀"


def test_the_same_record_gives_the_same_bytes() -> None:
    story = a_whole_story()
    first = record_json(compile_record(story.records, scope(story), staff=STAFF))
    assert first == record_json(compile_record(list(reversed(story.records)), scope(story), staff=STAFF))


def test_it_says_what_it_is_and_whether_it_is_complete() -> None:
    story = a_whole_story()
    document = json.loads(record_json(compile_record(story.records, scope(story))))
    assert (document["format"], document["version"], document["complete"]) == ("onrecord.customer-record", 1, True)
    assert document["cover"]["as_of"]["at"] == "2026-03-02T08:30:00+00:00"
    assert document["contacts"][0]["entries"][0]["when"]["at"] == "2026-03-01T10:04:00+02:00"
    story.damage()
    assert not json.loads(record_json(compile_record(story.records, scope(story))))["complete"]


def test_nothing_internal_is_in_the_customers_data() -> None:
    story = a_whole_story()
    assert b"INTERNAL-NOTE" not in record_json(compile_record(story.records, scope(story), staff=STAFF))
    internal = record_json(compile_record(story.records, scope(story, Audience.INTERNAL), staff=STAFF))
    assert internal.count(b"INTERNAL-NOTE") == 5


def test_every_language_is_written_plainly() -> None:
    story = a_whole_story()
    written = record_json(compile_record(story.records, scope(story))).decode()
    assert all(text in written for text in lines_in_five_languages().values())
