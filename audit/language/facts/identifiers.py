"""Numbers that name one thing: orders, parcels, accounts, contracts, serials, faults. The value without its label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_CHECKED_RANK, _LABELLED_RANK, _HASH_RANK, _SHAPED_RANK = 88, 85, 74, 72
_LETTERS = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
_BEGINS = rf"(?<![{_LETTERS}\d_])(?<![{_LETTERS}\d][-/.])"
_ENDS = rf"(?![{_LETTERS}\d_]|[-/.][{_LETTERS}\d])"
_VALUE = re.compile(
    rf"(?:[A-Z]{{1,5}} \d{{3,}}(?:[ -]\d{{2,}}){{0,4}}|\d{{3,}}(?: \d{{3,}}){{1,5}}(?: \d{{2}}(?= *(?:[.,;]|$)))?"
    rf"|\d{{2}}(?: \d{{2,4}}){{3,6}}"
    rf"|[{_LETTERS}\d](?:[{_LETTERS}\d]|[-/_.](?=[{_LETTERS}\d])){{0,39}}){_ENDS}"
)
_ERROR_NAME = re.compile(rf"{_BEGINS}[A-Z]{{3,20}}(?:_[A-Z0-9]{{2,20}}){{1,6}}{_ENDS}")
_HEX = re.compile(rf"{_BEGINS}0[xX][0-9A-Fa-f]{{4,16}}{_ENDS}")
_HASH = re.compile(rf"(?<![\w#])(?:#|№ ?)((?:[A-Za-z]{{1,5}}-?)?\d{{3,20}}(?:[-/]\d{{1,10}}){{0,3}}){_ENDS}")
_SHAPED = re.compile(
    rf"{_BEGINS}(?:[A-Z]{{2,6}}[-/ ]?\d{{5,20}}(?:[A-Z]{{2}})?"
    r"|[A-Z]{2,8}[-/](?:[A-Z]{1,4}[-/])?\d{2,10}(?:[-/.][A-Z\d]{1,12}){1,4}|[A-Z]{2,8}[-/]\d{3,12}"
    rf"|\d{{3,10}}(?:-\d{{3,10}}){{3}}|\d{{2,}}-[A-Z]{{2,}}-\d{{2,}}|1Z[0-9A-Z]{{16}}|\d{{12,15}}|\d{{17,24}}){_ENDS}"
)
_IBAN = re.compile(rf"{_BEGINS}[A-Za-z]{{2}}\d{{2}}(?: ?[A-Za-z0-9]{{4}}){{2,7}}(?: ?[A-Za-z0-9]{{1,3}})?{_ENDS}")
_IMEI = re.compile(rf"{_BEGINS}\d{{15}}{_ENDS}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CLOCK_OR_SMALL = re.compile(r"\d{1,3}|\d{1,2}[./]\d{1,2}")
_NAMES_A_NUMBER = re.compile(r"[#№:]|\b(?:no|nr|number|num|id|code|kod\w*|numer\w*|номер\w*|код\w*)\b|号|码|编")
_AND = re.compile(r" ?(?:,|&|/|;|、|和|与|及| and| or| ir| arba| ar| и| или) ?(?:#|№ ?|nr\.? ?|no\.? ?)?")
_MOST, _MOST_TOGETHER = 2000, 5


def find_identifiers(reading: Reading) -> Iterator[Found]:
    """Yield the identifiers of a text."""
    if not reading.has_digit and "_" not in reading.plain:
        return
    yield from _checked(reading)
    for language in reading.languages:
        yield from _labelled(reading, language)
    for pattern in (_ERROR_NAME, _HEX, _SHAPED):
        for match in pattern.finditer(reading.plain):
            yield _found(reading, *match.span(), _SHAPED_RANK)
    for match in _HASH.finditer(reading.plain):
        yield _found(reading, *match.span(1), _HASH_RANK)


def _found(reading: Reading, start: int, end: int, rank: int) -> Found:
    """Return an identifier; its normal form is without the spaces somebody put in for the eye."""
    return Found("identifier", start, end, re.sub(r"\s", "", reading.plain[start:end]), rank)


def _checked(reading: Reading) -> Iterator[Found]:
    for match in _IBAN.finditer(reading.plain):
        written = match.group()
        # A short word after the number may have been taken for its last group.
        while not _is_account(written) and " " in written:
            written = written.rpartition(" ")[0]
        if _is_account(written):
            yield _found(reading, match.start(), match.start() + len(written), _CHECKED_RANK)
    for match in _IMEI.finditer(reading.plain):
        if luhn.is_valid(match.group()):
            yield _found(reading, *match.span(), _CHECKED_RANK)


def _is_account(text: str) -> bool:
    try:
        iban.validate(text, check_country=False)
    except ValidationError:
        return False
    return True


def _labelled(reading: Reading, language: str) -> Iterator[Found]:
    words = lexicon(language)
    label = words.pattern("identifier", "label")
    if label is not None:
        for number, match in enumerate(label.finditer(reading.lower)):
            if number == _MOST:
                break
            yield from _after_label(reading, match)
    for name in ("error_after", "shown"):
        pattern = words.pattern("identifier", name)
        for match in pattern.finditer(reading.lower) if pattern else ():
            yield _found(reading, *match.span("value"), _LABELLED_RANK)


def _after_label(reading: Reading, label: re.Match[str]) -> Iterator[Found]:
    match = _VALUE.match(reading.plain, label.end())
    if match is None or not any(sign.isdecimal() for sign in match.group()):
        return
    end = _without_words(match)
    value = reading.plain[match.start() : end]
    is_error = label.groupdict().get("error") is not None
    if is_error or not _is_too_little(value, label.group()):
        yield _found(reading, match.start(), end, _LABELLED_RANK)
        yield from _others(reading, value, end)


def _others(reading: Reading, value: str, end: int) -> Iterator[Found]:
    """Yield further values after the first that are made like it: „orders 4471 and 4472“."""
    for _ in range(_MOST_TOGETHER):
        joint = _AND.match(reading.lower, end)
        match = _VALUE.match(reading.plain, joint.end()) if joint else None
        if match is None or _shape(match.group()) != _shape(value):
            return
        end = match.end()
        yield _found(reading, *match.span(), _LABELLED_RANK)


def _shape(value: str) -> str:
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", value))


def _without_words(match: re.Match[str]) -> int:
    """Return where the value ends, leaving out a last part after a dot that is a word of the next sentence."""
    tail = re.search(r"\.[^\W\d]{2,}$", match.group())
    return match.start() + tail.start() if tail else match.end()


def _is_too_little(value: str, label: str) -> bool:
    """Say whether bare digits are more likely a count, a year or a day than the number somebody has been given."""
    named = _NAMES_A_NUMBER.search(label) is not None
    if named:
        return len(value) < 2  # noqa: PLR2004  # one digit numbers no order
    return bool(_YEAR.fullmatch(value) or _CLOCK_OR_SMALL.fullmatch(value))
