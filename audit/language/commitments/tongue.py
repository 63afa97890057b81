"""Whose rules a message is read by: the language named, else the one its letters or the detector tell."""

from __future__ import annotations

import re

from audit.language.commitments.lexicon import LANGUAGES
from audit.language.detect import language_of

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")
_BULGARIAN = re.compile(
    r"\b(?:ще|няма|ви|ни|са|сме|съм|към|във|със|ли|дали|който|която|моля|вашият|вашата|вие|ние)\b|ъ[тлрвнмкщсзд]"
)
_RUSSIAN = re.compile(r"[ыэ]|\b(?:вам|вас|мы|вы|что|это|будет|будем|пожалуйста|или|уже|для|ваш[аеу]?)\b")

_MAYBE_LITHUANIAN = re.compile(r"[ąčęėįšųūž]|\w(?:sim|siu|site|sime|simes)\b|\b(?:jums|jus|kad|bus|iki|ir|mes)\b")
_MAYBE_ENGLISH = re.compile(r"\b(?:we|i|you|your|the|will|to|by|it)\b")
_ENOUGH = 1500


def tongues(text: str, language: str | None) -> tuple[str, ...]:
    """Return the languages whose rules a lower-case text is read by, in the order in which they are tried.

    A message may hold two languages; what is written in another script than the named language's is not in it.
    """
    named = _ours(language)
    if language is not None and named is None and _LATIN.search(text) and not _CYRILLIC.search(text):
        return ("zh",) if _CHINESE.search(text) else ()
    found: list[str] = []
    if _CHINESE.search(text):
        found.append("zh")
    if _CYRILLIC.search(text):
        found.append(_cyrillic(text, named))
    if _LATIN.search(text):
        found += _latin(text, named)
    return tuple(sorted(found, key=lambda name: name != named))


def _latin(text: str, named: str | None) -> list[str]:
    """Return English, Lithuanian or both: the one that was not named is tried only where something looks like it."""
    lithuanian = named == "lt" or bool(_MAYBE_LITHUANIAN.search(text))
    english = named == "en" or not lithuanian or bool(_MAYBE_ENGLISH.search(text))
    first = "lt" if named == "lt" or (named is None and re.search("[ąčęėįšųūž]", text)) else "en"
    return sorted(["lt"] * lithuanian + ["en"] * english, key=lambda name: name != first)


def _ours(language: str | None) -> str | None:
    if language is None:
        return None
    name = language.lower().replace("_", "-").partition("-")[0]
    return {"cmn": "zh", "zho": "zh", "eng": "en", "lit": "lt", "rus": "ru", "bul": "bg"}.get(
        name, name if name in LANGUAGES else None
    )


def _cyrillic(text: str, named: str | None) -> str:
    if named in {"ru", "bg"}:
        return str(named)
    beginning = text[:_ENOUGH]
    bulgarian, russian = len(_BULGARIAN.findall(beginning)), len(_RUSSIAN.findall(beginning))
    if bulgarian != russian:
        return "bg" if bulgarian > russian else "ru"
    return "bg" if language_of(beginning) == "bg" else "ru"
