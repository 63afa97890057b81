"""Whether a word is a verb in a form that speaks of what will be done, by its ending and by the dictionary."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from audit.language.lemmas import lemmas

if TYPE_CHECKING:
    from collections.abc import Callable

_RUSSIAN_INFINITIVES = ("ть", "ться", "ти", "тись", "чь", "чься")
_LITHUANIAN_INFINITIVES = ("ti", "tis")
# A prefix makes a Russian verb perfective; one of these endings of its present makes it imperfective again.
_RUSSIAN_PREFIX = re.compile(
    r"(?:по|пере|пре|при|про|до|за|из|ис|на|над|от|ото|об|обо|о|под|подо|раз|рас|разо|с|со|у|воз|вос|вз|вс|вы|в|во)(?=\w{3})"
)
_IMPERFECTIVE_FORM = re.compile(r"[аяеу](?:ю|ем|ет|ют)(?:с[яь])?$")
_PERFECTIVE_IN_THAT_FORM = re.compile(
    r"(?:с|пере|до|про|по|за|у)дела|узна|(?:об|от|до|про|раз|пере|под|с|за)работа|(?:по|об|раз)меня|"
    r"(?:пере|рас|по|под|на|до)счита|(?:по|про|вы|до)слуша|(?:про|до|пере)чита|успе|потеря|(?:по|ис)пробу|"
    r"(?:за|по)требу|застраху|организу|реализу|(?:по|об)дума|переда[мд]|\w*иру[еюй]"
)
_IMPERFECTIVE_THOUGH_LIKE = re.compile(
    r"плани|контрол|консульт|реагир|функцион|сотрудн|формир|пропаганд|координ|прогноз|анализ|"
    r"практик|специализ|базиру|деклар|мотивир|игнорир"
)
_UNLISTED_ENDINGS = ("им", "ем", "имся", "емся")
_LITHUANIAN_PREFIX = re.compile(r"^(?:iš|at|per|pa|už|su|į|pri|nu|ap)(?:si)?(?=\w{3})")
_LITHUANIAN_PRESENT = re.compile(r"(?:(?<!ia)u|uosi|me|mės|mes|am|iam|om|ia|a|o|i)$")


@lru_cache(maxsize=1 << 15)
def fits(word: str, kind: str) -> bool:
    """Say whether a word in the spelling of the rules is a verb form of a kind, as the rules' files name the kinds."""
    return _KINDS[kind](word)


@cache
def _listed(language: str, kind: str) -> frozenset[str]:
    text = resources.files("audit.language.commitments").joinpath("verbs.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text)[language][kind].split())


def _is_lithuanian_future(word: str) -> bool:
    """Say whether a word ending like a first person future is one. What the dictionary does not know may be a verb."""
    known = lemmas(word, "lt")
    return word not in _listed("lt", "not_future") and (not known or _is_lithuanian_verb(known))


def _is_lithuanian_future_of_others(word: str) -> bool:
    """Say whether a word in -s is a third person future: nouns end alike, so the dictionary must know it."""
    if word in _listed("lt", "not_future"):
        return False
    known = lemmas(word, "lt") or (lemmas(word[2:], "lt") if word.startswith("ne") else frozenset())
    return bool(known) and all(lemma.endswith(_LITHUANIAN_INFINITIVES) for lemma in known)


def _is_lithuanian_present(word: str) -> bool:
    """Say whether a word is a present form; one with a prefix the dictionary lacks is looked up without it."""
    if not _LITHUANIAN_PRESENT.search(word):
        return False
    bare = _LITHUANIAN_PREFIX.sub("", word)
    return _is_lithuanian_verb(lemmas(word, "lt") or (lemmas(bare, "lt") if bare != word else frozenset()))


def _is_lithuanian_verb(known: frozenset[str]) -> bool:
    return any(lemma.endswith(_LITHUANIAN_INFINITIVES) for lemma in known)


def _is_russian_perfective(word: str) -> bool:
    """Say whether a finite present form is one of a perfective verb, which means the future."""
    known = lemmas(word, "ru")
    verbs = [lemma for lemma in known if lemma.endswith(_RUSSIAN_INFINITIVES)]
    if _IMPERFECTIVE_THOUGH_LIKE.match(word) or any(verb in _listed("ru", "imperfective") for verb in verbs):
        return False
    if word in _listed("ru", "forms") or any(verb in _listed("ru", "perfective") for verb in verbs):
        return True
    if _IMPERFECTIVE_FORM.search(word):
        return bool(verbs) and bool(_PERFECTIVE_IN_THAT_FORM.match(word))
    if verbs:
        return any(_RUSSIAN_PREFIX.match(verb) for verb in verbs)
    return _is_unlisted_perfective(word, known)


def _is_unlisted_perfective(word: str, known: frozenset[str]) -> bool:
    """Say whether a form the dictionary does not list as a verb's is one: it lists some as the adjective's alone."""
    unlisted = all(lemma.endswith(("имый", "емый")) for lemma in known)
    return unlisted and word.endswith(_UNLISTED_ENDINGS) and bool(_RUSSIAN_PREFIX.match(word))


def _is_russian_verb(word: str) -> bool:
    return any(lemma.endswith(_RUSSIAN_INFINITIVES) for lemma in lemmas(word, "ru"))


_KINDS: dict[str, Callable[[str], bool]] = {
    "lt-future": _is_lithuanian_future,
    "lt-future-of-others": _is_lithuanian_future_of_others,
    "lt-present": _is_lithuanian_present,
    "ru-perfective": _is_russian_perfective,
    "ru-verb": _is_russian_verb,
}
