"""Local times agree with the published rules of summer time, for the years a company may live in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from audit.sample.regions import REGIONS
from audit.sample.zones import HOUR, Zone, at_local, day_start, local_day, written

REAL = {
    "en": "America/New_York",
    "lt": "Europe/Vilnius",
    "bg": "Europe/Sofia",
    "ru": "Europe/Moscow",
    "zh": "Asia/Shanghai",
}


@pytest.mark.parametrize("language", sorted(REAL))
def test_every_hour_of_five_years_is_written_as_the_zone_has_it(language: str) -> None:
    try:
        real = ZoneInfo(REAL[language])
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no time zone tables to compare with")
    zone = REGIONS[language].zone
    for hour in range(day_start(date(2023, 1, 1)) // HOUR, day_start(date(2028, 1, 1)) // HOUR):
        expected = datetime.fromtimestamp(hour * HOUR + 61, UTC).astimezone(real).isoformat()
        assert written(hour * HOUR + 61, zone) == expected


def test_a_local_day_and_time_come_back_as_they_were_said() -> None:
    zone = REGIONS["lt"].zone
    moment = at_local(date(2026, 7, 1), 9 * HOUR + 5, zone)
    assert written(moment, zone) == "2026-07-01T09:00:05+03:00"
    assert local_day(moment, zone) == date(2026, 7, 1)


def test_a_day_begins_earlier_in_the_east() -> None:
    midnight = day_start(date(2026, 1, 1))
    assert written(midnight, Zone(8)) == "2026-01-01T08:00:00+08:00"
    assert written(midnight, Zone(-5, "america")) == "2025-12-31T19:00:00-05:00"
    assert local_day(midnight, Zone(-5, "america")) == date(2025, 12, 31)
