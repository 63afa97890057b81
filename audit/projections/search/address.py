"""A search as the query string of a URL, and back: what can be asked can be sent to somebody."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from audit.domain.errors import WrongUse
from audit.projections.search.find import Asked

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_USUAL: Final = Asked(query="")
_MOST: Final = {"limit": 10_000, "context": 100}
_FIELDS: Final = frozenset({"q", "kind", "sort", "limit", "facet", "context", "after", "zone"})
_LONGEST: Final = 100_000
_MOST_FIELDS: Final = 100


def address_of(asked: Asked) -> str:
    """Return the query string of a search; what is as usual is left out."""
    named: list[tuple[str, str]] = [("q", asked.query)]
    for name in ("kind", "sort", "limit", "context", "after"):
        value = getattr(asked, name)
        if value != getattr(_USUAL, name):
            named.append((name, str(value)))
    named += [("facet", facet) for facet in asked.facets]
    if isinstance(asked.zone, ZoneInfo):
        named.append(("zone", asked.zone.key))
    return urlencode(named)


def asked_in(address: str, *, zone: tzinfo = UTC, now: datetime | None = None) -> Asked:
    """Read a query string; ``zone`` is for one that names none. Raises WrongUse for what a search does not have."""
    if len(address) > _LONGEST:
        raise WrongUse("The address of this search is too long: shorten the query.")
    try:
        named = parse_qsl(
            address.removeprefix("?"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise WrongUse("The address of this search is damaged: type the search anew.") from None
    values: dict[str, str] = {}
    for name, value in named:
        if name not in _FIELDS or (name != "facet" and name in values):
            raise WrongUse(f"The address of a search has {', '.join(sorted(_FIELDS))}, each once: not {name} here.")
        values[name] = value
    return Asked(
        query=values.get("q", ""),
        kind=values.get("kind", _USUAL.kind),
        sort=values.get("sort", _USUAL.sort),
        limit=_number("limit", values),
        context=_number("context", values),
        facets=tuple(value for name, value in named if name == "facet"),
        after=values.get("after"),
        zone=_zone(values["zone"]) if "zone" in values else zone,
        now=now,
    )


def _number(name: str, values: dict[str, str]) -> int:
    written = values.get(name)
    if written is None:
        return int(getattr(_USUAL, name))
    if not (written.isascii() and written.isdigit() and len(written) < 6 and int(written) <= _MOST[name]):  # noqa: PLR2004  # longer than any
        raise WrongUse(f"{name} is a whole number up to {_MOST[name]}: {written[:20]} is none.")
    return int(written)


def _zone(key: str) -> tzinfo:
    try:
        return ZoneInfo(key)
    except (ValueError, OSError, KeyError):
        raise WrongUse(f"There is no time zone {key[:40]}: name one as Europe/Vilnius.") from None
