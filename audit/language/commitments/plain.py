"""A text as the rules read it: lower case, one spelling of each mark, quoted words made unreadable, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys([0xA0, 0x2007, 0x2009, 0x202F, 0x3000, 0x0D, 0x09], " ")
_APOSTROPHES = dict.fromkeys([0x2018, 0x2019, 0x02BC, 0x60, 0xB4, 0x2032], "'")
_HYPHENS = dict.fromkeys([0x2010, 0x2011, 0x2012], "-")
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD], " ")
_TRADITIONAL = str.maketrans(
    "會將給為爲們幫後內聯繫絡復處發還訂貨錢點週號時鐘個這過關於補賠償務員師電話費請問題確認帳賬戶單裡裏繼續讓聽證實經結與從開進換維護儘盡應該嗎麼沒無",
    "会将给为为们帮后内联系络复处发还订货钱点周号时钟个这过关于补赔偿务员师电话费请问题确认帐账户单里里继续让听证实经结与从开进换维护尽尽应该吗么没无",
)
_ONE_SPELLING: dict[int, int | str] = {
    **_FULL_WIDTH,
    **_SPACES,
    **_APOSTROPHES,
    **_HYPHENS,
    **_INVISIBLE,
    ord("ё"): "е",
    **_TRADITIONAL,
}

_QUOTED_LINE = re.compile(r"^[ ]*(?:>|&gt;).*$", re.MULTILINE)
_FORWARDED = re.compile(
    r"^[ ]*-{2,}[ ]?(?:original message|forwarded message|исходное сообщение|пересылаемое сообщение)", re.MULTILINE
)
_QUOTED = re.compile(
    r'"[^"\n]{1,400}"|“[^”“\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,400}」|『[^』\n]{1,400}』'
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}|\S{1,100}@\S{1,100}\.\w{1,20}|(?<!\w)[@#]\w{1,100}")
_READABLE = re.compile(r"[^\W_]")


class Plain(NamedTuple):
    """What the rules read, and for each place in it the place in the text as written (None: the same)."""

    text: str
    places: tuple[int, ...] | None

    def place(self, offset: int) -> int:
        """Return the offset in the text as written."""
        return offset if self.places is None else self.places[offset]


def plain(text: str) -> Plain:
    """Return a text in the spelling of the rules. Quoted mail, quotations and addresses keep their length alone."""
    composed, places = _composed(text)
    lower = _lower(composed).translate(_ONE_SPELLING)
    forwarded = _FORWARDED.search(lower)
    if forwarded:
        lower = lower[: forwarded.start()] + _unreadable(lower[forwarded.start() :], " ")
    if ">" in lower or "&gt;" in lower:
        lower = _QUOTED_LINE.sub(lambda found: _unreadable(found.group(), " "), lower)
    lower = _QUOTED.sub(lambda found: _unreadable(found.group(), "x"), lower)
    return Plain(_ADDRESS.sub(lambda found: _unreadable(found.group(), "x"), lower), places)


def _unreadable(words: str, filler: str) -> str:
    return (
        _READABLE.sub(filler, words) if filler == "x" else "".join("\n" if letter == "\n" else " " for letter in words)
    )


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[:1] for letter in text)


def _composed(text: str) -> tuple[str, tuple[int, ...] | None]:
    """Return a text with letters and their marks composed, and where each letter stood, with the end as the last."""
    if unicodedata.is_normalized("NFC", text):
        return text, None
    letters: list[str] = []
    places: list[int] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index < len(text) and unicodedata.combining(text[index]):
            continue
        cluster = unicodedata.normalize("NFC", text[start:index])
        letters.append(cluster)
        places += [start] * len(cluster)
        start = index
    return "".join(letters), (*places, len(text))
