"""What a decision asks of the words it is given: reasons that say something, codes that name nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from audit.domain.errors import Refused

if TYPE_CHECKING:
    from audit.domain.event import Personal

_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE_LENGTH_MAX: Final = 60


class WordsMissing(Refused):
    """Some decisions are nothing without their words."""


class NotACode(Refused):
    """Codes stand in clear and survive every erasure, so free text has no place in them."""


def require_words(words: Personal, what: str) -> None:
    """Raise ``WordsMissing`` when there is no word in it; ``what`` names it in the middle of a sentence."""
    if words.text is None or not words.text.strip():
        raise WordsMissing(f"Say {what} in words.")


def require_code(code: str, what: str) -> None:
    """Raise ``NotACode`` unless it is lower-case letters, digits and hyphens, as in ``third-person``."""
    if len(code) > _CODE_LENGTH_MAX or not _CODE.fullmatch(code):
        raise NotACode(f"Give {what} as a code such as third-person, and put free words into the note.")
