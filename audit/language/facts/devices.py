"""Devices by their make or model: Samsung Galaxy S21, TP-Link Archer C6, HG8245H. A bare „router“ is none."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_RANK, _MODEL_RANK = 73, 55
_LETTER = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
_MODEL = re.compile(
    rf"(?<![{_LETTER}\d_/.-])(?:[A-Z]{{1,4}}-[A-Z]{{0,5}}\d{{1,5}}[A-Z]{{1,4}}\d{{0,2}}|[A-Z]{{1,4}}\d{{2,5}}[A-Z]{{1,4}}\d{{0,2}})"
    rf"(?:-[A-Z\d]{{1,6}})?(?![{_LETTER}\d_]|-[A-Z\d])"
)
_AFTER_NOUN = (
    r"(?P<model>(?=[A-Z-]{0,12}\d)[A-Z]{1,6}-?[A-Z]{0,4}\d{1,5}[A-Z]{0,4}\d{0,3}(?:-[A-Z\d]{1,6})?)(?![A-Za-z\d_])"
)


def find_devices(reading: Reading) -> Iterator[Found]:
    """Yield the devices a text names by make or model."""
    for match in _makes().finditer(reading.plain):
        yield _found(reading, *match.span(), _RANK)
    if not reading.has_digit:
        return
    for match in _MODEL.finditer(reading.plain):
        yield _found(reading, *match.span(), _MODEL_RANK)
    for language in reading.languages:
        for match in _after_noun(language).finditer(reading.plain):
            yield _found(reading, *match.span("model"), _RANK)


def _found(reading: Reading, start: int, end: int, rank: int) -> Found:
    return Found("device", start, end, " ".join(reading.plain[start:end].split()), rank)


@cache
def _makes() -> re.Pattern[str]:
    """Return makes, in any case where they are no everyday words, with the series and model that follow them."""
    always, capital = _either("brands.txt"), _either("brands_capital.txt")
    series = _either("series.txt")
    mixed = r"(?=[A-Za-z-]{0,12}\d)(?=[\d-]{0,12}[A-Za-z])[A-Za-z\d]{1,12}(?:[-/+][A-Za-z\d]{1,10}){0,3}"
    not_counted = r"(?!\d|[:.,]\d|[%€$]|/\d|[ ](?:am|pm|days?|hours?|times|eur|usd|min|val|ч|г|年|月|日|点)|[-/]\d)"
    figures = rf"(?<=[A-Za-z] )\d{{1,4}}{not_counted}"
    after_han = r"(?<=[\u4e00-\u9fff])\d{1,3}(?![\d年月日点号台个元块部件寸天周小次只套条根楼层栋室:.,%-])"
    model = rf"(?:(?:[ -]|(?<=[\u4e00-\u9fff]))(?:(?i:{series})(?![{_LETTER}])|{mixed}|{figures}|{after_han}))"
    return re.compile(rf"(?<![{_LETTER}\d_@.-])(?:(?i:{always})|{capital}){model}{{0,5}}(?![{_LETTER}\d_@])")


@cache
def _after_noun(language: str) -> re.Pattern[str]:
    nouns: str = lexicon(language).tables.get("device", {}).get("noun", "(?!)")
    return re.compile(rf"(?i:{nouns}){_AFTER_NOUN}")


def _either(name: str) -> str:
    words = sorted(read_lines(name), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", "[ -]?") for word in words) + ")"
