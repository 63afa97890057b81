"""What service levels are counted with: read from a settings file, and named beside every figure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import WrongUse
from audit.projections.levels.intervals import seconds_of

if TYPE_CHECKING:
    from pathlib import Path

_NUMBERS: Final = ("threshold", "short", "fcr_days", "staffing_aim")
_MOST: Final = 10**9


@dataclass(frozen=True, kw_only=True)
class LevelSettings:
    """``threshold``, ``short`` and ``targets`` in seconds, ``staffing_aim`` in per cent."""

    threshold: float
    short: float
    interval: str
    fcr_days: float
    staffing_aim: float
    targets: Mapping[str, float]


def level_settings(path: Path | None) -> LevelSettings:
    """Return the settings, ours where the file leaves one out. Raises WrongUse with everything that is wrong."""
    if path is None:
        return _made({}, "")
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise WrongUse(f"The settings {path} cannot be read ({error.strerror}): check ONRECORD_LEVELS.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"The settings {path} are no TOML ({error}): correct them there.") from None
    return _made(given, str(path))


@cache
def _ours() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("audit.projections.levels").joinpath("levels.toml").read_text("utf-8"))


def _made(given: Mapping[str, Any], name: str) -> LevelSettings:
    whole = {**_ours(), **given}
    wrong = [f"it has {word!r}, which means nothing here" for word in given if word not in _ours()]
    wrong += [f"{word} is no number from 0 up" for word in _NUMBERS if not _is_number(whole[word])]
    targets = whole["targets"]
    if not isinstance(targets, dict) or not all(_is_number(each) for each in targets.values()):
        wrong.append("targets is no table of seconds by channel")
    if not isinstance(whole["interval"], str):
        wrong.append('interval is no text like "30m"')
    if wrong:
        raise WrongUse(f"The settings {name} cannot be used: {'; '.join(wrong)}.")
    seconds_of(whole["interval"])
    mine = {word: whole[word] for word in (*_NUMBERS, "interval")}
    return LevelSettings(**mine, targets={**_ours()["targets"], **targets})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST
