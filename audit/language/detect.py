"""Which language a text is in, told offline: by its script where that decides, else by a small statistical model."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_PROSE = re.compile(r"[!-~]*(?:@|://|www\.|\d)[!-~]*")
_ENOUGH = 1500
"""Characters looked at; more do not change the answer."""

_BY_SCRIPT = {"HANGUL": "ko", "HEBREW": "he", "GREEK": "el", "THAI": "th", "GEORGIAN": "ka", "ARMENIAN": "hy"}
_KANA = frozenset({"HIRAGANA", "KATAKANA"})
# A model that chooses among the languages of a script errs far less than one that chooses among all.
_CANDIDATES = {
    "LATIN": (
        "en",
        "lt",
        "lv",
        "et",
        "pl",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "pt",
        "sv",
        "da",
        "no",
        "fi",
        "cs",
        "sk",
        "ro",
        "hu",
        "tr",
        "hr",
    ),
    "CYRILLIC": ("ru", "bg", "uk", "be", "mk", "sr"),
    "ARABIC": ("ar", "fa", "ur"),
    "DEVANAGARI": ("hi", "mr", "ne"),
}
# Letters a language never writes: among so few and so close languages they tell more than a model does.
_NEVER_WRITTEN = {
    "ru": frozenset("іїєўґјљњќѓђћџәғқңөұүһ"),
    "bg": frozenset("ыэёіїєўґјљњќѓђћџәғқңөұүһ"),
    "uk": frozenset("ыэёъўјљњќѓђћџәғқңөұүһ"),
    "be": frozenset("ищъїєґјљњќѓђћџәғқңөұүһ"),
    "mk": frozenset("ыэёщъьюяйіїєўђћәғқңөұүһ"),
    "sr": frozenset("ыэёщъьюяйіїєўќѓәғқңөұүһ"),
}
# The share of the likelihood the best must have; Russian and Bulgarian differ in little, and a wrong answer costs more
# than none: without one, a word is looked up in both.
_SURE = {"LATIN": 0.35, "CYRILLIC": 0.5}
_SURE_ELSEWHERE = 0.5
_PLAUSIBLE = 0.1
_FEWEST_LETTERS = 3


def language_of(text: str, hint: str | None = None) -> str | None:
    """Return the ISO 639-1 code of the language a text is in, or None where it is too short or too odd to tell.

    ``hint`` is the language somebody named or the other messages are in; it decides where the text leaves room for it.
    """
    prose = _NOT_PROSE.sub(" ", text[:_ENOUGH])
    scripts = Counter(script for letter in "".join(_LETTERS.findall(prose)) if (script := _script(letter)))
    if not scripts:
        return hint
    if _is_chinese_writing(scripts):
        return "ja" if scripts.keys() & _KANA else "zh"
    script, letters = scripts.most_common(1)[0]
    if script in _BY_SCRIPT:
        return _BY_SCRIPT[script]
    if script not in _CANDIDATES or letters < _FEWEST_LETTERS:
        return hint
    return _by_model(prose, script, hint)


def _by_model(prose: str, script: str, hint: str | None) -> str | None:
    lower = prose.lower()
    letters = frozenset(lower)
    scores = {name: score for name, score in _model(script).rank(lower) if not letters & _never_written(name)}
    share = sum(scores.values()) or 1.0
    if hint is not None and scores.get(hint, 0.0) >= _PLAUSIBLE * share:
        return hint
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] >= _SURE.get(script, _SURE_ELSEWHERE) * share else hint


def _never_written(language: str) -> frozenset[str]:
    return _NEVER_WRITTEN.get(language, frozenset())


def _is_chinese_writing(scripts: Counter[str]) -> bool:
    """Say whether the text is Chinese or Japanese, product names in Latin letters included: a character is a word."""
    characters = scripts["CJK"] + sum(scripts[name] for name in _KANA)
    return characters > 0 and characters * 4 >= scripts.total()


@cache
def _script(letter: str) -> str:
    """Return the script of a letter, as the first word of its Unicode name says it."""
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def _model(script: str) -> Any:
    """Return the model restricted to the languages of a script. All share one table, read when first needed."""
    model = copy.copy(_whole_model())
    model.set_languages(_CANDIDATES[script])
    return model


@cache
def _whole_model() -> Any:
    # numpy and the model take a second: only who asks for a language pays it.
    from py3langid.langid import (  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no types; loaded late, see above
        MODEL_FILE,
        LanguageIdentifier,
    )

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
