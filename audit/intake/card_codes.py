"""Card verification codes and PINs in a text: words in five languages with a short number beside them."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from audit.intake.cards import CARD_WORD, UNSEEN, card_numbers

_NOT_LETTER_BEFORE: Final = r"(?<![^\W_])"
_NOT_LETTER_AFTER: Final = r"(?![^\W\d_])"

# These words mean nothing else.
_CODE_WORD: Final = (
    rf"{_NOT_LETTER_BEFORE}(?:c\.v\.[vcn]\.?|c ?v ?[vcn]2?|cav2|card[ _-]?verification(?:[ _-]?(?:code|value|number))?|"
    r"card[ _-]?security[ _-]?code|"
    r"kortelės (?:saugos|apsaugos|patvirtinimo) kod\w*|(?:saugos|apsaugos) kod\w* (?:ant|iš) kortelės|"
    r"код (?:за сигурност|безопасности|проверки) (?:на )?карт\w*|защитен код на карт\w*)"
    rf"{_NOT_LETTER_AFTER}|校验码|卡背面(?:的)?(?:三|3)位"
)
# These do when there is talk of a card.
_WEAK_WORD: Final = (
    rf"{_NOT_LETTER_BEFORE}(?:csc|pin(?:[ _-]?(?:code|number|kod\w*))?|cid|security[ _-]?code|verification[ _-]?code|"
    r"three digits on the back|(?:ap)?saugos kod\w*|patvirtinimo kod\w*|slapt\w* kod\w*|пин(?:[ -]?код\w*)?|"
    r"код за сигурност|защитен код|секретен код|код безопасности|код проверки|(?:секретн|проверочн)\w* код\w*|"
    r"три цифры на обороте|трите цифри на гърба)"
    rf"{_NOT_LETTER_AFTER}|安全码|验证码|取款密码|支付密码|交易密码|密码"
)
# Nothing that ends a thought stands between the word and the number; the name of a field and its value do.
_BETWEEN: Final = r"(?:[^\d\n.!?;。！？；]{0,24}?|\s{0,9}[:=]\s{0,9})"
_NUMBER_AFTER: Final = r"(?!\d|[.,:/-]\d|\s?(?:%|€|\$|£|eur|usd|gbp|bgn|rub|лв|руб|元|块))"
_CODE: Final = re.compile(
    rf"(?:{_CODE_WORD}){_BETWEEN}(?<![\d.,-])\d ?\d ?\d(?: ?\d)?{_NUMBER_AFTER}"
    rf"|(?<![\w.,-])\d{{3,4}}[ ,:(—-]{{0,3}}(?:is (?:my|the) )?(?:{_CODE_WORD})",
    re.IGNORECASE,
)
_WEAK: Final = re.compile(rf"(?:{_WEAK_WORD}){_BETWEEN}(?<![\d.,-])\d{{3,6}}{_NUMBER_AFTER}", re.IGNORECASE)
_NEARBY: Final = 160
_DIGIT: Final = re.compile(r"\d")
_FEWEST: Final = 3
_UNSEEN: Final = re.compile(f"[{UNSEEN}]")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CYRILLIC_C: Final = re.compile(r"[\u0441\u0421](?=[vV])")


def holds_card_code(text: str, before: str = "") -> bool:
    """Say whether a card's verification code or PIN stands in a text; ``before`` is the name of its field."""
    if len(_DIGIT.findall(text)) < _FEWEST:
        return False
    whole = _plain(f"{before}: {text}" if before else text)
    if _CODE.search(whole):
        return True
    return any(_speaks_of_cards(whole, found) for found in _WEAK.finditer(whole))


def _plain(text: str) -> str:
    """Return a text as it is read: full-width letters as plain ones, what is unseen left out, cvvCode as two words."""
    seen = normalize("NFKC", _UNSEEN.sub("", text))
    return _HUMP.sub(" ", _CYRILLIC_C.sub("c", seen))


def _speaks_of_cards(text: str, found: re.Match[str]) -> bool:
    around = text[max(0, found.start() - _NEARBY) : found.end() + _NEARBY]
    return CARD_WORD.search(around) is not None or bool(card_numbers(around)) or _MASKED.search(around) is not None


_MASKED: Final = re.compile(r"\d{6}\*{3,9}\d{4}")
