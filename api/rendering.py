"""Templates, and how times and numbers stand in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date, format_datetime, format_time, get_datetime_format
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from babel import Locale
    from jinja2.runtime import Context

TEMPLATES: Final = Path(__file__).parent / "templates"


def environment() -> Environment:
    """Return the environment of all pages: everything is escaped, and nothing undefined is passed over."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "planned": _planned,
        "moment": _moment,
        "hour": _hour,
        "day": _day,
        "number": _number,
        "percent": _percent,
    }
    return env


@pass_context
def _moment(context: Context, at: datetime, form: str = "medium") -> Markup:
    """Write a time in the zone of the house; its source's own zone and UTC show on hover."""
    local = at.astimezone(context["zone"])
    return _timed(
        at, _short(context, local) if form == "short" else format_datetime(local, form, locale=context["locale"])
    )


@pass_context
def _planned(context: Context, written: str) -> Markup | str:
    """Write a time or day that was agreed as the clocks of its place show it; anything else stays as it was written."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    if at.tzinfo:
        return _timed(at, _short(context, at))
    return format_date(at, "medium", locale=context["locale"]) if written == f"{at:%Y-%m-%d}" else written


def _short(context: Context, at: datetime) -> str:
    """Write the day with all digits of its year, and the hour with two."""
    return _joined(context["locale"]).format(f"{at:%H:%M}", _date(at.date(), "medium", context["locale"]))


@lru_cache(maxsize=4_096)
def _date(day: date, form: str, locale: Locale) -> str:
    """Write a day: a page names the same few very often."""
    return format_date(day, form, locale=locale)


@lru_cache(maxsize=16)
def _joined(locale: Locale) -> str:
    """Return how a time and a day stand together."""
    return str(get_datetime_format("medium", locale))


@pass_context
def _hour(context: Context, at: datetime) -> Markup:
    return _timed(at, format_time(at.astimezone(context["zone"]), "medium", locale=context["locale"]))


def _timed(at: datetime, shown: str) -> Markup:
    utc = at.astimezone(UTC)
    title = f"{at:%Y-%m-%d %H:%M:%S %z} = {utc:%Y-%m-%d %H:%M:%S} UTC"
    return Markup(f'<time datetime="{utc.isoformat()}" title="{title}">{escape(shown)}</time>')  # noqa: S704 - escaped


@pass_context
def _day(context: Context, day: date | datetime, form: str = "long") -> Markup:
    local = day.astimezone(context["zone"]).date() if isinstance(day, datetime) else day
    shown = escape(_date(local, form, context["locale"]))
    return Markup(f'<time datetime="{local.isoformat()}">{shown}</time>')  # noqa: S704 - escaped


@pass_context
def _number(context: Context, number: Any) -> str:
    return format_decimal(number, locale=context["locale"])


@pass_context
def _percent(context: Context, share: float) -> str:
    return format_percent(share, format="#,##0.0 %", locale=context["locale"])
