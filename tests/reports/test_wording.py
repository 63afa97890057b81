"""The fixed phrases: complete in every language, and written as the language does."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from audit.domain.catalogue import EVENTS
from audit.reports import audience
from audit.reports.audience import COUNTED
from audit.reports.entries import UNSAID
from audit.reports.model import Audience
from audit.reports.wording import LANGUAGES, wording

AT = datetime(2026, 3, 1, 8, 5, 9, tzinfo=UTC)


def phrases(language: str) -> dict[str, str]:
    text = (files("audit.reports") / "words" / f"{language}.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    return {f"{table}.{key}": str(value) for table, entries in tables.items() for key, value in entries.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_there_with_the_same_places_to_fill(language: str) -> None:
    english, other = phrases("en"), phrases(language)
    assert other.keys() == english.keys()
    for key in english.keys() - {"date.pattern"}:
        assert set(re.findall(r"\{\w*\}", other[key])) == set(re.findall(r"\{\w*\}", english[key])), key
        assert other[key].strip() or key == "number.group", key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_and_every_field_that_is_shown_has_a_name(language: str) -> None:
    known = phrases(language)
    assert {f"event.{topic}" for topic in EVENTS} <= known.keys()
    shown = {one.name for event in EVENTS.values() if event not in COUNTED for one in fields(event)}  # type: ignore[arg-type]  # every event class is a dataclass
    assert {f"field.{name}" for name in shown - UNSAID} <= known.keys()
    assert {f"audience.{one}" for one in Audience} <= known.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_withhold_has_words(language: str) -> None:
    reasons = set(withheld_because_of()) | {"third-person", "legal-privilege", "investigation"}
    assert {f"reason.{reason}" for reason in reasons} <= phrases(language).keys()


def withheld_because_of() -> list[str]:
    named = vars(audience)
    return [value for name, value in named.items() if name.isupper() and isinstance(value, str)]


def test_the_languages_differ() -> None:
    texts = [phrases(language)["phrase.complete"] for language in LANGUAGES]
    assert len(set(texts)) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "day", "amount"),
    [
        ("en", "1 March 2026", "-1,234.50"),
        ("lt", "2026 m. kovo 1 d.", "-1\u00a0234,50"),
        ("bg", "1 март 2026 г.", "-1\u00a0234,50"),
        ("ru", "1 марта 2026 г.", "-1\u00a0234,50"),
        ("zh", "2026年3月1日", "-1,234.50"),
    ],
)
def test_dates_and_amounts_are_written_as_the_language_does(language: str, day: str, amount: str) -> None:
    assert wording(language).date(date(2026, 3, 1)) == day
    assert wording(language).amount("-1234.50") == amount


def test_a_time_says_how_far_it_is_from_universal_time() -> None:
    assert wording("en").moment(AT, ZoneInfo("Europe/Vilnius")) == "1 March 2026, 10:05:09 (UTC+02:00)"
    assert wording("en").moment(AT, ZoneInfo("America/St_Johns")) == "1 March 2026, 04:35:09 (UTC-03:30)"


def test_an_assumed_zone_is_marked() -> None:
    assert wording("en").moment(AT, UTC, assumed=True) == "1 March 2026, 08:05:09* (UTC+00:00)"


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_the_calendar_can_be_written(at: datetime) -> None:
    zone = ZoneInfo("America/New_York" if at.year == 1 else "Asia/Tokyo")
    assert str(at.year) in wording("en").moment(at, zone)


@pytest.mark.parametrize("written", ["", "about 5", "NaN", "Infinity"])
def test_what_is_no_amount_stays_as_written(written: str) -> None:
    assert wording("lt").amount(written) == written


@pytest.mark.parametrize(("tag", "spoken"), [("lt-LT", "lt"), ("ZH_hans", "zh"), ("de", "en"), ("", "en")])
def test_an_unknown_language_falls_back_to_english(tag: str, spoken: str) -> None:
    assert wording(tag).language == spoken
    assert wording(tag).fell_back == (tag in {"de", ""})
