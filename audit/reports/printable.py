"""Words made fit for paper: what cannot be printed, or would mislead the eye, stands as its number in a frame."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_UNPRINTED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = "\u200c\u200d"
_SELECTORS: Final = range(0xFE00, 0xFE10)
_MARKS_IN_A_ROW: Final = 3
_MARK: Final = "M"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_ENDLESS: Final = re.compile(r"[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7ff]{40}|[^\s\u2e80-\uffff]{400}")
"""Words without end, and rows of Korean letters, which the engine takes for one syllable."""
_TAB: Final = "\t"


class Printer:
    """Prints text with the characters ``covered`` by our fonts, and counts those it had to replace.

    ``refused`` are further code points that are not to be printed, because the engine found no glyph for them.
    """

    def __init__(self, covered: Callable[[int], bool], refused: frozenset[int] = frozenset()) -> None:
        self._covered = covered
        self._refused = refused
        self._known: dict[str, bool] = {}
        self.replaced: Counter[int] = Counter()

    def line(self, text: str) -> Markup:
        """Return one line as HTML: line breaks become spaces."""
        return self._html(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)

    def lines(self, text: str) -> list[tuple[Markup, str]]:
        """Return the lines of a text as HTML, each with its direction, ltr or rtl."""
        parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return [(self._html(part), direction(part)) for part in parts]

    def plain(self, text: str) -> str:
        """Return one line without markup, for places that take none; nothing is counted."""
        return "".join(part if fine else f"[{_code(part[0])}]" for fine, part in self._pieces(text))

    def _html(self, text: str) -> Markup:
        if text.isascii() and text.isprintable():
            return _breakable(text)
        return Markup().join(_breakable(part) if fine else self._framed(part) for fine, part in self._pieces(text))

    def _framed(self, same: str) -> Markup:
        self.replaced[ord(same[0])] += len(same)
        times = f" ×{len(same)}" if len(same) > 1 else ""
        # Without a place to break after a frame, a mark that follows it runs the line over the edge of the page.
        return Markup('<span class="frame">[{}{}]</span><wbr>').format(_code(same[0]), times)

    def _pieces(self, text: str) -> Iterator[tuple[bool, str]]:
        """Return the text in pieces: what can be printed, and runs of one character that cannot."""
        told = ((self._fine(text, at), sign) for at, sign in enumerate(text))
        for (fine, _), run in groupby(told, key=lambda one: (one[0], "" if one[0] else one[1])):
            yield fine, "".join(sign for _, sign in run)

    def _fine(self, text: str, at: int) -> bool:
        sign = text[at]
        if " " <= sign <= "~":
            return True
        if sign in _JOINERS:
            return _joins(text, at)
        if ord(sign) in _SELECTORS:
            return at > 0 and self._fine(text, at - 1)
        if unicodedata.category(sign)[0] == _MARK and _marks_before(text, at) >= _MARKS_IN_A_ROW:
            return False
        return self._has_glyph(sign)

    def _has_glyph(self, sign: str) -> bool:
        known = self._known.get(sign)
        if known is None:
            known = sign == _TAB or (
                unicodedata.category(sign) not in _UNPRINTED
                and ord(sign) not in self._refused
                and self._covered(ord(sign))
            )
            self._known[sign] = known
        return known


def _breakable(text: str) -> Markup:
    """Return the text as HTML, with places to break in endless words: the engine's time grows with their square."""
    return Markup("<wbr>").join(_ENDLESS.sub("\\g<0>\0", text).split("\0")) if _ENDLESS.search(text) else escape(text)


def direction(text: str) -> str:
    """Return the direction of the first letter that has one (UAX 9, rules P2 and P3, without isolates)."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind == "L":
            break
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
    return "ltr"


def _joins(text: str, at: int) -> bool:
    """Return whether a joiner stands where writing needs it: between letters or marks beyond the Latin ones."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return all(one > "\u02ff" and unicodedata.category(one)[0] in "LM" for one in (before, after) if one) and bool(
        before and after
    )


def _marks_before(text: str, at: int) -> int:
    count = 0
    while count < at and count < _MARKS_IN_A_ROW and unicodedata.category(text[at - count - 1])[0] == _MARK:
        count += 1
    return count


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}"
