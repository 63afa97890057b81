"""What a decision asks of the words it is given: reasons that say something, codes and amounts that name nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from audit.domain.errors import Refused

if TYPE_CHECKING:
    from audit.domain.event import Personal

_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE_LENGTH_MAX: Final = 60
_AMOUNT: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class WordsMissing(Refused):
    """Some decisions are nothing without their words."""


class NotACode(Refused):
    """Codes stand in clear and survive every erasure, so free text has no place in them."""


class AmountUnclear(Refused):
    """An amount is a decimal number with its currency."""


def require_words(words: Personal, what: str) -> None:
    """Raise ``WordsMissing`` when there is no word in it; ``what`` names it in the middle of a sentence."""
    if words.text is None or not words.text.strip():
        raise WordsMissing(f"Say {what} in words.")


def require_code(code: str, what: str) -> None:
    """Raise ``NotACode`` unless it is lower-case letters, digits and hyphens, as in ``third-person``."""
    if len(code) > _CODE_LENGTH_MAX or not _CODE.fullmatch(code):
        raise NotACode(f"Give {what} as a code such as third-person, and put free words into the note.")


def require_amount(amount: str | None, *, currency: str | None) -> None:
    """Raise ``AmountUnclear`` unless both are absent, or are as ``12.50`` and ``EUR`` (ISO 4217)."""
    if amount is None and currency is None:
        return
    if not _AMOUNT.fullmatch(amount or "") or not _CURRENCY.fullmatch(currency or ""):
        raise AmountUnclear("Give the amount as 12.50 and the currency as EUR.")
