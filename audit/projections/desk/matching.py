"""Whether a fact stands in another text, kind by kind; and which of its values is the same thing written wrongly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Final

from audit.language.folding import fold, without_diacritics
from audit.language.stems import stored_keys
from audit.language.words import exact_words
from audit.projections.desk.saying import Told
from audit.projections.desk.ways_in import told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_PHONE_TAIL: Final = 7
_STEM: Final = 4
_ENOUGH: Final = 0.6
_ALIKE: Final = 0.5
_SAME_WORD: Final = 0.78
_SHORT: Final = 2
"""Words this short carry no meaning of their own: articles and prepositions."""
_ARTICLES: Final = "the and with there please has have his her our your from for are was you can"
_IN_ENGLISH: Final = "street road lane avenue drive square rd str ave flat apartment apt"
_IN_LITHUANIAN: Final = "yra pas prie mano prasau gatve gatveje gatves prospektas pr"
_IN_BULGARIAN: Final = "има при моля който ще улица булевард бул ул"
_IN_RUSSIAN: Final = "есть для при пожалуйста мой моя улица дом кв проспект пер переулок квартира"
_IDLE: Final = frozenset(f"{_ARTICLES} {_IN_ENGLISH} {_IN_LITHUANIAN} {_IN_BULGARIAN} {_IN_RUSSIAN}".split())
"""Words that say nothing of their own in an address or a way in."""
_ALWAYS: Final = frozenset({"phone", "address", "access", "email"})
"""Kinds of which somebody has one: another value is the wrong one, however different."""


@dataclass(frozen=True)
class Text:
    """A text others are looked for in, with its facts."""

    text: str
    facts: tuple[Told, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_words(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(key for word in self.words for key in _keys(word))

    @cached_property
    def packed(self) -> str:
        """The text without anything but letters and digits."""
        return packed(self.text)

    @cached_property
    def digits(self) -> str:
        """The figures of the text; whatever else than a separator stands between them parts them."""
        return re.sub(r"(?<=\d)[\s().\-/]+(?=\d)", "", self.text)

    def of(self, kind: str) -> list[Told]:
        return [one for one in self.facts if one.kind == kind and not one.denied]


def packed(text: str) -> str:
    """Return letters and digits in small letters, nothing else."""
    return _NOT_ALNUM.sub("", without_diacritics(fold(text).text))


def stands_in(fact: Told, text: Text) -> bool:
    """Say whether a fact stands in a text, in whatever form it may be written there."""
    if any(same(fact, other) for other in text.of(fact.kind)):
        return True
    look = _LOOKS.get(fact.kind)
    return look(fact, text) if look is not None else False


def same(one: Told, other: Told) -> bool:
    """Say whether two facts of one kind are the same."""
    if one.normal and one.normal == other.normal:
        return True
    compare = _COMPARISONS.get(one.kind)
    return compare(one, other) if compare is not None else packed(one.text) == packed(other.text)


def wrong_value(fact: Told, text: Text, known: Iterable[Told]) -> Told | None:
    """Return the value in a text that stands where this fact should: one of its kind that nobody said, the likest."""
    said = list(known)
    strangers = [one for one in text.of(fact.kind) if not any(same(each, one) for each in said)]
    likest = max(strangers, key=lambda one: likeness(fact, one), default=None)
    if likest is None or (fact.kind not in _ALWAYS and likeness(fact, likest) < _ALIKE):
        return None
    return likest


def likeness(one: Told, other: Told) -> float:
    """Return how alike two values are, from 0 to 1."""
    first, second = packed(one.normal or one.text), packed(other.normal or other.text)
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


# -- one kind at a time --


def _phone(fact: Told, text: Text) -> bool:
    digits = "".join(_DIGITS.findall(fact.normal or fact.text))
    own = "".join(_DIGITS.findall(fact.text))
    return any(len(each) >= _PHONE_TAIL and each[-_PHONE_TAIL:] in text.digits for each in (digits, own))


def _same_phone(one: Told, other: Told) -> bool:
    first, second = ("".join(_DIGITS.findall(each.normal or each.text)) for each in (one, other))
    tail = min(len(first), len(second))
    return tail >= _PHONE_TAIL and first[-tail:] == second[-tail:]


def _whole(fact: Told, text: Text) -> bool:
    return bool(packed(fact.text)) and packed(fact.text) in text.packed


def _device(fact: Told, text: Text) -> bool:
    return _whole(fact, text) or _all_words(fact, text, enough=1.0)


def _phrase(fact: Told, text: Text) -> bool:
    return _all_words(fact, text, enough=_ENOUGH)


def _access(fact: Told, text: Text) -> bool:
    """Say whether a code's figures are there, whatever the door is called, or a warning's words."""
    figures = [figure for figure in _DIGITS.findall(fact.text) if len(figure) > _SHORT]
    if figures:
        return all(re.search(rf"(?<!\d){figure}(?!\d)", text.text) for figure in figures)
    return _all_words(fact, text, enough=_ENOUGH) or bool(told_of(fact.text, text.text))


def _time(fact: Told, text: Text) -> bool:
    """Find "between 8 and 10" in "8-10", which alone could be anything."""
    hours = [str(int(figure)) for figure in _DIGITS.findall(fact.normal)[::2]] if "/" in fact.normal else []
    if len(hours) != len(("from", "until")):
        return False
    first, last = (rf"0?{hour}(?:[:.]00)?" for hour in hours)
    return re.search(rf"(?<![\d.:]){first} ?[-\u2013\u2014] ?{last}(?![\d:])", text.text) is not None


def _person(fact: Told, text: Text) -> bool:
    return any(_has(word, text) for word in _words(fact.text)[-1:]) or any(
        _has(word, text) for word in _words(fact.text)[:1]
    )


def _all_words(fact: Told, text: Text, *, enough: float) -> bool:
    """Say whether all the figures of a fact and enough of its words stand in a text."""
    found = [word for word in _words(fact.text) if word not in _IDLE and (len(word) > _SHORT or _is_telling(word))]
    figures = [word for word in found if any(sign.isdigit() for sign in word)]
    if any(word not in text.words and not _figure_in(word, text) for word in figures):
        return False
    others = [word for word in found if word not in figures]
    if not others:
        return bool(figures)
    return sum(_has(word, text) for word in others) >= enough * len(others)


def _figure_in(word: str, text: Text) -> bool:
    """Find 14b in "14 B", and figures that Chinese writes without a space around them."""
    return re.search(rf"(?<!\d){re.escape(word)}(?!\d)", text.packed if not word.isdigit() else text.text) is not None


def _has(word: str, text: Text) -> bool:
    if word in text.words or not text.stems.isdisjoint(_keys(word)):
        return True
    begin = word[:_STEM]
    return any(
        other[:_STEM] == begin and _ratio(word, other) >= _SAME_WORD for other in text.words if len(word) > _STEM
    )


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _moment(one: Told, other: Told) -> bool:
    """Say whether a day or a time is the other, or one of the ends of it, or lies in it."""
    if not one.normal or not other.normal:
        return packed(one.text) == packed(other.text)
    first, second = one.normal.split("/"), other.normal.split("/")
    if len(first) == 1 and len(second) > 1:
        return second[0] <= first[0] <= second[1]
    return first[0] in second and first[-1] in second


def _money(one: Told, other: Told) -> bool:
    first, second = (each.normal.rpartition(" ")[2] for each in (one, other))
    return bool(first) and first == second


def _same_words(one: Told, other: Told) -> bool:
    return _all_words(one, Text(other.text), enough=_ENOUGH)


def _words(text: str) -> list[str]:
    return [without_diacritics(word) for word in exact_words(fold(text)) if word]


def _is_telling(word: str) -> bool:
    return any(sign.isdigit() for sign in word) or _HAN.search(word) is not None


def _keys(word: str) -> tuple[str, ...]:
    return stored_keys(word) if len(word) > _SHORT else ()


_LOOKS: Final[Mapping[str, Callable[[Told, Text], bool]]] = {
    "phone": _phone,
    "email": _whole,
    "identifier": _whole,
    "device": _device,
    "address": _phrase,
    "access": _access,
    "person": _person,
    "time": _time,
}
_COMPARISONS: Final[Mapping[str, Callable[[Told, Told], bool]]] = {
    "phone": _same_phone,
    "date": _moment,
    "time": _moment,
    "money": _money,
    "address": _same_words,
    "access": lambda one, other: _access(one, Text(other.text)),
    "device": _same_words,
    "person": lambda one, other: _person(one, Text(other.text)),
}
