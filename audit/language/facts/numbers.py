"""Numbers as people write them: 1.250,50, 1 250.50, two hundred and five, двести пять, 二百零五, 1,5 тыс."""

from __future__ import annotations

import re
from decimal import Decimal

_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_THOUSANDS = 3
_HUNDRED = 100
_THOUSAND = 1000


def han_number(text: str) -> int:
    """Return the value of a number in Chinese characters; bare digits stand for themselves (二零二六)."""
    if not any(sign in _HAN_UNITS or sign in _HAN_LARGE for sign in text):
        return int("".join(str(_HAN_DIGITS.get(sign, sign)) for sign in text) or 0)
    total = section = digit = 0
    last_unit = 1
    for sign in text:
        if sign in _HAN_LARGE:
            total += (section + digit or 1) * _HAN_LARGE[sign]
            section = digit = 0
            last_unit = _HAN_LARGE[sign]
        elif sign in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[sign]
            last_unit, digit = _HAN_UNITS[sign], 0
        else:
            digit = _HAN_DIGITS.get(sign, 0)
            last_unit = last_unit if digit else 1
    # 二百五 is 250: a digit right after a unit stands for tens of the next.
    return total + section + digit * (last_unit // 10 if last_unit > 10 else 1)  # noqa: PLR2004  # ten has none below


def figure(text: str) -> Decimal:
    """Return the value of a number in figures: the last sign before one or two digits parts the fraction."""
    groups = re.split(r"[ ,.'\u2019]", text)
    signs = re.findall(r"[ ,.'\u2019]", text)
    whole, fraction = "".join(groups), "0"
    if signs and signs[-1] in ",." and (len(groups[-1]) != _THOUSANDS or signs.count(signs[-1]) < len(signs)):
        whole, fraction = "".join(groups[:-1]), groups[-1]
    return Decimal(f"{whole or 0}.{fraction}")


def spelled(values: list[int]) -> int:
    """Return the value of number words in a row: two hundred and five is [2, 100, 5], двести пять is [200, 5]."""
    total = current = 0
    for value in values:
        if value >= _THOUSAND:
            total += (current or 1) * value
            current = 0
        elif value == _HUNDRED:
            current = (current or 1) * value if current < _HUNDRED else current + value
        else:
            current += value
    return total + current
