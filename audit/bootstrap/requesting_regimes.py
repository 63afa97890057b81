"""The laws under which requests are answered: ours, or those of the operator's own file."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import WrongUse
from audit.domain.request_regime import Regime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

USUAL: Final = "gdpr"
_FIELDS: Final = frozenset({"months", "days", "more_months", "more_days"})
_LONGEST: Final = 1_000


def regimes(file: Path | None = None) -> dict[str, Regime]:
    """Return the laws by their codes; those of a file come beside ours and before them.

    Raises WrongUse for a file that cannot be used.
    """
    ours = (files("audit.bootstrap") / "regimes.toml").read_text("utf-8")
    return _read(ours, "regimes.toml") | (_read(_text(file), str(file)) if file else {})


def regime(code: str, file: Path | None = None) -> Regime:
    """Return one law. Raises WrongUse for a code that is none."""
    known = regimes(file)
    if code not in known:
        raise WrongUse(f"{code} is no law we know: one of {', '.join(sorted(known))}, or name it in ONRECORD_REGIMES.")
    return known[code]


def regime_of(received: date, due: date, file: Path | None = None) -> Regime:
    """Return the law under which that day was told, the most generous one where several would give it."""
    fitting = [one for one in regimes(file).values() if one.due(received) == due]
    if not fitting:
        raise WrongUse("No law we know gives that day: name it in ONRECORD_REGIMES.")
    return max(fitting, key=lambda one: one.latest(received))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"The laws in {file} cannot be read ({error}): see ONRECORD_REGIMES.") from None


def _read(text: str, name: str) -> dict[str, Regime]:
    try:
        tables: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"The laws in {name} cannot be read ({error}): see ONRECORD_REGIMES.") from None
    return {code: _regime(table, f"{code} in {name}") for code, table in tables.items()}


def _regime(table: Any, where: str) -> Regime:
    if not isinstance(table, dict) or not table.keys() <= _FIELDS or not all(map(_is_length, table.values())):
        raise WrongUse(f"{where}: give {', '.join(sorted(_FIELDS))} as whole numbers.")
    found = Regime(**table)
    if not found.months + found.days:
        raise WrongUse(f"{where}: a law gives at least one day.")
    return found


def _is_length(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LONGEST
