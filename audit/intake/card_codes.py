"""Card verification codes and PINs in a text: words in five languages with a short number beside them.

A verification code is refused beside a word that means nothing else, or where it is said to stand on the back. A PIN of
four digits is refused beside its name, unless something else that has a PIN is named: a door, a locker, a telephone.
All other numbers with such a name are refused where there is talk of a card.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from audit.intake.cards import CARD_WORD, UNSEEN, card_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_LETTER_BEFORE: Final = r"(?<![^\W_])"
_NOT_LETTER_AFTER: Final = r"(?![^\W\d_])"

# These words mean nothing else.
_CODE_WORD: Final = (
    rf"{_NOT_LETTER_BEFORE}(?:c\.v\.[vcn]\.?|c ?v ?[vcn]2?|cav2|card[ _-]?verification(?:[ _-]?(?:code|value|number))?|"
    r"card[ _-]?security[ _-]?code|"
    r"kortelės (?:saugos|apsaugos|patvirtinimo) kod\w*|(?:saugos|apsaugos) kod\w* (?:ant|iš) kortelės|"
    r"код (?:за сигурност|безопасности|проверки) (?:на )?карт\w*|защитен код на карт\w*)"
    rf"{_NOT_LETTER_AFTER}|校验码|安全码|背面(?:的)?(?:三|3)位(?:数字?)?"
)
# Where a verification code stands; on the back of something else stand other numbers.
_ON_THE_BACK: Final = (
    r"(?:on the back(?: of (?:my|the) card)?|kitoje (?:kortelės )?pusėje|"
    r"(?:на обороте|на обратной стороне|сзади|на гърба|отзад)(?: (?:на )?карт\w*)?|背面|反面)"
)
_OF_NOTHING_ELSE: Final = r"(?=\s*(?:$|[^\w\s]))"
_CODE_OR_DIGITS: Final = (
    rf"{_NOT_LETTER_BEFORE}(?:codes?|digits|kod(?:as|ą|o)|skai(?:čiai|tmenys)|код\w{{0,3}}|цифр\w*|三位数字?|数字|号码)"
    rf"{_NOT_LETTER_AFTER}"
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
_BETWEEN: Final = r"(?:[^\d\n.!?;。！？；]{0,24}?|\s{0,9}[:=?]\s{0,9})"
_IS: Final = r"[ :=,—-]{0,3}(?:(?:is|are|yra|это|са|е|是) ?)?"
_DIGIT_WORD: Final = (
    r"zero|oh|one|two|three|four|five|six|seven|eight|nine|nulis|vienas|du|trys|keturi|penki|šeši|septyni|aštuoni|"
    r"devyni|ноль|нуля|нула|оди?н|едно|един|два|две|три|четыре|четири|пять|пет|шесть?|семь|седем|восемь|осем|"
    r"девять|девет|[零〇一二三四五六七八九]"
)
_NUMBER_AFTER: Final = r"(?!\d|[.,:/-]\d|\s?(?:%|€|\$|£|eur|usd|gbp|bgn|rub|лв|руб|元|块))"
_CODE: Final = re.compile(
    rf"(?:{_CODE_WORD}){_BETWEEN}(?<![\d.,-])\d ?\d ?\d(?: ?\d)?{_NUMBER_AFTER}"
    rf"|(?<![\w.,-])\d{{3,4}}[ ,:(—-]{{0,3}}(?:(?:is )?(?:my|the|mano|мой|моя|моят|я|是|我的) ?)?(?:{_CODE_WORD})"
    rf"|(?:{_CODE_OR_DIGITS})[ :—-]{{1,3}}(?<![\d.,-])\d{{3,4}}[ ,(]{{1,2}}{_ON_THE_BACK}{_OF_NOTHING_ELSE}"
    rf"|(?:{_CODE_OR_DIGITS})[ ,]{_ON_THE_BACK}{_IS}(?<![\d.,-])\d{{3,4}}{_NUMBER_AFTER}",
    re.IGNORECASE,
)
_SPELLED: Final = re.compile(
    rf"(?:{_CODE_WORD}){_BETWEEN}(?<![^\W_])(?:(?:{_DIGIT_WORD})[\s,-]{{0,3}}){{3,4}}(?![^\W_])", re.IGNORECASE
)
_PIN: Final = re.compile(
    rf"{_NOT_LETTER_BEFORE}(?:pin|пин)(?:[ -]?(?:code|number|nr|kod\w*|код\w*))?{_NOT_LETTER_AFTER}"
    rf"[ ,:=—-]{{0,3}}(?:(?:is|yra|это|е)\s)?(?<![\d.,-])\d{{4}}{_NUMBER_AFTER}",
    re.IGNORECASE,
)
# What else has a PIN.
_OTHER_PIN: Final = re.compile(
    rf"{_NOT_LETTER_BEFORE}(?:doors?|gates?|lockers?|parcels?|sim|phones?|voicemail|alarm|wi-?fi|router|locks?|tv|"
    r"connector|pinout|meter|app|account|customer|dur\w*|vart\w*|paštomat\w*|siunt\w*|telefon\w*|spyn\w*|"
    r"signalizac\w*|skaitikl\w*|двер\w*|домофон\w*|постамат\w*|посылк\w*|сим\w*|телефон\w*|замк\w*|врат\w*|"
    r"пратк\w*|автомат\w*|аларм\w*|сигнализац\w*)(?![^\W_])|门|快递|取件|手机|密码锁|包裹",
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
    whole = _plain(f"{before}: {text}" if before else text)
    if _SPELLED.search(whole):
        return True
    if len(_DIGIT.findall(whole)) < _FEWEST:
        return False
    return _CODE.search(whole) is not None or _is_pin(whole) or _is_in_talk_of_cards(whole)


def _plain(text: str) -> str:
    """Return a text as it is read: full-width letters as plain ones, what is unseen left out, cvvCode as two words."""
    seen = normalize("NFKC", _UNSEEN.sub("", text))
    return _HUMP.sub(" ", _CYRILLIC_C.sub("c", seen))


def _is_pin(text: str) -> bool:
    """Say whether a PIN stands beside its name, and nothing else near that has one."""
    pins = list(_PIN.finditer(text))
    others = [found.start() for found in _OTHER_PIN.finditer(text)] if pins else []
    return any(not _is_near(others, pin) for pin in pins)


def _is_in_talk_of_cards(text: str) -> bool:
    found = list(_WEAK.finditer(text))
    spoken = sorted(_talk_of_cards(text)) if found else []
    return any(_is_near(spoken, one) for one in found)


def _talk_of_cards(text: str) -> Iterator[int]:
    """Yield where cards are spoken of, and where their numbers stand."""
    for word in (CARD_WORD, _MASKED):
        yield from (found.start() for found in word.finditer(text))
    end = 0
    for number in card_numbers(text):
        start = text.index(number.written, end)
        end = start + len(number.written)
        yield start


def _is_near(places: list[int], found: re.Match[str]) -> bool:
    """Say whether one of these places, which are in order, is near."""
    at = bisect_left(places, found.start() - _NEARBY)
    return at < len(places) and places[at] < found.end() + _NEARBY


_MASKED: Final = re.compile(r"\d{6}\*{3,9}\d{4}")
