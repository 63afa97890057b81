"""Bytes that are text, and in which charset: said by a mark, told by the rules of Unicode, or judged by the letters."""

from __future__ import annotations

import codecs
import re
from typing import Final

from audit.projections.attachments.verdict import NotRead

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The letters that the languages of a charset write beside the 26, the most frequent for Cyrillic.
_FREQUENT: Final = frozenset("оеаинтсрвл")
_EXPECTED: Final = {
    "cp1251": frozenset("оеаинтсрвлкмдпуяызьбгчйхжшюцщэфъё"),
    "koi8-r": frozenset("оеаинтсрвлкмдпуяызьбгчйхжшюцщэфъё"),
    "cp866": frozenset("оеаинтсрвлкмдпуяызьбгчйхжшюцщэфъё"),
    "cp1257": frozenset("ąčęėįšųūžāēģīķļņõäöü„“–"),
    "cp1252": frozenset("äöüßéèêëàâçñóòôõáíìîïúùûåæøœ„“”’–—€£"),
    "cp1250": frozenset("ąćęłńóśźżčďěňřšťůýžáéíúäôľĺŕőűăâîșț„”–"),
}
_SURE: Final = 0.8
_LOOKED_AT: Final = 200_000
_FEW: Final = 0.01
_NUL_SHARE: Final = 0.25
_BINARY: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# As it looks when bytes are read in the wrong charset: a capital after a small letter, two scripts in one word.
_ODD: Final = re.compile("(?<=[а-яё])[А-ЯЁ]|[a-zA-Z][а-яёА-ЯЁ]|[а-яёА-ЯЁ](?=[a-zA-Z])")
_RARE: Final = 0.9
# The characters of level one of GB 2312, by their first byte: four of five characters of any plain text.
_FREQUENT_CHINESE: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
_CHINESE: Final = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")


def decoded(content: bytes, named: str | None = None) -> str:
    """Return the text behind bytes; ``named`` is the charset that somebody says it is.

    Raises NotRead where the bytes are no text in any charset known here.
    """
    for charset in filter(None, (_marked(content), named, "utf-8", _wide(content))):
        if (text := _tried(content, charset)) is not None and not _is_binary(text):
            return text
    sample = content[:_LOOKED_AT]
    if _BINARY.search(sample.decode("latin-1")) is not None:
        raise NotRead("unknown-format")
    best = max(_EXPECTED, key=lambda charset: _likeness(sample, charset))
    chinese = _chinese_likeness(sample)
    if chinese >= _SURE and chinese >= _likeness(sample, best):
        best = "gb18030"
    elif _likeness(sample, best) < _SURE:
        best = "cp1252"
    return content.decode(best, "replace")


def _marked(content: bytes) -> str | None:
    return next((charset for mark, charset in _MARKS if content.startswith(mark)), None)


def _wide(content: bytes) -> str | None:
    """Return the charset of two bytes a character whose mark was left out, if the bytes look like it."""
    sample = content[:_LOOKED_AT]
    if sample.count(0) < _NUL_SHARE * len(sample):
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _tried(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (LookupError, ValueError):
        return None


def _is_binary(text: str) -> bool:
    sample = text[:_LOOKED_AT]
    return len(_BINARY.findall(sample)) > _FEW * len(sample)


def _likeness(sample: bytes, charset: str) -> float:
    """Return how much of what is not ASCII a charset makes letters that one expects, where one expects them."""
    text = sample.decode(charset, "replace")
    foreign = [letter for letter in text if letter > "\x7f"]
    if not foreign:
        return 0.0
    expected, cyrillic = _EXPECTED[charset], "о" in _EXPECTED[charset]
    fitting = [letter.lower() for letter in foreign if letter.lower() in expected]
    weight = sum(_RARE if cyrillic and letter not in _FREQUENT else 1.0 for letter in fitting)
    return (weight - len(_ODD.findall(text))) / len(foreign)


def _chinese_likeness(sample: bytes) -> float:
    pairs = _CHINESE.findall(sample)
    covered = 2 * len(pairs) / max(1, sum(byte > 0x7F for byte in sample))  # noqa: PLR2004  # the end of ASCII
    frequent = sum(_FREQUENT_CHINESE.fullmatch(pair) is not None for pair in pairs) / max(1, len(pairs))
    return min(1.0, covered) * frequent
