"""The fixed phrases of a document, and how dates and numbers are written, in the languages we print."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "lt", "bg", "ru", "zh")
FALLBACK: Final = "en"
_WORDS: Final = files("audit.reports") / "words"
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Wording:
    """The phrases of one language. ``asked`` is the language that was wanted, where it differs."""

    language: str
    asked: str
    _tables: dict[str, Any]

    @property
    def fell_back(self) -> bool:
        return self.language != _primary(self.asked)

    def say(self, phrase: str, **values: object) -> str:
        return self._phrase("phrase", phrase).format(**values)

    def part(self, name: str) -> str:
        return self._phrase("part", name)

    def event(self, topic: str) -> str:
        return self._known("event", topic)

    def field(self, name: str) -> str:
        return self._known("field", name)

    def code(self, field: str, value: str) -> str:
        """Return how a code of a field reads, however it is spelt, or the code itself where nobody gave it words."""
        return str(self._tables.get(field, {}).get(_code(value), value))

    def date(self, day: date) -> str:
        table = self._tables["date"]
        month = table["months"][day.month - 1]
        pattern: str = table["pattern"]
        return pattern.format(day=day.day, month=month, number=day.month, year=day.year)

    def moment(self, at: datetime, zone: tzinfo, assumed: bool = False) -> str:
        """Write a time in a zone with its distance from UTC, and an asterisk where the source named no zone."""
        local = _within(at, zone)
        time = f"{local:%H:%M:%S}" + ("*" if assumed else "")
        return self._phrase("date", "moment").format(date=self.date(local), time=time, offset=_offset(local))

    def number(self, value: int) -> str:
        return self._digits(f"{value:,}")

    def amount(self, written: str) -> str:
        """Write a decimal number in the manner of the language; what is no number stays as it was written."""
        try:
            value = Decimal(written)
        except InvalidOperation:
            return written
        return self._digits(f"{value:,f}") if value.is_finite() else written

    def _digits(self, english: str) -> str:
        marks = {",": self._phrase("number", "group"), ".": self._phrase("number", "decimal")}
        return "".join(marks.get(sign, sign) for sign in english)

    def _phrase(self, table: str, key: str) -> str:
        return str(self._tables[table][key])

    def _known(self, table: str, key: str) -> str:
        return str(self._tables.get(table, {}).get(key, key))


def wording(language: str) -> Wording:
    """Return the phrases for a language tag (BCP 47), English where we have none for it."""
    primary = _primary(language)
    spoken = primary if primary in LANGUAGES else FALLBACK
    return Wording(spoken, language, _tables(spoken))


@cache
def _tables(language: str) -> dict[str, Any]:
    return tomllib.loads((_WORDS / f"{language}.toml").read_text(encoding="utf-8"))


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


def _code(value: str) -> str:
    return value.strip().lower().replace(" ", "-").replace("_", "-")


def _within(at: datetime, zone: tzinfo) -> datetime:
    """Return the time in the zone, or in its own where the calendar ends before it can be converted."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def _offset(at: datetime) -> str:
    away = at.utcoffset() or timedelta()
    sign, away = ("-", -away) if away < timedelta() else ("+", away)
    hours, rest = divmod(away, _HOUR)
    return f"UTC{sign}{hours:02}:{rest.seconds // 60:02}"
