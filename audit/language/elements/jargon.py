"""Words a customer is not expected to know, and how long a sentence is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from audit.language.folding import fold

if TYPE_CHECKING:
    from audit.language.elements.lexicon import Lexicon

_CAPITALS: Final = re.compile(
    r"(?<![^\W\u3400-\u9fff])(?<!-)[A-ZА-Я]{2,4}[a-z]?[A-ZА-Я]{1,3}(?![^\W\u3400-\u9fff]|-\d)"
)
_KNOWN_CAPITALS: Final = frozenset(
    [
        "SIM",
        "PIN",
        "PUK",
        "SMS",
        "MMS",
        "USB",
        "TV",
        "LED",
        "LCD",
        "PDF",
        "IBAN",
        "SWIFT",
        "BIC",
        "VAT",
        "PVM",
        "DVI",
        "GPS",
        "CD",
        "DVD",
        "ATM",
        "FAQ",
        "APP",
        "URL",
        "QR",
        "HDMI",
        "PC",
        "EUR",
        "USD",
        "GBP",
        "CNY",
        "RUB",
        "BGN",
        "UK",
        "EU",
        "ES",
        "USA",
        "UN",
        "BBC",
        "DHL",
        "UPS",
        "DPD",
        "TNT",
        "CVV",
        "WIFI",
        "WLAN",
        "LAN",
        "DSL",
        "SOS",
        "OK",
        "AM",
        "PM",
        "CEO",
        "NHS",
        "ИНН",
        "СМС",
        "ПИН",
        "СИМ",
        "ЕС",
        "США",
        "ДДС",
        "ЕГН",
        "ПДФ",
        "НДС",
        "РФ",
        "ТВ",
        "ЖК",
        "КВ",
        "ООО",
        "АД",
        "ЕООД",
        "UAB",
        "AB",
    ]
)
_WORD: Final = re.compile("[\u3400-\u9fff]|[^\\W_\u3400-\u9fff]+(?:['’-][^\\W_\u3400-\u9fff]+)*")
_HAN: Final = re.compile("[\u3400-\u9fff]")


def jargon(written: str, words: Lexicon) -> list[str]:
    """Return the words of a text, as written, that only the trade knows: those listed, and strange abbreviations."""
    folded = fold(written)
    found = [
        (match.start(), written[slice(*folded.span(*match.span()))]) for match in words.jargon.finditer(folded.text)
    ]
    if not written.isupper():
        spans = [match.span() for match in _CAPITALS.finditer(written) if match.group() not in _KNOWN_CAPITALS]
        found += [(start, written[start:end]) for start, end in spans]
    return list(dict.fromkeys(word for _, word in sorted(found)))


def words_in(text: str) -> int:
    """Return how many words a sentence has; two Chinese characters count as one, as many words have two."""
    found = _WORD.findall(text)
    characters = sum(1 for word in found if _HAN.fullmatch(word))
    return len(found) - characters + characters // 2
