"""Names of people, without their titles: known first names in any form, and what follows „my name is“ or „Mr“."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from audit.language.facts.fact import Found
from audit.language.facts.lexicon import lexicon, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.facts.reading import Reading

_INTRODUCED_RANK, _RANK, _CUED_RANK = 49, 50, 52
_UPPER = "A-Z\u00c0-\u00de\u0104\u010c\u0116\u0118\u012e\u0160\u016a\u0172\u017d\u0410-\u042f\u0401"
_CAPITALISED = re.compile(
    rf"(?<![\w@.#/-])[{_UPPER}](?:'[{_UPPER}])?[^\W\d_]{{1,24}}(?:[-'](?!s\b)[^\W\d_]{{1,24}})?"
    rf"|(?<![\w@.#/-])(?:St|Ste|Св)\.(?= [{_UPPER}][a-zа-я])"
)
_BETWEEN = re.compile(r" |\u00a0")
_INITIAL = re.compile(rf"(?<!\w)[{_UPPER}]\. ?$")
_STARTS = re.compile(r"(?:^|[\]\n.!?:,\u2013-] ?|\b(?i:hi|hello|hey|by|with|from|to|is|was),? )$")
_WITHIN_A_NAME = re.compile(rf"[^\W\d_],? (?P<word>[{_UPPER}][^\W\d_]{{1,24}}) $")
"""A name of something else has begun before: „Red Joan“. At the beginning of a sentence it cannot be told."""
_WITHIN = re.compile(r"(?<![A-Z])\b[a-z']+[,;:]? $")
_REACH = 40
_MOST_WORDS = 3
_SHORTEST_SHOUTED = 5
_MOST = 10_000
"""A text with more capitalised words than this is no letter from anybody; the rest of it is left unread."""


def find_persons(reading: Reading) -> Iterator[Found]:
    """Yield the names of people in a text."""
    for language in reading.languages:
        if language == "zh":
            yield from _chinese(reading)
        else:
            yield from _in_capitals(reading, language)
            yield from _signed(reading, language)
            yield from _introduced(reading, language)


def _in_capitals(reading: Reading, language: str) -> Iterator[Found]:
    never = lexicon(language).pattern("person", "never")
    is_shouted = reading.plain.isupper()
    done = -1
    for match in islice(_CAPITALISED.finditer(reading.plain), _MOST):
        word = match.group()
        if match.start() < done or (word.isupper() and len(word) < _SHORTEST_SHOUTED and not is_shouted):
            continue
        if never is not None and never.fullmatch(word.lower()):
            continue
        before = reading.plain[max(0, match.start() - _REACH) : match.start()]
        rank = _rank(reading, match, before, language)
        if rank is not None and not _is_of_a_place(reading.plain, match, before, language):
            done = _end(reading, match, never)
            yield _found(reading, match.start(), done, rank)


def _is_of_a_place(text: str, match: re.Match[str], before: str, language: str) -> bool:
    """Say whether a name belongs to a street, a museum, a town, a film: San Jose, Victoria Station, Red Joan."""
    words = lexicon(language)
    place_before, place_after = words.pattern("person", "no_name_after"), words.pattern("person", "no_name_before")
    if place_before is not None and place_before.search(before):
        return True
    if place_after is not None and place_after.match(text, match.end()):
        return True
    inside, never = _WITHIN_A_NAME.search(before), words.pattern("person", "never")
    return inside is not None and (never is None or not never.fullmatch(inside.group("word").lower()))


def _rank(reading: Reading, match: re.Match[str], before: str, language: str) -> int | None:
    """Return how surely a capitalised word begins a name, None where nothing says that it does."""
    words, word = lexicon(language), match.group().lower()
    surname = words.pattern("person", "surname")
    known = first_names(language)
    if word in known or word.split("-")[0] in known or _has_surname(reading.plain, match.end(), surname):
        return _RANK
    cue, cue_after = words.pattern("person", "cue"), words.pattern("person", "cue_after")
    if before and cue is not None and cue.search(reading.lower[match.start() - len(before) : match.start()]):
        return _CUED_RANK
    if cue_after is not None and _STARTS.search(before) and cue_after.match(reading.plain, match.end()):
        return _CUED_RANK
    if word in _unsure(language) and (_WITHIN.search(before) or _is_followed_by_name(reading.plain, match.end())):
        return _RANK
    is_family = surname is not None and surname.fullmatch(word) is not None
    return _RANK if is_family and _INITIAL.search(before) else None


def _is_followed_by_name(text: str, end: int) -> bool:
    gap = _BETWEEN.match(text, end)
    return gap is not None and _CAPITALISED.match(text, gap.end()) is not None


def _has_surname(text: str, end: int, surname: re.Pattern[str] | None) -> bool:
    """Say whether the capitalised word that ends here is followed by one that only a family is called by."""
    following = _CAPITALISED.match(text, end + 1) if surname is not None and text[end : end + 1] == " " else None
    return following is not None and surname is not None and surname.fullmatch(following.group().lower()) is not None


def _end(reading: Reading, match: re.Match[str], never: re.Pattern[str] | None) -> int:
    """Return where a name ends: with the last of up to three capitalised words side by side."""
    end = match.end()
    for _ in range(_MOST_WORDS - 1):
        gap = _BETWEEN.match(reading.plain, end)
        following = _CAPITALISED.match(reading.plain, gap.end()) if gap else None
        if following is None or (never is not None and never.fullmatch(following.group().lower())):
            break
        if following.group().isupper() and not match.group().isupper():
            break
        end = following.end()
    return end - 1 if reading.plain[end - 1] == "." else end


def _signed(reading: Reading, language: str) -> Iterator[Found]:
    """Yield the name at the end of a text or a line, after thanks or regards, or between commas after a greeting."""
    words = lexicon(language)
    never = words.pattern("person", "never")
    ends_in_name = "\n" in reading.plain or reading.plain.rstrip(" .!").rpartition(" ")[2][:1].isupper()
    for kind in ("signed", "opened") if ends_in_name else ("opened",):
        pattern = words.pattern("person", kind)
        for match in pattern.finditer(reading.plain) if pattern is not None else ():
            first = match.group("name").split()[0].lower()
            if never is None or not never.fullmatch(first):
                yield _found(reading, *match.span("name"), _CUED_RANK)


def _introduced(reading: Reading, language: str) -> Iterator[Found]:
    """Yield names in small letters, which only those who introduce themselves are believed to have."""
    pattern = lexicon(language).pattern("person", "introduction")
    if pattern is None:
        return
    for match in pattern.finditer(reading.lower):
        if match.group("name").split()[0] in first_names(language):
            yield _found(reading, *match.span("name"), _INTRODUCED_RANK)


def _chinese(reading: Reading) -> Iterator[Found]:
    words = lexicon("zh")
    for kind in ("titled", "introduced", "familiar", "named", "asked"):
        pattern = words.pattern("person", kind)
        for match in pattern.finditer(reading.plain) if pattern is not None else ():
            span = match.span("name") if match.group("name") else match.span("name2")
            yield _found(reading, *span, _CUED_RANK)


def _found(reading: Reading, start: int, end: int, rank: int) -> Found:
    return Found("person", start, end, " ".join(reading.plain[start:end].split()), rank)


@cache
def _unsure(language: str) -> frozenset[str]:
    return frozenset(read_lines("names_en_unsure.txt")) if language == "en" else frozenset()


@cache
def first_names(language: str) -> frozenset[str]:
    """Return the first names of a language in all their forms, in small letters."""
    endings: dict[str, list[str]] = lexicon(language).tables.get("person", {}).get("endings", {})
    forms: set[str] = set()
    for name in read_lines(f"names_{language}.txt"):
        forms.update(_forms(name.lower(), endings))
    return frozenset(forms)


def _forms(name: str, endings: dict[str, list[str]]) -> Iterator[str]:
    yield name
    for ending in sorted(endings, key=len, reverse=True):
        if name.endswith(ending):
            stem = name[: len(name) - len(ending)]
            yield from (stem + other for other in endings[ending])
            return
