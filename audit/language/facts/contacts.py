"""E-mail addresses and phone numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.language.facts.reading import Reading

_EMAIL_RANK, _NAMED_RANK, _CUED_RANK, _PHONE_RANK, _LONELY_RANK = 95, 87, 84, 80, 40
_EMAIL = re.compile(
    r"(?<![\w.+-])(?:[^\W\u3400-\u9fff]|[.+-]){1,64}@(?:[^\W_\u3400-\u9fff](?:[^\W_\u3400-\u9fff]|-){0,62}\.){1,8}"
    r"(?:xn--[a-z0-9-]{2,30}|[^\W\d_\u3400-\u9fff]{2,24})"
)
_EMAIL_UNSPACED = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}[a-z]{2,24}")

_LETTER = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
_CANDIDATE = re.compile(
    rf"(?<![{_LETTER}\d_#@=№])(?<!\d[.:/-])(?:(?<!\d,)|(?<=\d{{6}},))(?:\(?\+ ?|\()?\(?"
    rf"\d(?:[ ().\-/\u2013]{{0,3}}\d){{6,24}}(?![{_LETTER}\d_@])(?![.:]\d|,\d{{1,3}}(?![\d-]))"
)
_GROUP = re.compile(r"\d+")
_GROUPED = re.compile(r"(?=(?:\D*\d){8})\(?\d{1,5}\)?(?:[ -]{1,3}\d{2,4}){2,5}")
_CLOSING = frozenset({"", ".", ",", "!", "?", ";"})
_FEWEST, _MOST = 7, 15
_TYPICAL = re.compile(r"\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}|1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}|0\d{2,3}[ -]{1,3}\d{7,8}")
_SHAPES = {
    "US": re.compile(
        r"(?:1[ .-])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4}|[2-9]\d{2}([ .-])[2-9]\d{2}(?:\1|-)\d{4}"
        r"|[2-9]\d{2}/[2-9]\d{2}-\d{4})"
    ),
    "GB": re.compile(
        r"07\d{3}[ -]?\d{3}[ -]?\d{3}|\(?0[12]\d{2,3}\)?[ -]\d{3}[ -]\d{3,4}|\(?02\d\)?[ -]\d{4}[ -]\d{4}"
    ),
}
_REGIONS: dict[str, tuple[str, ...]] = {
    "en": ("US", "GB", "LT", "BG", "RU", "CN"),
    "lt": ("LT",),
    "bg": ("BG",),
    "ru": ("RU",),
    "zh": ("CN",),
}
_TRUNK = {
    "LT": re.compile(r"[80]\d{8}"),
    "BG": re.compile(r"0\d{8,9}"),
    "RU": re.compile(r"[78]\d{10}"),
    "CN": re.compile(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}"),
    "GB": re.compile(r"0[12378]\d{8,9}"),
}
_TELLS_ITS_COUNTRY = 9
"""Digits a number must have to be tried in countries other than the likeliest: shorter ones fit everywhere."""
_CUE_BEFORE, _CUE_NEAR, _CUE_AFTER = 100, 44, 24
_MOST_GROUPS = 10
_MOST_CANDIDATES = 500
"""A text with more runs of digits than this is no letter from anybody; the rest of it is left unread."""


def find_emails(reading: Reading) -> Iterator[Found]:
    """Yield the e-mail addresses of a text."""
    if "@" not in reading.lower:
        return
    pattern = _EMAIL_UNSPACED if "zh" in reading.languages else _EMAIL
    for match in pattern.finditer(reading.lower):
        yield Found("email", *match.span(), match.group().strip(".").lower(), _EMAIL_RANK)


def find_phones(reading: Reading) -> Iterator[Found]:
    """Yield the phone numbers of a text."""
    if not reading.has_digit:
        return
    for number, match in enumerate(_CANDIDATE.finditer(reading.plain)):
        if number == _MOST_CANDIDATES:
            return
        yield from _numbers(reading, match)


def _numbers(reading: Reading, match: re.Match[str]) -> Iterator[Found]:
    """Yield the numbers in a run of digits, which may hold several: the longest that is one comes first."""
    groups = [
        (start + match.start(), end + match.start())
        for start, end in (g.span() for g in _GROUP.finditer(match.group()))
    ]
    first = 0 if len(groups) <= _MOST_GROUPS else len(groups)
    while first < len(groups):
        for last in range(len(groups), first, -1):
            found = _number(reading, groups[first:last], match.start())
            if found is not None:
                yield found
                first = last
                break
        else:
            first += 1


def _number(reading: Reading, groups: Sequence[tuple[int, int]], earliest: int) -> Found | None:
    start, end = groups[0][0], groups[-1][1]
    if not _FEWEST <= sum(last - first for first, last in groups) <= _MOST + 2:
        return None
    while start > earliest and reading.plain[start - 1] in "+( ":
        start -= 1
    while reading.plain[start] == " ":
        start += 1
    written = reading.plain[start:end]
    if written.count("(") != written.count(")"):
        written, start = written.replace("(", ""), start + written.startswith("(")
    return _read(reading, written, (start, end))


def _read(reading: Reading, written: str, span: tuple[int, int]) -> Found | None:
    if written.startswith(("+", "(+", "00")):
        return _of_a_named_country(reading, written, span)
    cued = _is_cued(reading, *span)
    rank = _CUED_RANK if cued else _PHONE_RANK
    numbers = _of_the_regions(reading, written)
    for region, number in numbers.items():
        # Area codes come and go, and the numbers kept for examples (555, 07700 900) are in none: the shape is enough.
        if region in _SHAPES and _SHAPES[region].fullmatch(written):
            return Found("phone", *span, _normal(number), rank)
    for region, number in numbers.items():
        if phonenumbers.is_valid_number(number) and (cued or _is_written_as_one(written, region)):
            return Found("phone", *span, _normal(number), rank)
    return _possible(reading, written, span, list(numbers.values()))


def _of_a_named_country(reading: Reading, written: str, span: tuple[int, int]) -> Found | None:
    """Return a number with its country: after + even with a digit too many, after 00 if it is no order's."""
    number = _parsed("+" + re.sub(r"\D", "", written).removeprefix("00"), None)
    if number is None:
        return None
    if "+" in written:
        return Found("phone", *span, _normal(number), _NAMED_RANK)
    is_one = phonenumbers.is_valid_number(number) or _is_cued(reading, *span)
    return Found("phone", *span, _normal(number), _CUED_RANK) if is_one else None


