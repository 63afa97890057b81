"""A text made ready to be read: one sign for one sign, so that every place in it is a place in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

LANGUAGES = ("en", "lt", "bg", "ru", "zh")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WRITTEN_IN = ((_HAN, ("zh",)), (_CYRILLIC, ("bg", "ru")), (_LATIN, ("en", "lt")))
_ONLY_BULGARIAN = re.compile(
    r"ъ[бвгджзклмнпрстфхцчшщ]|(?<![\w-])(?:ще|съм|сте|си|ми|ви|го|се|това|няма|след|през|лв)(?!\w)"
)
_ONLY_LITHUANIAN = re.compile("[ąęėįųū]")
_ONLY_RUSSIAN = re.compile(r"[ыэё]|(?<!\w)(?:что|это|мы|мне|меня|вы|уже|руб)(?!\w)")
_DIGIT = re.compile(r"\d")

# A comma of full width parts clauses, never the figures of a number: it stays what it is.
_WIDE_COMMA = 0xFF0C
# Signs of full width, odd spaces, quotes, dashes and digits: each becomes exactly one plain sign.
_PLAIN = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != _WIDE_COMMA}
    | dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000, 0x09), " ")
    | dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x0060), "'")
    | dict.fromkeys((0x2010, 0x2011, 0x2212, 0xFE63), "-")
    | {0x2014: "\u2013"}
    | {first + digit: str(digit) for first in (0x660, 0x6F0, 0x966) for digit in range(10)}
)


@dataclass(frozen=True)
class Reading:
    """A text in composed form, with what is known about it."""

    text: str
    language: str | None
    at: datetime | None
    region: str | None

    @cached_property
    def plain(self) -> str:
        """The text with its signs in their plain form, of the same length."""
        return self.text if self.text.isascii() else self.text.translate(_PLAIN)

    @cached_property
    def lower(self) -> str:
        """The plain text in lower case, of the same length."""
        low = self.plain.lower()
        if len(low) == len(self.plain):
            return low
        return "".join(sign if len(sign.lower()) != 1 else sign.lower() for sign in self.plain)

    @cached_property
    def has_digit(self) -> bool:
        """Whether any digit stands in the text."""
        return _DIGIT.search(self.plain) is not None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages the text may be in, by its writing; the named one alone where it is among them."""
        found: list[str] = []
        for script, candidates in _WRITTEN_IN:
            if script.search(self.text):
                found += [name for name in candidates if name == self.language] or candidates
        if not found:
            return (self.language,) if self.language in LANGUAGES else LANGUAGES
        return self._told_apart(tuple(found))

    def _told_apart(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out the neighbour where the text itself shows which of the two Cyrillic languages it is in."""
        if "lt" in found and _ONLY_LITHUANIAN.search(self.lower):
            found = tuple(sorted(found, key=lambda name: name == "en"))
        if "bg" not in found or "ru" not in found:
            return found
        bulgarian, russian = (sign.search(self.lower) is not None for sign in (_ONLY_BULGARIAN, _ONLY_RUSSIAN))
        if bulgarian == russian:
            return found
        return tuple(name for name in found if name != ("ru" if bulgarian else "bg"))


def composed(text: str) -> tuple[str, list[int] | None]:
    """Return the text in composed form (NFC) and, unless it was, where each of its signs begins in the original."""
    if unicodedata.is_normalized("NFC", text):
        return text, None
    starts = [place for place, sign in enumerate(text) if not unicodedata.combining(sign)]
    if not starts or starts[0] != 0:
        starts.insert(0, 0)
    pieces: list[str] = []
    origins: list[int] = []
    for start, end in pairwise([*starts, len(text)]):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        origins.extend([start] * len(piece))
    return "".join(pieces), [*origins, len(text)]
