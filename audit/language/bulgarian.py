"""Stems of Bulgarian words that no dictionary knows: one as of a noun or adjective, one as of a verb.

A word does not show which it is, and the endings of the two collide: волейболен is an adjective, проявен comes from a
verb. Two forms meet where both can be of the same kind and have the same stem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARTICLES: Final = ("ът", "ят", "ия", "ият", "та", "то", "те")
_NUMBERS: Final = ("ове", "еве", "ища", "овци", "а", "я", "и", "о", "е", "й")
_PARTICIPLES: Final = ("ал", "ял", "ил", "ел", "ул", "ан", "ян", "ен", "ат", "ят", "ут", "ащ", "ящ", "ещ")
_OF_PARTICIPLES: Final = ("", "а", "о", "и", "ата", "ото", "ите", "ия", "ият")
_OF_VERBS: Final = (
    "ам ям а я аш яш еш иш е и ем им аме яме ете ите ате яте ат ят ай ей й ий айте ейте йте айки яйки ейки еше аше яше "
    "ах ях ех их ох ух ахме яхме ехме ихме охме ухме ахте яхте ехте ихте охте ухте аха яха еха иха оха уха"
)
_VERBAL: Final = sorted(
    {*_OF_VERBS.split(), *(one + end for one in _PARTICIPLES for end in _OF_PARTICIPLES)},
    key=len,
    reverse=True,
)
_VOWEL: Final = re.compile("[аеиоуъюя]")
_FLEETING: Final = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])[еъ](?=[нцклрмв]$)")
# Before the -и of the plural these may stand for those.
_SOFTENED: Final = {"ц": "к", "з": "г", "с": "х"}
_SHORTEST: Final = 3


def bulgarian_stems(word: str) -> list[str]:
    """Return the stems of a folded word, each beginning with the letter of its kind."""
    stems = [f"n{stem}" for stem in _nominal(word)]
    verbal = _verbal(word)
    return [*stems, f"v{verbal}"] if verbal else stems


def _nominal(word: str) -> Iterator[str]:
    stem = _without(_without(word, _ARTICLES), _NUMBERS)
    yield _FLEETING.sub("", stem) if len(stem) > _SHORTEST else stem
    if word[len(stem) : len(stem) + 1] == "и" and stem[-1] in _SOFTENED:
        yield stem[:-1] + _SOFTENED[stem[-1]]


def _verbal(word: str) -> str | None:
    for ending in _VERBAL:
        stem = word.removesuffix(ending)
        if len(stem) < len(word) and len(stem) >= _SHORTEST and _VOWEL.search(stem):
            return stem
    return None


def _without(word: str, endings: tuple[str, ...]) -> str:
    fitting = [ending for ending in endings if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST]
    return word[: len(word) - len(max(fitting, key=len, default=""))]
