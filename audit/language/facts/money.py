"""Sums of money with their currency: $1,250.50, 12,50 €, fifty dollars, penkiasdešimt eurų, 五十块."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon, read_table, spaced
from audit.language.facts.numbers import figure, han_number, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_RANK = 90
_Worth = TypeVar("_Worth", str, int)
_FIGURES = r"(?:\d{1,3}(?:[ ,.']\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?!\d|[.,]\d)"
_HAN = "[零〇一二两兩三四五六七八九十百千万亿]{1,12}"
_BEGINS = r"(?<![^\W\u3400-\u9fff])(?<!\d[.,:/-])"


@dataclass(frozen=True, slots=True)
class _Words:
    """The words for money in one language: patterns with what they stand for."""

    pattern: re.Pattern[str]
    hint: re.Pattern[str]
    units: Mapping[re.Pattern[str], str]
    cents: Mapping[re.Pattern[str], str]
    scales: Mapping[re.Pattern[str], int]
    wholes: Mapping[re.Pattern[str], int]
    numbers: Mapping[re.Pattern[str], int]


def find_money(reading: Reading) -> Iterator[Found]:
    """Yield the sums a text names."""
    for language in reading.languages:
        words = _words(language)
        if words.hint.search(reading.lower) is None:
            continue
        for match in words.pattern.finditer(reading.lower):
            normal = _normal(match, words)
            if normal is not None:
                yield Found("money", *match.span(), normal, _RANK)


def _normal(match: re.Match[str], words: _Words) -> str | None:
    part = match.groupdict()
    sign = part["sign"] or part["unit"]
    if sign is None:
        amount = _amount(part["cents_only"], None, words) / 100
        return _written(_meaning(part["cent"] or "", words.cents), amount)
    currency = _meaning(sign, words.units)
    first = part["first"] or part["amount"] or ""
    last = part["last"] or part["amount2"]
    scale = part["scale"] or part["scale2"]
    low = _amount(first, scale, words) + _amount(part["fraction"], None, words) / 100
    low += _amount((part["tenth"] or "")[:1], None, words) / 10
    if part["half"]:
        low += _amount("1", scale, words) / 2
    if last is None:
        return _written(currency, low)
    high = _amount(last, scale, words)
    return None if high < low else f"{_written(currency, low)}/{_written(currency, high)}"


def _written(currency: str, amount: Decimal) -> str:
    return f"{currency} {amount:.2f}"


def _meaning(word: str, meanings: Mapping[re.Pattern[str], str]) -> str:
    return next(meaning for pattern, meaning in meanings.items() if pattern.fullmatch(word))


def _amount(text: str | None, scale: str | None, words: _Words) -> Decimal:
    if not text:
        return Decimal(0)
    if (whole := next((value for pattern, value in words.wholes.items() if pattern.fullmatch(text)), None)) is not None:
        return Decimal(whole)
    times = next((value for pattern, value in words.scales.items() if scale and pattern.fullmatch(scale)), 1)
    if text[0].isdecimal():
        return figure(text) * times
    if re.fullmatch(_HAN, text):
        return Decimal(han_number(text)) * times
    parts = [_number(word, words) for word in re.findall(r"[^\W\d_]+", text)]
    return Decimal(spelled([value for value in parts if value is not None])) * times


def _number(word: str, words: _Words) -> int | None:
    return next((value for pattern, value in words.numbers.items() if pattern.fullmatch(word)), None)


@cache
def _words(language: str) -> _Words:
    table, shared = lexicon(language).tables["money"], read_table("money.toml")
    units = {**shared["units"], **table["units"]}
    scales, numbers, cents = table.get("scales", {}), table.get("numbers", {}), table.get("cents", {})
    is_spaced: bool = lexicon(language).tables.get("spaced", True)
    return _Words(
        pattern=re.compile(_pattern(table, shared, units, is_spaced=is_spaced)),
        hint=re.compile(_either([*units, *cents])),
        units=_compiled(units),
        cents=_compiled(cents),
        scales=_compiled(scales),
        wholes=_compiled(table.get("whole", {})),
        numbers=_compiled(numbers),
    )


def _compiled(words: Mapping[str, _Worth]) -> dict[re.Pattern[str], _Worth]:
    return {re.compile(spaced(word)): value for word, value in words.items()}


def _pattern(
    table: Mapping[str, Mapping[str, str]],
    shared: Mapping[str, Mapping[str, str]],
    units: Mapping[str, str],
    *,
    is_spaced: bool,
) -> str:
    """Return the expression of a sum: sign before the figures, or figures or words before the unit, or cents alone."""
    ends = r"(?!\w)" if is_spaced else r"(?![A-Za-z\d])"
    word = _either(table["numbers"]) if table.get("numbers") else None
    link = f"(?: (?:{table['and']} )?|-)" if word else ""
    whole = f"|{_either(table['whole'])}" if table.get("whole") else ""
    numeral = (
        f"(?:{_FIGURES}|{_HAN})" if word is None else f"(?:{_FIGURES}|(?:an? )?{word}(?:{link}{word}){{0,9}}{whole})"
    )
    scale, unit = _either(table["scales"]), f"(?:{_either(units)})"
    to = f"(?: ?[-\u2013~] ?|{table['to']})"
    cents = _either(table["cents"])
    joint = rf"(?: (?:{table['and']} )?|, ?| ?)"
    before = (
        rf"(?P<sign>{_either(shared['before'])}) ?(?P<first>{_FIGURES})(?: ?(?P<scale2>{scale}){ends})?"
        rf"(?:{to}(?:{_either(shared['before'])})?(?P<last>{_FIGURES}))?(?: ?(?:usd|eur|gbp|cny|rmb){ends})?"
    )
    tenth, unless = table.get("bare_cents", "(?!)"), table.get("unless", "")
    half = table.get("half", "(?!)")
    after = (
        rf"(?P<amount>{numeral})(?P<half>{half})?(?:{to}(?P<amount2>{numeral}))?(?: ?(?P<scale>{scale}))?(?: of)?[ -]?"
        rf"(?P<unit>{unit}){unless}(?:{joint}(?P<fraction>{numeral}) ?(?:{cents}){ends}|(?P<tenth>{tenth}))?"
    )
    alone = rf"(?P<cents_only>{numeral}) ?(?P<cent>{cents})"
    begins = _BEGINS if is_spaced else r"(?<![\d.])"
    return spaced(f"{begins}(?:{before}|{after}|{alone}){ends}")


def _either(words: Mapping[str, object] | list[str]) -> str:
    return "(?:" + "|".join(words) + ")"
