from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit.intake.source import NotTaken
from audit.intake.times import moment

VILNIUS = ZoneInfo("Europe/Vilnius")
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01t10:00:00z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00:00.5-05:00", datetime(2026, 3, 1, 15, 0, 0, 500000, tzinfo=UTC)),
        ("2026-03-01T10:00:00.123456789+05:45", datetime(2026, 3, 1, 4, 15, 0, 123456, tzinfo=UTC)),
        ("2026-03-01T10:00:00-00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_of_rfc_3339_is_understood(written: str, utc: datetime) -> None:
    assert moment(written).at == utc


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T10:00:00",
        "2026-03-01",
        "2026-02-30T10:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T10:00:00+24:00",
        "2026-03-01T10:00:00+2:00",
        "٢٠٢٦-٠٣-٠١T١٠:٠٠:٠٠Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "9999-12-31T23:59:60Z",
        "yesterday",
        "",
        "2026-03-01T10:00:00Z ",
    ],
)
def test_what_is_no_time_with_an_offset_is_not_taken(written: str) -> None:
    with pytest.raises(NotTaken):
        moment(written)


def test_a_time_without_a_zone_takes_the_given_one_and_says_so() -> None:
    found = moment("2026-03-01T10:00:00", VILNIUS)
    assert (found.at.isoformat(), found.zone_assumed) == ("2026-03-01T10:00:00+02:00", True)


def test_a_zone_whose_offset_has_seconds_is_said_in_utc() -> None:
    found = moment("1900-01-01T00:00:00", MOSCOW)
    assert found.at.utcoffset() == timedelta()
    assert found.at == datetime(1900, 1, 1, tzinfo=MOSCOW)
