"""The leaves of a query: words, values, dates and amounts, each read from what stands in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from typing import Final

from audit.language.analysis import bare_word, beginning, phrase
from audit.language.words import UNSPACED_WORD
from audit.projections.search.amounts import asked_amount, exactly
from audit.projections.search.dates import EARLIEST, LATEST, NoToday, stretch
from audit.projections.search.kinds import KINDS, TOPICS
from audit.projections.search.query import (
    FARTHEST,
    LONGEST_PHRASE,
    STATES,
    Amount,
    DateRange,
    Field,
    Fuzzy,
    Identifier,
    Near,
    Node,
    Pattern,
    Phrase,
    Place,
    Prefix,
    QueryError,
    State,
    Word,
    brief,
)
from audit.projections.search.sought import identified

AT, AMOUNT, IDENTIFIER = "at", "amount", "identifier"
COMPARED: Final = frozenset({AT, AMOUNT})
"""Fields that take ranges, and more or less than a value."""
_KNOWN_VALUES: Final = {**STATES, "direction": ("inbound", "outbound"), "kind": KINDS}
_COMPARISON: Final = re.compile(r"(?P<sign>>=|=>|<=|=<|>|<)\s*(?P<value>.+)", re.DOTALL)
_FUZZY: Final = re.compile(r"(?P<word>.+)~(?P<edits>[12]?)", re.DOTALL)
_WILD: Final = re.compile(r"([?*])")
_LONGEST_VALUE: Final = 400
_FEWEST_LETTERS: Final = 2


@dataclass(frozen=True)
class Written:
    """What stands in one place of a query; ``quoted`` between quotation marks."""

    text: str
    place: Place
    quoted: bool = False

    def wrong(self, message: str) -> QueryError:
        return QueryError(message, *self.place)


@dataclass(frozen=True)
class Range:
    """A range as written; None where a side is left open."""

    first: str | None
    last: str | None
    without_first: bool
    without_last: bool


@dataclass(frozen=True)
class Calendar:
    """What the dates in a query are read by: a zone, and the moment that „yesterday“ is counted from."""

    zone: tzinfo = UTC
    now: datetime | None = None


def word(written: Written) -> Node:
    """Read a word without quotes: bare, the beginning of one, a pattern, or one spelled about like it."""
    text = written.text
    if fuzzy := _FUZZY.fullmatch(text):
        return _fuzzy(written, fuzzy["word"], int(fuzzy["edits"] or 1))
    if _WILD.search(text):
        return _wild(written)
    sought = bare_word(text)
    if not sought:
        raise written.wrong("Signs alone cannot be searched for: write a word")
    if any(len(each) > LONGEST_PHRASE for each in sought.phrases):
        raise written.wrong(f"A phrase has at most {LONGEST_PHRASE} words: shorten it")
    return Word(text)


def quoted(written: Written, distance: int | None) -> Node:
    """Read a phrase; with a distance, words near each other."""
    found = phrase(written.text)
    if not found:
        raise written.wrong("Signs alone cannot be searched for: write words between the quotation marks")
    if len(found) > LONGEST_PHRASE:
        raise written.wrong(f"A phrase has at most {LONGEST_PHRASE} words: shorten it")
    if distance is None:
        return Phrase(written.text)
    if not 1 <= distance <= FARTHEST:
        raise written.wrong(f'The number after ~ goes from 1 to {FARTHEST}, as in "late delivery"~3')
    return Near(written.text, distance)


def value(name: str, written: Written, calendar: Calendar) -> Node:
    """Read the value of a field."""
    if name == AT:
        return _date(written, calendar)
    if name == AMOUNT:
        return _amount(written)
    text = written.text.strip()
    if not text or len(text) > _LONGEST_VALUE or (not written.quoted and set(text) & set("*?~")):
        raise written.wrong(f"The field {name} takes one whole value: write it out, or quote it")
    if name == IDENTIFIER:
        if not identified(text):
            raise written.wrong("An identifier has a digit or an @ in it: for other words leave out identifier:")
        return Identifier(text)
    return _known(name, text.lower(), written) if name in _KNOWN_VALUES else Field(name, text)


def between(name: str, written: Written, limits: Range, calendar: Calendar) -> Node:
    """Read a range of dates or amounts."""
    if not limits.first and not limits.last:
        raise written.wrong(f"The range has neither beginning nor end: write {_example(name)}")
    return _amounts(written, limits) if name == AMOUNT else _dates(written, limits, calendar)


def _fuzzy(written: Written, text: str, edits: int) -> Fuzzy:
    found = beginning(text).beginnings
    if UNSPACED_WORD.search(text):
        raise written.wrong('Here every character is a word of its own: write them near each other, as in "…"~1')
    if not found or _WILD.search(text):
        raise written.wrong("Before ~ stands one whole word: refnd~")
    if len(found[0]) <= edits + 1:
        raise written.wrong(f"With ~{edits} a word has at least {edits + 2} letters: write the word itself")
    return Fuzzy(found[0], edits, written.place)


def _wild(written: Written) -> Node:
    text = written.text
    pieces = _WILD.split(text)
    if pieces[1:] == ["*", ""]:
        if not beginning(pieces[0]):
            raise written.wrong("Before the asterisk stands the beginning of one word: refund*")
        return Prefix(pieces[0])
    form, letters = "", 0
    for piece in pieces:
        found = beginning(piece).beginnings
        if piece in {"?", "*"}:
            form += piece
        elif piece and (not found or UNSPACED_WORD.search(piece)):
            raise written.wrong("A pattern is one word, as in col?r or refu*d: quote the whole, or write it as words")
        elif piece:
            form, letters = form + found[0], letters + len(found[0])
    if letters < _FEWEST_LETTERS:
        raise written.wrong(f"A pattern names at least {_FEWEST_LETTERS} letters: write more of the word")
    return Pattern(form, written.place)


def _known(name: str, text: str, written: Written) -> Node:
    values = _KNOWN_VALUES[name]
    if text not in values and not (name == "kind" and text in TOPICS):
        near = get_close_matches(text, values, 1)
        meant = f"did you mean {name}:{near[0]}?" if near else f"take one of {', '.join(values)}"
        raise written.wrong(f"There is no {name}:{brief(text)}: {meant}")
    return State(text) if name in STATES else Field(name, text)


def _amount(written: Written) -> Amount:
    comparison = _COMPARISON.fullmatch(written.text.strip())
    if comparison is None:
        try:
            return exactly(written.text)
        except ValueError:
            raise _no_amount(written, written.text) from None
    limit, currency = _limit(written, comparison["value"])
    assert limit is not None, "there is something after the sign"
    nudge = 0 if "=" in comparison["sign"] else 1
    if ">" in comparison["sign"]:
        return Amount(limit + nudge, None, currency)
    return Amount(None, limit - nudge, currency)


def _amounts(written: Written, limits: Range) -> Amount:
    first, one = _limit(written, limits.first)
    last, other = _limit(written, limits.last)
    if one and other and one != other:
        raise written.wrong("Both ends of a range of amounts are in one currency: write one of them")
    least = None if first is None else first + limits.without_first
    most = None if last is None else last - limits.without_last
    if least is not None and most is not None and least > most:
        raise written.wrong("The range ends before it begins: turn it around")
    return Amount(least, most, one or other)


def _limit(written: Written, text: str | None) -> tuple[int | None, str | None]:
    if not text:
        return None, None
    try:
        limit, currency = asked_amount(text.strip('"'))
    except ValueError:
        raise _no_amount(written, text) from None
    if limit is None:
        raise _no_amount(written, text)
    return limit, currency


def _no_amount(written: Written, text: str) -> QueryError:
    return written.wrong(f'{brief(text)} is no amount: write 100, 100EUR or, in quotes, "12.50 EUR"')


def _dates(written: Written, limits: Range, calendar: Calendar) -> DateRange:
    first = _stretch(written, limits.first, calendar)[limits.without_first] if limits.first else None
    end = _stretch(written, limits.last, calendar)[not limits.without_last] if limits.last else None
    if first is not None and end is not None and first >= end:
        raise written.wrong("The range ends before it begins: turn it around")
    return DateRange(first, end)


def _date(written: Written, calendar: Calendar) -> DateRange:
    comparison = _COMPARISON.fullmatch(written.text.strip())
    if comparison is None:
        return DateRange(*_stretch(written, written.text, calendar))
    first, end = _stretch(written, comparison["value"], calendar)
    with_it = "=" in comparison["sign"]
    if ">" in comparison["sign"]:
        return DateRange(first if with_it else end, None)
    return DateRange(None, end if with_it else first)


def _stretch(written: Written, text: str, calendar: Calendar) -> tuple[int, int]:
    try:
        return stretch(text.strip('"'), calendar.zone, calendar.now)
    except NoToday:
        raise written.wrong(
            f"{brief(text)} changes from day to day, and this search is kept: write the dates"
        ) from None
    except (ValueError, OverflowError):
        years = f"from {EARLIEST} to {LATEST}"
        known = 'write 2026, 2026-03, 2026-03-01, yesterday or, in quotes, 2026-03-01T10:00 or "last 30 days"'
        raise written.wrong(f"{brief(text)} is no date: {known}, {years}") from None


def _example(name: str) -> str:
    return "at:[2026-01 to 2026-03]" if name == AT else "amount:[50 to 100]"