def _of_the_regions(reading: Reading, written: str) -> dict[str, phonenumbers.PhoneNumber]:
    regions = _regions(reading)
    if sum(sign.isdecimal() for sign in written) < _TELLS_ITS_COUNTRY:
        regions = regions[:1]
    return {region: number for region in regions if (number := _parsed(written, region)) is not None}


def _possible(
    reading: Reading, written: str, span: tuple[int, int], numbers: Sequence[phonenumbers.PhoneNumber]
) -> Found | None:
    """Return a number that is valid nowhere, where words right before it announce one or a clause says nothing else."""
    possible = [number for number in numbers if _is_possible(number)]
    if possible and _is_cued(reading, *span, reach=_CUE_NEAR):
        return Found("phone", *span, _normal(possible[0]), _CUED_RANK)
    if numbers and _is_said_alone(reading, written, span):
        return Found("phone", *span, _normal([*possible, *numbers][0]), _LONELY_RANK)
    return None


def _is_said_alone(reading: Reading, written: str, span: tuple[int, int]) -> bool:
    """Say whether digits in groups are all a clause says („It's 2 9250 7777.“), as foreign numbers are."""
    if _GROUPED.fullmatch(written) is None or reading.lower[span[1] : span[1] + 2].strip(" \n") not in _CLOSING:
        return False
    before = reading.lower[max(0, span[0] - _CUE_NEAR) : span[0]]
    patterns = (lexicon(language).pattern("phone", "said") for language in reading.languages)
    return any(pattern is not None and pattern.search(before) for pattern in patterns)


def _regions(reading: Reading) -> tuple[str, ...]:
    named = (reading.language,) if reading.language in _REGIONS else ()
    by_language = [region for language in (*named, *reading.languages) for region in _REGIONS[language]]
    return tuple(dict.fromkeys([*([reading.region] if reading.region else []), *by_language]))


def _parsed(written: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except NumberParseException:
        return None


def _is_written_as_one(written: str, region: str) -> bool:
    """Say whether digits that nothing announces are written the way only phone numbers are."""
    digits = re.sub(r"\D", "", written)
    if _TYPICAL.fullmatch(written) is not None:
        return True
    return _TRUNK[region].fullmatch(digits) is not None if region in _TRUNK else len(digits) >= _TELLS_ITS_COUNTRY


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}


def _is_cued(reading: Reading, start: int, end: int, *, reach: int = _CUE_BEFORE) -> bool:
    """Say whether words announce a number: from afar only one that is valid, from near by one that is possible."""
    before, after = reading.lower[max(0, start - reach) : start], reading.lower[end : end + _CUE_AFTER]
    for language in reading.languages:
        words = lexicon(language)
        for name, text in (("before", before), ("after", after)):
            pattern = words.pattern("phone", name)
            if pattern is not None and pattern.search(text):
                return True
    return False


def _normal(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
