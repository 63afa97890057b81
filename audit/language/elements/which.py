"""Which lexicons a line is read with: the language named, else those that its letters and small words allow."""

from __future__ import annotations

import re
from typing import Final

_HAN: Final = re.compile("[\u3400-\u9fff]")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = re.compile("[a-zA-Z\u00c0-\u024f]{2}")
_RUSSIAN: Final = re.compile(
    r"[ыэё]|\b(?:вас|вам|нам|что|чтобы|для|или|меня|мне|ваш|если|уже|здравствуйте|извинения|извините)\b",
    re.IGNORECASE,
)
_BULGARIAN: Final = re.compile(
    r"[а-я]ъ[^еёюя\W]|ът\b|\b(?:ще|ви|сте|сме|съм|какво|имате|моля|здравейте|със|във|както|много)\b",
    re.IGNORECASE,
)
_SCRIPTS: Final = (("zh", _HAN), ("ru", _CYRILLIC), ("en", _LATIN))
_SAME_SCRIPT: Final = {"zh": ("zh",), "ru": ("ru", "bg"), "en": ("en", "lt")}


def lexicons_for(text: str, named: str | None) -> tuple[str, ...]:
    """Return the languages whose signs are looked for in a text; several where the text leaves it open.

    A language somebody named rules out the others of its script, not a sentence in another script.
    """
    found: list[str] = []
    for script, letters in _SCRIPTS:
        if letters.search(text):
            found += _of_script(text, script, named)
    return tuple(found)


def _of_script(text: str, script: str, named: str | None) -> tuple[str, ...]:
    candidates = _SAME_SCRIPT[script]
    code = (named or "").lower().replace("_", "-").partition("-")[0]
    if code in candidates:
        return (code,)
    if script != "ru":
        return candidates
    russian, bulgarian = _RUSSIAN.search(text) is not None, _BULGARIAN.search(text) is not None
    if russian == bulgarian:
        return candidates
    return ("ru",) if russian else ("bg",)
