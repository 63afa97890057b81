"""What the columns of a table mean: a file in TOML, written by whoever knows the table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from pathlib import Path

_KNOWN: Final = frozenset({"columns", "fixed", "times", "delimiter"})
_NEEDED: Final = ("kind", "source", "id", "at")


@dataclass(frozen=True, kw_only=True)
class TableMap:
    """``columns`` says which column each field of our interchange stands in, ``fixed`` holds the same for every row.

    ``times`` are formats of ``strptime`` beside RFC 3339; ``delimiter`` stands between the columns.
    """

    columns: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    delimiter: str = ","


def table_map(path: Path) -> TableMap:
    """Read a map. Raises ``WrongUse`` with what is wrong in it and what to write."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUse(f"The map {path} cannot be read ({error.strerror}): give the path of a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"The map {path} is no TOML ({error}): write [columns] and [fixed] tables.") from None
    if unknown := sorted(written.keys() - _KNOWN):
        raise WrongUse(f"The map does not know {', '.join(unknown)}: it has {', '.join(sorted(_KNOWN))}.")
    found = TableMap(
        columns=_words(written, "columns"),
        fixed=_words(written, "fixed"),
        times=_times(written.get("times", [])),
        delimiter=_delimiter(written.get("delimiter", ",")),
    )
    _check(found)
    return found


def _words(written: dict[str, Any], name: str) -> dict[str, str]:
    found = written.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise WrongUse(f'The map\'s [{name}] holds lines like  id = "Ticket number".')
    return found


def _times(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise WrongUse('The map\'s times are a list of formats, like ["%d/%m/%Y %H:%M"].')
    return tuple(found)


def _delimiter(found: object) -> str:
    if not isinstance(found, str) or len(found) != 1:
        raise WrongUse('The map\'s delimiter is one character, like ";" or "\\t".')
    return found


def _check(found: TableMap) -> None:
    missing = [name for name in _NEEDED if name not in {**found.columns, **found.fixed}]
    if missing:
        raise WrongUse(f"The map does not say what {' and '.join(missing)} is: name its column, or fix it.")
    if twice := sorted(found.columns.keys() & found.fixed.keys()):
        raise WrongUse(f"The map both fixes {', '.join(twice)} and names a column for it: leave one out.")
