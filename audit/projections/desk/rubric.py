"""The rubric: what a ticket must say, how much each mark weighs, and which facts must not get lost on the way."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import WrongUse
from audit.language.facts.fact import KINDS

if TYPE_CHECKING:
    from pathlib import Path

CODES: Final = ("contact", "fault", "since", "where", "access", "tried", "wanted", "identifiers", "safety")
"""The marks of a ticket: who to call, what fails, since when, where, how to get in, what was tried and so on."""
_NUMBERS: Final = ("version", "weak_below", "points_for_a_loss", "dismissals_to_learn", "hours_to_rewrite")
FULL: Final = 100
"""The points of a ticket that shows all it needs and lost nothing."""
_TABLES: Final = frozenset({"weights", "default", "categories"})


@dataclass(frozen=True)
class Needs:
    """What tickets of a category need: marks in the text, and kinds of facts that must come through."""

    required: tuple[str, ...]
    facts: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """The settings of the desk; ``weights`` are points of a mark, by its code."""

    version: int
    weak_below: int
    points_for_a_loss: int
    dismissals_to_learn: int
    hours_to_rewrite: int
    weights: Mapping[str, int]
    default: Needs
    categories: Mapping[str, Needs]

    def of(self, category: str | None) -> Needs:
        """Return what tickets of a category need."""
        return self.categories.get((category or "").strip().lower(), self.default)

    def score(self, category: str | None, marks: frozenset[str], lost: int) -> int:
        """Return the points of a ticket, 0 to 100: its marks' share of the weights, less the points of its losses."""
        required = self.of(category).required
        whole = sum(self.weights[code] for code in required)
        met = sum(self.weights[code] for code in required if code in marks)
        share = FULL * met // whole if whole else FULL
        return max(0, share - lost * self.points_for_a_loss)


def rubric(file: Path | None = None) -> Rubric:
    """Return the rubric of a file, or ours. Raises WrongUse with everything that is wrong with the file."""
    if file is None:
        return _ours()
    try:
        written = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"The rubric {file} cannot be read ({error}): see ONRECORD_RUBRIC.") from None
    return read_rubric(written, str(file))


def read_rubric(written: str, name: str) -> Rubric:
    """Return the rubric that a text sets out; what it leaves out is as in ours."""
    try:
        given = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"The rubric {name} is no TOML ({error}): mend it, or leave ONRECORD_RUBRIC out.") from None
    return _made(given, name)


@cache
def _ours() -> Rubric:
    return _made({}, "rubric.toml")


@cache
def _written() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("audit.projections.desk").joinpath("rubric.toml").read_text("utf-8"))


def _made(given: Mapping[str, Any], name: str) -> Rubric:
    whole = {**_written(), **given}
    wrong = [f"it has {word!r}, which means nothing here" for word in given if word not in {*_NUMBERS, *_TABLES}]
    wrong += [f"{word} is no whole number from 0 up" for word in _NUMBERS if not _is_count(whole[word])]
    weights = _weights(given.get("weights", {}), wrong)
    default = _needs(given.get("default", {}), _ours_default(), "default", wrong)
    categories = _categories(whole["categories"], default, wrong)
    if wrong:
        raise WrongUse(f"The rubric {name} cannot be used: {'; '.join(wrong)}.")
    return Rubric(**{word: whole[word] for word in _NUMBERS}, weights=weights, default=default, categories=categories)


def _weights(given: Any, wrong: list[str]) -> dict[str, int]:
    if not isinstance(given, dict):
        wrong.append("weights is no table")
        return {}
    wrong += [f"weights has {code!r}: take one of {', '.join(CODES)}" for code in given if code not in CODES]
    wrong += [f"the weight of {code} is no whole number from 0 up" for code, one in given.items() if not _is_count(one)]
    ours: dict[str, int] = _written()["weights"]
    return ours | given


def _ours_default() -> Needs:
    default = _written()["default"]
    return Needs(tuple(default["required"]), frozenset(default["facts"]))


def _categories(given: Any, default: Needs, wrong: list[str]) -> dict[str, Needs]:
    if not isinstance(given, dict):
        wrong.append("categories is no table")
        return {}
    return {name.strip().lower(): _needs(one, default, f"categories.{name}", wrong) for name, one in given.items()}


def _needs(given: Any, otherwise: Needs, where: str, wrong: list[str]) -> Needs:
    if not isinstance(given, dict):
        wrong.append(f"{where} is no table")
        return otherwise
    wrong += [
        f"{where} has {word!r}: it may have required and facts" for word in given if word not in {"required", "facts"}
    ]
    required = _chosen(given.get("required"), CODES, f"{where}.required", wrong)
    facts = _chosen(given.get("facts"), KINDS, f"{where}.facts", wrong)
    return Needs(
        otherwise.required if required is None else required, otherwise.facts if facts is None else frozenset(facts)
    )


def _chosen(given: Any, among: tuple[str, ...], where: str, wrong: list[str]) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        wrong.append(f"{where} is no list")
        return ()
    wrong += [f"{where} has {one!r}: take of {', '.join(among)}" for one in given if one not in among]
    return tuple(dict.fromkeys(one for one in given if one in among))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
