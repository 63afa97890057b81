"""The day on which a promise is due, read from its words for the time, in the customer's zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final

from audit.language.facts.find import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.domain.event import Stamp
    from audit.language.facts.fact import Fact

_NUMBERS: Final = {
    1: "an? one vien[ąaoį] един една едно один одну одного одной 一",
    2: "two couple dvi du dviejų два две двух двете 二 两",
    3: "three tris trijų три трёх трех 三",
    4: "four keturias keturis keturių четири четыре четырёх четырех 四",
    5: "five penkias penkis penkių пет пять пяти 五",
    6: "six šešias šešis шест шесть шести 六",
    7: "seven septynias septynis седем семь семи 七",
    8: "eight aštuonias aštuonis осем восемь восьми 八",
    9: "nine devynias devynis девет девять девяти 九",
    10: "ten dešimt dešimties десет десять десяти 十",
    14: "fourteen fortnight keturiolika четиринадесет четырнадцать 十四",
    24: "twenty-four dvidešimt.keturias двадцать.четыре двадесет.и.четири 二十四",
    48: "forty-eight сорок.восемь четиридесет.и.осем 四十八",
}
_UNITS: Final = (
    ("workdays", r"(?:business|working|work)[\s-]+days?|darbo dien\w*|работн\w+ дн\w*|рабоч\w+ дн\w*|个?工作日"),
    ("minutes", r"min(?:ute)?s?\b|minu[tč]\w*|минут\w*|мин\b|分钟"),
    ("hours", r"hours?|hrs?\b|val(?:and\w*)?\b|час\w*|个?小时|个?钟头"),
    ("weeks", r"weeks?|savai[tč]\w*|седмиц\w*|недел\w*|个?(?:星期|礼拜)|周"),
    ("months", r"months?|mėnes\w*|mėn\b|месец\w*|месяц\w*|个月"),
    ("days", r"days?|dien\w*|par[ao]s?\b|дн\w*|ден\w*|сут\w*|天|日"),
)
_WRITTEN: Final = "|".join(f"(?P<n{value}>{'|'.join(words.split())})" for value, words in sorted(_NUMBERS.items()))
_SPAN: Final = re.compile(
    rf"(?:(?:\d{{1,3}}\s*[-–—]\s*)?(?P<digits>\d{{1,3}})|(?<![^\W_])(?:{_WRITTEN}))?\s*-?\s*(?:the next\s+)?"
    rf"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _UNITS)})",
    re.IGNORECASE,
)
_SATURDAY: Final = 5
_DAYS_OF_A_MONTH: Final = 30
_MOST_DAYS: Final = 3_660


def zone_of_customer(stamp: Stamp, setting: tzinfo) -> tzinfo:
    """Return the zone in which the days of a customer begin and end.

    It is the distance from UTC their source wrote, unless it wrote none or UTC itself, or unless the zone of the
    settings has the same: that one knows of summer time too.
    """
    offset = stamp.happened_at.utcoffset()
    if stamp.zone_assumed or not offset or stamp.happened_at.astimezone(setting).utcoffset() == offset:
        return setting
    return timezone(offset)


def due_day(sentence: str, deadline: str | None, *, at: datetime, language: str | None) -> date | None:
    """Return the last day on which a sentence said at ``at`` is kept, None where its words name none.

    ``at`` is in the customer's zone. Of a range the last day counts; "by five" is today, or tomorrow where five is
    over; working days are Monday to Friday, as holidays are not known here.
    """
    if not deadline:
        return None
    found = _within(sentence, deadline, facts(sentence, language=language, at=at))
    named = [day for one in found if one.kind == "date" and (day := _last_day(one.normal)) is not None]
    if not named:
        alone = facts(deadline, language=language, at=at)
        named = [day for one in alone if one.kind == "date" and (day := _last_day(one.normal)) is not None]
        found = found or alone
    if named:
        return max(named) if max(named) >= at.date() else None
    return _after_span(deadline, at) or _by_the_clock(found, at)


def _within(sentence: str, words: str, found: Iterable[Fact]) -> list[Fact]:
    first = sentence.find(words)
    return [one for one in found if first >= 0 and one.start < first + len(words) and first < one.end]


def _last_day(normal: str) -> date | None:
    try:
        return date.fromisoformat(normal.rpartition("/")[2])
    except ValueError:
        return None


def _by_the_clock(found: Iterable[Fact], at: datetime) -> date | None:
    for one in found:
        if one.kind == "time" and one.normal:
            over = one.normal.rpartition("/")[2] <= f"{at:%H:%M}"
            return at.date() + timedelta(days=int(over))
    return None


def _after_span(words: str, at: datetime) -> date | None:
    span = _SPAN.search(words)
    if span is None:
        return None
    unit = next(name for name, _ in _UNITS if span[name])
    count = int(span["digits"]) if span["digits"] else next((value for value in _NUMBERS if span[f"n{value}"]), 1)
    if unit == "workdays":
        return _after_workdays(at.date(), count)
    length = {
        "minutes": timedelta(minutes=count),
        "hours": timedelta(hours=count),
        "days": timedelta(days=count),
        "weeks": timedelta(weeks=count),
        "months": timedelta(days=_DAYS_OF_A_MONTH * count),
    }[unit]
    try:
        return (at + min(length, timedelta(days=_MOST_DAYS))).date()
    except OverflowError:
        return None


def _after_workdays(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day
